//! What the server and the driver report, as far as it may be repeated.
//!
//! `PostgreSQL`'s DETAIL and CONTEXT quote whole rows, and the driver's errors print them: nothing here shows more than
//! the server's primary message, which names tables and settings.

use crate::database::DatabaseError;
use crate::secret::escape;
use std::error::Error as _;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why a piece of work on a connection ended.
pub(super) enum Failure {
    /// The driver or the server says so.
    Driver(Error),
    /// We say so.
    Database(DatabaseError),
    /// Nothing was heard within our own deadline: the connection is not to be used again.
    Late,
    /// The operator did not want to wait any longer.
    Interrupted,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl Failure {
    /// Whether the server answered, so that the connection is still good for a ROLLBACK.
    pub(super) fn is_answer(&self) -> bool {
        match self {
            Self::Driver(error) => error.as_db_error().is_some() && !is_lost(error),
            Self::Database(_) => true,
            Self::Late | Self::Interrupted => false,
        }
    }

    /// Whether the same transaction may well succeed when it is run again.
    pub(super) fn is_transient(&self) -> bool {
        let Self::Driver(error) = self else { return false };
        error.code().is_some_and(|code| {
            *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
        })
    }

    /// Whether a lock did not come in time.
    pub(super) fn is_locked(&self) -> bool {
        matches!(self, Self::Driver(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }

    /// Whether the connection is gone.
    pub(super) fn is_lost(&self) -> bool {
        match self {
            Self::Driver(error) => is_lost(error),
            Self::Database(error) => matches!(error, DatabaseError::Lost),
            Self::Late | Self::Interrupted => false,
        }
    }

    /// Whether a table or a column is not what it was when it was looked up.
    pub(super) fn is_other_schema(&self) -> bool {
        matches!(self, Self::Driver(error) if error.code().is_some_and(|code| {
            *code == SqlState::UNDEFINED_COLUMN || *code == SqlState::UNDEFINED_TABLE
        }))
    }

    /// The error for the operator.
    pub(super) fn into_error(self, was_cancelled: bool) -> DatabaseError {
        match self {
            Self::Driver(error) => of_driver(&error, was_cancelled),
            Self::Database(error) => error,
            Self::Late => DatabaseError::Deadline,
            Self::Interrupted => DatabaseError::Interrupted,
        }
    }
}

/// Whether the connection is gone, whoever ended it.
fn is_lost(error: &Error) -> bool {
    match error.code() {
        Some(code) => {
            [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code)
                || code.code().starts_with("08")
                // PgBouncer's own errors end the connection and come under this code.
                || (*code == SqlState::PROTOCOL_VIOLATION)
                || *code == SqlState::from_code("57P05")
                || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        }
        None => error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>),
    }
}

fn of_driver(error: &Error, was_cancelled: bool) -> DatabaseError {
    if is_lost(error) {
        return DatabaseError::Lost;
    }
    let Some(reported) = error.as_db_error() else {
        return DatabaseError::Driver(escape::line(&error.to_string()).into_owned());
    };
    let message = escape::line(reported.message()).into_owned();
    let code = reported.code();
    if *code == SqlState::QUERY_CANCELED {
        return if was_cancelled { DatabaseError::Interrupted } else { DatabaseError::Deadline };
    }
    if *code == SqlState::LOCK_NOT_AVAILABLE {
        return DatabaseError::Locked;
    }
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        return if reported.message().contains("row-level security") {
            DatabaseError::RowSecurity(message)
        } else {
            DatabaseError::Forbidden(message)
        };
    }
    if *code == SqlState::DISK_FULL {
        return DatabaseError::Full;
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return DatabaseError::ReadOnly("the server takes no writes".to_owned());
    }
    DatabaseError::Driver(message)
}

/// Why a server could not be connected to: a clause for the operator.
pub(super) fn why_not(error: &Error) -> String {
    if let Some(reported) = error.as_db_error() {
        return escape::line(reported.message()).into_owned();
    }
    // The causes of the driver are ours, rustls' or the system's: none of them knows a password.
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&said);
        }
        cause = error.source();
    }
    escape::line(&text).into_owned()
}
