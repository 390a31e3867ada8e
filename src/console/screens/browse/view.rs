//! The browser, drawn: three columns, or the one in focus where the terminal is narrow.

mod secrets;

use super::super::super::screen::Look;
use super::super::super::theme::Theme;
use super::super::super::widgets::{frame, marks, text};
use super::super::super::words::{self, browse};
use super::pane::{Pane, Status};
use super::{Column, Place, State, Who};
use crate::error::Error;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// From this width on all three columns stand side by side.
const WIDE: u16 = 100;

pub(super) fn view(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let none = Rect { width: 0, height: 0, ..area };
    let [orgs, users, secrets] = if area.width >= WIDE {
        let widths = [Constraint::Percentage(21), Constraint::Percentage(27), Constraint::Fill(1)];
        Layout::horizontal(widths).areas(area)
    } else {
        match state.focus {
            Column::Orgs => [area, none, none],
            Column::Users => [none, area, none],
            Column::Secrets => [none, none, area],
        }
    };
    let orgs = if orgs.is_empty() { none } else { self::orgs(state, target, orgs, look) };
    let users = if users.is_empty() { none } else { self::users(state, target, users, look) };
    if !secrets.is_empty() {
        self::secrets::draw(state, target, secrets, look);
    }
    state.areas.set([orgs, users, secrets]);
}

/// What a column is made of besides its entries.
struct About<'c> {
    name: &'c str,
    column: Column,
    empty: &'c str,
}

fn orgs(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) -> Rect {
    let empty = if state.orgs.search.is_empty() { browse::NO_ORGS } else { browse::NO_ORG_FOUND };
    let about = About { name: "Orgs", column: Column::Orgs, empty };
    list(state, &state.orgs, &about, target, area, look, |place| match place {
        Place::Org(org) => (org.title(), org.secrets),
        Place::Personal(count) => (words::PERSONAL.to_owned(), *count),
        Place::NoOrg(count) => (words::NO_ORG.to_owned(), *count),
    })
}

fn users(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) -> Rect {
    let empty = if state.users.search.is_empty() { browse::NO_USERS } else { browse::NO_USER_FOUND };
    let about = About { name: "Users", column: Column::Users, empty };
    list(state, &state.users, &about, target, area, look, |who| match who {
        Who::Shared => (browse::SHARED.to_owned(), None),
        Who::User(user) => (user.title(), Some(user.secrets)),
        Who::Personal(org) => (org.title(), org.secrets),
    })
}

/// Draws a column, and says where its entries are.
fn list<T>(
    state: &State,
    pane: &Pane<T>,
    about: &About<'_>,
    target: &mut Frame<'_>,
    area: Rect,
    look: &Look<'_>,
    entry: impl Fn(&T) -> (String, Option<u64>),
) -> Rect {
    let theme = look.theme;
    let is_focused = state.focus == about.column;
    let title = heading(about.name, &pane.search, Focus::of(state, about.column), theme);
    let block = frame::boxed(&title, &counts(pane), area.width, border(is_focused, look), theme);
    let inner = block.inner(area);
    let width = usize::from(inner.width);
    let mut lines = Vec::new();
    for at in pane.scroll.window(pane.items.len(), inner.height.into()) {
        let Some(item) = pane.items.get(at) else { continue };
        let (name, count) = entry(item);
        let count =
            count.map_or_else(|| "  ".to_owned(), |count| if count == 0 { "–".to_owned() } else { grouped(count) });
        let count = if theme.plain { count.replace('–', "-") } else { count };
        let is_selected = at == pane.scroll.selected();
        let room = width.saturating_sub(text::width(&count) + 3);
        let pointer = if is_selected { theme.pointer() } else { " " };
        let style = chosen(is_selected, is_focused, look);
        let mut spans = vec![Span::styled(pointer, style)];
        let letters = marks::piece(&pane.search, &name);
        spans.extend(marks::spans(&name, &text::pad(&name, room, theme.plain), &letters, style, theme));
        spans.push(Span::styled(format!(" {count} "), style));
        lines.push(Line::from(spans));
    }
    if pane.items.is_empty() {
        lines = status(&pane.status, about.empty, width, look);
    }
    target.render_widget(Paragraph::new(lines).block(block), area);
    pane.scroll.bar(target, area, pane.items.len(), theme);
    inner
}

/// The name of a column, with its filter.
fn heading(name: &str, search: &str, focus: Focus, theme: &Theme) -> String {
    let search = crate::secret::escape::line(search);
    // Where there is no frame to say which column the keys go to, its title does.
    let name = if theme.plain && focus != Focus::Elsewhere { format!("> {name}") } else { name.to_owned() };
    match (focus, search.is_empty(), theme.plain) {
        (Focus::Typing, _, false) => format!("{name} /{search}▏"),
        (Focus::Typing, _, true) => format!("{name} /{search}_"),
        (Focus::Here | Focus::Elsewhere, false, _) => format!("{name} /{search}"),
        (Focus::Here | Focus::Elsewhere, true, _) => name,
    }
}

/// Where the keys go, as seen from a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Elsewhere,
    Here,
    /// Into its filter.
    Typing,
}

impl Focus {
    fn of(state: &State, column: Column) -> Self {
        match (state.focus == column, state.is_typing) {
            (false, _) => Self::Elsewhere,
            (true, false) => Self::Here,
            (true, true) => Self::Typing,
        }
    }
}

/// The place of what is chosen among all, `12/4,210`; under a filter how many of all it leaves, `3/128`, or how many it
/// leaves where nobody knows of how many.
fn counts<T>(pane: &Pane<T>) -> String {
    if pane.items.is_empty() && (pane.search.is_empty() || pane.status != Status::Ready) {
        return String::new();
    }
    let matches = match pane.matches() {
        Some(matches) => grouped(matches),
        None => format!("{}+", grouped(pane.items.len() as u64)),
    };
    match (pane.search.is_empty(), pane.all) {
        (true, _) => format!("{}/{matches}", grouped(pane.scroll.selected() as u64 + 1)),
        (false, Some(all)) => format!("{matches}/{}", grouped(all)),
        (false, None) => matches,
    }
}

/// A number with a comma before each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// What stands where there are no entries.
fn status(status: &Status, empty: &str, width: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let say = |sentence: &str, style: Style| {
        text::wrap(sentence, width.saturating_sub(2))
            .into_iter()
            .map(move |line| Line::from(Span::styled(format!(" {line}"), style)))
            .collect::<Vec<_>>()
    };
    match status {
        Status::Idle => Vec::new(),
        Status::Loading | Status::LoadingMore => say("loading", look.theme.dim),
        Status::Ready => say(empty, look.theme.dim),
        Status::Failed(Error { message, hints, .. }) => {
            let mut lines = say(message, look.theme.bad);
            lines.extend(hints.iter().flat_map(|hint| say(hint, look.theme.text)));
            lines.extend(say(words::TRY_AGAIN, look.theme.accent));
            lines
        }
    }
}

fn border(is_focused: bool, look: &Look<'_>) -> Style {
    if is_focused { look.theme.accent } else { look.theme.dim }
}

fn chosen(is_selected: bool, is_focused: bool, look: &Look<'_>) -> Style {
    match (is_selected, is_focused) {
        (true, true) => look.theme.selected,
        (true, false) => look.theme.marked,
        (false, _) => look.theme.text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pane::{Pane, Status};
    use super::{counts, grouped};
    use crate::database::{Cursor, Page};

    #[test]
    fn a_filter_says_how_many_of_how_many_as_far_as_that_is_known() {
        let mut pane = Pane::<u8>::new();
        let mut take = |search: &str, items: Vec<u8>, total, has_more: bool| {
            search.clone_into(&mut pane.search);
            pane.load();
            let reading = counts(&pane);
            let next = has_more.then(|| Cursor { key: "k".to_owned(), id: "i".to_owned() });
            pane.take(Ok(Page { items, next, total }), Some);
            assert_eq!(pane.status, Status::Ready);
            [reading, counts(&pane)]
        };
        assert_eq!(take("a", vec![1, 2], Some(2), false), ["", "2"]);
        assert_eq!(take("", vec![1, 2, 3], Some(1_280), true), ["", "1/1,280"]);
        assert_eq!(take("a", vec![1, 2, 3], Some(300), true), ["", "300/1,280"]);
        assert_eq!(take("ab", vec![1, 2, 3], None, true), ["", "3+/1,280"]);
        assert_eq!(take("abc", vec![], Some(0), false), ["", "0/1,280"]);
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(["0", "999", "4,210", "1,000,000"], [0, 999, 4_210, 1_000_000].map(grouped)[..]);
    }
}
