//! The schema as it is, and roles with few rights.

use crate::common::postgres::Postgres;
use crate::common::{TestEnv, fixture};
use serde_json::json;

const GRANTS: &str = include_str!("../../assets/grants.sql");

/// `secret WORDS… --org … --user …` on somebody's set.
fn words(words: &[&str]) -> Vec<String> {
    let sets = fixture::tenant_sets();
    let (org, user, _) = sets.iter().find(|(_, _, set)| set.len() > 2).unwrap();
    let set = ["--org", org, "--user", user];
    ["secret"].iter().chain(words).chain(&set).map(|&word| word.to_owned()).collect()
}

fn stores(env: &TestEnv) {
    env.run_with_input(words(&["import", "-"]), r#"{"A": "1", "B": "2"}"#).ok();
    let wanted = json!({"A": {"secret": "1", "description": ""}, "B": {"secret": "2", "description": ""}});
    assert_eq!(env.run(words(&["export"])).json(), wanted);
}

#[test]
fn the_least_rights_that_work_are_those_of_the_script() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    env.server().psql("tenant", "CREATE ROLE support LOGIN");
    env.server().psql("tenant", &GRANTS.replace("ROLE", "support"));
    let url = env.server().url_as("support");
    env.set("STRONGROOM_DATABASE_URL", &url);
    assert_eq!(env.run(["--json", "org", "list"]).json().as_array().unwrap().len(), 5);
    env.run(["user", "list", "--org", fixture::ACME]).ok();
    stores(&env);
    env.run(["db", "status"]).ok();
    // Each of them is needed: without one it is said what is missing, and nothing happens.
    let before = env.dump();
    env.server().psql("tenant", "REVOKE DELETE ON custom_secrets FROM support");
    let said = env.run_with_input(words(&["import", "-"]), "{}").fails(1);
    assert!(said.contains("DELETE"), "{said}");
    env.server().psql("tenant", "REVOKE SELECT (name) ON org FROM support");
    let said = env.run(["org", "list"]).fails(1);
    assert!(said.contains("permission denied") && said.contains("grants.sql"), "{said}");
    assert_eq!(env.dump(), before);
}

#[test]
fn a_policy_that_hides_rows_makes_a_read_fail() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    env.server().psql(
        "tenant",
        "CREATE ROLE support LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO support;
         ALTER TABLE custom_secrets ENABLE ROW LEVEL SECURITY;
         CREATE POLICY few ON custom_secrets USING (id % 2 = 0)",
    );
    let url = env.server().url_as("support");
    env.set("STRONGROOM_DATABASE_URL", &url);
    let said = env.run(words(&["list"])).fails(1);
    assert!(said.contains("row-level security"), "{said}");
    let before = env.dump();
    env.run_with_input(words(&["import", "-"]), "{}").fails(1);
    assert_eq!(env.dump(), before);
}

#[test]
fn tables_in_another_schema_are_found_by_the_search_path() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    env.server().psql(
        "tenant",
        "ALTER SCHEMA public RENAME TO \"open hands\"; CREATE SCHEMA public;
         CREATE TABLE public.org (id int); INSERT INTO public.org VALUES (1);
         CREATE ROLE support LOGIN SUPERUSER; ALTER ROLE support SET search_path = \"open hands\", public",
    );
    let url = env.server().url_as("support");
    env.set("STRONGROOM_DATABASE_URL", &url);
    stores(&env);
    let plain = env.server().url();
    env.set("STRONGROOM_DATABASE_URL", &plain);
    env.run(["org", "list"]).fails(6);
    env.set("STRONGROOM_DATABASE_URL", &format!("{plain}?options=-csearch_path%3D%22open%20hands%22"));
    stores(&env);
    env.run(["db", "init"]).ok();
    assert_eq!(env.run(["--json", "db", "status"]).json()["own_tables"], true);
}

#[test]
fn every_shape_of_the_servers_tables_is_read_and_written() {
    let shapes = [
        "CREATE UNIQUE INDEX u ON custom_secrets (keycloak_user_id, org_id, secret_name) WHERE is_org_shared = false",
        "ALTER TABLE custom_secrets DROP COLUMN is_org_shared",
        "ALTER TABLE custom_secrets ADD COLUMN lease varchar, ADD COLUMN made_at timestamptz NOT NULL DEFAULT now();
         CREATE TABLE lease (id int)",
        "ALTER TABLE custom_secrets DROP CONSTRAINT custom_secrets_org_id_fkey;
         ALTER TABLE org_member DROP CONSTRAINT org_member_org_id_fkey;
         ALTER TABLE \"user\" DROP CONSTRAINT user_current_org_id_fkey;
         ALTER TABLE org ALTER COLUMN id TYPE text; ALTER TABLE custom_secrets ALTER COLUMN org_id TYPE text;
         ALTER TABLE org_member ALTER COLUMN org_id TYPE text",
    ];
    for shape in shapes {
        let mut env = TestEnv::on_server(Postgres::tenant());
        // The newer index does not stand the tenant's one name that is there twice.
        let twice = "DELETE FROM custom_secrets a USING custom_secrets b
                      WHERE a.id > b.id AND a.keycloak_user_id = b.keycloak_user_id AND a.org_id = b.org_id
                        AND a.secret_name = b.secret_name";
        env.server().psql("tenant", twice);
        env.server().psql("tenant", shape);
        stores(&env);
        let listed = env.run(["--json", "user", "list", "--org", fixture::ACME]).json();
        assert_eq!(listed.as_array().unwrap().len(), 16, "{shape}");
    }
}

#[test]
fn what_cannot_be_inserted_is_found_before_anything_is_deleted() {
    for (shape, named) in [
        (
            "ALTER TABLE custom_secrets ADD COLUMN region text NOT NULL DEFAULT 'x'; ALTER TABLE custom_secrets ALTER COLUMN region DROP DEFAULT",
            "region",
        ),
        ("ALTER TABLE custom_secrets ALTER COLUMN secret_name TYPE varchar(40)", "40 characters"),
    ] {
        let mut env = TestEnv::on_server(Postgres::tenant());
        env.server().psql("tenant", shape);
        let before = env.dump();
        let name = "N".repeat(41);
        let said = env.run_with_input(words(&["import", "-"]), format!(r#"{{"{name}": "CANARY-41"}}"#)).fails(1);
        assert!(said.contains(named) && !said.contains("CANARY"), "{said}");
        assert_eq!(env.dump(), before);
    }
}

#[test]
fn a_trigger_with_a_mind_of_its_own_rolls_the_commit_back() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    env.server().psql(
        "tenant",
        "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.description := 'meddled'; RETURN NEW; END $$;
         CREATE TRIGGER meddle BEFORE INSERT ON custom_secrets FOR EACH ROW EXECUTE FUNCTION meddle()",
    );
    let before = env.dump();
    let said = env.run_with_input(words(&["import", "-"]), r#"{"A": "CANARY-1"}"#).fails(1);
    assert!(said.contains("rolled back"), "{said}");
    assert_eq!(env.dump(), before);
}

#[test]
fn a_detail_that_quotes_a_row_is_never_shown() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    env.server().psql(
        "tenant",
        "ALTER TABLE custom_secrets ADD CONSTRAINT fussy CHECK (secret_name <> 'CANARY_NAME') NOT VALID",
    );
    let output = env.run_with_input(words(&["-vv", "import", "-"]), r#"{"CANARY_NAME": "CANARY-2"}"#);
    let said = output.fails(1);
    // The server says "Failing row contains (…)" with every column of it.
    assert!(said.contains("fussy") && !said.contains("Failing row") && !said.contains("CANARY"), "{said}");
    for folder in ["state/strongroom", "state/strongroom/audit"] {
        let files = std::fs::read_dir(env.path(folder)).unwrap().map(|entry| entry.unwrap().path());
        for file in files.filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(!text.contains("CANARY") && !text.contains("Failing row"), "{}: {text}", file.display());
        }
    }
}
