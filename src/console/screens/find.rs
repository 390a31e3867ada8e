//! The search over everything: organisations, people, and secrets by their names. What is chosen is opened in the
//! browser; what was opened so before stands there before anything is typed.

use super::super::effect::{Action, Request, Toast, Tone};
use super::super::keymap::{self, Binding, Group, Hint};
use super::super::message::{Goal, Hit, Reply, What};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::widgets::{frame, marks, text};
use super::super::words::find as words;
use crate::database::{Scope, UserId};
use crate::error::Error;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::time::Instant;

#[derive(Debug, Clone, Copy)]
enum Act {
    Open,
    Person,
    Back,
    Empty,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "find",
    when: "in the search over everything",
    bindings: &[
        Binding::new("open", &["enter"], Act::Open, "open", "Open what is chosen in the browser"),
        Binding::new("person", &["tab"], Act::Person, "all sets", "Show every set of the chosen person"),
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
    /// On its way; what is to be done with the first hit as soon as it is there.
    Searching(Option<Act>),
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
            Listing::Searching(_) | Listing::Failed(_) => &[],
        }
    }

    fn act(&mut self, act: Act) -> Vec<Action> {
        match act {
            Act::Open | Act::Person if matches!(self.listing, Listing::Searching(_)) => {
                self.listing = Listing::Searching(Some(act));
            }
            Act::Open => {
                let chosen = self.hits().get(self.scroll.selected()).cloned();
                return chosen.map(Action::Jump).into_iter().collect();
            }
            Act::Person => {
                let chosen = self.hits().get(self.scroll.selected());
                return chosen.map(all_sets).into_iter().collect();
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
        self.listing = Listing::Searching(None);
        vec![Action::Request(Request::Find(self.search.trim().to_owned()))]
    }

    fn sentence(&self) -> Option<&str> {
        match &self.listing {
            Listing::Recent if self.recent.is_empty() => Some(words::WHAT_TO_TYPE),
            Listing::Searching(Some(_)) => Some(words::SEARCHING_TO_OPEN),
            Listing::Searching(None) => Some(words::SEARCHING),
            Listing::Found(hits) if hits.is_empty() => Some(words::NOTHING_FOUND),
            Listing::Failed(error) => Some(&error.message),
            Listing::Recent | Listing::Found(_) => None,
        }
    }
}

/// All sets of the person that a hit is about.
fn all_sets(hit: &Hit) -> Action {
    match owner(&hit.goal) {
        Some(user) if hit.what == What::Person => Action::Person(user.clone(), hit.title.clone()),
        Some(user) => Action::Person(user.clone(), user.to_string()),
        None => Action::Toast(Toast { tone: Tone::Warning, text: words::NOBODY_ALONE.to_owned() }),
    }
}

fn owner(goal: &Goal) -> Option<&UserId> {
    match goal {
        Goal::Person(user) | Goal::Set { scope: Scope::Personal { user, .. }, .. } => Some(user),
        Goal::Set { scope: Scope::NoOrg { user }, .. } => user.as_ref(),
        Goal::Org(_) | Goal::Set { scope: Scope::Shared { .. }, .. } => None,
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
                let then = if let Listing::Searching(then) = self.listing { then } else { None };
                self.listing = Listing::Found(hits);
                return then.map(|act| self.act(act)).unwrap_or_default();
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
            let mut spans = vec![Span::styled(format!("{pointer}{:<13} ", hit.what.word()), theme.dim)];
            let style = if is_selected { theme.selected } else { theme.text };
            let title = text::spelled(&hit.title, theme.plain);
            let letters = marks::piece(self.search.trim(), &title);
            spans.extend(marks::spans(&title, &text::fit(&title, room, theme.plain), &letters, style, theme));
            lines.push(Line::from(spans));
        }
        if let Some(sentence) = self.sentence() {
            let width = usize::from(inner.width).saturating_sub(2);
            lines.extend(text::wrap(sentence, width).into_iter().map(|line| Line::from(format!(" {line}"))));
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
