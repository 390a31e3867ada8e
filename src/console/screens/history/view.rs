//! The history, drawn: a line a kept set, and below it what differs.

use super::super::super::screen::Look;
use super::super::super::widgets::{changes, frame, text};
use super::super::super::words;
use super::{Listing, State};
use crate::database::KeptSet;
use crate::secret::escape;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// The most lines of a difference.
const MOST: usize = 12;

pub(super) fn view(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let kept = state.kept();
    let note = format!("{}/{}", (state.scroll.selected() + 1).min(kept.len()), kept.len());
    let block = frame::boxed("History", &note, area.width, theme.accent, theme);
    let inner = block.inner(area);
    target.render_widget(block, area);
    let width = usize::from(inner.width);
    if kept.is_empty() {
        let said = text::wrap(&empty(state), width.saturating_sub(2));
        let mut lines: Vec<Line<'_>> = said.into_iter().map(|line| Line::from(format!(" {line}"))).collect();
        if let Listing::WithoutTables(script) = &state.listing {
            lines.push(Line::default());
            let script = script.lines().map(|line| text::fit(&format!(" {line}"), width, theme.plain).into_owned());
            lines.extend(script.map(|line| Line::from(Span::styled(line, theme.dim))));
        }
        target.render_widget(Paragraph::new(lines), inner);
        return;
    }
    let below = difference(state, width, look);
    let under = u16::try_from(below.len()).unwrap_or(inner.height).min(inner.height.saturating_mul(2) / 3);
    let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(under)]).areas(inner);
    let mut lines = Vec::new();
    if list.height > 3 {
        lines.push(Line::from(Span::styled(head(width, theme.plain), theme.dim)));
    }
    let height = usize::from(list.height).saturating_sub(lines.len());
    for at in state.scroll.window(kept.len(), height) {
        if let Some(set) = kept.get(at) {
            lines.push(row(state, set, at == state.scroll.selected(), width, look));
        }
    }
    target.render_widget(Paragraph::new(lines), list);
    target.render_widget(Paragraph::new(below), foot);
}

/// What stands where there is no kept set.
fn empty(state: &State) -> String {
    match &state.listing {
        Listing::Loading => "loading".to_owned(),
        Listing::Failed(error) => error.message.clone(),
        Listing::WithoutTables(_) => words::NO_HISTORY.to_owned(),
        Listing::Ready(_) => words::NOTHING_REPLACED.to_owned(),
    }
}

/// `2026-11-24 13:29` is enough to tell sets apart; the rest of the line is for who and why.
const TIME: usize = 16;
const COUNT: usize = 7;

fn head(width: usize, plain: bool) -> String {
    let line = format!(
        "   {} {} {} NOTE",
        text::pad("REPLACED (UTC)", TIME, plain),
        text::pad("BY", by(width), plain),
        text::pad("SECRETS", COUNT, plain)
    );
    text::fit(&line, width, plain).into_owned()
}

fn by(width: usize) -> usize {
    (width / 4).clamp(6, 24)
}

fn row(state: &State, set: &KeptSet, is_selected: bool, width: usize, look: &Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let pointer = if is_selected { theme.pointer() } else { " " };
    let mark = if state.marked == Some(set.id) { "*" } else { " " };
    let time = set.made_at.replace('T', " ");
    let line = format!(
        "{pointer}{mark} {} {} {} {}",
        text::pad(time.get(..TIME).unwrap_or(&time), TIME, theme.plain),
        text::pad(&escape::line(&set.operator), by(width), theme.plain),
        text::pad(&set.rows.to_string(), COUNT, theme.plain),
        escape::line(set.note.as_deref().unwrap_or_default())
    );
    let style = if is_selected { theme.selected } else { theme.text };
    Line::from(Span::styled(text::pad(&line, width, theme.plain), style))
}

fn difference(state: &State, width: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let rule = if theme.plain { "-" } else { "─" };
    let with = if state.marked.is_some() { words::MARKED_SET } else { words::STORED_SET };
    let title = format!(" {rule} against {with} ");
    let title = format!("{title}{}", rule.repeat(width.saturating_sub(text::width(&title) + 1)));
    let mut lines = vec![Line::from(Span::styled(text::fit(&title, width, theme.plain).into_owned(), theme.accent))];
    let say = |text: &str, style: Style| Line::from(Span::styled(format!(" {text}"), style));
    match state.difference() {
        None => lines.push(say("loading", theme.dim)),
        Some(difference) if difference.is_empty() => lines.push(say(words::SAYS_THE_SAME, theme.dim)),
        Some(difference) => {
            let shown = changes::listed(&difference, false);
            let more = shown.len().saturating_sub(MOST);
            lines.extend(shown.into_iter().take(MOST).map(|change| changes::line(change, false, width, look)));
            if more > 0 {
                lines.push(say(&words::and_more(more), theme.dim));
            }
        }
    }
    lines
}
