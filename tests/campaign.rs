//! Races and kills. A short form runs with every test; `STRONGROOM_CAMPAIGN=full` runs the long one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and a campaign tells what it did"
)]

mod common;

use common::{TestEnv, fixture};
use serde_json::{Map, Value, json};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How many rounds of a campaign to run.
fn rounds(short: usize, full: usize) -> usize {
    if std::env::var("STRONGROOM_CAMPAIGN").is_ok_and(|form| form == "full") { full } else { short }
}

/// A tenant with one set in contention.
struct Field {
    env: TestEnv,
    user: String,
}

impl Field {
    fn new() -> Self {
        let sets = fixture::tenant_sets();
        let (_, user, _) = sets.iter().find(|(org, _, secrets)| org == fixture::ACME && secrets.is_empty()).unwrap();
        Self { env: TestEnv::tenant(), user: user.clone() }
    }

    fn words<'w>(&'w self, words: &[&'w str]) -> Vec<&'w str> {
        let set = ["--org", fixture::ACME, "--user", &self.user];
        ["secret"].iter().chain(words).chain(&set).copied().collect()
    }

    fn exported(&self) -> Value {
        self.env.run(self.words(&["export"])).json()
    }

    fn import(&self, words: &[&str]) -> Command {
        let mut command = self.env.command();
        let all = [&["import"], words].concat();
        command.args(self.words(&all)).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn assert_whole(&self) {
        if self.env.has_server() {
            return;
        }
        let connection = self.env.sqlite("tenant.db");
        let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }
}

/// A set of `count` secrets that all say `word`.
fn set(word: &str, count: usize) -> Value {
    let secrets = (0..count)
        .map(|number| (format!("NAME_{number}"), json!({"secret": format!("{word} {number}"), "description": word})));
    Value::Object(secrets.collect::<Map<_, _>>())
}

#[test]
fn of_two_that_commit_at_once_exactly_one_wins() {
    let field = Field::new();
    let others = |env: &TestEnv| {
        let mut rows = env.dump();
        rows.retain(|row| !row.contains("NAME_") && !row.starts_with("sqlite_"));
        rows
    };
    let before = others(&field.env);
    let total = rounds(10, 100);
    let mut first_wins = 0;
    for round in 0..total {
        let sets = [set(&format!("first {round}"), 20), set(&format!("second {round}"), 30)];
        field.env.write_private("0.json", sets[0].to_string());
        field.env.write_private("1.json", sets[1].to_string());
        let revision = field.env.run(field.words(&["revision"])).ok();
        let start = |file: &str| field.import(&["--if-revision", revision.trim(), file]).spawn().unwrap();
        let mut children = [start("0.json"), start("1.json")];
        let codes = children.each_mut().map(|child: &mut Child| child.wait().unwrap().code());
        let winner = match codes {
            [Some(0), Some(3)] => 0,
            [Some(3), Some(0)] => 1,
            other => panic!("round {round}: {other:?}"),
        };
        first_wins += usize::from(winner == 0);
        assert_eq!(field.exported(), sets[winner], "round {round}");
    }
    assert_eq!(others(&field.env), before, "no other row");
    field.assert_whole();
    eprintln!("{total} rounds: the first won {first_wins}, the second {}; no other outcome", total - first_wins);
}

#[test]
fn a_process_killed_at_any_instant_leaves_the_old_set_or_the_new_one() {
    let field = Field::new();
    let total = rounds(20, 200);
    let mut standing = set("start", 40);
    field.env.write_private("start.json", standing.to_string());
    assert!(field.import(&["start.json"]).status().unwrap().success());
    // How long a commit takes here, so that the kills fall all over it and beyond.
    let begin = std::time::Instant::now();
    assert!(field.import(&["start.json"]).status().unwrap().success());
    let whole = begin.elapsed().mul_f64(1.5);
    let (mut old, mut new) = (0, 0);
    for round in 0..total {
        let next = set(&format!("round {round}"), 40 + round % 7);
        field.env.write_private("next.json", next.to_string());
        let mut child = field.import(&["next.json"]).spawn().unwrap();
        std::thread::sleep(instant(round, total, whole));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = field.exported();
        assert!(found == standing || found == next, "round {round}: neither the old set nor the new");
        if found == next && next != standing {
            new += 1;
            standing = next;
        } else {
            old += 1;
        }
    }
    field.assert_whole();
    eprintln!("{total} kills: {old} left the old set, {new} the new one, none a part of either");
}

/// Instants spread evenly over `whole`, in an order that jumps about.
fn instant(round: usize, total: usize, whole: Duration) -> Duration {
    let place = (round * 7919) % total;
    whole.mul_f64(f64::from(u32::try_from(place).unwrap()) / f64::from(u32::try_from(total).unwrap()))
}
