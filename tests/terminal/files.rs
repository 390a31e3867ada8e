//! `:import FILE`, `:export FILE` and `:compare SIDE`.

use crate::common::TestEnv;
use crate::common::keys::{CTRL_S, ENTER, ESC};
use crate::desk::{CANARY, Desk, ORG, OTHER_CANARY, was_sent};
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_file_becomes_rows_of_the_form() {
    for (name, text) in [
        ("more.env", "# a comment\nexport GITHUB_TOKEN=file-CANARY\nNEW='two words'\n".to_owned()),
        (
            "more.json",
            r#"{"GITHUB_TOKEN": "file-CANARY", "NEW": {"secret": "two words", "description": "from a file"}}"#
                .to_owned(),
        ),
    ] {
        let desk = Desk::new();
        desk.env.write_private(name, text);
        let mut terminal = desk.browse(120, 30);
        terminal.send(&format!(":import {name}"));
        terminal.wait_for("enter runs it");
        terminal.send(ENTER);
        terminal.wait_for("1 row added, 1 value replaced");
        terminal.send(CTRL_S);
        terminal.wait_for("1 changed, 1 added");
        terminal.send(ENTER);
        terminal.wait_for("Stored");
        terminal.send("q");
        terminal.wait_exit();
        assert!(!was_sent(&terminal, "file-CANARY"));
        let described = if name.ends_with("json") { "from a file" } else { "" };
        assert_eq!(
            desk.exported(),
            json!({
                "GITHUB_TOKEN": {"secret": "file-CANARY", "description": "CI pushes"},
                "SLACK_WEBHOOK": {"secret": OTHER_CANARY, "description": ""},
                "NEW": {"secret": "two words", "description": described},
            })
        );
    }
}

#[test]
fn a_file_that_is_no_set_changes_nothing_and_is_not_quoted() {
    let desk = Desk::new();
    desk.env.write_private("broken.json", r#"{"A": "CANARY-broken""#);
    let mut terminal = desk.edit(120, 30);
    terminal.send(":import broken.json\r");
    terminal.wait_for("this is not JSON");
    terminal.send(":import nowhere.env\r");
    terminal.wait_for("cannot be read");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!was_sent(&terminal, "CANARY-broken"));
}

#[test]
fn a_set_is_written_into_a_new_private_file_and_never_over_one() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    terminal.send(":export out.json\r");
    terminal.wait_for("2 secrets written in the clear");
    terminal.send(":export out.json\r");
    terminal.wait_for("exists already");
    terminal.send("q");
    terminal.wait_exit();
    assert_eq!(std::fs::metadata(desk.env.path("out.json")).unwrap().permissions().mode() & 0o777, 0o600);
    let written: serde_json::Value = serde_json::from_slice(&desk.env.read("out.json")).unwrap();
    assert_eq!(written, desk.exported());
    assert!(!was_sent(&terminal, CANARY));
}

#[test]
fn a_set_is_compared_with_a_file_and_takes_over_what_is_chosen_of_it() {
    let desk = Desk::new();
    desk.env.write_private("other.env", format!("GITHUB_TOKEN='{CANARY}'\nONLY_THERE=file-CANARY\n"));
    let mut terminal = desk.browse(120, 30);
    terminal.send(":compare @other.env\r");
    terminal.wait_for("first:  other.env");
    terminal.wait_for("space choose");
    let screen = terminal.screen();
    // The first line names the database.
    insta::assert_snapshot!("compare_file", screen.split_once('\n').unwrap().1);
    terminal.send("G ");
    terminal.wait_for("* ONLY_THERE");
    terminal.send(ENTER);
    terminal.wait_for("3 · 1 change");
    terminal.send(CTRL_S);
    terminal.wait_for("1 added");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!was_sent(&terminal, CANARY) && !was_sent(&terminal, "file-CANARY"));
    assert_eq!(desk.exported()["ONLY_THERE"]["secret"], "file-CANARY");
}

#[test]
fn a_set_is_compared_with_one_of_another_profile() {
    let desk = Desk::new();
    let copy = TestEnv::sqlite_tenant();
    let config = format!(
        "[profiles.staging]\ndatabase = \"sqlite:{}\"\nkey = {{ file = \"{}\" }}\n\n[profiles.asking]\n\
         database = \"sqlite:nowhere.db\"\nkey = {{ prompt = true }}\n",
        copy.path("tenant.db").display(),
        copy.path("keys.json").display()
    );
    desk.env.write_private("config.toml", config);
    let mut terminal = desk.env.console(120, 30, ["--config", "config.toml"]);
    terminal.wait_for(ORG);
    terminal.send("2/");
    terminal.send(&desk.email);
    terminal.send("\r");
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send(&format!(":compare staging:{ORG}/{}\r", desk.email));
    terminal.wait_for("Two sets");
    terminal.wait_for("only in the second");
    terminal.send(ESC);
    terminal.wait_for("Orgs");
    terminal.send(":compare asking:a/b\r");
    terminal.wait_for("asks for its key");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!was_sent(&terminal, CANARY));
}
