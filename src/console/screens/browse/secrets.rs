//! The third column: a set, and what its org shares.

use super::super::super::message::View;
use super::super::super::widgets::scroll::{Move, Scroll};
use super::pane::Status;
use crate::database::Scope;
use crate::secret::Secret;
use crate::store::{LoadedSet, Row};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a value stays revealed.
const REVEAL: Duration = Duration::from_secs(10);

/// A row of the column.
pub(super) struct Entry<'s> {
    pub(super) row: &'s Row,
    pub(super) is_shared: bool,
}

/// A value that is shown in the clear.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reveal {
    /// Which entry.
    pub(super) at: usize,
    /// Until when.
    pub(super) until: Instant,
}

/// The set in view.
pub(super) struct SecretsPane {
    pub(super) scope: Option<Scope>,
    pub(super) set: Option<Arc<LoadedSet>>,
    pub(super) shared: Option<Arc<LoadedSet>>,
    pub(super) status: Status,
    pub(super) scroll: Scroll,
    pub(super) search: String,
    pub(super) reveal: Option<Reveal>,
    /// The entry in each row when last drawn: a click is looked up here.
    pub(super) drawn: RefCell<Vec<Option<usize>>>,
}

impl SecretsPane {
    pub(super) fn new() -> Self {
        Self {
            scope: None,
            set: None,
            shared: None,
            status: Status::Idle,
            scroll: Scroll::default(),
            search: String::new(),
            reveal: None,
            drawn: RefCell::default(),
        }
    }

    /// Drops the set in view, because another one is about to be read, or none.
    pub(super) fn load(&mut self, scope: Option<Scope>) {
        if self.scope != scope {
            self.search.clear();
            self.scroll.reset();
        }
        self.status = if scope.is_some() { Status::Loading } else { Status::Idle };
        self.scope = scope;
        self.set = None;
        self.shared = None;
        self.reveal = None;
    }

    pub(super) fn take(&mut self, view: Result<View, crate::error::Error>) {
        match view {
            // A reply for a set that is no longer in view is dropped, and wiped by being dropped.
            Ok(view) if self.scope.as_ref() != Some(&view.set.scope) => {}
            Ok(view) => {
                self.set = Some(view.set);
                self.shared = view.shared;
                self.status = Status::Ready;
                let last = self.entries().len().saturating_sub(1);
                self.scroll.select(self.scroll.selected().min(last));
            }
            Err(error) => self.status = Status::Failed(error),
        }
    }

    /// What was on its way does not come.
    pub(super) fn fail_if_loading(&mut self, error: &crate::error::Error) {
        if self.status == Status::Loading {
            self.status = Status::Failed(error.clone());
        }
    }

    /// What the filter leaves: the set's own rows, then the shared ones.
    pub(super) fn entries(&self) -> Vec<Entry<'_>> {
        let own = self.set.iter().flat_map(|set| &set.rows).map(|row| Entry { row, is_shared: false });
        let shared = self.shared.iter().flat_map(|set| &set.rows).map(|row| Entry { row, is_shared: true });
        let mut entries: Vec<Entry<'_>> = own.chain(shared).collect();
        if !self.search.is_empty() {
            let pattern = Pattern::parse(&self.search, CaseMatching::Ignore, Normalization::Smart);
            let mut matcher = Matcher::new(Config::DEFAULT);
            let mut buffer = Vec::new();
            entries.retain(|entry| {
                pattern.score(Utf32Str::new(entry.row.name().as_str(), &mut buffer), &mut matcher).is_some()
            });
        }
        entries
    }

    /// Moves the selection. What is revealed is hidden.
    pub(super) fn go(&mut self, to: Move) {
        let count = self.entries().len();
        self.reveal = None;
        self.scroll.go(to, count);
    }

    /// Shows the value of an entry, if it is still the chosen one.
    pub(super) fn show(&mut self, at: usize, now: Instant) {
        if self.scroll.selected() == at && self.value().is_ok() {
            self.reveal = Some(Reveal { at, until: now + REVEAL });
        }
    }

    /// The set that the chosen secret belongs to, and its name.
    pub(super) fn named(&self) -> Option<(Scope, String)> {
        let entries = self.entries();
        let entry = entries.get(self.scroll.selected())?;
        let set = if entry.is_shared { self.shared.as_ref() } else { self.set.as_ref() };
        Some((set?.scope.clone(), entry.row.name().as_str().to_owned()))
    }

    /// The selected value; an error is what to say instead.
    pub(super) fn value(&self) -> Result<Arc<Secret>, &'static str> {
        match self.entries().get(self.scroll.selected()).map(|entry| entry.row) {
            Some(Row::Open(row)) => Ok(Arc::clone(&row.value)),
            Some(Row::Sealed(_)) => Err("this row is sealed: no known key opens it"),
            None if self.status == Status::Loading => Err("the set is still on its way"),
            None => Err("there is no secret to show"),
        }
    }

    /// When the column changes by itself: each second of a countdown, and its end.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        let until = self.reveal?.until;
        let whole = until.saturating_duration_since(now).as_millis().saturating_sub(1) / 1000;
        until.checked_sub(Duration::from_secs(u64::try_from(whole).unwrap_or_default()))
    }
}
