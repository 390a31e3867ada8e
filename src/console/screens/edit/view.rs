//! Where the list, the row and the question stand.

use super::list::{self, Footer};
use super::panel::{Attention, panel};
use super::validate::problems;
use super::{Mode, State, pane};
use crate::console::screen::Look;
use crate::console::words;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

/// How the list and the chosen row share the screen.
enum Panes {
    Both { list: Rect, row: Rect },
    One,
}

impl Panes {
    fn of(state: &State, area: Rect) -> Self {
        if state.model.rows().is_empty() {
            Self::One
        } else if area.width >= 100 && area.height >= 14 {
            let [list, row] = Layout::horizontal([Constraint::Fill(3), Constraint::Fill(2)]).areas(area);
            Self::Both { list, row }
        } else if area.width >= 80 && area.height >= 18 {
            let height = (area.height / 2).clamp(9, 14);
            let [list, row] = Layout::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(area);
            Self::Both { list, row }
        } else {
            Self::One
        }
    }
}

/// Draws the form.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let problems = problems(state.model.rows());
    match (Panes::of(state, area), &state.mode) {
        (Panes::Both { list, row }, _) => {
            list::draw(state, &problems, frame, list, look, Footer::Nothing);
            pane::draw(state, &problems, frame, row, look);
        }
        (Panes::One, Mode::Writing(_)) => pane::draw(state, &problems, frame, area, look),
        (Panes::One, Mode::List | Mode::Leaving) => {
            list::draw(state, &problems, frame, area, look, Footer::Problem);
        }
    }
    if let Mode::Leaving = state.mode {
        draw_question(state.model.changes(), frame, area, look);
    }
}

fn draw_question(changes: usize, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let question = words::leave(changes);
    let key = |key, what| [Span::styled(key, look.theme.accent), Span::styled(what, look.theme.dim)];
    let mut answers = Vec::from(key("y", " leave   "));
    answers.extend(key("n", " stay"));
    let lines = vec![Line::from(question), Line::default(), Line::from(answers)];
    let width = lines.iter().map(Line::width).max().unwrap_or_default();
    let width = u16::try_from(width + 6).unwrap_or(u16::MAX);
    let place = area.centered(Constraint::Length(width), Constraint::Length(5));
    frame.render_widget(Clear, place);
    let block = panel(vec![Span::styled("Unsaved changes", look.theme.warning)], Attention::Here, look);
    frame.render_widget(Paragraph::new(lines).centered().block(block), place);
}
