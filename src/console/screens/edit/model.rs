//! The rows of the form, and the way back from each change.

use super::row::{Body, Content, Fate, FormRow, Mark};
use crate::secret::SecretName;
use crate::store::{Base, DropSealed, LoadedSet, NewSecret, NewSet, Row};
use std::collections::HashMap;
use std::sync::Arc;

/// What takes one change back. It shares its plaintexts with the rows and is wiped by being dropped.
enum Undo {
    /// Put this row back in the place of the one that stands there.
    Restore(usize, FormRow),
    /// Take out the row that was added there.
    TakeOut(usize),
    /// Put back the row that was taken out there.
    PutBack(usize, FormRow),
    /// Take back several changes, the last one first.
    All(Vec<Undo>),
}

/// What marking a row did.
pub(super) enum Marked {
    /// It is marked for removal.
    Goes,
    /// The mark is taken off.
    Stays,
    /// A row that was never stored is gone.
    Gone,
}

/// All rows, stored order first.
pub(super) struct Model {
    rows: Vec<FormRow>,
    undo: Vec<Undo>,
}

impl Model {
    /// The rows of a loaded set, unchanged.
    pub(super) fn new(set: &LoadedSet) -> Self {
        Self { rows: set.rows.iter().map(FormRow::loaded).collect(), undo: Vec::new() }
    }

    /// The rows of a loaded set as `new` has them: changed, removed, added. There is no way back behind this.
    pub(super) fn rebased(set: &LoadedSet, new: &NewSet) -> Self {
        let mut left: HashMap<&SecretName, Vec<&NewSecret>> = HashMap::new();
        for secret in &new.secrets {
            left.entry(&secret.name).or_default().push(secret);
        }
        let mut rows: Vec<FormRow> = set
            .rows
            .iter()
            .rev()
            .map(|row| {
                let mut loaded = FormRow::loaded(row);
                match row {
                    // Of several rows of one name the latest is meant, unless as many are wanted.
                    Row::Open(open) => match left.get_mut(&open.name).and_then(Vec::pop) {
                        Some(wanted) => loaded.body.set(Content::of_new(wanted)),
                        None => loaded.fate = Fate::Goes,
                    },
                    Row::Sealed(sealed) if new.drop_sealed.names(sealed) => loaded.fate = Fate::Goes,
                    Row::Sealed(_) => {}
                }
                loaded
            })
            .collect();
        rows.reverse();
        let mut is_left = |secret: &&NewSecret| {
            let left = left.get_mut(&secret.name).filter(|left| !left.is_empty());
            left.map(|left| left.remove(0)).is_some()
        };
        let added: Vec<&NewSecret> = new.secrets.iter().filter(&mut is_left).collect();
        rows.extend(added.into_iter().map(|secret| FormRow::added(Content::of_new(secret))));
        Self { rows, undo: Vec::new() }
    }

    pub(super) fn rows(&self) -> &[FormRow] {
        &self.rows
    }

    pub(super) fn row(&self, at: usize) -> Option<&FormRow> {
        self.rows.get(at)
    }

    /// The row, to change it without a way back: [`edited`](Self::edited) or
    /// [`filled`](Self::filled) is called when the change is whole.
    pub(super) fn row_mut(&mut self, at: usize) -> Option<&mut FormRow> {
        self.rows.get_mut(at)
    }

    /// How many rows are not as they are stored.
    pub(super) fn changes(&self) -> usize {
        self.rows.iter().filter(|row| row.mark() != Mark::Kept).count()
    }

    /// Inserts a row that is not stored.
    pub(super) fn add(&mut self, at: usize, content: Content) {
        let at = at.min(self.rows.len());
        self.rows.insert(at, FormRow::added(content));
        self.undo.push(Undo::TakeOut(at));
    }

    /// Inserts a copy of a row below it, under a name of its own; `false` for a sealed row.
    pub(super) fn duplicate(&mut self, at: usize) -> bool {
        let Some(content) = self.row(at).and_then(FormRow::content) else { return false };
        let name = self.free_name(&content.name);
        let copy = Content { name, ..content.clone() };
        self.add(at + 1, copy);
        true
    }

    fn free_name(&self, name: &str) -> String {
        let mut candidate = format!("{name}_COPY");
        let mut number = 2_u32;
        while self.rows.iter().any(|row| row.name() == candidate) {
            candidate = format!("{name}_COPY{number}");
            number += 1;
        }
        candidate
    }

    /// Marks a row for removal or takes the mark off; a row that was added here goes at once.
    pub(super) fn toggle_removal(&mut self, at: usize) -> Option<Marked> {
        if self.row(at)?.is_new() {
            let row = self.rows.remove(at);
            self.undo.push(Undo::PutBack(at, row));
            return Some(Marked::Gone);
        }
        let row = self.rows.get_mut(at)?;
        self.undo.push(Undo::Restore(at, row.clone()));
        row.fate = match row.fate {
            Fate::Stays => Fate::Goes,
            Fate::Goes => Fate::Stays,
        };
        Some(if row.fate == Fate::Goes { Marked::Goes } else { Marked::Stays })
    }

    /// Remembers what a row was before it was edited, if the edit changed something.
    pub(super) fn edited(&mut self, at: usize, before: FormRow) {
        let Some(row) = self.row(at) else { return };
        let same = match (row.content(), before.content()) {
            (Some(now), Some(then)) => now.equals(then) && row.fate == before.fate,
            (Some(_) | None, None) | (None, Some(_)) => true,
        };
        if !same {
            self.undo.push(Undo::Restore(at, before));
        }
    }

    /// Ends the first edit of the row that was added last. Adding and filling it is one change, and a row that was
    /// left blank was never there.
    pub(super) fn filled(&mut self, at: usize) {
        if self.row(at).is_some_and(FormRow::is_blank)
            && let Some(undo) = self.undo.pop()
        {
            self.take_back(undo);
        }
    }

    /// Makes several changes that [`undo`](Self::undo) takes back at once.
    pub(super) fn together<T>(&mut self, changes: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.undo.len();
        let result = changes(self);
        let steps = self.undo.split_off(before);
        if !steps.is_empty() {
            self.undo.push(Undo::All(steps));
        }
        result
    }

    /// Takes the last change back and says which row it was about; `None` if there is none.
    pub(super) fn undo(&mut self) -> Option<usize> {
        let step = self.undo.pop()?;
        Some(self.take_back(step))
    }

    fn take_back(&mut self, step: Undo) -> usize {
        match step {
            Undo::Restore(at, before) => {
                if let Some(row) = self.rows.get_mut(at) {
                    *row = before;
                }
                at
            }
            Undo::TakeOut(at) => {
                if at < self.rows.len() {
                    self.rows.remove(at);
                }
                at
            }
            Undo::PutBack(at, row) => {
                self.rows.insert(at.min(self.rows.len()), row);
                at
            }
            Undo::All(steps) => steps.into_iter().rev().map(|step| self.take_back(step)).last().unwrap_or(0),
        }
    }

    /// The set that is to stand. Call it when there is no problem left.
    pub(super) fn to_set(&self, base: &Arc<LoadedSet>) -> NewSet {
        let mut secrets = Vec::new();
        let mut dropped = Vec::new();
        for row in &self.rows {
            match (&row.body, row.fate) {
                (Body::Open { now, .. }, Fate::Stays) => secrets.push(NewSecret {
                    name: SecretName::from_stored(now.name.clone()),
                    value: Arc::clone(&now.value),
                    description: now.description.clone(),
                }),
                (Body::Sealed { id, .. }, Fate::Goes) => dropped.push(*id),
                (Body::Open { .. }, Fate::Goes) | (Body::Sealed { .. }, Fate::Stays) => {}
            }
        }
        let drop_sealed = if dropped.is_empty() { DropSealed::Keep } else { DropSealed::Rows(dropped) };
        NewSet { secrets, base: Base::Loaded(Arc::clone(base)), drop_sealed, restores: None }
    }
}
