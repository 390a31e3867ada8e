//! The last line: what can be done here.

use super::super::keymap::Hint;
use super::super::theme::Theme;
use super::super::words;
use super::text;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Draws as many of `hints` as fit, in their order; where some do not, it says how to see them, and the way out stays.
pub fn draw(frame: &mut Frame<'_>, area: Rect, hints: &[Hint], theme: &Theme) {
    let room = usize::from(area.width).saturating_sub(1);
    let apart = if theme.plain { " | " } else { " · " };
    let shown: Vec<(String, &'static str)> = hints
        .iter()
        .filter(|hint| !hint.label.is_empty())
        .filter_map(|hint| hint.keys.first().map(|key| (name(key, theme), hint.label)))
        .collect();
    let cells = |(key, label): &(String, &'static str)| text::width(key) + 1 + text::width(label) + text::width(apart);
    let more = (name("?", theme), "more");
    let all: usize = shown.iter().map(cells).sum();
    let is_cut = all > room + text::width(apart);
    let is_way_out = |(key, _): &(String, &'static str)| key == "esc";
    let out = shown.iter().find(|hint| is_way_out(hint)).map_or(0, cells);
    let mut left = if is_cut { (room + text::width(apart)).saturating_sub(cells(&more) + out) } else { all };
    let mut spans = vec![Span::raw(" ")];
    let mut push = |(key, label): (String, &'static str)| {
        if spans.len() > 1 {
            spans.push(Span::styled(apart, theme.dim));
        }
        spans.push(Span::styled(key, theme.accent));
        spans.push(Span::styled(format!(" {label}"), theme.dim));
    };
    let mut is_full = false;
    for hint in shown {
        let cost = if is_cut && is_way_out(&hint) { 0 } else { cells(&hint) };
        is_full |= cost > left;
        if !is_full || cost == 0 {
            left = left.saturating_sub(cost);
            push(hint);
        }
    }
    if is_cut {
        push(more);
    }
    frame.render_widget(Line::from(spans), area);
}

/// Draws how long the database has been silent, and the way out.
pub fn waiting(frame: &mut Frame<'_>, area: Rect, seconds: u64, theme: &Theme) {
    const TURNS: [&str; 4] = ["◐", "◓", "◑", "◒"];
    const PLAIN_TURNS: [&str; 4] = ["|", "/", "-", "\\"];
    let turns = if theme.plain { PLAIN_TURNS } else { TURNS };
    let turn = usize::try_from(seconds % 4).ok().and_then(|at| turns.get(at)).copied().unwrap_or_default();
    let whole = words::waiting(seconds);
    // The way out must not be what is cut.
    let said = if usize::from(area.width) < text::width(&whole) + 18 { words::waiting_briefly(seconds) } else { whole };
    let line = Line::from(vec![
        Span::styled(format!(" {turn} {said}"), theme.warning),
        Span::styled(if theme.plain { " | " } else { " · " }, theme.dim),
        Span::styled("esc", theme.accent),
        Span::styled(" give up", theme.dim),
    ]);
    frame.render_widget(line, area);
}

/// Draws a sentence that must not be missed in the place of the keys.
pub fn warning(frame: &mut Frame<'_>, area: Rect, sentence: &str, theme: &Theme) {
    frame.render_widget(Line::from(Span::styled(format!(" {sentence}"), theme.warning)), area);
}

/// A key as it is drawn.
pub fn name(key: &str, theme: &Theme) -> String {
    if theme.plain {
        return key.to_owned();
    }
    match key {
        "up" => "↑".to_owned(),
        "down" => "↓".to_owned(),
        "left" => "←".to_owned(),
        "right" => "→".to_owned(),
        other => other.to_owned(),
    }
}
