//! The one error that reaches the operator: what kind it is, what happened to what, and what to do about it.
//!
//! Each room has its own `thiserror` enum; at the edge it becomes an [`Error`]. Nothing in it may hold a value,
//! a key or the password of a connection string.

use std::fmt;

/// What sort of failure it was. The kind alone decides the exit code of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something went wrong that none of the other kinds describes.
    Failed,
    /// The command line or the configuration asks for something that makes no sense.
    Usage,
    /// The stored set is not the one that the change was based on.
    Conflict,
    /// No such org, user, secret or file.
    NotFound,
    /// No key, or no key that opens what is stored.
    Key,
    /// The database cannot be reached, opened or locked.
    Unreachable,
    /// The operator or a signal ended it.
    Interrupted,
}

impl ErrorKind {
    /// The exit code of the process, as the README lists them.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Conflict => 3,
            Self::NotFound => 4,
            Self::Key => 5,
            Self::Unreachable => 6,
            Self::Interrupted => 130,
        }
    }

    /// The word that stands for the kind in `--json` errors.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Conflict => "conflict",
            Self::NotFound => "not-found",
            Self::Key => "key",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
        }
    }
}

/// An error as the operator meets it: one sentence on what happened, and hints on the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Decides the exit code.
    pub kind: ErrorKind,
    /// What happened, to what. One sentence, without a final full stop.
    pub message: String,
    /// What to do about it, one step a line; may be empty.
    pub hints: Vec<String>,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    /// The same error with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Shorthand for [`ErrorKind::Failed`].
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// Shorthand for [`ErrorKind::Usage`].
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A result whose error is ready for the operator.
pub type Result<T, E = Error> = std::result::Result<T, E>;
