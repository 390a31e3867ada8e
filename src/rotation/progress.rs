//! What a rotation tells whoever drives it: how far it is, and what it came to.

use crate::keyring::KeyId;
use std::collections::BTreeMap;
use std::time::Duration;

/// How far a rotation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Which pass, from 1.
    pub pass: u32,
    /// The table or column that is read.
    pub place: String,
    /// Rows that this pass has read.
    pub read: u64,
    /// Rows that all passes have read.
    pub all: u64,
    /// Rows that all passes have written, or would have.
    pub turned: u64,
    /// Rows that stay sealed, in this pass.
    pub sealed: u64,
    /// For how long it has been going.
    pub elapsed: Duration,
}

impl Progress {
    /// Rows a second, in this pass and those before.
    pub fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a rate is read by people")]
        let rows = self.all as f64;
        rows / self.elapsed.as_secs_f64().max(0.001)
    }

    /// How long a pass over `rows` rows will take from here on, at the rate so far; `None` before there is one.
    pub fn left(&self, rows: u64) -> Option<Duration> {
        let rate = self.rate();
        #[expect(clippy::cast_precision_loss, reason = "an estimate is read by people")]
        let left = rows.saturating_sub(self.read) as f64;
        Duration::try_from_secs_f64(left / rate).ok()
    }

    /// How long to wait so that no more than `rate` rows a second are read.
    pub fn pause(&self, rate: u32) -> Duration {
        #[expect(clippy::cast_precision_loss, reason = "a pause need not be exact")]
        let due = self.all as f64 / f64::from(rate.max(1));
        Duration::try_from_secs_f64(due).unwrap_or_default().saturating_sub(self.elapsed)
    }
}

/// What came of a batch.
#[derive(Debug)]
pub enum Step {
    /// There is more to do.
    More(Progress),
    /// A pass found nothing to turn, or turned all that it found while nobody else wrote.
    Done(Summary),
}

/// What a rotation came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many passes it took.
    pub passes: u32,
    /// Rows that the last pass read.
    pub rows: u64,
    /// Rows that were written, or would be.
    pub turned: u64,
    /// The same by place.
    pub by_place: BTreeMap<String, u64>,
    /// Rows whose text was too long for the format that was asked for.
    pub too_long: u64,
    /// Rows that no known key opens, left as they are; so many.
    pub sealed: u64,
    /// The first of them: `custom_secrets 17`.
    pub sealed_rows: Vec<String>,
    /// The first of those that would be written, where nothing is.
    pub pending_rows: Vec<String>,
    /// Values of other columns that are no ciphertext, left as they are; so many.
    pub plain: u64,
    /// The first of them.
    pub plain_rows: Vec<String>,
    /// What the audit trail's own key is under instead of the target, where nothing is written.
    pub trail_key: Option<TrailKey>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Summary {
    /// Whether everything that opens is under the target, the audit trail's own key too: the others may be retired.
    pub fn is_all_under_target(&self) -> bool {
        self.turned == 0 && self.trail_key.is_none()
    }
}

/// What the audit trail's own key is under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailKey {
    /// A key of the ring.
    Under(KeyId),
    /// None of them opens it.
    Sealed,
}
