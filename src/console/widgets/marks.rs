//! Which letters of a text were looked for, and the text with those letters marked.
//!
//! Letters are counted as a reader sees them, by grapheme. A filter of what is at hand is fuzzy; what a database finds
//! holds the searched text in one piece.

use super::super::theme::Theme;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation as _;

/// A fuzzy filter: some letters, in their order. Words apart are looked for apart.
pub struct Fuzzy {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Fuzzy {
    /// A filter for what was typed; `None` where nothing was.
    pub fn new(search: &str) -> Option<Self> {
        let pattern = Pattern::parse(search, CaseMatching::Ignore, Normalization::Smart);
        (!search.is_empty()).then(|| Self { pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() })
    }

    /// How well `text` matches, the more the better; `None` if it does not.
    pub fn score(&mut self, text: &str) -> Option<u32> {
        self.pattern.score(Utf32Str::new(text, &mut self.buffer), &mut self.matcher)
    }

    /// The letters of `text` that match.
    pub fn letters(&mut self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        let text = Utf32Str::new(text, &mut self.buffer);
        if self.pattern.indices(text, &mut self.matcher, &mut found).is_none() {
            return Vec::new();
        }
        found.into_iter().filter_map(|at| usize::try_from(at).ok()).collect()
    }
}

/// The places of those of `entries` that match, the best first; of equal ones the order stays.
pub fn best<'t>(search: &str, entries: impl Iterator<Item = &'t str>) -> Vec<usize> {
    let Some(mut fuzzy) = Fuzzy::new(search) else { return (0..entries.count()).collect() };
    let mut found: Vec<(u32, usize)> =
        entries.enumerate().filter_map(|(at, text)| Some((fuzzy.score(text)?, at))).collect();
    found.sort_unstable_by_key(|&(score, at)| (std::cmp::Reverse(score), at));
    found.into_iter().map(|(_, at)| at).collect()
}

/// The letters of `text` that are the first occurrence of `search`, upper or lower case.
pub fn piece(search: &str, text: &str) -> Vec<usize> {
    let lower = |text: &str| text.graphemes(true).map(str::to_lowercase).collect::<Vec<_>>();
    let (wanted, text) = (lower(search), lower(text));
    if wanted.is_empty() {
        return Vec::new();
    }
    let at = text.windows(wanted.len()).position(|letters| letters == wanted);
    at.map(|at| (at..at + wanted.len()).collect()).unwrap_or_default()
}

/// `shown`, which is `text` cut or filled to its column, with the given letters of `text` marked as far as they are
/// there.
pub fn spans(text: &str, shown: &str, letters: &[usize], style: Style, theme: &Theme) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut run = (String::new(), false);
    let mut originals = text.graphemes(true);
    for (at, grapheme) in shown.graphemes(true).enumerate() {
        // Where the text is cut there is an ellipsis instead.
        let is_marked = originals.next() == Some(grapheme) && letters.contains(&at);
        if is_marked != run.1 && !run.0.is_empty() {
            spans.push(span(std::mem::take(&mut run.0), run.1, style, theme));
        }
        run.1 = is_marked;
        run.0.push_str(grapheme);
    }
    if !run.0.is_empty() {
        spans.push(span(run.0, run.1, style, theme));
    }
    spans
}

fn span(text: String, is_marked: bool, style: Style, theme: &Theme) -> Span<'static> {
    Span::styled(text, if is_marked { theme.letter(style) } else { style })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Modifier;

    fn marked(text: &str, shown: &str, letters: &[usize]) -> String {
        let theme = Theme::named("none", false);
        let spans = spans(text, shown, letters, theme.text, &theme);
        spans
            .iter()
            .map(|span| {
                let is_marked = span.style.add_modifier.contains(Modifier::UNDERLINED);
                if is_marked { format!("[{}]", span.content) } else { span.content.clone().into_owned() }
            })
            .collect()
    }

    #[test]
    fn the_letters_that_match_are_marked_as_far_as_they_are_in_view() {
        let letters = Fuzzy::new("ght").unwrap().letters("GITHUB_TOKEN");
        assert_eq!(marked("GITHUB_TOKEN", "GITHUB_TOKEN  ", &letters), "[G]IT[H]UB_[T]OKEN  ");
        assert_eq!(marked("GITHUB_TOKEN", "GITHU…", &letters), "[G]IT[H]U…");
        let piece = piece("acme", "dana@Acme.io");
        assert_eq!(marked("dana@Acme.io", "dana@Acme.io", &piece), "dana@[Acme].io");
    }

    #[test]
    fn the_best_come_first_and_equals_stay_in_their_order() {
        let names = ["SLOT_OLD_KEN", "TOKEN_B", "OTHER", "TOKEN_A"];
        assert_eq!(best("token", names.into_iter()), [1, 3, 0]);
        assert_eq!(best("tok", names.into_iter()).first(), Some(&1));
        assert_eq!(best("", names.into_iter()), [0, 1, 2, 3]);
        assert!(best("zzz", names.into_iter()).is_empty());
    }

    #[test]
    fn wide_and_combined_letters_count_as_one() {
        assert_eq!(piece("密", "ŠIFRA_秘密"), [7]);
        assert_eq!(marked("e\u{301}clair", "e\u{301}clair", &piece("cl", "e\u{301}clair")), "e\u{301}[cl]air");
        assert_eq!(Fuzzy::new("秘").unwrap().letters("ŠIFRA_秘密"), [6]);
    }

    proptest! {
        #[test]
        fn marking_neither_adds_nor_loses_a_letter(text in "\\PC{0,20}", search in "\\PC{0,4}", cells in 0_usize..24) {
            let theme = Theme::named("none", false);
            let shown = super::super::text::pad(&text, cells, false);
            let letters = Fuzzy::new(&search).map(|mut fuzzy| fuzzy.letters(&text)).unwrap_or_default();
            for letters in [letters, piece(&search, &text)] {
                let spans = spans(&text, &shown, &letters, theme.text, &theme);
                prop_assert_eq!(spans.iter().map(|span| &*span.content).collect::<String>(), shown.clone());
            }
        }

        #[test]
        fn what_is_filtered_is_what_is_marked(names in prop::collection::vec("[A-C_]{1,8}", 0..12), search in "[a-c]{1,3}") {
            let kept = best(&search, names.iter().map(String::as_str));
            let mut fuzzy = Fuzzy::new(&search).unwrap();
            for (at, name) in names.iter().enumerate() {
                let letters = fuzzy.letters(name);
                prop_assert_eq!(kept.contains(&at), letters.len() == search.len(), "{} in {}", &search, name);
            }
        }
    }
}
