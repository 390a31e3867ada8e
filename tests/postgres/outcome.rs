//! Commits that are cut off: a primary that dies, a standby that never answers.

use crate::common::postgres::Postgres;
use crate::common::{TestEnv, fixture};
use crate::rounds;
use rustix::process::Signal;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::Duration;

const SYNC: &str = "synchronous_standby_names=standby";

/// A primary, a synchronous standby, and the program pointed at both.
struct Pair {
    env: TestEnv,
    primary: Postgres,
    standby: Postgres,
    set: (String, String),
}

impl Pair {
    fn new() -> Self {
        let primary = Postgres::tenant();
        let standby = primary.standby(&[]);
        primary.psql("postgres", &format!("ALTER SYSTEM SET {}", SYNC.replace('=', " = ")));
        primary.psql("postgres", "SELECT pg_reload_conf()");
        let mut env = TestEnv::new();
        env.write_private("keys.json", fixture::KEYS);
        env.use_keys("keys.json");
        env.set(
            "STRONGROOM_DATABASE_URL",
            &format!(
                "postgres://postgres@/tenant?host={},{}&port={},{}&target_session_attrs=read-write",
                primary.socket_folder().display(),
                standby.socket_folder().display(),
                primary.port,
                standby.port
            ),
        );
        let sets = fixture::tenant_sets();
        let (org, user, _) = sets.iter().find(|(_, _, set)| set.is_empty()).unwrap();
        let pair = Self { env, primary, standby, set: (org.clone(), user.clone()) };
        pair.wait_until_in_step();
        pair
    }

    fn wait_until_in_step(&self) {
        let sql = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        for _ in 0..200 {
            if self.primary.psql("postgres", sql).trim() == "1" {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the standby does not follow");
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let set = ["--org", &self.set.0, "--user", &self.set.1];
        ["secret"].iter().chain(words).chain(&set).map(|&word| word.to_owned()).collect()
    }

    /// Begins to store `set`.
    fn start(&self, set: &Value) -> Child {
        let mut command = self.env.command();
        command.args(self.words(&["import", "-"])).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(set.to_string().as_bytes()).unwrap();
        child
    }

    fn stores(&self, set: &Value) {
        self.env.run_with_input(self.words(&["import", "-"]), set.to_string()).ok();
    }

    fn exported(&self) -> Value {
        self.env.run(self.words(&["export"])).json()
    }
}

fn set(word: &str) -> Value {
    let secrets = (0..50).map(|at| (format!("NAME_{at}"), json!({"secret": word, "description": ""})));
    Value::Object(secrets.collect::<Map<_, _>>())
}

#[test]
fn a_primary_that_dies_inside_a_commit_leaves_a_whole_set_on_the_one_that_follows() {
    let total = rounds(2, 20);
    let (mut done, mut old) = (0, 0);
    for round in 0..total {
        let mut pair = Pair::new();
        let (before, after) = (set("before"), set("after"));
        pair.stores(&before);
        let child = pair.start(&after);
        // All over the run of the program, the COMMIT and what follows it among it.
        std::thread::sleep(Duration::from_micros(u64::try_from(3_000 + round * 19_000 / total).unwrap()));
        pair.primary.stop(Signal::KILL);
        pair.standby.promote();
        pair.standby.psql("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
        pair.standby.psql("postgres", "SELECT pg_reload_conf()");
        let output = crate::common::Output::from(child.wait_with_output().unwrap());
        let found = pair.exported();
        if output.code() == Some(0) {
            assert_eq!(found, after, "round {round}: it was reported done");
            done += 1;
        } else {
            assert!(found == before || found == after, "round {round}: a part: {}", output.stderr());
            let is_unknown = output.stderr().contains("not known");
            assert!(found == before || is_unknown, "round {round}: done, and reported as failed: {}", output.stderr());
            old += 1;
        }
        pair.stores(&set("the new primary takes writes"));
    }
    eprintln!("{total} failovers: {done} commits done and there, {old} not done and the old set whole");
}

#[test]
fn a_commit_that_its_standby_holds_up_is_found_out_when_it_answers_again() {
    let pair = Pair::new();
    pair.stores(&set("before"));
    pair.standby.freeze();
    let child = pair.start(&set("after"));
    // Longer than we wait for a COMMIT: its outcome has to be found out in another way.
    std::thread::sleep(Duration::from_secs(18));
    pair.standby.thaw();
    let output = crate::common::Output::from(child.wait_with_output().unwrap());
    assert_eq!(output.code(), Some(0), "{}", output.stderr());
    assert_eq!(pair.exported(), set("after"));
}

#[test]
fn a_commit_whose_standby_never_answers_is_said_to_be_unknown() {
    if rounds(0, 1) == 0 {
        // It takes as long as we look for an outcome: 45 seconds.
        return;
    }
    let mut pair = Pair::new();
    pair.stores(&set("before"));
    pair.standby.freeze();
    let child = pair.start(&set("after"));
    let said = crate::common::Output::from(child.wait_with_output().unwrap()).fails(6);
    assert!(said.contains("not known"), "{said}");
    pair.standby.thaw();
    pair.wait_until_in_step();
    assert_eq!(pair.exported(), set("after"), "it was done in the end");
    pair.standby.stop(Signal::QUIT);
}
