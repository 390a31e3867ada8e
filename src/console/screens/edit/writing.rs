//! The row that is being written into, one field at a time.

use super::model::Model;
use super::row::FormRow;
use crate::console::widgets::secret_field::SecretField;
use crate::secret::Secret;
use std::sync::Arc;

/// The fields of a row, in the order of `tab`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    Name,
    Value,
    Description,
}

impl Focus {
    pub(super) const ALL: [Self; 3] = [Self::Name, Self::Value, Self::Description];

    pub(super) fn next(self) -> Self {
        match self {
            Self::Name => Self::Value,
            Self::Value => Self::Description,
            Self::Description => Self::Name,
        }
    }

    pub(super) fn previous(self) -> Self {
        self.next().next()
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Value => "Value",
            Self::Description => "Description",
        }
    }
}

/// What the row was when the writing began.
enum Began {
    /// Just added, and blank.
    Fresh,
    /// This.
    Standing(FormRow),
}

/// A row that is being written into. It holds no text area but the one of the field in focus, and no `Debug`.
pub(super) struct Writing {
    at: usize,
    began: Began,
    pub(super) focus: Focus,
    pub(super) field: SecretField,
}

impl Writing {
    /// Begins at a field of the row at `at`; `None` for a sealed row.
    pub(super) fn begin(model: &Model, at: usize, focus: Focus) -> Option<Self> {
        let row = model.row(at)?;
        Some(Self { at, began: Began::Standing(row.clone()), focus, field: field(row, focus)? })
    }

    /// Begins at the name of the row at `at`, which was just added.
    pub(super) fn begin_fresh(model: &Model, at: usize) -> Option<Self> {
        let writing = Self::begin(model, at, Focus::Name)?;
        Some(Self { began: Began::Fresh, ..writing })
    }

    /// Puts what the field holds into the row. An untouched text stays the one that was loaded.
    pub(super) fn put(&self, model: &mut Model) {
        let Some(now) = model.row_mut(self.at).and_then(FormRow::content_mut) else { return };
        match self.focus {
            Focus::Name => now.name = self.field.name(),
            Focus::Value => now.value = self.field.text(),
            // A description that is not there stays so while nothing is written into it.
            Focus::Description if self.field.is_changed() => now.description = Some(self.field.text()),
            Focus::Description => {}
        }
    }

    /// Goes to another field of the row.
    pub(super) fn go_to(&mut self, model: &mut Model, focus: Focus) {
        self.put(model);
        if let Some(field) = model.row(self.at).and_then(|row| field(row, focus)) {
            self.focus = focus;
            self.field = field;
        }
    }

    /// Ends the row.
    pub(super) fn end(self, model: &mut Model) {
        self.put(model);
        match self.began {
            Began::Fresh => model.filled(self.at),
            Began::Standing(before) => model.edited(self.at, before),
        }
    }
}

fn field(row: &FormRow, focus: Focus) -> Option<SecretField> {
    let now = row.content()?;
    Some(match focus {
        Focus::Name => SecretField::line(Arc::new(Secret::new(now.name.as_str()))),
        Focus::Value => SecretField::value(Arc::clone(&now.value)),
        Focus::Description => SecretField::line(now.description.clone().unwrap_or_else(|| Arc::new(Secret::new("")))),
    })
}
