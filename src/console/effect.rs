//! Everything that `update` can ask for.

use super::message::Hit;
use super::words;
use crate::audit;
use crate::database::{OrgQuery, Scope, UserId, UserQuery};
use crate::keyring::KeyId;
use crate::rotation::{Aim, NewKey};
use crate::secret::Secret;
use crate::store::parked::Parked;
use crate::store::{NewSet, Side};
use std::path::PathBuf;
use std::sync::Arc;

/// Tells the worker's answers apart. A reply whose id nobody waits for any more is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// The most places of one person that are listed.
pub const MOST_HOMES: usize = 1_000;

/// What the loop does for the state.
#[derive(Debug)]
pub enum Effect {
    /// Hands a request to the worker.
    Work(RequestId, Request),
    /// Stops the request if it is running, forgets it if it is waiting.
    Cancel(RequestId),
    /// Puts a text on the clipboard.
    Copy(Arc<Secret>),
    /// Overwrites what [`Effect::Copy`] put on the clipboard.
    ClearClipboard,
    /// Gives the terminal back and stops the process until it is continued.
    Suspend,
    /// Takes the terminal again and draws everything anew.
    Redraw,
}

/// What the worker is asked to do. Each is answered by the [`Reply`](super::message::Reply) of the same name.
#[derive(Debug)]
pub enum Request {
    /// What is worth knowing at once.
    Overview,
    /// A page of orgs.
    Orgs(OrgQuery),
    /// A page of what a search for personal orgs finds; companies may be among it.
    Personal(OrgQuery),
    /// A page of users.
    Users(UserQuery),
    /// Load and decrypt a set, and what its org shares.
    Load(Scope),
    /// Read a file as a set.
    Import(PathBuf),
    /// Read what a set is to be compared with: a file, or a set of this or another database, as it was typed.
    Side(String),
    /// Write a set in the clear into a new file, once that is recorded.
    Export(Arc<crate::store::LoadedSet>, PathBuf),
    /// Record something in the audit trail, before it is done.
    Record(audit::Event),
    /// The audit trail, verified.
    Trail,
    /// The SQL that creates Strongroom's own tables.
    Script,
    /// The sets of a scope that commits replaced.
    History(Scope),
    /// One of them, by its number.
    Version(i64),
    /// A step of the walk through a key rotation, or a batch of it.
    Rotation(Ask),
    /// Look for organisations, people and secrets by a part of their names.
    Find(String),
    /// Where a person is a member or has secrets.
    Homes(UserId),
    /// Encrypt a form's set and what it is based on, while nobody may look.
    Park(Arc<crate::store::LoadedSet>, NewSet),
    /// Decrypt them again.
    Unpark(Box<Parked>),
    /// Drop every key.
    Forget,
    /// Take the keys again, with what unlocks them.
    Unlock(Secret),
    /// Store a set, with a note on why.
    Commit(Scope, NewSet, Option<String>),
}

impl Request {
    /// Whether it only reads what is to be looked at, so that it may wait for what was asked before, see `pace`.
    pub const fn can_wait(&self) -> bool {
        match self {
            Self::Overview | Self::Orgs(_) | Self::Personal(_) | Self::Users(_) | Self::Load(_) | Self::Find(_) => true,
            Self::Import(_)
            | Self::Side(_)
            | Self::Export(..)
            | Self::Record(_)
            | Self::Trail
            | Self::Script
            | Self::History(_)
            | Self::Version(_)
            | Self::Rotation(_)
            | Self::Homes(_)
            | Self::Park(..)
            | Self::Unpark(_)
            | Self::Forget
            | Self::Unlock(_)
            | Self::Commit(..) => false,
        }
    }

    /// The name of the variant, for the log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Orgs(_) => "orgs",
            Self::Personal(_) => "personal",
            Self::Users(_) => "users",
            Self::Load(_) => "load",
            Self::Import(_) => "import",
            Self::Side(_) => "side",
            Self::Export(..) => "export",
            Self::Record(_) => "record",
            Self::Trail => "trail",
            Self::Script => "script",
            Self::History(_) => "history",
            Self::Version(_) => "version",
            Self::Rotation(_) => "rotation",
            Self::Find(_) => "find",
            Self::Homes(_) => "homes",
            Self::Park(..) => "park",
            Self::Unpark(_) => "unpark",
            Self::Forget => "forget",
            Self::Unlock(_) => "unlock",
            Self::Commit(..) => "commit",
        }
    }
}

/// What the walk through a key rotation asks for.
#[derive(Debug)]
pub enum Ask {
    /// What is encrypted under which key.
    Inventory,
    /// Add a key that reads only.
    Add(NewKey),
    /// Copy what is about to be rotated into a new file.
    Backup(PathBuf),
    /// Begin to rotate, or to rehearse it, with the first batch.
    Begin {
        /// To what.
        aim: Aim,
        /// Whether nothing is written.
        is_dry: bool,
    },
    /// One more batch.
    Step,
    /// Give up what is under way; what was written stands.
    End,
    /// Let this key write and all others read only.
    Retire(KeyId),
    /// Take this key out of the ring, if nothing needs it.
    Remove {
        /// The key.
        id: KeyId,
        /// Whether it goes even if it opens the other half of sealed rows.
        with_halves: bool,
    },
    /// Delete the old copies of the key file.
    DeleteCopies,
}

/// What a screen asks for. The screens below it and beside it are not its business.
#[derive(Debug)]
pub enum Action {
    /// Give a request to the worker; the screen that asked gets the answer.
    Request(Request),
    /// Give up whatever this screen is waiting for.
    Cancel,
    /// Open a form on a set.
    Edit(EditTarget),
    /// Open the review of a form's changes on top of it.
    Review(ReviewTarget),
    /// Give a typed command to the screen on top.
    Typed(Typed),
    /// Open the comparison of a set with the one in view.
    Compare(Side, EditTarget),
    /// Open the search over everything.
    Find,
    /// Close everything above the browser and go to what was found.
    Jump(Hit),
    /// Open the list of all sets of a person, who is called this.
    Person(UserId, String),
    /// Open the audit trail.
    Trail,
    /// Open the walk through a key rotation.
    Rotate,
    /// Another key writes from now on, or none.
    KeyIs(Option<String>),
    /// Open the history of a set.
    History(EditTarget),
    /// Open the merge of a form with what is stored now on top of it.
    Merge(MergeTarget),
    /// Close everything above the browser, open a form on what is stored now with this set in it, and its review if
    /// there is nothing left to edit.
    Rebase {
        /// The set as it is stored now.
        target: EditTarget,
        /// The set that is to stand.
        new: NewSet,
        /// Whether the review is opened at once.
        review: bool,
    },
    /// Close this screen.
    Pop,
    /// Close this screen and the form below it: the commit is done, and the browser shows what stands now.
    Committed(Arc<crate::store::LoadedSet>),
    /// Show a sentence for a few seconds.
    Toast(Toast),
    /// Put a text on the clipboard, to be cleared after 30 seconds.
    Copy(Arc<Secret>),
    /// Close this screen and press a key, by its name, on the one below it: what the help and the palette do.
    Press(&'static str),
}

/// A command of the palette that takes an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// `:import FILE`: its secrets become rows of the form.
    Import(PathBuf),
    /// `:export FILE`: the set is written into it.
    Export(PathBuf),
    /// `:compare SIDE`: the set is compared with a file, or with a set of this or another database.
    Compare(String),
}

impl Typed {
    /// How each is typed, and what it does.
    pub const HELP: [(&'static str, &'static str); 3] =
        [("import FILE", words::IMPORT), ("export FILE", words::EXPORT), ("compare SIDE", words::COMPARE)];

    /// The command in what was typed: `import FILE`.
    pub fn read(text: &str) -> Option<Self> {
        let (word, argument) = text.trim().split_once(' ')?;
        let argument = argument.trim();
        match word {
            "import" => Some(Self::Import(at_home(argument))),
            "export" => Some(Self::Export(at_home(argument))),
            "compare" => Some(Self::Compare(match argument.strip_prefix('@') {
                Some(path) => format!("@{}", at_home(path).display()),
                None => argument.to_owned(),
            })),
            _ => None,
        }
    }
}

/// A path as a shell would read it.
fn at_home(path: &str) -> PathBuf {
    let home = path.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.unwrap_or_else(|| PathBuf::from(path))
}

/// The set that a form is to edit.
#[derive(Debug, Clone)]
pub struct EditTarget {
    /// The set as it was loaded.
    pub set: Arc<crate::store::LoadedSet>,
    /// `Acme Corp ▸ dana@acme.io`, escaped.
    pub title: String,
}

/// A form's changes, to be looked at and committed.
#[derive(Debug, Clone)]
pub struct ReviewTarget {
    /// The set as it was loaded.
    pub base: Arc<crate::store::LoadedSet>,
    /// The full set that is to stand.
    pub new: NewSet,
    /// `Acme Corp ▸ dana@acme.io`, escaped.
    pub title: String,
}

/// A form whose set somebody else has stored meanwhile.
#[derive(Debug, Clone)]
pub struct MergeTarget {
    /// The set as the form was opened on it.
    pub base: Arc<crate::store::LoadedSet>,
    /// The set as it is stored now.
    pub theirs: Arc<crate::store::LoadedSet>,
    /// The set that the form wants.
    pub mine: NewSet,
    /// `Acme Corp ▸ dana@acme.io`, escaped.
    pub title: String,
}

/// A sentence that goes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How it is coloured and marked.
    pub tone: Tone,
    /// The sentence, escaped.
    pub text: String,
}

/// How good the news is. Each tone has a sign of its own: colour is never the only signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// Worth knowing.
    Info,
    /// Not as hoped.
    Warning,
    /// Failed.
    Bad,
}
