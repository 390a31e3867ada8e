//! A question in the middle of the screen.

use super::super::theme::Theme;
use super::{frame, text};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Dialog<'d> {
    /// What it is about.
    pub title: &'d str,
    /// The question, escaped.
    pub text: &'d str,
    /// The keys that answer it: `y leave, n stay`.
    pub choices: &'d str,
}

/// Draws `dialog` over the middle of `area`.
pub fn draw(target: &mut Frame<'_>, area: Rect, dialog: &Dialog<'_>, theme: &Theme) {
    let width = area.width.min(62);
    let room = usize::from(width.saturating_sub(4));
    let mut lines: Vec<Line<'_>> =
        text::wrap(dialog.text, room).into_iter().map(|line| Line::from(format!(" {line}"))).collect();
    lines.push(Line::default());
    lines.extend(
        text::wrap(dialog.choices, room)
            .into_iter()
            .map(|line| Line::from(Span::styled(format!(" {line}"), theme.accent))),
    );
    let height = u16::try_from(lines.len()).unwrap_or(area.height).saturating_add(2).min(area.height);
    let place = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    target.render_widget(Clear, place);
    let block = frame::boxed(dialog.title, "", width, theme.warning, theme);
    target.render_widget(Paragraph::new(lines).block(block), place);
}
