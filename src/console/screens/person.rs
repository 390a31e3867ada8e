//! One person's sets: every organisation in which somebody is a member or has secrets, and what belongs to none.

use super::super::effect::{Action, MOST_HOMES, Request};
use super::super::keymap::{Binding, Group, Hint};
use super::super::message::{Goal, Hit, Reply, What};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::widgets::{frame, text};
use super::super::words::{NO_ORG, PERSONAL, TRY_AGAIN, find as words, read_given_up};
use crate::database::{Home, Scope, UserId};
use crate::error::Error;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::time::Instant;

/// Cells that the counts take.
const COUNT: usize = 11;

#[derive(Debug, Clone, Copy)]
enum Act {
    Open,
    Reload,
    Back,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "person",
    when: "in all sets of a person",
    bindings: &[
        Binding::new("open", &["enter", "l", "right"], Act::Open, "open", "Open the set in the browser"),
        Binding::new("reload", &["r"], Act::Reload, "reload", "Look again where the person has sets"),
        Binding::new("back", &["esc", "h", "left", "o"], Act::Back, "back", "Go back"),
    ],
};

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    KEYS.hints()
}

/// How far the reading is.
enum Listing {
    Loading,
    Ready(Vec<Home>),
    Failed(Error),
}

/// All sets of a person.
pub struct State {
    user: UserId,
    /// The e-mail or the id, escaped.
    who: String,
    listing: Listing,
    scroll: Scroll,
}

impl State {
    /// All sets of `user`, who is called `who`.
    pub fn new(user: UserId, who: String) -> Self {
        Self { user, who, listing: Listing::Loading, scroll: Scroll::default() }
    }

    fn homes(&self) -> &[Home] {
        match &self.listing {
            Listing::Ready(homes) => homes,
            Listing::Loading | Listing::Failed(_) => &[],
        }
    }

    fn load(&mut self) -> Vec<Action> {
        self.listing = Listing::Loading;
        self.scroll.reset();
        vec![Action::Request(Request::Homes(self.user.clone()))]
    }

    fn act(&mut self, act: Act) -> Vec<Action> {
        match act {
            Act::Open => {
                let chosen = self.homes().get(self.scroll.selected());
                return chosen.map(|home| Action::Jump(self.hit(home))).into_iter().collect();
            }
            Act::Reload => return self.load(),
            Act::Back => return vec![Action::Pop],
            Act::Go(to) => {
                let count = self.homes().len();
                self.scroll.go(to, count);
            }
        }
        Vec::new()
    }

    fn hit(&self, home: &Home) -> Hit {
        let user = self.user.clone();
        let (title, scope) = match &home.org {
            Some(org) if org.personal.is_some() => (org.title(), Scope::Personal { org: org.id.clone(), user }),
            Some(org) => (format!("{} ▸ {}", org.title(), self.who), Scope::Personal { org: org.id.clone(), user }),
            None => (format!("{NO_ORG} ▸ {}", self.who), Scope::NoOrg { user: Some(user) }),
        };
        Hit { title, what: What::Set, goal: Goal::Set { scope, name: None } }
    }

    fn line(&self, at: usize, home: &Home, width: usize, look: &Look<'_>) -> Line<'static> {
        let theme = look.theme;
        let is_selected = at == self.scroll.selected();
        let pointer = if is_selected { theme.pointer() } else { " " };
        let style = if is_selected { theme.selected } else { theme.text };
        let place = match &home.org {
            Some(org) if org.personal.is_some() => PERSONAL.to_owned(),
            Some(org) => org.title(),
            None => NO_ORG.to_owned(),
        };
        let role = crate::secret::escape::line(home.role.as_deref().unwrap_or(match &home.org {
            Some(org) if org.personal.is_none() => words::STRANGER,
            Some(_) | None => "",
        }))
        .into_owned();
        let count = words::secrets(home.secrets);
        let rest = width.saturating_sub(COUNT + 4);
        let role_room = (rest / 3).min(14);
        Line::from(vec![
            Span::styled(format!("{pointer}{}  ", text::pad(&place, rest - role_room, theme.plain)), style),
            Span::styled(text::pad(&role, role_room, theme.plain), if is_selected { style } else { theme.dim }),
            Span::styled(format!(" {}", text::pad(&count, COUNT, theme.plain)), style),
        ])
    }

    fn sentences(&self) -> Vec<String> {
        match &self.listing {
            Listing::Loading => vec![words::LOOKING.to_owned()],
            Listing::Failed(error) => std::iter::once(error.message.clone())
                .chain(error.hints.clone())
                .chain([TRY_AGAIN.to_owned()])
                .collect(),
            Listing::Ready(homes) if homes.is_empty() => vec![words::NOWHERE.to_owned()],
            Listing::Ready(homes) if homes.len() >= MOST_HOMES => {
                vec![words::only_the_first(MOST_HOMES)]
            }
            Listing::Ready(_) => Vec::new(),
        }
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, _: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Started => return self.load(),
            Event::Key(key) => {
                let act = KEYS.find(&key).or_else(|| scroll::pressed(&key).map(Act::Go));
                return act.map(|act| self.act(act)).unwrap_or_default();
            }
            Event::Mouse(mouse) => {
                return scroll::wheel(&mouse).map(|to| self.act(Act::Go(to))).unwrap_or_default();
            }
            Event::Reply(Reply::Homes(Ok(homes))) => self.listing = Listing::Ready(homes),
            Event::Reply(Reply::Homes(Err(error))) => self.listing = Listing::Failed(error),
            Event::Reply(Reply::Cancelled) => self.listing = Listing::Failed(read_given_up()),
            Event::Reply(_)
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
        let homes = self.homes();
        let note =
            if homes.is_empty() { String::new() } else { format!("{}/{}", self.scroll.selected() + 1, homes.len()) };
        let block = frame::boxed(&words::all_sets(&self.who), &note, area.width, theme.accent, theme);
        let inner = block.inner(area);
        let width = usize::from(inner.width);
        let said: Vec<String> =
            self.sentences().iter().flat_map(|said| text::wrap(said, width.saturating_sub(2))).collect();
        let height = usize::from(inner.height).saturating_sub(said.len());
        let mut lines = Vec::new();
        for at in self.scroll.window(homes.len(), height) {
            lines.extend(homes.get(at).map(|home| self.line(at, home, width, look)));
        }
        lines.extend(said.into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), theme.dim))));
        target.render_widget(Paragraph::new(lines).block(block), area);
        self.scroll.bar(target, area, homes.len(), theme);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        scroll::hints(&KEYS)
    }

    fn title(&self) -> String {
        self.who.clone()
    }
}
