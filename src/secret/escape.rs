//! Text of customers, made safe for a terminal.
//!
//! Control characters could drive the terminal and bidirectional ones could make a line read as another; both are
//! shown as visible escapes and never sent. Everything else, wide and combining characters included, passes.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether `character` may reach a terminal as it is.
///
/// Refused are the control characters (Unicode category Cc), the line and paragraph separators, and everything that
/// reorders text or is invisible: the bidirectional controls of UAX #9, zero-width characters but the joiners that
/// emoji and Indic scripts need, the byte-order mark, interlinear annotations and the tag characters.
pub fn is_safe(character: char) -> bool {
    !(character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'))
}

/// `text` on one line: what is not [safe](is_safe) becomes `\n`, `\t`, `\r`, `\0` or `\u{…}`.
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        push(&mut shown, character);
    }
    Cow::Owned(shown)
}

/// Appends `character` to `shown`, escaped if it is not [safe](is_safe).
pub fn push(shown: &mut String, character: char) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        '\0' => shown.push_str("\\0"),
        safe if is_safe(safe) => shown.push(safe),
        other => {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_become_visible() {
        assert_eq!(line("evil \u{1b}[31morg\u{202e}"), "evil \\u{1b}[31morg\\u{202e}");
        assert_eq!(line("a\r\n\tb\0"), "a\\r\\n\\tb\\0");
        assert_eq!(line("\u{9b}2J\u{7f}"), "\\u{9b}2J\\u{7f}");
    }

    #[test]
    fn everyday_text_passes_as_it_is() {
        for text in ["Ünïcode & Söhne GmbH", "日本語", "e\u{301}", "👩\u{200d}🔧", "a\\nb"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text));
        }
    }
}
