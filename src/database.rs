//! Rows of stored text and the directory of orgs and users, whatever the database.
//!
//! This room moves ciphertext and knows no cipher; it is the only one that names the database drivers. What every
//! implementation promises stands on the trait [`Database`].

pub mod cell;
mod check;
pub mod directory;
pub mod history;
pub mod id;
pub mod postgres;
pub mod row;
pub mod sqlite;
pub mod trail;
mod turns;

pub use cell::{CellKey, CellRow, CellTable, Swap};
pub use directory::{
    Counting, Cursor, Home, OrgKind, OrgQuery, OrgRecord, Page, PersonRecord, PersonalOwner, UserQuery, UserRecord,
};
pub use history::{Keep, KeptRows, KeptSet, Purge};
pub use id::{OrgId, RowId, UserId};
pub use row::{NewRow, Replacement, Scope, StoredRow, StoredText};
pub use trail::{Sealer, TrailHead, TrailRow, TrailState};
pub(crate) use turns::in_turns;

use crate::error::{Error, ErrorKind};
use std::any::Any;
use std::path::{Path, PathBuf};
use thiserror::Error as ThisError;

/// A connection to one database, as the worker owns it.
///
/// Tables are looked up once, when the connection is made, and always named with their schema. No method alters a
/// table that Strongroom did not make, and none assumes that a table has only the columns of the storage contract.
pub trait Database: Send {
    /// What was found when the connection was made.
    fn about(&self) -> &About;

    /// A handle that stops what the connection is doing, from another thread.
    fn interrupter(&self) -> Box<dyn Interrupt>;

    /// From here on `herald` is told when the connection is lost and made again. A file has nothing to tell.
    fn set_herald(&mut self, herald: Herald) {
        drop(herald);
    }

    /// One page of orgs in the order of their names. Personal orgs are listed when the query asks for them.
    fn orgs(&mut self, query: &OrgQuery) -> Result<Page<OrgRecord>, DatabaseError>;

    /// One page of the users of an org: its members, and whoever has personal secrets there without being one.
    fn users(&mut self, query: &UserQuery) -> Result<Page<UserRecord>, DatabaseError>;

    /// The orgs whose id is `text`; where there is none, those whose name is.
    fn find_orgs(&mut self, text: &str) -> Result<Vec<OrgRecord>, DatabaseError>;

    /// The users of `org` whose id is `text`; where there is none, those whose e-mail is.
    fn find_users(&mut self, org: &OrgId, text: &str) -> Result<Vec<UserRecord>, DatabaseError>;

    /// Users of any org whose e-mail or id contains `text`, upper or lower case, `limit` of them at most.
    fn people(&mut self, text: &str, limit: usize) -> Result<Vec<PersonRecord>, DatabaseError>;

    /// Every org in which `user` is a member or has personal secrets, the personal one first, and last the rows that
    /// belong to none; `limit` of them at most.
    fn homes(&mut self, user: &UserId, limit: usize) -> Result<Vec<Home>, DatabaseError>;

    /// The rows of one scope in the order of their ids, from one snapshot.
    fn rows(&mut self, scope: &Scope) -> Result<Vec<StoredRow>, DatabaseError>;

    /// The newest rows of the whole table, of any scope, newest first.
    fn newest_rows(&mut self, limit: usize) -> Result<Vec<StoredRow>, DatabaseError>;

    /// Rows whose name contains `text`, upper or lower case, `limit` of them at most, the newest first.
    fn rows_named(&mut self, text: &str, limit: usize) -> Result<Vec<StoredRow>, DatabaseError>;

    /// Calls `each` with every row of the table, in the order of their ids, without holding them all.
    fn scan(&mut self, each: &mut dyn FnMut(StoredRow)) -> Result<(), DatabaseError>;

    /// Replaces the rows of `scope`, in one transaction that holds off every other writer.
    ///
    /// Under the lock `decide` is shown the rows that stand. It either abandons, and nothing is changed, or answers
    /// with a [`Replacement`]. What cannot succeed is found before anything is deleted. The rows are read back before
    /// the commit and returned. No reader, and no crash at any instant, sees a part of either set. `decide` may be
    /// called again, with the rows that stand by then, when the database asks for the transaction to be repeated.
    ///
    /// A `witness` is shown the rows that are to stand, and makes the record of the audit trail that is written in the
    /// same transaction; it is asked only where the trail has a table.
    fn replace(
        &mut self,
        scope: &Scope,
        decide: &mut dyn FnMut(&[StoredRow]) -> Decision,
        witness: Option<&mut Witness<'_>>,
    ) -> Result<Replaced, DatabaseError>;

    /// The wrapped key of the audit trail, if there is one.
    fn trail_key(&mut self) -> Result<Option<StoredText>, DatabaseError>;

    /// Keeps `key` as the wrapped key of the audit trail, unless somebody was faster; the one that stands then.
    fn set_trail_key(&mut self, key: &StoredText) -> Result<StoredText, DatabaseError>;

    /// Adds the record that `seal` makes to the audit trail, in a transaction of its own; the head then.
    fn append_trail(&mut self, seal: &mut Sealer<'_>) -> Result<TrailHead, DatabaseError>;

    /// Every record of the audit trail in its order, and the head, from one snapshot.
    fn trail(&mut self) -> Result<(Vec<TrailRow>, TrailHead), DatabaseError>;

    /// Puts `new` in the place of the wrapped key of the audit trail, if it is still `old`; whether it was.
    fn swap_trail_key(&mut self, old: &StoredText, new: &StoredText) -> Result<bool, DatabaseError>;

    /// A table of the server's schema with the columns of its key and its encrypted ones; `None` where the table or one
    /// of the columns does not exist.
    fn find_cells(&mut self, table: &str, key: &[&str], columns: &[&str]) -> Result<Option<CellTable>, DatabaseError>;

    /// The cells of the rows after `after`, in the order of their keys, of `limit` rows at most.
    fn cells(
        &mut self,
        table: &CellTable,
        after: Option<&CellKey>,
        limit: usize,
    ) -> Result<Vec<CellRow>, DatabaseError>;

    /// How many rows the table has.
    fn count_cells(&mut self, table: &CellTable) -> Result<u64, DatabaseError>;

    /// Writes the new texts of those rows that still hold the old ones, each row in one transaction, and says how many
    /// that were. A row that somebody else holds or has changed is passed over. After an error a part may stand.
    fn swap_cells(&mut self, table: &CellTable, swaps: &[&Swap]) -> Result<u64, DatabaseError>;

    /// A number that stays the same for as long as nobody else commits anything; `None` where the database cannot say.
    fn writes_of_others(&mut self) -> Result<Option<i64>, DatabaseError> {
        Ok(None)
    }

    /// Keeps every other rotation of this database away for as long as the guard lives; `folder` is for the lock of a
    /// database that has no locks of that kind.
    fn guard_rotation(&mut self, folder: &Path) -> Result<Box<dyn Any + Send>, DatabaseError>;

    /// What is worth knowing at once, as far as it can be had at once.
    fn overview(&mut self) -> Result<Overview, DatabaseError> {
        let counts = self.counts()?;
        Ok(Overview { personal_orgs: Some(counts.personal_orgs), without_org: Some(counts.without_org) })
    }

    /// The kept sets of a scope, newest first; none where nothing is kept.
    fn history(&mut self, scope: &Scope) -> Result<Vec<KeptSet>, DatabaseError>;

    /// The kept set of that number, or `None`.
    fn kept(&mut self, id: i64) -> Result<Option<KeptRows>, DatabaseError>;

    /// Deletes kept sets, and says how many.
    fn purge(&mut self, which: &Purge) -> Result<u64, DatabaseError>;

    /// How many orgs, users and rows there are.
    fn counts(&mut self) -> Result<Counts, DatabaseError>;

    /// Creates Strongroom's own tables (`strongroom_…`) where they are missing; `true` if something was created.
    fn init(&mut self) -> Result<bool, DatabaseError>;

    /// The SQL with which [`init`](Self::init) creates Strongroom's own tables, for whoever would rather run it.
    fn own_script(&self) -> String;

    /// Copies the database into a new file with mode 0600, and verifies the copy. Never overwrites. A file is copied
    /// whole; of a server the secrets, the kept sets and the columns `cells`, as SQL that puts them back.
    fn backup(&mut self, to: &Path, cells: &[CellTable]) -> Result<(), DatabaseError>;
}

/// Is told, a sentence at a time, what happens to a connection while a request is under way.
pub type Herald = Box<dyn Fn(String) + Send>;

/// Makes the record of a commit, over the trail and the rows that are to stand.
pub type Witness<'w> = dyn FnMut(&TrailState, &[StoredRow]) -> (TrailRow, TrailHead) + 'w;

/// Stops a running statement; the statement fails with [`DatabaseError::Interrupted`].
pub trait Interrupt: Send + Sync {
    /// Asks the database to stop what it is doing for this connection. Harmless when it is doing nothing.
    fn interrupt(&self);
}

/// What [`Database::replace`] is to do with the rows that it found.
#[derive(Debug)]
pub enum Decision {
    /// Change nothing and end the transaction.
    Abandon,
    /// Make it so.
    Write(Replacement),
}

/// What [`Database::replace`] did.
#[derive(Debug)]
pub enum Replaced {
    /// Nothing, as decided.
    Abandoned,
    /// The transaction is committed; these rows stand now, in the order of their ids.
    Written(Vec<StoredRow>),
}

/// What a connection found out about its database when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The product and its version, as the header shows it: `SQLite 3.50.4`.
    pub engine: String,
    /// Where the database is, without any password, escaped for the terminal.
    pub location: String,
    /// What lies between us and the database.
    pub transport: Transport,
    /// Who we are there; `None` where nobody asks.
    pub role: Option<String>,
    /// Why nothing can be written, if so: a clause such as `the file is not writable`.
    pub read_only: Option<String>,
    /// Whether rows can be shared by an org (`is_org_shared` exists).
    pub has_shared: bool,
    /// Whether the newer unique index on (user, org, name) exists.
    pub has_unique_index: bool,
    /// Whether `strongroom db init` has been run here.
    pub has_own_tables: bool,
    /// Whether the sets that commits replace are kept.
    pub keeps_history: bool,
    /// Whether the audit trail has a table here that can be written.
    pub keeps_trail: bool,
    /// Whether this connection created the database.
    pub created: bool,
}

#[cfg(test)]
impl About {
    /// An ordinary file, for tests of what is shown.
    pub(crate) fn sample() -> Self {
        Self {
            engine: "SQLite".to_owned(),
            location: "test.db".to_owned(),
            transport: Transport::Local,
            role: None,
            read_only: None,
            has_shared: true,
            has_unique_index: true,
            has_own_tables: false,
            keeps_history: false,
            keeps_trail: false,
            created: false,
        }
    }
}

/// What lies between us and the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// A file, a socket, or this machine's own network.
    Local,
    /// TLS with a server that was verified, or that is this machine.
    Tls,
    /// A network, with nothing that says who answers.
    Unverified {
        /// Whether it is TLS all the same.
        is_encrypted: bool,
    },
}

impl Transport {
    /// The word for it, for people and for JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Tls => "TLS",
            Self::Unverified { is_encrypted: true } => "TLS, unverified",
            Self::Unverified { is_encrypted: false } => "unencrypted",
        }
    }
}

/// Sizes of the tables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Orgs that are not somebody's personal org.
    pub orgs: u64,
    /// Personal orgs.
    pub personal_orgs: u64,
    /// Users.
    pub users: u64,
    /// Rows of `custom_secrets`.
    pub secrets: u64,
    /// Those of them that belong to no org.
    pub without_org: u64,
    /// Kept sets.
    pub kept: u64,
    /// Those of them whose user or org is gone.
    pub orphans: u64,
}

/// What [`Database::overview`] found; `None` for what takes longer than a moment to count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overview {
    /// Personal orgs.
    pub personal_orgs: Option<u64>,
    /// Rows of `custom_secrets` that belong to no org.
    pub without_org: Option<u64>,
}

/// What can go wrong with a database. No variant holds a value, a key or a password.
#[derive(Debug, ThisError)]
pub enum DatabaseError {
    /// There is no such file.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// The file exists and is no `SQLite` database.
    #[error("{} is not an SQLite database", .0.display())]
    NotADatabase(PathBuf),
    /// The file cannot be opened, read or created.
    #[error("{} cannot be opened: {reason}", path.display())]
    Unopenable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// It is a database, but not one of the server's.
    #[error("this database has no table {0}: it is not one that the server made")]
    NotTheServers(String),
    /// Strongroom's own tables are of a later version than this program knows.
    #[error("Strongroom's tables here are of version {found}, this program knows up to {known}")]
    NewerSchema {
        /// The version in the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another process holds the lock for longer than we wait.
    #[error("the database is locked by another process")]
    Locked,
    /// The database, or this connection to it, takes no writes.
    #[error("the database is read-only: {0}")]
    ReadOnly(String),
    /// The scope can be looked at, but not stored.
    #[error("secrets that belong to no org are read-only")]
    NoOrg,
    /// An insert cannot succeed: a column of the server's that Strongroom does not know has no default.
    #[error("custom_secrets.{0} takes no NULL and has no default: nothing can be added to this table")]
    Uninsertable(String),
    /// The rows that stand after the change are not the ones that were written.
    #[error("what was written did not read back the same: the change was rolled back")]
    ReadBack,
    /// A file that would be overwritten.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The disk, or a limit on the file, is full.
    #[error("the disk is full: the change was rolled back")]
    Full,
    /// The operator stopped it.
    #[error("the query was cancelled")]
    Interrupted,
    /// A connection parameter that is not known or makes no sense; its value is not repeated.
    #[error("the database cannot be connected to: {0}")]
    Parameter(String),
    /// No server took the connection.
    #[error("the database cannot be reached: {reason}")]
    Unreachable {
        /// What each server said, without any password.
        reason: String,
    },
    /// The connection broke before anything was committed.
    #[error("the connection to the database was lost: nothing was changed")]
    Lost,
    /// The database took longer than we wait.
    #[error("the database did not answer in time: nothing was changed")]
    Deadline,
    /// COMMIT was sent, and what came of it could not be found out.
    #[error("the commit was sent and not answered: whether the new set stands is not known")]
    OutcomeUnknown,
    /// The role may not do this.
    #[error("the database refuses: {0}")]
    Forbidden(String),
    /// Somebody else rotates.
    #[error("another rotation of this database is under way")]
    Rotating,
    /// A policy would hide rows.
    #[error("row-level security would hide rows, and a part of a set is no set: {0}")]
    RowSecurity(String),
    /// Anything else that the driver reports, without what the statement was about.
    #[error("the database reports: {0}")]
    Driver(String),
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        use DatabaseError as E;
        let kind = match &error {
            E::Missing(_) | E::NotADatabase(_) | E::Unopenable { .. } | E::Locked => ErrorKind::Unreachable,
            E::NotTheServers(_) | E::NewerSchema { .. } => ErrorKind::Unreachable,
            E::Unreachable { .. } | E::Lost | E::Deadline | E::OutcomeUnknown => ErrorKind::Unreachable,
            E::Parameter(_) => ErrorKind::Usage,
            E::Interrupted => ErrorKind::Interrupted,
            E::ReadOnly(_) | E::NoOrg | E::Uninsertable(_) | E::ReadBack | E::Exists(_) | E::Full | E::Driver(_) => {
                ErrorKind::Failed
            }
            E::Forbidden(_) | E::RowSecurity(_) | E::Rotating => ErrorKind::Failed,
        };
        let hint = match &error {
            E::Missing(_) => Some("check the path, or create an empty database there with `strongroom db init`"),
            E::NotTheServers(_) | E::NotADatabase(_) => Some("point --database at the database of the server"),
            E::Unopenable { .. } => Some("check that the file and its folder are yours to read and to write"),
            E::Uninsertable(_) => Some("nothing was changed: a later version of Strongroom may know the column"),
            E::ReadBack => Some("look for a trigger on the table that changes what is written"),
            E::NewerSchema { .. } => Some("use the version of Strongroom that made them, or a later one"),
            E::Locked => Some("try again when the other process is done"),
            E::Full => Some("make room and try again; the old set still stands"),
            E::Exists(_) => Some("name another file, or remove this one first"),
            E::Unreachable { .. } => Some("check the host, the port and the network; psql takes the same URL"),
            E::Rotating => Some("wait for it, or stop it: it can be started again at any time"),
            E::Lost => Some("try again: the connection is made anew by itself"),
            E::Deadline => Some("try again when the server is less busy"),
            E::OutcomeUnknown => {
                Some("try again: the set is read anew first, and what stands already is not stored twice")
            }
            E::Forbidden(_) => Some("the rights that are needed are in assets/grants.sql"),
            E::RowSecurity(_) => Some("use a role that the policies do not apply to (BYPASSRLS, or the tables' owner)"),
            E::Parameter(_) => Some("the parameters that are known are listed in the README"),
            E::ReadOnly(_) | E::NoOrg | E::Interrupted | E::Driver(_) => None,
        };
        let edge = Self::new(kind, error.to_string());
        match hint {
            Some(hint) => edge.hint(hint),
            None => edge,
        }
    }
}
