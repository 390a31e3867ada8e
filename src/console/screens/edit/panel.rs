//! The boxes of the form.

use crate::console::screen::Look;
use crate::console::widgets::frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

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
    let mut spans = vec![Span::raw(" ")];
    spans.extend(title);
    spans.push(Span::raw(" "));
    frame::edges(style, look.theme).title_top(Line::from(spans))
}
