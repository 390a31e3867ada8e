//! What stands before the browser: the profile, the passphrase, the risks.

use crate::common::keys::{CTRL_L, ENTER, ESC};
use crate::common::terminal::Exit;
use crate::common::{Terminal, TestEnv};
use crate::desk::{Desk, was_sent};
use crate::locking::is_wiped;
use rustix::process::Signal;

const PHRASE: &str = "CANARY-phrase-0d5f";

/// A desk whose configuration is `text`.
fn desk(text: &str) -> Desk {
    let mut desk = Desk::new();
    configure(&mut desk.env, text);
    desk
}

fn configure(env: &mut TestEnv, text: &str) {
    env.write_private("config.toml", text);
    let config = env.path("config.toml").display().to_string();
    env.set("STRONGROOM_CONFIG", &config);
}

/// A home with a ring behind a passphrase, and somebody's secrets in its database.
fn protected() -> TestEnv {
    let mut env = TestEnv::sqlite_tenant();
    std::fs::create_dir_all(env.path("data/strongroom")).unwrap();
    env.write_private("data/strongroom/.keys", crate::common::fixture::KEYS);
    env.forget_keys();
    let mut terminal = env.console(100, 24, ["key", "protect"]);
    for question in ["New passphrase: ", "Once more: "] {
        terminal.answer_unseen(question, PHRASE);
    }
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    env
}

fn open(env: &TestEnv) -> Terminal {
    let mut terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Passphrase of the key ring");
    terminal.send(&format!("{PHRASE}\r"));
    terminal.wait_for("Acme Corp");
    terminal
}

#[test]
fn a_profile_is_chosen_from_a_list() {
    let mut env = TestEnv::sqlite_tenant();
    env.unset("STRONGROOM_DATABASE_URL");
    configure(
        &mut env,
        "[profiles.here]\ndatabase = \"sqlite:tenant.db\"\n[profiles.there]\ndatabase = \"sqlite:nothing.db\"\n",
    );
    let mut terminal = env.console(80, 24, [] as [&str; 0]);
    terminal.wait_for("Which database?");
    terminal.send("j");
    terminal.wait_for("▌ 2  there");
    terminal.send("k");
    terminal.wait_for("▌ 1  here");
    terminal.send(ENTER);
    terminal.wait_for("Acme Corp");
    terminal.wait_for(" here ");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));

    let mut terminal = env.console(80, 24, [] as [&str; 0]);
    terminal.wait_for("Which database?");
    terminal.send("2");
    assert_eq!(terminal.wait_exit(), Exit::Code(6), "{}", terminal.screen());
    assert!(terminal.screen().contains("nothing.db"), "{}", terminal.screen());

    for way in [ESC, "q", "\x03"] {
        let mut terminal = env.console(80, 24, [] as [&str; 0]);
        terminal.wait_for("Which database?");
        terminal.send(way);
        assert_eq!(terminal.wait_exit(), Exit::Code(130));
    }
    let mut terminal = env.console(80, 24, [] as [&str; 0]);
    terminal.wait_for("Which database?");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait_exit(), Exit::Code(130));
}

#[test]
fn a_server_that_is_silent_can_be_left() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let mut env = TestEnv::new();
    configure(
        &mut env,
        &format!(
            "[profiles.slow]\ndatabase = \"postgres://ann@127.0.0.1:{port}/x?connect_timeout=600\"\n[profiles.x]\n"
        ),
    );
    let mut terminal = env.console(80, 24, [] as [&str; 0]);
    terminal.wait_for("Which database?");
    terminal.send(ENTER);
    terminal.wait_for("The database of slow is being opened");
    terminal.send(ESC);
    assert_eq!(terminal.wait_exit(), Exit::Code(130));
}

#[test]
fn risks_are_acknowledged_before_anything_is_shown() {
    let desk = desk("default_profile = \"prod\"\n[profiles.prod]\nconfirm = \"production\"\ncolour = \"red\"\n");
    let mut terminal = desk.env.console(80, 24, [] as [&str; 0]);
    let screen = terminal.wait_for("Before you go on");
    assert!(screen.contains("Guarded") && screen.contains("production") && !screen.contains("Acme"), "{screen}");
    terminal.send(ESC);
    assert_eq!(terminal.wait_exit(), Exit::Code(130));
    assert_eq!(unlocks(&desk.env), 0, "nothing was unlocked");
    let mut terminal = desk.env.console(80, 24, [] as [&str; 0]);
    terminal.wait_for("Before you go on");
    terminal.send(ENTER);
    terminal.wait_for("Acme Corp");
    assert_eq!(unlocks(&desk.env), 1);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));

    let mut terminal = desk.env.console(80, 24, ["--plain"]);
    let screen = terminal.wait_for("Before you go on");
    assert!(screen.is_ascii() && screen.contains("! Guarded"), "{screen}");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(130));

    let mut terminal = desk.env.console(80, 24, desk.on_set(&["edit"]));
    terminal.wait_for("Before you go on");
    terminal.send(ENTER);
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send("\x03");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));

    let mut terminal = desk.env.console(80, 24, ["--read-only"]);
    terminal.wait_for("Acme Corp");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

fn unlocks(env: &TestEnv) -> usize {
    env.run(["audit", "list", "--action", "unlock", "--json"]).json().as_array().unwrap().len()
}

#[test]
fn a_passphrase_may_be_mistyped_twice_and_is_never_shown() {
    let env = protected();
    let mut terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Passphrase of the key ring");
    terminal.send("wrong\r");
    terminal.wait_for("this is not the passphrase");
    terminal.send(&format!("\x1b[200~{PHRASE}\n\x1b[201~"));
    terminal.wait_for("••••");
    terminal.send(ENTER);
    terminal.wait_for("Acme Corp");
    assert!(!was_sent(&terminal, PHRASE));
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));

    let mut terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Passphrase of the key ring");
    for word in ["one", "two"] {
        terminal.send(&format!("{word}\r"));
        terminal.wait_for("this is not the passphrase");
        terminal.send("x");
        terminal.send("\x7f");
    }
    terminal.send("three\r");
    assert_eq!(terminal.wait_exit(), Exit::Code(5));
}

#[test]
fn the_lock_asks_for_the_passphrase_and_keeps_the_form() {
    let env = protected();
    let mut terminal = open(&env);
    terminal.send("2/fay@acme\r");
    terminal.wait_for("▌fay@acme");
    terminal.wait_for("GITHUB_TOKEN_1");
    terminal.send("3e");
    terminal.wait_for("ctrl-s review");
    terminal.send("d");
    terminal.wait_for("1 change");
    terminal.send(CTRL_L);
    terminal.wait_for("The open form is kept, encrypted");
    assert!(is_wiped(terminal.pid(), PHRASE));
    terminal.send("wrong\r");
    terminal.wait_for("this is not the passphrase");
    terminal.send(&format!("\x1b[200~{PHRASE}\x1b[201~"));
    terminal.wait_for("••••");
    terminal.send(ENTER);
    let screen = terminal.wait_for("1 change");
    assert!(screen.contains("- GITHUB_TOKEN_0"), "{screen}");
    assert_eq!(screen.matches("= TWICE").count(), 2, "both rows of one name are as they were: {screen}");
    assert!(!was_sent(&terminal, PHRASE));
    terminal.send(CTRL_L);
    terminal.wait_for("Locked");
    terminal.send(ESC);
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn the_walk_through_a_rotation_changes_a_ring_behind_its_passphrase() {
    let env = protected();
    let mut terminal = open(&env);
    terminal.send("R");
    for (sight, keys) in [
        ("enter: choose the key", ""),
        ("Which key is everything to come under?", ""),
        ("Does every server read the new key?", "yes"),
        ("A backup of what is about to be rotated", "-copy"),
        ("enter goes on to the rotation", ""),
        ("enter begins", ""),
        ("enter verifies that", ""),
        ("open under the new key alone", ""),
        ("enter retires them", ""),
        ("enter with nothing typed ends the walk", ""),
    ] {
        terminal.wait_for(sight);
        terminal.send(keys);
        terminal.send(ENTER);
    }
    terminal.wait_gone("ends the walk");
    terminal.send("\x03");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(!was_sent(&terminal, PHRASE));

    let mut terminal = env.console(160, 40, ["key", "list"]);
    terminal.answer_unseen("Passphrase of the key ring: ", PHRASE);
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    let said = String::from_utf8_lossy(&terminal.output()).into_owned();
    assert!(said.matches("reads only").count() > 1 && said.matches(" writes ").count() == 1, "{said}");
    for entry in std::fs::read_dir(env.path("data/strongroom")).unwrap() {
        let path = entry.unwrap().path();
        let is_ring = path.file_name().unwrap().to_string_lossy().starts_with(".keys");
        assert!(!is_ring || std::fs::read(&path).unwrap().starts_with(b"age-encryption.org/"), "{path:?}");
    }
}
