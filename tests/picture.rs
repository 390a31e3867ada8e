//! The pictures of the README, taken from the program itself.
//!
//! `STRONGROOM_PICTURES=write cargo test --test picture` makes them again, in `assets`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails here")]

mod common;
#[allow(dead_code, reason = "the desk is shared with the tests of what the console does")]
#[path = "terminal/desk.rs"]
mod desk;
#[path = "picture/svg.rs"]
mod svg;

use common::{Terminal, TestEnv, terminal::Exit};
use desk::Desk;
use std::num::NonZeroU16;
use std::path::Path;
use std::time::Duration;
use vt100::{Parser, Screen};

const WIDTH: u16 = 120;
const HEIGHT: u16 = 30;

/// What a screen of two rows of ten shows after `output`.
fn screen(output: &[u8]) -> Screen {
    let cells = |count| NonZeroU16::new(count).unwrap();
    let mut parser = Parser::new(cells(2), cells(10), 0);
    parser.process(output);
    parser.screen().clone()
}

/// The texts of an SVG, as a reader of XML has them, title first. Panics if it is not well-formed.
fn texts(svg: &str) -> Vec<String> {
    let (mut open, mut texts) = (Vec::new(), Vec::new());
    for (text, tag) in svg.split('>').filter_map(|part| part.split_once('<')) {
        let text = unescape(text);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "an element ends that is not open");
            if matches!(name, "text" | "title") {
                texts.push(text);
            }
            continue;
        }
        assert_eq!(text.trim(), "", "text outside of a text element");
        assert_eq!(tag.matches('"').count() % 2, 0, "an attribute does not end: {tag}");
        if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
    }
    assert_eq!(open, [""; 0], "elements are left open");
    texts
}

fn unescape(text: &str) -> String {
    let mut parts = text.split('&');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        let (entity, rest) = part.split_once(';').unwrap();
        let character = match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            other => panic!("&{other}; is no entity of XML"),
        };
        format!("{text}{character}{rest}")
    })
}

#[test]
fn a_picture_is_well_formed_whatever_stands_on_the_screen() {
    let drawn = svg::draw(&screen(b"a<b>&\"c'\r\n</svg>&lt"), "\"demo\" <&>");
    let texts = texts(&drawn);
    assert_eq!(texts[..2], ["\"demo\" <&>", "\"demo\" <&>"]);
    assert_eq!(texts[2..], ["a<b>&\"c'", "</svg>&lt"]);
}

#[test]
fn a_picture_has_the_colours_of_its_cells() {
    let drawn = svg::draw(&screen(b"\x1b[31mred\x1b[0m \x1b[1;38;5;46;48;2;1;2;3mrgb\x1b[0m"), "colours");
    assert!(drawn.contains("fill=\"#e06c75\">red</text>"), "{drawn}");
    assert!(drawn.contains("fill=\"#00ff00\" font-weight=\"bold\">rgb</text>"), "{drawn}");
    assert!(drawn.contains("height=\"16.5\" fill=\"#010203\"/>"), "{drawn}");
}

#[test]
fn what_is_shown_in_reverse_swaps_its_colours() {
    let drawn = svg::draw(&screen(b"\x1b[7mx"), "reverse");
    assert!(drawn.contains("height=\"16.5\" fill=\"#d5d8df\"/>"), "{drawn}");
    assert!(drawn.contains("fill=\"#14161b\">x</text>"), "{drawn}");
}

#[test]
fn a_wide_character_takes_two_cells_and_shifts_nothing() {
    let drawn = svg::draw(&screen("ab鍵cd".as_bytes()), "wide");
    assert_eq!(texts(&drawn)[2..], ["ab", "鍵", "cd"]);
    assert!(drawn.contains("x=\"49.6\""), "the fifth cell begins where it would without: {drawn}");
}

/// Takes the picture of a screen that has come to rest.
fn take(console: &Terminal, name: &str, title: &str) {
    let mut before = String::new();
    while before != console.screen() {
        before = console.screen();
        std::thread::sleep(Duration::from_millis(100));
    }
    let drawn = svg::draw(&console.full_screen(), title);
    texts(&drawn);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(format!("{name}.svg"));
    std::fs::write(path, drawn).unwrap();
}

fn leave(mut console: Terminal) {
    console.send("\x03");
    console.send("y");
    assert_eq!(console.wait_exit(), Exit::Code(0));
}

/// The demo, on somebody's set.
fn demo(env: &TestEnv) -> Terminal {
    let mut console = env.console(WIDTH, HEIGHT, ["demo"]);
    console.wait_for("Acme Corp");
    console.send("\r");
    console.wait_for("ada.");
    console.send("\r");
    console.wait_for("TLS_PRIVATE_KEY");
    console
}

#[test]
fn the_console_can_have_its_pictures_taken() {
    if std::env::var_os("STRONGROOM_PICTURES").is_none_or(|wish| wish != "write") {
        return;
    }
    let env = TestEnv::new();
    let mut console = demo(&env);
    console.send("jjj ");
    console.wait_for("hides in");
    take(&console, "console", "strongroom demo");
    leave(console);
}

#[test]
fn the_form_and_its_review_can_have_their_pictures_taken() {
    if std::env::var_os("STRONGROOM_PICTURES").is_none_or(|wish| wish != "write") {
        return;
    }
    let env = TestEnv::new();
    let mut console = demo(&env);
    console.send("e");
    console.wait_for("ctrl-s review");
    console.send("jd");
    console.wait_for("1 change");
    console.send("ji\t");
    console.send("a-new-value");
    console.send("\x1b");
    console.wait_for("2 changes");
    console.send("aSENTRY_DSN\r");
    console.send("https://example.invalid/7\t");
    console.send("errors of the nightly job");
    console.wait_for("3 changes");
    take(&console, "form", "The form");
    console.send("\x13");
    console.wait_for("Review");
    take(&console, "review", "The review");
    console.send("\x1b");
    console.wait_gone("Review");
    leave(console);
}

#[test]
fn the_merge_can_have_its_picture_taken() {
    if std::env::var_os("STRONGROOM_PICTURES").is_none_or(|wish| wish != "write") {
        return;
    }
    let set = |github: &str, extra: &str| {
        format!(
            r#"{{"GITHUB_TOKEN": {{"secret": "{github}", "description": "CI pushes"}},
                "SLACK_WEBHOOK": {{"secret": "hook", "description": "alerts"}}{extra}}}"#
        )
    };
    let desk = Desk::with(&set("old", ""));
    let mut console = desk.edit(WIDTH, HEIGHT);
    console.send("i\tmine\x1b");
    console.wait_for("1 change");
    console.send("\x13");
    console.wait_for("1 changed");
    let theirs = set("theirs", r#", "DEPLOY_KEY": {"secret": "new", "description": "since this morning"}"#);
    desk.env.run_with_input(desk.on_set(&["import", "-"]), theirs).ok();
    console.send("\r");
    console.wait_for("Merge:");
    take(&console, "merge", "The merge");
    leave(console);
}

#[test]
fn the_rotation_can_have_its_picture_taken() {
    if std::env::var_os("STRONGROOM_PICTURES").is_none_or(|wish| wish != "write") {
        return;
    }
    let env = TestEnv::sqlite_tenant();
    let mut console = env.console(WIDTH, HEIGHT, [] as [&str; 0]);
    console.wait_for("Acme Corp");
    console.send("R");
    console.wait_for("step 1 of 7");
    console.wait_for("k-2024");
    take(&console, "rotation", "The rotation: what is under which key");
    leave(console);
}
