//! The walk through a key rotation: a screen a step, each with what it found, what it will do, and how to go back.

mod keys;
mod page;
mod view;

use super::super::effect::{Action, Ask, Request, Toast, Tone};
use super::super::keymap::{self, Group, Hint};
use super::super::message::{Answer, Reply, Ring};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move};
use super::super::words::rotate as words;
use crate::error::Error;
use crate::keyring::KeyId;
use crate::rotation::{Added, Aim, Inventory, NewKey, Progress, Summary};
use crate::secret::Secret;
use crossterm::event::KeyEvent;
use keys::{Act, CHOOSING, ENDING, READING, RUNNING, WRITING};
use page::Position;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use zeroize::Zeroizing;

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Inventory,
    Key,
    Servers,
    Backup,
    DryRun,
    Rotate,
    Verify,
    Retire,
    Remove,
    Summary,
}

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

    /// Goes to a step, and asks for what it begins with.
    fn enter(&mut self, step: Step) -> Vec<Action> {
        self.step = step;
        self.position.scroll.reset();
        self.input = Zeroizing::default();
        self.phase = Phase::Reading;
        match step {
            Step::Inventory => self.ask(Ask::Inventory),
            Step::Servers | Step::Remove => {
                self.phase = Phase::Writing { hidden: false };
                Vec::new()
            }
            Step::Backup => {
                self.phase = Phase::Writing { hidden: false };
                self.input = Zeroizing::new(default_backup());
                Vec::new()
            }
            Step::DryRun | Step::Verify => self.begin(true),
            Step::Key | Step::Rotate | Step::Retire | Step::Summary => Vec::new(),
        }
    }

    fn begin(&mut self, is_dry: bool) -> Vec<Action> {
        let Some(key) = self.target.clone() else { return Vec::new() };
        self.ask(Ask::Begin { aim: Aim { key, format: None }, is_dry })
    }

    /// What enter does.
    fn go_on(&mut self, context: &Context<'_>) -> Vec<Action> {
        match (self.step, &self.phase) {
            (_, Phase::Waiting | Phase::Running { .. }) => Vec::new(),
            (Step::Rotate, Phase::Failed(_)) => self.begin(false),
            (step, Phase::Failed(_)) => self.enter(step),
            (Step::Inventory, _) => match &context.opened.about.read_only {
                None => self.enter(Step::Key),
                Some(reason) => warn(words::read_only(reason)),
            },
            (Step::Key, Phase::Writing { hidden }) => {
                let hidden = *hidden;
                self.add_typed(hidden)
            }
            (Step::Key, Phase::Reading) => self.choose(),
            (Step::Servers, _) => self.confirm("yes", Step::Backup),
            (Step::Backup, _) => self.back_up(),
            (Step::DryRun, _) => {
                let actions = self.enter(Step::Rotate);
                if context.opened.confirm.is_some() {
                    self.phase = Phase::Writing { hidden: false };
                }
                actions
            }
            (Step::Rotate, Phase::Writing { .. }) => match &context.opened.confirm {
                Some(word) if self.input.trim() != word => warn(words::guard_not_typed(word)),
                Some(_) | None => self.begin(false),
            },
            (Step::Rotate, Phase::Reading) if self.done.is_none() => self.begin(false),
            (Step::Rotate, _) => self.enter(Step::Verify),
            (Step::Verify, _) => self.enter(Step::Retire),
            (Step::Retire, _) => self.retire(),
            (Step::Remove, _) => self.remove(),
            (Step::Summary, _) => vec![Action::Pop],
        }
    }

    /// Goes on if the word was typed.
    fn confirm(&mut self, word: &str, next: Step) -> Vec<Action> {
        if self.input.trim() == word { self.enter(next) } else { warn(words::type_to_go_on(word)) }
    }

    fn choose(&mut self) -> Vec<Action> {
        match self.choices().into_iter().nth(self.position.scroll.selected()) {
            Some(Choice::Generate) => self.ask(Ask::Add(NewKey::Generated)),
            Some(Choice::InRing(id)) => {
                self.target = Some(id);
                self.enter(Step::Servers)
            }
            Some(choice @ (Choice::File | Choice::Type)) => {
                self.input = Zeroizing::default();
                self.phase = Phase::Writing { hidden: choice == Choice::Type };
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn add_typed(&mut self, hidden: bool) -> Vec<Action> {
        let typed = std::mem::take(&mut self.input);
        let text = typed.trim();
        if text.is_empty() {
            return warn(words::NO_KEY_TYPED.to_owned());
        }
        let new = match (hidden, text.strip_prefix('!')) {
            (true, _) => NewKey::Secret(Secret::new(text)),
            (false, Some(command)) => NewKey::Command(command.split_whitespace().map(str::to_owned).collect()),
            (false, None) => NewKey::File(PathBuf::from(text)),
        };
        self.ask(Ask::Add(new))
    }

    fn back_up(&mut self) -> Vec<Action> {
        match self.input.trim() {
            "" => warn(words::NO_BACKUP_NAMED.to_owned()),
            "skip" => self.enter(Step::DryRun),
            path => {
                let path = PathBuf::from(path);
                self.ask(Ask::Backup(path))
            }
        }
    }

    fn retire(&mut self) -> Vec<Action> {
        match &self.target {
            Some(to) if self.is_clean() => {
                let to = to.clone();
                self.ask(Ask::Retire(to))
            }
            Some(_) | None => self.enter(Step::Summary),
        }
    }

    /// Whether all that opens is under the target.
    fn is_clean(&self) -> bool {
        self.verified.as_ref().is_some_and(|summary| summary.is_all_under_target())
    }

    /// Whether no server can read the key file, since it is behind a passphrase.
    fn is_protected(&self) -> bool {
        self.ring.as_ref().is_some_and(|ring| ring.is_protected)
    }

    /// The typed id of a key to remove; or the end.
    fn remove(&mut self) -> Vec<Action> {
        let typed = self.input.trim().to_owned();
        let keys = self.ring.iter().flat_map(|ring| &ring.keys);
        match keys.into_iter().find(|key| key.id.0 == typed) {
            _ if typed.is_empty() => self.enter(Step::Summary),
            _ if typed == words::DELETE_COPIES => self.ask(Ask::DeleteCopies),
            Some(key) if Some(&key.id) != self.target.as_ref() => {
                let with_halves = self.halves.as_ref().is_some_and(|(id, _)| *id == typed);
                let id = key.id.clone();
                self.ask(Ask::Remove { id, with_halves })
            }
            Some(_) => warn(words::IS_THE_TARGET.to_owned()),
            None => warn(words::NOT_IN_RING.to_owned()),
        }
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

    /// What esc does: a step back while nothing is written, and out of the walk at its beginning and its end.
    fn back(&mut self) -> Vec<Action> {
        match (self.step, &self.phase) {
            (_, Phase::Running { .. }) | (Step::Rotate, Phase::Failed(_)) => self.ask(Ask::End),
            (Step::Key, Phase::Writing { .. } | Phase::Failed(_)) => self.enter(Step::Key),
            (Step::Inventory | Step::Summary, _) => vec![Action::Pop],
            (Step::Key, _) => self.enter(Step::Inventory),
            (Step::Servers, _) => self.enter(Step::Key),
            (Step::Backup, _) => self.enter(Step::Servers),
            (Step::DryRun, _) => self.enter(Step::Backup),
            (Step::Rotate, _) if self.done.is_none() => self.enter(Step::DryRun),
            (Step::Rotate | Step::Verify | Step::Retire | Step::Remove, _) => self.enter(Step::Summary),
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

/// A name for a backup that nothing has yet, in the folder of the terminal.
fn default_backup() -> String {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    format!("strongroom-backup-{now}")
}

fn warn(text: String) -> Vec<Action> {
    vec![Action::Toast(Toast { tone: Tone::Warning, text })]
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
