//! A local `SQLite` file.
//!
//! Somebody else's file keeps what it is: its journal mode, its tables, its columns that we do not know. Opening
//! never creates a file, and a file that cannot be written is opened for reading.

mod backup;
mod cell;
mod create;
mod directory;
mod error;
mod functions;
mod guard;
mod history;
mod open;
mod raw;
mod replace;
mod rows;
mod schema;
mod seed;
mod spelling;
mod trail;

use super::{
    About, CellKey, CellRow, CellTable, Counts, Database, DatabaseError, Decision, Home, Interrupt, KeptRows, KeptSet,
    OrgId, OrgQuery, OrgRecord, Page, PersonRecord, Purge, Replaced, Scope, Sealer, StoredRow, StoredText, Swap,
    TrailHead, TrailRow, Transport, UserId, UserQuery, UserRecord, Witness,
};
use directory::Directory;
use rows::Filter;
use rusqlite::{Connection, InterruptHandle};
use schema::Schema;
pub(crate) use seed::{Role, Seed, SeedMember, SeedOrg, SeedUser};
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A connection to one `SQLite` database.
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    schema: Schema,
    about: About,
    directory: Directory,
    cancelled: Arc<AtomicBool>,
}

/// How [`Sqlite::open`] opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// Take no writes, whatever the file allows.
    pub read_only: bool,
}

impl Sqlite {
    /// Opens the database at `path`, which must exist and have the server's tables.
    ///
    /// # Errors
    /// [`DatabaseError::Missing`], [`DatabaseError::NotADatabase`] (an empty file and a folder are none),
    /// [`DatabaseError::Unopenable`], [`DatabaseError::Locked`] after five seconds, [`DatabaseError::NotTheServers`]
    /// and [`DatabaseError::NewerSchema`]. Whichever it is, the file is as it was.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self, DatabaseError> {
        Self::connect(path, options, false)
    }

    /// Creates a database at `path` with the server's tables and our own, empty, and opens it.
    ///
    /// The file gets mode 0600, its folder 0700 if it is made, and a write-ahead log. It appears whole or not at all.
    ///
    /// # Errors
    /// [`DatabaseError::Exists`] if there is anything at `path`, [`DatabaseError::Unopenable`] if the folder takes no
    /// file, [`DatabaseError::Full`].
    pub fn create(path: &Path) -> Result<Self, DatabaseError> {
        create::create(path)?;
        Self::connect(path, OpenOptions::default(), true)
    }

    fn connect(path: &Path, options: OpenOptions, created: bool) -> Result<Self, DatabaseError> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let open::Opened { connection, schema, read_only } = open::open(path, options, &cancelled)?;
        let about = About {
            engine: format!("SQLite {}", rusqlite::version()),
            location: crate::secret::escape::line(&path.to_string_lossy()).into_owned(),
            transport: Transport::Local,
            role: None,
            read_only,
            has_shared: schema.has_shared,
            has_unique_index: schema.has_unique_index,
            has_own_tables: schema.has_own_tables,
            keeps_history: schema.keeps_history,
            keeps_trail: schema.keeps_trail,
            created,
        };
        Ok(Self { connection, path: path.to_owned(), schema, about, directory: Directory::default(), cancelled })
    }

    /// Begins a piece of work: an interrupt that came while there was none is forgotten, and tables that somebody
    /// migrated meanwhile are looked up again.
    fn begin(&mut self) -> Result<(), DatabaseError> {
        self.cancelled.store(false, Ordering::Relaxed);
        let version = self.finish(schema::version(&self.connection))?;
        if version != self.schema.version {
            let schema = self.finish(Schema::detect(&self.connection))?;
            self.adopt(schema);
        }
        Ok(())
    }

    fn adopt(&mut self, schema: Schema) {
        self.about.has_shared = schema.has_shared;
        self.about.has_unique_index = schema.has_unique_index;
        self.about.has_own_tables = schema.has_own_tables;
        self.about.keeps_history = schema.keeps_history;
        self.about.keeps_trail = schema.keeps_trail;
        self.schema = schema;
    }

    /// The result of a piece of work: waiting for a lock that was cut short by the operator was not the lock's fault,
    /// and an error about the file names it.
    fn finish<T>(&self, result: Result<T, DatabaseError>) -> Result<T, DatabaseError> {
        match result {
            Err(DatabaseError::Locked) if self.cancelled.load(Ordering::Relaxed) => Err(DatabaseError::Interrupted),
            result => result.map_err(|error| open::with_path(error, &self.path)),
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // A journal that stays is an empty one: nobody takes it for a transaction to be undone.
        let _ = cell::drop_journal(&self.connection);
    }
}

impl Database for Sqlite {
    fn about(&self) -> &About {
        &self.about
    }

    fn interrupter(&self) -> Box<dyn Interrupt> {
        Box::new(Interrupter { handle: self.connection.get_interrupt_handle(), cancelled: Arc::clone(&self.cancelled) })
    }

    fn orgs(&mut self, query: &OrgQuery) -> Result<Page<OrgRecord>, DatabaseError> {
        self.begin()?;
        let page = self.directory.orgs(&self.connection, &self.schema, query);
        self.finish(page)
    }

    fn users(&mut self, query: &UserQuery) -> Result<Page<UserRecord>, DatabaseError> {
        self.begin()?;
        let page = self.directory.users(&self.connection, &self.schema, query);
        self.finish(page)
    }

    fn find_orgs(&mut self, text: &str) -> Result<Vec<OrgRecord>, DatabaseError> {
        self.begin()?;
        self.finish(directory::find_orgs(&self.connection, &self.schema, text))
    }

    fn find_users(&mut self, org: &OrgId, text: &str) -> Result<Vec<UserRecord>, DatabaseError> {
        self.begin()?;
        self.finish(directory::find_users(&self.connection, &self.schema, org, text))
    }

    fn people(&mut self, text: &str, limit: usize) -> Result<Vec<PersonRecord>, DatabaseError> {
        self.begin()?;
        self.finish(directory::people(&self.connection, &self.schema, text, limit))
    }

    fn homes(&mut self, user: &UserId, limit: usize) -> Result<Vec<Home>, DatabaseError> {
        self.begin()?;
        self.finish(directory::homes(&self.connection, &self.schema, user, limit))
    }

    fn rows(&mut self, scope: &Scope) -> Result<Vec<StoredRow>, DatabaseError> {
        self.begin()?;
        let read = rows::read(&self.connection, &self.schema, &Filter::of(scope, &self.schema));
        self.finish(read.map(|(rows, _)| rows))
    }

    fn newest_rows(&mut self, limit: usize) -> Result<Vec<StoredRow>, DatabaseError> {
        self.begin()?;
        self.finish(rows::newest(&self.connection, &self.schema, limit))
    }

    fn rows_named(&mut self, text: &str, limit: usize) -> Result<Vec<StoredRow>, DatabaseError> {
        self.begin()?;
        self.finish(rows::named(&self.connection, &self.schema, text, limit))
    }

    fn scan(&mut self, each: &mut dyn FnMut(StoredRow)) -> Result<(), DatabaseError> {
        self.begin()?;
        self.finish(rows::scan(&self.connection, &self.schema, each))
    }

    fn replace(
        &mut self,
        scope: &Scope,
        decide: &mut dyn FnMut(&[StoredRow]) -> Decision,
        witness: Option<&mut Witness<'_>>,
    ) -> Result<Replaced, DatabaseError> {
        self.begin()?;
        let read_only = self.about.read_only.as_deref();
        let replaced = replace::replace(&mut self.connection, &mut self.schema, read_only, scope, decide, witness);
        self.adopt(self.schema.clone());
        self.finish(replaced)
    }

    fn history(&mut self, scope: &Scope) -> Result<Vec<KeptSet>, DatabaseError> {
        self.begin()?;
        if !self.schema.keeps_history {
            return Ok(Vec::new());
        }
        self.finish(history::list(&self.connection, scope))
    }

    fn kept(&mut self, id: i64) -> Result<Option<KeptRows>, DatabaseError> {
        self.begin()?;
        if !self.schema.keeps_history {
            return Ok(None);
        }
        self.finish(history::rows(&self.connection, id))
    }

    fn purge(&mut self, which: &Purge) -> Result<u64, DatabaseError> {
        self.begin()?;
        if let Some(reason) = &self.about.read_only {
            return Err(DatabaseError::ReadOnly(reason.clone()));
        }
        if !self.schema.keeps_history {
            return Ok(0);
        }
        let purged = history::purge(&mut self.connection, which);
        self.finish(purged)
    }

    fn trail_key(&mut self) -> Result<Option<StoredText>, DatabaseError> {
        self.begin()?;
        self.finish(trail::key(&self.connection))
    }

    fn set_trail_key(&mut self, key: &StoredText) -> Result<StoredText, DatabaseError> {
        self.begin()?;
        let stands = trail::set_key(&mut self.connection, key);
        self.finish(stands)
    }

    fn swap_trail_key(&mut self, old: &StoredText, new: &StoredText) -> Result<bool, DatabaseError> {
        self.begin()?;
        self.finish(trail::swap_key(&self.connection, old, new))
    }

    fn find_cells(&mut self, table: &str, key: &[&str], columns: &[&str]) -> Result<Option<CellTable>, DatabaseError> {
        self.begin()?;
        self.finish(cell::find(&self.connection, table, key, columns))
    }

    fn cells(
        &mut self,
        table: &CellTable,
        after: Option<&CellKey>,
        limit: usize,
    ) -> Result<Vec<CellRow>, DatabaseError> {
        self.begin()?;
        self.finish(cell::page(&self.connection, table, after, limit))
    }

    fn count_cells(&mut self, table: &CellTable) -> Result<u64, DatabaseError> {
        self.begin()?;
        let count = cell::count(&self.connection, table);
        self.finish(count)
    }

    fn swap_cells(&mut self, table: &CellTable, swaps: &[&Swap]) -> Result<u64, DatabaseError> {
        self.begin()?;
        if let Some(reason) = &self.about.read_only {
            return Err(DatabaseError::ReadOnly(reason.clone()));
        }
        let swapped = cell::swap(&mut self.connection, table, swaps);
        self.finish(swapped)
    }

    fn writes_of_others(&mut self) -> Result<Option<i64>, DatabaseError> {
        self.begin()?;
        let version = directory::data_version(&self.connection).map(Some);
        self.finish(version)
    }

    fn guard_rotation(&mut self, folder: &Path) -> Result<Box<dyn Any + Send>, DatabaseError> {
        guard::take(&self.path, folder)
    }

    fn append_trail(&mut self, seal: &mut Sealer<'_>) -> Result<TrailHead, DatabaseError> {
        self.begin()?;
        let head = trail::append(&mut self.connection, seal);
        self.finish(head)
    }

    fn trail(&mut self) -> Result<(Vec<TrailRow>, TrailHead), DatabaseError> {
        self.begin()?;
        let read = trail::read(&mut self.connection);
        self.finish(read)
    }

    fn counts(&mut self) -> Result<Counts, DatabaseError> {
        self.begin()?;
        let kept = if self.schema.keeps_history { history::counts(&self.connection) } else { Ok((0, 0)) };
        let (kept, orphans) = self.finish(kept)?;
        let counts = self.directory.counts(&self.connection);
        self.finish(counts).map(|counts| Counts { kept, orphans, ..counts })
    }

    fn init(&mut self) -> Result<bool, DatabaseError> {
        self.begin()?;
        if let Some(reason) = &self.about.read_only {
            return if self.schema.has_own_tables { Ok(false) } else { Err(DatabaseError::ReadOnly(reason.clone())) };
        }
        let created = create::own_tables(&mut self.connection);
        let created = self.finish(created)?;
        if created {
            let schema = self.finish(Schema::detect(&self.connection))?;
            self.adopt(schema);
        }
        Ok(created)
    }

    fn own_script(&self) -> String {
        create::OWN_TABLES.to_owned()
    }

    fn backup(&mut self, to: &Path, _: &[CellTable]) -> Result<(), DatabaseError> {
        self.begin()?;
        let copied = backup::backup(&mut self.connection, to, &self.cancelled);
        self.finish(copied)
    }
}

struct Interrupter {
    handle: InterruptHandle,
    cancelled: Arc<AtomicBool>,
}

impl Interrupt for Interrupter {
    fn interrupt(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.handle.interrupt();
    }
}
