use super::*;
use crate::config::theme::{Background, SHIPPED, read};
use std::path::Path;

/// The sixteen colours of xterm.
const XTERM: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

fn rgb(colour: Color) -> (u8, u8, u8) {
    let named = |at: usize| XTERM.get(at).copied().unwrap();
    match colour {
        Color::Rgb(red, green, blue) => (red, green, blue),
        Color::Indexed(at @ 0..16) => named(usize::from(at)),
        Color::Indexed(at @ 16..232) => {
            let step = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            (step((at - 16) / 36), step((at - 16) / 6 % 6), step((at - 16) % 6))
        }
        Color::Indexed(at) => (8 + 10 * (at - 232), 8 + 10 * (at - 232), 8 + 10 * (at - 232)),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::DarkGray => named(8),
        other => panic!("{other:?} is in no theme"),
    }
}

/// The contrast of two colours, from 1 to 21: <https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio>.
fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let light = |(red, green, blue)| 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_theme_can_be_read_on_its_background() {
    for (name, _) in SHIPPED {
        let file = read(name, Path::new("/nowhere")).unwrap();
        let theme = Theme::of(&file, false).unwrap();
        let grounds: &[(u8, u8, u8)] = match file.background {
            Background::Any => &[(0, 0, 0)],
            Background::Dark => &[(0, 0, 0), (40, 44, 52)],
            Background::Light => &[(255, 255, 255), (250, 244, 227)],
        };
        let Theme { text, dim, accent, selected, marked, good, warning, bad, revealed, .. } = theme;
        for (style, what) in [
            (text, "text"),
            (dim, "dim"),
            (accent, "accent"),
            (selected, "selected"),
            (marked, "marked"),
            (good, "good"),
            (warning, "warning"),
            (bad, "bad"),
            (revealed, "revealed"),
        ] {
            let least = match (name, what) {
                ("high-contrast", _) => 7.0,
                // The terminal's own colours are its owner's choice.
                (_, "dim") | ("sixteen", _) => 3.0,
                _ => 4.5,
            };
            for ground in grounds {
                let Some(colour) = style.fg else { continue };
                let found = contrast(rgb(colour), *ground);
                assert!(found >= least, "{name}: {what} on {ground:?}: {found:.1}");
            }
        }
    }
}

#[test]
fn only_the_theme_without_colours_has_none_and_every_tone_has_a_sign_of_its_own() {
    for (name, _) in SHIPPED {
        assert_eq!(Theme::named(name, false).has_colours(), name != "none", "{name}");
        for plain in [false, true] {
            let theme = Theme::named(name, plain);
            let signs = [Tone::Good, Tone::Info, Tone::Warning, Tone::Bad].map(|tone| theme.sign(tone));
            let distinct: std::collections::BTreeSet<_> = signs.iter().collect();
            assert_eq!(distinct.len(), signs.len());
        }
    }
}

#[test]
fn a_word_that_means_nothing_is_named() {
    assert_eq!(style("cyan blinking").unwrap_err(), "blinking is neither a colour nor a way to write");
}
