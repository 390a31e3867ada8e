//! What may stand between a review and its commit.

use crate::common::Terminal;
use crate::common::keys::{CTRL_S, ENTER, ESC, TAB};
use crate::common::terminal::Exit;
use crate::{desk, snap_all};

fn leave(mut terminal: Terminal) {
    terminal.send("\x03");
    terminal.wait_for("y leave");
    terminal.send("y");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_note_and_the_word_of_a_guarded_profile() {
    let mut desk = desk();
    desk.env.write_private(
        "config.toml",
        "default_profile = \"prod\"\n[profiles.prod]\nconfirm = \"prod\"\nrequire_note = true\ncolour = \"red\"\n",
    );
    desk.env.set("STRONGROOM_CONFIG", &desk.env.path("config.toml").display().to_string());
    let mut terminal = desk.env.console(120, 30, desk.on_set(&["edit"]));
    terminal.wait_for("Before you go on");
    terminal.go(ENTER, "GITHUB_TOKEN");
    terminal.go("d", "1 change");
    terminal.go(CTRL_S, "1 removed");
    terminal.go(TAB, "Why is this changed?");
    terminal.go("the leak of last Tuesday, ticket 4711: every token of CI goes", "4711");
    snap_all(&terminal, "review_note");
    terminal.go(ENTER, "Note: the leak");
    terminal.go(ENTER, "Type prod");
    terminal.go("pro", "> pro");
    snap_all(&terminal, "review_guard");
    terminal.send(ESC);
    terminal.wait_for("enter edit");
    leave(terminal);
}

#[test]
fn a_database_that_is_silent_and_one_that_refuses() {
    let desk = desk();
    if desk.env.has_server() {
        // Another server is silenced elsewhere, with its process.
        return;
    }
    let mut terminal = desk.edit(120, 30);
    terminal.go("d", "1 change");
    terminal.go(CTRL_S, "1 removed");
    let other = desk.env.sqlite("tenant.db");
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    terminal.go(ENTER, "waiting for the database");
    snap_all(&terminal, "review_waiting");
    terminal.go(ESC, "Nothing was written");
    snap_all(&terminal, "review_given_up");
    other.execute_batch("ROLLBACK").unwrap();
    desk.env.sql("ALTER TABLE custom_secrets RENAME TO elsewhere");
    terminal.go(ENTER, "no table");
    snap_all(&terminal, "review_failed");
    terminal.send(ESC);
    terminal.wait_for("enter edit");
    leave(terminal);
}
