//! The audit trail: who did what to which secrets, and never a value.
//!
//! Each record carries a MAC over itself and the one before; an authenticated head says how many there are. So a record
//! that is edited, removed or put elsewhere is found, and so is a tail that is cut. What is not found: a trail that was
//! rolled back together with its head, where no machine has seen a later one, and anything that a holder of the trail's
//! key does. That key is random and the trail's own; it is kept beside the trail, encrypted by the key ring.
//!
//! The trail is in a table of our own where there is one that can be written, else in a file of this machine.

mod chain;
mod file;
mod gaps;

pub use chain::{Finding, Verdict};
pub use gaps::{ROTATION_BEGINS, foreign_writes};

use crate::cipher::mac::MacKey;
use crate::cipher::{Cipher, Format};
use crate::database::{Database, DatabaseError, Keep, Scope, StoredText, TrailHead, TrailRow, TrailState};
use crate::error::{Error, ErrorKind};
use crate::keyring::KeyId;
use file::{Kind, TrailFile};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use thiserror::Error as ThisError;

/// What can be done, as the trail calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The console was opened over a key ring.
    Unlock,
    /// A value was shown in the clear.
    Reveal,
    /// A value was put on the clipboard.
    Copy,
    /// A set was written in the clear.
    Export,
    /// A set is about to be replaced; written where the trail is a file and cannot be part of the commit.
    Intent,
    /// A set was replaced.
    Commit,
    /// A set was replaced by one that an earlier commit had replaced.
    Restore,
    /// A set was not replaced, because it was another one.
    Conflict,
    /// A key rotation began, or ended.
    Rotate,
    /// Something failed.
    Failure,
}

impl Action {
    /// The word in the trail.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::Reveal => "reveal",
            Self::Copy => "copy",
            Self::Export => "export",
            Self::Intent => "intent",
            Self::Commit => "commit",
            Self::Restore => "restore",
            Self::Conflict => "conflict",
            Self::Rotate => "rotate",
            Self::Failure => "failure",
        }
    }
}

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct Event {
    /// What was done.
    pub action: Action,
    /// To which set.
    pub scope: Option<Scope>,
    /// The names of the secrets that were touched.
    pub names: Vec<String>,
    /// The revision of the set before.
    pub before: Option<String>,
    /// The revision of the set after.
    pub after: Option<String>,
    /// What else is worth knowing; never a value.
    pub detail: Option<String>,
}

impl Event {
    /// Something that was done to a set.
    pub fn of(action: Action, scope: &Scope) -> Self {
        Self { action, scope: Some(scope.clone()), names: Vec::new(), before: None, after: None, detail: None }
    }

    /// The console is opened.
    pub fn unlock() -> Self {
        Self { action: Action::Unlock, scope: None, names: Vec::new(), before: None, after: None, detail: None }
    }

    /// A rotation: a sentence on what begins or ended.
    pub fn rotate(detail: String) -> Self {
        Self { action: Action::Rotate, detail: Some(detail), ..Self::unlock() }
    }

    /// The same with the name of one secret.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }
}

/// Why the trail cannot be written or read.
#[derive(Debug, ThisError)]
pub enum AuditError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The file failed.
    #[error("the audit trail {path} cannot be used: {reason}")]
    File {
        /// The file, escaped.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The trail's own key does not open, or cannot be made.
    #[error("the audit trail cannot be written: {0}")]
    Key(&'static str),
}

impl From<AuditError> for Error {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Database(inner) => inner.into(),
            AuditError::File { .. } => Self::new(ErrorKind::Failed, error.to_string())
                .hint("without a trail nothing is revealed and nothing is changed"),
            AuditError::Key(_) => Self::new(ErrorKind::Key, error.to_string()).hint(
                "without a trail nothing is revealed and nothing is changed; check the ring: strongroom key check",
            ),
        }
    }
}

/// An open trail. Clones share the key.
#[derive(Clone)]
pub struct Trail {
    key: Arc<MacKey>,
    operator: Arc<str>,
    /// The file, where the database holds no trail; and what this machine has seen of it.
    file: Arc<TrailFile>,
}

impl Trail {
    /// Opens the trail of `database`, or begins it. Where the database has no place for one, it is a file in `folder`.
    ///
    /// # Errors
    /// Every variant of [`AuditError`].
    pub fn open(
        database: &mut dyn Database,
        cipher: &Cipher,
        folder: &Path,
        operator: &str,
    ) -> Result<Self, AuditError> {
        let is_in_database = database.about().keeps_trail && database.about().read_only.is_none();
        let kind = if is_in_database { Kind::Table } else { Kind::File };
        let file = TrailFile::new(folder, &database.about().location, kind)?;
        file.sort_seen(|key, head| unwrapped(cipher, key).is_ok_and(|key| chain::made(&key, head)))?;
        let stored = match kind {
            Kind::File => file.key(|| wrapped(cipher))?,
            Kind::Table => match database.trail_key()? {
                Some(stored) => stored,
                None => database.set_trail_key(&wrapped(cipher)?)?,
            },
        };
        let key = unwrapped(cipher, &stored)?;
        Ok(Self { key: Arc::new(key), operator: operator.into(), file: Arc::new(file) })
    }

    /// Encrypts the trail's own key under the key `to`, wherever it is kept, so that it outlives the one it is under.
    ///
    /// # Errors
    /// Every variant of [`AuditError`].
    pub fn rewrap(&self, database: &mut dyn Database, cipher: &Cipher, to: &KeyId) -> Result<(), AuditError> {
        if database.about().keeps_trail
            && database.about().read_only.is_none()
            && let Some(old) = database.trail_key()?
            && let Some(new) = rewrapped(cipher, &old, to)?
        {
            database.swap_trail_key(&old, &new)?;
        }
        self.file.swap_key(|old| rewrapped(cipher, old, to))
    }

    /// Whether a record can be part of a commit.
    pub fn is_in_database(&self) -> bool {
        self.file.is_of_table()
    }

    /// Where the trail is, for people.
    pub fn place(&self) -> String {
        if self.is_in_database() { "the database".to_owned() } else { self.file.shown() }
    }

    /// The next record over `state`, and the head that goes with it.
    pub fn seal(&self, state: &TrailState, event: &Event) -> (TrailRow, TrailHead) {
        let (org, user) = event.scope.as_ref().map(set_of).unwrap_or_default();
        let row = TrailRow {
            seq: state.head.count.saturating_add(1),
            at: Keep::time(Timestamp::now()),
            operator: self.operator.to_string(),
            action: event.action.word().to_owned(),
            org: org.map(str::to_owned),
            user: user.map(str::to_owned),
            names: event.names.clone(),
            before: event.before.clone(),
            after: event.after.clone(),
            detail: event.detail.clone(),
            db_user: state.db_user.clone(),
            db_address: state.db_address.clone(),
            mac: String::new(),
        };
        chain::seal(&self.key, &state.head, row)
    }

    /// Records what was done, or is about to be.
    ///
    /// # Errors
    /// It could not be written: whatever it is about must not happen.
    pub fn record(&self, database: &mut dyn Database, event: &Event) -> Result<(), AuditError> {
        if self.is_in_database() {
            let head = database.append_trail(&mut |state| self.seal(state, event))?;
            return self.file.has_seen(&head);
        }
        self.file.append(&mut |state| self.seal(state, event))
    }

    /// Remembers that a record which was part of a commit stands, so that this machine finds it missing later.
    pub fn saw(&self, head: &TrailHead) {
        // The commit is done: it does not fail over what this machine remembers of it.
        if let Err(error) = self.file.has_seen(head) {
            tracing::warn!(%error, "the head of the trail is not remembered");
        }
    }

    /// The revision over which a set was about to be stored, if nothing is recorded of what came of it.
    ///
    /// # Errors
    /// The trail cannot be read.
    pub fn unsettled(&self, database: &mut dyn Database, scope: &Scope) -> Result<Option<String>, AuditError> {
        let (org, user) = set_of(scope);
        let rows = self.rows(database)?;
        let mut of_set = rows.iter().rev().filter(|row| row.org.as_deref() == org && row.user.as_deref() == user);
        let outcomes = [Action::Commit, Action::Restore, Action::Conflict, Action::Failure].map(Action::word);
        let last = of_set.find(|row| row.action == Action::Intent.word() || outcomes.contains(&&*row.action));
        Ok(last.filter(|row| row.action == Action::Intent.word()).and_then(|row| row.before.clone()))
    }

    /// All records, in their order.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn rows(&self, database: &mut dyn Database) -> Result<Vec<TrailRow>, AuditError> {
        if self.is_in_database() { Ok(database.trail()?.0) } else { Ok(self.file.read()?.0) }
    }

    /// The head, for an outside log.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn head(&self, database: &mut dyn Database) -> Result<TrailHead, AuditError> {
        if self.is_in_database() { Ok(database.trail()?.1) } else { Ok(self.file.read()?.1) }
    }

    /// Looks at every record, at the head, and at the last head that this machine has seen.
    ///
    /// # Errors
    /// They cannot be read. What is wrong with them is no error but a [`Verdict`].
    pub fn verify(&self, database: &mut dyn Database) -> Result<Verdict, AuditError> {
        let (rows, head) = if self.is_in_database() { database.trail()? } else { self.file.read()? };
        let verdict = chain::verify(&self.key, &rows, &head, self.file.seen()?.as_ref());
        if verdict.finding.is_none() && self.is_in_database() {
            self.file.has_seen(&head)?;
        }
        Ok(verdict)
    }
}

/// The org and the user under which a set stands in the trail.
fn set_of(scope: &Scope) -> (Option<&str>, Option<&str>) {
    match scope {
        Scope::Personal { org, user } => (Some(org.as_str()), Some(user.as_str())),
        Scope::Shared { org } => (Some(org.as_str()), None),
        Scope::NoOrg { user } => (None, user.as_ref().map(crate::database::UserId::as_str)),
    }
}

fn wrapped(cipher: &Cipher) -> Result<StoredText, AuditError> {
    let key = MacKey::random().ok_or(AuditError::Key("the system has no randomness to give"))?;
    cipher
        .seal(&key.to_secret())
        .map_err(|_| AuditError::Key("there is no active key to keep the trail's own key with"))
}

/// The same key under another one; `None` where it is already, or where it does not open.
fn rewrapped(cipher: &Cipher, old: &StoredText, to: &KeyId) -> Result<Option<StoredText>, AuditError> {
    let Some(opened) = cipher.open(old).filter(|opened| opened.key != *to) else { return Ok(None) };
    let new = cipher.seal_under(to, Format::Fernet, &opened.plaintext);
    new.map(Some).map_err(|_| AuditError::Key("it cannot be kept under the new key"))
}

fn unwrapped(cipher: &Cipher, stored: &StoredText) -> Result<MacKey, AuditError> {
    let opened = cipher.open(stored).ok_or(AuditError::Key("no key of the ring opens the trail's own key"))?;
    MacKey::from_secret(&opened.plaintext).ok_or(AuditError::Key("the trail's own key is damaged"))
}
