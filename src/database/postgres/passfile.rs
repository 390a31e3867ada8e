//! Passwords from libpq's password file (<https://www.postgresql.org/docs/current/libpq-pgpass.html>).

use crate::secret::Secret;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use zeroize::Zeroizing;

/// Whose password.
pub(super) struct Wanted<'w> {
    pub(super) host: &'w str,
    pub(super) port: u16,
    pub(super) database: &'w str,
    pub(super) user: &'w str,
}

/// The first line that fits; `None` without one, and for a file that others can read, as libpq does.
pub(super) fn find(path: &Path, wanted: &Wanted<'_>) -> Option<Secret> {
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.permissions().mode() & 0o077 != 0 {
        return None;
    }
    let text = Zeroizing::new(fs::read_to_string(path).ok()?);
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| password_in(line, wanted))
}

fn password_in(line: &str, wanted: &Wanted<'_>) -> Option<Secret> {
    let fields = fields(line);
    let [host, port, database, user, password] = fields.as_slice() else { return None };
    let fits = |pattern: &str, value: &str| pattern == "*" || pattern == value;
    let is_it = fits(host, wanted.host)
        && fits(port, &wanted.port.to_string())
        && fits(database, wanted.database)
        && fits(user, wanted.user);
    is_it.then(|| Secret::new(password.as_str()))
}

/// The five fields of a line, in which `\` makes the next character an ordinary one. Colons in the last need none.
fn fields(line: &str) -> Vec<Zeroizing<String>> {
    let mut fields = vec![Zeroizing::new(String::new())];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let next = match character {
            '\\' => characters.next(),
            ':' if fields.len() < 5 => {
                fields.push(Zeroizing::new(String::new()));
                None
            }
            other => Some(other),
        };
        if let (Some(field), Some(next)) = (fields.last_mut(), next) {
            field.push(next);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Wanted<'_> = Wanted { host: "db", port: 5432, database: "tenant", user: "ann" };

    fn found(line: &str) -> Option<String> {
        password_in(line, &ANN).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_line_fits_by_its_fields_and_stars() {
        assert_eq!(found("db:5432:tenant:ann:word").as_deref(), Some("word"));
        assert_eq!(found("*:*:*:ann:word").as_deref(), Some("word"));
        assert_eq!(found("db:5433:*:ann:word"), None);
        assert_eq!(found("db:5432:tenant:ann"), None);
    }

    #[test]
    fn a_backslash_makes_the_next_character_ordinary() {
        assert_eq!(found(r"*:*:*:a\nn:one\:two\\three:four").as_deref(), Some(r"one:two\three:four"));
    }

    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pgpass");
        std::fs::write(&path, "# a comment\n*:*:*:*:word\n").unwrap();
        for (mode, is_used) in [(0o600, true), (0o640, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(find(&path, &ANN).is_some(), is_used);
        }
    }
}
