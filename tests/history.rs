//! The sets that commits replaced: kept as ciphertext, listed, compared, restored, purged. Runs over both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{TestEnv, fixture};
use serde_json::{Value, json};

const CANARY: &str = "CANARY-51e7";

/// A database that keeps history, and somebody's set in it.
struct Desk {
    env: TestEnv,
    org: String,
    user: String,
}

impl Desk {
    fn new() -> Self {
        let env = TestEnv::tenant();
        env.run(["db", "init"]).ok();
        let sets = fixture::tenant_sets();
        let (org, user, _) = sets.iter().find(|(_, _, set)| set.is_empty()).unwrap();
        Self { org: org.clone(), user: user.clone(), env }
    }

    fn on_set(&self, words: &[&str]) -> Vec<String> {
        words.iter().chain(&["--org", &self.org, "--user", &self.user]).map(|&word| word.to_owned()).collect()
    }

    fn store(&self, set: &Value, note: &str) {
        let words = self.on_set(&["secret", "import", "--note", note, "-"]);
        self.env.run_with_input(words, set.to_string()).ok();
    }

    fn list(&self) -> Vec<Value> {
        self.env.run(self.on_set(&["--json", "history", "list"])).json().as_array().unwrap().clone()
    }

    fn exported(&self) -> Value {
        self.env.run(self.on_set(&["secret", "export"])).json()
    }
}

fn set(value: &str) -> Value {
    json!({"TOKEN": {"secret": value, "description": "d"}, "OTHER": {"secret": "same", "description": ""}})
}

#[test]
fn each_commit_keeps_the_set_that_it_replaced_and_any_can_be_restored() {
    let desk = Desk::new();
    for (round, value) in ["one", "two", CANARY].iter().enumerate() {
        desk.store(&set(value), &format!("round {round}"));
    }
    let kept = desk.list();
    let notes: Vec<&str> = kept.iter().map(|one| one["note"].as_str().unwrap()).collect();
    assert_eq!(notes, ["round 2", "round 1", "round 0"]);
    assert_eq!(kept.iter().map(|one| one["secrets"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 2, 0]);
    assert!(kept[0]["operator"].as_str().unwrap().contains('@'));
    assert!(kept[0]["replaced_at"].as_str().unwrap().starts_with("20"));

    let two = kept[0]["id"].to_string();
    let one = kept[1]["id"].to_string();
    let shown = desk.env.run(["history", "show", &two]).ok();
    assert!(shown.contains("~ TOKEN  value") && shown.contains("= 1 unchanged") && !shown.contains(CANARY), "{shown}");
    assert!(desk.env.run(["history", "show", &two, "--with", &one]).ok().contains("~ TOKEN  value"));

    desk.env.run(["history", "restore", &one, "--dry-run"]).ok();
    assert_eq!(desk.exported(), set(CANARY));
    desk.env.run(["history", "restore", &one]).ok();
    assert_eq!(desk.exported(), set("one"));
    assert_eq!(desk.list()[0]["note"], format!("restored {one}"));
    let trail = desk.env.run(["audit", "list", "--action", "restore", "--json"]).json();
    assert_eq!(trail.as_array().unwrap().len(), 1);
    assert_eq!(trail[0]["detail"], format!("kept set {one}"));
    desk.env.run(["audit", "verify"]).ok();
    desk.env.run(["history", "show", "99999"]).fails(4);
}

#[test]
fn what_is_kept_is_ciphertext_and_a_commit_that_changes_nothing_keeps_nothing() {
    let desk = Desk::new();
    desk.store(&set(CANARY), "");
    desk.store(&set("later"), "");
    let before = desk.list().len();
    desk.store(&set("later"), "");
    assert_eq!(desk.list().len(), before);
    let dump = desk.env.dump();
    assert!(dump.iter().any(|line| line.contains("strongroom_history_row")));
    assert!(!dump.iter().any(|line| line.contains(CANARY)));
}

#[test]
fn twenty_versions_of_a_set_are_kept_and_those_of_ninety_days() {
    let desk = Desk::new();
    for round in 0..22 {
        desk.store(&set(&round.to_string()), &format!("round {round}"));
    }
    let kept = desk.list();
    assert_eq!(kept.len(), 20);
    assert_eq!(kept[19]["note"], "round 2");
    desk.env.sql("UPDATE strongroom_history SET made_at = '2020-01-01T00:00:00Z' WHERE note = 'round 3'");
    desk.store(&set("new"), "new");
    assert!(!desk.list().iter().any(|one| one["note"] == "round 3"));
}

#[test]
fn kept_sets_are_purged_by_scope_by_age_and_when_nobody_is_left() {
    let desk = Desk::new();
    for value in ["1", "2", "3"] {
        desk.store(&set(value), value);
    }
    desk.env.sql("UPDATE strongroom_history SET made_at = '2020-01-01T00:00:00Z' WHERE note = '1'");
    desk.env.run(["history", "purge", "--all", "--older-than", "30"]).ok();
    assert_eq!(desk.list().len(), 2);
    desk.env.sql("UPDATE strongroom_history SET user_id = '00000000-0000-4000-8000-000000000001' WHERE note = '2'");
    assert_eq!(desk.env.run(["--json", "db", "status"]).json()["orphaned_sets"], 1);
    assert!(desk.env.run(["history", "purge", "--orphans"]).ok().starts_with("1 "));
    desk.env.run(desk.on_set(&["history", "purge"])).ok();
    assert!(desk.list().is_empty());
    assert!(!desk.env.dump().iter().any(|line| line.starts_with("strongroom_history_row")));
    desk.env.run(["history", "purge"]).fails(2);
}

#[test]
fn a_database_without_our_tables_says_that_it_keeps_nothing() {
    let env = TestEnv::tenant();
    let said = env.run(["history", "list", "--org", fixture::ACME, "--shared"]).fails(1);
    assert!(said.contains("keeps no history") && said.contains("db init"), "{said}");
    assert_eq!(env.run(["--json", "db", "status"]).json()["kept_sets"], 0);
}

#[test]
fn what_an_org_shares_is_kept_as_well_and_apart() {
    let desk = Desk::new();
    let shared = |words: &[&str]| -> Vec<String> {
        words.iter().chain(&["--org", &desk.org, "--shared"]).map(|&word| word.to_owned()).collect()
    };
    let before = desk.env.run(shared(&["secret", "export"])).json();
    desk.env.run_with_input(shared(&["secret", "import", "-"]), set("shared").to_string()).ok();
    let kept = desk.env.run(shared(&["--json", "history", "list"])).json();
    assert_eq!(kept.as_array().unwrap().len(), 1);
    assert!(desk.list().is_empty(), "the user's set is another one");
    desk.env.run(["history", "restore", &kept[0]["id"].to_string()]).ok();
    // A description that was NULL is empty from then on: the server cannot live with NULL.
    let before = before.to_string().replace("null", "\"\"");
    assert_eq!(desk.env.run(shared(&["secret", "export"])).json().to_string(), before);
}

#[test]
fn tables_of_an_earlier_version_are_brought_up_to_date() {
    let desk = Desk::new();
    desk.env.sql(
        "DROP TABLE strongroom_history_row; DROP TABLE strongroom_history; UPDATE strongroom_meta SET value = '1' WHERE key = 'schema_version'",
    );
    desk.store(&set("stored without a history"), "");
    desk.env.run(desk.on_set(&["history", "list"])).fails(1);
    desk.env.run(["db", "init"]).ok();
    desk.store(&set("next"), "kept");
    assert_eq!(desk.list()[0]["note"], "kept");
}
