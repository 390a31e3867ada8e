//! How a rotation goes about a server: over two connections, and by the numbers of its transactions.

use crate::common::postgres::{OPEN_HBA, Postgres};
use crate::common::{TestEnv, fixture};
use serde_json::{Value, json};

/// The tenant on a server with these settings, and a ring with one more key.
fn tenant(settings: &[&str]) -> TestEnv {
    let server = Postgres::start_with(settings, OPEN_HBA);
    server.psql("tenant", &format!("{}\n{}", include_str!("../data/schema.postgres.sql"), fixture::TENANT));
    let env = TestEnv::on_server(server);
    let key = json!([{"id": "new", "key": "another secret", "active": true}]);
    env.write_private("one.json", key.to_string());
    env.run(["key", "add", "--from", "one.json"]).ok();
    env
}

fn rotate(env: &TestEnv) -> Value {
    env.run(["--json", "rotate", "--to", "new", "--yes"]).json()
}

/// How many rows are under which key.
fn under(env: &TestEnv) -> Value {
    env.run(["--json", "rotate", "status"]).json()["by_key"].take()
}

#[test]
fn where_the_server_numbered_no_transaction_but_ours_one_pass_is_enough() {
    let mut env = tenant(&["max_prepared_transactions=2"]);
    let alone = rotate(&env);
    assert_eq!((&alone["passes"], &alone["rotated"]), (&json!(1), &json!(295)));
    // Somebody who has written and not yet committed: what that is cannot be seen, and everything is read again.
    env.server().psql("tenant", "BEGIN; UPDATE org SET name = name; PREPARE TRANSACTION 'theirs'");
    let back = env.run(["--json", "rotate", "--to", "k-2026", "--yes"]).json();
    assert_eq!((&back["passes"], &back["rotated"]), (&json!(2), &json!(295)));
    env.server().psql("tenant", "COMMIT PREPARED 'theirs'");
    assert_eq!(under(&env), json!({"k-2026": 295}));
}

#[test]
fn a_role_without_a_connection_to_spare_rotates_over_one() {
    let mut env = tenant(&[]);
    env.server().psql(
        "tenant",
        "CREATE ROLE support LOGIN CONNECTION LIMIT 2; GRANT ALL ON ALL TABLES IN SCHEMA public TO support",
    );
    // One for the rows, and one that keeps other rotations away.
    let url = env.server().url_as("support");
    env.set("STRONGROOM_DATABASE_URL", &url);
    assert_eq!(rotate(&env)["rotated"], 295);
    assert_eq!(under(&env), json!({"new": 295}));
}
