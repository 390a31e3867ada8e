//! What a commit would do, before it does it.

mod view;

use super::super::effect::{Action, MergeTarget, Request, ReviewTarget, Toast, Tone};
use super::super::keymap::{self, Binding, Group, Hint};
use super::super::message::{Opened, Reply, View};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::changes;
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::words;
use crate::error::{Error, ErrorKind};
use crate::store::{Change, Difference, LoadedSet};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::sync::Arc;
use std::time::Instant;

/// Where a review stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    /// The operator reads.
    Reading,
    /// The operator writes why.
    Noting,
    /// The profile's guard wants its word; this much of it is typed.
    Guarded(String),
    /// The worker commits: nothing can be done until it answers.
    Committing,
    /// Somebody else was faster; the worker reads what they stored.
    Meanwhile(Error),
    /// Nothing was written, because of this.
    Failed(Error),
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Commit,
    Back,
    Kept,
    Note,
    Noted,
}

const READING: Group<Act> = Group {
    name: "review",
    when: "in the review",
    bindings: &[
        Binding::new("commit", &["enter"], Act::Commit, "commit", "Commit: replace the stored set by this one")
            .writing(),
        Binding::new("back", &["esc", "h", "left"], Act::Back, "back", "Go back to the form"),
        Binding::new("note", &["tab"], Act::Note, "note", "Write why: it is kept beside the set that goes"),
        Binding::new("kept", &["u"], Act::Kept, "unchanged", "List what stays unchanged, or do not"),
    ],
};

const GUARDED: Group<Act> = Group {
    name: "review-guard",
    when: "where the profile's word is asked for",
    bindings: &[
        Binding::new("commit", &["enter"], Act::Commit, "commit", "Commit, when the word is right").writing(),
        Binding::new("back", &["esc"], Act::Back, "back", "Go back to the form"),
    ],
};

const NOTING: Group<Act> = Group {
    name: "review-note",
    when: "while a note is written",
    bindings: &[Binding::new("noted", &["enter", "tab", "esc"], Act::Noted, "done", "End the note")],
};

const BACK: Group<Act> = Group {
    name: "review-failed",
    when: "where nothing could be committed",
    bindings: &[Binding::new("back", &["esc", "h", "left"], Act::Back, "back", "Go back to the form")],
};

const NOTHING: Group<Act> = Group { name: "review-commit", when: "while a commit is under way", bindings: &[] };

/// The review of one form's changes.
pub struct State {
    target: ReviewTarget,
    difference: Difference,
    phase: Phase,
    lists_kept: bool,
    scroll: Scroll,
    guard: Option<String>,
    note: String,
    needs_note: bool,
}

impl State {
    /// The review of `target`, over the database `opened`.
    pub fn new(target: ReviewTarget, opened: &Opened) -> Self {
        let difference = Difference::between(&target.base, &target.new.secrets, &target.new.drop_sealed);
        let guard = opened.confirm.clone();
        Self {
            target,
            difference,
            phase: Phase::Reading,
            lists_kept: false,
            scroll: Scroll::default(),
            guard,
            note: String::new(),
            needs_note: opened.needs_note,
        }
    }

    /// The changes that are listed.
    fn listed(&self) -> Vec<&Change> {
        changes::listed(&self.difference, self.lists_kept)
    }

    fn bindings(&self) -> Group<Act> {
        match self.phase {
            Phase::Reading => READING,
            Phase::Guarded(_) => GUARDED,
            Phase::Noting => NOTING,
            Phase::Committing | Phase::Meanwhile(_) => NOTHING,
            // What was refused for good is not tried again: the set, or the change, has to be another one.
            Phase::Failed(Error { kind: ErrorKind::Conflict, .. }) => BACK,
            Phase::Failed(_) => READING,
        }
    }

    fn press(&mut self, key: &KeyEvent) -> Vec<Action> {
        match (self.bindings().find(key), &mut self.phase) {
            (Some(Act::Commit), _) => self.commit(),
            (Some(Act::Back), _) => vec![Action::Pop],
            (Some(Act::Note), _) => {
                self.phase = Phase::Noting;
                Vec::new()
            }
            (Some(Act::Noted), _) => {
                self.phase = Phase::Reading;
                Vec::new()
            }
            (Some(Act::Kept), _) => {
                self.lists_kept = !self.lists_kept;
                self.scroll.reset();
                Vec::new()
            }
            (None, Phase::Guarded(typed)) => {
                keymap::type_into(typed, key);
                Vec::new()
            }
            (None, Phase::Noting) => {
                keymap::type_into(&mut self.note, key);
                Vec::new()
            }
            (None, Phase::Reading | Phase::Committing | Phase::Meanwhile(_) | Phase::Failed(_)) => {
                self.go(scroll::pressed(key));
                Vec::new()
            }
        }
    }

    fn go(&mut self, to: Option<Move>) {
        let count = self.listed().len();
        if let Some(to) = to {
            self.scroll.go(to, count);
        }
    }

    fn commit(&mut self) -> Vec<Action> {
        if self.difference.is_empty() {
            return vec![Action::Pop];
        }
        if self.needs_note && self.note.trim().is_empty() {
            self.phase = Phase::Noting;
            let text = words::NOTE_WANTED.to_owned();
            return vec![Action::Toast(Toast { tone: Tone::Warning, text })];
        }
        match (&self.guard, &self.phase) {
            (Some(word), Phase::Guarded(typed)) if word != typed => {
                let text = words::guard_not_typed(word);
                return vec![Action::Toast(Toast { tone: Tone::Warning, text })];
            }
            (Some(_), Phase::Reading | Phase::Failed(_)) => {
                self.phase = Phase::Guarded(String::new());
                return Vec::new();
            }
            (Some(_) | None, _) => {}
        }
        self.phase = Phase::Committing;
        let note = Some(self.note.trim().to_owned()).filter(|note| !note.is_empty());
        vec![Action::Request(Request::Commit(self.target.base.scope.clone(), self.target.new.clone(), note))]
    }

    fn answered(&mut self, reply: Reply) -> Vec<Action> {
        let result = match reply {
            Reply::Commit(Err(error)) if error.kind == ErrorKind::Interrupted => Err(words::commit_given_up()),
            Reply::Commit(result) => result,
            Reply::Panicked => Err(words::commit_panicked()),
            Reply::Cancelled => Err(words::commit_given_up()),
            Reply::Load(loaded) => return self.merge(loaded),
            Reply::Overview(_)
            | Reply::Orgs(_)
            | Reply::Personal(_)
            | Reply::Users(_)
            | Reply::Recorded(_)
            | Reply::Import(_)
            | Reply::Side(_)
            | Reply::Script(_)
            | Reply::Rotation(_)
            | Reply::Lock(_)
            | Reply::Found(_)
            | Reply::Homes(_)
            | Reply::Export(_)
            | Reply::Trail(_)
            | Reply::History(_)
            | Reply::Version(_) => return Vec::new(),
        };
        match result {
            Ok(set) => stored(&self.target.title, set),
            Err(error) if error.kind == ErrorKind::Conflict => {
                self.phase = Phase::Meanwhile(error);
                vec![Action::Request(Request::Load(self.target.base.scope.clone()))]
            }
            Err(error) => {
                self.phase = Phase::Failed(error);
                Vec::new()
            }
        }
    }

    /// What somebody else stored has been read: the merge decides what becomes of both.
    fn merge(&mut self, loaded: Result<View, Error>) -> Vec<Action> {
        match (loaded, std::mem::replace(&mut self.phase, Phase::Reading)) {
            (Ok(view), Phase::Meanwhile(conflict)) => {
                self.phase = Phase::Failed(conflict);
                let ReviewTarget { base, new, title } = self.target.clone();
                vec![Action::Merge(MergeTarget { base, theirs: view.set, mine: new, title })]
            }
            (Err(error), Phase::Meanwhile(_)) => {
                self.phase = Phase::Failed(error);
                Vec::new()
            }
            (Ok(_) | Err(_), phase) => {
                self.phase = phase;
                Vec::new()
            }
        }
    }
}

fn stored(title: &str, set: Arc<LoadedSet>) -> Vec<Action> {
    let text = words::stored(title, set.rows.len());
    vec![Action::Committed(set), Action::Toast(Toast { tone: Tone::Good, text })]
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    [READING.hints(), GUARDED.hints(), NOTING.hints(), BACK.hints()].concat()
}

impl Screen for State {
    fn update(&mut self, event: Event, _: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Key(key) => self.press(&key),
            Event::Reply(reply) => self.answered(reply),
            Event::Mouse(mouse) => {
                self.go(scroll::wheel(&mouse));
                Vec::new()
            }
            Event::Started
            | Event::Typed(_)
            | Event::Paste(_)
            | Event::Due
            | Event::Hide
            | Event::Committed(_)
            | Event::Jump(_) => Vec::new(),
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
            Phase::Reading => scroll::hints(&READING),
            _ => self.bindings().hints(),
        }
    }

    fn title(&self) -> String {
        self.target.title.clone()
    }

    fn takes_text(&self) -> bool {
        matches!(self.phase, Phase::Guarded(_) | Phase::Noting)
    }
}
