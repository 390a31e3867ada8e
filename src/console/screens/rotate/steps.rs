//! Which step follows which: forwards with enter, backwards with esc.

use super::super::super::effect::{Action, Ask, Toast, Tone};
use super::super::super::screen::Context;
use super::super::super::words::rotate as words;
use super::{Choice, Phase, State};
use crate::rotation::{Aim, NewKey};
use crate::secret::Secret;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
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

impl State {
    /// Goes to a step, and asks for what it begins with.
    pub(super) fn enter(&mut self, step: Step) -> Vec<Action> {
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
    pub(super) fn go_on(&mut self, context: &Context<'_>) -> Vec<Action> {
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

    /// What esc does: a step back while nothing is written, and out of the walk at its beginning and its end.
    pub(super) fn back(&mut self) -> Vec<Action> {
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
}

/// A name for a backup that nothing has yet, in the folder of the terminal.
fn default_backup() -> String {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    format!("strongroom-backup-{now}")
}

fn warn(text: String) -> Vec<Action> {
    vec![Action::Toast(Toast { tone: Tone::Warning, text })]
}
