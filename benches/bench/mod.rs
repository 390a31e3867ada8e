//! A database with one set, to be measured on.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use strongroom::cipher::Format;
use strongroom::database::postgres::{self, Postgres};
use strongroom::database::sqlite::{OpenOptions, Sqlite};
use strongroom::database::{Database, OrgId, UserId};
use strongroom::keyring::{self, KeySource, LoadOptions};
use strongroom::secret::{Secret, SecretName};
use strongroom::store::{Base, DropSealed, LoadedSet, NewSecret, NewSet, SaasSecretsStore, StoreConfig};

/// The org and the user of the set.
pub(crate) const ORG: &str = "f841d419-96ba-400d-b34c-d7547568bbd4";
pub(crate) const USER: &str = "0af0aa82-0000-4000-8000-000000000000";

/// Prints a line that compares us with Python.
#[allow(dead_code, clippy::print_stdout, reason = "not every benchmark compares; those that do print")]
pub(crate) fn row(what: &str, ours: Duration, theirs: Duration) {
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    println!("  {what:28} {ours:>12.2?}   Python {theirs:>12.2?}   {ratio:6.1} times as fast");
}

fn people() -> String {
    format!(
        "INSERT INTO org (id, name) VALUES ('{ORG}', 'Acme Corp');
         INSERT INTO \"user\" (id, current_org_id, email) VALUES ('{USER}', '{ORG}', 'dana@acme.example');"
    )
}

/// One set in a database of its own, with the server's tables.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    database: Box<dyn Database>,
    config: StoreConfig,
    count: usize,
}

impl Desk {
    /// A set of `count` secrets of 40 bytes.
    #[allow(dead_code, reason = "each benchmark uses its own part of this module")]
    pub(crate) fn with(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bench.db");
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(include_str!("../../tests/data/schema.sqlite.sql")).unwrap();
        connection.execute_batch(&people()).unwrap();
        drop(connection);
        let database = Sqlite::open(&path, OpenOptions { read_only: false }).unwrap();
        Self::over(folder, Box::new(database), count)
    }

    /// The same on a server with the server's tables, where `run` runs SQL.
    #[allow(dead_code, reason = "each benchmark uses its own part of this module")]
    pub(crate) fn on_server(url: &str, run: impl FnOnce(&str), count: usize) -> Self {
        run(&people());
        let database = Postgres::open(url, postgres::OpenOptions::default()).unwrap();
        Self::over(tempfile::tempdir().unwrap(), Box::new(database), count)
    }

    fn over(folder: tempfile::TempDir, database: Box<dyn Database>, count: usize) -> Self {
        let keys = folder.path().join("keys.json");
        let key = keyring::generate(None, jiff::Timestamp::now()).unwrap();
        keyring::create_file(&keys, &[key]).unwrap();
        let ring = keyring::load(&KeySource::File(keys), &LoadOptions::default()).unwrap();
        let config = StoreConfig::new(ring, Format::Fernet, None);
        let mut desk = Self { folder, database, config, count };
        desk.store(0);
        desk
    }

    /// A file of the desk: `bench.db` or `keys.json`.
    #[allow(dead_code, reason = "each benchmark uses its own part of this module")]
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Loads and decrypts the set.
    pub(crate) fn load(&mut self) -> LoadedSet {
        let mut store = SaasSecretsStore::new(&mut *self.database, OrgId::new(ORG), self.config.clone());
        store.load(UserId::new(USER).as_str()).unwrap()
    }

    /// Replaces every value of the set, over what stands.
    pub(crate) fn store(&mut self, round: usize) {
        let base = Base::Strict(self.load().revision);
        let text = |text: String| Arc::new(Secret::new(text));
        let secrets = (0..self.count)
            .map(|number| NewSecret {
                name: SecretName::new(format!("NAME_{number}")).unwrap(),
                value: text(format!("sk-{round:0>8}-{number:0>28}")),
                description: Some(text("used by the nightly job".to_owned())),
            })
            .collect();
        let new = NewSet { secrets, base, drop_sealed: DropSealed::Keep, restores: None };
        let mut store = SaasSecretsStore::new(&mut *self.database, OrgId::new(ORG), self.config.clone());
        store.store(USER, &new).unwrap();
    }
}
