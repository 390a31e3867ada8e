//! The chosen row, field by field.

use super::list::sentence;
use super::panel::{Attention, fit, panel};
use super::row::{Body, Content, FormRow, Mark};
use super::validate::Problem;
use super::writing::{Focus, Writing};
use super::{Mode, State};
use crate::console::screen::Look;
use crate::console::widgets::secret_field::{FieldState, shown_line};
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
    note: Rect,
    problem: Rect,
}

impl Places {
    /// Labels above their fields where there is room, left of them otherwise.
    fn of(area: Rect, note: u16) -> Self {
        if area.height >= 13 && area.width < 70 { Self::stacked(area, note) } else { Self::compact(area, note) }
    }

    fn stacked(area: Rect, note: u16) -> Self {
        let heights = [1, 1, 1, 1].map(Constraint::Length);
        let [name_label, name, _, value_label] =
            Layout::vertical(heights).areas(Rect { height: area.height.min(4), ..area });
        let below = Rect { y: area.y + 4, height: area.height.saturating_sub(4), ..area };
        let [value, note, _, description_label, description, _, problem] = Layout::vertical([
            Constraint::Fill(1),
            Constraint::Length(note),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(2),
        ])
        .areas(below);
        let labels = [name_label, value_label, description_label];
        Self { labels, fields: [name, value, description], note, problem }
    }

    fn compact(area: Rect, note: u16) -> Self {
        let [name, value, note, description, problem] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(note),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        let split = |row: Rect| {
            let [label, field] = Layout::horizontal([Constraint::Length(LABEL), Constraint::Fill(1)]).areas(row);
            (label, field)
        };
        let [(name_label, name), (value_label, value), (description_label, description)] =
            [name, value, description].map(split);
        Self { labels: [name_label, value_label, description_label], fields: [name, value, description], note, problem }
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
        Body::Sealed { .. } => draw_sealed(row, frame, inside, look),
        Body::Open { now, .. } => {
            let note = note(row, now, writing, look);
            let places = Places::of(inside, note_height(&note, inside.width));
            for ((focus, label), place) in Focus::ALL.into_iter().zip(places.labels).zip(places.fields) {
                draw_field(row, now, focus, writing, (label, place), frame, look);
            }
            frame.render_widget(Paragraph::new(note).wrap(Wrap { trim: true }), places.note);
            if let Some(problem) = problems.get(state.chosen).copied().flatten() {
                let line = Paragraph::new(sentence(problem, look)).wrap(Wrap { trim: true });
                frame.render_widget(line, places.problem);
            }
        }
    }
}

fn title(state: &State, row: Option<&FormRow>, look: &Look<'_>) -> Vec<Span<'static>> {
    let Some(row) = row else { return vec![Span::styled("Secret", look.theme.dim)] };
    let place = format!(" {} of {}", state.chosen + 1, state.model.rows().len());
    let (word, style) = match (&row.body, row.mark()) {
        (_, Mark::Removed) => ("to be removed", look.theme.bad),
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
    let what = "No known key opens this row. It stays as it is, byte for byte, and its name stays taken.";
    let help = match row.mark() {
        Mark::Removed => "It will be removed. d takes the mark off.",
        Mark::Added | Mark::Changed | Mark::Kept => "d marks it for removal.",
    };
    let sealed = Line::styled(format!("{} sealed", look.theme.sealed_sign()), look.theme.warning);
    let text = Text::from(vec![name, sealed, Line::default(), Line::from(what), Line::styled(help, look.theme.dim)]);
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
}

fn draw_field(
    row: &FormRow,
    now: &Content,
    focus: Focus,
    writing: Option<&Writing>,
    (label, place): (Rect, Rect),
    frame: &mut Frame<'_>,
    look: &Look<'_>,
) {
    let writing = writing.filter(|writing| writing.focus == focus);
    let (pointer, style) = match writing {
        Some(_) => (look.theme.pointer(), look.theme.accent),
        None => (" ", look.theme.dim),
    };
    frame.render_widget(Line::styled(format!("{pointer}{}", focus.label()), style), label);
    // A stacked field stands under its label's text, not under the pointer.
    let indent = u16::from(label.y != place.y).min(place.width);
    let place = Rect { x: place.x + indent, width: place.width - indent, ..place };
    match writing {
        Some(writing) => writing.field.draw(frame, place, look),
        None => frame.render_widget(resting(row, now, focus, usize::from(place.width), look), place),
    }
}

/// A field that is not written into.
fn resting(row: &FormRow, now: &Content, focus: Focus, width: usize, look: &Look<'_>) -> Line<'static> {
    match focus {
        Focus::Name => Line::from(fit(&escape::line(&now.name), width, look)),
        Focus::Value if now.value.is_empty() && row.has_new_value() => Line::styled("(empty)", look.theme.dim),
        Focus::Value => Line::styled(look.mask(), look.theme.dim),
        Focus::Description => {
            let text = now.description.as_deref().map(shown_line).unwrap_or_default();
            Line::from(fit(&text, width, look))
        }
    }
}

/// A sentence about the value.
fn note(row: &FormRow, now: &Content, writing: Option<&Writing>, look: &Look<'_>) -> Line<'static> {
    let state = writing.filter(|writing| writing.focus == Focus::Value).map(|writing| writing.field.state());
    let (text, style) = match state {
        Some(FieldState::Masked) => ("type to replace it, ctrl-r reveals it", look.theme.dim),
        Some(FieldState::NewMasked) => ("new value, ctrl-r reveals it", look.theme.warning),
        Some(FieldState::Empty) => ("the value is empty", look.theme.warning),
        Some(FieldState::Editing) => ("in the clear, ctrl-r masks it", look.theme.revealed),
        Some(FieldState::Escaped) => (ESCAPED, look.theme.warning),
        None => return resting_note(row, now, look),
    };
    Line::styled(format!(" {text}"), style)
}

const ESCAPED: &str = "It holds characters that cannot be edited in place: type to replace it.";

fn resting_note(row: &FormRow, now: &Content, look: &Look<'_>) -> Line<'static> {
    let lines = now.value.line_count();
    let lines = if lines > 1 { format!(" {lines} lines") } else { String::new() };
    if row.origin().is_some() && row.has_new_value() {
        let comma = if lines.is_empty() { "" } else { "," };
        return Line::styled(format!(" new value{comma}{lines}"), look.theme.warning);
    }
    Line::styled(lines, look.theme.dim)
}

/// A note has one line; where it is wider than the pane, two.
fn note_height(note: &Line<'_>, width: u16) -> u16 {
    if note.width() > usize::from(width) { 2 } else { 1 }
}
