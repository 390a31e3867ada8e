//! What is searched for: literally, ignoring the case of ASCII letters.

use crate::database::sqlite::functions::{contains, id_contains, owner};

/// A search text, ready to be compared.
pub(super) struct Needle {
    lower: String,
}

impl Needle {
    /// `None` for an empty text, which everything contains.
    pub(super) fn new(search: &str) -> Option<Self> {
        (!search.is_empty()).then(|| Self { lower: search.to_ascii_lowercase() })
    }

    /// In lower case, for `strongroom_has` and `strongroom_id_has`.
    pub(super) fn text(&self) -> &str {
        &self.lower
    }

    /// What to look for in the owners of personal orgs. Their names are made up by the server and are not searched,
    /// or else `org` would find a million of them; but whoever pastes such a name whole means its owner.
    pub(super) fn of_owner(&self) -> &str {
        owner(&self.lower).unwrap_or(&self.lower)
    }

    /// Whether a name or an e-mail contains it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        contains(text.as_bytes(), self.lower.as_bytes())
    }

    /// Whether an id contains it, in any spelling.
    pub(super) fn is_in_id(&self, id: &str) -> bool {
        id_contains(id.as_bytes(), self.lower.as_bytes())
    }
}
