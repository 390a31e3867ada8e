//! The store through its public type, over real databases: scoping, delete-and-replace, conflicts, sealed rows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::TestEnv;
use common::fixture::{self, ACME};
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::Arc;
use strongroom::cipher::{Cipher, Format};
use strongroom::database::sqlite::{OpenOptions, Sqlite};
use strongroom::database::{OrgId, StoredText};
use strongroom::keyring::source::{self, KeySource};
use strongroom::keyring::{Key, KeyId, KeyOrigin, KeyRing};
use strongroom::secret::{Secret, SecretName};
use strongroom::store::saas::Stored;
use strongroom::store::{
    Base, DropSealed, LoadedSet, NewSecret, NewSet, Row, SaasSecretsStore, StoreConfig, StoreError,
};

const ORG: &str = "org-123";
const USER: &str = "user-456";

/// An empty database of the server's with one org and one user, and a ring with one key.
struct Desk {
    env: TestEnv,
    config: StoreConfig,
}

fn ring(secret: &str) -> KeyRing {
    let key = Key {
        id: KeyId("k1".to_owned()),
        secret: Secret::new(secret),
        active: true,
        notes: None,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    };
    KeyRing::new(vec![key], KeyOrigin::Environment, Vec::new())
}

impl Desk {
    fn with(format: Format, limit: Option<usize>) -> Self {
        let env = TestEnv::new();
        fixture::build(
            &env.path("desk.db"),
            &[
                fixture::SCHEMA,
                "INSERT INTO org (id, name) VALUES ('org-123', 'Acme'), ('org-999', 'Other');
                 INSERT INTO \"user\" (id, current_org_id, email) VALUES ('user-456', 'org-123', 'dana@acme.example');",
            ],
        );
        Self { env, config: StoreConfig::new(ring("the first key"), format, limit) }
    }

    fn new() -> Self {
        Self::with(Format::Fernet, Some(strongroom::cipher::DEFAULT_LIMIT))
    }

    fn sqlite(&self) -> Sqlite {
        Sqlite::open(&self.env.path("desk.db"), OpenOptions { read_only: false }).unwrap()
    }

    /// A connection of somebody who knows nothing of Strongroom.
    fn raw(&self) -> Connection {
        self.env.sqlite("desk.db")
    }

    fn load(&self) -> LoadedSet {
        SaasSecretsStore::new(&mut self.sqlite(), OrgId::new(ORG), self.config.clone()).load(USER).unwrap()
    }

    fn try_store(&self, set: &NewSet) -> Result<Stored, StoreError> {
        SaasSecretsStore::new(&mut self.sqlite(), OrgId::new(ORG), self.config.clone()).store(USER, set)
    }

    /// Stores `secrets` over whatever stands.
    fn store(&self, secrets: &[(&str, &str)]) -> Stored {
        self.try_store(&new_set(secrets, self.load())).unwrap()
    }

    fn insert_raw(&self, name: &str, value: &str, description: Option<&str>) {
        self.raw()
            .execute(
                "INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                (USER, ORG, name, value, description),
            )
            .unwrap();
    }

    fn sealed_by(key: &str, text: &str) -> String {
        Cipher::new(&ring(key), Format::Fernet, None).seal(&Secret::new(text)).unwrap().as_str().to_owned()
    }

    fn dump(&self) -> Vec<String> {
        fixture::dump(&self.raw())
    }
}

fn secret(name: &str, value: &str) -> NewSecret {
    NewSecret { name: SecretName::new(name).unwrap(), value: Arc::new(Secret::new(value)), description: None }
}

fn new_set(secrets: &[(&str, &str)], base: LoadedSet) -> NewSet {
    NewSet {
        secrets: secrets.iter().map(|(name, value)| secret(name, value)).collect(),
        base: Base::Loaded(Arc::new(base)),
        drop_sealed: DropSealed::Keep,
        restores: None,
    }
}

fn plain(set: &LoadedSet) -> BTreeMap<String, String> {
    set.open_rows().map(|row| (row.name.as_str().to_owned(), row.value.expose().to_owned())).collect()
}

fn pairs(secrets: &[(&str, &str)]) -> BTreeMap<String, String> {
    secrets.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn three_secrets_stored_and_two_stored_over_them_leave_exactly_two() {
    for format in [Format::Fernet, Format::Jwe] {
        let desk = Desk::with(format, None);
        let three = [("GITHUB_TOKEN", "ghp_1"), ("SLACK", "xoxb"), ("NPM", "npm_1")];
        let two = [("GITHUB_TOKEN", "ghp_2"), ("DOCKER", "dckr")];
        assert_eq!(plain(&desk.store(&three).set), pairs(&three));
        assert_eq!(plain(&desk.load()), pairs(&three));
        desk.store(&two);
        assert_eq!(plain(&desk.load()), pairs(&two));
        assert!(desk.load().open_rows().all(|row| row.format == format));
    }
}

#[test]
fn what_is_stored_is_a_ciphertext_and_no_description_is_null() {
    let desk = Desk::new();
    desk.store(&[("A", "CANARY-51")]);
    let (value, description): (String, Option<String>) = desk
        .raw()
        .query_row("SELECT secret_value, description FROM custom_secrets", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!(!value.contains("CANARY"));
    let opened = desk.config.cipher().open(&StoredText::new(description.expect("a description"))).unwrap();
    assert_eq!(opened.plaintext.expose(), "");
    assert!(desk.dump().iter().all(|line| !line.contains("CANARY")));
}

#[test]
fn an_unchanged_row_keeps_its_id_its_stored_text_and_the_columns_we_do_not_know() {
    let desk = Desk::new();
    desk.raw().execute_batch("ALTER TABLE custom_secrets ADD COLUMN lease VARCHAR").unwrap();
    desk.store(&[("KEPT", "1"), ("CHANGED", "1"), ("GONE", "1")]);
    desk.raw().execute_batch("UPDATE custom_secrets SET lease = 'running-' || secret_name").unwrap();
    let before = desk.dump();
    desk.store(&[("KEPT", "1"), ("CHANGED", "2"), ("NEW", "1")]);
    let after = desk.dump();
    let of = |dump: &[String], name: &str| dump.iter().find(|line| line.contains(&format!("\"{name}\""))).cloned();
    assert_eq!(of(&after, "KEPT"), of(&before, "KEPT"));
    assert_ne!(of(&after, "CHANGED"), of(&before, "CHANGED"));
    assert_eq!(of(&after, "GONE"), None);
}

#[test]
fn a_null_description_of_an_unchanged_row_becomes_the_encrypted_empty_text_in_place() {
    let desk = Desk::new();
    desk.insert_raw("OLD", &Desk::sealed_by("the first key", "v"), None);
    let id = desk.load().rows[0].id();
    let before: String = desk.raw().query_row("SELECT secret_value FROM custom_secrets", [], |row| row.get(0)).unwrap();
    desk.store(&[("OLD", "v")]);
    let set = desk.load();
    let row = set.open_rows().next().unwrap();
    assert_eq!((row.id, row.description.as_ref().unwrap().expose()), (id, ""));
    let after: String = desk.raw().query_row("SELECT secret_value FROM custom_secrets", [], |row| row.get(0)).unwrap();
    assert_eq!(after, before);
}

#[test]
fn a_set_is_scoped_to_its_user_and_its_org() {
    let desk = Desk::new();
    desk.raw()
        .execute_batch(
            "INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, is_org_shared) VALUES
             ('user-456', 'org-999', 'A', 'x', 0), ('user-789', 'org-123', 'A', 'x', 0),
             ('user-456', 'org-123', 'A', 'x', 1), (NULL, 'org-123', 'A', 'x', 1), ('user-456', NULL, 'A', 'x', 0)",
        )
        .unwrap();
    let before = desk.dump();
    assert!(desk.load().rows.is_empty());
    let base = desk.load();
    let row = secret("A", "mine");
    let proof = new_set(&[], base);
    // The other rows are sealed to this ring, so it must not write at all; give it one that it opens first.
    assert!(matches!(desk.try_store(&NewSet { secrets: vec![row], ..proof }), Err(StoreError::WrongKey { tried: 5 })));
    desk.raw()
        .execute(
            "INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value) VALUES ('x', 'org-999', 'B', ?1)",
            [Desk::sealed_by("the first key", "opens")],
        )
        .unwrap();
    desk.store(&[("A", "mine")]);
    desk.store(&[]);
    let after: Vec<String> = desk.dump().into_iter().filter(|line| !line.contains("\"B\"")).collect();
    assert_eq!(after, before);
}

#[test]
fn an_empty_user_id_loads_nothing_and_stores_nothing() {
    let desk = Desk::new();
    desk.insert_raw("A", "x", None);
    let before = desk.dump();
    let mut sqlite = desk.sqlite();
    let mut store = SaasSecretsStore::new(&mut sqlite, OrgId::new(ORG), desk.config.clone());
    assert!(matches!(store.load(""), Err(StoreError::NoUser)));
    let set = NewSet {
        secrets: Vec::new(),
        base: Base::Strict(desk.load().revision),
        drop_sealed: DropSealed::All,
        restores: None,
    };
    assert!(matches!(store.store("", &set), Err(StoreError::NoUser)));
    assert_eq!(desk.dump(), before);
}

#[test]
fn a_store_based_on_something_else_conflicts_and_changes_nothing() {
    let desk = Desk::new();
    desk.store(&[("A", "1")]);
    let stale = desk.load();
    let stale_again = desk.load();
    desk.store(&[("A", "2")]);
    let before = desk.dump();
    let current = desk.load().revision;
    let strict = NewSet { base: Base::Strict(stale.revision), ..new_set(&[("A", "3")], stale_again) };
    for set in [strict, new_set(&[("A", "3")], stale)] {
        match desk.try_store(&set) {
            Err(StoreError::Conflict { current: told }) => assert_eq!(told, current),
            other => panic!("no conflict: {other:?}"),
        }
    }
    assert_eq!(desk.dump(), before);
}

#[test]
fn a_mere_re_encryption_is_a_conflict_only_to_the_strict() {
    let desk = Desk::new();
    desk.store(&[("A", "1"), ("B", "2")]);
    let base = Arc::new(desk.load());
    // The server saves an equal set: every row new, in another order, descriptions NULL.
    desk.raw().execute_batch("DELETE FROM custom_secrets").unwrap();
    desk.insert_raw("B", &Desk::sealed_by("the first key", "2"), None);
    desk.insert_raw("A", &Desk::sealed_by("the first key", "1"), None);
    let set = |base| NewSet { secrets: vec![secret("A", "3")], base, drop_sealed: DropSealed::Keep, restores: None };
    assert!(matches!(desk.try_store(&set(Base::Strict(base.revision))), Err(StoreError::Conflict { .. })));
    desk.try_store(&set(Base::Loaded(base))).unwrap();
    assert_eq!(plain(&desk.load()), pairs(&[("A", "3")]));
}

#[test]
fn sealed_rows_survive_byte_for_byte_until_they_are_named() {
    let desk = Desk::new();
    desk.store(&[("A", "1")]);
    desk.insert_raw("LOST", &Desk::sealed_by("a forgotten key", "x"), None);
    desk.insert_raw("HALF", &Desk::sealed_by("the first key", "x"), Some("not a token"));
    let sealed = |dump: Vec<String>| dump.into_iter().filter(|line| line.contains("LOST") || line.contains("HALF"));
    let before: Vec<String> = sealed(desk.dump()).collect();
    desk.store(&[("A", "2"), ("B", "1")]);
    desk.store(&[]);
    assert_eq!(sealed(desk.dump()).collect::<Vec<_>>(), before);
    assert_eq!(desk.load().sealed_rows().count(), 2);

    let taken = new_set(&[("LOST", "new")], desk.load());
    assert!(matches!(desk.try_store(&taken), Err(StoreError::SealedName(_))));
    let named = NewSet { drop_sealed: DropSealed::Named(SecretName::new("LOST").unwrap()), ..taken };
    desk.try_store(&named).unwrap();
    let set = desk.load();
    assert_eq!(plain(&set), pairs(&[("LOST", "new")]));
    assert_eq!(set.sealed_rows().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["HALF"]);
}

#[test]
fn a_value_over_the_limit_is_refused_before_anything_is_deleted_and_lifting_it_is_the_profiles_business() {
    let long = "x".repeat(64 * 1024);
    for format in [Format::Fernet, Format::Jwe] {
        let desk = Desk::with(format, Some(strongroom::cipher::DEFAULT_LIMIT));
        desk.store(&[("A", "1")]);
        let before = desk.dump();
        let set = new_set(&[("LONG", &long)], desk.load());
        assert!(matches!(desk.try_store(&set), Err(StoreError::Unencryptable { .. })));
        assert_eq!(desk.dump(), before);

        let desk = Desk::with(format, None);
        desk.store(&[("LONG", &long)]);
        assert_eq!(plain(&desk.load()), pairs(&[("LONG", &long)]));
    }
}

#[test]
fn a_column_of_theirs_without_a_default_is_found_before_anything_is_deleted() {
    let desk = Desk::new();
    desk.store(&[("A", "1"), ("B", "1")]);
    desk.raw()
        .execute_batch(
            "ALTER TABLE custom_secrets RENAME TO old;
             CREATE TABLE custom_secrets (id INTEGER PRIMARY KEY, keycloak_user_id VARCHAR, org_id VARCHAR,
               secret_name VARCHAR NOT NULL, secret_value VARCHAR NOT NULL, description VARCHAR,
               is_org_shared BOOLEAN NOT NULL DEFAULT FALSE, region VARCHAR NOT NULL);
             INSERT INTO custom_secrets SELECT id, keycloak_user_id, org_id, secret_name, secret_value, description,
               is_org_shared, 'eu' FROM old;
             DROP TABLE old;",
        )
        .unwrap();
    let before = desk.dump();
    let refused = desk.try_store(&new_set(&[("A", "2")], desk.load())).unwrap_err();
    assert!(refused.to_string().contains("region"), "{refused}");
    assert_eq!(desk.dump(), before);
    desk.store(&[("B", "1")]);
    assert_eq!(plain(&desk.load()), pairs(&[("B", "1")]));
}

#[test]
fn every_set_of_the_tenant_loads_and_storing_one_changes_no_other_row() {
    let env = TestEnv::tenant();
    let options = source::LoadOptions::default();
    let load = || source::load(&KeySource::File(env.path("keys.json")), &options).unwrap();
    let config = StoreConfig::new(load(), Format::Fernet, None);
    let mut sqlite = Sqlite::open(&env.path("tenant.db"), OpenOptions { read_only: false }).unwrap();
    for (org, user, secrets) in fixture::tenant_sets() {
        let mut store = SaasSecretsStore::new(&mut sqlite, OrgId::new(&org), config.clone());
        let set = store.load(&user).unwrap();
        for (name, expected) in &secrets {
            if expected["sealed"] == true {
                assert!(set.sealed_rows().any(|row| row.name.as_str() == name), "{org} {user} {name}");
                continue;
            }
            let row = set.open_rows().find(|row| row.name.as_str() == name).unwrap();
            assert_eq!(Some(row.value.expose()), expected["secret"].as_str(), "{org} {user} {name}");
            assert_eq!(row.description.as_ref().map(|text| text.expose()), expected["description"].as_str());
            assert_eq!(Some(row.format.name()), expected["format"].as_str());
            assert_eq!(Some(row.key.0.as_str()), expected["key_id"].as_str());
        }
        let listed = |row: &&strongroom::store::OpenRow| row.name.as_str() != "TWICE";
        let open = secrets.values().filter(|expected| expected["sealed"] != true).count();
        assert_eq!(set.open_rows().filter(listed).count(), open, "{org} {user}");
    }

    let (org, user, _) = fixture::tenant_sets().into_iter().find(|(org, ..)| org == ACME).unwrap();
    let mut store = SaasSecretsStore::new(&mut sqlite, OrgId::new(&org), config);
    let base = Arc::new(store.load(&user).unwrap());
    let ids: Vec<String> = base.rows.iter().map(|row| format!("custom_secrets: Integer({}) ", row.id().0)).collect();
    let before = fixture::dump(&env.sqlite("tenant.db"));
    let mut secrets = base.to_secrets();
    secrets.push(secret("ADDED", "v"));
    store
        .store(&user, &NewSet { secrets, base: Base::Loaded(base), drop_sealed: DropSealed::Keep, restores: None })
        .unwrap();
    let after = fixture::dump(&env.sqlite("tenant.db"));
    let others = |dump: &[String]| -> Vec<String> {
        dump.iter()
            .filter(|line| !line.contains("ADDED") && !ids.iter().any(|id| line.starts_with(id)))
            .cloned()
            .collect()
    };
    assert_eq!(others(&before), others(&after));
    assert_eq!(after.len(), before.len() + 1);
}

#[test]
fn a_ring_that_opens_none_of_the_databases_rows_writes_nothing() {
    let desk = Desk::new();
    desk.store(&[("A", "1")]);
    let before = desk.dump();
    let stray = StoreConfig::new(ring("a stray JWT_SECRET"), Format::Fernet, None);
    let mut sqlite = desk.sqlite();
    let mut store = SaasSecretsStore::new(&mut sqlite, OrgId::new("org-999"), stray);
    let base = store.load(USER).unwrap();
    assert!(matches!(store.store(USER, &new_set(&[("A", "2")], base)), Err(StoreError::WrongKey { tried: 1 })));
    assert_eq!(desk.dump(), before);
}

#[test]
fn nothing_that_is_printed_for_debugging_holds_a_plaintext() {
    let desk = Desk::new();
    let stored = desk.store(&[("A", "CANARY-77")]);
    let set = new_set(&[("A", "CANARY-78")], desk.load());
    assert!(!format!("{stored:?} {set:?} {:?}", desk.config.ring()).contains("CANARY"));
    assert!(!format!("{:?}", desk.config.ring()).contains("the first key"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_set_of_any_text_survives_store_and_load(
        set in prop::collection::btree_map("[^\0]{1,12}", (any::<String>(), any::<Option<String>>()), 0..8),
        jwe in any::<bool>(),
    ) {
        let desk = Desk::with(if jwe { Format::Jwe } else { Format::Fernet }, None);
        let secrets = set
            .iter()
            .map(|(name, (value, description))| NewSecret {
                name: SecretName::new(name.clone()).unwrap(),
                value: Arc::new(Secret::new(value.clone())),
                description: description.clone().map(|text| Arc::new(Secret::new(text))),
            })
            .collect();
        let base = Base::Loaded(Arc::new(desk.load()));
        desk.try_store(&NewSet { secrets, base, drop_sealed: DropSealed::Keep, restores: None }).unwrap();
        let loaded = desk.load();
        prop_assert_eq!(loaded.rows.len(), set.len());
        for row in &loaded.rows {
            let Row::Open(row) = row else { panic!("a row of ours is sealed") };
            let (value, description) = &set[row.name.as_str()];
            prop_assert_eq!(row.value.expose(), value);
            prop_assert_eq!(row.description.as_ref().unwrap().expose(), description.as_deref().unwrap_or(""));
        }
    }
}
