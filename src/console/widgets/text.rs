//! Text in a given number of cells. Everything here takes text that is escaped already.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// How many cells `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` with the signs that we put into it, in ASCII where only that is drawn.
pub fn spelled(text: &str, plain: bool) -> Cow<'_, str> {
    if !plain || text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('▸', ">").replace('…', "..."))
}

/// `text` in at most `cells` cells; what does not fit ends in an ellipsis, `...` where only ASCII is drawn.
pub fn fit(text: &str, cells: usize, plain: bool) -> Cow<'_, str> {
    if text.width() <= cells {
        return Cow::Borrowed(text);
    }
    let ellipsis = if plain { "..." } else { "…" };
    let room = cells.saturating_sub(ellipsis.width());
    let mut shown = prefix(text, room).to_owned();
    shown.push_str(prefix(ellipsis, cells));
    Cow::Owned(shown)
}

/// `text` in exactly `cells` cells.
pub fn pad(text: &str, cells: usize, plain: bool) -> String {
    let fitted = fit(text, cells, plain);
    let missing = cells.saturating_sub(fitted.width());
    format!("{fitted}{}", " ".repeat(missing))
}

/// The longest beginning of `text` that takes at most `cells` cells, without cutting a character that a reader sees.
pub fn prefix(text: &str, cells: usize) -> &str {
    let mut taken = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        taken += grapheme.width();
        if taken > cells {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// `text` in lines of at most `cells` cells, broken between words where that is possible.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let gap = usize::from(!line.is_empty());
        if line.width() + gap + word.width() <= cells {
            line.push_str(if gap == 1 { " " } else { "" });
            line.push_str(word);
            continue;
        }
        let mut rest = word;
        let room = cells.saturating_sub(line.width() + 1);
        if !line.is_empty() {
            // A word that no line holds begins where the last one ended.
            if word.width() > cells {
                let fits = prefix(rest, room);
                line.push_str(if fits.is_empty() { "" } else { " " });
                line.push_str(fits);
                rest = rest.get(fits.len()..).unwrap_or_default();
            }
            lines.push(std::mem::take(&mut line));
        }
        while rest.width() > cells {
            let fits = prefix(rest, cells);
            // A character wider than the line stands alone on it, rather than being looped over for ever.
            let fits = if fits.is_empty() { rest.graphemes(true).next().unwrap_or(rest) } else { fits };
            lines.push(fits.to_owned());
            rest = rest.get(fits.len()..).unwrap_or_default();
        }
        line.push_str(rest);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(fit("hello", 5, false), "hello");
        assert_eq!(fit("hello", 4, false), "hel…");
        assert_eq!(fit("hello", 4, true), "h...");
        assert_eq!(fit("hello", 0, false), "");
    }

    #[test]
    fn wide_and_combined_characters_are_never_cut() {
        assert_eq!(fit("漢字漢字", 5, false), "漢字…");
        assert_eq!(pad("漢字漢字", 6, false), "漢字… ");
        assert_eq!(prefix("e\u{301}e\u{301}", 1), "e\u{301}");
    }

    #[test]
    fn lines_break_between_words_and_inside_those_that_are_too_long() {
        assert_eq!(wrap("the old set still stands", 9), ["the old", "set still", "stands"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("x abcdefgh", 5), ["x abc", "defgh"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("漢字", 1), ["漢", "字", ""]);
    }
}
