//! The fingerprint of a stored set.

use crate::database::{Scope, StoredRow, StoredText, UserId, in_turns};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// A SHA-256 digest over the stored rows of one scope, in the order of their ids, and over the scope itself: an empty
/// set has a revision of its own. It changes with every byte that is stored, a mere re-encryption included.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Revision([u8; 32]);

/// The text is not 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a revision is 64 hex digits, as `strongroom secret revision` prints it")]
pub struct NotARevision;

impl Revision {
    /// The revision of `scope` when it holds `rows`.
    pub fn of(scope: &Scope, rows: &[StoredRow]) -> Self {
        let mut digest = Fields(Sha256::new_with_prefix(b"strongroom set 1\n"));
        match scope {
            Scope::Personal { org, user } => {
                digest.text("personal").text(org.as_str()).text(user.as_str());
            }
            Scope::Shared { org } => {
                digest.text("shared").text(org.as_str());
            }
            Scope::NoOrg { user } => {
                digest.text("no org").optional(user.as_ref().map(UserId::as_str));
            }
        }
        for row in in_turns(rows) {
            digest
                .bytes(&row.id.0.to_be_bytes())
                .optional(row.user.as_ref().map(UserId::as_str))
                .text(&row.name)
                .text(row.value.as_str())
                .optional(row.description.as_ref().map(StoredText::as_str));
        }
        Self(digest.0.finalize().into())
    }
}

/// Feeds fields to a digest so that no two sequences of fields look alike.
struct Fields(Sha256);

impl Fields {
    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.bytes(b"+").text(text),
            None => self.bytes(b"-"),
        }
    }
}

impl fmt::Display for Revision {
    /// 64 lower-case hex digits; with a precision (`{:.12}`) their beginning.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revision({self:.12})")
    }
}

impl FromStr for Revision {
    type Err = NotARevision;

    fn from_str(text: &str) -> Result<Self, NotARevision> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| NotARevision)?;
        bytes.try_into().map(Self).map_err(|_| NotARevision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{OrgId, RowId};

    fn personal(user: &str) -> Scope {
        Scope::Personal { org: OrgId::new("org-123"), user: UserId::new(user) }
    }

    fn row(id: i64, name: &str, description: Option<&str>) -> StoredRow {
        StoredRow {
            id: RowId(id),
            user: None,
            org: None,
            name: name.to_owned(),
            value: StoredText::new("v".to_owned()),
            description: description.map(|text| StoredText::new(text.to_owned())),
            shared: false,
        }
    }

    #[test]
    fn an_empty_set_has_a_revision_of_its_own() {
        assert_ne!(Revision::of(&personal("a"), &[]), Revision::of(&personal("b"), &[]));
        assert_eq!(Revision::of(&personal("a"), &[]), Revision::of(&personal("a"), &[]));
    }

    #[test]
    fn every_column_and_the_order_count() {
        let scope = personal("a");
        let sets = [
            vec![row(1, "A", None)],
            vec![row(2, "A", None)],
            vec![row(1, "B", None)],
            vec![row(1, "A", Some(""))],
            vec![row(1, "A", None), row(2, "B", None)],
            vec![row(2, "B", None), row(1, "A", None)],
        ];
        for (at, one) in sets.iter().enumerate() {
            for other in &sets[at + 1..] {
                assert_ne!(Revision::of(&scope, one), Revision::of(&scope, other));
            }
        }
    }

    #[test]
    fn it_reads_back_from_what_it_prints() {
        let revision = Revision::of(&personal("a"), &[]);
        assert_eq!(revision.to_string().to_uppercase().parse(), Ok(revision));
        assert_eq!("abc".parse::<Revision>(), Err(NotARevision));
        assert_eq!("00".parse::<Revision>(), Err(NotARevision));
    }
}
