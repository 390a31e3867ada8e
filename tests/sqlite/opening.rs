//! What is opened, what is refused, and that the file is as it was.

use super::fixture::{Fixture, names, personal, replace_all};
use rusqlite::Connection;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use strongroom::database::sqlite::{OpenOptions, Sqlite};
use strongroom::database::{Database as _, DatabaseError};

const ACME: &str = "f841d419-96ba-400d-b34c-d7547568bbd4";
const ADA: &str = "88b3bda3-8baf-45c4-8667-2c2e44fa8197";

fn error(result: Result<Sqlite, DatabaseError>) -> DatabaseError {
    result.map(drop).unwrap_err()
}

#[test]
fn what_is_no_database_of_the_servers_is_refused_and_untouched() {
    let fixture = Fixture::with("CREATE TABLE something_else (id INTEGER);");
    assert!(matches!(error(fixture.try_open()), DatabaseError::NotTheServers(_)));
    for text in ["", "not a database, but long enough to have a header to look at: 0123456789 0123456789 0123456789"] {
        fs::write(fixture.path(), text).unwrap();
        assert!(matches!(error(fixture.try_open()), DatabaseError::NotADatabase(_)), "{text:?}");
        assert_eq!(fs::read_to_string(fixture.path()).unwrap(), text);
    }
    let folder = Sqlite::open(fixture.folder(), OpenOptions::default());
    assert!(matches!(error(folder), DatabaseError::NotADatabase(_)));
    fs::remove_file(fixture.path()).unwrap();
    assert!(matches!(error(fixture.try_open()), DatabaseError::Missing(_)));
    assert!(!fixture.path().exists());
}

#[test]
fn a_truncated_database_is_an_error_and_not_a_panic() {
    let fixture = Fixture::tenant();
    let whole = fs::read(fixture.path()).unwrap();
    for length in [100, 4_096, whole.len() / 2] {
        fs::write(fixture.path(), &whole[..length]).unwrap();
        if let Ok(mut database) = fixture.try_open() {
            database.scan(&mut |_| ()).unwrap_err();
        }
        assert_eq!(fs::read(fixture.path()).unwrap(), &whole[..length]);
    }
}

#[test]
fn a_database_that_another_process_holds_is_locked() {
    let fixture = Fixture::tenant();
    let holder = fixture.connection();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert!(matches!(error(fixture.try_open()), DatabaseError::Locked));
    holder.execute_batch("COMMIT").unwrap();
    drop(holder);
    fixture.open();
}

#[test]
fn tables_of_ours_that_are_newer_than_this_program_are_left_alone() {
    let fixture = Fixture::tenant();
    fixture.open().init().unwrap();
    fixture.run("UPDATE strongroom_meta SET value = '99' WHERE key = 'schema_version'");
    let before = fs::read(fixture.path()).unwrap();
    assert!(matches!(error(fixture.try_open()), DatabaseError::NewerSchema { found: 99, .. }));
    assert_eq!(fs::read(fixture.path()).unwrap(), before);
}

#[test]
fn where_nothing_can_be_written_the_reason_is_known_and_rows_can_be_read() {
    let asked = Fixture::tenant();
    let file = Fixture::tenant();
    fs::set_permissions(file.path(), Permissions::from_mode(0o400)).unwrap();
    let folder = Fixture::tenant();
    fs::set_permissions(folder.folder(), Permissions::from_mode(0o500)).unwrap();
    for (mut database, reason) in [
        (asked.open_read_only(), "for reading only"),
        (file.open(), "the file is not"),
        (folder.open(), "its folder is not"),
    ] {
        assert!(database.about().read_only.as_ref().unwrap().contains(reason), "{:?}", database.about());
        assert!(!database.rows(&personal(ACME, ADA)).unwrap().is_empty());
        let refused = replace_all(&mut database, &personal(ACME, ADA), &["A"]).unwrap_err();
        assert!(matches!(refused, DatabaseError::ReadOnly(_)), "{refused:?}");
    }
    fs::set_permissions(folder.folder(), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn somebody_elses_file_keeps_its_journal_mode() {
    let mode = |fixture: &Fixture| fixture.texts("PRAGMA journal_mode").remove(0);
    let fixture = Fixture::tenant();
    for expected in ["delete", "wal"] {
        fixture.run(&format!("PRAGMA journal_mode = {expected}"));
        let rows = replace_all(&mut fixture.open(), &personal(ACME, ADA), &["A"]).unwrap();
        assert_eq!(names(&rows), ["A"]);
        assert_eq!(mode(&fixture), expected);
    }
}

#[test]
fn a_database_of_our_own_is_private_and_has_the_servers_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/here.db");
    let mut database = Sqlite::create(&path).unwrap();
    assert!(database.about().created && database.about().has_own_tables && database.about().has_unique_index);
    assert_eq!(database.counts().unwrap().secrets, 0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    let other = Connection::open(&path).unwrap();
    let journal: String = other.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
    assert!(matches!(error(Sqlite::create(&path)), DatabaseError::Exists(_)));
}
