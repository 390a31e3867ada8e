//! The chosen row, field by field.

use super::list::sentence;
use super::panel::{Attention, panel};
use super::row::{Body, Content, FormRow, Mark};
use super::validate::Problem;
use super::writing::{Focus, Writing};
use super::{Mode, State};
use crate::console::screen::Look;
use crate::console::widgets::secret_field::{FieldState, shown_line};
use crate::console::widgets::text::pad;
use crate::console::words;
use crate::secret::escape;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Padding, Paragraph, Wrap};

/// The cells of a label that stands left of its field.
const LABEL: u16 = 14;

/// Where the parts of a row stand.
struct Places {
    labels: [Rect; 3],
    fields: [Rect; 3],
    problem: Rect,
    note: Rect,
}

/// What the places depend on.
struct Needs {
    problem: usize,
    note: usize,
    /// Whether the value takes all the room that there is.
    roomy: bool,
}

impl Places {
    /// Labels above their fields where there is room, left of them otherwise.
    fn of(area: Rect, needs: &Needs) -> Self {
        let stacked = area.height >= 13 && area.width < 70;
        let label = Constraint::Length(u16::from(stacked));
        let gap = Constraint::Length(u16::from(area.height >= 9));
        let (value, rest) = if needs.roomy { (Constraint::Fill(1), 0) } else { (Constraint::Length(1), 1) };
        let [first, name, problem, _, second, value, note, _, third, description, _] = Layout::vertical([
            label,
            Constraint::Length(1),
            Constraint::Length(lines(needs.problem, area.width)),
            gap,
            label,
            value,
            Constraint::Length(lines(needs.note, area.width)),
            gap,
            label,
            Constraint::Length(1),
            Constraint::Fill(rest),
        ])
        .areas(area);
        let rows = [name, value, description];
        if stacked {
            let fields = rows.map(|row| indented(row, 1));
            return Self {
                labels: [first, second, third],
                fields,
                problem: indented(problem, 1),
                note: indented(note, 1),
            };
        }
        let labels = rows.map(|row| Rect { width: row.width.min(LABEL), ..row });
        // A sentence stands below its field if it fits there, and takes the whole width otherwise.
        let below = |place: Rect, needed: usize| {
            let fits = needed + usize::from(LABEL) <= usize::from(place.width);
            indented(place, if fits { LABEL } else { 1 })
        };
        let (problem, note) = (below(problem, needs.problem), below(note, needs.note));
        Self { labels, fields: rows.map(|row| indented(row, LABEL)), problem, note }
    }
}

fn indented(place: Rect, by: u16) -> Rect {
    let by = by.min(place.width);
    Rect { x: place.x + by, width: place.width - by, ..place }
}

/// How many lines a sentence of `needed` cells gets: two at most.
fn lines(needed: usize, width: u16) -> u16 {
    match needed {
        0 => 0,
        _ if needed < usize::from(width) => 1,
        _ => 2,
    }
}

/// Draws the chosen row, and what is wrong with it.
pub(super) fn draw(state: &State, problems: &[Option<Problem>], frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let writing = match &state.mode {
        Mode::Writing(writing) => Some(&**writing),
        Mode::List | Mode::Leaving => None,
    };
    let attention = if writing.is_some() { Attention::Here } else { Attention::Elsewhere };
    let row = state.model.row(state.chosen);
    let block = panel(title(state, row, look), attention, look).padding(Padding::horizontal(1));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let Some(row) = row else { return };
    match &row.body {
        Body::Sealed { .. } => draw_sealed(row, frame, indented(inside, 1), look),
        Body::Open { now, .. } => {
            let problem = problems.get(state.chosen).copied().flatten();
            draw_open(Shown { row, now, writing }, problem, frame, inside, look);
        }
    }
}

/// A row and how it is shown.
#[derive(Clone, Copy)]
struct Shown<'s> {
    row: &'s FormRow,
    now: &'s Content,
    writing: Option<&'s Writing>,
}

impl Shown<'_> {
    /// How the value stands, while it is written.
    fn value_state(&self) -> Option<FieldState> {
        self.writing.filter(|writing| writing.focus == Focus::Value).map(|writing| writing.field.state())
    }
}

fn draw_open(shown: Shown<'_>, problem: Option<Problem>, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let note = note(shown, look);
    let problem = problem.map(|problem| sentence(problem, look)).unwrap_or_default();
    let roomy = matches!(shown.value_state(), Some(FieldState::Editing | FieldState::Escaped));
    let places = Places::of(area, &Needs { problem: problem.width(), note: note.width(), roomy });
    for ((focus, label), place) in Focus::ALL.into_iter().zip(places.labels).zip(places.fields) {
        draw_field(shown, focus, (label, place), frame, look);
    }
    for (line, place) in [(problem, places.problem), (note, places.note)] {
        frame.render_widget(Paragraph::new(line).wrap(Wrap { trim: true }), place);
    }
}

fn title(state: &State, row: Option<&FormRow>, look: &Look<'_>) -> Vec<Span<'static>> {
    let Some(row) = row else { return vec![Span::styled("Secret", look.theme.dim)] };
    let place = format!(" {} of {}", state.chosen + 1, state.model.rows().len());
    let (word, style) = match (&row.body, row.mark()) {
        (_, Mark::Removed) => (words::TO_BE_REMOVED, look.theme.bad),
        (Body::Sealed { .. }, _) => ("sealed", look.theme.warning),
        (Body::Open { .. }, Mark::Added) => ("new", look.theme.good),
        (Body::Open { origin, now }, Mark::Changed) => {
            let renamed = origin.as_ref().is_some_and(|origin| origin.name != now.name);
            (if renamed { "renamed" } else { "changed" }, look.theme.warning)
        }
        (Body::Open { .. }, Mark::Kept) => {
            return vec![Span::styled("Secret", look.theme.accent), Span::styled(place, look.theme.dim)];
        }
    };
    let dot = if look.theme.plain { "-" } else { "·" };
    vec![
        Span::styled("Secret", look.theme.accent),
        Span::styled(format!("{place} {dot} "), look.theme.dim),
        Span::styled(word, style),
    ]
}

fn draw_sealed(row: &FormRow, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let name = Line::from(escape::line(row.name()).into_owned());
    let help = match row.mark() {
        Mark::Removed => words::SEALED_GOES,
        Mark::Added | Mark::Changed | Mark::Kept => words::SEALED_STAYS,
    };
    let sealed = Line::styled(format!("{} sealed", look.theme.sealed_sign()), look.theme.warning);
    let text = Text::from(vec![
        name,
        sealed,
        Line::default(),
        Line::from(words::SEALED_ROW),
        Line::styled(help, look.theme.dim),
    ]);
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}

fn draw_field(shown: Shown<'_>, focus: Focus, (label, place): (Rect, Rect), frame: &mut Frame<'_>, look: &Look<'_>) {
    let writing = shown.writing.filter(|writing| writing.focus == focus);
    let (pointer, style) = match writing {
        Some(_) => (look.theme.pointer(), look.theme.accent),
        None => (" ", look.theme.dim),
    };
    frame.render_widget(Line::styled(format!("{pointer}{}", focus.label()), style), label);
    match writing {
        Some(writing) => writing.field.draw(frame, place, look),
        None => frame.render_widget(resting(shown, focus, usize::from(place.width), look), place),
    }
}

/// A field that is not written into.
fn resting(Shown { row, now, .. }: Shown<'_>, focus: Focus, width: usize, look: &Look<'_>) -> Line<'static> {
    match focus {
        Focus::Name => Line::from(pad(&escape::line(&now.name), width, look.theme.plain)),
        Focus::Value if now.value.is_empty() && row.has_new_value() => Line::styled("(empty)", look.theme.dim),
        Focus::Value => Line::styled(look.mask(), look.theme.dim),
        Focus::Description => {
            let text = now.description.as_deref().map(shown_line).unwrap_or_default();
            Line::from(pad(&text, width, look.theme.plain))
        }
    }
}

/// A sentence about the value.
fn note(shown: Shown<'_>, look: &Look<'_>) -> Line<'static> {
    let (text, style) = match shown.value_state() {
        Some(FieldState::Masked) => (words::VALUE_MASKED, look.theme.dim),
        Some(FieldState::NewMasked) => (words::VALUE_NEW, look.theme.warning),
        Some(FieldState::Empty) => (words::VALUE_EMPTY, look.theme.warning),
        Some(FieldState::Editing) => (words::VALUE_CLEAR, look.theme.revealed),
        Some(FieldState::Escaped) => (words::VALUE_ESCAPED, look.theme.warning),
        None => return resting_note(shown, look),
    };
    Line::styled(text, style)
}

fn resting_note(Shown { row, now, .. }: Shown<'_>, look: &Look<'_>) -> Line<'static> {
    let is_new = row.origin().is_some() && row.has_new_value();
    let style = if is_new { look.theme.warning } else { look.theme.dim };
    let text = match (is_new, now.value.line_count()) {
        (true, lines) => words::new_value(lines),
        (false, 0 | 1) => String::new(),
        (false, lines) => format!("{lines} lines"),
    };
    Line::styled(text, style)
}
