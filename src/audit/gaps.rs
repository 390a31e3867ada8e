//! Where somebody who keeps no trail stored a set: between the revision that one commit left and the one that the next
//! commit found. A rotation encrypts every set anew: what it changed between its two records is nobody's write.

use super::Action;
use crate::database::TrailRow;
use std::collections::HashMap;

/// How the record of a rotation's beginning begins.
pub const ROTATION_BEGINS: &str = "begun:";

/// For each record whether it is a commit over another revision than the last recorded commit of its set left.
pub fn foreign_writes(rows: &[TrailRow]) -> Vec<bool> {
    let mut last: HashMap<(Option<&str>, Option<&str>), &str> = HashMap::new();
    let mut gaps = Vec::with_capacity(rows.len());
    let mut rotates = false;
    for row in rows {
        if row.action == Action::Rotate.word() {
            rotates = row.detail.as_deref().is_some_and(|detail| detail.starts_with(ROTATION_BEGINS));
            last.clear();
        }
        let set = (row.org.as_deref(), row.user.as_deref());
        let is_commit = [Action::Commit, Action::Restore].iter().any(|action| action.word() == row.action);
        let left = last.get(&set).copied();
        gaps.push(
            is_commit && !rotates && left.is_some_and(|left| row.before.as_deref().is_some_and(|found| found != left)),
        );
        if let (Some(after), true) = (row.after.as_deref(), is_commit) {
            last.insert(set, after);
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(seq: i64, before: &str, after: &str) -> TrailRow {
        TrailRow {
            seq,
            at: String::new(),
            operator: String::new(),
            action: "commit".to_owned(),
            org: Some("o".to_owned()),
            user: Some("u".to_owned()),
            names: Vec::new(),
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
            detail: None,
            db_user: None,
            db_address: None,
            mac: String::new(),
        }
    }

    #[test]
    fn a_commit_over_another_revision_than_the_last_one_is_a_foreign_write() {
        let rows = [commit(1, "a", "b"), commit(2, "b", "c"), commit(3, "x", "d")];
        assert_eq!(foreign_writes(&rows), [false, false, true]);
    }
}
