//! A box with a title: what a column or a dialog stands in.

use super::super::theme::Theme;
use super::text;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Padding};

/// A box in the style `border`, to be given a title.
pub fn edges<'b>(border: Style, theme: &Theme) -> Block<'b> {
    if theme.plain {
        // Nothing but text, for whoever has the screen read out; the room that the lines would take stays empty, and the
        // title stands in that of the upper one.
        return Block::new().padding(Padding::new(1, 1, 0, 1)).title_style(border);
    }
    Block::new().borders(Borders::ALL).border_style(border).border_type(BorderType::Rounded)
}

/// A box around `width` cells in the style `border`, with a title at the left and a note at the right of its top.
pub fn boxed<'b>(title: &str, note: &str, width: u16, border: Style, theme: &Theme) -> Block<'b> {
    let room = usize::from(width).saturating_sub(4);
    let note_room = text::width(note) + 2;
    let note_fits = !note.is_empty() && text::width(title) + note_room < room;
    let block = if title.is_empty() {
        let block = edges(border, theme);
        if theme.plain { block.padding(Padding::uniform(1)) } else { block }
    } else {
        edges(border, theme).title_top(Line::from(Span::raw(format!(" {} ", text::fit(title, room, theme.plain)))))
    };
    if note_fits { block.title_top(Line::from(format!(" {note} ")).right_aligned()) } else { block }
}
