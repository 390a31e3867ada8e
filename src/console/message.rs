//! Everything that can happen to the console.

use super::effect::RequestId;
use super::widgets::text;
use crate::audit::Verdict;
use crate::config::file::Colour;
use crate::database::{
    About, Home, KeptSet, OrgId, OrgRecord, Overview, Page, Scope, TrailRow, UserId, UserRecord, in_turns,
};
use crate::error::Error;
use crate::keyring::KeyId;
use crate::rotation::{Added, Inventory, Progress, Summary};
use crate::secret::Secret;
use crate::store::json::Incoming;
use crate::store::parked::Parked;
use crate::store::{LoadedSet, NewSet, Side};
use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the loop hands to `update`. Never printed by its `Debug`: an input may be part of a secret.
pub enum Message {
    /// Sent before every batch of other messages, and alone when something is due: the time.
    Tick(Instant),
    /// Sent when the machine has slept, for how long: the clock that ticks come from stood still meanwhile.
    Slept(Duration),
    /// Sent when the operator did something at the terminal.
    Input(Input),
    /// Sent when the worker has answered a request: exactly one for each.
    Reply(RequestId, Reply),
    /// Sent while a request is under way, with a sentence on what happens to the connection.
    News(String),
    /// Sent when another server answers, or the same one otherwise than before.
    Opened(About),
    /// Sent when the system asks the process for something.
    Signal(Signal),
    /// Sent when the terminal did not take a copy, with the sentence that says why.
    CopyRefused(&'static str),
}

/// What the operator did at the terminal.
pub enum Input {
    /// Sent for a key press.
    Key(KeyEvent),
    /// Sent for a bracketed paste, with `\r\n` and `\r` already turned into `\n`. It may be a secret.
    Paste(Secret),
    /// Sent for a click or the wheel.
    Mouse(MouseEvent),
    /// Sent when the terminal has a new size, in cells.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
}

/// What the system asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Sent on SIGTERM, SIGHUP or SIGINT: give the terminal back and end.
    Terminate,
    /// Sent on SIGTSTP from outside: hide what is revealed and suspend.
    Suspend,
    /// Sent on SIGCONT: the terminal is ours again, draw everything.
    Resumed,
}

/// The worker's answer, named like the [`Request`](super::effect::Request) that it belongs to.
#[derive(Debug)]
pub enum Reply {
    /// What is worth knowing at once.
    Overview(Result<Overview, Error>),
    /// A page of orgs.
    Orgs(Result<Page<OrgRecord>, Error>),
    /// A page of what a search for personal orgs found; companies may be among it.
    Personal(Result<Page<OrgRecord>, Error>),
    /// A page of users.
    Users(Result<Page<UserRecord>, Error>),
    /// A set, decrypted, and what its org shares.
    Load(Result<View, Error>),
    /// The secrets of a file.
    Import(Result<Vec<Incoming>, Error>),
    /// What a set is to be compared with.
    Side(Result<Side, Error>),
    /// A set was written into a file: a sentence on it.
    Export(Result<String, Error>),
    /// The audit trail has its record, or cannot be written: then it must not be done.
    Recorded(Result<(), Error>),
    /// The audit trail, verified.
    Trail(Result<TrailView, Error>),
    /// The SQL that creates Strongroom's own tables.
    Script(String),
    /// The sets of a scope that commits replaced, newest first.
    History(Result<Vec<KeptSet>, Error>),
    /// One of them, decrypted; nothing if it is kept no longer.
    Version(Result<Option<Version>, Error>),
    /// A step of the walk through a key rotation, or a batch of it, is done.
    Rotation(Result<Answer, Error>),
    /// What the search over everything found.
    Found(Result<Vec<Hit>, Error>),
    /// Where a person is a member or has secrets.
    Homes(Result<Vec<Home>, Error>),
    /// What the lock asked for is done.
    Lock(LockAnswer),
    /// The set that stands after a commit.
    Commit(Result<Arc<LoadedSet>, Error>),
    /// The worker panicked over the request; it is still there.
    Panicked,
    /// The request was cancelled before the worker came to it.
    Cancelled,
}

/// Something that the search over everything found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is called, escaped.
    pub title: String,
    /// What it is.
    pub what: What,
    /// Where it is.
    pub goal: Goal,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// An organisation.
    Organisation,
    /// A person.
    Person,
    /// A secret.
    Secret,
    /// Somebody's set.
    Set,
}

impl What {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Person => "person",
            Self::Secret => "secret",
            Self::Set => "set",
        }
    }
}

/// A place in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// An organisation and its users.
    Org(OrgId),
    /// All sets of a person.
    Person(UserId),
    /// A set, and a secret in it by its raw name.
    Set {
        /// Whose it is.
        scope: Scope,
        /// The secret.
        name: Option<String>,
    },
}

/// The worker's answer to the lock, which no screen waits for.
#[derive(Debug)]
pub enum LockAnswer {
    /// A form's set, encrypted.
    Parked(Result<Box<Parked>, Error>),
    /// The same decrypted; nothing if the ring is another one by now.
    Unparked(Option<(Arc<LoadedSet>, NewSet)>),
    /// Every key is dropped.
    Forgotten,
    /// The keys are back, or what was typed is not what unlocks them.
    Unlocked(Result<(), Error>),
}

/// What the header and the screens need to know about the open database.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The database.
    pub about: About,
    /// The profile's name, if one is in use.
    pub profile: Option<String>,
    /// The id of the key that writes; `None` without an active key.
    pub key: Option<String>,
    /// Warnings about the key source and the database, a sentence each.
    pub warnings: Vec<String>,
    /// The profile's colour.
    pub colour: Option<Colour>,
    /// What the operator must type before a commit, and what it is called (a profile's guard).
    pub confirm: Option<String>,
    /// Whether each commit has to say why.
    pub needs_note: bool,
}

#[cfg(test)]
impl Opened {
    /// An ordinary file without a key, for tests of what is shown.
    pub(crate) fn sample() -> Self {
        Self {
            about: About::sample(),
            profile: None,
            key: None,
            warnings: Vec::new(),
            colour: None,
            confirm: None,
            needs_note: false,
        }
    }
}

/// The audit trail as it is shown.
#[derive(Debug, Clone)]
pub struct TrailView {
    /// Its records, oldest first.
    pub rows: Vec<TrailRow>,
    /// For each, whether somebody else stored its set before it.
    pub gaps: Vec<bool>,
    /// What the verification says.
    pub verdict: Verdict,
}

/// What came of a step of the walk through a key rotation, named like what was [asked](super::effect::Ask).
#[derive(Debug)]
pub enum Answer {
    /// What is encrypted under which key.
    Inventory(Box<Inventory>, Ring),
    /// A key was added.
    Added(Added, Ring),
    /// The copy is in this file.
    BackedUp(PathBuf),
    /// A batch is done, and there is more.
    Progress(Progress, Ring),
    /// The last batch is done.
    Done(Box<Summary>),
    /// What was under way is given up.
    Ended,
    /// One key writes, all others read only.
    Retired(Ring),
    /// A key is out of the ring.
    Removed(Ring),
    /// It is not: it opens a half of so many sealed rows.
    OpensHalves(u64),
    /// So many old copies of the key file are deleted.
    CopiesDeleted(usize),
}

/// The key ring, without a secret.
#[derive(Debug, Clone)]
pub struct Ring {
    /// Its keys.
    pub keys: Vec<KeyLine>,
    /// Where it comes from, in words.
    pub origin: &'static str,
    /// The file that is rewritten; `None` where none is.
    pub file: Option<PathBuf>,
    /// Whether that is behind a passphrase, so that no server can read it.
    pub is_protected: bool,
}

/// A key, without its secret.
#[derive(Debug, Clone)]
pub struct KeyLine {
    /// Its id.
    pub id: KeyId,
    /// Whether it may write.
    pub is_active: bool,
    /// Whether it is the one that writes.
    pub writes: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A set that a commit replaced.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub id: i64,
    /// What it held.
    pub set: Arc<LoadedSet>,
}

/// A set with what is shown beside it.
#[derive(Debug, Clone)]
pub struct View {
    /// The set that can be edited.
    pub set: Arc<LoadedSet>,
    /// For a personal set, the rows that the org shares: read-only here.
    pub shared: Option<Arc<LoadedSet>>,
    /// The cells that the longest name takes.
    pub names: usize,
    /// Whether the set has rows that no known key opens.
    pub has_sealed: bool,
}

impl View {
    /// A set and what its org shares. What has to be known of every row is found out here, where no key waits for it.
    pub fn new(set: Arc<LoadedSet>, shared: Option<Arc<LoadedSet>>) -> Self {
        let rows = set.rows.iter().chain(shared.iter().flat_map(|shared| &shared.rows));
        let names = in_turns(rows).map(|row| text::width(&row.name().to_string())).max().unwrap_or_default();
        let has_sealed = set.sealed_rows().next().is_some();
        Self { set, shared, names, has_sealed }
    }

    /// Its sets.
    pub fn into_sets(self) -> impl Iterator<Item = Arc<LoadedSet>> {
        [Some(self.set), self.shared].into_iter().flatten()
    }
}
