//! The server's own store and ours, taking turns on one database. Needs a Python with the server's libraries.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{Output, TestEnv, fixture, python};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

/// The set in which both take turns.
struct Desk {
    env: TestEnv,
    user: String,
}

impl Desk {
    fn new(format: &str) -> Self {
        let env = TestEnv::tenant();
        env.write_private("config.toml", format!("default_profile = \"p\"\n[profiles.p]\nformat = \"{format}\"\n"));
        let sets = fixture::tenant_sets();
        let (_, user, _) = sets.iter().find(|(org, _, secrets)| org == fixture::ACME && secrets.is_empty()).unwrap();
        Self { user: user.clone(), env }
    }

    fn theirs(&self, python: &Path, task: &str, format: &str, input: &str) -> Output {
        let (org, user) = (fixture::ACME, self.user.as_str());
        let mut command = self.env.foreign(python);
        let variable = self.env.variables().into_iter().find(|(name, _)| name == "STRONGROOM_DATABASE_URL");
        let database = if self.env.has_server() { variable.unwrap().1 } else { "tenant.db".to_owned() };
        command.arg(python::script("server_store.py")).args([task, &database, "keys.json", org, user, format]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Output::from(child.wait_with_output().unwrap())
    }

    fn ours(&self, words: &[&str], input: &str) -> Output {
        let set = ["--org", fixture::ACME, "--user", &self.user];
        let all: Vec<&str> = ["--config", "config.toml", "secret"].iter().chain(words).chain(&set).copied().collect();
        self.env.run_with_input(all, input)
    }
}

/// Texts that an encoder may stumble over.
fn set(round: &str) -> Value {
    json!({
        "PLAIN": {"secret": format!("value of {round}"), "description": round},
        "EMPTY": {"secret": "", "description": ""},
        "LINES": {"secret": "one\r\ntwo\n\tthree\u{0}four\u{7f}", "description": "lines"},
        "WIDE": {"secret": "пароль 秘密 🔑 e\u{301} \u{2028} \"\\/'", "description": "日本語"},
        "LONG": {"secret": "x".repeat(30_000), "description": "long"},
    })
}

#[test]
fn each_reads_what_the_other_wrote() {
    let Some(python) = python::python() else { return };
    for format in ["fernet", "jwe"] {
        let desk = Desk::new(format);
        for round in 0..3 {
            let ours = set(&format!("ours {round}"));
            desk.ours(&["import", "-"], &ours.to_string()).ok();
            assert_eq!(desk.theirs(&python, "load", format, "").json(), ours, "{format}");
            let theirs = set(&format!("theirs {round}"));
            desk.theirs(&python, "store", format, &theirs.to_string()).ok();
            assert_eq!(desk.ours(&["export"], "").json(), theirs, "{format}");
        }
    }
}

#[test]
fn the_server_loads_a_set_of_which_we_changed_one_secret() {
    let Some(python) = python::python() else { return };
    let desk = Desk::new("fernet");
    let mut expected = set("theirs");
    desk.theirs(&python, "store", "jwe", &expected.to_string()).ok();
    expected["PLAIN"]["secret"] = json!("ours");
    desk.ours(&["import", "-"], &expected.to_string()).ok();
    assert_eq!(desk.theirs(&python, "load", "fernet", "").json(), expected);
}

#[test]
fn a_set_that_the_server_saved_meanwhile_is_a_conflict_to_the_strict_alone() {
    let Some(python) = python::python() else { return };
    let desk = Desk::new("fernet");
    desk.theirs(&python, "store", "fernet", &set("same").to_string()).ok();
    let revision = desk.ours(&["revision"], "").ok();
    // The server saves an equal set: every row is another one, and says the same.
    desk.theirs(&python, "store", "fernet", &set("same").to_string()).ok();
    desk.ours(&["import", "--if-revision", revision.trim(), "-"], r#"{"A": "1"}"#).fails(3);
    desk.ours(&["import", "-"], r#"{"A": "1"}"#).ok();
    assert_eq!(desk.theirs(&python, "load", "fernet", "").json(), json!({"A": {"secret": "1", "description": ""}}));
}
