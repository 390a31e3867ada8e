//! Whose the secrets are: companies by name, and all personal organisations in one.

use crate::common::keys::ENTER;
use crate::common::{TestEnv, fixture};
use serde_json::{Value, json};

/// Companies that are made up beside those of the tenant.
const MANY: usize = 1_100;

fn status(env: &TestEnv) -> Value {
    env.run(["--json", "rotate", "status"]).json()
}

fn count(env: &TestEnv, condition: &str) -> u64 {
    env.sql(&format!("SELECT count(*) FROM custom_secrets WHERE {condition}")).parse().unwrap()
}

/// Gives a user a personal organisation, spelled without hyphens, and in it what the user has elsewhere.
fn make_personal(env: &TestEnv, user: &str) -> u64 {
    let plain = user.replace('-', "");
    env.sql(&format!("INSERT INTO org (id, name, org_version) VALUES ('{plain}', 'user_{user}_org', 0)"));
    let own = format!("keycloak_user_id = '{user}' AND is_org_shared = false");
    let rows = count(env, &own);
    env.sql(&format!("UPDATE custom_secrets SET org_id = '{plain}' WHERE {own}"));
    rows
}

/// Many companies, each with a copy of one secret.
fn make_companies(env: &TestEnv) {
    let as_id = if env.has_server() { "::uuid" } else { "" };
    let number = "substr('0000' || CAST(i AS text), length(CAST(i AS text)) + 1)";
    env.sql(&format!(
        "INSERT INTO org (id, name, org_version)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})
         SELECT ('00000000-0000-4000-8000-00000000' || {number}){as_id}, 'Company ' || {number}, 0 FROM n"
    ));
    env.sql(
        "INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description, is_org_shared)
         SELECT keycloak_user_id, org.id, 'COPIED', secret_value, description, false
         FROM org, custom_secrets WHERE custom_secrets.id = 1 AND org.name LIKE 'Company %'",
    );
}

#[test]
fn personal_organisations_are_counted_in_one_and_companies_by_name() {
    let env = TestEnv::tenant();
    let sets = fixture::tenant_sets();
    let mut users: Vec<&String> = sets.iter().map(|(_, user, _)| user).collect();
    users.sort();
    users.dedup();
    let before: u64 = rows(&status(&env)["by_org"]);
    let personal: u64 = users[..2].iter().map(|user| make_personal(&env, user)).sum();
    assert!(personal > 2, "{personal}");
    let status = status(&env);
    assert_eq!(status["in_personal_orgs"]["rows"], personal);
    assert_eq!(rows(&json!([status["in_personal_orgs"]])), personal);
    assert_eq!(rows(&status["by_org"]), before - personal);
    let named: Vec<(&str, &str)> = status["by_org"]
        .as_array()
        .unwrap()
        .iter()
        .map(|org| (org["org"].as_str().unwrap(), org["name"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(named[0], (fixture::ACME, "Acme Corp"));
    assert_eq!(named[1].1, fixture::EVIL_NAME);
    assert_eq!(named.last().unwrap(), &("", ""), "what belongs to no organisation comes last");
    assert!(users[..2].iter().all(|user| named.iter().all(|(org, _)| org != &user.as_str())));
    // For people the same, with the hostile name escaped.
    let said = env.run(["rotate", "status"]).ok();
    for line in ["Acme Corp", "Globex", "evil \\u{1b}[31morg", "personal organisations", "(no org)"] {
        assert!(said.lines().any(|said| said.starts_with(line)), "{line} in {said}");
    }
    assert!(!said.contains('\u{1b}'));
}

/// How many rows the entries count.
fn rows(entries: &Value) -> u64 {
    let by_key = entries.as_array().unwrap().iter().flat_map(|entry| entry["by_key"].as_object().unwrap().values());
    by_key.map(|count| count.as_u64().unwrap()).sum()
}

#[test]
fn a_company_that_is_in_no_table_is_shown_by_its_id() {
    let env = TestEnv::sqlite_tenant();
    env.sqlite("tenant.db").execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM org WHERE name = 'Globex'").unwrap();
    let nameless = |org: &&Value| org["name"].is_null() && org["org"] != "";
    let status = status(&env);
    let id = status["by_org"].as_array().unwrap().iter().find(nameless).unwrap()["org"].clone();
    assert!(env.run(["rotate", "status"]).ok().contains(id.as_str().unwrap()));
}

#[test]
fn a_thousand_companies_can_be_scrolled_to_on_a_small_screen_and_the_way_on_stays() {
    let env = TestEnv::tenant();
    make_companies(&env);
    assert_eq!(status(&env)["by_org"].as_array().unwrap().len(), MANY + 6);
    let mut terminal = env.console(40, 10, [] as [&str; 0]);
    terminal.wait_for("Acme Corp");
    terminal.send("R");
    terminal.wait_for("enter: choose the key");
    terminal.wait_for("┃");
    terminal.send("jj");
    terminal.wait_gone("secrets, by the key");
    terminal.send("G");
    let shown = terminal.wait_for("and 105 more");
    assert!(shown.contains("Company 0998") && shown.contains("enter: choose the key"), "{shown}");
    terminal.send("kk");
    terminal.wait_gone("and 105 more");
    terminal.send("g");
    terminal.wait_for("secrets, by the key");
    terminal.resize(110, 34);
    terminal.wait_for("step 1 of 7, 29/1013");
    terminal.send(ENTER);
    terminal.wait_for("Which key is everything to come under?");
    terminal.send("q");
    terminal.wait_exit();
}
