//! The walk over a key ring behind a passphrase, which no server can read.

use crate::common::keys::ENTER;
use crate::common::{TestEnv, fixture};

const PHRASE: &str = "CANARY-walk-phrase";

#[test]
fn the_walk_says_that_no_server_can_read_a_key_ring_behind_a_passphrase() {
    let mut env = TestEnv::tenant();
    std::fs::create_dir_all(env.path("data/strongroom")).unwrap();
    env.write_private("data/strongroom/.keys", fixture::KEYS);
    env.forget_keys();
    let mut terminal = env.console(100, 24, ["key", "protect"]);
    for question in ["New passphrase: ", "Once more: "] {
        terminal.answer_unseen(question, PHRASE);
    }
    terminal.wait_exit();
    let mut terminal = env.console(110, 34, [] as [&str; 0]);
    terminal.wait_for("Passphrase of the key ring");
    terminal.send(PHRASE);
    terminal.send(ENTER);
    terminal.wait_for("Acme Corp");
    terminal.send("R");
    for (sight, keys) in [
        ("enter: choose the key", ""),
        ("This key ring is behind a passphrase, and no server can read it.", ""),
        ("No server can read this key file, which is behind a passphrase", "yes"),
        ("A backup of what is about to be rotated", "-copy"),
        ("enter goes on to the rotation", ""),
        (".keys.age, which no server can read", ""),
        ("enter verifies that", ""),
        ("open under the new key alone", ""),
        ("No server can read this key file: retire the old keys in the one that the servers read", ""),
        ("enter with nothing typed ends the walk", ""),
    ] {
        terminal.wait_until(sight, |screen| {
            let lines =
                screen.contents().lines().map(|line| line.trim_matches(['│', ' ']).to_owned()).collect::<Vec<_>>();
            lines.join(" ").contains(sight)
        });
        terminal.send(keys);
        terminal.send(ENTER);
    }
    terminal.wait_for("For the ticket");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!String::from_utf8_lossy(&terminal.output()).contains(PHRASE));
}
