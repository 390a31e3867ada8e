//! What is not under the new key yet is named, the audit trail's own key too.

use crate::common::keys::ENTER;
use crate::common::{Terminal, TestEnv};
use crate::field::{NEW, OLD, add_key, rotate, tenant};
use serde_json::json;

const TRAIL_KEY: &str = "SELECT value FROM strongroom_meta WHERE key = 'audit_key'";

/// A tenant without sealed rows that has a trail, and the trail's own key as it is stored.
fn with_trail() -> (TestEnv, String) {
    let env = tenant();
    env.sql("DELETE FROM custom_secrets WHERE id % 33 = 0 AND id < 265");
    let words = ["secret", "import", "--org", crate::common::fixture::ACME, "--shared", "-"];
    env.run_with_input(words, json!({"A": "one"}).to_string()).ok();
    let key = env.sql(TRAIL_KEY);
    (env, key)
}

fn put_back(env: &TestEnv, key: &str) {
    env.sql(&format!("UPDATE strongroom_meta SET value = '{key}' WHERE key = 'audit_key'"));
}

#[test]
fn verify_names_the_trails_own_key_and_no_key_is_retired() {
    let (env, old) = with_trail();
    let said = env.run(["rotate", "verify", "--to", NEW]).fails(1);
    assert!(said.contains(&format!("nor does the audit trail's own key, which is under {OLD}")), "{said}");
    rotate(&env, &[]);
    env.run(["rotate", "verify", "--to", NEW]).ok();
    put_back(&env, &old);
    let verified = env.run(["--json", "rotate", "verify", "--to", NEW]);
    let found: serde_json::Value = serde_json::from_str(&verified.stdout()).unwrap();
    assert_eq!((&found["not_under"], &found["trail_key"]), (&json!(0), &json!(false)));
    assert_eq!(found["trail_key_under"], OLD);
    let said = verified.fails(1);
    assert!(said.contains("the audit trail's own key does not open under k-new alone: it is under k-2026"), "{said}");
    assert!(said.contains("strongroom rotate --to k-new"), "{said}");
    let said = env.run(["rotate", "retire", "--to", NEW]).fails(1);
    assert!(said.contains("no key was retired: the audit trail's own key is not under k-new yet"), "{said}");
    rotate(&env, &[]);
    env.run(["rotate", "verify", "--to", NEW]).ok();
    env.run(["rotate", "retire", "--to", NEW]).ok();
}

#[test]
fn a_trail_key_that_nothing_opens_is_not_called_verified() {
    let (env, _) = with_trail();
    rotate(&env, &[]);
    let sealed = env.sql("SELECT secret_value FROM custom_secrets WHERE id = 1").replace("Z0FB", "Z0FC");
    put_back(&env, &sealed);
    let said = env.run(["rotate", "verify", "--to", NEW]).fails(1);
    assert!(said.contains("no known key opens the audit trail's own key"), "{said}");
}

/// The walk over `env` to where all rows are under the key at the end of the list, which is already in the ring.
fn walked(env: &TestEnv) -> Terminal {
    let mut terminal = env.console(110, 34, [] as [&str; 0]);
    terminal.wait_for("Acme Corp");
    terminal.send("R");
    for (sight, keys) in [
        ("enter: choose the key", ""),
        ("which is in the key ring", "G"),
        ("Does every server read the new key?", "yes"),
        ("A backup of what is about to be rotated", "-copy"),
        ("enter goes on to the rotation", ""),
        ("enter begins", ""),
    ] {
        terminal.wait_for(sight);
        terminal.send(keys);
        terminal.send(ENTER);
    }
    terminal
}

#[test]
fn the_walk_names_the_trails_own_key_and_keeps_the_old_keys() {
    let (env, old) = with_trail();
    let mut terminal = walked(&env);
    terminal.wait_for("enter verifies that");
    put_back(&env, &old);
    terminal.send(ENTER);
    let shown = terminal.wait_for("The audit trail's own key is not under the new key, but under k-2026.");
    assert!(shown.contains("rows open under the new key alone"), "{shown}");
    terminal.send(ENTER);
    terminal.wait_for("The audit trail still needs a key other than the new one");
    terminal.send(ENTER);
    terminal.wait_for("For the ticket");
    terminal.send("q");
    terminal.wait_exit();
    let keys = env.run(["--json", "key", "list"]).json();
    let is_active = |id: &str| keys.as_array().unwrap().iter().any(|key| key["id"] == id && key["active"] == true);
    assert!(is_active(OLD) && is_active(NEW), "{keys}");
}

#[test]
fn a_lock_that_comes_while_rows_are_rotated_is_waited_out_and_the_rest_follows() {
    let env = TestEnv::sqlite_tenant();
    env.run(["db", "init"]).ok();
    add_key(&env, NEW);
    let connection = env.sqlite("tenant.db");
    connection
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description)
             SELECT keycloak_user_id, org_id, 'COPY_' || i, secret_value, description
             FROM custom_secrets, n WHERE id = 1;",
        )
        .unwrap();
    let mut terminal = walked(&env);
    terminal.wait_for("space pauses");
    terminal.send(" ");
    terminal.wait_for("Paused between two batches");
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    terminal.send(" ");
    let shown = terminal.wait_for("It stopped");
    assert!(shown.contains("locked") && shown.contains("Nothing is half done"), "{shown}");
    connection.execute_batch("ROLLBACK").unwrap();
    terminal.send(ENTER);
    let shown = terminal.wait_for("enter verifies that");
    // The rows of the batch that was not written are found by a second pass, and the rows before the lock count.
    assert!(shown.contains("20295 rows are under the new key, after 2 passes"), "{shown}");
    terminal.send(ENTER);
    terminal.wait_for("20295 of 20303 rows open under the new key alone");
    terminal.send("q");
    terminal.wait_exit();
    let status = env.run(["--json", "rotate", "status"]).json();
    assert_eq!(status["by_key"], json!({NEW: 20_295}));
    let said = env.run(["rotate", "verify", "--to", NEW]).fails(1);
    assert!(said.contains("8 rows do not open under k-new alone"), "the sealed ones: {said}");
}
