//! Identifiers of orgs, users and rows, compared as the storage contract compares them.

use std::fmt;

/// The id of a row of `custom_secrets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub i64);

/// The id of an org. A UUID is the same id with and without hyphens, in either case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgId(String);

/// The id of a user, as `keycloak_user_id` holds it. A UUID is the same id in any spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(String);

/// `text` in its one canonical spelling: a UUID in lower case with hyphens, anything else as it is.
///
/// Only the two spellings that databases hold count as a UUID: 32 hex digits, and 8-4-4-4-12 of them.
pub fn canonical(text: &str) -> String {
    match uuid::Uuid::try_parse(text) {
        Ok(uuid) if matches!(text.len(), 32 | 36) => uuid.hyphenated().to_string(),
        _ => text.to_owned(),
    }
}

/// `text` as a UUID of 32 lower-case hex digits without hyphens; anything else as it is.
pub fn plain(text: &str) -> String {
    match uuid::Uuid::try_parse(text) {
        Ok(uuid) if matches!(text.len(), 32 | 36) => uuid.simple().to_string(),
        _ => text.to_owned(),
    }
}

/// Every spelling under which a column may hold the id `canonical`: with and without hyphens, lower and upper case.
fn spellings(canonical: &str) -> Vec<String> {
    let plain = plain(canonical);
    let mut all = vec![canonical.to_owned()];
    if plain != canonical {
        all.extend([canonical.to_ascii_uppercase(), plain.to_ascii_uppercase(), plain]);
    }
    all
}

macro_rules! id {
    ($name:ident) => {
        impl $name {
            /// The id that `text` spells.
            pub fn new(text: &str) -> Self {
                Self(canonical(text))
            }

            /// The canonical spelling, raw: printed and compared, but not what every column holds.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Every spelling under which a column may hold this id.
            pub fn spellings(&self) -> Vec<String> {
                spellings(&self.0)
            }
        }

        impl fmt::Display for $name {
            /// The canonical spelling, safe for a terminal.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&crate::secret::escape::line(&self.0))
            }
        }
    };
}

id!(OrgId);
id!(UserId);

#[cfg(test)]
mod tests {
    use super::*;

    const HYPHENS: &str = "f841d419-96ba-400d-b34c-d7547568bbd4";
    const PLAIN: &str = "f841d41996ba400db34cd7547568bbd4";

    #[test]
    fn a_uuid_is_one_id_in_every_spelling() {
        for spelling in OrgId::new(HYPHENS).spellings() {
            assert_eq!(OrgId::new(&spelling).as_str(), HYPHENS);
        }
        assert_eq!(plain(HYPHENS), PLAIN);
        assert_eq!(UserId::new(PLAIN).spellings().len(), 4);
    }

    #[test]
    fn other_texts_are_themselves() {
        let urn = format!("urn:uuid:{HYPHENS}");
        for text in ["org-123", "USER-456", "", "{f841d419-96ba-400d-b34c-d7547568bbd4}", urn.as_str()] {
            assert_eq!(OrgId::new(text).as_str(), text);
            assert_eq!(OrgId::new(text).spellings(), [text]);
        }
    }
}
