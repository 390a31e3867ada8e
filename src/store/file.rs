//! Sets in files: a new file that only its owner may read, and a file that is read as a set.

use super::json::{self, Description, Incoming};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::{dotenv, escape};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
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

/// Reads the text of a file as a set; `name` stands for the file in errors, which repeat nothing of it.
///
/// # Errors
/// [`ErrorKind::Usage`]: the text is no set of that format, or has one name twice.
pub fn parse(bytes: &[u8], format: SetFormat, name: &str) -> Result<Vec<Incoming>> {
    let broken = |reason: String| Error::usage(format!("{name}: {reason}")).hint("nothing was changed");
    let text = std::str::from_utf8(bytes).map_err(|_| broken("this is not UTF-8 text".to_owned()))?;
    match format {
        SetFormat::Json => json::parse(text).map_err(|error| broken(error.to_string())),
        SetFormat::Dotenv => {
            let lines = dotenv::parse(text).map_err(|error| broken(error.to_string()))?;
            let mut names = HashSet::new();
            if let Some(again) = lines.iter().find(|line| !names.insert(line.name.clone())) {
                return Err(broken(format!("line {}: {} stands twice", again.line, again.name)));
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
    let bytes = fs::read(path).map_err(|error| unusable(&format!("{name} cannot be read"), &error))?;
    parse(&Zeroizing::new(bytes), SetFormat::of(path), &name)
}

/// Writes a file of mode 0600 that was not there, and makes it durable. Half a file is removed again.
///
/// # Errors
/// There is something at `path`, or the file cannot be written.
pub fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::failed(format!("{} exists already", shown(path))),
        _ => unusable(&format!("{} cannot be written", shown(path)), &error),
    };
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half an export is of no use to anybody.
        let _ = fs::remove_file(path);
        failed(error)
    })
}

fn unusable(what: &str, error: &io::Error) -> Error {
    let kind = if error.kind() == io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Failed };
    Error::new(kind, format!("{what}: {error}"))
}

fn shown(path: &Path) -> String {
    escape::line(&path.display().to_string()).into_owned()
}
