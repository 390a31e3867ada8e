//! Names, descriptions and values that try to drive the terminal.

use crate::common::keys::CTRL_S;
use crate::common::terminal::Exit;
use crate::common::{TestEnv, fixture};
use crate::desk::{Desk, was_sent};
use serde_json::json;

#[test]
fn an_orgs_name_cannot_drive_the_terminal() {
    let env = TestEnv::tenant();
    let mut terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("evil");
    assert!(!was_sent(&terminal, fixture::EVIL_NAME));
    assert!(!was_sent(&terminal, "\u{202e}"));
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn names_descriptions_and_values_are_shown_with_escapes_everywhere() {
    let hostile = "x\u{1b}]0;owned\u{7}\u{202e}\u{2066}\u{9b}31m";
    let mut set = serde_json::Map::new();
    set.insert("GITHUB_TOKEN".to_owned(), json!({"secret": hostile, "description": hostile}));
    set.insert(format!("N{hostile}"), json!({"secret": "y", "description": ""}));
    let desk = Desk::with(&serde_json::Value::Object(set).to_string());
    let mut terminal = desk.browse(120, 30);
    terminal.send("3 ");
    terminal.wait_for("owned");
    terminal.send("e");
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send("d");
    terminal.send(CTRL_S);
    terminal.wait_for("1 removed");
    for bad in ["\u{1b}]0;owned", "\u{7}", "\u{202e}", "\u{2066}", "\u{9b}"] {
        assert!(!was_sent(&terminal, bad), "{bad:?} reached the terminal");
    }
    terminal.send("\x1b");
    terminal.wait_gone("1 removed");
    terminal.send("q");
    terminal.wait_for("Leave");
    terminal.send("y");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}
