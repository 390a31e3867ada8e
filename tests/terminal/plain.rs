//! `--plain`, and a terminal that knows no more: nothing of ours is drawn in anything but ASCII, on no screen.

use crate::common::Terminal;
use crate::common::fixture;
use crate::common::keys::{BACKSPACE, CTRL_C, CTRL_L, CTRL_S, DOWN, ENTER, ESC, TAB};
use crate::common::terminal::Exit;
use crate::desk::{CANARY, Desk, ORG};
use serde_json::json;
use std::collections::BTreeSet;
use std::ffi::OsStr;

const CTRL_P: &str = "\x10";

/// What a customer wrote, and may be shown as it is.
const CUSTOMERS: &str = "ŠIFRA_秘密";

/// A desk whose profile asks for a note and a word before a commit, and whose lock is a screen.
fn desk() -> Desk {
    let set = json!({
        "GITHUB_TOKEN": {"secret": CANARY, "description": "CI pushes"},
        "TLS_KEY": {"secret": "one\n".repeat(40), "description": ""},
        "TWO_LINES": {"secret": "one\ntwo", "description": ""},
        "EMPTY_ONE": {"secret": "", "description": "there is nothing in it"},
        CUSTOMERS: {"secret": "x", "description": "全角の説明"},
    });
    let mut desk = Desk::with(&set.to_string());
    desk.env.write_private(
        "config.toml",
        "default_profile = \"p\"\n[console]\nlock = \"screen\"\n[profiles.p]\nconfirm = \"prod\"\nrequire_note = true\n",
    );
    desk.env.set("STRONGROOM_CONFIG", &desk.env.path("config.toml").display().to_string());
    desk
}

/// Sends keys one after the other and waits each time for what they bring.
#[track_caller]
fn go_through(terminal: &mut Terminal, steps: &[(&str, &str)]) {
    for (keys, expected) in steps {
        terminal.go(keys, expected);
    }
}

/// The console of a profile that is guarded, which has to be acknowledged.
fn open<A: AsRef<OsStr>>(desk: &Desk, width: u16, height: u16, words: impl IntoIterator<Item = A>) -> Terminal {
    let mut terminal = desk.env.console(width, height, words);
    terminal.wait_for("Before you go on");
    terminal.send(ENTER);
    terminal
}

/// The browser with the user's set in view and in focus.
fn browse(desk: &Desk, words: &[&str]) -> Terminal {
    let mut terminal = open(desk, 120, 30, words);
    terminal.wait_for(ORG);
    terminal.send(&format!("2/{}\r", desk.email));
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send("3");
    terminal.wait_for(">EMPTY_ONE");
    terminal
}

/// Asserts that nothing of ours in all that was ever sent is more than ASCII.
#[track_caller]
fn assert_ascii(terminal: &Terminal) {
    let customers: BTreeSet<char> = [fixture::TENANT, CUSTOMERS, "全角の説明"]
        .iter()
        .flat_map(|text| text.chars())
        .filter(|it| !it.is_ascii())
        .collect();
    let ours = "▌▸▏▲✓✗·…•¶–─█░◐┃→↑│╭".chars().find(|sign| customers.contains(sign));
    assert_eq!(ours, None, "no customer writes what we draw, or this would show nothing");
    let sent = String::from_utf8(terminal.output()).unwrap();
    let wrong = sent.char_indices().find(|(_, it)| !it.is_ascii() && !customers.contains(it));
    let around = wrong.map(|(at, _)| {
        sent[..at].lines().last().unwrap_or_default().to_owned() + &sent[at..].chars().take(20).collect::<String>()
    });
    assert_eq!(around, None, "what came before it, and the character");
}

#[test]
fn the_browser_and_what_opens_from_it_are_ascii() {
    let mut desk = desk();
    let mut terminal = browse(&desk, &["--plain"]);
    go_through(&mut terminal, &[("G ", "hides in"), ("gj", ">GITHUB_TOKEN"), (" ", CANARY)]);
    go_through(&mut terminal, &[("/tls", "TLS_KEY"), (" ", "/tls")]);
    terminal.send(ENTER);
    terminal.close(ESC, "/tls");
    go_through(&mut terminal, &[("/tls\r ", "more lines"), ("y", "Copied")]);
    terminal.close(ESC, "/tls");
    go_through(&mut terminal, &[("/nobody", "No secret here is called that")]);
    terminal.send(ENTER);
    terminal.close(ESC, "/nobody");
    go_through(&mut terminal, &[("1/nobody", "No organisation")]);
    terminal.send(ENTER);
    terminal.close(ESC, "/nobody");
    go_through(&mut terminal, &[("3?", "Keys"), ("G", "Keys"), ("/rev", "Commands: rev")]);
    terminal.close(ESC, "Commands");
    go_through(&mut terminal, &[(":zzz", "Nothing is called that")]);
    terminal.close(ESC, "Commands");
    go_through(&mut terminal, &[(CTRL_P, "Find:"), ("github", "Acme Corp >")]);
    terminal.close(ESC, "Find:");
    go_through(&mut terminal, &[("H", "keeps no history"), ("y", "Copied the script")]);
    terminal.close(ESC, "keeps no history");
    go_through(&mut terminal, &[("A", "as it was written"), ("/copy", "copy"), (ENTER, "1/1")]);
    terminal.close(ESC, "/copy");
    terminal.close(ESC, "Audit trail");
    let other = json!({"GITHUB_TOKEN": "x", "TWO_LINES": {"secret": "one\ntwo", "description": ""}});
    desk.env.write_private("other.json", other.to_string());
    go_through(&mut terminal, &[(":compare @other.json\r", "Two sets"), ("u", "the same"), ("gj ", "* GITHUB_TOKEN")]);
    terminal.close(ESC, "Two sets");
    go_through(&mut terminal, &[(":compare @nowhere.env\r", "cannot be read"), ("\x1bOQ", "Messages")]);
    terminal.close(ESC, "Messages");
    go_through(&mut terminal, &[(CTRL_L, "Anyone at this terminal"), (ENTER, "GITHUB_TOKEN")]);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_ascii(&terminal);

    desk.env.run(["db", "init"]).ok();
    let many: serde_json::Map<_, _> = (0..30).map(|at| (format!("NEW_{at}"), json!("x"))).collect();
    desk.env
        .run_with_input(desk.on_set(&["import", "--confirm", "prod", "--note", "why", "-"]), json!(many).to_string())
        .ok();
    desk.env.set("TERM", "linux");
    let mut terminal = open(&desk, 80, 25, [] as [&str; 0]);
    terminal.wait_for(ORG);
    terminal.send(&format!("2/{}\r3", desk.email));
    go_through(&mut terminal, &[("", "NEW_0"), ("H", "more")]);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_ascii(&terminal);
}

#[test]
fn the_form_and_all_that_follows_it_are_ascii() {
    let desk = desk();
    let words = [vec!["--plain".to_owned()], desk.on_set(&["edit"])].concat();
    let mut terminal = open(&desk, 100, 24, words);
    go_through(&mut terminal, &[("", "GITHUB_TOKEN"), ("gjjd", "1 change"), (DOWN, ">"), ("a2nd name", "2nd name")]);
    go_through(
        &mut terminal,
        &[(TAB, "value is empty"), ("CANARY", "******"), ("\x12", "in the clear"), (ESC, "enter edit")],
    );
    go_through(
        &mut terminal,
        &[(ESC, "Leave without saving"), ("n", "enter edit"), (CTRL_C, "y leave, n stay"), ("n", "enter edit")],
    );
    go_through(&mut terminal, &[("GD", "_COPY"), (CTRL_S, "2 added"), (ESC, "enter edit")]);
    terminal.send("q");
    go_through(&mut terminal, &[("", "y leave, n stay"), ("y", "")]);
    terminal.wait_end();
    assert_ascii(&terminal);

    let words = [vec!["--plain".to_owned()], desk.on_set(&["edit"])].concat();
    let mut terminal = open(&desk, 100, 24, words);
    go_through(&mut terminal, &[("", "GITHUB_TOKEN"), ("gjd", "1 change"), (CTRL_S, "1 removed"), ("u", "unchanged")]);
    let theirs = json!({"GITHUB_TOKEN": {"secret": "theirs", "description": ""}});
    desk.env
        .run_with_input(desk.on_set(&["import", "--confirm", "prod", "--note", "why", "-"]), theirs.to_string())
        .ok();
    go_through(&mut terminal, &[(ENTER, "wants a note"), ("because", "> because"), (ENTER, "Note: because")]);
    go_through(
        &mut terminal,
        &[(ENTER, "Type prod"), (ENTER, "type prod first"), ("prod", "> prod"), (ENTER, "Merge: 1 to decide")],
    );
    go_through(&mut terminal, &[(" ", "base"), ("m", "0 to decide"), (ENTER, "Review:"), (ENTER, "wants a note")]);
    go_through(&mut terminal, &[("x\r", "Note: x"), (ENTER, "Type prod"), ("prod\r", "Stored")]);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_ascii(&terminal);
}

#[test]
fn the_walk_through_a_rotation_is_ascii() {
    let desk = Desk::new();
    desk.env
        .write_private("one.json", json!([{"id": "an-id-longer-than-sixteen-cells", "key": "new secret"}]).to_string());
    let mut terminal = desk.env.console(110, 34, ["--plain"]);
    go_through(
        &mut terminal,
        &[("", ORG), ("R", "enter: choose the key"), (ENTER, "Which key is everything"), ("j\r", "path of a file")],
    );
    go_through(&mut terminal, &[("one.json\r", "Does every server read"), ("yes\r", "A backup of what")]);
    terminal.send(&BACKSPACE.repeat(60));
    go_through(
        &mut terminal,
        &[("skip\r", "enter goes on to the rotation"), (ENTER, "enter begins"), (ENTER, "enter verifies that")],
    );
    go_through(&mut terminal, &[(ENTER, "or are empty"), (ENTER, "enter retires them"), (ENTER, "nothing typed ends")]);
    go_through(&mut terminal, &[(ENTER, "For the ticket"), (ENTER, "Orgs")]);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_ascii(&terminal);
}
