//! The lock: what it hides, what it wipes, what it keeps.

use crate::common::TestEnv;
use crate::common::keys::{CTRL_L, CTRL_S, ENTER, ESC, TAB};
use crate::common::terminal::Exit;
use crate::desk::{CANARY, Desk, was_sent};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::time::Duration;

/// The secret of the key that the desk's values are under.
const KEY: &str = "b3JkaW5hcnkgc2VjcmV0";

/// A desk whose console locks the screen.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.env.write_private("config.toml", "[console]\nlock = \"screen\"\n");
    let config = desk.env.path("config.toml").display().to_string();
    desk.env.set("STRONGROOM_CONFIG", &config);
    desk
}

/// A desk whose key is asked for.
fn asking() -> Desk {
    let mut desk = Desk::new();
    desk.env.write_private("config.toml", "default_profile = \"asks\"\n[profiles.asks]\nkey = { prompt = true }\n");
    let config = desk.env.path("config.toml").display().to_string();
    desk.env.set("STRONGROOM_CONFIG", &config);
    desk.env.forget_keys();
    desk
}

/// Whether the memory of a process holds `needle`; `None` where nobody may look.
fn holds(pid: u32, needle: &str) -> Option<bool> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut memory = File::open(format!("/proc/{pid}/mem")).ok()?;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next()?.split_once('-')?;
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut part = vec![0; usize::try_from(to - from).ok()?];
        if memory.seek(SeekFrom::Start(from)).is_ok()
            && memory.read_exact(&mut part).is_ok()
            && part.windows(needle.len()).any(|window| window == needle.as_bytes())
        {
            return Some(true);
        }
    }
    Some(false)
}

/// Whether the memory of a process holds `needle` no more, a moment after the screen says so.
pub(crate) fn is_wiped(pid: u32, needle: &str) -> bool {
    (0..20).any(|_| {
        let is_gone = holds(pid, needle) != Some(true);
        if !is_gone {
            std::thread::sleep(Duration::from_millis(50));
        }
        is_gone
    })
}

#[test]
fn a_locked_screen_hides_and_wipes_and_keeps_the_place() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    terminal.send("3 ");
    terminal.wait_for(CANARY);
    assert_ne!(holds(terminal.pid(), CANARY), Some(false), "it is there to be found");
    terminal.send(CTRL_L);
    terminal.wait_for("Anyone at this terminal");
    terminal.wait_gone("GITHUB_TOKEN");
    terminal.wait_gone(&desk.email);
    assert!(is_wiped(terminal.pid(), CANARY));
    terminal.send("e");
    terminal.send("\r");
    let screen = terminal.wait_for("GITHUB_TOKEN");
    assert!(screen.contains(&desk.email) && !screen.contains(CANARY), "{screen}");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_form_is_kept_encrypted_and_comes_back() {
    const TYPED: &str = "CANARY-5d1c-typed";
    let desk = desk();
    let mut terminal = desk.edit(120, 30);
    terminal.send(ENTER);
    terminal.send(TAB);
    // As fingers do: what comes at once stands in the buffer of whoever reads the terminal until the next keys come.
    for letter in TYPED.chars() {
        let mark = terminal.mark();
        terminal.send(&letter.to_string());
        terminal.wait_for_output_after(mark);
    }
    terminal.send(CTRL_L);
    terminal.wait_for("The open form is kept, encrypted");
    assert!(is_wiped(terminal.pid(), TYPED));
    terminal.send(ENTER);
    terminal.wait_for("1 change");
    terminal.send(CTRL_S);
    terminal.wait_for("commit");
    terminal.send(ENTER);
    terminal.wait_gone("Review");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(!was_sent(&terminal, TYPED), "it was typed over a mask");
    assert_eq!(desk.exported()["GITHUB_TOKEN"]["secret"], TYPED);
}

#[test]
fn where_a_key_was_asked_for_it_is_dropped_and_asked_for_again() {
    let desk = asking();
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Key secret");
    // The echo is switched off after the question has been asked.
    std::thread::sleep(Duration::from_millis(300));
    terminal.send(&format!("{KEY}\r"));
    terminal.wait_for("Acme Corp");
    terminal.send("2/");
    terminal.send(&desk.email);
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send(ENTER);
    terminal.send(CTRL_L);
    terminal.wait_for("and the keys are wiped");
    assert!(is_wiped(terminal.pid(), KEY));
    terminal.send("wrong\r");
    terminal.wait_for("this is not what opened the console before");
    terminal.send(&format!("{KEY}\r"));
    terminal.wait_for("GITHUB_TOKEN");
    assert!(!was_sent(&terminal, KEY));
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_locked_console_can_be_left_and_says_what_goes() {
    let desk = desk();
    let mut terminal = desk.edit(120, 30);
    terminal.send("d");
    terminal.send(CTRL_L);
    terminal.wait_for("kept, encrypted");
    terminal.send(ESC);
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(was_sent(&terminal, "given up with it"), "{}", terminal.screen());
    assert_eq!(desk.exported().as_object().unwrap().len(), 2, "nothing was stored");
}

#[test]
fn an_unlock_is_recorded() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    terminal.send(CTRL_L);
    terminal.wait_for("Anyone");
    terminal.send(ENTER);
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send("q");
    terminal.wait_exit();
    let records = desk.env.run(["audit", "list", "--action", "unlock", "--json"]).json();
    assert_eq!(records.as_array().unwrap().len(), 2);
}

/// A configuration that makes no sense starts nothing.
#[test]
fn an_unknown_way_to_lock_is_an_error() {
    let env = TestEnv::tenant();
    let config = env.write_private("config.toml", "[console]\nlock = \"maybe\"\n");
    let said = env.run(["--config", config.to_str().unwrap(), "org", "list"]).fails(2);
    assert!(said.contains("line 2"), "{said}");
}
