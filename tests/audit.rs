//! The audit trail: what is recorded, what is found when somebody tampers with it, and that nothing happens without it.
//! Runs over both databases.
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
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

const CANARY: &str = "CANARY-a0d1";

/// Somebody's set, in a database with a trail of its own or without one.
struct Desk {
    env: TestEnv,
    org: String,
    user: String,
}

impl Desk {
    fn new(in_database: bool) -> Self {
        let env = TestEnv::tenant();
        if in_database {
            env.run(["db", "init"]).ok();
        }
        let sets = fixture::tenant_sets();
        let (org, user, _) = sets.iter().find(|(_, _, set)| set.is_empty()).unwrap();
        Self { org: org.clone(), user: user.clone(), env }
    }

    fn on_set(&self, words: &[&str]) -> Vec<String> {
        ["secret"]
            .iter()
            .chain(words)
            .chain(&["--org", &self.org, "--user", &self.user])
            .map(|&it| it.to_owned())
            .collect()
    }

    fn store(&self, value: &str) {
        let set = json!({"TOKEN": {"secret": value, "description": ""}});
        self.env.run_with_input(self.on_set(&["import", "--note", "why", "-"]), set.to_string()).ok();
    }

    fn list(&self) -> Vec<Value> {
        self.env.run(["--json", "audit", "list"]).json().as_array().unwrap().clone()
    }

    fn actions(&self) -> Vec<String> {
        self.list().iter().map(|row| row["action"].as_str().unwrap().to_owned()).collect()
    }

    /// The file of the trail, where it is one.
    fn file(&self, end: &str) -> PathBuf {
        let folder = self.env.path("state/strongroom/audit");
        let mut found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        found.find(|path| path.extension().is_some_and(|it| it == end)).unwrap()
    }

    fn revision(&self) -> String {
        self.env.run(self.on_set(&["revision"])).ok().trim().to_owned()
    }
}

#[test]
fn what_is_done_is_recorded_by_name_and_never_by_value() {
    for in_database in [true, false] {
        let desk = Desk::new(in_database);
        desk.store(CANARY);
        desk.env.run(desk.on_set(&["export"])).ok();
        let stale = "0".repeat(64);
        desk.env.run_with_input(desk.on_set(&["import", "--if-revision", &stale, "-"]), "{}").fails(3);
        let expected: &[&str] = if in_database {
            &["commit", "export", "conflict"]
        } else {
            &["intent", "commit", "export", "intent", "conflict"]
        };
        assert_eq!(desk.actions(), expected);
        let commit = desk.list().into_iter().find(|row| row["action"] == "commit").unwrap();
        assert_eq!((&commit["names"], &commit["detail"]), (&json!(["TOKEN"]), &json!("why")));
        assert_eq!((commit["org"].as_str(), commit["user"].as_str()), (Some(&*desk.org), Some(&*desk.user)));
        assert_eq!(commit["after"], desk.revision());
        assert_eq!(commit["db_user"].is_string(), in_database && desk.env.has_server(), "the database says who");
        let table = desk.env.run(["audit", "list", "--action", "commit"]).ok();
        assert!(table.contains("TOKEN") && !table.contains("export"), "{table}");
        assert!(desk.env.run(["audit", "verify"]).ok().contains("each as it was written"));
        if !in_database {
            let text = std::fs::read_to_string(desk.file("jsonl")).unwrap();
            assert!(!text.contains(CANARY));
            let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(desk.file("jsonl")).unwrap());
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(!desk.env.dump().iter().any(|line| line.contains(CANARY)));
    }
}

#[test]
fn a_table_that_somebody_tampered_with_names_the_first_bad_record() {
    let swap = "UPDATE strongroom_audit SET seq = 99 WHERE seq = 2; UPDATE strongroom_audit SET seq = 2 WHERE seq = 3;
                UPDATE strongroom_audit SET seq = 3 WHERE seq = 99";
    for (tamper, said) in [
        ("UPDATE strongroom_audit SET operator = 'ben@here' WHERE seq = 3", "record 3 is not"),
        ("DELETE FROM strongroom_audit WHERE seq = 2", "record 2 is missing"),
        (swap, "record 2 is not"),
        ("DELETE FROM strongroom_audit WHERE seq > 3", "there were 5"),
        ("UPDATE strongroom_audit_head SET count = 4", "the head is not"),
    ] {
        let desk = Desk::new(true);
        for value in ["1", "2", "3", "4", "5"] {
            desk.store(value);
        }
        desk.env.run(["audit", "verify"]).ok();
        desk.env.sql(tamper);
        let found = desk.env.run(["audit", "verify"]).fails(1);
        assert!(found.contains(said), "{tamper}: {found}");
    }
}

#[test]
fn a_trail_that_was_rolled_back_with_its_head_is_found_by_the_machine_that_saw_more() {
    let desk = Desk::new(true);
    desk.store("1");
    let old = desk.env.run(["--json", "audit", "head"]).json();
    desk.store("2");
    desk.env.sql(&format!(
        "DELETE FROM strongroom_audit WHERE seq > 1;
         UPDATE strongroom_audit_head SET count = 1, mac = '{}', tag = '{}'",
        old["mac"].as_str().unwrap(),
        old["tag"].as_str().unwrap()
    ));
    let found = desk.env.run(["audit", "verify"]).fails(1);
    assert!(found.contains("rolled back"), "{found}");
}

#[test]
fn a_trail_in_a_table_is_not_held_against_the_file_that_was_there_before() {
    let desk = Desk::new(false);
    desk.store("1");
    desk.store("2");
    desk.env.run(["audit", "verify"]).ok();
    desk.env.run(["db", "init"]).ok();
    assert!(desk.env.run(["audit", "verify"]).ok().contains("0 records"));
    desk.store("3");
    // Whoever may only look is recorded in the file, between two that write.
    desk.env.run(desk.on_set(&["export", "--read-only"])).ok();
    desk.store("4");
    desk.env.run(["audit", "verify"]).ok();
    desk.env.run(["audit", "verify", "--read-only"]).ok();
    assert_eq!(desk.actions(), ["commit", "commit"]);

    desk.env.sql("DELETE FROM strongroom_audit; UPDATE strongroom_audit_head SET count = 0, mac = '', tag = ''");
    let found = desk.env.run(["audit", "verify"]).fails(1);
    assert!(found.contains("this machine has seen 2 records"), "{found}");
    desk.env.run(["audit", "verify", "--read-only"]).ok();
}

#[test]
fn what_was_seen_under_the_one_name_of_old_is_held_against_the_trail_that_it_is_of() {
    let desk = Desk::new(false);
    desk.store("1");
    desk.env.run(["db", "init"]).ok();
    for value in ["2", "3", "4"] {
        desk.store(value);
    }
    let (of_file, of_table) = (desk.file("file-seen"), desk.file("table-seen"));
    let old = of_file.with_extension("seen");
    let file_records = std::fs::read(desk.file("jsonl")).unwrap();

    // The file's: the table goes on, and the file is missed when it is cut with its head.
    std::fs::remove_file(&of_table).unwrap();
    std::fs::rename(&of_file, &old).unwrap();
    desk.env.run(["audit", "verify"]).ok();
    assert!(of_file.exists() && of_table.exists() && !old.exists());
    std::fs::remove_file(desk.file("head")).unwrap();
    std::fs::remove_file(desk.file("jsonl")).unwrap();
    let found = desk.env.run(["audit", "verify", "--read-only"]).fails(1);
    assert!(found.contains("this machine has seen 2 records"), "{found}");

    // The table's: a session that only looks moves it, and the table is missed when it begins anew under another key.
    std::fs::write(of_file.with_extension("jsonl"), file_records).unwrap();
    std::fs::rename(&of_table, &old).unwrap();
    std::fs::remove_file(&of_file).unwrap();
    drop(desk.env.run(["audit", "verify", "--read-only"]));
    assert!(of_table.exists() && !old.exists());
    desk.env.sql(
        "DELETE FROM strongroom_audit; DELETE FROM strongroom_audit_head;
         DELETE FROM strongroom_meta WHERE key = 'audit_key'",
    );
    let found = desk.env.run(["audit", "verify"]).fails(1);
    assert!(found.contains("this machine has seen 3 records"), "{found}");
}

#[test]
fn a_file_that_somebody_tampered_with_names_the_first_bad_record() {
    type Tamper = fn(&mut Vec<String>);
    let tampers: [(Tamper, &str); 4] = [
        (|lines| lines[2] = lines[2].replacen('a', "b", 1), "record 3"),
        (|lines| drop(lines.remove(1)), "record 2 is missing"),
        (|lines| lines.swap(1, 3), "record 2 is missing"),
        (|lines| lines.truncate(3), "there were 6"),
    ];
    for (tamper, said) in tampers {
        let desk = Desk::new(false);
        for value in ["1", "2", "3"] {
            desk.store(value);
        }
        let path = desk.file("jsonl");
        let mut lines: Vec<String> = std::fs::read_to_string(&path).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 6);
        tamper(&mut lines);
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        let found = desk.env.run(["audit", "verify"]).fails(1);
        assert!(found.contains(said), "{said}: {found}");
    }
}

#[test]
fn a_record_that_a_crash_cut_short_is_mended_and_loses_nothing() {
    let desk = Desk::new(false);
    desk.store("1");
    let path = desk.file("jsonl");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 40]).unwrap();
    desk.env.run(["audit", "verify"]).ok();
    assert_eq!(std::fs::read(&path).unwrap(), whole);
}

#[test]
fn a_set_that_somebody_else_stored_in_between_is_shown_as_a_gap() {
    let desk = Desk::new(true);
    desk.store("1");
    desk.store("2");
    desk.env.sql(&format!(
        "UPDATE custom_secrets SET description = NULL WHERE keycloak_user_id = '{}' AND org_id = '{}' AND secret_name = 'TOKEN'",
        desk.user, desk.org
    ));
    desk.store("3");
    let gaps: Vec<bool> = desk.list().iter().map(|row| row["foreign_write_before"] == true).collect();
    assert_eq!(gaps, [false, false, true]);
    assert!(desk.env.run(["audit", "list"]).ok().contains("foreign write"));
}

#[test]
fn without_a_trail_nothing_is_shown_and_nothing_is_changed() {
    let desk = Desk::new(false);
    // A file stands where the folder of the trail should be.
    std::fs::create_dir_all(desk.env.path("state/strongroom")).unwrap();
    std::fs::write(desk.env.path("state/strongroom/audit"), "").unwrap();
    let before = desk.env.dump();
    let said = desk.env.run(desk.on_set(&["export"])).fails(1);
    assert!(said.contains("audit trail"), "{said}");
    desk.env.run_with_input(desk.on_set(&["import", "-"]), r#"{"A": "1"}"#).fails(1);
    assert_eq!(desk.env.dump(), before);
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("TLS_KEY_0");
    terminal.send("3 ");
    terminal.wait_for("audit trail");
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
fn what_is_revealed_and_copied_in_the_console_is_recorded() {
    let desk = Desk::new(true);
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("TLS_KEY_0");
    terminal.send("3 ");
    terminal.wait_for("hides in");
    terminal.send("y");
    terminal.wait_for("Copied");
    terminal.send("q");
    terminal.wait_exit();
    assert_eq!(desk.actions(), ["unlock", "reveal", "copy"]);
    assert_eq!(desk.list()[1]["names"], json!(["TLS_KEY_0"]));
}

#[test]
fn two_processes_at_once_keep_one_trail_in_a_file() {
    let desk = Desk::new(false);
    desk.store(CANARY);
    let start = || {
        let mut command = desk.env.command();
        command.args(desk.on_set(&["export"])).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = (0..8).map(|_| start()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    desk.env.run(["audit", "verify"]).ok();
    assert_eq!(desk.actions().iter().filter(|action| *action == "export").count(), 8);
}

#[test]
fn a_role_that_may_only_add_cannot_change_what_is_recorded() {
    let mut desk = Desk::new(true);
    if !desk.env.has_server() {
        return;
    }
    let grants = include_str!("../assets/grants.sql").replace("-- GRANT", "GRANT").replace("ROLE", "support");
    desk.env.server().psql("tenant", "CREATE ROLE support LOGIN");
    desk.env.server().psql("tenant", &grants);
    let url = desk.env.server().url_as("support");
    desk.env.set("STRONGROOM_DATABASE_URL", &url);
    desk.store("1");
    assert_eq!(desk.actions(), ["commit"]);
    assert_eq!(desk.list()[0]["db_user"], "support");
    let refused = "DO $$ BEGIN DELETE FROM strongroom_audit; RAISE 'allowed'; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";
    desk.env.server().psql("tenant", &format!("SET ROLE support; {refused}"));
}

/// Kills the program all over its commits. Where both live in the database, a commit and its record are one; with the
/// file an intent without an outcome is what a kill may leave.
fn kill(in_database: bool) {
    let desk = Desk::new(in_database);
    desk.store("start");
    let full = std::env::var("STRONGROOM_CAMPAIGN").is_ok_and(|form| form == "full");
    let total: u32 = if full { 200 } else { 15 };
    let begin = std::time::Instant::now();
    desk.store("once more");
    let whole = begin.elapsed().mul_f64(1.3);
    let mut cut = 0;
    for round in 0..total {
        let set = json!({"TOKEN": {"secret": format!("round {round}"), "description": ""}});
        desk.env.write_private("set.json", set.to_string());
        let mut command = desk.env.command();
        let mut child = command
            .args(desk.on_set(&["import", "set.json"]))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs_f64(
            whole.as_secs_f64() * f64::from((round * 7919) % total) / f64::from(total),
        ));
        child.kill().unwrap();
        child.wait().unwrap();
        let rows = desk.list();
        let last = rows.iter().rev().find(|row| row["action"] == "commit").unwrap();
        let is_cut = rows.last().unwrap()["action"] == "intent";
        cut += u32::from(is_cut);
        assert!(last["after"] == desk.revision() || is_cut && !in_database, "round {round}: one without the other");
    }
    // The next commit settles what was left open: by the revision, every intent has its outcome then.
    desk.store("last");
    let actions = desk.actions();
    let count = |wanted: &str| actions.iter().filter(|action| *action == wanted).count();
    assert!(in_database || count("intent") == count("commit") + count("failure"), "{actions:?}");
    desk.env.run(["audit", "verify"]).ok();
    let place = if in_database { "the database" } else { "a file" };
    eprintln!("{total} kills, the trail in {place}: {cut} intents without an outcome, never a set without its record");
}

#[test]
fn a_kill_never_leaves_a_set_without_its_record() {
    kill(true);
}

#[test]
fn a_kill_leaves_an_intent_where_the_trail_is_a_file() {
    kill(false);
}
