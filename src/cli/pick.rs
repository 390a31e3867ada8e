//! Which profile, where the configuration has several and none is named.

use super::arguments::Global;
use super::output::Output;
use super::session;
use crate::config::file::{ConfigFile, Profile};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::escape;

/// Asks at the terminal. `None` where there is nothing to ask: a database or a profile is named, or there is no choice.
///
/// # Errors
/// The configuration cannot be read, or the answer is none of the profiles.
pub(super) fn profile(global: &Global) -> Result<Option<String>> {
    let is_named = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if is_named(&global.database) || is_named(&global.profile) {
        return Ok(None);
    }
    let file = session::configuration(global)?;
    if file.default_profile.is_some() || file.profiles.is_empty() {
        return Ok(None);
    }
    choose(&file, &Output::ask(&format!("Which database?\n{}Number or name: ", list(&file)))?).map(Some)
}

fn list(file: &ConfigFile) -> String {
    let width = file.profiles.keys().map(|name| escape::line(name).chars().count()).max().unwrap_or_default();
    let lines = file
        .profiles
        .iter()
        .enumerate()
        .map(|(at, (name, profile))| format!("  {}  {:width$}  {}\n", at + 1, escape::line(name), what(profile)));
    lines.collect()
}

/// What a profile is, without its URL, which may hold a password.
fn what(profile: &Profile) -> String {
    let kind = match profile.database.as_deref() {
        Some(url) if url.starts_with("postgres") => "PostgreSQL",
        Some(_) => "SQLite",
        None => "SQLite, in the data directory",
    };
    let guard = if profile.read_only {
        ", read-only"
    } else if profile.confirm.is_some() {
        ", guarded"
    } else {
        ""
    };
    format!("{kind}{guard}")
}

fn choose(file: &ConfigFile, answer: &str) -> Result<String> {
    if answer.is_empty() {
        return Err(Error::new(ErrorKind::Interrupted, "no profile was chosen"));
    }
    let by_number = answer.parse::<usize>().ok().and_then(|number| file.profiles.keys().nth(number.checked_sub(1)?));
    let by_name = file.profiles.keys().find(|name| *name == answer);
    by_name
        .or(by_number)
        .cloned()
        .ok_or_else(|| Error::usage(format!("{} is none of the profiles", escape::line(answer))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_chosen_by_its_number_or_its_name() {
        let file = ConfigFile::parse("[profiles.eu]\n[profiles.2]\nread_only = true\n").unwrap();
        assert_eq!(choose(&file, "eu").unwrap(), "eu");
        assert_eq!(choose(&file, "2").unwrap(), "2", "a name wins over a number");
        assert_eq!(choose(&file, "1").unwrap(), "2", "in the order of their names");
        for wrong in ["0", "3", "us", ""] {
            assert!(choose(&file, wrong).is_err(), "{wrong}");
        }
    }
}
