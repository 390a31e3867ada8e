use super::folder::{Folder, LOCK, PREFIX, sweep};
use super::*;
use crate::cipher::Format;
use crate::database::{Database as _, OrgId, OrgQuery, OrgRecord, Scope, StoredRow, UserId, UserQuery, UserRecord};
use crate::secret::Secret;
use crate::store::{Row, SaasSecretsStore, StoreConfig};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Instant;
use tempfile::TempDir;

/// A demo as its console holds it.
struct Demo {
    database: Sqlite,
    ring: KeyRing,
    folder: Folder,
}

impl Demo {
    fn create(place: &Path) -> Self {
        let folder = Folder::create(&[place.to_owned()]).unwrap();
        let (database, ring) = fill(folder.path()).unwrap();
        Self { database, ring, folder }
    }
}

/// A demo in a place of its own.
fn demo() -> (TempDir, Demo) {
    let place = tempfile::tempdir().unwrap();
    let demo = Demo::create(place.path());
    (place, demo)
}

fn rows(demo: &mut Demo) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    demo.database.scan(&mut |row| rows.push(row)).unwrap();
    rows
}

fn opened(demo: Demo, rows: Vec<StoredRow>) -> Vec<Row> {
    let Demo { mut database, ring, folder: _folder } = demo;
    let config = StoreConfig::new(ring, Format::Fernet, None);
    SaasSecretsStore::new(&mut database, OrgId::new("any"), config).decrypt_kwargs(rows)
}

fn org(demo: &mut Demo, name: &str) -> OrgRecord {
    demo.database.find_orgs(name).unwrap().pop().unwrap()
}

fn users(demo: &mut Demo, org: &OrgId) -> Vec<UserRecord> {
    let query = UserQuery { org: Some(org.clone()), search: String::new(), after: None, limit: 0 };
    demo.database.users(&query).unwrap().items
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn entries(place: &Path) -> Vec<PathBuf> {
    fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// A folder as a killed demo leaves it.
fn left_behind(place: &Path, name: &str) -> PathBuf {
    let folder = place.join(format!("{PREFIX}{name}"));
    fs::DirBuilder::new().mode(0o700).create(&folder).unwrap();
    for name in [LOCK, "demo.db", "demo.db-wal", "keys.json"] {
        fs::write(folder.join(name), "left").unwrap();
    }
    fs::create_dir(folder.join("half-made")).unwrap();
    folder
}

#[test]
fn there_are_companies_dozens_of_users_and_hundreds_of_secrets() {
    let (_place, mut demo) = demo();
    let counts = demo.database.counts().unwrap();
    assert_eq!((counts.orgs, counts.personal_orgs, counts.users), (5, 48, 48));
    assert!((280..400).contains(&counts.secrets), "{counts:?}");
    assert_eq!(counts.without_org, 1);
    let query = OrgQuery { kind: crate::database::OrgKind::Any, ..OrgQuery::default() };
    assert_eq!(demo.database.orgs(&query).unwrap().items.len(), 53);
}

#[test]
fn every_kind_of_row_is_there() {
    let (_place, mut demo) = demo();
    let rows = rows(&mut demo);
    let shared = rows.iter().filter(|row| row.shared).count();
    let undescribed = rows.iter().filter(|row| row.description.is_none()).count();
    assert_eq!(shared, 20);
    assert!(undescribed > 3, "{undescribed}");
    let mut kinds: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut sealed = 0;
    for row in opened(demo, rows) {
        match row {
            Row::Open(row) => *kinds.entry((row.format.name(), row.key.0)).or_default() += 1,
            Row::Sealed(_) => sealed += 1,
        }
    }
    assert_eq!(sealed, 4);
    let found: Vec<(&str, &str)> = kinds.keys().map(|(format, key)| (*format, key.as_str())).collect();
    let expected =
        [("fernet", "demo-2025"), ("fernet", "demo-2026"), ("fernet-bare", "demo-2024"), ("jwe", "demo-2026")];
    assert_eq!(found, expected, "{kinds:?}");
    assert!(kinds.values().all(|&count| count >= 10), "{kinds:?}");
}

#[test]
fn the_ring_has_three_keys_of_which_the_newest_writes() {
    let (_place, demo) = demo();
    let keys: Vec<_> = demo.ring.keys().iter().map(|key| (key.id.0.as_str(), key.active)).collect();
    assert_eq!(keys, [("demo-2026", true), ("demo-2025", false), ("demo-2024", false)]);
    assert_eq!(demo.ring.writer().unwrap().id.0, "demo-2026");
    assert_eq!(demo.ring.warnings(), [""; 0]);
}

#[test]
fn the_people_have_roles_and_some_are_unusual() {
    let (_place, mut demo) = demo();
    let acme = org(&mut demo, "Acme Corp");
    let everybody = users(&mut demo, &acme.id);
    let with = |role: Option<&str>| everybody.iter().filter(|user| user.role.as_deref() == role).count();
    assert_eq!((with(Some("owner")), with(Some("admin")), with(Some("member"))), (1, 2, 12));
    assert_eq!(with(None), 1, "one left the company and their secrets behind");
    assert!(everybody.iter().all(|user| user.secrets > 0));
    let initech = org(&mut demo, "Initech");
    let nameless = users(&mut demo, &initech.id).iter().filter(|user| user.email.is_none()).count();
    assert_eq!(nameless, 1);
    let others: HashSet<UserId> = users(&mut demo, &initech.id).into_iter().filter_map(|user| user.id).collect();
    let both = everybody.iter().filter(|user| user.id.as_ref().is_some_and(|id| others.contains(id))).count();
    assert_eq!(both, 1, "one works for two companies");
}

#[test]
fn the_owner_of_acme_has_a_value_of_every_shape() {
    let (_place, mut demo) = demo();
    let acme = org(&mut demo, "Acme Corp");
    let owner = users(&mut demo, &acme.id).into_iter().find(|user| user.role.as_deref() == Some("owner")).unwrap();
    let scope = Scope::Personal { org: acme.id, user: owner.id.unwrap() };
    let rows = demo.database.rows(&scope).unwrap();
    let values: Vec<String> = opened(demo, rows)
        .iter()
        .map(|row| match row {
            Row::Open(row) => row.value.expose().to_owned(),
            Row::Sealed(row) => panic!("{} is sealed", row.name),
        })
        .collect();
    let some = |holds: &dyn Fn(&str) -> bool| values.iter().any(|value| holds(value));
    assert!(some(&str::is_empty));
    assert!(some(&|value| value.contains("\r\n")));
    assert!(some(&|value| value.contains('\t')));
    assert!(some(&|value| !value.is_ascii()));
    assert!(some(&|value| value.starts_with("-----BEGIN DEMO ") && Secret::new(value).line_count() > 10));
    assert!(some(&|value| serde_json::from_str::<serde_json::Value>(value).is_ok_and(|json| json.is_object())));
}

#[test]
fn it_is_the_same_tenant_every_time_under_other_keys() {
    let ((_one, mut one), (_other, mut other)) = (demo(), demo());
    let (one_rows, other_rows) = (rows(&mut one), rows(&mut other));
    for (one, other) in one_rows.iter().zip(&other_rows) {
        assert_eq!((&one.user, &one.org, &one.name), (&other.user, &other.org, &other.name));
        assert_ne!(one.value, other.value);
    }
    assert_eq!(one_rows.len(), other_rows.len());
    let plaintexts = |rows: Vec<Row>| -> Vec<String> {
        let open = rows.into_iter().filter_map(|row| if let Row::Open(row) = row { Some(row) } else { None });
        open.map(|row| row.value.expose().to_owned()).collect()
    };
    assert_eq!(plaintexts(opened(one, one_rows)), plaintexts(opened(other, other_rows)));
}

#[test]
fn every_value_says_that_it_is_not_real() {
    let (_place, mut demo) = demo();
    let rows = rows(&mut demo);
    for row in opened(demo, rows) {
        if let Row::Open(row) = row {
            let value = row.value.expose().to_lowercase();
            let says_so = ["demo", "example"].iter().any(|word| value.contains(word));
            assert!(says_so || value.is_empty(), "{}", row.name);
        }
    }
}

#[test]
fn a_set_of_the_demo_can_be_stored() {
    let (_place, demo) = demo();
    let Demo { mut database, ring, folder: _folder } = demo;
    let acme = database.find_orgs("Acme Corp").unwrap().pop().unwrap().id;
    let scope = Scope::Shared { org: acme.clone() };
    let mut store = SaasSecretsStore::new(&mut database, acme, StoreConfig::new(ring, Format::Fernet, None));
    let loaded = std::sync::Arc::new(store.load_scope(&scope).unwrap());
    let secrets = loaded.to_secrets().into_iter().skip(1).collect();
    let base = crate::store::Base::Loaded(loaded);
    let new = crate::store::NewSet { secrets, base, drop_sealed: crate::store::DropSealed::Keep, restores: None };
    assert_eq!(store.store_scope(&scope, &new).unwrap().set.rows.len(), 3);
}

#[test]
fn nobody_else_can_read_the_folder_and_its_files() {
    let (_place, demo) = demo();
    let folder = demo.folder.path();
    assert_eq!(mode(folder), 0o700);
    let files = entries(folder);
    for name in ["demo.db", "keys.json", LOCK] {
        assert!(files.contains(&folder.join(name)), "{name} is missing");
    }
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn the_folder_goes_when_the_demo_ends_or_panics() {
    let place = tempfile::tempdir().unwrap();
    drop(Demo::create(place.path()));
    assert_eq!(entries(place.path()).len(), 0);
    let demo = std::panic::AssertUnwindSafe(Demo::create(place.path()));
    assert_eq!(entries(place.path()).len(), 1);
    let caught = std::panic::catch_unwind(move || {
        let _demo = demo;
        std::panic::resume_unwind(Box::new("as it must not happen"));
    });
    assert!(caught.is_err());
    assert_eq!(entries(place.path()).len(), 0);
}

#[test]
fn what_a_killed_demo_left_is_removed_by_the_next() {
    let place = tempfile::tempdir().unwrap();
    let killed = left_behind(place.path(), "killed");
    let killed_at_once = place.path().join(format!("{PREFIX}at-once"));
    fs::create_dir(&killed_at_once).unwrap();
    let folder = Folder::create(&[place.path().to_owned()]).unwrap();
    assert!(!killed.exists() && !killed_at_once.exists());
    assert_eq!(entries(place.path()), [folder.path()]);
}

#[test]
fn the_folder_of_a_demo_that_runs_is_left_alone() {
    let (place, running) = demo();
    let before = entries(running.folder.path()).len();
    sweep(place.path());
    let second = Folder::create(&[place.path().to_owned()]).unwrap();
    assert_ne!(second.path(), running.folder.path());
    assert_eq!(entries(running.folder.path()).len(), before);
}

#[test]
fn no_link_is_followed_and_nothing_else_is_touched() {
    let place = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let precious = left_behind(elsewhere.path(), "precious");
    symlink(&precious, place.path().join(format!("{PREFIX}link"))).unwrap();
    // A lock that is a link: what it points at may be anything.
    let odd = left_behind(place.path(), "odd");
    fs::remove_file(odd.join(LOCK)).unwrap();
    symlink(precious.join(LOCK), odd.join(LOCK)).unwrap();
    let file = place.path().join(format!("{PREFIX}file"));
    fs::write(&file, "a file").unwrap();
    let other = place.path().join("strongroom-other");
    fs::create_dir(&other).unwrap();
    // One that may go, with a link in it.
    let killed = left_behind(place.path(), "killed");
    symlink(&precious, killed.join("link")).unwrap();
    sweep(place.path());
    assert!(!killed.exists());
    assert_eq!(entries(&precious).len(), 5);
    assert!(odd.join("demo.db").exists() && file.exists() && other.exists());
    assert!(place.path().join(format!("{PREFIX}link")).is_symlink());
}

#[test]
fn a_place_that_takes_no_folder_is_passed_over() {
    let place = tempfile::tempdir().unwrap();
    let places = [place.path().join("missing"), place.path().to_owned()];
    assert!(Folder::create(&places).unwrap().path().starts_with(place.path()));
    let error = Folder::create(&places[..1]).err().unwrap();
    assert!(error.message.contains("missing"), "{error}");
    assert_eq!(error.hints.len(), 1);
}

/// Not a bound but a record: `cargo nextest run --no-capture demo_is_made`.
#[test]
fn the_demo_is_made_while_nobody_waits() {
    let place = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let demo = Demo::create(place.path());
    let took = start.elapsed();
    println!("made in {took:?} at {}", demo.folder.path().display());
    assert!(took.as_secs() < 5, "{took:?}");
}
