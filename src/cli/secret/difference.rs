//! A difference on paper: names and signs, never a value.

use super::super::output::Output;
use super::super::words;
use crate::error::Result;
use crate::store::{Change, Difference, Revision};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Prints `difference`. With `after` it was stored; without, it would be.
pub(in crate::cli) fn print(
    difference: &Difference,
    before: Revision,
    after: Option<Revision>,
    output: &Output,
) -> Result<()> {
    if output.wants_json() {
        let changes: Vec<Value> = difference.changes.iter().map(object).collect();
        return output.json(&json!({
            "dry_run": after.is_none(),
            "before": before.to_string(),
            "after": after.map(|revision| revision.to_string()),
            "changes": changes,
        }));
    }
    let mut text = String::new();
    let mut kept = 0;
    for change in &difference.changes {
        match change {
            Change::Kept(_) => kept += 1,
            other => line(&mut text, other),
        }
    }
    // Writing to a String cannot fail.
    if kept > 0 {
        let _ = writeln!(text, "= {}", words::unchanged(kept));
    }
    if difference.changes.is_empty() {
        let _ = writeln!(text, "= {}", words::STAYS_EMPTY);
    }
    output.answer(text)?;
    output.note(match (after, difference.is_empty()) {
        (None, _) => words::DRY_RUN,
        (Some(_), true) => words::NOTHING_TO_STORE,
        (Some(_), false) => words::STORED,
    });
    Ok(())
}

fn line(text: &mut String, change: &Change) {
    // Writing to a String cannot fail.
    let _ = match change {
        Change::Added(name) => writeln!(text, "+ {name}"),
        Change::Changed { name, value: true, description: false } => writeln!(text, "~ {name}  value"),
        Change::Changed { name, value: false, .. } => writeln!(text, "~ {name}  description"),
        Change::Changed { name, value: true, description: true } => writeln!(text, "~ {name}  {}", words::BOTH),
        Change::Renamed { from, to, description: false } => writeln!(text, "> {}", words::renamed(from, to)),
        Change::Renamed { from, to, description: true } => {
            writeln!(text, "> {}  description", words::renamed(from, to))
        }
        Change::Removed(name) => writeln!(text, "- {name}"),
        Change::Kept(name) => writeln!(text, "= {name}"),
        Change::SealedKept(name) => writeln!(text, "! {}", words::sealed_kept(name)),
        Change::SealedDropped(name) => writeln!(text, "- {}", words::sealed_deleted(name)),
    };
}

fn object(change: &Change) -> Value {
    match change {
        Change::Added(name) => json!({"change": "added", "name": name.as_str()}),
        Change::Changed { name, value, description } => {
            json!({"change": "changed", "name": name.as_str(), "value": value, "description": description})
        }
        Change::Renamed { from, to, description } => {
            json!({"change": "renamed", "from": from.as_str(), "name": to.as_str(), "description": description})
        }
        Change::Removed(name) => json!({"change": "removed", "name": name.as_str()}),
        Change::Kept(name) => json!({"change": "kept", "name": name.as_str()}),
        Change::SealedKept(name) => json!({"change": "sealed-kept", "name": name.as_str()}),
        Change::SealedDropped(name) => json!({"change": "sealed-dropped", "name": name.as_str()}),
    }
}
