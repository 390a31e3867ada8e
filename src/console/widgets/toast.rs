//! A sentence that goes by itself.

use super::super::effect::Toast;
use super::super::theme::Theme;
use super::{frame, text};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

/// The most lines that a toast takes.
const LINES: usize = 3;

/// Draws `toast` at the right end of the bottom of `area`, in a box where there is room for one.
pub fn draw(target: &mut Frame<'_>, area: Rect, toast: &Toast, theme: &Theme) {
    let sign = theme.sign(toast.tone);
    let sentence = format!("{sign} {}", text::spelled(&toast.text, theme.plain));
    let is_boxed = area.height >= 8 && area.width >= 24;
    let border: u16 = if is_boxed { 2 } else { 0 };
    let room = usize::from(area.width.saturating_sub(border + 2)).min(76);
    let mut lines = text::wrap(&sentence, room);
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            let cut = text::spelled(" …", theme.plain);
            *last = text::fit(&format!("{last}{cut}"), room, theme.plain).into_owned();
        }
    }
    let widest = lines.iter().map(|line| text::width(line)).max().unwrap_or_default();
    let width = u16::try_from(widest).unwrap_or(area.width).saturating_add(border + 2).min(area.width);
    let height = u16::try_from(lines.len()).unwrap_or(1).saturating_add(border).min(area.height);
    let place = Rect { x: area.right() - width, y: area.bottom() - height, width, height };
    let style = theme.tone(toast.tone);
    let lines: Vec<Line<'_>> =
        lines.into_iter().map(|line| Line::from(Span::styled(format!(" {line} "), style))).collect();
    target.render_widget(Clear, place);
    let paragraph = Paragraph::new(lines);
    let paragraph = if is_boxed { paragraph.block(frame::boxed("", "", 0, style, theme)) } else { paragraph };
    target.render_widget(paragraph, place);
}
