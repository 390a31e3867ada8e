//! The way into the console and out of it: what is said of a database and its keys, and what is risky about them.

use super::shown;
use crate::config::Settings;
use crate::database::{About, Transport};
use crate::error::{Error, ErrorKind};
use crate::keyring::KeySource;
use crate::secret::escape;

pub(in crate::cli) fn no_cursor(term: &str) -> Error {
    Error::usage(format!("this terminal cannot place its cursor (TERM={})", escape::line(term)))
        .hint("set TERM to what it is, or use the command line: strongroom help")
}

pub(in crate::cli) fn not_interactive() -> Error {
    Error::usage("the console needs a terminal").hint("see what can be scripted: strongroom help")
}

pub(in crate::cli) fn theme_not_understood(name: &str, problem: &str) -> Error {
    Error::usage(format!("the theme {}: {problem}", escape::line(name)))
}

pub(in crate::cli) fn no_profiles() -> Error {
    Error::usage("there are no profiles here").hint("compare with ORG/USER, with ORG/, or with @FILE")
}

// The profiles to choose from.

pub(in crate::cli) const POSTGRES: &str = "PostgreSQL";
pub(in crate::cli) const SQLITE: &str = "SQLite";
pub(in crate::cli) const OWN_SQLITE: &str = "SQLite, in the data directory";
pub(in crate::cli) const AND_READ_ONLY: &str = ", read-only";
pub(in crate::cli) const AND_GUARDED: &str = ", guarded";

// What is asked, and what is waited for.

pub(in crate::cli) const DATABASE_PASSWORD: &str = "Database password";

pub(in crate::cli) fn opening(profile: &str) -> String {
    format!("The database of {profile} is being opened.")
}

// What is said of the database and the keys.

pub(in crate::cli) const DATABASE: &str = "Database";
pub(in crate::cli) const PROFILE: &str = "Profile";
pub(in crate::cli) const KEYS: &str = "Keys";
pub(in crate::cli) const ACCESS: &str = "Access";

pub(in crate::cli) fn access(about: &About) -> String {
    match &about.read_only {
        Some(reason) => format!("read-only, {reason}"),
        None => "reads and writes".to_owned(),
    }
}

/// Where the keys come from.
pub(in crate::cli) fn keys(settings: &Settings) -> String {
    match &settings.key {
        KeySource::File(path) => shown(path),
        KeySource::Environment(_) => "JWT_SECRET".to_owned(),
        KeySource::Command(words) => {
            format!("the command {}", escape::line(words.first().map(String::as_str).unwrap_or_default()))
        }
        KeySource::Prompt => "asked for here".to_owned(),
        KeySource::DataDirectory(_) if settings.key.asks().is_some() => {
            "the ring of the data directory, behind a passphrase".to_owned()
        }
        KeySource::DataDirectory(_) => "the ring of the data directory".to_owned(),
        KeySource::Nowhere => "none".to_owned(),
    }
}

// What must be acknowledged before anything is shown.

pub(in crate::cli) fn risk_of(transport: Transport) -> Option<&'static str> {
    match transport {
        Transport::Local | Transport::Tls => None,
        Transport::Unverified { is_encrypted: true } => Some(
            "Unverified: the connection is encrypted, but nobody vouches for the server. sslmode=verify-full makes \
             sure that it is the right one.",
        ),
        Transport::Unverified { is_encrypted: false } => Some(
            "Unverified: the connection is not encrypted, and everybody on the way can read and change it. \
             sslmode=verify-full mends that.",
        ),
    }
}

pub(in crate::cli) fn guarded(word: &str) -> String {
    format!("Guarded: this is no place to try things out. Each commit asks you to type {}.", escape::line(word))
}

// How it ended.

pub(in crate::cli) const LOCKED: &str = "locked: everything that was decrypted is wiped";
pub(in crate::cli) const CHANGES_LOST: &str =
    "the changes of the open form were given up with it; nothing of them was stored";

pub(in crate::cli) fn ended_by_signal() -> Error {
    Error::new(ErrorKind::Interrupted, "ended by a signal; nothing is half stored")
}
