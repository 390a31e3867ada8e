//! The rows, one line each.

use super::panel::{Attention, panel};
use super::row::{Body, Content, FormRow, Mark};
use super::validate::Problem;
use super::{Mode, State};
use crate::console::screen::Look;
use crate::console::widgets::secret_field::shown_line;
use crate::console::widgets::text::pad;
use crate::console::words;
use crate::secret::escape;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

/// The cells of a value: a mask, a space and the sign of several lines.
const VALUE: usize = 14;

/// Below this many cells the descriptions are left out.
const WITH_DESCRIPTION: usize = 60;

/// The widths of the columns, in cells.
struct Columns {
    name: usize,
    description: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        // The pointer, the mark and a space before the name; two spaces before the value and the description.
        let rest = width.saturating_sub(3 + 2 + VALUE);
        if width < WITH_DESCRIPTION {
            Self { name: rest, description: 0 }
        } else {
            let rest = rest - 2;
            let name = (rest / 2).clamp(16, 40);
            Self { name, description: rest - name }
        }
    }
}

/// Draws the list, and below it, if there is no pane for that, what is wrong with the chosen row.
pub(super) fn draw(
    state: &State,
    problems: &[Option<Problem>],
    frame: &mut Frame<'_>,
    area: Rect,
    look: &Look<'_>,
    footer: Footer,
) {
    let rows = state.model.rows();
    let attention = match state.mode {
        Mode::List => Attention::Here,
        Mode::Writing(_) | Mode::Leaving => Attention::Elsewhere,
    };
    let block = panel(title(state, look), attention, look).title_bottom(summary(problems, look));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if rows.is_empty() {
        let text = words::NO_ROWS;
        let middle = Layout::vertical([Constraint::Fill(1), Constraint::Length(2), Constraint::Fill(2)]);
        let [_, middle, _] = middle.areas(inside);
        frame.render_widget(Paragraph::new(text).style(look.theme.dim).centered().wrap(Wrap { trim: true }), middle);
        return;
    }
    let note = problems.get(state.chosen).copied().flatten().filter(|_| footer == Footer::Problem);
    let note = note.map(|problem| sentence(problem, look)).unwrap_or_default();
    let below = match note.width() {
        0 => 0,
        width if width <= usize::from(inside.width) => 1,
        _ => 2,
    };
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(below)]).areas(inside);
    let columns = Columns::of(usize::from(inside.width));
    frame.render_widget(header(&columns, look), head);
    let height = usize::from(body.height);
    let first = state.chosen.saturating_sub(height / 2).min(rows.len().saturating_sub(height));
    let lines: Vec<Line<'_>> = (first..rows.len())
        .take(height)
        .filter_map(|at| Some((at, rows.get(at)?)))
        .map(|(at, row)| line(state, at, row, problems.get(at).copied().flatten(), &columns, look))
        .collect();
    frame.render_widget(Paragraph::new(lines), body);
    frame.render_widget(Paragraph::new(note).wrap(Wrap { trim: true }), foot);
}

/// What stands below the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Footer {
    Nothing,
    Problem,
}

/// A problem with its sign.
pub(super) fn sentence(problem: Problem, look: &Look<'_>) -> Line<'static> {
    let tone = problem.tone();
    Line::styled(format!("{} {}", look.theme.sign(tone), problem.sentence()), look.theme.tone(tone))
}

fn title(state: &State, look: &Look<'_>) -> Vec<Span<'static>> {
    let mut spans = vec![
        Span::styled("Secrets", look.theme.accent),
        Span::styled(format!(" {}", state.model.rows().len()), look.theme.dim),
    ];
    let changes = state.model.changes();
    if changes > 0 {
        let dot = if look.theme.plain { "-" } else { "·" };
        spans.push(Span::styled(format!(" {dot} {}", words::changes(changes)), look.theme.warning));
    }
    spans
}

fn summary(problems: &[Option<Problem>], look: &Look<'_>) -> Line<'static> {
    let blocking = problems.iter().flatten().filter(|problem| problem.blocks()).count();
    match blocking {
        0 => Line::default(),
        1 => Line::styled(" 1 problem ", look.theme.bad).right_aligned(),
        _ => Line::styled(format!(" {blocking} problems "), look.theme.bad).right_aligned(),
    }
}

fn header(columns: &Columns, look: &Look<'_>) -> Line<'static> {
    let name = pad("NAME", columns.name, look.theme.plain);
    let description = if columns.description > 0 { "  DESCRIPTION" } else { "" };
    Line::styled(format!("   {name}  {}{description}", pad("VALUE", VALUE, look.theme.plain)), look.theme.dim)
}

fn line(
    state: &State,
    at: usize,
    row: &FormRow,
    problem: Option<Problem>,
    columns: &Columns,
    look: &Look<'_>,
) -> Line<'static> {
    let theme = look.theme;
    let chosen = at == state.chosen;
    let (sign, colour) = mark(row.mark(), look);
    let name_style = match row.mark() {
        Mark::Removed => theme.dim.add_modifier(Modifier::CROSSED_OUT),
        Mark::Added | Mark::Changed | Mark::Kept => theme.text,
    };
    let pointer = if chosen { Span::styled(theme.pointer(), theme.accent) } else { Span::raw(" ") };
    let mut spans = vec![pointer, Span::styled(format!("{sign} "), colour)];
    spans.extend(name(row, problem, name_style, columns.name, look));
    spans.push(Span::raw("  "));
    spans.push(value(row, look));
    if columns.description > 0 {
        let text = match row.content() {
            Some(Content { description: Some(text), .. }) => shown_line(text),
            Some(Content { description: None, .. }) => String::new(),
            None => words::OPENED_BY_NO_KEY.to_owned(),
        };
        spans.push(Span::styled(format!("  {}", pad(&text, columns.description, look.theme.plain)), theme.dim));
    }
    let line = Line::from(spans);
    match (&state.mode, chosen) {
        (_, false) => line,
        (Mode::List, true) => plain(line).style(theme.selected),
        (Mode::Writing(_) | Mode::Leaving, true) => line.style(theme.marked),
    }
}

/// The line without colours of its own, so that the one of the chosen row is even.
fn plain(line: Line<'static>) -> Line<'static> {
    line.spans.into_iter().map(|span| Span::raw(span.content)).collect()
}

fn name(row: &FormRow, problem: Option<Problem>, style: Style, width: usize, look: &Look<'_>) -> Vec<Span<'static>> {
    let shown = escape::line(row.name());
    let Some(tone) = problem.map(Problem::tone) else {
        return vec![Span::styled(pad(&shown, width, look.theme.plain), style)];
    };
    let sign = Span::styled(look.theme.sign(tone), look.theme.tone(tone));
    let shown = if shown.is_empty() { "(no name)" } else { &*shown };
    let left = width.saturating_sub(1 + sign.width());
    vec![Span::styled(pad(shown, left, look.theme.plain), style), Span::raw(" "), sign]
}

fn value(row: &FormRow, look: &Look<'_>) -> Span<'static> {
    let theme = look.theme;
    match &row.body {
        Body::Sealed { .. } => {
            Span::styled(pad(&format!("{} sealed", theme.sealed_sign()), VALUE, theme.plain), theme.warning)
        }
        Body::Open { now, .. } if now.value.is_empty() && row.has_new_value() => {
            Span::styled(pad("(empty)", VALUE, look.theme.plain), theme.dim)
        }
        Body::Open { now, .. } => {
            let lines = match (now.value.line_count() > 1, theme.plain) {
                (false, _) => "",
                (true, false) => " ¶",
                (true, true) => " +",
            };
            let style = if row.has_new_value() { theme.text } else { theme.dim };
            Span::styled(pad(&format!("{}{lines}", look.mask()), VALUE, look.theme.plain), style)
        }
    }
}

/// The sign and colour of what is different about a row.
fn mark(mark: Mark, look: &Look<'_>) -> (&'static str, Style) {
    match mark {
        Mark::Added => ("+", look.theme.good),
        Mark::Changed => ("~", look.theme.warning),
        Mark::Removed => ("-", look.theme.bad),
        Mark::Kept => ("=", look.theme.dim),
    }
}
