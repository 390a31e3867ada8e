//! Names of secrets: what may be written, and what the server would stumble over.

use std::fmt;
use thiserror::Error;

/// The name of a secret, `custom_secrets.secret_name`.
///
/// A name that is read from a database may be anything; one that is about to be written is made by
/// [`SecretName::new`], which refuses what no set may hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName(String);

/// Why a name cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// The name has no characters.
    #[error("a secret needs a name")]
    Empty,
    /// The name holds U+0000, which `PostgreSQL` cannot store.
    #[error("a name cannot hold the NUL character")]
    Nul,
}

/// Why a name, though it can be written, will not work as its owner expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameWarning {
    /// It does not match `[A-Za-z_][A-Za-z0-9_]*`, which is what the server's own page takes and a shell can export.
    NotAnEnvironmentVariable,
    /// The server sets a secret of this name itself and hides this one.
    ShadowedByTheServer,
}

impl NameWarning {
    /// The warning as a sentence for the operator, without a final full stop.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotAnEnvironmentVariable => {
                "not usable as an environment variable: letters, digits and _ only, no digit first"
            }
            Self::ShadowedByTheServer => "the server sets OPENHANDS_API_KEY itself and hides this one",
        }
    }
}

impl SecretName {
    /// A name that may be written.
    ///
    /// # Errors
    /// [`NameError`] for an empty name and for one with a NUL.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        if name.is_empty() {
            Err(NameError::Empty)
        } else if name.contains('\0') {
            Err(NameError::Nul)
        } else {
            Ok(Self(name))
        }
    }

    /// A name as a database holds it, whatever it is.
    pub fn from_stored(name: String) -> Self {
        Self(name)
    }

    /// The name, raw: for the screen pass it through [`escape::line`](super::escape::line).
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What its owner should know about it.
    pub fn warning(&self) -> Option<NameWarning> {
        let mut bytes = self.0.bytes();
        let usable = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !usable {
            Some(NameWarning::NotAnEnvironmentVariable)
        } else if self.0 == "OPENHANDS_API_KEY" {
            Some(NameWarning::ShadowedByTheServer)
        } else {
            None
        }
    }
}

impl fmt::Display for SecretName {
    /// The name with control and bidirectional characters escaped, safe for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::escape::line(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_set_may_hold_is_refused() {
        assert_eq!(SecretName::new(""), Err(NameError::Empty));
        assert_eq!(SecretName::new("a\0b"), Err(NameError::Nul));
    }

    #[test]
    fn a_name_warns_when_the_server_or_a_shell_would_not_take_it() {
        let warning = |name: &str| SecretName::from_stored(name.into()).warning();
        assert_eq!(warning("_A1"), None);
        for odd in ["1A", "a-b", "my secret", "é", ""] {
            assert_eq!(warning(odd), Some(NameWarning::NotAnEnvironmentVariable), "{odd}");
        }
        assert_eq!(warning("OPENHANDS_API_KEY"), Some(NameWarning::ShadowedByTheServer));
    }
}
