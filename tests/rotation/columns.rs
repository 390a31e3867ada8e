//! The other encrypted columns of the server.

use crate::common::TestEnv;
use crate::field::{NEW, OLD, rotate, tenant};
use serde_json::json;

/// A token under the key that writes, made by storing it as a secret.
fn token(env: &TestEnv, value: &str) -> String {
    let words = ["secret", "import", "--org", crate::common::fixture::ACME, "--shared", "-"];
    env.run_with_input(words, json!({"TOKEN": value}).to_string()).ok();
    env.sql("SELECT secret_value FROM custom_secrets WHERE secret_name = 'TOKEN'")
}

fn with_profile(profile: &str) -> TestEnv {
    let mut env = tenant();
    env.write_private("config.toml", format!("default_profile = \"p\"\n[profiles.p]\n{profile}"));
    env.set("STRONGROOM_CONFIG", &env.path("config.toml").display().to_string());
    env
}

/// Encrypts one member's key and one offline token, and leaves the others as plaintext.
fn prepare(env: &TestEnv) -> (String, String) {
    let token = token(env, "CANARY-member");
    let member = "SELECT min(user_id) FROM org_member WHERE org_id = (SELECT min(org_id) FROM org_member)";
    let member = if env.has_server() {
        member
            .replace("min(user_id)", "min(user_id::text)")
            .replace("min(org_id)", "min(org_id::text)")
            .replace("WHERE org_id =", "WHERE org_id::text =")
    } else {
        member.to_owned()
    };
    let user = env.sql(&member);
    let cast = if env.has_server() { "::text" } else { "" };
    env.sql(&format!("UPDATE org_member SET _llm_api_key = '{token}' WHERE user_id{cast} = '{user}'"));
    env.sql("CREATE TABLE offline_tokens (user_id varchar(255) PRIMARY KEY, offline_token text NOT NULL)");
    env.sql(&format!("INSERT INTO offline_tokens VALUES ('u', '{{\"a\": 1,  \"tokens\": \"{token}\", \"z\":[]}}')"));
    (user, token)
}

#[test]
fn what_the_profile_does_not_turn_on_is_counted_and_left_alone() {
    let env = tenant();
    let (user, token) = prepare(&env);
    rotate(&env, &[]);
    let cast = if env.has_server() { "::text" } else { "" };
    let key = env.sql(&format!("SELECT min(_llm_api_key) FROM org_member WHERE user_id{cast} = '{user}'"));
    assert_eq!(key, token);
    let status = env.run(["--json", "rotate", "status"]).json();
    let columns = status["columns"].as_array().unwrap();
    let column = columns.iter().find(|column| column["name"] == "org_member._llm_api_key").unwrap();
    assert_eq!(column["rotates"], false);
    assert!(column["by_key"][OLD].as_u64().unwrap() > 0 && column["plain"].as_u64().unwrap() > 0, "{column}");
    // The old key can't go while a column needs it.
    env.run(["rotate", "retire", "--to", NEW]).ok();
    let said = env.run(["key", "remove", OLD, "--confirm", OLD]).fails(1);
    assert!(said.contains("open only under k-2026"), "{said}");
}

#[test]
fn the_known_columns_turn_as_a_whole_and_the_rest_of_a_json_stays() {
    let env = with_profile("rotation.known_columns = true\n");
    let (user, token) = prepare(&env);
    let done = rotate(&env, &[]);
    assert_eq!(done["by_place"]["offline_tokens.offline_token"], 1, "{done}");
    assert!(
        done["plain"].as_u64().unwrap() > 0 && done["plain_rows"][0].as_str().unwrap().starts_with("org_member._llm")
    );
    let text = env.sql("SELECT offline_token FROM offline_tokens");
    assert!(
        text.starts_with("{\"a\": 1,  \"tokens\": \"") && text.ends_with("\", \"z\":[]}") && !text.contains(&token),
        "{text}"
    );
    let cast = if env.has_server() { "::text" } else { "" };
    let key = env.sql(&format!("SELECT min(_llm_api_key) FROM org_member WHERE user_id{cast} = '{user}'"));
    assert_ne!(key, token);
    env.run(["rotate", "retire", "--to", NEW]).ok();
    let status = env.run(["--json", "rotate", "status"]).json();
    for column in status["columns"].as_array().unwrap() {
        assert!(column["by_key"].as_object().unwrap().keys().all(|key| key == NEW), "{column}");
    }
}

#[test]
fn a_column_that_is_named_and_not_there_is_an_error_before_anything_is_written() {
    let env = with_profile("[[profiles.p.rotation.column]]\ntable = \"org\"\nkey = [\"id\"]\ncolumn = \"nowhere\"\n");
    let before = env.dump();
    let said = env.run(["rotate", "--to", NEW, "--yes"]).fails(2);
    assert!(said.contains("rotates org.nowhere"), "{said}");
    assert_eq!(env.dump(), before);
}

#[test]
fn a_column_of_ones_own_turns() {
    let env = with_profile(
        "[[profiles.p.rotation.column]]\ntable = \"extra\"\nkey = [\"a\", \"b\"]\ncolumn = \"token\"\nencoding = \"fernet-default\"\n",
    );
    let token = token(&env, "CANARY-extra");
    env.sql("CREATE TABLE extra (a int, b varchar(9), token text, PRIMARY KEY (a, b))");
    env.sql(&format!("INSERT INTO extra VALUES (1, 'x', '{token}'), (1, 'y', NULL), (2, 'x', 'plain')"));
    let said = env.run(["rotate", "--to", NEW, "--yes"]);
    assert!(said.stderr().contains("default key only"), "{}", said.stderr());
    said.ok();
    assert_ne!(env.sql("SELECT token FROM extra WHERE a = 1 AND b = 'x'"), token);
    assert_eq!(env.sql("SELECT token FROM extra WHERE a = 2"), "plain");
}
