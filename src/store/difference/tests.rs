use super::super::sample::{named, open, sealed, secret, set};
use super::*;

fn between(before: &LoadedSet, after: &[NewSecret]) -> Vec<Change> {
    Difference::between(before, after, &DropSealed::Keep).changes
}

#[test]
fn each_kind_of_change_is_told_apart() {
    let before = set(vec![
        open(1, "KEPT", "a", None),
        open(2, "VALUE", "a", Some("d")),
        open(3, "TEXT", "a", Some("d")),
        open(4, "OLD_NAME", "unique", Some("d")),
        open(5, "GONE", "z", None),
        sealed(6, "SEALED", "x"),
    ]);
    let after = [
        secret("KEPT", "a", Some("")),
        secret("VALUE", "b", Some("d")),
        secret("TEXT", "a", Some("e")),
        secret("NEW_NAME", "unique", Some("e")),
        secret("ADDED", "y", None),
    ];
    assert_eq!(
        between(&before, &after),
        [
            Change::Kept(named("KEPT")),
            Change::Changed { name: named("VALUE"), value: true, description: false },
            Change::Changed { name: named("TEXT"), value: false, description: true },
            Change::Renamed { from: named("OLD_NAME"), to: named("NEW_NAME"), description: true },
            Change::Added(named("ADDED")),
            Change::Removed(named("GONE")),
            Change::SealedKept(named("SEALED")),
        ]
    );
}

#[test]
fn an_equal_value_is_no_rename_while_its_old_name_stays_or_is_empty() {
    let before = set(vec![open(1, "A", "v", None), open(2, "EMPTY", "", None)]);
    let after = [secret("A", "v", None), secret("COPY", "v", None), secret("BLANK", "", None)];
    assert_eq!(
        between(&before, &after),
        [
            Change::Kept(named("A")),
            Change::Added(named("COPY")),
            Change::Added(named("BLANK")),
            Change::Removed(named("EMPTY"))
        ]
    );
}

#[test]
fn one_row_is_the_origin_of_one_rename() {
    let before = set(vec![open(1, "A", "v", None)]);
    let after = [secret("B", "v", None), secret("C", "v", None)];
    assert_eq!(
        between(&before, &after),
        [Change::Renamed { from: named("A"), to: named("B"), description: false }, Change::Added(named("C"))]
    );
}

#[test]
fn the_older_of_two_rows_with_one_name_is_shown_as_removed() {
    let before = set(vec![open(1, "TWICE", "old", None), open(2, "TWICE", "new", None)]);
    assert_eq!(
        between(&before, &[secret("TWICE", "new", None)]),
        [Change::Kept(named("TWICE")), Change::Removed(named("TWICE"))]
    );
}

#[test]
fn only_what_an_operator_could_see_counts_as_a_change() {
    let before = set(vec![open(1, "A", "v", None), sealed(2, "S", "x")]);
    let same = [secret("A", "v", None)];
    assert!(Difference::between(&before, &same, &DropSealed::Keep).is_empty());
    assert!(!Difference::between(&before, &same, &DropSealed::All).is_empty());
}
