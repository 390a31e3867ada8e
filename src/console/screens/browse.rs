//! The browser: organisations, their users, one user's secrets.

mod jumping;
mod keys;
mod pane;
mod reading;
mod secrets;
mod sets;
mod view;

use super::super::effect::{Action, EditTarget};
use super::super::keymap::{self, Hint};
use super::super::message::{Goal, Reply};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move};
use super::super::words;
use crate::database::{OrgRecord, Overview, UserRecord};
use crate::secret::Secret;
use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use jumping::Way;
use keys::{Act, MOVING, TYPING, Typing};
use pane::Pane;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use secrets::SecretsPane;
use sets::{copied, exported};
use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How soon a second click belongs to the first.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);

/// Which column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Orgs,
    Users,
    Secrets,
}

/// An entry of the first column.
enum Place {
    /// An organisation.
    Org(OrgRecord),
    /// Everybody's personal organisations, this many if that is known.
    Personal(Option<u64>),
    /// The rows that belong to no organisation, this many if that is known.
    NoOrg(Option<u64>),
}

/// An entry of the second column.
enum Who {
    /// What the organisation shares.
    Shared,
    /// A user.
    User(UserRecord),
    /// A user, by the personal organisation.
    Personal(OrgRecord),
}

/// What waits for its record in the audit trail.
enum Pending {
    /// The value of this entry is to be shown.
    Reveal(usize),
    /// This value is to be copied.
    Copy(Arc<Secret>),
}

/// The browser.
pub struct State {
    pending: Option<Pending>,
    /// Where the browser is on its way to.
    goal: Option<Goal>,
    way: Way,
    /// The set that another one is to be compared with.
    marked: Option<EditTarget>,
    focus: Column,
    is_typing: bool,
    /// `None` until it is known.
    overview: Option<Overview>,
    orgs: Pane<Place>,
    users: Pane<Who>,
    secrets: SecretsPane,
    /// Where the columns were drawn: a click is looked up here.
    areas: Cell<[Rect; 3]>,
    /// The last click: a second one there soon after it opens what it is on.
    clicked: Option<(Position, Instant)>,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// A browser that has not read anything yet.
    pub fn new() -> Self {
        Self {
            pending: None,
            goal: None,
            way: Way::There,
            marked: None,
            focus: Column::Orgs,
            is_typing: false,
            overview: None,
            orgs: Pane::new(),
            users: Pane::new(),
            secrets: SecretsPane::new(),
            areas: Cell::default(),
            clicked: None,
        }
    }

    /// A browser that goes back to where it stood the last time, if that is still there.
    pub fn returning(goal: Goal) -> Self {
        Self { goal: Some(goal), way: Way::Back, ..Self::new() }
    }

    fn press(&mut self, key: &KeyEvent, context: &Context<'_>) -> Vec<Action> {
        // Whoever takes the keys again goes their own way.
        self.goal = None;
        if self.is_typing {
            return self.type_in(key);
        }
        MOVING
            .find(key)
            .or_else(|| scroll::pressed(key).map(Act::Go))
            .map(|act| self.act(act, context))
            .unwrap_or_default()
    }

    fn act(&mut self, act: Act, context: &Context<'_>) -> Vec<Action> {
        match act {
            Act::Go(to) => return self.go(to),
            Act::Open if self.focus == Column::Secrets => return self.edit(context),
            Act::Open | Act::Next => self.focus_on(self.focus.next()),
            Act::Previous => self.focus_on(self.focus.previous()),
            Act::Back => return self.back(),
            Act::To(column) => self.focus_on(column),
            Act::Filter => self.is_typing = true,
            Act::Reveal => return self.toggle_reveal(),
            Act::CopyValue => return self.copy_value(),
            Act::CopyName => {
                let name = self.secrets.chosen().map(|entry| Arc::new(Secret::new(entry.row.name().as_str())));
                let name = name.ok_or(words::browse::NO_SECRET);
                return copied(name, words::browse::NAME_COPIED);
            }
            Act::Edit => return self.edit(context),
            Act::History => return self.history(),
            Act::Trail => return vec![Action::Trail],
            Act::Rotate => return vec![Action::Rotate],
            Act::Find => return vec![Action::Find],
            Act::Person => return self.person(),
            Act::Compare => return self.compare(),
            Act::Reload => return self.reload(),
        }
        Vec::new()
    }

    fn focus_on(&mut self, column: Column) {
        self.pending = None;
        self.secrets.reveal = None;
        self.focus = column;
    }

    fn go(&mut self, to: Move) -> Vec<Action> {
        let has_moved = match self.focus {
            Column::Orgs => self.orgs.go(to),
            Column::Users => self.users.go(to),
            Column::Secrets => {
                self.secrets.go(to);
                false
            }
        };
        if has_moved { self.follow(self.focus) } else { Vec::new() }
    }

    fn back(&mut self) -> Vec<Action> {
        if self.search().is_empty() {
            self.focus_on(self.focus.previous());
            return Vec::new();
        }
        self.set_search(String::new())
    }

    fn search(&self) -> &str {
        match self.focus {
            Column::Orgs => &self.orgs.search,
            Column::Users => &self.users.search,
            Column::Secrets => &self.secrets.search,
        }
    }

    fn set_search(&mut self, search: String) -> Vec<Action> {
        match self.focus {
            Column::Orgs => {
                self.orgs.search = search;
                self.load_orgs()
            }
            Column::Users => {
                self.users.search = search;
                self.load_users()
            }
            Column::Secrets => {
                self.secrets.filter(search);
                Vec::new()
            }
        }
    }

    fn type_in(&mut self, key: &KeyEvent) -> Vec<Action> {
        let mut search = self.search().to_owned();
        match TYPING.find(key) {
            Some(Typing::Done) => {
                self.is_typing = false;
                return Vec::new();
            }
            Some(Typing::Clear) => {
                self.is_typing = false;
                search.clear();
            }
            Some(Typing::Empty) => search.clear(),
            Some(Typing::Go(to)) => return self.go(to),
            None => drop(keymap::type_into(&mut search, key)),
        }
        if search == self.search() { Vec::new() } else { self.set_search(search) }
    }

    fn reload(&mut self) -> Vec<Action> {
        match self.focus {
            Column::Orgs => {
                self.overview = None;
                self.load_orgs()
            }
            Column::Users => self.load_users(),
            Column::Secrets => self.load_set(),
        }
    }

    fn click(&mut self, mouse: MouseEvent, context: &Context<'_>) -> Vec<Action> {
        if let Some(to) = scroll::wheel(&mouse) {
            return self.go(to);
        }
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let at = Position::new(mouse.column, mouse.row);
                let columns = [Column::Orgs, Column::Users, Column::Secrets].into_iter().zip(self.areas.get());
                let Some((column, area)) = columns.into_iter().find(|(_, area)| area.contains(at)) else {
                    return Vec::new();
                };
                let is_second = self.clicked.take().is_some_and(|(place, then)| {
                    place == at && context.now.saturating_duration_since(then) < DOUBLE_CLICK
                });
                if is_second {
                    return self.act(Act::Open, context);
                }
                self.clicked = Some((at, context.now));
                self.focus_on(column);
                self.choose(column, usize::from(mouse.row - area.y))
            }
            _ => Vec::new(),
        }
    }

    /// Selects the entry that is drawn in the given row of a column.
    fn choose(&mut self, column: Column, row: usize) -> Vec<Action> {
        let (scroll, count) = match column {
            Column::Orgs => (&mut self.orgs.scroll, self.orgs.items.len()),
            Column::Users => (&mut self.users.scroll, self.users.items.len()),
            Column::Secrets => {
                let frame = 1;
                let at = row.checked_sub(frame).and_then(|row| self.secrets.drawn.borrow().get(row).copied().flatten());
                if let Some(at) = at {
                    self.secrets.scroll.select(at);
                }
                return Vec::new();
            }
        };
        let at = scroll.top() + row;
        if at >= count || at == scroll.selected() {
            return Vec::new();
        }
        scroll.select(at);
        self.follow(column)
    }
}

impl Column {
    const fn next(self) -> Self {
        match self {
            Self::Orgs => Self::Users,
            Self::Users | Self::Secrets => Self::Secrets,
        }
    }

    const fn previous(self) -> Self {
        match self {
            Self::Orgs | Self::Users => Self::Orgs,
            Self::Secrets => Self::Users,
        }
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    [MOVING.hints(), TYPING.hints()].concat()
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Started => self.load_orgs(),
            Event::Key(key) => self.press(&key, context),
            Event::Mouse(mouse) => self.click(mouse, context),
            Event::Typed(typed) => self.typed(typed, context),
            Event::Reply(Reply::Side(side)) => self.side(side),
            Event::Reply(Reply::Export(done)) => exported(done),
            Event::Reply(Reply::Recorded(recorded)) => self.recorded(recorded, context.now),
            Event::Reply(reply) => self.reply(reply, context.opened),
            Event::Committed(set) => self.committed(set),
            Event::Jump(goal) => self.jump(goal),
            Event::Due => {
                if self.secrets.reveal.is_some_and(|reveal| reveal.until <= context.now) {
                    self.secrets.reveal = None;
                }
                Vec::new()
            }
            Event::Hide => {
                self.pending = None;
                self.secrets.reveal = None;
                Vec::new()
            }
            // Outside a field a paste means nothing: its letters must not become keys.
            Event::Paste(_) => Vec::new(),
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        view::view(self, frame, area, look);
    }

    fn due(&self, now: Instant) -> Option<Instant> {
        self.secrets.due(now)
    }

    fn hints(&self) -> Vec<Hint> {
        if self.is_typing {
            return TYPING.hints();
        }
        scroll::hints(&MOVING)
    }

    fn lock(&mut self) {
        (self.pending, self.marked) = (None, None);
        self.secrets.wipe();
        self.secrets.load(self.scope());
    }

    fn unlock(&mut self) -> Vec<Action> {
        if self.orgs.items.is_empty() { self.load_orgs() } else { self.load_set() }
    }

    fn place(&self) -> Option<Goal> {
        let set = |scope| Goal::Set { scope, name: None };
        let org = || match self.orgs.selected()? {
            Place::Org(org) => Some(Goal::Org(org.id.clone())),
            Place::Personal(_) | Place::NoOrg(_) => None,
        };
        self.goal.clone().or_else(|| self.scope().map(set)).or_else(org)
    }

    fn title(&self) -> String {
        let Some(place) = self.orgs.selected() else { return String::new() };
        let place = match place {
            Place::Org(org) => org.title(),
            Place::Personal(_) => words::PERSONAL.to_owned(),
            Place::NoOrg(_) => words::NO_ORG.to_owned(),
        };
        match self.users.selected() {
            None => place,
            Some(Who::Shared) => format!("{place} ▸ shared"),
            Some(Who::User(user)) => format!("{place} ▸ {}", user.title()),
            Some(Who::Personal(org)) => org.title(),
        }
    }

    fn takes_text(&self) -> bool {
        self.is_typing
    }
}

#[cfg(test)]
mod tests;
