//! The third column: names, masks, descriptions, and below them what is revealed.

use super::super::super::super::screen::Look;
use super::super::super::super::widgets::{frame, marks, text, value};
use super::super::super::super::words::{OPENED_BY_NO_KEY, browse as words};
use super::super::secrets::SecretsPane;
use super::super::{Column, State};
use super::{Focus, border, chosen, grouped, heading, status};
use crate::secret::escape;
use crate::store::Row;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// Cells that the value column takes: a mask and a sign.
const VALUE: usize = 14;

/// The most rows that a revealed value takes.
const REVEALED: u16 = 12;

pub(super) fn draw(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let pane = &state.secrets;
    let is_focused = state.focus == Column::Secrets;
    let title = heading("Secrets", &pane.search, Focus::of(state, Column::Secrets), theme);
    let count = |rows: usize| grouped(rows as u64);
    let note = match &pane.set {
        None => String::new(),
        Some(set) if pane.search.is_empty() => count(set.rows.len()),
        Some(_) => format!("{}/{}", count(pane.count()), count(pane.total())),
    };
    let block = frame::boxed(&title, &note, area.width, border(is_focused, look), theme);
    let inner = block.inner(area);
    target.render_widget(block, area);

    let revealed = pane.reveal.and_then(|reveal| match pane.entry(reveal.at)?.row {
        Row::Open(row) => Some((reveal, row)),
        Row::Sealed(_) => None,
    });
    let shown = revealed.map(|(reveal, row)| {
        let seconds = reveal.until.saturating_duration_since(look.now).as_millis().div_ceil(1000);
        (words::hides_in(&row.name, seconds), value::lines(&row.value, usize::from(inner.width).saturating_sub(2)))
    });
    let below = shown.as_ref().map_or(0, |(_, lines)| u16::try_from(lines.len()).unwrap_or(REVEALED).min(REVEALED) + 1);
    let below = below.min(inner.height.saturating_sub(2));
    let [table, below] = Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(inner);
    target.render_widget(Paragraph::new(rows(state, table, look)), table);
    pane.scroll.bar(target, area, pane.count(), theme);
    if let Some((title, lines)) = shown {
        target.render_widget(Paragraph::new(revealed_lines(&title, lines, below, look)), below);
    }
}

fn rows(state: &State, area: Rect, look: &Look<'_>) -> Vec<Line<'static>> {
    let (theme, pane) = (look.theme, &state.secrets);
    let width = usize::from(area.width);
    let is_focused = state.focus == Column::Secrets;
    let mut lines = Vec::new();
    if pane.count() == 0 {
        return status(&pane.status, empty(pane), width, look);
    }
    let names = pane.names.clamp(4, (width / 3).max(12));
    if area.height > 4 {
        lines.push(heads(names, width, look));
    }
    // They come last.
    let has_shared = pane.entry(pane.count() - 1).is_some_and(|entry| entry.is_shared);
    let fixed = lines.len() + usize::from(has_shared) + if pane.has_sealed { 2 } else { 0 };
    let height = usize::from(area.height).saturating_sub(fixed).max(1);
    let mut was_shared = false;
    let mut drawn = vec![None; lines.len()];
    let mut fuzzy = marks::Fuzzy::new(&pane.search);
    for at in pane.scroll.window(pane.count(), height) {
        let Some(entry) = pane.entry(at) else { continue };
        if entry.is_shared && !was_shared {
            was_shared = true;
            let rule = if theme.plain { "--" } else { "──" };
            let head = format!(" {}{}", words::shared_rows(rule), rule.repeat(width / 2));
            lines.push(Line::from(Span::styled(text::prefix(&head, width.saturating_sub(1)).to_owned(), theme.dim)));
            drawn.push(None);
        }
        drawn.push(Some(at));
        let is_selected = at == pane.scroll.selected();
        let title = entry.row.name().to_string();
        let letters = fuzzy.as_mut().map(|fuzzy| fuzzy.letters(&title)).unwrap_or_default();
        let style = chosen(is_selected, is_focused, look);
        let pointer = if is_selected { theme.pointer() } else { " " };
        let mut spans = vec![Span::styled(pointer, style)];
        spans.extend(marks::spans(&title, &text::pad(&title, names, theme.plain), &letters, style, theme));
        let value_style = (is_selected && is_focused).then_some(style);
        spans.extend(behind(entry.row, width.saturating_sub(names + VALUE + 5), (style, value_style), look));
        lines.push(Line::from(spans));
    }
    pane.drawn.replace(drawn);
    if pane.has_sealed {
        let said = text::wrap(words::SEALED_SET, width.saturating_sub(4));
        lines.extend(said.into_iter().take(2).enumerate().map(|(at, line)| {
            let sign = if at == 0 { theme.sealed_sign() } else { " " };
            Line::from(Span::styled(format!(" {sign} {line}"), theme.warning))
        }));
    }
    lines
}

fn empty(pane: &SecretsPane) -> &'static str {
    if pane.search.is_empty() { words::NO_SECRETS } else { words::NO_SECRET_FOUND }
}

fn heads(names: usize, width: usize, look: &Look<'_>) -> Line<'static> {
    let plain = look.theme.plain;
    let heads = format!(" {}  {}  DESCRIPTION", text::pad("NAME", names, plain), text::pad("VALUE", VALUE, plain));
    Line::from(Span::styled(text::fit(&heads, width, plain).into_owned(), look.theme.dim))
}

/// What stands behind a name: a mask and the description, in `rest` cells. The styles are the row's, and the mask's where
/// the row says so.
fn behind(row: &Row, rest: usize, styles: (Style, Option<Style>), look: &Look<'_>) -> [Span<'static>; 2] {
    let theme = look.theme;
    let (value, value_style, description) = match row {
        Row::Sealed(_) => (format!("{} sealed", theme.sealed_sign()), theme.warning, OPENED_BY_NO_KEY.to_owned()),
        Row::Open(row) => {
            let lines = row.value.line_count();
            let sign = match (row.value.is_empty(), lines > 1, theme.plain) {
                (true, _, _) => "(empty)".to_owned(),
                (false, true, false) => format!("{} ¶", look.mask()),
                (false, true, true) => format!("{} +", look.mask()),
                (false, false, _) => look.mask().to_owned(),
            };
            let said = row.description.as_ref().map_or("", |text| text.expose());
            let said = match (said.is_empty(), lines) {
                (true, 2..) => format!("{lines} lines"),
                (_, _) => escape::line(said).into_owned(),
            };
            (sign, theme.dim, said)
        }
    };
    [
        Span::styled(format!("  {}", text::pad(&value, VALUE, theme.plain)), styles.1.unwrap_or(value_style)),
        Span::styled(format!("  {}", text::pad(&description, rest, theme.plain)), styles.0),
    ]
}

fn revealed_lines(title: &str, mut lines: Vec<String>, area: Rect, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let width = usize::from(area.width);
    let room = usize::from(area.height).saturating_sub(1);
    if lines.len() > room && room > 0 {
        let hidden = lines.len() - room + 1;
        lines.truncate(room - 1);
        lines.push(words::hidden_lines(hidden));
    }
    let rule = if theme.plain { "-" } else { "─" };
    let head = format!(" {rule} {title} ");
    let head = format!("{head}{}", rule.repeat(width.saturating_sub(text::width(&head) + 1)));
    let head = Line::from(Span::styled(text::fit(&head, width, theme.plain).into_owned(), theme.accent));
    let shown = lines.into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), theme.revealed)));
    std::iter::once(head).chain(shown).collect()
}
