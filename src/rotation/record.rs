//! What the audit trail keeps of a rotation: that it began, and how it ended.

use super::Summary;
use crate::audit::{Event, ROTATION_BEGINS};
use crate::keyring::KeyId;
use std::fmt::Display;

/// It begins.
pub fn begun(to: &KeyId) -> Event {
    Event::rotate(format!("{ROTATION_BEGINS} to {}", to.0))
}

/// It came to its end.
pub fn done(to: &KeyId, summary: &Summary) -> Event {
    Event::rotate(format!("done: {} rows to {}, {} sealed", summary.turned, to.0, summary.sealed))
}

/// It was ended before, for a reason.
pub fn stopped(to: &KeyId, why: impl Display) -> Event {
    Event::rotate(format!("stopped: to {}: {why}", to.0))
}
