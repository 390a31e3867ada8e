//! The sets that commits replaced: which there are, what differs, and the way back.

mod view;

use super::super::effect::{Action, EditTarget, Request, Toast, Tone};
use super::super::keymap::{Binding, Group, Hint};
use super::super::message::Reply;
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::words;
use crate::database::KeptSet;
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{Base, Difference, DropSealed, LoadedSet, NewSet};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Clone, Copy)]
enum Act {
    Restore,
    Mark,
    CopyScript,
    Back,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "history",
    when: "in the history",
    bindings: &[
        Binding::new("restore", &["enter"], Act::Restore, "restore", "Review what restoring this set would change"),
        Binding::new(
            "mark",
            &["space"],
            Act::Mark,
            "compare",
            "Compare with this set from here on, or with the stored one again",
        ),
        Binding::new("back", &["esc", "h", "left", "H"], Act::Back, "back", "Go back to the browser"),
    ],
};

const WITHOUT_TABLES: Group<Act> = Group {
    name: "history-script",
    when: "where no history is kept",
    bindings: &[
        Binding::new("copy-script", &["y"], Act::CopyScript, "copy the script", "Copy the SQL that creates the tables"),
        Binding::new("back", &["esc", "h", "left", "H"], Act::Back, "back", "Go back to the browser"),
    ],
};

/// What is there to look at.
enum Listing {
    /// It is on its way.
    Loading,
    /// Nothing is kept here: this SQL would create the tables for it.
    WithoutTables(String),
    /// These, newest first.
    Ready(Vec<KeptSet>),
    /// It could not be read.
    Failed(Error),
}

/// The history of one set.
pub struct State {
    /// The set as it is stored.
    target: EditTarget,
    listing: Listing,
    /// What was read of the kept sets, by their numbers.
    versions: HashMap<i64, Arc<LoadedSet>>,
    /// The number of the kept set that the others are compared with, in place of the stored one.
    marked: Option<i64>,
    scroll: Scroll,
}

impl State {
    /// The history of the set of `target`.
    pub fn new(target: EditTarget) -> Self {
        Self { target, listing: Listing::Loading, versions: HashMap::new(), marked: None, scroll: Scroll::default() }
    }

    fn kept(&self) -> &[KeptSet] {
        match &self.listing {
            Listing::Ready(kept) => kept,
            Listing::Loading | Listing::WithoutTables(_) | Listing::Failed(_) => &[],
        }
    }

    fn selected(&self) -> Option<&KeptSet> {
        self.kept().get(self.scroll.selected())
    }

    /// What would become of the set that the others are compared with, if the selected one took its place.
    fn difference(&self) -> Option<Difference> {
        let version = self.versions.get(&self.selected()?.id)?;
        let other = match self.marked {
            None => &self.target.set,
            Some(id) => self.versions.get(&id)?,
        };
        Some(Difference::between(other, &version.to_secrets(), &DropSealed::Keep))
    }

    /// Asks for the selected set, where it is not there yet.
    fn follow(&self) -> Vec<Action> {
        let missing = self.selected().map(|kept| kept.id).filter(|id| !self.versions.contains_key(id));
        missing.map(|id| Action::Request(Request::Version(id))).into_iter().collect()
    }

    fn act(&mut self, act: Act, context: &Context<'_>) -> Vec<Action> {
        match act {
            Act::Back => vec![Action::Pop],
            Act::Go(to) => {
                let count = self.kept().len();
                self.scroll.go(to, count);
                self.follow()
            }
            Act::Mark => {
                let id = self.selected().map(|kept| kept.id);
                self.marked = if self.marked == id { None } else { id };
                Vec::new()
            }
            Act::CopyScript => match &self.listing {
                Listing::WithoutTables(script) => {
                    let text = words::SCRIPT_COPIED.to_owned();
                    vec![Action::Copy(Arc::new(Secret::new(script))), Action::Toast(Toast { tone: Tone::Good, text })]
                }
                Listing::Loading | Listing::Ready(_) | Listing::Failed(_) => Vec::new(),
            },
            Act::Restore => self.restore(context),
        }
    }

    fn restore(&self, context: &Context<'_>) -> Vec<Action> {
        let warn = |text: &str| vec![Action::Toast(Toast { tone: Tone::Warning, text: text.to_owned() })];
        if let Some(reason) = &context.opened.about.read_only {
            return warn(&words::not_restored(reason));
        }
        let chosen = self.selected().and_then(|kept| Some((kept.id, self.versions.get(&kept.id)?)));
        let Some((id, version)) = chosen else {
            return warn(words::VERSION_LOADING);
        };
        let new = NewSet {
            secrets: version.to_secrets(),
            base: Base::Loaded(Arc::clone(&self.target.set)),
            drop_sealed: DropSealed::Keep,
            restores: Some(id),
        };
        vec![Action::Rebase { target: self.target.clone(), new, review: true }]
    }

    fn reply(&mut self, reply: Reply) -> Vec<Action> {
        match reply {
            Reply::Script(script) => {
                self.listing = Listing::WithoutTables(script);
                Vec::new()
            }
            Reply::History(Ok(kept)) => {
                self.listing = Listing::Ready(kept);
                self.follow()
            }
            Reply::History(Err(error)) => {
                self.listing = Listing::Failed(error);
                Vec::new()
            }
            Reply::Version(Ok(Some(kept))) => {
                self.versions.insert(kept.id, kept.set);
                Vec::new()
            }
            Reply::Version(Ok(None)) => {
                let text = words::VERSION_GONE.to_owned();
                vec![Action::Toast(Toast { tone: Tone::Warning, text })]
            }
            Reply::Version(Err(error)) => {
                vec![Action::Toast(Toast { tone: Tone::Bad, text: error.message })]
            }
            Reply::Panicked => {
                self.listing = Listing::Failed(words::read_panicked());
                Vec::new()
            }
            Reply::Cancelled => {
                self.listing = Listing::Failed(words::history_given_up());
                Vec::new()
            }
            Reply::Overview(_)
            | Reply::Orgs(_)
            | Reply::Personal(_)
            | Reply::Users(_)
            | Reply::Load(_)
            | Reply::Recorded(_)
            | Reply::Import(_)
            | Reply::Side(_)
            | Reply::Export(_)
            | Reply::Trail(_)
            | Reply::Rotation(_)
            | Reply::Lock(_)
            | Reply::Found(_)
            | Reply::Homes(_)
            | Reply::Commit(_) => Vec::new(),
        }
    }

    fn bindings(&self) -> Group<Act> {
        if matches!(self.listing, Listing::WithoutTables(_)) { WITHOUT_TABLES } else { KEYS }
    }

    fn press(&mut self, key: &KeyEvent, context: &Context<'_>) -> Vec<Action> {
        self.bindings()
            .find(key)
            .or_else(|| scroll::pressed(key).map(Act::Go))
            .map(|act| self.act(act, context))
            .unwrap_or_default()
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    [KEYS.hints(), WITHOUT_TABLES.hints()].concat()
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Started if !context.opened.about.keeps_history => vec![Action::Request(Request::Script)],
            Event::Started => vec![Action::Request(Request::History(self.target.set.scope.clone()))],
            Event::Key(key) => self.press(&key, context),
            Event::Reply(reply) => self.reply(reply),
            Event::Mouse(mouse) => scroll::wheel(&mouse).map(|to| self.act(Act::Go(to), context)).unwrap_or_default(),
            Event::Typed(_) | Event::Paste(_) | Event::Due | Event::Hide | Event::Committed(_) | Event::Jump(_) => {
                Vec::new()
            }
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        view::view(self, frame, area, look);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        scroll::hints(&self.bindings())
    }

    fn title(&self) -> String {
        self.target.title.clone()
    }
}
