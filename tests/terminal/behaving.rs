//! What the console does with the terminal that it gets, and what it keeps of what it said.

use crate::common::terminal::Exit;
use crate::desk::{Desk, was_sent};

#[test]
fn what_was_said_can_be_read_again() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    terminal.send("3Y");
    terminal.wait_for("Copied the name");
    terminal.wait_for("clipboard 30 s");
    terminal.wait_for("clipboard 29 s");
    terminal.wait_gone("Copied the name");
    terminal.send(":messages\r");
    terminal.wait_for("Messages");
    terminal.wait_for("Copied the name");
    terminal.send("\x1b");
    terminal.wait_gone("Messages");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn without_the_mouse_the_terminal_keeps_its_own_selection() {
    let mut desk = Desk::new();
    let mut terminal = desk.browse(80, 24);
    assert!(was_sent(&terminal, "\x1b[?1000h"));
    terminal.send("q");
    terminal.wait_exit();
    desk.env.write_private("config.toml", "[console]\nmouse = false\n");
    let config = desk.env.path("config.toml").display().to_string();
    desk.env.set("STRONGROOM_CONFIG", &config);
    let mut terminal = desk.browse(80, 24);
    assert!(!was_sent(&terminal, "\x1b[?1000h"));
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_terminal_that_cannot_place_its_cursor_is_refused() {
    let mut desk = Desk::new();
    desk.env.set("TERM", "dumb");
    let mut terminal = desk.env.console(80, 24, [] as [&str; 0]);
    assert_eq!(terminal.wait_exit(), Exit::Code(2));
    let said = String::from_utf8_lossy(&terminal.output()).into_owned();
    assert!(said.contains("cannot place its cursor (TERM=dumb)") && said.contains("strongroom help"), "{said}");
    assert!(!said.contains('\x1b'), "{said:?}");
}

/// A click of the left button on the first place that says `text`.
fn click(terminal: &mut crate::common::Terminal, text: &str) {
    let screen = terminal.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
    let column = line.split(text).next().unwrap().chars().count();
    terminal.send(&format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m", x = column + 2, y = row + 1));
}

#[test]
fn a_click_chooses_and_a_double_click_opens() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    click(&mut terminal, "SLACK_WEBHOOK");
    terminal.wait_for("▌SLACK_WEBHOOK");
    std::thread::sleep(std::time::Duration::from_millis(600));
    click(&mut terminal, "Globex");
    terminal.wait_for("▌Globex");
    terminal.wait_for("▸ Globex");
    click(&mut terminal, "Acme Corp");
    terminal.wait_for("▌Acme Corp");
    terminal.wait_for("SHARED_0");
    std::thread::sleep(std::time::Duration::from_millis(600));
    click(&mut terminal, "SHARED_0");
    click(&mut terminal, "SHARED_0");
    terminal.wait_for("ctrl-s review");
    terminal.send("\x1b");
    terminal.wait_gone("ctrl-s review");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}
