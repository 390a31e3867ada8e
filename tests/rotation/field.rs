//! A tenant whose key ring has a new key that reads only.

use crate::common::{Output, TestEnv, fixture};
use serde_json::{Value, json};

/// The id of the new key.
pub(crate) const NEW: &str = "k-new";

/// The key that writes before.
pub(crate) const OLD: &str = "k-2026";

/// Sealed rows of the tenant.
pub(crate) const SEALED: u64 = 8;

/// All of its rows.
pub(crate) const ROWS: u64 = 303;

/// The tenant, with our own tables and the new key in the ring.
pub(crate) fn tenant() -> TestEnv {
    let env = TestEnv::tenant();
    env.run(["db", "init"]).ok();
    add_key(&env, NEW);
    env
}

/// Puts one more key into the ring of `env`, to read only.
pub(crate) fn add_key(env: &TestEnv, id: &str) {
    let key = json!([{"id": id, "key": format!("secret of {id}"), "active": true}]);
    env.write_private("one.json", key.to_string());
    env.run(["key", "add", "--from", "one.json"]).ok();
}

/// `rotate --to NEW --yes` and more words, as JSON.
pub(crate) fn rotate(env: &TestEnv, words: &[&str]) -> Value {
    env.run([&["--json", "rotate", "--to", NEW, "--yes"], words].concat()).json()
}

/// Every personal set of the tenant as it is exported: what opens of it.
pub(crate) fn exported(env: &TestEnv) -> Vec<Value> {
    let export = |org: &str, user: &str| env.run(["secret", "export", "--org", org, "--user", user]);
    let sets = fixture::tenant_sets();
    let full = sets.iter().filter(|(_, _, set)| !set.is_empty());
    full.map(|(org, user, _)| export(org, user)).filter(|output| output.code() == Some(0)).map(Output::json).collect()
}

/// The stored texts of the tenant's rows, by id.
pub(crate) fn stored(env: &TestEnv) -> Vec<String> {
    let mut rows = env.dump();
    rows.retain(|row| row.starts_with("custom_secrets"));
    rows
}

/// The database of `env`, as the scripts in Python name it.
pub(crate) fn database(env: &TestEnv) -> String {
    match env.variables().into_iter().find(|(name, _)| name == "STRONGROOM_DATABASE_URL") {
        Some((_, url)) if !url.starts_with("sqlite:") => url,
        _ => env.path("tenant.db").display().to_string(),
    }
}
