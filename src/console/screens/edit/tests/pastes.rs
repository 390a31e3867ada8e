//! What a paste does, by where it lands.

use super::*;

fn desk() -> Desk {
    Desk::new(vec![open(1, "A", "one", Some("first")), open(2, "B", "two", None), sealed(3, "LOCKED")])
}

#[test]
fn lines_pasted_into_the_list_become_rows_and_one_undo_takes_them_back() {
    let mut desk = desk();
    let said = toasted(desk.paste("# two\nA=1\nexport C='x\ny'\nD=\"a\\tb\"\n"));
    assert_eq!(said, "2 rows added, 1 value replaced from the paste");
    assert_eq!(desk.names(), ["A", "B", "LOCKED", "C", "D"]);
    assert_eq!((desk.value(0), desk.value(3), desk.value(4)), ("1".into(), "x\ny".into(), "a\tb".into()));
    desk.keys("u");
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
    assert_eq!(desk.value(0), "one");
    assert!(!desk.form.has_changes());
}

#[test]
fn pasting_the_name_of_a_removed_row_keeps_the_row() {
    let mut desk = desk();
    desk.keys("d");
    desk.paste("A=1");
    let new = desk.reviewed();
    assert_eq!((new.secrets.len(), new.secrets[0].value.expose()), (2, "1"));
    assert!(new.secrets[0].description.is_some());
}

#[test]
fn a_name_that_a_paste_has_twice_becomes_two_rows_to_choose_from() {
    let mut desk = desk();
    desk.paste("A=1\nA=2");
    assert_eq!(desk.names(), ["A", "B", "LOCKED", "A"]);
    assert!(toasted(desk.key("ctrl-s")).contains("stands twice"));
}

#[test]
fn anything_else_pasted_into_the_list_is_refused_and_quoted_nowhere() {
    let mut desk = desk();
    let said = toasted(desk.paste(CANARY));
    assert_eq!(said, "NAME=value lines can be pasted here; line 1: NAME=value is expected");
    assert_eq!(toasted(desk.paste("# nothing")), "the paste holds no NAME=value lines");
    assert!(!desk.form.has_changes());
}

#[test]
fn a_value_takes_a_paste_as_it_is() {
    let mut desk = desk();
    desk.keys("enter tab");
    assert!(desk.paste("A=1\n\tB=2\u{1b}\n").is_empty());
    desk.keys("esc");
    assert_eq!(desk.value(0), "A=1\n\tB=2\u{1b}\n");
}

#[test]
fn a_name_takes_one_visible_line() {
    let mut desk = desk();
    desk.keys("enter ctrl-u");
    assert!(desk.paste("TOKEN").is_empty());
    assert!(toasted(desk.paste("x\u{202e}y")).contains("nothing was pasted"));
    assert!(toasted(desk.paste("x\ny")).contains("nothing was pasted"));
    assert_eq!(desk.names()[0], "TOKEN");
}

#[test]
fn an_assignment_pasted_into_the_name_of_a_new_row_becomes_a_row() {
    let mut desk = desk();
    desk.keys("a");
    assert_eq!(toasted(desk.paste("C=3")), "1 row added from the paste");
    assert_eq!(desk.names(), ["A", "B", "LOCKED", "C"]);
    assert!(!desk.form.takes_text());
}

#[test]
fn lines_pasted_into_a_description_become_rows() {
    let mut desk = desk();
    desk.keys("enter shift-tab");
    desk.paste("C=3\nD=4");
    assert_eq!(desk.names(), ["A", "B", "LOCKED", "C", "D"]);
    desk.keys("g enter shift-tab");
    assert!(toasted(desk.paste("not\nlines")).contains("nothing was pasted"));
}

#[test]
fn a_paste_under_the_question_does_nothing() {
    let mut desk = desk();
    desk.keys("d esc");
    assert!(desk.paste("C=3").is_empty());
    assert_eq!(desk.names(), ["A", "B", "LOCKED"]);
}
