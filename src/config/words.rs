//! What the configuration, the folders and the themes say when something is wrong with them. No line of a file and no
//! URL is repeated: either may hold a password.

use crate::error::Error;
use crate::secret::escape;
use std::io;
use std::path::Path;

fn shown(path: &Path) -> String {
    escape::line(&path.display().to_string()).into_owned()
}

// The file.

pub(super) fn not_read(path: &Path, error: &io::Error) -> Error {
    Error::usage(format!("{} cannot be read: {error}", shown(path))).hint("mend its permissions, or name another file")
}

pub(super) fn not_trusted(path: &Path) -> Error {
    let shown = shown(path);
    Error::usage(format!("others can write to {shown}, so that it is not trusted")).hint(format!("chmod go-w {shown}"))
}

pub(super) fn not_understood(path: &Path, problem: &str) -> Error {
    Error::usage(format!("{}: {problem}", shown(path)))
}

pub(super) fn in_line(line: usize, problem: &str) -> String {
    format!("line {line}: {problem}")
}

pub(super) const NOT_HELD_HERE: &str = "this is not what a configuration holds here";
pub(super) const ENCODINGS: &str = "an encoding is value, fernet-default or json-member:NAME";

pub(super) fn prompt_is_true(profile: &str) -> String {
    format!("profile {}: `prompt` can only be true", escape::line(profile))
}

pub(super) fn bare_is_not_written(profile: &str) -> String {
    format!("profile {}: new values are written as fernet or jwe", escape::line(profile))
}

// What it names.

pub(super) fn no_profile(name: &str, known: &[&str]) -> Error {
    let error = Error::usage(format!("there is no profile {}", escape::line(name)));
    if known.is_empty() {
        return error.hint("the configuration file has no profiles");
    }
    let known: Vec<_> = known.iter().map(|name| escape::line(name)).collect();
    error.hint(format!("the configuration file has: {}", known.join(", ")))
}

pub(super) fn no_database() -> Error {
    Error::usage("the database is neither sqlite:PATH nor postgres://…")
        .hint("for a local file: --database sqlite:/path/to/openhands.db")
}

pub(super) fn no_home() -> Error {
    Error::failed("there is no home directory to keep anything in").hint("set HOME and try again")
}

// Themes.

pub(super) fn no_theme_name(name: &str) -> Error {
    Error::usage(format!("{} is no name for a theme: letters, digits, - and _", escape::line(name)))
}

pub(super) fn no_theme(name: &str, shipped: &[&str], own: &Path) -> Error {
    Error::usage(format!("there is no theme {}", escape::line(name))).hint(format!(
        "there are {}, or write {}",
        shipped.join(", "),
        shown(own)
    ))
}

pub(super) fn theme_not_understood(name: &str, problem: &str) -> Error {
    Error::usage(format!("the theme {}: {problem}", escape::line(name)))
}
