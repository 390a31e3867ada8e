//! A backup before a rotation, and the way back.

use crate::common::{Output, fixture};
use crate::field::{NEW, exported, rotate, tenant};
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_backup_puts_everything_back_as_it_was() {
    let mut env = tenant();
    let words = ["secret", "import", "--org", fixture::ACME, "--shared", "-"];
    env.run_with_input(words, json!({"KEPT": "one"}).to_string()).ok();
    env.run_with_input(words, json!({"KEPT": "two"}).to_string()).ok();
    let sets = exported(&env);
    let before = env.dump();
    let name = if env.has_server() { "backup.sql" } else { "backup.db" };
    env.run(["db", "backup", name]).ok();
    assert_eq!(std::fs::metadata(env.path(name)).unwrap().permissions().mode() & 0o777, 0o600);
    let said = env.run(["db", "backup", name]).fails(1);
    assert!(said.contains("exists already"), "{said}");
    rotate(&env, &[]);
    env.run_with_input(words, json!({"SINCE": "x"}).to_string()).ok();
    if env.has_server() {
        let script = String::from_utf8(env.read(name)).unwrap();
        env.server().psql("tenant", &script);
        // The trail goes on: what was done is not undone with it.
        let without_trail = |rows: Vec<String>| -> Vec<String> {
            rows.into_iter().filter(|row| !row.starts_with("strongroom_audit")).collect()
        };
        assert_eq!(without_trail(env.dump()), without_trail(before));
        // And it loads where there is nothing yet.
        env.server().psql("tenant", "DELETE FROM custom_secrets; DELETE FROM strongroom_history");
        env.server().psql("tenant", &script);
        env.run_with_input(words, json!({"AFTER": "x"}).to_string()).ok();
    } else {
        env.use_database(name);
        assert_eq!(fixture::dump(&env.sqlite(name)), before);
        let found: Output = env.run(["rotate", "verify", "--to", NEW]);
        found.fails(1);
    }
    assert_eq!(exported(&env), sets);
}
