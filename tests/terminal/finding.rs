//! The search over everything, from anywhere in the browser.

use crate::common::TestEnv;
use crate::common::keys::ENTER;
use crate::common::terminal::Exit;
use crate::desk::{CANARY, Desk, OTHER_CANARY, was_sent};

const CTRL_P: &str = "\x10";

#[test]
fn a_secret_is_found_by_a_part_of_its_name_and_gone_to() {
    let desk = Desk::new();
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Type a part of a name");
    terminal.send("slack_web");
    terminal.wait_for("Acme Corp ▸");
    terminal.send(ENTER);
    terminal.wait_for("▌SLACK_WEBHOOK");
    terminal.wait_for(&format!("Acme Corp ▸ {}", desk.email));
    // What was gone to is offered again, before anything is typed.
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.wait_for("SLACK_WEBHOOK  Acme Corp");
    terminal.send("zzzz");
    terminal.wait_for("Nothing is called that");
    terminal.send("\x1b");
    terminal.wait_gone("Find:");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(!was_sent(&terminal, CANARY) && !was_sent(&terminal, OTHER_CANARY));
}

#[test]
fn organisations_and_people_are_found_as_well() {
    let env = TestEnv::new();
    let mut terminal = env.console(80, 24, ["demo"]);
    terminal.wait_for("Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.send("glob");
    terminal.wait_for("organisation");
    terminal.send(ENTER);
    terminal.wait_for("Users");
    terminal.wait_for("▸ Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    // What is not there yet is opened when it comes.
    terminal.send("elif.weber\r");
    terminal.wait_for("Secrets");
    terminal.wait_for("elif.weber@acme.example, personal");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}
