//! The third column: a set, and what its org shares.

use super::super::super::message::View;
use super::super::super::widgets::marks;
use super::super::super::widgets::scroll::{Move, Scroll};
use super::super::super::wiping::wipe_apart;
use super::super::super::words::browse as words;
use super::pane::Status;
use crate::database::Scope;
use crate::secret::Secret;
use crate::store::{LoadedSet, Row};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a value stays revealed.
const REVEAL: Duration = Duration::from_secs(10);

/// A row of the column.
#[derive(Clone, Copy)]
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
    /// The places of what the filter leaves: first of the set's own rows, counted on in the shared ones.
    shown: Vec<usize>,
    /// Whether the set has rows that no known key opens.
    pub(super) has_sealed: bool,
    /// The cells that the longest name takes.
    pub(super) names: usize,
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
            shown: Vec::new(),
            has_sealed: false,
            names: 0,
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
        self.let_go();
        self.reveal = None;
        self.shown.clear();
    }

    /// Lets go of the set in view, which is wiped where no key waits for it.
    fn let_go(&mut self) {
        wipe_apart(self.set.take().into_iter().chain(self.shared.take()));
    }

    /// Wipes the set in view: it is done when this returns.
    pub(super) fn wipe(&mut self) {
        (self.set, self.shared) = (None, None);
    }

    pub(super) fn take(&mut self, view: Result<View, crate::error::Error>) {
        match view {
            // A reply for a set that is no longer in view is dropped, and wiped by being dropped.
            Ok(view) if self.scope.as_ref() != Some(&view.set.scope) => {
                wipe_apart(view.into_sets());
            }
            Ok(view) => {
                self.let_go();
                self.set = Some(view.set);
                self.shared = view.shared;
                self.status = Status::Ready;
                (self.names, self.has_sealed) = (view.names, view.has_sealed);
                self.sift();
                let last = self.count().saturating_sub(1);
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

    /// Filters by another text.
    pub(super) fn filter(&mut self, search: String) {
        self.search = search;
        self.reveal = None;
        self.scroll.reset();
        self.sift();
    }

    /// Finds what the filter leaves: of the set's own rows the best first, then of the shared ones.
    fn sift(&mut self) {
        let (own, shared) = (rows(self.set.as_ref()), rows(self.shared.as_ref()));
        let best = |rows: &[Row]| marks::best(&self.search, rows.iter().map(|row| row.name().as_str()));
        let mut shown = best(own);
        shown.extend(best(shared).into_iter().map(|at| own.len() + at));
        self.shown = shown;
    }

    /// How many rows there are, the filter aside.
    pub(super) fn total(&self) -> usize {
        rows(self.set.as_ref()).len() + rows(self.shared.as_ref()).len()
    }

    /// How many rows the filter leaves.
    pub(super) fn count(&self) -> usize {
        self.shown.len()
    }

    /// One of those that the filter leaves.
    pub(super) fn entry(&self, at: usize) -> Option<Entry<'_>> {
        let (own, at) = (rows(self.set.as_ref()), *self.shown.get(at)?);
        match own.get(at) {
            Some(row) => Some(Entry { row, is_shared: false }),
            None => Some(Entry { row: rows(self.shared.as_ref()).get(at - own.len())?, is_shared: true }),
        }
    }

    /// What the filter leaves: the set's own rows, then the shared ones.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.count()).filter_map(|at| self.entry(at))
    }

    /// The chosen row.
    pub(super) fn chosen(&self) -> Option<Entry<'_>> {
        self.entry(self.scroll.selected())
    }

    /// Moves the selection. What is revealed is hidden.
    pub(super) fn go(&mut self, to: Move) {
        let count = self.count();
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
        let entry = self.chosen()?;
        let set = if entry.is_shared { self.shared.as_ref() } else { self.set.as_ref() };
        Some((set?.scope.clone(), entry.row.name().as_str().to_owned()))
    }

    /// The selected value; an error is what to say instead.
    pub(super) fn value(&self) -> Result<Arc<Secret>, &'static str> {
        match self.chosen().map(|entry| entry.row) {
            Some(Row::Open(row)) => Ok(Arc::clone(&row.value)),
            Some(Row::Sealed(_)) => Err(words::SEALED),
            None if self.status == Status::Loading => Err(words::ON_ITS_WAY),
            None => Err(words::NO_SECRET),
        }
    }

    /// When the column changes by itself: each second of a countdown, and its end.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        let until = self.reveal?.until;
        let whole = until.saturating_duration_since(now).as_millis().saturating_sub(1) / 1000;
        until.checked_sub(Duration::from_secs(u64::try_from(whole).unwrap_or_default()))
    }
}

fn rows(set: Option<&Arc<LoadedSet>>) -> &[Row] {
    set.map_or(&[], |set| &set.rows)
}
