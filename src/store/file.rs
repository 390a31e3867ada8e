//! Sets in files: a new file that only its owner may read, and a file that is read as a set.

use super::json::{self, Description, Incoming};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::{SecretName, dotenv, escape};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

/// How a set stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetFormat {
    /// `{"NAME": {"secret": "…", "description": "…"}}`
    Json,
    /// `NAME=value`, a line each.
    Dotenv,
}

impl SetFormat {
    /// The format that the name of a file says: JSON for `.json`, else dotenv.
    pub fn of(path: &Path) -> Self {
        if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json")) { Self::Json } else { Self::Dotenv }
    }
}

/// Why a file was not read or not written. Nothing of what is in it is repeated but names. Files are named as they are
/// to be shown.
#[derive(Debug, ThisError)]
pub enum FileError {
    /// It cannot be read.
    #[error("{name} cannot be read: {error}")]
    Unreadable {
        /// Which file.
        name: String,
        /// Why.
        error: io::Error,
    },
    /// It holds no set.
    #[error("{name}: {problem}")]
    Broken {
        /// Which file.
        name: String,
        /// Why.
        problem: Problem,
    },
    /// There is one already.
    #[error("{0} exists already")]
    Exists(String),
    /// It cannot be written.
    #[error("{name} cannot be written: {error}")]
    Unwritable {
        /// Which file.
        name: String,
        /// Why.
        error: io::Error,
    },
}

/// Why a text is no set.
#[derive(Debug, ThisError)]
pub enum Problem {
    /// It is not UTF-8.
    #[error("this is not UTF-8 text")]
    NoText,
    /// It is no JSON or dotenv that holds a set.
    #[error("{0}")]
    Format(String),
    /// Two of its lines have one name.
    #[error("line {line}: {name} stands twice")]
    Twice {
        /// Where the second one is.
        line: usize,
        /// The name.
        name: SecretName,
    },
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        use FileError as E;
        let kind = match &error {
            E::Broken { .. } => return Self::usage(error.to_string()).hint("nothing was changed"),
            E::Unreadable { error, .. } | E::Unwritable { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                ErrorKind::NotFound
            }
            E::Exists(_) | E::Unreadable { .. } | E::Unwritable { .. } => ErrorKind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}

/// Reads the text of a file as a set; `name` stands for the file in errors, which repeat nothing of it.
///
/// # Errors
/// [`ErrorKind::Usage`]: the text is no set of that format, or has one name twice.
pub fn parse(bytes: &[u8], format: SetFormat, name: &str) -> Result<Vec<Incoming>> {
    let broken = |problem| FileError::Broken { name: name.to_owned(), problem };
    let text = std::str::from_utf8(bytes).map_err(|_| broken(Problem::NoText))?;
    match format {
        SetFormat::Json => Ok(json::parse(text).map_err(|error| broken(Problem::Format(error.to_string())))?),
        SetFormat::Dotenv => {
            let lines = dotenv::parse(text).map_err(|error| broken(Problem::Format(error.to_string())))?;
            let mut names = HashSet::new();
            if let Some(again) = lines.iter().find(|line| !names.insert(line.name.clone())) {
                return Err(broken(Problem::Twice { line: again.line, name: again.name.clone() }).into());
            }
            let secret = |line: dotenv::Assignment| Incoming {
                name: line.name,
                value: line.value,
                description: Description::Unsaid,
            };
            Ok(lines.into_iter().map(secret).collect())
        }
    }
}

/// Reads the file at `path` as a set, in the format that its name says.
///
/// # Errors
/// As [`parse`]; and the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<Incoming>> {
    let name = shown(path);
    let bytes = fs::read(path).map_err(|error| FileError::Unreadable { name: name.clone(), error })?;
    parse(&Zeroizing::new(bytes), SetFormat::of(path), &name)
}

/// Writes a file of mode 0600 that was not there, and makes it durable. Half a file is removed again.
///
/// # Errors
/// There is something at `path`, or the file cannot be written.
pub fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => FileError::Exists(shown(path)),
        _ => FileError::Unwritable { name: shown(path), error },
    };
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    Ok(written.map_err(|error| {
        // Half an export is of no use to anybody.
        let _ = fs::remove_file(path);
        failed(error)
    })?)
}

fn shown(path: &Path) -> String {
    escape::line(&path.display().to_string()).into_owned()
}
