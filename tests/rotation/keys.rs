//! The life of a key in its file.

use crate::common::TestEnv;
use crate::field::{NEW, OLD, rotate, tenant};
use serde_json::{Value, json};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

const ODD: &str = r#"[
  {"id": "one",   "key": "first",  "created_at": "2024-01-01T00:00:00", "colour": "red", "active": true},
  {"key": "second", "id": "two", "created_at": "2025-01-01T00:00:00"}
]
"#;

fn odd() -> TestEnv {
    let mut env = TestEnv::tenant();
    env.write_private("odd.json", ODD);
    env.use_keys("odd.json");
    env
}

fn text(env: &TestEnv) -> String {
    String::from_utf8(env.read("odd.json")).unwrap()
}

#[test]
fn a_rewrite_changes_what_it_must_and_every_other_byte_stays() {
    let env = odd();
    env.run(["key", "deactivate", "one"]).ok();
    // Times get a zone, or the server could not compare them with those of new keys.
    let wanted = ODD
        .replace("\"active\": true", "\"active\": false")
        .replace("2024-01-01T00:00:00", "2024-01-01T00:00:00Z")
        .replace("2025-01-01T00:00:00", "2025-01-01T00:00:00Z");
    assert_eq!(text(&env), wanted);
    env.run(["key", "activate", "one"]).ok();
    assert_eq!(text(&env), wanted.replace("\"active\": false", "\"active\": true"));
}

#[test]
fn a_new_key_stands_behind_the_others_and_reads_only() {
    let env = odd();
    let id = env.run(["key", "add", "--notes", "for november"]).ok();
    let keys: Value = serde_json::from_str(&text(&env)).unwrap();
    assert_eq!((&keys[2]["id"], &keys[2]["active"]), (&json!(id.trim()), &json!(false)));
    assert_eq!(keys[0]["colour"], "red");
    assert_eq!(std::fs::metadata(env.path("odd.json")).unwrap().permissions().mode() & 0o777, 0o600);
    env.run(["key", "activate", id.trim()]).ok();
    let listed = env.run(["--json", "key", "list"]).json();
    assert_eq!(listed[2]["writes"], true);
    env.run(["key", "remove", "one", "--confirm", "one"]).ok();
    let keys: Value = serde_json::from_str(&text(&env)).unwrap();
    assert_eq!(keys.as_array().unwrap().len(), 2);
}

#[test]
fn the_old_file_stays_beside_the_new_one_until_it_is_told_to_go() {
    let env = odd();
    env.run(["key", "deactivate", "one"]).ok();
    let copies = || -> Vec<String> {
        let names =
            std::fs::read_dir(env.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("odd.json.before-")).collect()
    };
    assert_eq!(copies().len(), 1);
    assert_eq!(env.read(&copies()[0]), ODD.as_bytes());
    let said = env.run(["key", "remove", "one", "--confirm", "one"]);
    assert!(said.stderr().contains("the key still stands in"), "{}", said.stderr());
    said.ok();
    let id = env.run(["key", "add"]).ok();
    env.run(["key", "remove", id.trim(), "--confirm", id.trim(), "--delete-copies"]).ok();
    assert!(copies().is_empty());
}

#[test]
fn a_link_is_followed_and_stays_one() {
    let mut env = odd();
    std::os::unix::fs::symlink(env.path("odd.json"), env.path("link.json")).unwrap();
    env.use_keys("link.json");
    env.run(["key", "deactivate", "one"]).ok();
    assert!(std::fs::symlink_metadata(env.path("link.json")).unwrap().is_symlink());
    assert!(text(&env).contains("\"active\": false"));
}

#[test]
fn a_file_of_somebody_else_keeps_its_owner() {
    if !rustix::process::getuid().is_root() {
        return; // nobody else can give a file away
    }
    let env = odd();
    let path = env.path("odd.json");
    std::os::unix::fs::chown(&path, Some(12345), Some(54321)).unwrap();
    env.run(["key", "deactivate", "one"]).ok();
    let metadata = std::fs::metadata(&path).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (12345, 54321));
}

#[test]
fn the_last_active_key_and_an_unknown_one_are_refused() {
    let env = odd();
    env.run(["key", "deactivate", "one"]).ok();
    let said = env.run(["key", "deactivate", "two"]).fails(1);
    assert!(said.contains("does not start without one"), "{said}");
    env.run(["key", "activate", "three"]).fails(4);
    env.write_private("again.json", r#"[{"id": "two", "key": "x"}]"#);
    env.run(["key", "add", "--from", "again.json"]).fails(1);
}

#[test]
fn a_ring_that_is_never_rewritten_becomes_a_new_file_under_the_ids_of_the_server() {
    let mut env = TestEnv::tenant();
    env.write_private("line", "only-secret\n");
    env.use_keys("line");
    let said = env.run(["key", "add"]).fails(1);
    assert!(said.contains("a file of one line, which is not rewritten"), "{said}");
    env.run(["key", "add", "-o", "new.keys"]).ok();
    let keys: Value = serde_json::from_slice(&env.read("new.keys")).unwrap();
    let derived = env.run(["--json", "key", "list"]).json()[0]["id"].clone();
    assert_eq!((&keys[0]["id"], &keys[0]["active"]), (&derived, &json!(true)));
    assert_eq!(keys[1]["active"], false);
    assert_eq!(env.read("line"), b"only-secret\n");
}

#[test]
fn a_key_is_not_removed_while_anything_needs_it() {
    let env = tenant();
    let said = env.run(["key", "remove", OLD, "--confirm", OLD]).fails(1);
    assert!(said.contains("open only under k-2026"), "{said}");
    rotate(&env, &[]);
    env.run(["rotate", "retire", "--to", NEW]).ok();
    let said = env.run(["key", "remove", OLD, "--confirm", "k-2025"]).fails(130);
    assert!(said.contains("not the id"), "{said}");
    env.run(["key", "remove", OLD]).fails(2);
    env.run(["key", "remove", OLD, "--confirm", OLD]).ok();
    let ids = env.run(["--json", "key", "list"]).json();
    assert!(ids.as_array().unwrap().iter().all(|key| key["id"] != OLD));
}

#[test]
fn no_secret_of_a_key_is_shown() {
    let env = odd();
    for words in [
        &["key", "add"][..],
        &["key", "list"],
        &["key", "deactivate", "one"],
        &["key", "remove", "one", "--confirm", "one"],
    ] {
        let output = env.run(words);
        let said = format!("{}{}", output.stdout(), output.stderr());
        assert!(!said.contains("first") && !said.contains("second"), "{said}");
    }
}
