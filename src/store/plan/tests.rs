use super::super::sample::{named, open, sealed, secret};
use super::*;

fn ids(rows: &[i64]) -> Vec<RowId> {
    rows.iter().copied().map(RowId).collect()
}

fn inserted(plan: &Plan<'_>) -> Vec<String> {
    plan.insert.iter().map(|secret| secret.name.to_string()).collect()
}

#[test]
fn an_unchanged_row_stays_and_everything_else_is_deleted_and_inserted() {
    let standing = [open(1, "KEPT", "a", Some("d")), open(2, "CHANGED", "a", Some("")), open(3, "GONE", "a", Some(""))];
    let new = [secret("KEPT", "a", Some("d")), secret("CHANGED", "b", Some("")), secret("NEW", "c", None)];
    let plan = Plan::new(&standing, &new, &DropSealed::Keep).unwrap();
    assert_eq!(plan.delete, ids(&[2, 3]));
    assert_eq!(inserted(&plan), ["CHANGED", "NEW"]);
    assert!(plan.describe.is_empty());
}

#[test]
fn a_null_description_equals_the_empty_text_and_is_written_when_its_row_stays() {
    let standing = [open(7, "A", "a", None)];
    for description in [None, Some("")] {
        let new = [secret("A", "a", description)];
        let plan = Plan::new(&standing, &new, &DropSealed::Keep).unwrap();
        assert_eq!((plan.delete, plan.describe), (ids(&[]), ids(&[7])));
        assert!(plan.insert.is_empty());
    }
}

#[test]
fn of_two_rows_with_one_name_the_latest_that_is_unchanged_stays() {
    let standing = [open(1, "TWICE", "same", None), open(2, "TWICE", "same", None), open(3, "TWICE", "other", None)];
    let new = [secret("TWICE", "same", None)];
    let plan = Plan::new(&standing, &new, &DropSealed::Keep).unwrap();
    assert_eq!((plan.delete, plan.describe), (ids(&[1, 3]), ids(&[2])));
}

#[test]
fn a_name_may_stand_once() {
    let new = [secret("A", "1", None), secret("A", "2", None)];
    assert!(
        matches!(Plan::new(&[], &new, &DropSealed::Keep), Err(StoreError::DuplicateName(name)) if name == named("A"))
    );
}

#[test]
fn a_sealed_row_stays_and_guards_its_name() {
    let standing = [sealed(1, "OLD", "x")];
    assert!(Plan::new(&standing, &[], &DropSealed::Keep).unwrap().delete.is_empty());
    let new = [secret("OLD", "1", None)];
    assert!(matches!(Plan::new(&standing, &new, &DropSealed::Keep), Err(StoreError::SealedName(_))));
    let plan = Plan::new(&standing, &new, &DropSealed::All).unwrap();
    assert_eq!((plan.delete.as_slice(), inserted(&plan)), (ids(&[1]).as_slice(), vec!["OLD".to_owned()]));
}

#[test]
fn only_the_sealed_row_that_is_named_goes() {
    let standing = [sealed(1, "ONE", "x"), sealed(2, "TWO", "x"), open(3, "OPEN", "x", None)];
    let gone = |drop: DropSealed| Plan::new(&standing, &[secret("OPEN", "x", None)], &drop).map(|plan| plan.delete);
    assert_eq!(gone(DropSealed::Named(named("TWO"))).unwrap(), ids(&[2]));
    assert_eq!(gone(DropSealed::Rows(ids(&[1]))).unwrap(), ids(&[1]));
    assert!(matches!(gone(DropSealed::Named(named("OPEN"))), Err(StoreError::NotSealed(_))));
    assert!(matches!(gone(DropSealed::Rows(ids(&[3]))), Err(StoreError::NotSealed(_))));
}

#[test]
fn a_stored_name_that_no_set_may_hold_stays_but_is_never_written() {
    let standing = [open(1, "", "a", Some(""))];
    let kept = [secret("", "a", None)];
    assert!(Plan::new(&standing, &kept, &DropSealed::Keep).unwrap().delete.is_empty());
    let changed = [secret("", "b", None)];
    assert!(matches!(Plan::new(&standing, &changed, &DropSealed::Keep), Err(StoreError::Name(_))));
}
