//! The key ring of the data directory behind a passphrase, at a terminal and where there is none.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::terminal::Exit;
use common::{Output, TestEnv};
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// What nobody may ever see.
const PHRASE: &str = "CANARY-phrase-61ce";

/// A home with a database and a ring of its own in the data directory.
fn home() -> TestEnv {
    let env = TestEnv::new();
    env.run(["db", "init"]).ok();
    env
}

fn clear(env: &TestEnv) -> PathBuf {
    env.path("data/strongroom/.keys")
}

fn sealed(env: &TestEnv) -> PathBuf {
    env.path("data/strongroom/.keys.age")
}

/// The secret of the first key of a ring in the clear.
fn secret(env: &TestEnv) -> String {
    let keys: serde_json::Value = serde_json::from_slice(&std::fs::read(clear(env)).unwrap()).unwrap();
    keys[0]["key"].as_str().unwrap().to_owned()
}

/// Runs a command in a terminal, answers what it asks, and gives its exit code and all that it said.
fn ask(env: &TestEnv, words: &[&str], answers: &[(&str, &str)]) -> (Exit, String) {
    let mut terminal = env.console(120, 40, words);
    for (question, text) in answers {
        terminal.answer_unseen(question, text);
    }
    let exit = terminal.wait_exit();
    let said = String::from_utf8_lossy(&terminal.output()).into_owned();
    assert!(!said.contains("CANARY"), "{said}");
    (exit, said)
}

const NEW: [(&str, &str); 2] = [("New passphrase: ", PHRASE), ("Once more: ", PHRASE)];
const OLD: (&str, &str) = ("Passphrase of the key ring: ", PHRASE);

fn protect(env: &TestEnv) -> String {
    let (exit, said) = ask(env, &["key", "protect"], &NEW);
    assert_eq!(exit, Exit::Code(0), "{said}");
    said
}

/// Runs a command where there is no terminal at all.
fn unattended(env: &TestEnv, words: &[&str]) -> Output {
    Output::of(env.foreign("setsid").arg("-w").arg(common::env::BINARY).args(words))
}

/// What the doctor says of the key ring where nobody can be asked.
fn examined(env: &TestEnv) -> serde_json::Value {
    let checks: serde_json::Value = serde_json::from_str(&unattended(env, &["doctor", "--json"]).stdout()).unwrap();
    checks.as_array().unwrap().iter().find(|check| check["check"] == "key ring").unwrap().clone()
}

#[test]
fn a_protected_ring_is_asked_for_its_passphrase_and_can_be_put_into_the_clear_again() {
    let env = home();
    let (key, before) = (secret(&env), std::fs::read(clear(&env)).unwrap());
    let said = protect(&env);
    assert!(said.contains("whoever forgets it has lost the keys"), "{said}");
    assert!(!clear(&env).exists());
    let file = std::fs::read(sealed(&env)).unwrap();
    assert_eq!(std::fs::metadata(sealed(&env)).unwrap().permissions().mode() & 0o777, 0o600);
    for needle in [key.as_str(), PHRASE] {
        assert!(!file.windows(needle.len()).any(|part| part == needle.as_bytes()));
    }

    let (exit, said) = ask(&env, &["key", "list"], &[OLD]);
    assert_eq!(exit, Exit::Code(0), "{said}");
    assert!(said.contains("writes") && said.contains("is behind a passphrase"), "{said}");
    assert!(!said.contains(&key));
    let (exit, said) = ask(&env, &["key", "list"], &[(OLD.0, "wrong")]);
    assert_eq!(exit, Exit::Code(5), "{said}");
    assert!(said.contains("this is not the passphrase of the key ring"), "{said}");

    let (exit, said) = ask(&env, &["key", "unprotect"], &[(OLD.0, "wrong")]);
    assert_eq!(exit, Exit::Code(5), "{said}");
    assert!(sealed(&env).exists() && !clear(&env).exists());
    let (exit, said) = ask(&env, &["key", "unprotect"], &[OLD]);
    assert_eq!(exit, Exit::Code(0), "{said}");
    assert!(!sealed(&env).exists());
    assert_eq!(std::fs::read(clear(&env)).unwrap(), before, "every byte as it was");
    assert!(env.run(["key", "unprotect"]).fails(1).contains("is not behind a passphrase"));
}

#[test]
fn where_nobody_can_be_asked_it_says_what_to_do() {
    let env = home();
    assert_eq!(examined(&env)["mend"], "strongroom key protect");
    protect(&env);
    let said = unattended(&env, &["key", "list"]).fails(5);
    assert!(said.contains("the passphrase of the key ring cannot be asked for"), "{said}");
    assert!(said.contains("strongroom key unprotect") && said.contains("--key-file"), "{said}");
    let ring = examined(&env);
    assert_eq!(ring["state"], "look");
    assert!(ring["said"].as_str().unwrap().contains("behind a passphrase"), "{ring}");
    let said = env.run(["--key-file", sealed(&env).to_str().unwrap(), "key", "list"]).fails(5);
    assert!(said.contains("which only the key ring of the data directory may be"), "{said}");
}

#[test]
fn an_empty_passphrase_and_two_that_differ_change_nothing() {
    let env = home();
    let before = std::fs::read(clear(&env)).unwrap();
    let (exit, said) = ask(&env, &["key", "protect"], &[(NEW[0].0, "")]);
    assert_eq!(exit, Exit::Code(2), "{said}");
    let (exit, said) = ask(&env, &["key", "protect"], &[NEW[0], (NEW[1].0, "another")]);
    assert_eq!(exit, Exit::Code(2), "{said}");
    assert!(said.contains("not the same"), "{said}");
    assert!(!sealed(&env).exists());
    assert_eq!(std::fs::read(clear(&env)).unwrap(), before);
}

#[test]
fn a_change_of_a_protected_ring_is_encrypted_again_with_its_old_copies() {
    let env = home();
    env.run(["key", "add"]).ok();
    let said = protect(&env);
    assert!(said.contains("an old copy of the key ring is in the clear still: rm ") && said.contains(".keys.before-"));
    let (exit, said) = ask(&env, &["key", "add", "--active", "--notes", "made behind it"], &[OLD]);
    assert_eq!(exit, Exit::Code(0), "{said}");
    assert!(said.contains("no server can read a file behind a passphrase"), "{said}");
    let (_, said) = ask(&env, &["key", "list"], &[OLD]);
    assert!(said.contains("made behind it") && said.matches("20").count() >= 3, "{said}");
    let id = said.lines().find(|line| line.contains("made behind it")).unwrap();
    let id = id.split_whitespace().next().unwrap().to_owned();
    let (exit, said) = ask(&env, &["key", "deactivate", &id], &[OLD]);
    assert_eq!(exit, Exit::Code(0), "{said}");
    let folder = std::fs::read_dir(env.path("data/strongroom")).unwrap();
    let names: Vec<String> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with(".keys.age.before-")).count(), 2, "{names:?}");
    assert!(!clear(&env).exists());
    for name in names.iter().filter(|name| name.starts_with(".keys.age")) {
        let bytes = std::fs::read(env.path("data/strongroom").join(name)).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/"), "{name}");
    }
}

#[test]
fn a_passphrase_is_changed_without_a_moment_in_the_clear() {
    let env = home();
    protect(&env);
    let (exit, said) = ask(&env, &["key", "protect"], &[OLD, (NEW[0].0, "CANARY-next"), (NEW[1].0, "CANARY-next")]);
    assert_eq!(exit, Exit::Code(0), "{said}");
    assert!(said.contains("opens with the passphrase of before"), "{said}");
    let (exit, _) = ask(&env, &["key", "list"], &[OLD]);
    assert_eq!(exit, Exit::Code(5));
    let (exit, _) = ask(&env, &["key", "list"], &[(OLD.0, "CANARY-next")]);
    assert_eq!(exit, Exit::Code(0));
}

#[test]
fn killed_between_the_steps_the_ring_in_the_clear_counts_and_says_so() {
    let env = home();
    let mut terminal = env.console(120, 40, ["key", "protect"]);
    for (question, text) in NEW {
        terminal.answer_unseen(question, text);
    }
    // It is read back before the other one goes, which takes a second.
    while !sealed(&env).exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    terminal.signal(Signal::KILL);
    assert!(matches!(terminal.wait_end(), Exit::Signal(_)));
    assert!(clear(&env).exists(), "the one in the clear goes last");
    let said = env.run(["key", "list"]);
    assert!(said.stderr().contains("stands in the clear beside .keys.age, and counts"), "{}", said.stderr());
    said.ok();
    let said = protect(&env);
    assert!(!clear(&env).exists() && sealed(&env).exists(), "{said}");

    // The same on the way back: the file in the clear is written before the other one goes.
    let both = std::fs::read(sealed(&env)).unwrap();
    ask(&env, &["key", "unprotect"], &[OLD]);
    std::fs::write(sealed(&env), both).unwrap();
    std::fs::set_permissions(sealed(&env), std::fs::Permissions::from_mode(0o600)).unwrap();
    env.run(["key", "unprotect"]).ok();
    assert!(clear(&env).exists() && !sealed(&env).exists());
    assert_eq!(env.run(["key", "list", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn only_the_ring_of_the_data_directory_is_protected() {
    let env = home();
    env.write_private("server.keys", common::fixture::KEYS);
    let file = env.path("server.keys");
    let said = env.run(["--key-file", file.to_str().unwrap(), "key", "protect"]).fails(1);
    assert!(said.contains("only the key ring of the data directory"), "{said}");
    std::fs::rename(clear(&env), env.path("elsewhere.keys")).unwrap();
    std::os::unix::fs::symlink(env.path("elsewhere.keys"), clear(&env)).unwrap();
    assert!(env.run(["key", "protect"]).fails(1).contains("is a link"));
    std::fs::remove_file(clear(&env)).unwrap();
    assert!(env.run(["key", "protect"]).fails(4).contains("there is no key file"));
    std::fs::rename(env.path("elsewhere.keys"), clear(&env)).unwrap();
    env.write_private("data/strongroom/.jwt_secret", "a line\n");
    assert!(env.run(["key", "protect"]).fails(1).contains("holds a key too"));
}
