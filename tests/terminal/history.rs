//! The history of a set, and the way back.

use crate::common::keys::{CTRL_S, ENTER, ESC, TAB};
use crate::desk::{CANARY, Desk, was_sent};
use serde_json::json;

/// A desk whose database keeps history, with one commit in it already.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.env.run(["db", "init"]).ok();
    let set = json!({"GITHUB_TOKEN": {"secret": "rotated", "description": "CI pushes"}});
    desk.env.run_with_input(desk.on_set(&["import", "--note", "rotated", "-"]), set.to_string()).ok();
    desk
}

#[test]
fn a_kept_set_is_compared_and_restored_through_the_review() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    terminal.send("H");
    terminal.wait_for("rotated");
    terminal.wait_for("+ SLACK_WEBHOOK");
    terminal.wait_for("~ GITHUB_TOKEN");
    terminal.send(ENTER);
    terminal.wait_for("Review: 1 changed, 1 added");
    terminal.send(TAB);
    terminal.wait_for("Why is this changed?");
    terminal.send("it was the wrong one");
    terminal.send(ENTER);
    terminal.wait_for("Note: it was the wrong one");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("H");
    terminal.wait_for("it was the wrong one");
    terminal.send(ESC);
    terminal.wait_for("Orgs");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!was_sent(&terminal, CANARY), "nothing was shown in the clear");
    assert_eq!(desk.exported()["GITHUB_TOKEN"]["secret"], CANARY);
    let trail = desk.env.run(["audit", "list", "--json"]).json();
    let restore = trail.as_array().unwrap().iter().find(|record| record["action"] == "restore").unwrap();
    assert!(restore["detail"].as_str().unwrap().ends_with("it was the wrong one"), "{restore}");
}

#[test]
fn two_kept_sets_are_compared_with_each_other() {
    let desk = desk();
    let set = json!({"GITHUB_TOKEN": {"secret": "again", "description": "CI pushes"}, "NEW": "x"});
    desk.env.run_with_input(desk.on_set(&["import", "--note", "again", "-"]), set.to_string()).ok();
    let mut terminal = desk.browse(120, 30);
    terminal.send("H");
    terminal.wait_for("against what is stored");
    terminal.wait_for("- NEW");
    terminal.send(" ");
    terminal.wait_for("It says the same.");
    terminal.send("j");
    terminal.wait_for("against the marked set");
    terminal.wait_for("+ SLACK_WEBHOOK");
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
fn a_database_that_keeps_nothing_says_how_it_could() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    terminal.send("H");
    terminal.wait_for("keeps no history");
    terminal.wait_for("db init");
    terminal.wait_for("strongroom_history");
    terminal.send("y");
    terminal.wait_for("Copied the script");
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
fn a_profile_that_wants_a_note_gets_one() {
    let desk = Desk::new();
    desk.env.write_private("config.toml", "default_profile = \"p\"\n[profiles.p]\nrequire_note = true\n");
    let words = |words: &[&str]| -> Vec<String> {
        ["--config", "config.toml"].iter().map(|&word| word.to_owned()).chain(desk.on_set(words)).collect()
    };
    desk.env.run_with_input(words(&["import", "-"]), "{}").fails(2);
    let mut terminal = desk.env.console(100, 24, words(&["edit"]));
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send("d");
    terminal.send(CTRL_S);
    terminal.wait_for("1 removed");
    terminal.send(ENTER);
    terminal.wait_for("wants a note");
    terminal.send("because");
    terminal.send(ENTER);
    terminal.wait_for("Note: because");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
fn a_history_without_a_set_and_a_filter_without_a_hit_say_what_to_do() {
    let desk = Desk::new();
    desk.env.run(["db", "init"]).ok();
    let mut terminal = desk.browse(80, 24);
    terminal.send("H");
    terminal.wait_for("Nothing has replaced this set yet. Each commit");
    terminal.send(ESC);
    terminal.wait_gone("Nothing has replaced");
    terminal.send("A");
    terminal.wait_for("Audit trail");
    terminal.send("/nobody did that");
    terminal.wait_for("No record says that. esc clears the filter.");
    terminal.send(ENTER);
    terminal.send(ESC);
    terminal.wait_gone("No record says that");
    terminal.send("q");
    terminal.wait_exit();
}
