//! One row of the form.

use crate::database::RowId;
use crate::secret::{Secret, SecretName, same_description};
use crate::store::{NewSecret, OpenRow, Row};
use std::sync::Arc;

/// What a secret consists of. Copies share the plaintexts.
#[derive(Clone)]
pub(super) struct Content {
    pub(super) name: String,
    pub(super) value: Arc<Secret>,
    pub(super) description: Option<Arc<Secret>>,
}

impl Content {
    fn of(row: &OpenRow) -> Self {
        Self { name: row.name.as_str().to_owned(), value: Arc::clone(&row.value), description: row.description.clone() }
    }

    /// A secret that is to be stored.
    pub(super) fn of_new(secret: &NewSecret) -> Self {
        Self {
            name: secret.name.as_str().to_owned(),
            value: Arc::clone(&secret.value),
            description: secret.description.clone(),
        }
    }

    /// A secret without anything.
    pub(super) fn empty() -> Self {
        Self { name: String::new(), value: Arc::new(Secret::new("")), description: None }
    }

    /// Whether an operator would call both the same.
    pub(super) fn equals(&self, other: &Self) -> bool {
        self.name == other.name
            && self.value == other.value
            && same_description(self.description.as_deref(), other.description.as_deref())
    }

    fn is_empty(&self) -> bool {
        self.equals(&Self::empty())
    }
}

/// What a row is made of.
#[derive(Clone)]
pub(super) enum Body {
    /// A secret; `origin` is the one that is stored, if any.
    Open { origin: Option<Content>, now: Content },
    /// A stored row that no known key opens.
    Sealed { id: RowId, name: SecretName },
}

impl Body {
    /// Puts another content in the place of what stands; a sealed row has none.
    pub(super) fn set(&mut self, content: Content) {
        if let Self::Open { now, .. } = self {
            *now = content;
        }
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    Goes,
}

/// A row of the form.
#[derive(Clone)]
pub(super) struct FormRow {
    pub(super) body: Body,
    pub(super) fate: Fate,
}

/// What is different about a row, as its sign says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Added,
    Changed,
    Removed,
    Kept,
}

impl FormRow {
    /// A row as it was loaded.
    pub(super) fn loaded(row: &Row) -> Self {
        let body = match row {
            Row::Open(row) => Body::Open { origin: Some(Content::of(row)), now: Content::of(row) },
            Row::Sealed(row) => Body::Sealed { id: row.id, name: row.name.clone() },
        };
        Self { body, fate: Fate::Stays }
    }

    /// A row that is not stored yet.
    pub(super) fn added(now: Content) -> Self {
        Self { body: Body::Open { origin: None, now }, fate: Fate::Stays }
    }

    /// Its name, raw.
    pub(super) fn name(&self) -> &str {
        match &self.body {
            Body::Open { now, .. } => &now.name,
            Body::Sealed { name, .. } => name.as_str(),
        }
    }

    /// The secret; `None` for a sealed row.
    pub(super) fn content(&self) -> Option<&Content> {
        match &self.body {
            Body::Open { now, .. } => Some(now),
            Body::Sealed { .. } => None,
        }
    }

    /// The secret, to change it; `None` for a sealed row.
    pub(super) fn content_mut(&mut self) -> Option<&mut Content> {
        match &mut self.body {
            Body::Open { now, .. } => Some(now),
            Body::Sealed { .. } => None,
        }
    }

    /// The secret as it is stored; `None` for a row that is not stored, and for a sealed one.
    pub(super) fn origin(&self) -> Option<&Content> {
        match &self.body {
            Body::Open { origin, .. } => origin.as_ref(),
            Body::Sealed { .. } => None,
        }
    }

    /// Whether it was added here.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.body, Body::Open { origin: None, .. })
    }

    /// Whether it was added here and nothing has been written into it.
    pub(super) fn is_blank(&self) -> bool {
        self.is_new() && self.content().is_some_and(Content::is_empty)
    }

    /// Whether its value is another than the stored one.
    pub(super) fn has_new_value(&self) -> bool {
        match &self.body {
            Body::Open { origin, now } => origin.as_ref().is_none_or(|origin| origin.value != now.value),
            Body::Sealed { .. } => false,
        }
    }

    /// What is different about it.
    pub(super) fn mark(&self) -> Mark {
        match (&self.body, self.fate) {
            (_, Fate::Goes) => Mark::Removed,
            (Body::Sealed { .. }, Fate::Stays) => Mark::Kept,
            (Body::Open { origin: None, .. }, Fate::Stays) => Mark::Added,
            (Body::Open { origin: Some(origin), now }, Fate::Stays) if origin.equals(now) => Mark::Kept,
            (Body::Open { .. }, Fate::Stays) => Mark::Changed,
        }
    }
}
