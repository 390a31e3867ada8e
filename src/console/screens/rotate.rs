//! The walk through a key rotation: a screen a step, each with what it found, what it will do, and how to go back.

mod keys;
mod page;
mod steps;
mod view;

use super::super::effect::{Action, Ask, Request, Toast, Tone};
use super::super::keymap::{self, Group, Hint};
use super::super::message::{Answer, Reply, Ring};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move};
use super::super::words::rotate as words;
use crate::error::Error;
use crate::keyring::KeyId;
use crate::rotation::{Added, Inventory, Progress, Summary};
use crate::secret::Secret;
use crossterm::event::KeyEvent;
use keys::{Act, CHOOSING, ENDING, READING, RUNNING, WRITING};
use page::Position;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use steps::Step;
use zeroize::Zeroizing;

/// What is going on within a step.
enum Phase {
    /// The worker has not answered yet.
    Waiting,
    /// There is something to read, and enter goes on.
    Reading,
    /// A line is written; in a hidden one, nobody sees it.
    Writing { hidden: bool },
    /// Batches are under way.
    Running { progress: Progress, is_paused: bool, is_asked: bool },
    /// It did not work; enter tries again.
    Failed(Error),
}

/// One way to a new key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Generate,
    File,
    Type,
    InRing(KeyId),
}

/// The walk.
pub struct State {
    step: Step,
    phase: Phase,
    inventory: Option<Box<Inventory>>,
    ring: Option<Ring>,
    added: Option<Added>,
    /// The key that everything is to come under.
    target: Option<KeyId>,
    backup: Option<PathBuf>,
    plan: Option<Box<Summary>>,
    done: Option<Box<Summary>>,
    verified: Option<Box<Summary>>,
    /// A key that opens the other half of so many sealed rows: its id has to be typed once more.
    halves: Option<(String, u64)>,
    /// What was removed at the end, a sentence each.
    removed: Vec<String>,
    input: Zeroizing<String>,
    position: Position,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// A walk that has not begun.
    pub fn new() -> Self {
        Self {
            step: Step::Inventory,
            phase: Phase::Waiting,
            inventory: None,
            ring: None,
            added: None,
            target: None,
            backup: None,
            plan: None,
            done: None,
            verified: None,
            halves: None,
            removed: Vec::new(),
            input: Zeroizing::default(),
            position: Position::default(),
        }
    }

    fn fail(&mut self, error: Error) -> Vec<Action> {
        self.phase = Phase::Failed(error);
        Vec::new()
    }

    /// The ways to a new key, and the keys of the ring that do not write.
    fn choices(&self) -> Vec<Choice> {
        let ring = self.ring.iter().flat_map(|ring| &ring.keys).filter(|key| !key.writes);
        let ways = [Choice::Generate, Choice::File, Choice::Type];
        ways.into_iter().chain(ring.map(|key| Choice::InRing(key.id.clone()))).collect()
    }

    fn ask(&mut self, ask: Ask) -> Vec<Action> {
        self.phase = Phase::Waiting;
        vec![Action::Request(Request::Rotation(ask))]
    }

    /// Whether all that opens is under the target.
    fn is_clean(&self) -> bool {
        self.verified.as_ref().is_some_and(|summary| summary.is_all_under_target())
    }

    /// Whether no server can read the key file, since it is behind a passphrase.
    fn is_protected(&self) -> bool {
        self.ring.as_ref().is_some_and(|ring| ring.is_protected)
    }

    fn answered(&mut self, answer: Answer) -> Vec<Action> {
        match answer {
            Answer::Inventory(inventory, ring) => {
                self.inventory = Some(inventory);
                self.phase = Phase::Reading;
                self.took(ring)
            }
            Answer::Added(added, ring) => {
                self.target = Some(added.id.clone());
                self.added = Some(added);
                let mut actions = self.took(ring);
                actions.extend(self.enter(Step::Servers));
                actions
            }
            Answer::BackedUp(path) => {
                self.backup = Some(path);
                self.enter(Step::DryRun)
            }
            Answer::Progress(progress, ring) => {
                let is_paused = matches!(self.phase, Phase::Running { is_paused: true, .. });
                self.phase = Phase::Running { progress, is_paused, is_asked: !is_paused };
                let mut actions = self.took(ring);
                if !is_paused {
                    actions.push(Action::Request(Request::Rotation(Ask::Step)));
                }
                actions
            }
            Answer::Done(summary) => {
                self.phase = Phase::Reading;
                match self.step {
                    Step::DryRun => self.plan = Some(summary),
                    Step::Rotate => self.done = Some(summary),
                    _ => self.verified = Some(summary),
                }
                Vec::new()
            }
            Answer::Ended => vec![Action::Pop],
            Answer::Retired(ring) => {
                let mut actions = self.took(ring);
                actions.extend(self.enter(Step::Remove));
                actions
            }
            Answer::OpensHalves(rows) => {
                self.halves = Some((self.input.trim().to_owned(), rows));
                self.enter(Step::Remove)
            }
            Answer::Removed(ring) => {
                self.halves = None;
                self.removed.push(words::removed(self.input.trim()));
                let mut actions = self.took(ring);
                actions.extend(self.enter(Step::Remove));
                actions
            }
            Answer::CopiesDeleted(count) => {
                self.removed.push(words::copies_deleted(count));
                self.enter(Step::Remove)
            }
        }
    }

    fn took(&mut self, ring: Ring) -> Vec<Action> {
        let key = ring.keys.iter().find(|key| key.writes).map(|key| key.id.0.clone());
        self.ring = Some(ring);
        vec![Action::KeyIs(key)]
    }

    fn act(&mut self, act: Act, context: &Context<'_>) -> Vec<Action> {
        match act {
            Act::GoOn => self.go_on(context),
            Act::Pause => {
                let Phase::Running { is_paused, is_asked, .. } = &mut self.phase else { return Vec::new() };
                *is_paused = !*is_paused;
                if *is_paused || *is_asked {
                    return Vec::new();
                }
                *is_asked = true;
                vec![Action::Request(Request::Rotation(Ask::Step))]
            }
            Act::Copy => {
                let text = view::ticket(self, context.opened).join("\n");
                let toast = Toast { tone: Tone::Good, text: words::COPIED.to_owned() };
                vec![Action::Copy(Arc::new(Secret::new(text))), Action::Toast(toast)]
            }
            Act::Back => self.back(),
        }
    }

    fn press(&mut self, key: &KeyEvent, context: &Context<'_>) -> Vec<Action> {
        if let Some(act) = self.bindings().find(key) {
            return self.act(act, context);
        }
        match &self.phase {
            Phase::Writing { .. } if keymap::type_into(&mut self.input, key) => {}
            Phase::Writing { .. } | Phase::Waiting | Phase::Reading | Phase::Running { .. } | Phase::Failed(_) => {
                self.scroll(scroll::pressed(key));
            }
        }
        Vec::new()
    }

    fn scroll(&mut self, to: Option<Move>) {
        let count = if self.is_choosing() { self.choices().len() } else { self.position.places() };
        if let Some(to) = to {
            self.position.scroll.go(to, count);
        }
    }

    fn is_choosing(&self) -> bool {
        self.step == Step::Key && matches!(self.phase, Phase::Reading)
    }

    fn bindings(&self) -> Group<Act> {
        match self.phase {
            Phase::Writing { .. } => WRITING,
            Phase::Running { .. } => RUNNING,
            Phase::Reading if self.is_choosing() => CHOOSING,
            Phase::Reading if self.step == Step::Summary => ENDING,
            Phase::Waiting | Phase::Reading | Phase::Failed(_) => READING,
        }
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    [READING.hints(), CHOOSING.hints(), WRITING.hints(), ENDING.hints(), RUNNING.hints()].concat()
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Started => self.enter(Step::Inventory),
            Event::Key(key) => self.press(&key, context),
            Event::Reply(Reply::Rotation(Ok(answer))) => self.answered(answer),
            Event::Reply(Reply::Rotation(Err(error))) => self.fail(error),
            Event::Reply(Reply::Panicked) => self.fail(words::panicked()),
            Event::Reply(Reply::Cancelled) => self.fail(words::given_up()),
            Event::Paste(text) => {
                if matches!(self.phase, Phase::Writing { .. }) {
                    self.input.push_str(text.expose().trim_end_matches('\n'));
                }
                Vec::new()
            }
            Event::Mouse(mouse) => {
                self.scroll(scroll::wheel(&mouse));
                Vec::new()
            }
            Event::Typed(_) | Event::Reply(_) | Event::Due | Event::Hide | Event::Committed(_) | Event::Jump(_) => {
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
        match self.phase {
            Phase::Writing { .. } => WRITING.hints(),
            Phase::Waiting | Phase::Reading | Phase::Running { .. } | Phase::Failed(_) => {
                scroll::hints(&self.bindings())
            }
        }
    }

    fn title(&self) -> String {
        "key rotation".to_owned()
    }

    fn has_changes(&self) -> bool {
        self.step == Step::Rotate && self.done.is_none() && !matches!(self.phase, Phase::Reading)
    }

    fn goes_on_locked(&self) -> bool {
        matches!(self.phase, Phase::Running { .. })
    }

    fn takes_text(&self) -> bool {
        matches!(self.phase, Phase::Writing { .. })
    }
}
