//! The trail, drawn: a line a record, the chosen one in full below, and what the verification says.

use super::super::super::screen::Look;
use super::super::super::widgets::{frame, text};
use super::super::super::words;
use super::{Listing, State};
use crate::database::TrailRow;
use crate::secret::escape;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

const TIME: usize = 16;
const ACTION: usize = 8;

pub(super) fn view(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let listed = state.listed();
    let note = format!("{}/{}", (state.scroll.selected() + 1).min(listed.len()), listed.len());
    let cursor = if state.is_typing { "_" } else { "" };
    let title = match (state.search.is_empty(), state.is_typing) {
        (true, false) => "Audit trail".to_owned(),
        (_, _) => words::trail_title(&state.search, cursor),
    };
    let block = frame::boxed(&title, &note, area.width, theme.accent, theme);
    let inner = block.inner(area);
    target.render_widget(block, area);
    let width = usize::from(inner.width);
    let below = below(state, &listed, width, look);
    let under = u16::try_from(below.len()).unwrap_or(inner.height).min(inner.height / 2);
    let [list, foot] = Layout::vertical([Constraint::Fill(1), Constraint::Length(under)]).areas(inner);
    let mut lines = Vec::new();
    for at in state.scroll.window(listed.len(), list.height.into()) {
        if let Some((record, gap)) = listed.get(at) {
            lines.push(row(record, *gap, at == state.scroll.selected(), width, look));
        }
    }
    if listed.is_empty() {
        let said = match &state.listing {
            Listing::Loading => "loading".to_owned(),
            Listing::Failed(error) => error.message.clone(),
            Listing::Ready(view) if view.rows.is_empty() => words::NOTHING_RECORDED.to_owned(),
            Listing::Ready(_) => words::NO_RECORD_SAYS.to_owned(),
        };
        lines.extend(text::wrap(&said, width.saturating_sub(2)).into_iter().map(|line| Line::from(format!(" {line}"))));
    }
    target.render_widget(Paragraph::new(lines), list);
    target.render_widget(Paragraph::new(below), foot);
}

fn row(record: &TrailRow, gap: bool, is_selected: bool, width: usize, look: &Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let pointer = if is_selected { theme.pointer() } else { " " };
    let time = record.at.replace('T', " ");
    let sign = if gap { "!" } else { " " };
    let line = format!(
        "{pointer}{sign}{} {} {} {}",
        text::pad(time.get(..TIME).unwrap_or(&time), TIME, theme.plain),
        text::pad(&escape::line(&record.action), ACTION, theme.plain),
        text::pad(&escape::line(&record.operator), (width / 5).clamp(6, 24), theme.plain),
        escape::line(&record.names.join(", "))
    );
    let style = match (is_selected, gap) {
        (true, _) => theme.selected,
        (false, true) => theme.warning,
        (false, false) => theme.text,
    };
    Line::from(Span::styled(text::pad(&line, width, theme.plain), style))
}

/// The chosen record, and the verdict on all of them.
fn below(state: &State, listed: &[(&TrailRow, bool)], width: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let Listing::Ready(view) = &state.listing else { return Vec::new() };
    let mut lines = Vec::new();
    let mut say = |sentence: &str, style: Style| {
        let wrapped = text::wrap(sentence, width.saturating_sub(2));
        lines.extend(wrapped.into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), style))));
    };
    match &view.verdict.finding {
        None => say(words::TRAIL_SOUND, theme.good),
        Some(finding) => say(&words::tampered(&finding.sentence()), theme.bad),
    }
    if let Some((record, gap)) = listed.get(state.scroll.selected()) {
        if *gap {
            say(words::FOREIGN_WRITE, theme.warning);
        }
        let part = |name: &str, value: Option<&String>| {
            value.map(|value| format!("{name} {}", escape::line(value))).into_iter()
        };
        let said: Vec<String> = part("note", record.detail.as_ref())
            .chain(part("organisation", record.org.as_ref()))
            .chain(part("user", record.user.as_ref()))
            .chain(part("as", record.db_user.as_ref()))
            .chain(part("from", record.db_address.as_ref()))
            .collect();
        say(&format!("No. {}: {}", record.seq, said.join(", ")), theme.dim);
    }
    lines
}
