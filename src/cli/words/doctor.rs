//! `strongroom doctor`: what was found, and how to mend it.

use super::{counted, shown};
use crate::error::Error;
use crate::keyring::KeyOrigin;
use crate::secret::escape;
use std::path::Path;

pub(in crate::cli) fn to_mend(count: usize) -> Error {
    Error::failed(format!("{} to be mended", counted(count, "thing has", "things have")))
}

pub(in crate::cli) fn configuration(profiles: usize) -> String {
    match profiles {
        0 => "makes sense; no profiles".to_owned(),
        some => format!("makes sense; {}", counted(some, "profile", "profiles")),
    }
}

// The key ring.

pub(in crate::cli) const NOBODY_TO_ASK: &str = "behind a passphrase, which nobody can be asked for here";
pub(in crate::cli) const IN_A_TERMINAL: &str = "run this in a terminal";
pub(in crate::cli) const MADE_WITH_DATABASE: &str = "a key is made with the database";
pub(in crate::cli) const NAME_THE_KEY: &str = "name the server's key: --key-file, the profile's `key`, or JWT_SECRET";

pub(in crate::cli) const PROTECT: &str = "strongroom key protect";

pub(in crate::cli) fn keys(count: usize, origin: &KeyOrigin) -> String {
    match count {
        0 => "no keys".to_owned(),
        some => format!("{} from {}", counted(some, "key", "keys"), origin.in_words()),
    }
}

pub(in crate::cli) fn none_writes(keys: &str) -> String {
    format!("{keys}: none may write")
}

pub(in crate::cli) fn one_writes(keys: &str, id: &str) -> String {
    format!("{keys}; {} writes", escape::line(id))
}

pub(in crate::cli) fn unguarded(keys: &str) -> String {
    format!("{keys}; no passphrase guards it")
}

// The database.

pub(in crate::cli) const NO_DATABASE: &str =
    "none yet: one is made in the data directory when the console is first opened";
pub(in crate::cli) const NAME_A_DATABASE: &str = "to look at another: --database";
pub(in crate::cli) const UNVOUCHED: &str = "encrypted, but nobody vouches for the server";
pub(in crate::cli) const UNENCRYPTED: &str = "not encrypted: everybody on the way can read";
pub(in crate::cli) const KEEPS_HISTORY: &str = "commits keep the sets that they replace";
pub(in crate::cli) const NO_HISTORY: &str = "no history is kept: a set that is replaced is gone";
pub(in crate::cli) const INIT: &str = "strongroom db init";

pub(in crate::cli) fn read_only(location: &str, reason: &str) -> String {
    format!("{location}: read-only, {reason}")
}

pub(in crate::cli) fn opened(open: usize, tried: usize) -> String {
    match (open, tried) {
        (_, 0) => "none yet".to_owned(),
        (0, 1) => "the only one does not open".to_owned(),
        (1, 1) => "the only one opens".to_owned(),
        (open, tried) => format!("{open} of the {tried} newest open"),
    }
}

pub(in crate::cli) const OTHER_KEY: &str = "this is another database's key: --key-file";
pub(in crate::cli) const COUNT_SEALED: &str = "strongroom rotate status counts what is sealed";

// The audit trail.

pub(in crate::cli) const TRAIL_SOUND: &str = "in the database, and sound";
pub(in crate::cli) const TRAIL_CHANGED: &str = "in the database, and not as it was written";
pub(in crate::cli) const VERIFY: &str = "strongroom audit verify";

pub(in crate::cli) fn trail_in_file(folder: &Path) -> String {
    format!("in a file under {}", shown(folder))
}

// The terminal, the theme and the clipboard.

pub(in crate::cli) const SET_TERM: &str = "set TERM to what it is";
pub(in crate::cli) const SET_LANG: &str = "set LANG to a UTF-8 locale, or use --plain";
pub(in crate::cli) const NO_COLOUR: &str = "none: NO_COLOR is set";
pub(in crate::cli) const DESKTOP: &str = "the desktop's";
pub(in crate::cli) const TMUX: &str = "a buffer of our own in tmux";
pub(in crate::cli) const TERMINAL: &str = "the terminal's (OSC 52), where it allows that";
pub(in crate::cli) const ALLOW_CLIPBOARD: &str = "in the terminal's settings, allow programs to write the clipboard";

pub(in crate::cli) fn no_cursor(term: &str) -> String {
    format!("TERM={} cannot place a cursor", escape::line(term))
}

pub(in crate::cli) fn no_utf8(term: &str) -> String {
    format!("TERM={}, no UTF-8 in the locale", escape::line(term))
}

pub(in crate::cli) fn utf8(term: &str) -> String {
    format!("TERM={}, UTF-8", escape::line(term))
}
