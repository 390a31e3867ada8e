//! What these screens look like: a box in the middle, the program's name above, the keys below.

use super::super::theme::Theme;
use super::super::widgets::{footer, frame, text};
use super::super::words::MOMENT;
use super::{Attempt, Choice, Fact, Step, hints, words};
use crate::secret::{MASK, PLAIN_MASK};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// How wide a box is at most.
const WIDTH: u16 = 70;

/// Up to this height no line is left empty.
const LOW: u16 = 10;

/// How wide the names of the facts are.
const NAMES: usize = 10;

/// Draws `step`.
pub(super) fn view(step: &Step, target: &mut Frame<'_>, theme: &Theme) {
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(1)]).areas(target.area());
    target.render_widget(Line::from(Span::styled(" Strongroom", theme.accent)), head);
    footer::draw(target, foot, &hints(step), theme);
    let room = usize::from(body.width.min(WIDTH)).saturating_sub(4);
    match step {
        Step::Choosing { choices, scroll } => {
            let height = usize::from(body.height).saturating_sub(2);
            let window = scroll.window(choices.len(), height.min(choices.len()));
            let names = choices.iter().map(|choice| text::width(&choice.name)).max().unwrap_or_default().min(room / 2);
            let rows = choices.iter().enumerate().skip(window.start).take(window.len());
            let lines = rows.map(|(at, choice)| row(at, choice, at == scroll.selected(), names, room, theme)).collect();
            boxed(target, body, words::CHOOSE, lines, theme);
        }
        Step::Waiting { what } => boxed(target, body, words::OPENING, said(what, room, theme.text), theme),
        Step::Asking { facts, label, typed, attempt } => {
            let mut lines = listed(facts, room, theme);
            if !lines.is_empty() && body.height > LOW {
                lines.push(Line::default());
            }
            let mask = if theme.plain { PLAIN_MASK } else { MASK };
            let shown = if typed.is_empty() { "" } else { mask };
            let cursor = if theme.plain { "_" } else { "▏" };
            lines.extend(said(&format!("{label}: {shown}{cursor}"), room, theme.accent));
            match attempt {
                Attempt::Typing => {}
                Attempt::Trying => lines.extend(said(MOMENT, room, theme.dim)),
                Attempt::Failed(why) => lines.extend(said(why, room, theme.bad)),
            }
            // What is typed is what must be seen.
            let hidden = lines.len().saturating_sub(usize::from(body.height.saturating_sub(2)));
            boxed(target, body, words::ASK, lines.split_off(hidden), theme);
        }
        Step::Warning { facts, risks, top } => {
            let mut lines: Vec<Line<'_>> = risks.iter().flat_map(|risk| marked(risk, room, theme)).collect();
            if body.height > LOW {
                lines.push(Line::default());
            }
            lines.extend(listed(facts, room, theme));
            let height = usize::from(body.height.saturating_sub(2));
            top.set(top.get().min(lines.len().saturating_sub(height)));
            let below = lines.len().saturating_sub(top.get() + height);
            let mut lines: Vec<Line<'_>> = lines.into_iter().skip(top.get()).take(height).collect();
            if let Some(last) = lines.last_mut().filter(|_| below > 0) {
                *last = Line::from(Span::styled(format!(" {}", words::more_lines(below + 1)), theme.dim));
            }
            boxed(target, body, words::RISKS, lines, theme);
        }
    }
}

fn row<'l>(at: usize, choice: &Choice, is_chosen: bool, names: usize, room: usize, theme: &Theme) -> Line<'l> {
    let pointer = if is_chosen { theme.pointer() } else { " " };
    let name = text::pad(&choice.name, names, theme.plain);
    let left = room.saturating_sub(names + 6);
    let what = text::fit(&choice.what, left, theme.plain).into_owned();
    let style = if is_chosen { theme.selected } else { theme.text };
    let named = if choice.colour.is_some() && !is_chosen { theme.framed(choice.colour).accent } else { style };
    Line::from(vec![
        Span::styled(format!("{pointer}{:>2}  ", at + 1), style),
        Span::styled(name, named),
        Span::styled(format!("  {what}"), if is_chosen { theme.selected } else { theme.dim }),
    ])
}

/// The facts, each behind its name.
fn listed<'l>(facts: &[Fact], room: usize, theme: &Theme) -> Vec<Line<'l>> {
    let mut lines = Vec::new();
    for (name, fact) in facts {
        for (at, part) in text::wrap(fact, room.saturating_sub(NAMES)).into_iter().enumerate() {
            let name = text::pad(if at == 0 { name } else { "" }, NAMES, theme.plain);
            lines.push(Line::from(vec![Span::styled(format!(" {name}"), theme.dim), Span::styled(part, theme.text)]));
        }
    }
    lines
}

/// A risk behind its sign.
fn marked<'l>(risk: &str, room: usize, theme: &Theme) -> Vec<Line<'l>> {
    let sign = theme.sign(super::super::effect::Tone::Warning);
    let line = |(at, part): (usize, String)| {
        let sign = if at == 0 { sign } else { " " };
        Line::from(Span::styled(format!(" {sign} {part}"), theme.warning))
    };
    text::wrap(risk, room.saturating_sub(2)).into_iter().enumerate().map(line).collect()
}

fn said<'l>(sentence: &str, room: usize, style: Style) -> Vec<Line<'l>> {
    text::wrap(sentence, room).into_iter().map(|part| Line::from(Span::styled(format!(" {part}"), style))).collect()
}

/// A box in the middle of `area`, as high as what is in it.
fn boxed(target: &mut Frame<'_>, area: Rect, title: &str, lines: Vec<Line<'_>>, theme: &Theme) {
    let width = area.width.min(WIDTH);
    let height = u16::try_from(lines.len()).unwrap_or(area.height).saturating_add(2).min(area.height);
    let place = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    let block = frame::boxed(title, "", width, theme.accent, theme);
    target.render_widget(Paragraph::new(lines).block(block), place);
}
