//! Somebody else stores the set while its form is open.

use crate::common::keys::{CTRL_S, ENTER, ESC, TAB};
use crate::desk::{CANARY, Desk, OTHER_CANARY, was_sent};
use serde_json::json;

/// A form in which `GITHUB_TOKEN` is changed and `MINE` is added, over a set that somebody stores as `theirs` meanwhile;
/// the review of it, refused.
fn refused(desk: &Desk, theirs: &serde_json::Value) -> crate::common::Terminal {
    let mut terminal = desk.edit(100, 24);
    terminal.send("i");
    terminal.send(TAB);
    terminal.send("mine-CANARY");
    terminal.send(ESC);
    terminal.wait_for("1 change");
    terminal.send("a");
    terminal.send("MINE");
    terminal.send(ENTER);
    terminal.send("added-CANARY");
    terminal.send(CTRL_S);
    terminal.wait_for("1 added");
    desk.env.run_with_input(desk.on_set(&["import", "-"]), theirs.to_string()).ok();
    terminal.send(ENTER);
    terminal.wait_for("Merge:");
    terminal
}

#[test]
fn changes_that_do_not_touch_each_other_merge_by_themselves() {
    let desk = Desk::new();
    let theirs = json!({
        "GITHUB_TOKEN": {"secret": CANARY, "description": "CI pushes"},
        "THEIRS": {"secret": "t", "description": ""},
    });
    let mut terminal = refused(&desk, &theirs);
    terminal.wait_for("0 to decide");
    terminal.send(ENTER);
    terminal.wait_for("Review: 1 changed, 1 added, 1 unchanged");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!was_sent(&terminal, CANARY) && !was_sent(&terminal, "mine-CANARY"));
    assert_eq!(
        desk.exported(),
        json!({
            "GITHUB_TOKEN": {"secret": "mine-CANARY", "description": "CI pushes"},
            "THEIRS": {"secret": "t", "description": ""},
            "MINE": {"secret": "added-CANARY", "description": ""},
        })
    );
}

#[test]
fn a_name_that_both_changed_is_decided_by_the_operator() {
    for (key, wins) in [("t", "theirs-CANARY"), ("m", "mine-CANARY")] {
        let desk = Desk::new();
        let theirs = json!({
            "GITHUB_TOKEN": {"secret": "theirs-CANARY", "description": "CI pushes"},
            "SLACK_WEBHOOK": {"secret": OTHER_CANARY, "description": ""},
        });
        let mut terminal = refused(&desk, &theirs);
        terminal.wait_for("1 to decide");
        terminal.send(ENTER);
        terminal.wait_for("still to decide");
        terminal.send(" ");
        terminal.wait_for("theirs-CANARY");
        terminal.wait_for("mine-CANARY");
        terminal.send(key);
        terminal.wait_for("0 to decide");
        terminal.wait_gone("theirs-CANARY");
        terminal.send(ENTER);
        terminal.wait_for("Review:");
        terminal.send(ENTER);
        terminal.wait_for("Stored");
        terminal.send("q");
        terminal.wait_exit();
        assert_eq!(desk.exported()["GITHUB_TOKEN"]["secret"], wins);
        assert_eq!(desk.exported()["MINE"]["secret"], "added-CANARY");
    }
}

#[test]
fn a_removal_against_a_change_is_asked_about_and_can_be_edited_on() {
    let desk = Desk::new();
    let theirs = json!({"SLACK_WEBHOOK": {"secret": OTHER_CANARY, "description": ""}});
    let mut terminal = refused(&desk, &theirs);
    terminal.wait_for("removed   changed");
    terminal.send("e");
    terminal.wait_for("+ GITHUB_TOKEN");
    // The form goes on over what is stored now: its own way to the commit.
    terminal.send(CTRL_S);
    terminal.wait_for("2 added");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    terminal.wait_exit();
    assert_eq!(desk.exported()["GITHUB_TOKEN"]["secret"], "mine-CANARY");
}

#[test]
fn giving_the_merge_up_stores_nothing_and_keeps_the_form() {
    let desk = Desk::new();
    let theirs = json!({"ONLY": {"secret": "theirs", "description": ""}});
    let mut terminal = refused(&desk, &theirs);
    terminal.send(ESC);
    terminal.wait_for("Nothing was written");
    terminal.send(ESC);
    terminal.wait_for("2 changes");
    terminal.send("\x03");
    terminal.send("y");
    terminal.wait_exit();
    assert_eq!(desk.exported(), theirs);
}

#[test]
fn the_same_change_on_both_sides_is_no_conflict_at_all() {
    let desk = Desk::new();
    let mut terminal = desk.edit(100, 24);
    terminal.send("d");
    terminal.send(CTRL_S);
    terminal.wait_for("1 removed");
    let theirs = json!({"SLACK_WEBHOOK": {"secret": OTHER_CANARY, "description": ""}});
    desk.env.run_with_input(desk.on_set(&["import", "-"]), theirs.to_string()).ok();
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    terminal.wait_exit();
    assert_eq!(desk.exported(), theirs);
}
