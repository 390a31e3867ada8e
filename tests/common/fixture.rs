//! Databases and keys to test with.

use rusqlite::Connection;
use serde_json::{Map, Value};
use std::path::Path;

/// The server's tables, cut down to the contract and a few columns more.
pub(crate) const SCHEMA: &str = include_str!("../data/schema.sqlite.sql");

/// The rows of a small server: 5 orgs, 40 users, every encoding, sealed rows, shared rows, one name twice.
pub(crate) const TENANT: &str = include_str!("../data/tenant.sql");

/// What the tenant holds in the clear.
const TENANT_IN_THE_CLEAR: &str = include_str!("../data/tenant.json");

/// The key file that opens the tenant.
pub(crate) const KEYS: &str = include_str!("../data/keys.json");

/// The tenant's org with the plainest name.
pub(crate) const ACME: &str = "f841d419-96ba-400d-b34c-d7547568bbd4";

/// The name of an org that tries to drive the terminal.
pub(crate) const EVIL_NAME: &str = "evil \u{1b}[31morg\u{202e}";

/// Makes the small server's database at `path`.
pub(crate) fn tenant(path: &Path) {
    build(path, &[SCHEMA, TENANT]);
}

/// Makes a database at `path` by running `scripts`, in one transaction.
pub(crate) fn build(path: &Path, scripts: &[&str]) {
    let mut connection = Connection::open(path).unwrap();
    let transaction = connection.transaction().unwrap();
    for script in scripts {
        transaction.execute_batch(script).unwrap();
    }
    transaction.commit().unwrap();
}

/// What the tenant holds in the clear: `["secrets"][ORG][USER][NAME]["secret"]`.
pub(crate) fn tenant_in_the_clear() -> Value {
    serde_json::from_str(TENANT_IN_THE_CLEAR).unwrap()
}

/// Every personal set of the tenant: org, user, and its secrets by name.
pub(crate) fn tenant_sets() -> Vec<(String, String, Map<String, Value>)> {
    let tenant = tenant_in_the_clear();
    let mut sets = Vec::new();
    for (org, users) in tenant["secrets"].as_object().unwrap() {
        for (user, secrets) in users.as_object().unwrap() {
            sets.push((org.clone(), user.clone(), secrets.as_object().unwrap().clone()));
        }
    }
    sets
}

/// The e-mail of a user of the tenant.
pub(crate) fn email(user: &str) -> String {
    let tenant = tenant_in_the_clear();
    let users = tenant["users"].as_array().unwrap();
    let user = users.iter().find(|known| known["id"] == user).unwrap();
    user["email"].as_str().unwrap().to_owned()
}

/// The whole contents of every table, as text, for a before and after.
pub(crate) fn dump(connection: &Connection) -> Vec<String> {
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let tables: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut lines = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT rowid, * FROM \"{table}\" ORDER BY rowid")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..width).map(|at| cell(row.get_ref(at).unwrap())).collect();
            lines.push(format!("{table}: {}", cells.join(" | ")));
        }
    }
    lines
}

/// A value as text, with what kind of value it is.
fn cell(value: rusqlite::types::ValueRef<'_>) -> String {
    match value {
        rusqlite::types::ValueRef::Text(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        other => format!("{other:?}"),
    }
}
