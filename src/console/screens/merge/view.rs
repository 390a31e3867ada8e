//! The merge, drawn: a line a name, what each side made of it, and what stands in the end.

use super::super::super::screen::Look;
use super::super::super::widgets::{frame, text, value};
use super::super::super::words;
use super::State;
use crate::store::merge::{Entry, Outcome, Side, Version};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// Cells for what one side made of a name.
const SIDE: usize = 9;

/// The most rows of each of the three values.
const REVEALED: usize = 4;

pub(super) fn view(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let listed = state.listed();
    let conflicts = state.merge.conflicts().count();
    let by_itself = listed.len() - conflicts;
    let title = words::merge(state.undecided(), by_itself);
    let note = format!("{}/{}", (state.scroll.selected() + 1).min(listed.len()), listed.len());
    let block = frame::boxed(&title, &note, area.width, theme.warning, theme);
    let inner = block.inner(area);
    target.render_widget(block, area);
    let width = usize::from(inner.width);

    let below = revealed(state, &listed, width, look);
    let said = said(state, width, look);
    let under = u16::try_from(below.len() + said.len()).unwrap_or(inner.height).min(inner.height.saturating_sub(2));
    let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(under)]).areas(inner);
    let mut lines = Vec::new();
    if list.height > 3 {
        lines.push(Line::from(Span::styled(heads(width, theme.plain), theme.dim)));
    }
    let height = usize::from(list.height).saturating_sub(lines.len());
    for at in state.scroll.window(listed.len(), height) {
        if let Some(entry) = listed.get(at) {
            lines.push(row(state, entry, at == state.scroll.selected(), width, look));
        }
    }
    target.render_widget(Paragraph::new(lines), list);
    target.render_widget(Paragraph::new(below.into_iter().chain(said).collect::<Vec<_>>()), foot);
}

fn names(width: usize) -> usize {
    width.saturating_sub(2 * SIDE + 20).clamp(8, 40)
}

fn heads(width: usize, plain: bool) -> String {
    let heads = format!(
        "   {} {} {} STANDS",
        text::pad("NAME", names(width), plain),
        text::pad("THEIRS", SIDE, plain),
        text::pad("MINE", SIDE, plain)
    );
    text::fit(&heads, width, plain).into_owned()
}

/// What a side made of a name.
fn made(base: Option<&Version>, side: Option<&Version>) -> &'static str {
    match (base, side) {
        (None, None) => "",
        (Some(one), Some(other)) if one == other => "same",
        (Some(_), Some(_)) => "changed",
        (Some(_), None) => "removed",
        (None, Some(_)) => "added",
    }
}

fn row(state: &State, entry: &Entry, is_selected: bool, width: usize, look: &Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let chosen = state.chosen.get(&entry.name).copied();
    let (sign, style, stands): (&str, Style, &str) = match (entry.outcome(), chosen) {
        (Outcome::Conflict, None) => ("?", theme.bad, words::TO_DECIDE),
        (Outcome::Conflict, Some(Side::Theirs)) => ("!", theme.warning, "theirs, chosen"),
        (Outcome::Conflict, Some(Side::Mine)) => ("!", theme.warning, "mine, chosen"),
        (Outcome::One(Side::Theirs), _) => ("=", theme.text, "theirs"),
        (Outcome::One(Side::Mine), _) => ("=", theme.text, "mine"),
        (Outcome::Both | Outcome::Untouched, _) => ("=", theme.text, words::BOTH_THE_SAME),
    };
    let pointer = if is_selected { theme.pointer() } else { " " };
    let line = format!(
        "{pointer}{sign} {} {} {} {stands}",
        text::pad(&entry.name.to_string(), names(width), theme.plain),
        text::pad(made(entry.base.as_ref(), entry.theirs.as_ref()), SIDE, theme.plain),
        text::pad(made(entry.base.as_ref(), entry.mine.as_ref()), SIDE, theme.plain)
    );
    let style = if is_selected { style.patch(theme.marked) } else { style };
    Line::from(Span::styled(text::fit(&line, width, theme.plain).into_owned(), style))
}

/// The three values of the name under the cursor, while they are revealed.
fn revealed(state: &State, listed: &[&Entry], width: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let (Some(until), Some(entry)) = (state.revealed, listed.get(state.scroll.selected())) else { return Vec::new() };
    if until <= look.now {
        return Vec::new();
    }
    let sides = [("base", &entry.base), ("theirs", &entry.theirs), ("mine", &entry.mine)];
    let mut lines = Vec::new();
    for (side, version) in sides {
        let head = match version {
            None => format!(" {}", words::not_there(side)),
            Some(_) => format!(" {side}:"),
        };
        lines.push(Line::from(Span::styled(head, look.theme.accent)));
        if let Some(version) = version {
            let shown = value::lines(&version.value, width.saturating_sub(2)).into_iter().take(REVEALED);
            lines.extend(shown.map(|line| Line::from(Span::styled(format!("  {line}"), look.theme.revealed))));
        }
    }
    lines
}

fn said(state: &State, width: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let sentence = if state.undecided() == 0 { words::MERGE_DECIDED } else { words::MERGE_UNDECIDED };
    let wrapped = text::wrap(sentence, width.saturating_sub(2));
    wrapped.into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), look.theme.accent))).collect()
}
