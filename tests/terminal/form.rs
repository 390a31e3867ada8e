//! The form, the review and the commit.

use crate::common::keys::{CTRL_R, CTRL_S, ENTER, ESC, TAB, paste};
use crate::common::terminal::Exit;
use crate::desk::{CANARY, Desk, OTHER_CANARY, was_sent};
use serde_json::json;

#[test]
fn from_the_browser_to_a_committed_new_secret() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    terminal.send("e");
    terminal.wait_for("SLACK_WEBHOOK");
    terminal.send("a");
    terminal.send("NEW_TOKEN");
    terminal.send(ENTER);
    terminal.send("typed-CANARY");
    terminal.send(TAB);
    terminal.send("made in a test");
    terminal.send(CTRL_S);
    terminal.wait_for("1 added");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.wait_for("made in a test");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(!was_sent(&terminal, "typed-CANARY"), "a value is typed unseen");
    assert!(!was_sent(&terminal, CANARY));
    assert_eq!(
        desk.exported(),
        json!({
            "GITHUB_TOKEN": {"secret": CANARY, "description": "CI pushes"},
            "SLACK_WEBHOOK": {"secret": OTHER_CANARY, "description": ""},
            "NEW_TOKEN": {"secret": "typed-CANARY", "description": "made in a test"},
        })
    );
}

#[test]
fn a_value_with_crlf_a_tab_and_a_nul_is_edited_around_and_still_itself() {
    let odd = "first\r\nsecond\tcolumn\u{0}end\r\n";
    let set = json!({
        "GITHUB_TOKEN": {"secret": odd, "description": "odd"},
        "SLACK_WEBHOOK": {"secret": "x", "description": ""},
    });
    let desk = Desk::with(&set.to_string());
    let mut terminal = desk.edit(120, 30);
    // Through every field of the odd one, then a change of the other one.
    terminal.send("i");
    terminal.send(TAB);
    terminal.send(TAB);
    terminal.send("ly");
    terminal.send(ESC);
    terminal.wait_for("oddly");
    terminal.send("j");
    terminal.send("d");
    terminal.send(CTRL_S);
    terminal.wait_for("1 removed");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(desk.exported(), json!({"GITHUB_TOKEN": {"secret": odd, "description": "oddly"}}));
}

#[test]
fn a_value_edited_in_place_keeps_its_line_endings() {
    let set = json!({"GITHUB_TOKEN": {"secret": "one\r\ntwo\r\n", "description": ""}});
    let desk = Desk::with(&set.to_string());
    let mut terminal = desk.edit(120, 30);
    terminal.send("i");
    terminal.send(TAB);
    terminal.send(CTRL_R);
    terminal.wait_for("two");
    terminal.send("zero\r");
    terminal.send(CTRL_S);
    terminal.wait_for("1 changed");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    let value = desk.exported()["GITHUB_TOKEN"]["secret"].as_str().unwrap().to_owned();
    assert!(value == "zero\r\none\r\ntwo\r\n" || value == "one\r\ntwo\r\nzero\r\n", "{value:?}");
}

#[test]
fn pasted_lines_become_rows() {
    let desk = Desk::new();
    let mut terminal = desk.edit(120, 30);
    terminal.send(&paste("PASTED_ONE=pasted-CANARY\rPASTED_TWO=\"two\\nlines\"\r"));
    terminal.wait_for("PASTED_TWO");
    terminal.send(CTRL_S);
    terminal.wait_for("2 added");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(!was_sent(&terminal, "pasted-CANARY"));
    let exported = desk.exported();
    assert_eq!(exported["PASTED_ONE"]["secret"], "pasted-CANARY");
    assert_eq!(exported["PASTED_TWO"]["secret"], "two\nlines");
}

#[test]
fn a_set_that_changed_meanwhile_is_not_overwritten_and_the_form_survives() {
    let desk = Desk::new();
    let mut terminal = desk.edit(120, 30);
    terminal.send("d");
    desk.env.write_private("other.json", r#"{"STORED_MEANWHILE": "x"}"#);
    desk.env.run(desk.on_set(&["import", "other.json"])).ok();
    terminal.send(CTRL_S);
    terminal.wait_for("1 removed");
    terminal.send(ENTER);
    terminal.wait_for("Merge:");
    terminal.send(ESC);
    terminal.wait_for("othing was written");
    assert_eq!(desk.exported(), json!({"STORED_MEANWHILE": {"secret": "x", "description": ""}}));
    terminal.send(ESC);
    terminal.wait_for("SLACK_WEBHOOK");
    terminal.send("q");
    terminal.wait_for("Leave");
    terminal.send("y");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_read_only_database_is_browsed_and_says_why_the_form_stays_closed() {
    let desk = Desk::new();
    let mut terminal = desk.env.console(120, 30, ["--read-only"]);
    terminal.wait_for("read-only");
    terminal.wait_for("••••");
    terminal.send("e");
    terminal.wait_for("nothing can be edited");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}
