//! What the driver reports, as a [`DatabaseError`] without statements and values.

use crate::database::DatabaseError;
use crate::secret::escape;
use rusqlite::{Error, ErrorCode, ffi};
use std::path::PathBuf;

impl From<Error> for DatabaseError {
    fn from(error: Error) -> Self {
        match error {
            Error::SqliteFailure(failure, message) => from_failure(failure, message.as_deref()),
            // The message of a statement that does not compile names tables and columns; its text stays here.
            Error::SqlInputError { msg, .. } => Self::Driver(escape::line(&msg).into_owned()),
            Error::InvalidPath(path) => Self::Unopenable { path, reason: "the path has a NUL in it".to_owned() },
            Error::UnwindingPanic => Self::Driver("a function of ours panicked".to_owned()),
            // The other variants are about how this program calls the driver, and some carry values.
            _ => Self::Driver("the driver was not called as it must be".to_owned()),
        }
    }
}

fn from_failure(failure: ffi::Error, message: Option<&str>) -> DatabaseError {
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => DatabaseError::Locked,
        ErrorCode::DiskFull => DatabaseError::Full,
        ErrorCode::OperationInterrupted => DatabaseError::Interrupted,
        ErrorCode::ReadOnly => DatabaseError::ReadOnly(read_only(failure.extended_code).to_owned()),
        // The path is filled in where it is known.
        ErrorCode::NotADatabase => DatabaseError::NotADatabase(PathBuf::new()),
        ErrorCode::CannotOpen => DatabaseError::Unopenable { path: PathBuf::new(), reason: text(failure).to_owned() },
        ErrorCode::DatabaseCorrupt => DatabaseError::Driver("the file is damaged".to_owned()),
        // Names of tables and columns, or the text of a CHECK. A trigger may put anything into its message.
        ErrorCode::ConstraintViolation if failure.extended_code != ffi::SQLITE_CONSTRAINT_TRIGGER => {
            DatabaseError::Driver(escape::line(message.unwrap_or_else(|| text(failure))).into_owned())
        }
        _ => DatabaseError::Driver(text(failure).to_owned()),
    }
}

fn text(failure: ffi::Error) -> &'static str {
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_TRIGGER => "a trigger of the database refused the change",
        code => ffi::code_to_str(code),
    }
}

fn read_only(extended_code: i32) -> &'static str {
    match extended_code {
        ffi::SQLITE_READONLY_ROLLBACK => "an unfinished transaction has to be rolled back first, by somebody who may",
        ffi::SQLITE_READONLY_DIRECTORY => "its folder is not writable",
        ffi::SQLITE_READONLY_DBMOVED => "the file was moved or replaced since it was opened",
        ffi::SQLITE_READONLY_CANTLOCK | ffi::SQLITE_READONLY_RECOVERY | ffi::SQLITE_READONLY_CANTINIT => {
            "its write-ahead log cannot be read without writing"
        }
        _ => "the file is not writable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: i32, message: &str) -> String {
        DatabaseError::from(Error::SqliteFailure(ffi::Error::new(code), Some(message.to_owned()))).to_string()
    }

    #[test]
    fn a_triggers_message_is_not_repeated() {
        assert!(!failure(ffi::SQLITE_CONSTRAINT_TRIGGER, "CANARY").contains("CANARY"));
        assert!(!failure(ffi::SQLITE_ERROR, "CANARY").contains("CANARY"));
    }

    #[test]
    fn a_constraint_is_named_and_cannot_drive_the_terminal() {
        let shown = failure(ffi::SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed: t.\u{1b}[2J");
        assert!(shown.contains("UNIQUE constraint failed: t.\\u{1b}"), "{shown}");
    }
}
