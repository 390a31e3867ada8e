use super::super::sample::{open, secret, set};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A set as plainly as it can be: name and value, of which there are few, so that they meet.
type Plain = BTreeMap<u8, u8>;

fn secrets(plain: &Plain) -> Vec<NewSecret> {
    plain.iter().map(|(name, value)| secret(&format!("N{name}"), &value.to_string(), None)).collect()
}

fn loaded(plain: &Plain) -> LoadedSet {
    let rows = plain.iter().zip(1..).map(|((name, value), id)| open(id, &format!("N{name}"), &value.to_string(), None));
    set(rows.collect())
}

fn merge(base: &Plain, theirs: &Plain, mine: &Plain) -> Merge {
    Merge::new(&secrets(base), &loaded(theirs), &secrets(mine))
}

fn plain(secrets: &[NewSecret]) -> Plain {
    let number = |text: &str| text.parse().unwrap();
    secrets.iter().map(|one| (number(&one.name.as_str()[1..]), number(one.value.expose()))).collect()
}

/// What a merge is, said a second time and differently: a name's set of claims about it.
fn reference(base: &Plain, theirs: &Plain, mine: &Plain, side: Side) -> Plain {
    let mut merged = Plain::new();
    for name in base.keys().chain(theirs.keys()).chain(mine.keys()) {
        let mut claims: Vec<Option<&u8>> = vec![theirs.get(name), mine.get(name)];
        claims.retain(|claim| *claim != base.get(name));
        claims.dedup();
        let winner = match claims[..] {
            [] => base.get(name),
            [only] => only,
            _ => {
                if side == Side::Theirs {
                    theirs.get(name)
                } else {
                    mine.get(name)
                }
            }
        };
        merged.extend(winner.map(|value| (*name, *value)));
    }
    merged
}

fn any_set() -> impl Strategy<Value = Plain> {
    proptest::collection::btree_map(0_u8..6, 0_u8..3, 0..6)
}

proptest! {
    #[test]
    fn it_is_what_the_reference_says(base in any_set(), theirs in any_set(), mine in any_set()) {
        for side in [Side::Theirs, Side::Mine] {
            let merged = merge(&base, &theirs, &mine).resolve(|_| Some(side)).unwrap();
            prop_assert_eq!(plain(&merged), reference(&base, &theirs, &mine, side));
        }
    }

    #[test]
    fn no_name_is_lost_that_neither_side_removed(base in any_set(), theirs in any_set(), mine in any_set()) {
        let merged = plain(&merge(&base, &theirs, &mine).resolve(|_| Some(Side::Theirs)).unwrap());
        for name in base.keys() {
            if theirs.contains_key(name) && mine.contains_key(name) {
                prop_assert!(merged.contains_key(name));
            }
        }
    }

    #[test]
    fn it_does_not_matter_which_side_is_which(base in any_set(), one in any_set(), other in any_set()) {
        let (there, back) = (merge(&base, &one, &other), merge(&base, &other, &one));
        prop_assert_eq!(there.conflicts().count(), back.conflicts().count());
        let there = there.resolve(|_| Some(Side::Mine)).unwrap();
        let back = back.resolve(|_| Some(Side::Theirs)).unwrap();
        prop_assert_eq!(plain(&there), plain(&back));
    }

    #[test]
    fn merging_what_was_merged_changes_nothing(base in any_set(), theirs in any_set(), mine in any_set()) {
        let merged = plain(&merge(&base, &theirs, &mine).resolve(|_| Some(Side::Mine)).unwrap());
        let again = merge(&theirs, &theirs, &merged);
        prop_assert_eq!(again.conflicts().count(), 0);
        prop_assert_eq!(plain(&again.resolve(|_| None).unwrap()), merged.clone());
        let same = merge(&base, &merged, &merged);
        prop_assert_eq!(same.conflicts().count(), 0);
        prop_assert_eq!(plain(&same.resolve(|_| None).unwrap()), merged);
    }

    #[test]
    fn a_conflict_is_never_decided_silently(base in any_set(), theirs in any_set(), mine in any_set()) {
        let merge = merge(&base, &theirs, &mine);
        let undecided = merge.resolve(|_| None).err().unwrap_or_default();
        prop_assert_eq!(undecided.len(), merge.conflicts().count());
    }
}

#[test]
fn a_removal_against_a_change_is_a_conflict_and_two_equal_changes_are_none() {
    let base = Plain::from([(1, 0), (2, 0), (3, 0)]);
    let theirs = Plain::from([(1, 1), (2, 1)]);
    let mine = Plain::from([(2, 1), (3, 0)]);
    let merge = merge(&base, &theirs, &mine);
    let outcome = |name: &str| merge.entries.iter().find(|entry| entry.name.as_str() == name).unwrap().outcome();
    assert_eq!(outcome("N1"), Outcome::Conflict);
    assert_eq!(outcome("N2"), Outcome::Both);
    assert_eq!(outcome("N3"), Outcome::One(Side::Theirs));
}

#[test]
fn a_description_counts_and_a_missing_one_is_empty() {
    let base = [secret("A", "1", None)];
    let theirs = set(vec![open(1, "A", "1", Some(""))]);
    let mine = [secret("A", "1", Some("new"))];
    let merge = Merge::new(&base, &theirs, &mine);
    assert_eq!(merge.entries[0].outcome(), Outcome::One(Side::Mine));
}
