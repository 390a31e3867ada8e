//! Pastes of `NAME=value` lines, which become rows.

use super::model::Model;
use super::row::{Content, Fate};
use crate::console::words;
use crate::secret::Secret;
use crate::secret::dotenv::{self, Assignment, DotenvError};
use crate::store::json::{Description, Incoming};
use std::sync::Arc;

/// What a paste did to the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pasted {
    pub(super) added: usize,
    pub(super) replaced: usize,
    /// The last row that it touched.
    pub(super) last: usize,
}

impl Pasted {
    /// What happened, as a sentence.
    pub(super) fn sentence(self) -> String {
        words::pasted(self.added, self.replaced)
    }
}

/// Reads a paste as assignments; empty if it says nothing.
///
/// # Errors
/// The first line that is none.
pub(super) fn read(text: &Secret) -> Result<Vec<Incoming>, DotenvError> {
    let lines = dotenv::parse(text.expose())?;
    let secret = |line: Assignment| Incoming { name: line.name, value: line.value, description: Description::Unsaid };
    Ok(lines.into_iter().map(secret).collect())
}

/// Whether a paste into a name is meant as rows: it holds more than one line, or an assignment.
pub(super) fn is_rows(text: &Secret) -> bool {
    text.expose().trim_end().contains(['\n', '='])
}

/// Whether a paste into a description is meant as rows: it holds more than one line.
pub(super) fn is_lines(text: &Secret) -> bool {
    text.expose().trim_end().contains('\n')
}

/// Turns assignments into rows; the value of a name that is there is replaced. One undo takes all of it back.
pub(super) fn apply(model: &mut Model, secrets: Vec<Incoming>) -> Pasted {
    model.together(|model| {
        let mut pasted = Pasted { added: 0, replaced: 0, last: 0 };
        // A name that the paste has twice becomes two rows, so that neither value is lost unseen.
        let mut used = Vec::new();
        for Incoming { name, value, description } in secrets {
            let value = Arc::new(value);
            let description = match description {
                Description::Text(text) => Some(Arc::new(text)),
                Description::None | Description::Unsaid => None,
            };
            let standing = model.rows().iter().enumerate().position(|(at, row)| {
                row.content().is_some_and(|now| now.name == name.as_str()) && !used.contains(&at)
            });
            if let Some(at) = standing {
                replace(model, at, value, description);
                used.push(at);
                pasted.replaced += 1;
                pasted.last = at;
            } else {
                let at = model.rows().len();
                model.add(at, Content { name: name.as_str().to_owned(), value, description });
                used.push(at);
                pasted.added += 1;
                pasted.last = at;
            }
        }
        pasted
    })
}

fn replace(model: &mut Model, at: usize, value: Arc<Secret>, description: Option<Arc<Secret>>) {
    let Some(row) = model.row_mut(at) else { return };
    let before = row.clone();
    row.fate = Fate::Stays;
    if let Some(now) = row.content_mut() {
        // The same value again changes nothing.
        if now.value != value {
            now.value = value;
        }
        if description.is_some() {
            now.description = description;
        }
    }
    model.edited(at, before);
}
