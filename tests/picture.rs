//! The picture of the README, taken from the program itself.
//!
//! `STRONGROOM_PICTURES=write cargo test --test picture` makes `assets/console.svg` again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails here")]

mod common;
#[path = "picture/svg.rs"]
mod svg;

use common::{TestEnv, terminal::Exit};
use std::num::NonZeroU16;
use std::path::Path;
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

#[test]
fn the_console_can_have_its_picture_taken() {
    if std::env::var_os("STRONGROOM_PICTURES").is_none_or(|wish| wish != "write") {
        return;
    }
    let env = TestEnv::new();
    let mut console = env.console(WIDTH, HEIGHT, ["demo"]);
    console.wait_for("Acme Corp");
    console.send("\r");
    console.wait_for("ada.");
    console.send("\r");
    console.wait_for("TLS_PRIVATE_KEY");
    console.send("jjj ");
    console.wait_for("hides in");
    let drawn = svg::draw(&console.full_screen(), "strongroom demo");
    console.send("q");
    assert_eq!(console.wait_exit(), Exit::Code(0));
    texts(&drawn);
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/console.svg"), drawn).unwrap();
}
