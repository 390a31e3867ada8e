//! Which database: what `--database` and its kin may say.

use super::words;
use crate::error::Error;
use std::path::PathBuf;

/// A database to connect to. Its `Debug` and `Display` hold no password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`, as it was given: it may hold a password.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH`, `sqlite://PATH`, `postgres://…` and `postgresql://…`.
    ///
    /// # Errors
    /// Anything else; the error does not repeat it, because it may hold a password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() {
                return Ok(Self::Sqlite(PathBuf::from(path)));
            }
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(words::no_database())
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_with_and_without_slashes() {
        for (text, path) in [("sqlite:a.db", "a.db"), ("sqlite:/a b.db", "/a b.db"), ("sqlite:///a.db", "/a.db")] {
            assert_eq!(DatabaseUrl::parse(text), Ok(DatabaseUrl::Sqlite(PathBuf::from(path))), "{text}");
        }
    }

    #[test]
    fn nothing_of_a_url_that_is_not_understood_is_repeated() {
        for text in ["mysql://ann:CANARY@host/db", "CANARY", "", "sqlite:"] {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert!(!format!("{error:?}").contains("CANARY"), "{text}");
        }
        let url = DatabaseUrl::parse("postgres://ann:CANARY@host/db").unwrap();
        assert!(!format!("{url:?}").contains("CANARY"));
    }
}
