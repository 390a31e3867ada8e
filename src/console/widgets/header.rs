//! The first line: where one is, and in which database.

use super::super::message::Opened;
use super::super::theme::Theme;
use super::text;
use crate::database::Transport;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// How much of a key's id is shown.
const KEY_CELLS: usize = 8;

/// How much of the left side stays at least beside what is never left out.
const LEAST_PLACE: usize = 24;

/// Draws `title` at the left and the database at the right. Where both do not fit, the parts at the right go first.
pub fn draw(frame: &mut Frame<'_>, area: Rect, title: &str, opened: &Opened, notes: &[String], theme: &Theme) {
    let room = usize::from(area.width);
    let arrow = if theme.plain { ">" } else { "▸" };
    let place =
        if title.is_empty() { String::new() } else { format!(" {arrow} {}", text::spelled(title, theme.plain)) };
    let left = text::width(" Strongroom") + text::width(&place);
    let mut parts = parts(opened, theme);
    parts.extend(notes.iter().map(|text| Part { text: text.clone(), style: None, dispensable: 1 }));
    let right = |parts: &[Part]| parts.iter().map(|part| text::width(&part.text) + 3).sum::<usize>();
    while left + right(&parts) > room {
        let least = (0..parts.len()).max_by_key(|&at| parts.get(at).map_or(0, |part| part.dispensable));
        // What must be known before anything is done is worth more than the end of the place.
        let is_needed = least.and_then(|at| parts.get(at)).is_none_or(|part| part.dispensable == 0);
        if is_needed && right(&parts) + LEAST_PLACE <= room {
            break;
        }
        let Some(least) = least else { break };
        parts.remove(least);
    }
    let place_room = room.saturating_sub(text::width(" Strongroom") + right(&parts));
    let mut spans = vec![
        Span::styled(text::fit(" Strongroom", room, theme.plain).into_owned(), theme.accent),
        Span::styled(text::pad(&place, place_room, theme.plain), theme.text),
    ];
    for part in parts {
        spans.push(Span::raw("  "));
        spans.push(Span::styled(part.text, part.style.unwrap_or(theme.dim)));
        spans.push(Span::raw(" "));
    }
    frame.render_widget(Line::from(spans), area);
}

/// A part of the right side; the more dispensable, the sooner it goes.
struct Part {
    text: String,
    style: Option<Style>,
    dispensable: u8,
}

fn parts(opened: &Opened, theme: &Theme) -> Vec<Part> {
    let part = |text: String, dispensable| Part { text, style: None, dispensable };
    let mut parts = Vec::new();
    if let Some(profile) = &opened.profile {
        let text = format!(" {} ", crate::secret::escape::line(profile));
        parts.push(Part { text, style: Some(theme.profile(opened.colour)), dispensable: 0 });
    }
    if opened.about.read_only.is_some() {
        parts.push(Part { text: "read-only".to_owned(), style: Some(theme.warning), dispensable: 0 });
    }
    let location = &opened.about.location;
    let is_remote = opened.about.role.is_some();
    let file = if is_remote { location } else { location.rsplit('/').next().unwrap_or_default() };
    parts.push(part(file.to_owned(), 3));
    parts.push(part(opened.about.engine.clone(), 5));
    match opened.about.transport {
        Transport::Local => {}
        Transport::Tls => parts.push(part("TLS".to_owned(), 2)),
        Transport::Unverified { .. } => {
            parts.push(Part { text: "unverified".to_owned(), style: Some(theme.warning), dispensable: 0 });
        }
    }
    match &opened.key {
        Some(id) => {
            let id = crate::secret::escape::line(id);
            parts.push(part(format!("key {}", text::fit(&id, KEY_CELLS, theme.plain)), 4));
        }
        None => parts.push(Part { text: "no key".to_owned(), style: Some(theme.warning), dispensable: 2 }),
    }
    parts
}
