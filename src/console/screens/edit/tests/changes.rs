//! What changes, what does not, and the way back.

use super::*;
use crate::store::{Base, Change, Difference, DropSealed};
use proptest::prelude::*;

fn desk() -> Desk {
    Desk::new(vec![open(1, "A", "one", None), open(2, "B", "two", Some("second")), sealed(3, "LOCKED")])
}

fn difference(desk: &mut Desk) -> Vec<Change> {
    let new = desk.reviewed();
    let all = Difference::between(&desk.set, &new.secrets, &new.drop_sealed).changes;
    all.into_iter().filter(|change| !matches!(change, Change::Kept(_) | Change::SealedKept(_))).collect()
}

fn named(name: &str) -> SecretName {
    SecretName::from_stored(name.to_owned())
}

#[test]
fn a_form_without_changes_has_nothing_to_review_and_leaves_at_once() {
    let mut desk = desk();
    assert_eq!(toasted(desk.key("ctrl-s")), "there are no changes to review");
    assert!(matches!(desk.key("esc")[..], [Action::Pop]));
}

#[test]
fn a_row_is_renamed_and_the_undo_gives_the_name_back() {
    let mut desk = desk();
    desk.keys("enter").write("2").keys("esc");
    assert_eq!(difference(&mut desk), [Change::Renamed { from: named("A"), to: named("A2"), description: false }]);
    desk.keys("u");
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
    assert!(!desk.form.has_changes());
}

#[test]
fn a_row_is_added_below_the_chosen_one_and_the_undo_takes_it_out() {
    let mut desk = desk();
    desk.keys("a").write("NEW").keys("enter").write("x").keys("enter").write("y").keys("tab").write("hi").keys("enter");
    assert_eq!(desk.names(), ["A", "NEW", "B", "LOCKED"]);
    assert_eq!(desk.value(1), "x\ny");
    assert_eq!(difference(&mut desk), [Change::Added(named("NEW"))]);
    desk.keys("u");
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
    assert_eq!(toasted(desk.key("u")), "there is nothing to undo");
}

#[test]
fn a_row_that_was_added_and_left_blank_is_not_there() {
    let mut desk = desk();
    desk.keys("a tab tab esc");
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
    assert!(!desk.form.has_changes());
}

#[test]
fn a_row_that_was_emptied_stays_until_it_is_removed() {
    let mut desk = desk();
    desk.keys("a").write("NEW").keys("esc enter ctrl-u esc");
    assert_eq!(toasted(desk.key("ctrl-s")), "a secret needs a name");
    desk.keys("enter esc");
    assert_eq!(desk.names(), ["A", "", "B", "LOCKED"]);
    desk.keys("u");
    assert_eq!(desk.names(), ["A", "NEW", "B", "LOCKED"]);
    desk.keys("u");
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
}

#[test]
fn a_row_is_duplicated_under_a_free_name() {
    let mut desk = desk();
    desk.keys("D k D");
    assert_eq!(desk.names(), ["A", "A_COPY2", "A_COPY", "B", "LOCKED"]);
    let new = desk.reviewed();
    assert!(Arc::ptr_eq(&new.secrets[0].value, &new.secrets[1].value));
    desk.keys("u u");
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
}

#[test]
fn a_row_is_marked_and_unmarked_for_removal() {
    let mut desk = desk();
    desk.keys("d");
    assert_eq!(difference(&mut desk), [Change::Removed(named("A"))]);
    desk.keys("g d");
    assert!(!desk.form.has_changes());
    desk.keys("g d u");
    assert!(!desk.form.has_changes());
}

#[test]
fn a_row_that_was_added_is_removed_at_once_and_the_undo_gives_it_back() {
    let mut desk = desk();
    desk.keys("a").write("NEW").keys("esc d");
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
    desk.keys("u");
    assert_eq!(desk.names(), ["A", "NEW", "B", "LOCKED"]);
}

#[test]
fn a_sealed_row_can_be_removed_and_nothing_else() {
    let mut desk = desk();
    desk.keys("G");
    assert!(toasted(desk.key("enter")).contains("no known key opens this row"));
    assert!(toasted(desk.key("D")).contains("no known key opens this row"));
    desk.keys("d");
    let new = desk.reviewed();
    assert_eq!(new.drop_sealed, DropSealed::Rows(vec![RowId(3)]));
    assert!(matches!(new.base, Base::Loaded(base) if Arc::ptr_eq(&base, &desk.set)));
}

#[test]
fn a_value_is_replaced_unseen_and_the_undo_gives_the_loaded_one_back() {
    let mut desk = desk();
    desk.keys("enter tab").write("new").keys("esc");
    assert_eq!(desk.value(0), "new");
    desk.keys("u");
    let now = Arc::clone(&desk.form.model.row(0).unwrap().content().unwrap().value);
    let loaded = desk.set.open_rows().next().unwrap();
    assert!(Arc::ptr_eq(&now, &loaded.value));
}

#[test]
fn a_revealed_value_is_edited_in_place_and_keeps_its_line_ends() {
    let mut desk = Desk::new(vec![open(1, "A", "one\r\n\ttwo", None)]);
    desk.keys("enter tab ctrl-r").write("X").keys("enter tab esc");
    assert_eq!(desk.value(0), "X\r\none\r\n\ttwo");
}

#[test]
fn a_description_that_is_not_there_stays_so_until_something_is_written() {
    let mut desk = desk();
    desk.keys("enter tab tab esc d k d");
    assert!(desk.form.model.row(0).unwrap().content().unwrap().description.is_none());
    desk.keys("g enter shift-tab").write("why").keys("esc");
    let expected = Change::Changed { name: named("A"), value: false, description: true };
    assert!(difference(&mut desk).contains(&expected));
}

#[test]
fn ctrl_s_inside_a_row_takes_along_what_was_just_typed() {
    let mut desk = desk();
    desk.keys("enter tab").write("new");
    assert!(desk.form.takes_text() && desk.form.has_changes());
    let new = desk.reviewed();
    assert_eq!(new.secrets[0].value.expose(), "new");
}

#[test]
fn what_blocks_a_commit_is_named_and_chosen() {
    let mut desk = desk();
    desk.keys("enter ctrl-u").write("B").keys("esc G");
    assert_eq!(toasted(desk.key("ctrl-s")), "B: this name stands twice: rename or remove one");
    assert_eq!(desk.form.chosen, 0);
    desk.keys("enter ctrl-u esc");
    assert_eq!(toasted(desk.key("ctrl-s")), "a secret needs a name");
    desk.keys("enter").write("LOCKED").keys("esc");
    assert_eq!(toasted(desk.key("ctrl-s")), "LOCKED: a sealed row has this name: take another");
    desk.keys("G d");
    assert_eq!(desk.reviewed().secrets[0].name, named("LOCKED"));
}

#[test]
fn two_stored_rows_of_one_name_wait_for_one_to_be_renamed_or_removed() {
    let mut desk = Desk::new(vec![open(1, "A", "one", None), open(2, "A", "two", None)]);
    assert!(toasted(desk.key("ctrl-s")).contains("stands twice"));
    desk.keys("d");
    assert_eq!(desk.reviewed().secrets.len(), 1);
}

#[test]
fn leaving_with_changes_asks_first() {
    let mut desk = desk();
    desk.keys("d esc");
    assert!(desk.key("x").is_empty());
    assert!(desk.key("n").is_empty());
    desk.keys("esc");
    assert!(matches!(desk.key("ctrl-s")[..], [Action::Review(_)]));
    desk.keys("esc");
    assert!(matches!(desk.key("y")[..], [Action::Pop]));
}

#[test]
fn hiding_masks_what_was_revealed_and_keeps_what_was_typed() {
    let mut desk = Desk::new(vec![open(1, "A", CANARY, None)]);
    desk.keys("enter tab ctrl-r");
    assert!(desk.picture(80, 22).contains(CANARY));
    desk.send(Event::Hide);
    assert!(!desk.picture(80, 22).contains(CANARY));
    desk.keys("ctrl-r").write("x");
    desk.send(Event::Hide);
    desk.keys("esc");
    assert_eq!(desk.value(0), format!("x{CANARY}"));
}

proptest! {
    #[test]
    fn editing_one_value_changes_no_byte_of_another(
        values in prop::collection::vec("(?s)[a-z\t\r\n\0\u{202e}\u{1b}é]{0,10}", 1..6),
        at in 0_usize..6,
        reveal: bool,
        typed in "[a-z]{1,4}",
    ) {
        let at = at % values.len();
        let rows = values.iter().zip(1..).map(|(value, id)| open(id, &format!("N{id}"), value, Some("why")));
        let mut desk = Desk::new(rows.collect());
        for _ in 0..at {
            desk.keys("j");
        }
        desk.keys("enter tab").keys(if reveal { "ctrl-r" } else { "" }).write(&typed).keys("tab tab tab esc");
        // Every other row is looked at as well.
        for _ in 0..values.len() {
            desk.keys("k");
        }
        for row in 0..values.len() {
            if row != at {
                desk.keys("enter tab ctrl-r end tab tab tab ctrl-r esc");
            }
            desk.keys("j");
        }
        prop_assert!(desk.form.has_changes() || desk.value(at) == values[at]);
        if desk.form.has_changes() {
            let new = desk.reviewed();
            for (row, (after, before)) in new.secrets.iter().zip(desk.set.open_rows()).enumerate() {
                prop_assert_eq!(Arc::ptr_eq(&after.value, &before.value), row != at);
                prop_assert_eq!(&after.description, &before.description);
                prop_assert_eq!(&after.name, &before.name);
            }
        }
    }
}
