//! `strongroom doctor`: what is sound, what is doubtful, what has to be mended.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails here")]

mod common;

use common::TestEnv;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;

/// What the doctor finds of `what`.
fn found(env: &TestEnv, code: i32, what: &str) -> Value {
    let output = env.run(["doctor", "--json"]);
    assert_eq!(output.code(), Some(code), "{}", output.stdout());
    let checks: Value = serde_json::from_str(&output.stdout()).unwrap();
    checks.as_array().unwrap().iter().find(|check| check["check"] == what).unwrap().clone()
}

#[test]
fn a_sound_desk_is_sound() {
    let mut env = TestEnv::tenant();
    env.set("TERM", "xterm-256color");
    env.set("LANG", "C.UTF-8");
    for what in ["configuration", "key ring", "database", "theme", "terminal"] {
        assert_eq!(found(&env, 0, what)["state"], "ok", "{what}");
    }
    assert_eq!(found(&env, 0, "secrets")["state"], "look", "some rows of the tenant are sealed");
    assert_eq!(found(&env, 0, "history")["mend"], "strongroom db init");
    let said = env.run(["doctor"]).ok();
    assert!(said.contains("CHECK") && said.contains("-> strongroom db init"), "{said}");
}

#[test]
fn what_is_amiss_is_named_with_how_to_mend_it() {
    let mut env = TestEnv::tenant();
    env.set("TERM", "xterm");
    std::fs::set_permissions(env.path("keys.json"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let key = found(&env, 1, "key ring");
    assert_eq!(key["state"], "bad");
    assert!(key["mend"].as_str().unwrap().contains("chmod"), "{key}");
    std::fs::set_permissions(env.path("keys.json"), std::fs::Permissions::from_mode(0o600)).unwrap();

    env.write_private("other.json", "a secret that opens nothing\n");
    env.use_keys("other.json");
    let secrets = found(&env, 1, "secrets");
    assert_eq!(
        (secrets["state"].as_str(), secrets["said"].as_str().map(|said| &said[..5])),
        (Some("bad"), Some("0 of "))
    );
    env.use_keys("keys.json");

    env.set("TERM", "dumb");
    assert_eq!(found(&env, 1, "terminal")["mend"], "set TERM to what it is");
    env.set("TERM", "xterm");
    env.write_private("config.toml", "[keys]\n\"browse.fly\" = \"x\"\n");
    let config = env.path("config.toml").display().to_string();
    env.set("STRONGROOM_CONFIG", &config);
    assert!(found(&env, 1, "configuration")["said"].as_str().unwrap().contains("line 2"));
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking() {
    let mut env = TestEnv::new();
    env.set("TERM", "xterm");
    for what in ["database", "key ring"] {
        assert_eq!(found(&env, 0, what)["state"], "look");
    }
    assert_eq!(std::fs::read_dir(env.path("data")).unwrap().count(), 0, "nothing was made");
    env.set("STRONGROOM_DATABASE_URL", "postgres://127.0.0.1:1/nowhere?sslmode=disable");
    assert_eq!(found(&env, 1, "database")["state"], "bad");
}
