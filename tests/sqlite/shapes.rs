//! The shapes that the server's tables come in.

use super::fixture::{Fixture, SCHEMA, UNIQUE, names, personal, replace_all, shared};
use strongroom::database::{Database as _, DatabaseError, OrgId};

const ORG: &str = "f841d419-96ba-400d-b34c-d7547568bbd4";
const USER: &str = "88b3bda3-8baf-45c4-8667-2c2e44fa8197";

/// An org, a user and one secret, their ids as `org` and `user`, in tables of the shape `schema`.
fn one_secret(schema: &str, org: &str, user: &str, row_user: &str) -> Fixture {
    Fixture::with(&format!(
        "{schema};
         INSERT INTO org (id, name) VALUES ('{org}', 'Acme Corp');
         INSERT INTO \"user\" (id, current_org_id, email) VALUES ('{user}', '{org}', 'ada@acme.example');
         INSERT INTO org_member (org_id, user_id, role_id, _llm_api_key) VALUES ('{org}', '{user}', 1, '');
         INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description)
             VALUES ('{row_user}', '{org}', 'STANDING', 'stored', NULL);"
    ))
}

fn older() -> String {
    SCHEMA.replace(", is_org_shared BOOLEAN NOT NULL DEFAULT FALSE", "")
}

#[test]
fn a_database_older_than_shared_secrets_has_personal_ones_alone() {
    let fixture = one_secret(&older(), ORG, USER, USER);
    let mut database = fixture.open();
    assert!(!database.about().has_shared && !database.about().has_unique_index);
    assert_eq!(names(&replace_all(&mut database, &personal(ORG, USER), &["A", "B"]).unwrap()), ["A", "B"]);
    assert!(database.rows(&shared(ORG)).unwrap().is_empty());
}

#[test]
fn the_unique_index_is_seen_and_kept_to() {
    let fixture = one_secret(&format!("{SCHEMA};{UNIQUE}"), ORG, USER, USER);
    let mut database = fixture.open();
    assert!(database.about().has_unique_index);
    replace_all(&mut database, &personal(ORG, USER), &["TWICE", "TWICE"]).unwrap_err();
    assert_eq!(names(&database.rows(&personal(ORG, USER)).unwrap()), ["STANDING"], "the old set stands");
    assert_eq!(names(&replace_all(&mut database, &personal(ORG, USER), &["STANDING"]).unwrap()), ["STANDING"]);
}

#[test]
fn ids_are_compared_in_any_spelling_and_written_as_the_column_has_them() {
    let plain = |id: &str| id.replace('-', "");
    let fixture = one_secret(SCHEMA, &plain(ORG), &plain(USER), USER);
    let mut database = fixture.open();
    let org = database.find_orgs("Acme Corp").unwrap().remove(0);
    assert_eq!(org.id, OrgId::new(ORG));
    assert_eq!(org.id.to_string(), ORG, "printed with hyphens");
    let user = database.find_users(&org.id, "ada@acme.example").unwrap().remove(0);
    let user = user.id.unwrap();
    assert_eq!(user.as_str(), USER);
    replace_all(&mut database, &personal(ORG, user.as_str()), &["NEW"]).unwrap();
    assert_eq!(
        fixture.texts("SELECT org_id || ' ' || keycloak_user_id FROM custom_secrets"),
        [format!("{} {USER}", plain(ORG))]
    );
}

#[test]
fn ids_need_not_be_uuids() {
    let fixture = one_secret(SCHEMA, "org-123", "user-456", "user-456");
    let mut database = fixture.open();
    assert_eq!(names(&database.rows(&personal("org-123", "user-456")).unwrap()), ["STANDING"]);
    assert!(database.rows(&personal("ORG-123", "user-456")).unwrap().is_empty());
    replace_all(&mut database, &personal("org-123", "user-456"), &["A"]).unwrap();
    assert_eq!(fixture.texts("SELECT keycloak_user_id FROM custom_secrets"), ["user-456"]);
}

#[test]
fn columns_and_tables_that_are_not_known_are_left_alone() {
    let fixture = one_secret(SCHEMA, ORG, USER, USER);
    fixture.run(
        "ALTER TABLE custom_secrets ADD COLUMN region TEXT DEFAULT 'eu';
         ALTER TABLE org ADD COLUMN plan TEXT;
         CREATE TABLE invoices (id INTEGER PRIMARY KEY, note TEXT);
         INSERT INTO invoices (note) VALUES ('paid');",
    );
    let mut database = fixture.open();
    replace_all(&mut database, &personal(ORG, USER), &["A"]).unwrap();
    assert_eq!(fixture.texts("SELECT region FROM custom_secrets"), ["eu"]);
    assert_eq!(fixture.texts("SELECT note FROM invoices"), ["paid"]);
}

#[test]
fn a_column_that_no_insert_of_ours_can_fill_is_found_before_anything_is_deleted() {
    let schema = SCHEMA.replace("description VARCHAR,", "description VARCHAR, region VARCHAR NOT NULL,");
    let fixture = Fixture::with(&format!(
        "{schema};INSERT INTO org (id, name) VALUES ('{ORG}', 'Acme Corp');
         INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, region)
             VALUES ('{USER}', '{ORG}', 'STANDING', 'stored', 'eu');"
    ));
    let mut database = fixture.open();
    let refused = replace_all(&mut database, &personal(ORG, USER), &["A"]).unwrap_err();
    assert!(matches!(refused, DatabaseError::Uninsertable(ref column) if column == "region"), "{refused:?}");
    assert_eq!(fixture.texts("SELECT secret_name FROM custom_secrets"), ["STANDING"]);
}
