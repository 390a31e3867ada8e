//! The audit trail: who did what, newest first, and whether every record is as it was written.

mod view;

use super::super::effect::{Action, Request};
use super::super::keymap::{self, Binding, Group, Hint};
use super::super::message::{Reply, TrailView};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::words;
use crate::database::TrailRow;
use crate::error::Error;
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::time::Instant;

#[derive(Debug, Clone, Copy)]
enum Act {
    Filter,
    Back,
    Reload,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "trail",
    when: "in the audit trail",
    bindings: &[
        Binding::new("filter", &["/"], Act::Filter, "filter", "Filter by anything that a record says"),
        Binding::new("reload", &["r"], Act::Reload, "reload", "Read and verify the trail anew"),
        Binding::new("back", &["esc", "h", "left", "A"], Act::Back, "back", "Go back, or clear the filter"),
    ],
};

const TYPING: Group<Act> = Group {
    name: "trail-filter",
    when: "while the trail is filtered",
    bindings: &[Binding::new("filter", &["enter", "esc", "tab"], Act::Filter, "done", "End the filter")],
};

/// What is there to look at.
enum Listing {
    Loading,
    Ready(TrailView),
    Failed(Error),
}

/// The trail.
pub struct State {
    listing: Listing,
    search: String,
    is_typing: bool,
    scroll: Scroll,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// A trail that is about to be read.
    pub fn new() -> Self {
        Self { listing: Listing::Loading, search: String::new(), is_typing: false, scroll: Scroll::default() }
    }

    /// The records that the filter leaves, newest first, each with whether somebody else stored its set before it.
    fn listed(&self) -> Vec<(&TrailRow, bool)> {
        let Listing::Ready(view) = &self.listing else { return Vec::new() };
        let wanted = self.search.to_lowercase();
        let says = |row: &TrailRow| {
            let parts = [Some(&row.at), Some(&row.operator), Some(&row.action), row.org.as_ref(), row.user.as_ref()];
            let parts = parts.into_iter().flatten().chain(&row.names).chain(row.detail.as_ref());
            wanted.is_empty() || parts.into_iter().any(|part| part.to_lowercase().contains(&wanted))
        };
        view.rows.iter().zip(view.gaps.iter().copied()).rev().filter(|(row, _)| says(row)).collect()
    }

    fn act(&mut self, act: Act) -> Vec<Action> {
        match act {
            Act::Filter => self.is_typing = !self.is_typing,
            Act::Back if self.search.is_empty() => return vec![Action::Pop],
            Act::Back => self.search.clear(),
            Act::Reload => {
                self.listing = Listing::Loading;
                return vec![Action::Request(Request::Trail)];
            }
            Act::Go(to) => {
                let count = self.listed().len();
                self.scroll.go(to, count);
            }
        }
        Vec::new()
    }

    fn press(&mut self, key: &KeyEvent) -> Vec<Action> {
        if !self.is_typing {
            return KEYS
                .find(key)
                .or_else(|| scroll::pressed(key).map(Act::Go))
                .map(|act| self.act(act))
                .unwrap_or_default();
        }
        if let Some(act) = TYPING.find(key) {
            return self.act(act);
        }
        if keymap::type_into(&mut self.search, key) {
            self.scroll.reset();
        }
        Vec::new()
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    [KEYS.hints(), TYPING.hints()].concat()
}

impl Screen for State {
    fn update(&mut self, event: Event, _: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Started => return vec![Action::Request(Request::Trail)],
            Event::Key(key) => return self.press(&key),
            Event::Reply(Reply::Trail(Ok(view))) => self.listing = Listing::Ready(view),
            Event::Reply(Reply::Trail(Err(error))) => self.listing = Listing::Failed(error),
            Event::Reply(Reply::Panicked) => self.listing = Listing::Failed(words::read_panicked()),
            Event::Reply(Reply::Cancelled) => self.listing = Listing::Failed(words::trail_given_up()),
            Event::Mouse(mouse) => {
                return scroll::wheel(&mouse).map(|to| self.act(Act::Go(to))).unwrap_or_default();
            }
            Event::Typed(_)
            | Event::Paste(_)
            | Event::Reply(_)
            | Event::Due
            | Event::Hide
            | Event::Committed(_)
            | Event::Jump(_) => {}
        }
        Vec::new()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        view::view(self, frame, area, look);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        if self.is_typing { TYPING.hints() } else { scroll::hints(&KEYS) }
    }

    fn title(&self) -> String {
        "audit trail".to_owned()
    }

    fn takes_text(&self) -> bool {
        self.is_typing
    }
}
