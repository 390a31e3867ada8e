//! How the form looks.

use super::*;

const TLS: &str = "-----BEGIN KEY-----\n\tCANARY-5e0c\nZm9vYmFyYmF6\n-----END KEY-----\n";

fn desk() -> Desk {
    Desk::new(vec![
        open(1, "GITHUB_TOKEN", CANARY, Some("CI pushes")),
        open(2, "SLACK_WEBHOOK", CANARY, Some("alerts channel")),
        open(3, "TLS_KEY", TLS, None),
        open(4, "STRIPE_KEY", CANARY, Some("live payments, ask Dana first")),
        sealed(5, "OLD_TOKEN"),
    ])
}

/// The same picture at every size that matters.
#[track_caller]
fn assert_pictures(name: &str, desk: &Desk) {
    for (width, height) in [(120, 28), (80, 22), (40, 8)] {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), desk.picture(width, height));
    }
}

fn assert_masked(desk: &Desk) {
    for (width, height) in [(120, 28), (80, 22), (40, 8)] {
        assert!(!desk.picture(width, height).contains("CANARY"));
    }
}

#[test]
fn a_list_with_every_kind_of_change_is_masked() {
    let mut desk = desk();
    desk.keys("enter tab").write("CANARY").keys("esc j d a").write("NPM_TOKEN").keys("tab").write("CANARY").keys("esc");
    assert_masked(&desk);
    assert_pictures("list", &desk);
}

#[test]
fn an_empty_set_says_what_to_do() {
    assert_pictures("empty", &Desk::new(Vec::new()));
}

#[test]
fn a_value_that_is_typed_unseen_is_masked() {
    let mut desk = desk();
    desk.keys("enter tab");
    assert_masked(&desk);
    assert_pictures("masked", &desk);
    desk.write("CANARY");
    assert_masked(&desk);
    assert_pictures("typed", &desk);
}

#[test]
fn a_value_of_several_lines_is_revealed_to_edit() {
    let mut desk = desk();
    desk.keys("j j enter tab ctrl-r");
    assert_pictures("revealed", &desk);
}

#[test]
fn a_value_that_cannot_be_edited_in_place_is_shown_as_escapes() {
    let mut desk = Desk::new(vec![open(1, "ODD", "a\rb\0\u{1b}[2J\u{202e}", None)]);
    desk.keys("enter tab ctrl-r");
    assert_pictures("escaped", &desk);
}

#[test]
fn a_problem_stands_on_its_row_and_in_a_sentence() {
    let mut desk = desk();
    desk.keys("D enter ctrl-u").write("GITHUB_TOKEN");
    assert_pictures("problem_writing", &desk);
    desk.keys("esc");
    assert_pictures("problem", &desk);
    desk.keys("enter ctrl-u").write("2nd-token").keys("esc");
    assert_pictures("warning", &desk);
}

#[test]
fn leaving_with_changes_asks() {
    let mut desk = desk();
    desk.keys("d d d esc");
    assert_pictures("leaving", &desk);
}

#[test]
fn a_sealed_row_says_what_can_be_done() {
    let mut desk = desk();
    desk.keys("G");
    assert_pictures("sealed", &desk);
}

#[test]
fn hostile_names_and_descriptions_are_escaped_and_wide_ones_cut_to_fit() {
    let desk = Desk::new(vec![
        open(1, "evil\u{1b}[31m\u{202e}name", "x", Some("line one\nline two\u{7}")),
        open(
            2,
            "日本語の秘密の名前がとても長いのでここで切れます",
            "x",
            Some("説明もとても長いので切れますよね、きっとどこかで必ず"),
        ),
        open(3, "e\u{301}tude", "x", Some("👩\u{200d}🔧 tools")),
        open(4, "", "x", None),
    ]);
    assert_pictures("hostile", &desk);
}

#[test]
fn a_plain_screen_is_ascii() {
    let mut desk = Desk::new(vec![open(1, "A", "a\nb", None), sealed(2, "LOCKED")]);
    let theme = Theme::named("none", true);
    for keys in ["", "enter tab", "ctrl-r", "esc D enter ctrl-u", "esc esc"] {
        desk.keys(keys);
        for (width, height) in [(120, 28), (80, 22), (40, 8)] {
            assert!(desk.drawn(width, height, &theme).is_ascii(), "{keys}");
        }
    }
}

#[test]
fn any_size_can_be_drawn() {
    let mut desk = desk();
    for keys in ["", "enter tab", "ctrl-r", "tab", "esc G", "d esc"] {
        desk.keys(keys);
        for width in [1, 2, 3, 5, 12, 20, 39, 60, 80, 99, 100, 200] {
            for height in 1..32 {
                desk.picture(width, height);
            }
        }
    }
}
