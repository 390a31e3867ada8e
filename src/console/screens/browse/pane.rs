//! A column that is read a page at a time.

use super::super::super::widgets::scroll::{Move, Scroll};
use crate::database::{Cursor, Page};
use crate::error::Error;

/// How many entries are asked for at a time.
pub(super) const PAGE: usize = 200;

/// How near to the end of what is there the next page is asked for.
const NEAR_END: usize = 50;

/// How far the reading is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Status {
    /// Nothing is to be read: what it belongs to is not known yet.
    Idle,
    /// The first page is on its way.
    Loading,
    /// A further page is on its way.
    LoadingMore,
    /// Everything that was asked for is there.
    Ready,
    /// It could not be read.
    Failed(Error),
}

/// What came of going after an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seek {
    /// The column could not be read.
    Unread,
    /// The column is to be read again, with a filter that finds it.
    Filtered,
    /// The filter did not find it, and is taken off: the column is to be read again.
    Gone,
    /// All entries are there, and it is not among them.
    Nowhere,
}

/// The entries of a column as far as they are read.
pub(super) struct Pane<T> {
    pub(super) items: Vec<T>,
    pub(super) total: Option<u64>,
    /// How many there are without the filter, if that was ever known: nobody counts for it.
    pub(super) all: Option<u64>,
    pub(super) status: Status,
    pub(super) scroll: Scroll,
    pub(super) search: String,
    next: Option<Cursor>,
}

impl<T> Pane<T> {
    pub(super) fn new() -> Self {
        Self {
            items: Vec::new(),
            total: None,
            all: None,
            status: Status::Idle,
            scroll: Scroll::default(),
            search: String::new(),
            next: None,
        }
    }

    /// Forgets everything but the filter, because it is about to be read.
    pub(super) fn load(&mut self) {
        self.items.clear();
        self.total = None;
        self.next = None;
        self.scroll.reset();
        self.status = Status::Loading;
    }

    /// Takes a page: the first one, or one that follows.
    pub(super) fn take<R>(&mut self, page: Result<Page<R>, Error>, entry: impl FnMut(R) -> Option<T>) {
        match page {
            Err(error) => self.status = Status::Failed(error),
            Ok(page) => {
                if self.status != Status::LoadingMore {
                    self.items.clear();
                }
                self.items.extend(page.items.into_iter().filter_map(entry));
                self.total = page.total.or(self.total);
                self.next = page.next;
                self.status = Status::Ready;
                if self.search.is_empty() {
                    self.all = self.total.or(self.all);
                }
            }
        }
    }

    /// How many entries the filter leaves, `None` where only those are known that are there.
    pub(super) fn matches(&self) -> Option<u64> {
        let there = self.items.len() as u64;
        self.total.map(|total| total.max(there)).or(self.next.is_none().then_some(there))
    }

    /// Where the next page begins, if the selection is near the end of what is there; it is on its way then.
    pub(super) fn more(&mut self) -> Option<Cursor> {
        if self.status != Status::Ready || self.scroll.selected() + NEAR_END < self.items.len() {
            return None;
        }
        let cursor = self.next.clone()?;
        self.status = Status::LoadingMore;
        Some(cursor)
    }

    /// Goes after an entry that is not among those that are there, by a filter that it passes.
    pub(super) fn seek(&mut self, wanted: &str) -> Seek {
        if self.status != Status::Ready {
            return Seek::Unread;
        }
        if !self.search.is_empty() {
            self.search.clear();
            return Seek::Gone;
        }
        if self.next.is_none() {
            return Seek::Nowhere;
        }
        wanted.clone_into(&mut self.search);
        Seek::Filtered
    }

    /// What was on its way does not come.
    pub(super) fn fail_if_loading(&mut self, error: &Error) {
        if matches!(self.status, Status::Loading | Status::LoadingMore) {
            self.status = Status::Failed(error.clone());
        }
    }

    pub(super) fn selected(&self) -> Option<&T> {
        self.items.get(self.scroll.selected())
    }

    /// Moves the selection; `true` if it is another one then.
    pub(super) fn go(&mut self, to: Move) -> bool {
        self.scroll.go(to, self.items.len())
    }
}
