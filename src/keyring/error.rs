//! What can go wrong with keys, and what to do about it.

use super::KeyId;
use super::source::Asking;
use crate::error::{Error, ErrorKind};
use crate::secret::escape;
use std::path::{Path, PathBuf};
use thiserror::Error as ThisError;

/// Why a ring could not be read, or a key file not written. No variant holds a secret or a part of a file.
#[derive(Debug, ThisError)]
pub enum KeyError {
    /// There is no such file.
    #[error("there is no key file at {}", shown(.0))]
    Missing(PathBuf),
    /// The folder has neither of the two files of the server.
    #[error("{} holds neither .keys nor .jwt_secret", shown(.0))]
    EmptyFolder(PathBuf),
    /// The file cannot be read.
    #[error("the key file {} cannot be read: {reason}", shown(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Others than its owner can read or write the file.
    #[error("the key file {} is open to others: its mode is {mode:04o}", shown(path))]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The source is longer than any key ring.
    #[error("{0} is too long for a key ring")]
    TooLong(KeyText),
    /// The source is not UTF-8.
    #[error("{0} is not UTF-8 text")]
    NotText(KeyText),
    /// The source has no key at all.
    #[error("{0} holds no key")]
    Empty(KeyText),
    /// A file that is no JSON array has more than one line.
    #[error("{0} has more than one line, and is not a JSON array of keys")]
    SeveralLines(KeyText),
    /// The text begins like a JSON array of keys, and is none.
    #[error("{text} is not a JSON array of objects: see line {line}, column {column}")]
    NotKeys {
        /// What was read.
        text: KeyText,
        /// Where reading stopped, counted from 1.
        line: usize,
        /// Where in the line, counted from 1.
        column: usize,
    },
    /// A member of a key is missing or of the wrong kind.
    #[error("key {number} of {text}: {problem}")]
    BadMember {
        /// What was read.
        text: KeyText,
        /// Which key, counted from 1.
        number: usize,
        /// What is wrong, without its value.
        problem: &'static str,
    },
    /// The variable is not UTF-8.
    #[error("JWT_SECRET is not UTF-8 text")]
    VariableNotText,
    /// The profile's command has no words.
    #[error("the command of the profile's `key` is empty")]
    NoCommand,
    /// The command cannot be started.
    #[error("the key command {} cannot be started: {reason}", escape::line(command))]
    CommandNotStarted {
        /// Its first word.
        command: String,
        /// What the system says.
        reason: String,
    },
    /// The command ended with a failure.
    #[error("the key command {} failed: {how}", escape::line(command))]
    CommandFailed {
        /// Its first word.
        command: String,
        /// Its exit code or signal, in words.
        how: String,
    },
    /// The command did not end in time.
    #[error("the key command {} was stopped: it did not end within {seconds} seconds", escape::line(command))]
    CommandTooSlow {
        /// Its first word.
        command: String,
        /// The deadline.
        seconds: u64,
    },
    /// The terminal cannot be asked.
    #[error("the {} cannot be asked for: {reason}", what(*asking))]
    NoPrompt {
        /// For what.
        asking: Asking,
        /// What the system says.
        reason: String,
    },
    /// What was typed does not open the ring.
    #[error("this is not the passphrase of the key ring")]
    WrongPassphrase,
    /// A passphrase that protects nothing.
    #[error("an empty passphrase protects nothing")]
    NoPassphrase,
    /// The file behind a passphrase is not as it was written.
    #[error("{} is not a key ring behind a passphrase, or is damaged", shown(.0))]
    Damaged(PathBuf),
    /// The file behind a passphrase would take too long to be tried, and too much memory.
    #[error("{} wants 2^{required} rounds of scrypt, and more than 2^{most} are not tried", shown(path))]
    TooMuchWork {
        /// The file.
        path: PathBuf,
        /// The exponent that it wants.
        required: u8,
        /// The highest that is tried.
        most: u8,
    },
    /// A file behind a passphrase where none is looked for.
    #[error("{} is behind a passphrase, which only the key ring of the data directory may be", shown(.0))]
    ProtectedElsewhere(PathBuf),
    /// The ring is not the one of the data directory.
    #[error("only the key ring of the data directory goes behind a passphrase, and this one comes from {0}")]
    NotProtectable(&'static str),
    /// The ring is in the clear.
    #[error("the key ring {} is not behind a passphrase", shown(.0))]
    NotProtected(PathBuf),
    /// The ring's file is a link.
    #[error("{} is a link: what it leads to would stay in the clear", shown(.0))]
    Linked(PathBuf),
    /// A key that would stay in the clear.
    #[error("{} holds a key too, which would stay in the clear", shown(.0))]
    LineBeside(PathBuf),
    /// There is a key of that id already.
    #[error("the key ring has a key {0} already")]
    KeyExists(KeyId),
    /// There is no key of that id.
    #[error("the key file has no key {0}")]
    NoSuchKey(KeyId),
    /// The file has no key, or several, where one is wanted.
    #[error("{} does not hold one key", shown(.0))]
    NotOneKey(PathBuf),
    /// No key could write any more.
    #[error("no key would be active any more: the server does not start without one")]
    LastActive,
    /// Somebody else was faster.
    #[error("the key file {} was changed by somebody else meanwhile", shown(.0))]
    Changed(PathBuf),
    /// The ring is not in a file that is rewritten.
    #[error("the key ring comes from {0}, which is not rewritten")]
    NotRewritten(&'static str),
    /// A file that would be overwritten.
    #[error("{} exists already", shown(.0))]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("the key file {} cannot be written: {reason}", shown(path))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// Where a text of keys was read from, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyText {
    /// A file.
    File(PathBuf),
    /// The output of a command; its first word.
    Output(String),
    /// What the operator typed.
    Answer,
}

impl std::fmt::Display for KeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "the key file {}", shown(path)),
            Self::Output(command) => write!(f, "the output of the key command {}", escape::line(command)),
            Self::Answer => f.write_str("the answer"),
        }
    }
}

/// What is asked for, within a sentence.
fn what(asking: Asking) -> &'static str {
    match asking {
        Asking::KeySecret => "key",
        Asking::Passphrase => "passphrase of the key ring",
    }
}

/// A path on one line, safe for a terminal.
fn shown(path: &Path) -> String {
    escape::line(&path.to_string_lossy()).into_owned()
}

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let text = shown(path);
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        use KeyError as E;
        let kind = match &error {
            E::Missing(_) | E::EmptyFolder(_) => ErrorKind::NotFound,
            E::NoCommand | E::NotOneKey(_) | E::NoPassphrase => ErrorKind::Usage,
            E::NoSuchKey(_) => ErrorKind::NotFound,
            E::Exists(_) | E::Unwritable { .. } | E::NoRandomness | E::KeyExists(_) | E::LastActive => {
                ErrorKind::Failed
            }
            E::Changed(_) | E::NotRewritten(_) => ErrorKind::Failed,
            E::NotProtectable(_) | E::NotProtected(_) | E::Linked(_) | E::LineBeside(_) => ErrorKind::Failed,
            E::Unreadable { .. }
            | E::OpenToOthers { .. }
            | E::TooLong(_)
            | E::NotText(_)
            | E::Empty(_)
            | E::SeveralLines(_)
            | E::NotKeys { .. }
            | E::BadMember { .. }
            | E::VariableNotText
            | E::CommandNotStarted { .. }
            | E::CommandFailed { .. }
            | E::CommandTooSlow { .. }
            | E::WrongPassphrase
            | E::Damaged(_)
            | E::TooMuchWork { .. }
            | E::ProtectedElsewhere(_)
            | E::NoPrompt { .. } => ErrorKind::Key,
        };
        let edge = Self::new(kind, error.to_string());
        match hint(&error) {
            Some(hint) => edge.hint(hint),
            None => edge,
        }
    }
}

fn hint(error: &KeyError) -> Option<String> {
    use KeyError as E;
    Some(match error {
        E::Missing(_) => "check the path, or make a new key there with `strongroom key generate`".to_owned(),
        E::EmptyFolder(_) => "name the folder in which the server keeps its keys, or the key file itself".to_owned(),
        E::OpenToOthers { path, .. } => format!(
            "run `chmod 600 {}`; for a secret that is mounted like this, set `allow_readable_key_file = true` in the \
             profile",
            quoted(path)
        ),
        E::SeveralLines(_) => "a key file is one line of text, or a JSON array of keys".to_owned(),
        E::NotKeys { .. } | E::BadMember { .. } => {
            r#"each key is an object such as {"id": "…", "key": "…", "active": true}"#.to_owned()
        }
        E::CommandFailed { .. } => "run it in a shell to see what it says".to_owned(),
        E::NoPrompt { asking: Asking::KeySecret, .. } => {
            "run it in a terminal, or set --key-file or JWT_SECRET".to_owned()
        }
        E::NoPrompt { asking: Asking::Passphrase, .. } => {
            "run it in a terminal; where nobody can be asked, `strongroom key unprotect` takes the passphrase away, or \
             name another key: --key-file, JWT_SECRET"
                .to_owned()
        }
        E::Damaged(_) => "put a copy of it back: the `.before-` files beside it, or your backup".to_owned(),
        E::TooMuchWork { .. } => "Strongroom did not make this file: put your own back".to_owned(),
        E::ProtectedElsewhere(_) => "without --key-file the ring of the data directory is opened".to_owned(),
        E::NotProtectable(_) => "a server, or whoever made that file, reads it as it is".to_owned(),
        E::NotProtected(_) => "see: strongroom key protect".to_owned(),
        E::Linked(_) => "put the file itself there, if nothing else reads it".to_owned(),
        E::LineBeside(path) => {
            format!("`strongroom key add --from {}` takes it into the ring; then remove the file", quoted(path))
        }
        E::NoSuchKey(_) | E::KeyExists(_) => "see: strongroom key list".to_owned(),
        E::NotOneKey(_) => "name a file with one key in it".to_owned(),
        E::LastActive => "activate another key first: strongroom key activate KEY-ID".to_owned(),
        E::Changed(_) => "nothing was written: look at it again, and try again".to_owned(),
        E::NotRewritten(_) => {
            "write a new key file with -o FILE, and point the servers and Strongroom at it".to_owned()
        }
        E::NoCommand => r#"write it as `key = { command = ["PROGRAM", "ARGUMENT"] }`"#.to_owned(),
        E::Exists(_) => "name another file, or move this one away first".to_owned(),
        E::WrongPassphrase
        | E::NoPassphrase
        | E::Unreadable { .. }
        | E::TooLong(_)
        | E::NotText(_)
        | E::Empty(_)
        | E::VariableNotText
        | E::CommandNotStarted { .. }
        | E::CommandTooSlow { .. }
        | E::NoRandomness => return None,
        E::Unwritable { .. } => "the file is as it was; run this as whoever owns the file and its folder".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_is_the_very_command_that_mends_the_mode() {
        let hint_for = |path: &str| {
            let error: Error = KeyError::OpenToOthers { path: path.into(), mode: 0o644 }.into();
            assert_eq!(error.kind, ErrorKind::Key);
            error.hints.join("\n")
        };
        assert!(hint_for("/etc/strongroom/.keys").contains("`chmod 600 /etc/strongroom/.keys`"));
        assert!(hint_for("/my keys/it's").contains(r"`chmod 600 '/my keys/it'\''s'`"));
    }

    #[test]
    fn a_hostile_file_name_reaches_no_terminal() {
        let error: Error = KeyError::Missing("/\u{1b}[31m".into()).into();
        assert_eq!(error.message, r"there is no key file at /\u{1b}[31m");
        assert_eq!(error.kind, ErrorKind::NotFound);
    }
}
