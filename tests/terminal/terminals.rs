//! Terminals that are not the usual one: far away, inside GNU screen, the console of Linux.

use crate::common::env::BINARY;
use crate::common::keys::{CTRL_S, DOWN, ENTER, ESC, TAB, UP, paste};
use crate::common::terminal::Exit;
use crate::common::{Output, Terminal};
use crate::desk::{CANARY, Desk, ORG, was_sent};
use std::path::Path;
use std::time::Duration;

/// What a far line takes each way.
const LATENCY: Duration = Duration::from_millis(100);

/// `strongroom` and `words` at the other end of a far line, which ssh says that it is.
fn far_away(desk: &mut Desk, words: &[String]) -> Terminal {
    desk.env.set("SSH_CONNECTION", "192.0.2.7 50022 192.0.2.1 22");
    let mut all = desk.env.global_arguments();
    all.extend(words.iter().map(Into::into));
    Terminal::spawn_behind(LATENCY, &desk.env, Path::new(BINARY), all, (100, 24))
}

#[test]
fn what_is_typed_ahead_of_the_answers_lands_where_it_should() {
    let mut desk = Desk::new();
    let mut terminal = far_away(&mut desk, &[]);
    // Everything at once, before the first screen has come: to the set, into its form, a new row, and the review.
    let email = desk.email.clone();
    for keys in ["2/", &email, ENTER, "3", "e", "a", "TYPED_AHEAD", TAB, "CANARY-ahead", CTRL_S] {
        terminal.send(keys);
    }
    terminal.wait_for("Review: 1 added, 2 unchanged");
    terminal.resize(80, 24);
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(desk.exported()["TYPED_AHEAD"]["secret"], "CANARY-ahead");
    assert!(!was_sent(&terminal, "CANARY-ahead") && !was_sent(&terminal, CANARY));
}

#[test]
fn a_key_that_the_line_cuts_in_two_is_that_key_and_a_paste_in_pieces_is_one() {
    let mut desk = Desk::new();
    let words = desk.on_set(&["edit"]);
    let mut terminal = far_away(&mut desk, &words);
    terminal.wait_for("▌= GITHUB_TOKEN");
    let (escape, rest) = DOWN.split_at(1);
    terminal.send(escape);
    terminal.send(rest);
    terminal.wait_for("▌= SLACK_WEBHOOK");
    terminal.send("i");
    terminal.wait_for("tab next");
    // In a field the rest of a sequence would be letters.
    let (escape, rest) = "\x1b[Z".split_at(1);
    for part in [TAB, TAB, escape, rest, "x"] {
        terminal.send(part);
    }
    terminal.wait_for("new value");
    terminal.send("\x15");
    terminal.wait_for("the value is empty");
    let pasted = paste("one\rtwo [A\rthree");
    for (from, to) in [(0, 3), (3, 9), (9, 14), (14, pasted.len() - 4), (pasted.len() - 4, pasted.len())] {
        terminal.send(&pasted[from..to]);
        if from == 3 {
            terminal.resize(90, 24);
        }
    }
    terminal.wait_for("new value");
    terminal.send(CTRL_S);
    terminal.wait_for("Review: 1 changed, 1 unchanged");
    // The key itself, after which nothing comes.
    terminal.send(ESC);
    terminal.wait_gone("Review");
    terminal.send(CTRL_S);
    terminal.wait_for("Review: 1 changed, 1 unchanged");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(desk.exported()["SLACK_WEBHOOK"]["secret"], "one\ntwo [A\nthree");
    assert_eq!(desk.exported()["SLACK_WEBHOOK"]["description"], "");
}

#[test]
fn the_console_of_linux_can_browse_edit_and_commit() {
    let mut desk = Desk::new();
    desk.env.set("TERM", "linux");
    let mut terminal = desk.env.console(80, 25, desk.on_set(&["edit"]));
    terminal.wait_for(">= GITHUB_TOKEN");
    // Its own sequences: an arrow, and its second function key.
    terminal.send("\x1b[B");
    terminal.wait_for(">= SLACK_WEBHOOK");
    terminal.send("\x1b[[B");
    terminal.wait_for("Messages");
    terminal.send(ESC);
    terminal.wait_gone("Messages");
    terminal.send("d");
    terminal.send(CTRL_S);
    terminal.wait_for("1 removed");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("3 ");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(desk.exported().as_object().unwrap().len(), 1);
}

/// The name under which the test's own GNU screen is spoken to.
const SESSION: &str = "strongroom-test";

/// GNU screen in a terminal, with a shell in it.
struct Inside<'d> {
    desk: &'d Desk,
    terminal: Terminal,
}

impl<'d> Inside<'d> {
    /// `None` where there is no GNU screen, which is said.
    fn screen(desk: &'d mut Desk, altscreen: &str) -> Option<Self> {
        if desk.env.foreign("screen").arg("--version").output().is_err() {
            eprintln!("passed over: there is no GNU screen here");
            return None;
        }
        let sockets = desk.env.path("run").display().to_string();
        desk.env.set("SCREENDIR", &sockets);
        desk.env.set("PS1", "ready: ");
        let settings = format!("startup_message off\ndefscrollback 500\naltscreen {altscreen}\n");
        desk.env.write_private("screenrc", settings);
        let words = ["-U", "-c", "screenrc", "-S", SESSION, "bash", "--norc", "--noprofile", "-i"];
        let terminal = Terminal::spawn(&desk.env, Path::new("screen"), words, 120, 30);
        Some(Self { desk, terminal })
    }

    fn told(&self, words: &[&str]) -> Output {
        Output::of(self.desk.env.foreign("screen").args(["-S", SESSION, "-X"]).args(words))
    }

    /// Everything that screen shows inside, and all that has scrolled out of view.
    fn history(&self) -> String {
        let file = self.desk.env.path("hardcopy");
        drop(std::fs::remove_file(&file));
        self.told(&["hardcopy", "-h", &file.display().to_string()]).ok();
        for _ in 0..100 {
            let text = std::fs::read(&file).unwrap_or_default();
            if !text.is_empty() {
                return String::from_utf8_lossy(&text).into_owned();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("screen wrote no copy of what it shows");
    }
}

impl Drop for Inside<'_> {
    /// The shell and screen outlive the terminal that they were started in.
    fn drop(&mut self) {
        drop(self.told(&["quit"]));
    }
}

#[test]
fn inside_gnu_screen_everything_works_and_nothing_that_was_revealed_stays() {
    for altscreen in ["off", "on"] {
        let mut desk = Desk::new();
        let words = desk.env.global_arguments();
        let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let set = format!("2/{}\r3", desk.email);
        let Some(mut inside) = Inside::screen(&mut desk, altscreen) else { return };
        inside.terminal.wait_for("ready:");
        inside.terminal.send(&format!("clear; {BINARY} {}\r", words.join(" ")));
        inside.terminal.wait_for(ORG);
        inside.terminal.send(&set);
        inside.terminal.wait_for("▌GITHUB_TOKEN");
        inside.terminal.send(DOWN);
        inside.terminal.wait_for("▌SLACK_WEBHOOK");
        inside.terminal.send(UP);
        inside.terminal.wait_for("▌GITHUB_TOKEN");
        inside.terminal.send(" ");
        inside.terminal.wait_for(CANARY);
        assert!(inside.history().contains(CANARY), "it is there to be found");
        if altscreen == "on" {
            // Without a screen of its own for us, what it shows moves into the history when it gets smaller.
            inside.terminal.resize(100, 24);
            inside.terminal.wait_until("the last line on the last line", |screen| {
                screen.rows(0, 100).last().is_some_and(|line| line.contains("enter open"))
            });
        }
        inside.terminal.send("q");
        inside.terminal.wait_for("ready:");
        inside.terminal.send("echo still $((40 + 2))\r");
        inside.terminal.wait_for("still 42");
        let history = inside.history();
        assert!(!history.contains(CANARY), "altscreen {altscreen}: {history}");
    }
}
