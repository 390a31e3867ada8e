//! The merge: what somebody else stored meanwhile, beside what the form wants.

mod view;

use super::super::effect::{Action, EditTarget, MergeTarget, Request, Toast, Tone};
use super::super::keymap::{Binding, Group, Hint};
use super::super::message::Reply;
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::words;
use crate::audit;
use crate::error::Error;
use crate::secret::SecretName;
use crate::store::merge::{Entry, Merge, Outcome, Side};
use crate::store::{Base, DropSealed, NewSet};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the three values of a name stay revealed.
const REVEAL: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy)]
enum Act {
    Take(Side),
    TakeAll(Side),
    Edit,
    Reveal,
    Done,
    Back,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "merge",
    when: "in the merge",
    bindings: &[
        Binding::new("take-theirs", &["t"], Act::Take(Side::Theirs), "theirs", "Take what is stored now"),
        Binding::new("take-mine", &["m"], Act::Take(Side::Mine), "mine", "Take what the form wants"),
        Binding::new("edit", &["e"], Act::Edit, "edit", "Go on in the form, over what is stored now"),
        Binding::new(
            "reveal",
            &["space"],
            Act::Reveal,
            "reveal",
            "Reveal the three values for ten seconds, or until the cursor moves",
        ),
        Binding::new("done", &["enter"], Act::Done, "review", "Review what was merged"),
        Binding::new("back", &["esc", "h", "left"], Act::Back, "back", "Go back; nothing is stored"),
        Binding::new("take-all-theirs", &["T"], Act::TakeAll(Side::Theirs), "", "Take theirs wherever both changed"),
        Binding::new("take-all-mine", &["M"], Act::TakeAll(Side::Mine), "", "Take mine wherever both changed"),
    ],
};

/// The merge of one form with what is stored now.
pub struct State {
    target: MergeTarget,
    merge: Merge,
    chosen: HashMap<SecretName, Side>,
    scroll: Scroll,
    /// Until when the values of the chosen row are shown.
    revealed: Option<Instant>,
}

impl State {
    /// The merge that `target` asks for. What has to be decided stands first.
    pub fn new(target: MergeTarget) -> Self {
        let mut merge = Merge::new(&target.base.to_secrets(), &target.theirs, &target.mine.secrets);
        merge.entries.sort_by_key(|entry| match entry.outcome() {
            Outcome::Conflict => 0,
            Outcome::One(_) | Outcome::Both => 1,
            Outcome::Untouched => 2,
        });
        Self { target, merge, chosen: HashMap::new(), scroll: Scroll::default(), revealed: None }
    }

    /// The names that somebody touched.
    fn listed(&self) -> Vec<&Entry> {
        self.merge.entries.iter().filter(|entry| entry.outcome() != Outcome::Untouched).collect()
    }

    fn undecided(&self) -> usize {
        self.merge.conflicts().filter(|entry| !self.chosen.contains_key(&entry.name)).count()
    }

    /// The trail has its record of the reveal, or it does not happen.
    fn recorded(&mut self, recorded: Result<(), Error>, now: Instant) -> Vec<Action> {
        match recorded {
            Ok(()) => {
                self.revealed = Some(now + REVEAL);
                Vec::new()
            }
            Err(error) => vec![Action::Toast(Toast { tone: Tone::Bad, text: error.message })],
        }
    }

    fn act(&mut self, act: Act) -> Vec<Action> {
        match act {
            Act::Take(side) => self.take(side),
            Act::TakeAll(side) => {
                self.chosen = self.merge.conflicts().map(|entry| (entry.name.clone(), side)).collect();
            }
            Act::Reveal if self.revealed.is_some() => self.revealed = None,
            Act::Reveal => {
                let name = self.listed().get(self.scroll.selected()).map(|entry| entry.name.as_str().to_owned());
                let event = audit::Event::of(audit::Action::Reveal, &self.target.theirs.scope);
                return name.map(|name| Action::Request(Request::Record(event.named(&name)))).into_iter().collect();
            }
            Act::Back => return vec![Action::Pop],
            Act::Go(to) => {
                self.revealed = None;
                let count = self.listed().len();
                self.scroll.go(to, count);
            }
            Act::Edit => return self.rebase(false),
            Act::Done if self.undecided() == 0 => return self.rebase(true),
            Act::Done => {
                let text = words::still_to_decide(self.undecided());
                return vec![Action::Toast(Toast { tone: Tone::Warning, text })];
            }
        }
        Vec::new()
    }

    /// Chooses for the name under the cursor, and goes on to the next that has to be decided.
    fn take(&mut self, side: Side) {
        let Some(entry) = self.listed().get(self.scroll.selected()).copied().cloned() else { return };
        if entry.outcome() != Outcome::Conflict {
            return;
        }
        self.chosen.insert(entry.name, side);
        self.revealed = None;
        let next = self
            .listed()
            .iter()
            .position(|entry| entry.outcome() == Outcome::Conflict && !self.chosen.contains_key(&entry.name));
        if let Some(next) = next {
            self.scroll.select(next);
        }
    }

    /// The form over what is stored now; what is not decided yet is mine there.
    fn rebase(&self, review: bool) -> Vec<Action> {
        let choose = |name: &SecretName| Some(self.chosen.get(name).copied().unwrap_or(Side::Mine));
        let Ok(secrets) = self.merge.resolve(choose) else { return Vec::new() };
        let theirs = &self.target.theirs;
        let drop_sealed = match &self.target.mine.drop_sealed {
            DropSealed::Rows(ids) => {
                DropSealed::Rows(theirs.sealed_rows().map(|row| row.id).filter(|id| ids.contains(id)).collect())
            }
            other => other.clone(),
        };
        vec![Action::Rebase {
            target: EditTarget { set: Arc::clone(theirs), title: self.target.title.clone() },
            new: NewSet { secrets, base: Base::Loaded(Arc::clone(theirs)), drop_sealed, restores: None },
            review,
        }]
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    KEYS.hints()
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Key(key) => self.press(&key),
            Event::Mouse(mouse) => scroll::wheel(&mouse).map(|to| self.act(Act::Go(to))).unwrap_or_default(),
            Event::Due | Event::Hide => {
                self.revealed = None;
                Vec::new()
            }
            Event::Reply(Reply::Recorded(recorded)) => self.recorded(recorded, context.now),
            Event::Started
            | Event::Typed(_)
            | Event::Paste(_)
            | Event::Reply(_)
            | Event::Committed(_)
            | Event::Jump(_) => Vec::new(),
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        view::view(self, frame, area, look);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        self.revealed
    }

    fn hints(&self) -> Vec<Hint> {
        scroll::hints(&KEYS)
    }

    fn title(&self) -> String {
        self.target.title.clone()
    }
}

impl State {
    fn press(&mut self, key: &KeyEvent) -> Vec<Action> {
        KEYS.find(key).or_else(|| scroll::pressed(key).map(Act::Go)).map(|act| self.act(act)).unwrap_or_default()
    }
}
