//! What can be done with the set in view.

use super::{Pending, State, Who};
use crate::audit;
use crate::console::effect::{Action, EditTarget, Request, Toast, Tone, Typed};
use crate::console::message::View;
use crate::console::screen::{Context, Screen as _};
use crate::console::words::browse as words;
use crate::database::{PersonalOwner, Scope};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{LoadedSet, Side};
use std::sync::Arc;
use std::time::Instant;

impl State {
    /// Shows the chosen value when the trail has a record of it, or hides it at once.
    pub(super) fn toggle_reveal(&mut self) -> Vec<Action> {
        let at = self.secrets.scroll.selected();
        if self.secrets.reveal.take().is_some_and(|reveal| reveal.at == at) {
            return Vec::new();
        }
        self.after_record(audit::Action::Reveal, |_| Pending::Reveal(at))
    }

    /// Copies the chosen value when the trail has a record of it.
    pub(super) fn copy_value(&mut self) -> Vec<Action> {
        self.after_record(audit::Action::Copy, Pending::Copy)
    }

    fn after_record(&mut self, action: audit::Action, then: impl FnOnce(Arc<Secret>) -> Pending) -> Vec<Action> {
        let value = match self.secrets.value() {
            Ok(value) => value,
            Err(text) => return said(Err(text)),
        };
        let Some((scope, name)) = self.secrets.named() else { return Vec::new() };
        self.pending = Some(then(value));
        vec![Action::Request(Request::Record(audit::Event::of(action, &scope).named(&name)))]
    }

    /// The trail has its record, or cannot be written: then nothing is shown and nothing is copied.
    pub(super) fn recorded(&mut self, recorded: Result<(), Error>, now: Instant) -> Vec<Action> {
        match (recorded, self.pending.take()) {
            (Err(error), _) => vec![Action::Toast(Toast { tone: Tone::Bad, text: error.message })],
            (Ok(()), Some(Pending::Reveal(at))) => {
                self.secrets.show(at, now);
                Vec::new()
            }
            (Ok(()), Some(Pending::Copy(value))) => copied(Ok(value), words::VALUE_COPIED),
            (Ok(()), None) => Vec::new(),
        }
    }

    pub(super) fn edit(&mut self, context: &Context<'_>) -> Vec<Action> {
        let Some(set) = &self.secrets.set else {
            return said(Err(words::NO_SET));
        };
        if matches!(set.scope, Scope::NoOrg { .. }) {
            return said(Err(words::NOT_EDITED));
        }
        if let Some(reason) = &context.opened.about.read_only {
            return vec![Action::Toast(Toast { tone: Tone::Warning, text: words::read_only(reason) })];
        }
        vec![Action::Edit(EditTarget { set: Arc::clone(set), title: self.title() })]
    }

    /// A typed command: a set is written into a file, a file is read into the form, or something is compared.
    pub(super) fn typed(&mut self, typed: Typed, context: &Context<'_>) -> Vec<Action> {
        match (&typed, &self.secrets.set) {
            (_, None) => said(Err(words::NO_SET)),
            (Typed::Import(_), Some(_)) => {
                let mut actions = self.edit(context);
                if matches!(actions[..], [Action::Edit(_)]) {
                    actions.push(Action::Typed(typed));
                }
                actions
            }
            (Typed::Export(path), Some(set)) => vec![Action::Request(Request::Export(Arc::clone(set), path.clone()))],
            (Typed::Compare(side), Some(_)) => vec![Action::Request(Request::Side(side.clone()))],
        }
    }

    /// What the set in view is to be compared with has been read.
    pub(super) fn side(&self, side: Result<Side, Error>) -> Vec<Action> {
        match (side, &self.secrets.set) {
            (Ok(side), Some(set)) => {
                vec![Action::Compare(side, EditTarget { set: Arc::clone(set), title: self.title() })]
            }
            (Ok(_), None) => said(Err(words::NOT_IN_VIEW)),
            (Err(error), _) => vec![Action::Toast(Toast { tone: Tone::Bad, text: error.message })],
        }
    }

    /// Marks the set in view; with one marked already, compares the two.
    pub(super) fn compare(&mut self) -> Vec<Action> {
        let Some(set) = &self.secrets.set else { return said(Err(words::NO_SET)) };
        let here = EditTarget { set: Arc::clone(set), title: self.title() };
        match self.marked.take() {
            Some(first) if first.set.scope != here.set.scope => {
                vec![Action::Compare(Side::stored(first.title, &first.set), here)]
            }
            Some(_) => said(Err(words::MARK_OFF)),
            None => {
                let text = words::marked(&here.title);
                self.marked = Some(here);
                vec![Action::Toast(Toast { tone: Tone::Info, text })]
            }
        }
    }

    /// All sets of the chosen person.
    pub(super) fn person(&self) -> Vec<Action> {
        let user = match self.users.selected() {
            None | Some(Who::Shared) => None,
            Some(Who::User(user)) => user.id.clone(),
            Some(Who::Personal(org)) => org.personal.as_ref().map(|owner| owner.user.clone()),
        };
        let title = match self.users.selected() {
            Some(Who::User(user)) => user.title(),
            Some(Who::Personal(org)) => org.personal.as_ref().map(PersonalOwner::title).unwrap_or_default(),
            None | Some(Who::Shared) => String::new(),
        };
        match user {
            Some(user) => vec![Action::Person(user, title)],
            None => said(Err(words::NO_PERSON)),
        }
    }

    pub(super) fn history(&self) -> Vec<Action> {
        match &self.secrets.set {
            Some(set) if !matches!(set.scope, Scope::NoOrg { .. }) => {
                vec![Action::History(EditTarget { set: Arc::clone(set), title: self.title() })]
            }
            Some(_) => said(Err(words::NO_HISTORY)),
            None => said(Err(words::NO_SET)),
        }
    }

    pub(super) fn committed(&mut self, set: Arc<LoadedSet>) -> Vec<Action> {
        if self.secrets.scope.as_ref() == Some(&set.scope) {
            if let Some(Who::User(user)) = self.users.items.get_mut(self.users.scroll.selected()) {
                user.secrets = set.rows.len() as u64;
            }
            self.secrets.take(Ok(View::new(set, self.secrets.shared.clone())));
        }
        Vec::new()
    }
}

/// A sentence, if there is one to be said.
pub(super) fn said(result: Result<(), &'static str>) -> Vec<Action> {
    match result {
        Ok(()) => Vec::new(),
        Err(text) => vec![Action::Toast(Toast { tone: Tone::Warning, text: text.to_owned() })],
    }
}

/// How an export ended.
pub(super) fn exported(done: Result<String, Error>) -> Vec<Action> {
    let (tone, text) = match done {
        Ok(text) => (Tone::Good, text),
        Err(error) => (Tone::Bad, error.message),
    };
    vec![Action::Toast(Toast { tone, text })]
}

pub(super) fn copied(text: Result<Arc<Secret>, &'static str>, news: &str) -> Vec<Action> {
    match text {
        Ok(text) => vec![Action::Copy(text), Action::Toast(Toast { tone: Tone::Good, text: news.to_owned() })],
        Err(text) => said(Err(text)),
    }
}
