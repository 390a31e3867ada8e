//! Boxes and columns.

use crate::console::screen::Look;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Borders for terminals that cannot draw lines.
const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Whether the keys go there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Attention {
    Here,
    Elsewhere,
}

/// A box with a title.
pub(super) fn panel<'t>(title: Vec<Span<'t>>, attention: Attention, look: &Look<'_>) -> Block<'t> {
    let style = match attention {
        Attention::Here => look.theme.accent,
        Attention::Elsewhere => look.theme.dim,
    };
    let set = if look.theme.plain { ASCII } else { border::ROUNDED };
    let mut spans = vec![Span::raw(" ")];
    spans.extend(title);
    spans.push(Span::raw(" "));
    Block::bordered().border_set(set).border_style(style).title_top(Line::from(spans))
}

/// `text` in exactly `width` cells: padded, or cut and marked as cut.
pub(super) fn fit(text: &str, width: usize, look: &Look<'_>) -> String {
    let taken = text.width();
    if taken <= width {
        return format!("{text}{}", " ".repeat(width - taken));
    }
    let cut = if look.theme.plain { "~" } else { "…" };
    let mut shown = String::new();
    let mut used = cut.width();
    for grapheme in text.graphemes(true) {
        if used + grapheme.width() > width {
            break;
        }
        used += grapheme.width();
        shown.push_str(grapheme);
    }
    shown.push_str(cut);
    shown.push_str(&" ".repeat(width.saturating_sub(used)));
    shown
}
