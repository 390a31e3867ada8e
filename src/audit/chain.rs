//! The chain: how a record is sealed, and what is wrong with a trail.

use crate::cipher::mac::{MacKey, Tag, same_tag};
use crate::database::{TrailHead, TrailRow};
use data_encoding::HEXLOWER;

/// Puts the MAC on `row`, which follows `head`, and makes the head that follows.
pub(super) fn seal(key: &MacKey, head: &TrailHead, row: TrailRow) -> (TrailRow, TrailHead) {
    let mac = HEXLOWER.encode(&mac(key, &head.mac, &row));
    let next = TrailHead { count: row.seq, tag: HEXLOWER.encode(&tag(key, row.seq, &mac)), mac: mac.clone() };
    (TrailRow { mac, ..row }, next)
}

/// Over the MAC of the record before, and everything that this one says, as a JSON array.
fn mac(key: &MacKey, before: &str, row: &TrailRow) -> Tag {
    let said = serde_json::json!([
        row.seq,
        row.at,
        row.operator,
        row.action,
        row.org,
        row.user,
        row.names,
        row.before,
        row.after,
        row.detail,
        row.db_user,
        row.db_address
    ]);
    key.tag(&[b"record", before.as_bytes(), said.to_string().as_bytes()])
}

fn tag(key: &MacKey, count: i64, mac: &str) -> Tag {
    key.tag(&[b"head", &count.to_be_bytes(), mac.as_bytes()])
}

/// Whether `head` was made with `key`.
pub(super) fn made(key: &MacKey, head: &TrailHead) -> bool {
    is(&head.tag, &tag(key, head.count, &head.mac))
}

fn is(hex: &str, tag: &Tag) -> bool {
    HEXLOWER
        .decode(hex.as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .is_some_and(|had: Tag| same_tag(&had, tag))
}

/// What [`super::Trail::verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How many records there are.
    pub records: usize,
    /// The first thing that is wrong.
    pub finding: Option<Finding>,
}

/// What is wrong with a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// This is not the record that was written there: it was edited, or one before it was removed or moved.
    Record(i64),
    /// A record is missing, or stands elsewhere: this number was expected.
    Missing(i64),
    /// The head is not one that was written.
    Head,
    /// The head says that there were so many records: the tail was cut.
    Cut(i64),
    /// This machine has seen so many records, the last of them another one: the trail was rolled back.
    RolledBack(i64),
}

impl Finding {
    /// A sentence on it, without a full stop.
    pub fn sentence(&self) -> String {
        match self {
            Self::Record(seq) => format!("record {seq} is not the one that was written"),
            Self::Missing(seq) => format!("record {seq} is missing, or stands elsewhere"),
            Self::Head => "the head is not one that was written".to_owned(),
            Self::Cut(count) => format!("the tail is cut: there were {count} records"),
            Self::RolledBack(count) => {
                format!("this machine has seen {count} records, and the last of them is no longer there: rolled back")
            }
        }
    }
}

/// Looks at every record, at the head, and at the head that was `seen` last.
pub(super) fn verify(key: &MacKey, rows: &[TrailRow], head: &TrailHead, seen: Option<&TrailHead>) -> Verdict {
    Verdict { records: rows.len(), finding: find(key, rows, head, seen) }
}

fn find(key: &MacKey, rows: &[TrailRow], head: &TrailHead, seen: Option<&TrailHead>) -> Option<Finding> {
    let mut before = "";
    for (row, expected) in rows.iter().zip(1..) {
        if row.seq != expected {
            return Some(Finding::Missing(expected));
        }
        if !is(&row.mac, &mac(key, before, row)) {
            return Some(Finding::Record(row.seq));
        }
        before = &row.mac;
    }
    let is_begun = head.count > 0 || !rows.is_empty();
    if is_begun && !made(key, head) {
        return Some(Finding::Head);
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if head.count > count {
        return Some(Finding::Cut(head.count));
    }
    if head.count < count || head.mac != before {
        return Some(Finding::Head);
    }
    let seen = seen.filter(|seen| seen.count > 0)?;
    let at = usize::try_from(seen.count - 1).ok()?;
    match rows.get(at) {
        Some(row) if row.mac == seen.mac => None,
        Some(_) | None => Some(Finding::RolledBack(seen.count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(key: &MacKey, count: i64) -> (Vec<TrailRow>, TrailHead) {
        let (mut rows, mut head) = (Vec::new(), TrailHead::default());
        for seq in 1..=count {
            let row = TrailRow {
                seq,
                at: "2026-11-24T00:00:00Z".to_owned(),
                operator: "ann@here".to_owned(),
                action: "reveal".to_owned(),
                org: None,
                user: None,
                names: vec![format!("N{seq}")],
                before: None,
                after: None,
                detail: None,
                db_user: None,
                db_address: None,
                mac: String::new(),
            };
            let (row, next) = seal(key, &head, row);
            rows.push(row);
            head = next;
        }
        (rows, head)
    }

    #[test]
    fn a_trail_that_nobody_touched_is_sound() {
        let key = MacKey::random().unwrap();
        for count in [0, 1, 5] {
            let (rows, head) = trail(&key, count);
            assert_eq!(verify(&key, &rows, &head, Some(&head)).finding, None, "{count}");
        }
    }

    #[test]
    fn each_kind_of_change_names_the_first_bad_record() {
        let key = MacKey::random().unwrap();
        let (rows, head) = trail(&key, 5);
        let found = |rows: &[TrailRow], head: &TrailHead| verify(&key, rows, head, None).finding;

        let mut edited = rows.clone();
        edited[2].operator = "ben@here".to_owned();
        assert_eq!(found(&edited, &head), Some(Finding::Record(3)));

        let mut removed = rows.clone();
        removed.remove(1);
        assert_eq!(found(&removed, &head), Some(Finding::Missing(2)));
        for (row, seq) in removed.iter_mut().zip(1..) {
            row.seq = seq;
        }
        assert_eq!(found(&removed, &head), Some(Finding::Record(2)));

        let mut swapped = rows.clone();
        swapped.swap(1, 3);
        assert_eq!(found(&swapped, &head), Some(Finding::Missing(2)));

        assert_eq!(found(&rows[..3], &head), Some(Finding::Cut(5)));
        let forged = TrailHead { count: 3, mac: rows[2].mac.clone(), tag: head.tag.clone() };
        assert_eq!(found(&rows[..3], &forged), Some(Finding::Head));
    }

    #[test]
    fn a_trail_that_was_rolled_back_with_its_head_is_found_by_whoever_saw_more() {
        let key = MacKey::random().unwrap();
        let (_, seen) = trail(&key, 5);
        let (rows, head) = trail(&key, 3);
        assert_eq!(verify(&key, &rows, &head, None).finding, None);
        assert_eq!(verify(&key, &rows, &head, Some(&seen)).finding, Some(Finding::RolledBack(5)));
    }

    #[test]
    fn another_key_opens_nothing() {
        let (rows, head) = trail(&MacKey::random().unwrap(), 2);
        assert_eq!(verify(&MacKey::random().unwrap(), &rows, &head, None).finding, Some(Finding::Record(1)));
    }
}
