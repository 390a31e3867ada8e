//! The search over everything: organisations, people, and secrets by their names. What is chosen is opened in the
//! browser; what was opened so before stands there before anything is typed.

use super::super::effect::{Action, Request};
use super::super::keymap::{self, Binding, Group, Hint};
use super::super::message::{Hit, Reply};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::widgets::{frame, text};
use crate::error::Error;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::time::Instant;

#[derive(Debug, Clone, Copy)]
enum Act {
    Open,
    Back,
    Empty,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "find",
    when: "in the search over everything",
    bindings: &[
        Binding::new("open", &["enter"], Act::Open, "open", "Open what is chosen in the browser"),
        Binding::new("back", &["esc"], Act::Back, "back", "Go back to the browser"),
        Binding::new("down", &["down", "ctrl-n"], Act::Go(Move::Down), "down", "Go down"),
        Binding::new("up", &["up", "ctrl-p"], Act::Go(Move::Up), "up", "Go up"),
        Binding::new("empty", &["ctrl-u"], Act::Empty, "", "Delete all letters"),
    ],
};

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    KEYS.hints()
}

/// What is there to choose from.
enum Listing {
    Recent,
    /// On its way; whether the first hit is to be opened as soon as it is there.
    Searching {
        opens: bool,
    },
    Found(Vec<Hit>),
    Failed(Error),
}

/// The search.
pub struct State {
    search: String,
    recent: Vec<Hit>,
    listing: Listing,
    scroll: Scroll,
}

impl State {
    /// A search for nothing yet; `recent` is what was opened before, the last one first.
    pub fn new(recent: Vec<Hit>) -> Self {
        Self { search: String::new(), recent, listing: Listing::Recent, scroll: Scroll::default() }
    }

    fn hits(&self) -> &[Hit] {
        match &self.listing {
            Listing::Recent => &self.recent,
            Listing::Found(hits) => hits,
            Listing::Searching { .. } | Listing::Failed(_) => &[],
        }
    }

    fn act(&mut self, act: Act) -> Vec<Action> {
        match act {
            Act::Open => {
                if let Listing::Searching { opens } = &mut self.listing {
                    *opens = true;
                }
                let chosen = self.hits().get(self.scroll.selected()).cloned();
                return chosen.map(Action::Jump).into_iter().collect();
            }
            Act::Back => return vec![Action::Pop],
            Act::Empty => {
                self.search.clear();
                return self.search_again();
            }
            Act::Go(to) => {
                let count = self.hits().len();
                self.scroll.go(to, count);
            }
        }
        Vec::new()
    }

    fn search_again(&mut self) -> Vec<Action> {
        self.scroll.reset();
        if self.search.trim().is_empty() {
            self.listing = Listing::Recent;
            return vec![Action::Cancel];
        }
        self.listing = Listing::Searching { opens: false };
        vec![Action::Request(Request::Find(self.search.trim().to_owned()))]
    }

    /// The title with the letters that were searched for in another colour.
    fn marked(&self, title: &str, look: &Look<'_>, is_selected: bool) -> Vec<Span<'static>> {
        let plain = if is_selected { look.theme.selected } else { look.theme.text };
        let wanted = self.search.trim().to_lowercase();
        // Only where lower case is as long as the title, so that the places are the same.
        let lower = title.to_lowercase();
        let at = if wanted.is_empty() || lower.len() != title.len() { None } else { lower.find(&wanted) };
        let parts = at.and_then(|at| {
            let end = at + wanted.len();
            Some((title.get(..at)?, title.get(at..end)?, title.get(end..)?))
        });
        match parts {
            None => vec![Span::styled(title.to_owned(), plain)],
            Some((before, hit, after)) => vec![
                Span::styled(before.to_owned(), plain),
                Span::styled(hit.to_owned(), if is_selected { plain } else { look.theme.marked }),
                Span::styled(after.to_owned(), plain),
            ],
        }
    }

    fn sentence(&self) -> Option<String> {
        match &self.listing {
            Listing::Recent if self.recent.is_empty() => {
                Some("Type a part of a name, an e-mail address, or the name of a secret.".to_owned())
            }
            Listing::Searching { opens: true } => Some("searching; the first that is found is opened".to_owned()),
            Listing::Searching { opens: false } => Some("searching".to_owned()),
            Listing::Found(hits) if hits.is_empty() => Some("Nothing is called that.".to_owned()),
            Listing::Failed(error) => Some(error.message.clone()),
            Listing::Recent | Listing::Found(_) => None,
        }
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, _: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Key(key) => {
                if let Some(act) = KEYS.find(&key) {
                    return self.act(act);
                }
                if keymap::type_into(&mut self.search, &key) {
                    return self.search_again();
                }
            }
            Event::Mouse(mouse) => {
                return scroll::wheel(&mouse).map(|to| self.act(Act::Go(to))).unwrap_or_default();
            }
            Event::Reply(Reply::Found(Ok(hits))) => {
                let opens = matches!(self.listing, Listing::Searching { opens: true });
                self.listing = Listing::Found(hits);
                if opens {
                    return self.act(Act::Open);
                }
            }
            Event::Reply(Reply::Found(Err(error))) => self.listing = Listing::Failed(error),
            Event::Reply(_)
            | Event::Started
            | Event::Typed(_)
            | Event::Paste(_)
            | Event::Due
            | Event::Hide
            | Event::Committed(_)
            | Event::Jump(_) => {}
        }
        Vec::new()
    }

    fn view(&self, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        let theme = look.theme;
        let cursor = if theme.plain { "_" } else { "▏" };
        let title = format!("Find: {}{cursor}", crate::secret::escape::line(&self.search));
        let hits = self.hits();
        let note =
            if hits.is_empty() { String::new() } else { format!("{}/{}", self.scroll.selected() + 1, hits.len()) };
        let block = frame::boxed(&title, &note, area.width, theme.accent, theme);
        let inner = block.inner(area);
        let room = usize::from(inner.width).saturating_sub(16);
        let mut lines = Vec::new();
        for at in self.scroll.window(hits.len(), inner.height.into()) {
            let Some(hit) = hits.get(at) else { continue };
            let is_selected = at == self.scroll.selected();
            let pointer = if is_selected { theme.pointer() } else { " " };
            let mut spans = vec![Span::styled(format!("{pointer}{:<13} ", hit.what), theme.dim)];
            let title = text::spelled(&hit.title, theme.plain);
            spans.extend(self.marked(&text::fit(&title, room, theme.plain), look, is_selected));
            lines.push(Line::from(spans));
        }
        if let Some(sentence) = self.sentence() {
            lines.extend(text::wrap(&sentence, room).into_iter().map(|line| Line::from(format!(" {line}"))));
        }
        target.render_widget(Paragraph::new(lines).block(block), area);
        self.scroll.bar(target, area, hits.len(), theme);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        KEYS.hints()
    }

    fn title(&self) -> String {
        "find".to_owned()
    }

    fn takes_text(&self) -> bool {
        true
    }
}
