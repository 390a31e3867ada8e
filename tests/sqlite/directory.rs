//! Orgs and users, a page at a time.

use super::fixture::Fixture;
use std::collections::HashSet;
use strongroom::database::sqlite::Sqlite;
use strongroom::database::{
    Counting, Database as _, OrgId, OrgKind, OrgQuery, OrgRecord, UserId, UserQuery, UserRecord,
};

const ACME: &str = "f841d419-96ba-400d-b34c-d7547568bbd4";

/// Every page of a query, one after the other.
fn orgs(database: &mut Sqlite, query: &OrgQuery) -> Vec<OrgRecord> {
    let mut query = query.clone();
    let mut all = Vec::new();
    loop {
        let page = database.orgs(&query).unwrap();
        assert!(page.items.len() <= query.limit.max(1) || query.limit == 0);
        all.extend(page.items);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

fn users(database: &mut Sqlite, search: &str, limit: usize) -> Vec<UserRecord> {
    let mut query = UserQuery { org: Some(OrgId::new(ACME)), search: search.to_owned(), after: None, limit };
    let mut all = Vec::new();
    loop {
        let page = database.users(&query).unwrap();
        all.extend(page.items);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

/// The tenant, with a personal org for everybody and names that a careless search would trip over.
fn crowded() -> Fixture {
    let fixture = Fixture::tenant();
    fixture.run(
        "INSERT INTO org (id, name) SELECT id, 'user_' || id || '_org' FROM \"user\";
         INSERT INTO org (id, name) VALUES ('odd-1', '100% Ltd'), ('odd-2', '1000 Ltd'), ('odd-3', 'a_b'), ('odd-4', 'axb');",
    );
    fixture
}

#[test]
fn pages_of_any_size_show_everybody_once_and_in_order() {
    let fixture = crowded();
    let mut database = fixture.open();
    for (kind, count) in [(OrgKind::Company, 9), (OrgKind::Personal, 40), (OrgKind::Any, 49)] {
        let query = OrgQuery { kind, counts: Counting::Exact, ..OrgQuery::default() };
        let whole = orgs(&mut database, &query);
        assert_eq!(whole.len(), count);
        for limit in [1, 2, 7, 48, 1_000] {
            assert_eq!(orgs(&mut database, &OrgQuery { limit, ..query.clone() }), whole, "{limit}");
        }
        let ids: HashSet<&OrgId> = whole.iter().map(|org| &org.id).collect();
        assert_eq!(ids.len(), whole.len());
    }
    let whole = users(&mut database, "", 0);
    assert_eq!(whole.len(), 16);
    for limit in [1, 3, 15, 16, 17] {
        assert_eq!(users(&mut database, "", limit), whole, "{limit}");
    }
}

#[test]
fn a_search_takes_every_character_literally_and_no_case() {
    let fixture = crowded();
    let mut database = fixture.open();
    let mut names = |search: &str| {
        let query = OrgQuery { search: search.to_owned(), ..OrgQuery::default() };
        orgs(&mut database, &query).into_iter().map(|org| org.name).collect::<Vec<_>>()
    };
    assert_eq!(names("ACME"), ["Acme Corp"]);
    assert_eq!(names("0%"), ["100% Ltd"]);
    assert_eq!(names("a_b"), ["a_b"]);
    assert_eq!(names("odd-4"), ["axb"], "by id");
    assert!(names("nobody").is_empty());
}

#[test]
fn a_personal_org_is_found_by_its_users_email() {
    let fixture = crowded();
    let mut database = fixture.open();
    let query = OrgQuery { search: "ada@acme".to_owned(), kind: OrgKind::Any, ..OrgQuery::default() };
    let found = orgs(&mut database, &query);
    assert_eq!(found.iter().map(OrgRecord::title).collect::<Vec<_>>(), ["ada@acme.example, personal"]);
    let counts = database.counts().unwrap();
    assert_eq!((counts.orgs, counts.personal_orgs, counts.users), (9, 40, 40));
}

#[test]
fn whoever_has_secrets_without_being_a_member_is_listed_too() {
    let fixture = crowded();
    fixture.run(&format!("DELETE FROM org_member WHERE org_id = '{ACME}'"));
    let mut database = fixture.open();
    let left = users(&mut database, "", 0);
    assert!(!left.is_empty() && left.iter().all(|user| user.role.is_none() && user.secrets > 0));
}

#[test]
fn users_are_found_by_email_and_by_id() {
    let fixture = crowded();
    let mut database = fixture.open();
    let by_email = users(&mut database, "ADA@acme", 0);
    assert_eq!(by_email.len(), 1);
    let id = by_email[0].id.clone().unwrap();
    assert_eq!(users(&mut database, &id.as_str()[..8], 0), by_email);
    assert_eq!(database.find_users(&OrgId::new(ACME), id.as_str()).unwrap(), by_email);
    assert!(database.find_users(&OrgId::new(ACME), "nobody@acme.example").unwrap().is_empty());
}

/// Somebody of three companies.
const CY: &str = "0698ec53-2f4c-4432-8696-56adb1a6e2a0";

#[test]
fn a_person_is_found_in_every_org_however_the_tables_spell_the_ids() {
    let fixture = Fixture::tenant();
    let homes = |fixture: &Fixture| {
        let homes = fixture.open().homes(&UserId::new(CY), 100).unwrap();
        homes.into_iter().map(|home| (home.org.map(|org| org.name), home.role, home.secrets)).collect::<Vec<_>>()
    };
    let before = homes(&fixture);
    let names: Vec<&str> = before.iter().filter_map(|(name, ..)| name.as_deref()).collect();
    assert_eq!(names, ["Acme Corp", "Initech", "Ünïcode & Söhne GmbH"]);
    assert!(before.iter().all(|(_, role, _)| role.is_some()));
    // As the server's own models write it: without hyphens, but for the user of a secret.
    fixture.run(
        "PRAGMA foreign_keys = OFF;
         UPDATE org SET id = replace(id, '-', ''); UPDATE \"user\" SET id = upper(replace(id, '-', ''));
         UPDATE org_member SET org_id = replace(org_id, '-', ''), user_id = replace(user_id, '-', '');
         UPDATE custom_secrets SET org_id = replace(org_id, '-', '') WHERE id % 2 = 0;",
    );
    assert_eq!(homes(&fixture), before);
    fixture.run(&format!(
        "INSERT INTO org (id, name) VALUES ('{CY}', 'user_{CY}_org');
         UPDATE custom_secrets SET org_id = NULL WHERE keycloak_user_id = '{CY}' AND secret_name = 'TLS_KEY_4';"
    ));
    let after = homes(&fixture);
    assert_eq!(after.len(), 5);
    assert_eq!(after[0], (Some(format!("user_{CY}_org")), None, 0), "the personal org first");
    assert_eq!(after[4].0, None, "what belongs to no org last");
    assert_eq!(fixture.open().homes(&UserId::new(CY), 2).unwrap().len(), 2);
    assert!(fixture.open().homes(&UserId::new("nobody"), 9).unwrap().is_empty());
    for search in ["CY@init", &CY[..13], &CY.replace('-', "")[..13]] {
        let people = fixture.open().people(search, 9).unwrap();
        let found: Vec<_> = people.iter().map(|person| (person.user.as_str(), person.title())).collect();
        assert_eq!(found, [(CY, "cy@initech.example".to_owned())], "{search}");
        assert_eq!(people[0].personal, Some(OrgId::new(CY)));
    }
}
