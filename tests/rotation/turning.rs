//! Everything comes under the new key, and says what it said.

use crate::common::TestEnv;
use crate::common::python::python;
use crate::field::{NEW, OLD, ROWS, SEALED, database, exported, rotate, stored, tenant};
use serde_json::{Value, json};

fn status(env: &TestEnv) -> Value {
    env.run(["--json", "rotate", "status"]).json()
}

#[test]
fn every_row_comes_under_the_new_key_and_says_what_it_said() {
    let env = tenant();
    let before = exported(&env);
    assert!(before.len() > 20);
    let plan = env.run(["--json", "rotate", "plan", "--to", NEW]).json();
    assert_eq!((&plan["rows"], &plan["rotated"]), (&json!(ROWS), &json!(ROWS - SEALED)));
    let texts = stored(&env);
    assert_eq!(stored(&env), texts, "a plan writes nothing");
    let done = rotate(&env, &[]);
    assert_eq!((&done["rotated"], &done["sealed"]), (&json!(ROWS - SEALED), &json!(SEALED)));
    assert_eq!(done["passes"], 1, "nobody else wrote");
    assert_eq!(exported(&env), before);
    let status = status(&env);
    assert_eq!(status["by_key"], json!({NEW: ROWS - SEALED}));
    assert_eq!(status["by_format"], json!({"fernet": 238, "jwe": 57}), "each keeps its own, bare ones excepted");
    assert_eq!(status["trail_key"], NEW);
    // Once more is nothing more.
    assert_eq!(rotate(&env, &[])["rotated"], 0);
}

#[test]
fn sealed_rows_stay_byte_for_byte_and_no_row_moves() {
    let env = tenant();
    let (before, sealed) = (stored(&env), rotate(&env, &[])["sealed_rows"].clone());
    let after = stored(&env);
    assert_eq!(before.len(), after.len());
    let same = before.iter().filter(|row| after.contains(row)).count();
    assert_eq!(same as u64, SEALED);
    assert_eq!(sealed.as_array().unwrap().len() as u64, SEALED);
    assert!(sealed.as_array().unwrap().contains(&json!("custom_secrets 33")), "{sealed}");
}

#[test]
fn a_null_description_stays_null_and_a_row_without_an_org_rotates_too() {
    let env = tenant();
    let nulls = "SELECT count(*) FROM custom_secrets WHERE description IS NULL";
    env.sql("UPDATE custom_secrets SET description = NULL WHERE id IN (1, 2)");
    let before = env.sql(nulls);
    rotate(&env, &[]);
    assert_eq!(env.sql(nulls), before);
    let lost = env.run(["--json", "rotate", "status"]).json()["by_org"].clone();
    let lost = lost.as_array().unwrap().iter().find(|org| org["org"] == "").unwrap().clone();
    assert_eq!(lost["by_key"], json!({NEW: 1}));
}

#[test]
fn a_format_is_reached_even_by_what_is_under_the_key_already() {
    let env = tenant();
    rotate(&env, &[]);
    let again = rotate(&env, &["--format", "jwe"]);
    assert_eq!(again["rotated"], 238);
    assert_eq!(status(&env)["by_format"], json!({"jwe": ROWS - SEALED}));
    assert_eq!(rotate(&env, &["--format", "fernet"])["rotated"], ROWS - SEALED);
}

#[test]
fn a_value_too_long_for_a_jwe_goes_under_the_new_key_as_fernet_and_is_counted() {
    let mut env = tenant();
    env.write_private("config.toml", "default_profile = \"p\"\n[profiles.p]\nmax_value_bytes = 0\n");
    env.set("STRONGROOM_CONFIG", &env.path("config.toml").display().to_string());
    let set = json!({"LONG": "x".repeat(60_000)});
    let words = ["secret", "import", "--org", crate::common::fixture::ACME, "--shared", "-"];
    env.run_with_input(words, set.to_string()).ok();
    env.write_private("config.toml", "default_profile = \"p\"\n[profiles.p]\n");
    let done = rotate(&env, &["--format", "jwe"]);
    assert_eq!(done["too_long"], 1);
    assert_eq!(status(&env)["by_format"]["fernet"], 1);
}

#[test]
fn kept_sets_and_the_trail_rotate_too_and_a_rotation_is_no_foreign_write() {
    let env = tenant();
    let set = |value: &str| json!({"A": value}).to_string();
    let words = ["secret", "import", "--org", crate::common::fixture::ACME, "--shared", "-"];
    env.run_with_input(words, set("one")).ok();
    env.run_with_input(words, set("two")).ok();
    let done = rotate(&env, &[]);
    assert!(done["by_place"]["strongroom_history_row"].as_u64().unwrap() > 0, "{done}");
    env.run_with_input(words, set("three")).ok();
    env.run(["audit", "verify"]).ok();
    let trail = env.run(["audit", "list", "--json"]).json();
    assert!(trail.as_array().unwrap().iter().all(|row| row["foreign_write_before"] == false), "{trail}");
    assert_eq!(trail.as_array().unwrap().iter().filter(|row| row["action"] == "rotate").count(), 2);
    // Under the new key alone, the kept sets still open.
    let key = json!([{"id": NEW, "key": format!("secret of {NEW}"), "created_at": "2026-01-01T00:00:00Z"}]);
    env.write_private("keys.json", key.to_string());
    let kept = env.run(["--json", "history", "list", "--org", crate::common::fixture::ACME, "--shared"]).json();
    env.run(["history", "show", &kept[0]["id"].to_string()]).ok();
    env.run(["audit", "verify"]).ok();
}

#[test]
fn verify_and_retire_say_when_it_is_over() {
    let env = tenant();
    let said = env.run(["rotate", "verify", "--to", NEW]).fails(1);
    assert!(said.contains(&format!("{ROWS} rows do not open under")), "{said}");
    let said = env.run(["rotate", "retire", "--to", NEW]).fails(1);
    assert!(said.contains("are not under"), "{said}");
    rotate(&env, &[]);
    env.run(["rotate", "retire", "--to", NEW]).ok();
    let keys = env.run(["--json", "key", "list"]).json();
    let active: Vec<&Value> = keys.as_array().unwrap().iter().filter(|key| key["active"] == true).collect();
    assert_eq!((active.len(), &active[0]["id"]), (1, &json!(NEW)));
    // Sealed rows open under no key: verify does not call that done.
    env.run(["rotate", "verify"]).fails(1);
    env.sql("DELETE FROM custom_secrets WHERE id % 33 = 0 AND id < 265");
    env.run(["rotate", "verify"]).ok();
}

#[test]
fn the_servers_own_libraries_agree() {
    let Some(python) = python() else { return };
    let env = tenant();
    rotate(&env, &[]);
    let key = json!([{"id": NEW, "key": format!("secret of {NEW}"), "created_at": "2026-01-01T00:00:00Z"}]);
    env.write_private("new.json", key.to_string());
    let sets = crate::common::fixture::tenant_sets();
    let mut agreed = 0;
    for (org, user, secrets) in sets.iter().filter(|(_, _, secrets)| !secrets.is_empty()) {
        let mut command = env.foreign(&python);
        command.arg(crate::common::python::script("server_store.py")).arg("load").arg(database(&env));
        command.arg(env.path("new.json")).args([org, user]);
        let output = crate::common::Output::of(&mut command);
        if output.code() != Some(0) {
            continue; // a sealed row locks the server out of the whole set, as before
        }
        for (name, secret) in output.json().as_object().unwrap() {
            assert_eq!(secret["secret"], secrets[name]["secret"], "{org} {user} {name}");
            agreed += 1;
        }
    }
    assert!(agreed > 100, "{agreed}");
}

#[test]
fn it_writes_under_the_key_that_is_named_and_says_that_another_one_writes() {
    let env = tenant();
    let said = env.run(["rotate", "--to", NEW, "--yes"]);
    assert!(
        said.stderr().contains(&format!("{NEW} is not the key that writes: the key {OLD} is")),
        "{}",
        said.stderr()
    );
    said.ok();
    // Back again, without naming it: the target is the key that writes.
    let back = env.run(["--json", "rotate", "--yes"]).json();
    assert_eq!((&back["to"], &back["rotated"]), (&json!(OLD), &json!(ROWS - SEALED)));
}
