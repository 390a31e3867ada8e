//! A box with a title: what a column or a dialog stands in.

use super::super::theme::Theme;
use super::text;
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders};

/// Borders of ASCII alone.
const PLAIN: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// A box in the style `border`, without a title.
pub fn edges<'b>(border: Style, theme: &Theme) -> Block<'b> {
    let block = Block::new().borders(Borders::ALL).border_style(border);
    if theme.plain { block.border_set(PLAIN) } else { block.border_type(BorderType::Rounded) }
}

/// A box around `width` cells in the style `border`, with a title at the left and a note at the right of its top.
pub fn boxed<'b>(title: &str, note: &str, width: u16, border: Style, theme: &Theme) -> Block<'b> {
    let room = usize::from(width).saturating_sub(4);
    let note_room = text::width(note) + 2;
    let note_fits = !note.is_empty() && text::width(title) + note_room < room;
    let block = if title.is_empty() {
        edges(border, theme)
    } else {
        edges(border, theme).title_top(Line::from(Span::raw(format!(" {} ", text::fit(title, room, theme.plain)))))
    };
    if note_fits { block.title_top(Line::from(format!(" {note} ")).right_aligned()) } else { block }
}
