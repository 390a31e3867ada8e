//! The form, drawn: the rows, and below them the row that is being written into.

use super::row::{Body, FormRow, Mark};
use super::validate::{Problem, problems};
use super::writing::{Focus, Writing};
use super::{Mode, State};
use crate::console::screen::Look;
use crate::console::theme::Theme;
use crate::console::widgets::dialog::{self, Dialog};
use crate::console::widgets::secret_field::{FieldState, shown_line};
use crate::console::widgets::{frame, text};
use crate::secret::escape;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// Cells of the value column: a mask and a sign.
const VALUE: usize = 15;

/// From this height on the rows stay in view while one of them is written into.
const TALL: u16 = 16;

/// Rows of the box of the row that is being written into, where the terminal is tall.
const PANE: u16 = 11;

/// Cells of the names of the fields.
const LABEL: u16 = 13;

pub(super) fn draw(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let problems = problems(state.model.rows());
    match &state.mode {
        Mode::Writing(writing) => {
            let below = if area.height >= TALL { PANE } else { area.height };
            let [list, pane] = Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(area);
            if !list.is_empty() {
                rows(state, &problems, target, list, look);
            }
            self::pane(state, writing, problems.get(state.chosen).copied().flatten(), target, pane, look);
        }
        Mode::List | Mode::Leaving => rows(state, &problems, target, area, look),
    }
    if let Mode::Leaving = state.mode {
        let text = match state.model.changes() {
            1 => "One change is not stored. Leave, and give it up?".to_owned(),
            count => format!("{count} changes are not stored. Leave, and give them up?"),
        };
        let dialog = Dialog { title: "Leave the form", text: &text, choices: "y leave · n stay" };
        dialog::draw(target, area, &dialog, look.theme);
    }
}

fn rows(state: &State, problems: &[Option<Problem>], target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let (theme, all) = (look.theme, state.model.rows());
    let border = if matches!(state.mode, Mode::Writing(_)) { theme.dim } else { theme.accent };
    let title = match state.model.changes() {
        0 => "Edit".to_owned(),
        1 => "Edit: 1 change".to_owned(),
        count => format!("Edit: {count} changes"),
    };
    let position = if all.is_empty() { String::new() } else { format!("{}/{}", state.chosen + 1, all.len()) };
    let block = frame::boxed(&title, &position, area.width, border, theme);
    let inner = block.inner(area);
    target.render_widget(block, area);
    let width = usize::from(inner.width);
    if all.is_empty() {
        let words = text::wrap("No secrets yet. a adds one; NAME=value lines can be pasted.", width.saturating_sub(2));
        let lines: Vec<Line<'_>> =
            words.into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), theme.dim))).collect();
        target.render_widget(Paragraph::new(lines), inner);
        return;
    }
    let problem = problems.get(state.chosen).copied().flatten();
    let says = u16::from(problem.is_some());
    let [head, list, foot] = Layout::vertical([
        Constraint::Length(u16::from(inner.height > 4)),
        Constraint::Fill(1),
        Constraint::Length(says),
    ])
    .areas(inner);
    let names = all.iter().map(|row| text::width(&escape::line(row.name()))).max().unwrap_or_default();
    let names = names.clamp(6, (width / 3).max(12));
    let heads = format!(
        "    {}  {}  DESCRIPTION",
        text::pad("NAME", names, theme.plain),
        text::pad("VALUE", VALUE, theme.plain)
    );
    target.render_widget(Line::from(Span::styled(text::fit(&heads, width, theme.plain).into_owned(), theme.dim)), head);
    let mut lines = Vec::new();
    for at in state.scroll.window(all.len(), list.height.into()) {
        if let Some(row) = all.get(at) {
            let problem = problems.get(at).copied().flatten();
            lines.push(line(row, problem, at == state.chosen, names, width, look));
        }
    }
    target.render_widget(Paragraph::new(lines), list);
    if let Some(problem) = problem {
        target.render_widget(words(problem, width, theme), foot);
    }
}

fn words(problem: Problem, width: usize, theme: &Theme) -> Line<'static> {
    let sentence = format!(" {} {}", theme.sign(problem.tone()), problem.sentence());
    Line::from(Span::styled(text::fit(&sentence, width, theme.plain).into_owned(), theme.tone(problem.tone())))
}

/// A row: its pointer, the sign of what is different about it, name, mask, description.
fn line(
    row: &FormRow,
    problem: Option<Problem>,
    is_chosen: bool,
    names: usize,
    width: usize,
    look: &Look<'_>,
) -> Line<'static> {
    let theme = look.theme;
    let (sign, style) = sign(row, theme);
    let (value, description) = match &row.body {
        Body::Sealed { .. } => (format!("{} sealed", theme.sealed_sign()), "no known key opens it".to_owned()),
        Body::Open { now, .. } => {
            let lines = now.value.line_count();
            let value = match (now.value.is_empty(), row.has_new_value() && !row.is_new(), lines > 1) {
                (true, _, _) => "(empty)".to_owned(),
                (false, true, _) => "new value".to_owned(),
                (false, false, true) => format!("{} {}", look.mask(), if theme.plain { "+" } else { "¶" }),
                (false, false, false) => look.mask().to_owned(),
            };
            (value, now.description.as_deref().map(shown_line).unwrap_or_default())
        }
    };
    let flag = problem.map_or(" ", |problem| theme.sign(problem.tone()));
    let flag_style = problem.map_or(theme.text, |problem| theme.tone(problem.tone()));
    let base = if is_chosen { theme.selected } else { style };
    let name = text::pad(&escape::line(row.name()), names, theme.plain);
    let rest = width.saturating_sub(names + VALUE + 8);
    Line::from(vec![
        Span::styled(format!("{}{sign}", if is_chosen { theme.pointer() } else { " " }), base),
        Span::styled(text::pad(flag, 2, theme.plain), if is_chosen { base } else { flag_style }),
        Span::styled(format!("{name}  "), base),
        Span::styled(text::pad(&value, VALUE, theme.plain), if is_chosen { base } else { theme.dim }),
        Span::styled(format!("  {}", text::pad(&description, rest, theme.plain)), base),
    ])
}

fn sign(row: &FormRow, theme: &Theme) -> (&'static str, Style) {
    match row.mark() {
        Mark::Added => ("+", theme.good),
        Mark::Changed => ("~", theme.warning),
        Mark::Removed => ("-", theme.bad),
        Mark::Kept => (" ", theme.text),
    }
}

/// The row that is being written into: three fields, and what is to be known about the one in focus.
fn pane(
    state: &State,
    writing: &Writing,
    problem: Option<Problem>,
    target: &mut Frame<'_>,
    area: Rect,
    look: &Look<'_>,
) {
    let theme = look.theme;
    let block = frame::boxed("Row", "", area.width, theme.accent, theme);
    let inner = block.inner(area);
    target.render_widget(block, area);
    let is_low = inner.height < 5;
    // On a terminal this low only the field in focus is drawn.
    let height = |focus: Focus| match (is_low, focus) {
        (true, _) if focus != writing.focus => Constraint::Length(0),
        (_, Focus::Value) => Constraint::Fill(1),
        (_, Focus::Name | Focus::Description) => Constraint::Length(1),
    };
    let [name, value, description, foot] = Layout::vertical([
        height(Focus::Name),
        height(Focus::Value),
        height(Focus::Description),
        Constraint::Length(1),
    ])
    .areas(inner);
    for (focus, place) in Focus::ALL.into_iter().zip([name, value, description]) {
        if !place.is_empty() {
            field(state, writing, focus, target, place, look);
        }
    }
    let width = usize::from(inner.width);
    let line = match (problem, writing.focus) {
        (Some(problem), Focus::Name) => words(problem, width, theme),
        (_, focus) => {
            let hint = hint(focus, writing.field.state());
            Line::from(Span::styled(text::fit(&format!(" {hint}"), width, theme.plain).into_owned(), theme.dim))
        }
    };
    target.render_widget(line, foot);
}

fn field(state: &State, writing: &Writing, focus: Focus, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let has_focus = focus == writing.focus;
    let [label, body] = Layout::horizontal([Constraint::Length(LABEL), Constraint::Fill(1)]).areas(area);
    let pointer = if has_focus { theme.pointer() } else { " " };
    let style = if has_focus { theme.accent } else { theme.dim };
    target.render_widget(Line::from(Span::styled(format!("{pointer}{}", focus.label()), style)), label);
    if has_focus {
        writing.field.draw(target, body, look);
        return;
    }
    let Some(now) = state.model.row(state.chosen).and_then(FormRow::content) else { return };
    let shown = match focus {
        Focus::Name => escape::line(&now.name).into_owned(),
        Focus::Value if now.value.is_empty() => "(empty)".to_owned(),
        Focus::Value => look.mask().to_owned(),
        Focus::Description => now.description.as_deref().map(shown_line).unwrap_or_default(),
    };
    let shown = text::fit(&shown, body.width.into(), theme.plain).into_owned();
    target.render_widget(Line::from(Span::styled(shown, theme.text)), body);
}

/// What is to be known about a field.
fn hint(focus: Focus, state: FieldState) -> &'static str {
    match (focus, state) {
        (Focus::Name, _) => "enter goes on to the value",
        (Focus::Description, _) => "enter ends the row",
        (Focus::Value, FieldState::Masked) => "type to replace it unseen, ctrl-r reveals it to edit in place",
        (Focus::Value, FieldState::NewMasked) => "a new value, unseen; ctrl-r shows it",
        (Focus::Value, FieldState::NewEmpty) => "the new value is empty",
        (Focus::Value, FieldState::Editing) => "in the clear; ctrl-r masks it",
        (Focus::Value, FieldState::Escaped) => {
            "it holds characters that cannot be edited in place: type to replace all of it"
        }
    }
}
