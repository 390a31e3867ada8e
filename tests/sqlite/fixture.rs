//! A folder with a database in it, and a second way to look at that database.

use rusqlite::Connection;
use rusqlite::types::Value;
use std::path::{Path, PathBuf};
use strongroom::database::sqlite::{OpenOptions, Sqlite};
use strongroom::database::{
    Database as _, DatabaseError, Decision, NewRow, OrgId, Replaced, Replacement, Scope, StoredRow, StoredText, UserId,
};
use tempfile::TempDir;

pub(crate) const SCHEMA: &str = include_str!("../data/schema.sqlite.sql");
pub(crate) const TENANT: &str = include_str!("../data/tenant.sql");
pub(crate) const UNIQUE: &str = "CREATE UNIQUE INDEX uq_custom_secrets_personal_user_org_name
    ON custom_secrets (keycloak_user_id, org_id, secret_name) WHERE is_org_shared = false;";

/// A file with the server's tables and whatever a test puts into it.
pub(crate) struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// A database made by the statements of `sql`.
    pub(crate) fn with(sql: &str) -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap() };
        fixture.run(sql);
        fixture
    }

    /// The server's tables, empty, and then `sql`.
    pub(crate) fn server(sql: &str) -> Self {
        Self::with(&format!("{SCHEMA};{sql}"))
    }

    /// The example tenant.
    pub(crate) fn tenant() -> Self {
        Self::server(&format!("BEGIN;{TENANT};COMMIT;"))
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("server.db")
    }

    /// Another connection, as the server's, with foreign keys as `SQLite` has them by default: off.
    pub(crate) fn connection(&self) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection
    }

    pub(crate) fn run(&self, sql: &str) {
        self.connection().execute_batch(sql).unwrap();
    }

    pub(crate) fn open(&self) -> Sqlite {
        Sqlite::open(&self.path(), OpenOptions::default()).unwrap()
    }

    pub(crate) fn try_open(&self) -> Result<Sqlite, DatabaseError> {
        Sqlite::open(&self.path(), OpenOptions::default())
    }

    pub(crate) fn open_read_only(&self) -> Sqlite {
        Sqlite::open(&self.path(), OpenOptions { read_only: true }).unwrap()
    }

    /// Every row of a table with every column, in the order of the rowids.
    pub(crate) fn table(&self, name: &str) -> Vec<Vec<Value>> {
        let connection = self.connection();
        let mut statement = connection.prepare(&format!("SELECT * FROM {name} ORDER BY rowid")).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect()).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        let connection = self.connection();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }
}

pub(crate) fn personal(org: &str, user: &str) -> Scope {
    Scope::Personal { org: OrgId::new(org), user: UserId::new(user) }
}

pub(crate) fn shared(org: &str) -> Scope {
    Scope::Shared { org: OrgId::new(org) }
}

pub(crate) fn new_row(name: &str, value: &str) -> NewRow {
    let text = |text: &str| StoredText::new(text.to_owned());
    NewRow { name: name.to_owned(), value: text(value), description: text("described") }
}

/// Deletes every row of the scope and inserts one for each of `names`.
pub(crate) fn replace_all(
    database: &mut Sqlite,
    scope: &Scope,
    names: &[&str],
) -> Result<Vec<StoredRow>, DatabaseError> {
    let replaced = database.replace(
        scope,
        &mut |rows| {
            Decision::Write(Replacement {
                delete: rows.iter().map(|row| row.id).collect(),
                describe: Vec::new(),
                insert: names.iter().map(|name| new_row(name, "stored")).collect(),
                keep: None,
            })
        },
        None,
    )?;
    match replaced {
        Replaced::Written(rows) => Ok(rows),
        Replaced::Abandoned => panic!("it was not to abandon"),
    }
}

pub(crate) fn names(rows: &[StoredRow]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}
