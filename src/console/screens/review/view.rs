//! The review, drawn: a line a change, and below it where the commit stands.

use super::super::super::screen::Look;
use super::super::super::theme::Theme;
use super::super::super::widgets::{changes, frame, text};
use super::super::super::words;
use super::{Phase, State};
use crate::secret::escape;
use crate::store::Change;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

pub(super) fn view(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let said = said(state, usize::from(area.width.saturating_sub(4)), theme);
    let listed = state.listed();
    let note = format!("{}/{}", (state.scroll.selected() + 1).min(listed.len()), listed.len());
    let block = frame::boxed(&summary(state), &note, area.width, theme.accent, theme);
    let inner = block.inner(area);
    target.render_widget(block, area);
    let below = u16::try_from(said.len()).unwrap_or(inner.height).min(inner.height.saturating_sub(1));
    let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(inner);

    let mut lines = Vec::new();
    for at in state.scroll.window(listed.len(), list.height.into()) {
        if let Some(change) = listed.get(at) {
            lines.push(changes::line(change, at == state.scroll.selected(), usize::from(list.width), look));
        }
    }
    if state.difference.is_empty() {
        lines.push(Line::from(format!(" {}", words::NOTHING_CHANGED)));
    }
    target.render_widget(Paragraph::new(lines), list);
    // Where not all of it fits, what is being typed is at its end.
    let hidden = match state.phase {
        Phase::Noting | Phase::Guarded(_) => said.len().saturating_sub(usize::from(below)),
        Phase::Reading | Phase::Committing | Phase::Meanwhile(_) | Phase::Failed(_) => 0,
    };
    target.render_widget(Paragraph::new(said.into_iter().skip(hidden).collect::<Vec<_>>()), foot);
}

/// `1 removed, 1 changed, 2 added, 5 unchanged`
fn summary(state: &State) -> String {
    let count = |wanted: fn(&Change) -> bool| state.difference.changes.iter().filter(|change| wanted(change)).count();
    let parts = [
        (count(|change| matches!(change, Change::Removed(_))), "removed"),
        (count(|change| matches!(change, Change::Changed { .. })), "changed"),
        (count(|change| matches!(change, Change::Renamed { .. })), "renamed"),
        (count(|change| matches!(change, Change::Added(_))), "added"),
        (count(|change| matches!(change, Change::SealedDropped(_))), "sealed deleted"),
        (count(|change| matches!(change, Change::SealedKept(_))), "sealed kept"),
        (count(|change| matches!(change, Change::Kept(_))), "unchanged"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    format!("Review: {}", if said.is_empty() { words::EMPTY_SET.to_owned() } else { said.join(", ") })
}

/// Where the commit stands, and what can be done.
fn said(state: &State, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut say = |sentence: &str, style: Style| {
        lines.extend(
            text::wrap(sentence, width).into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), style))),
        );
    };
    match &state.phase {
        Phase::Reading if state.difference.is_empty() => say(words::NOTHING_CHANGED_KEYS, theme.accent),
        Phase::Reading => {
            if !state.note.is_empty() {
                say(&format!("Note: {}", escape::line(&state.note)), theme.text);
            }
            say(words::REVIEW_KEYS, theme.accent);
        }
        Phase::Noting => {
            say(words::NOTE_QUESTION, theme.accent);
            say(&format!("> {}", escape::line(&state.note)), theme.text);
        }
        Phase::Guarded(typed) => {
            let word = state.guard.as_deref().unwrap_or_default();
            say(&words::guarded(word), theme.warning);
            say(&format!("> {}", escape::line(typed)), theme.text);
        }
        Phase::Committing => say(words::COMMITTING, theme.accent),
        Phase::Meanwhile(_) => say(words::STORED_MEANWHILE, theme.warning),
        Phase::Failed(error) => {
            say(&words::not_committed(&error.message), theme.bad);
            for hint in &error.hints {
                say(hint, theme.text);
            }
            say(words::STILL_IN_THE_FORM, theme.accent);
        }
    }
    lines
}
