//! Many rows, gone through in turns with whoever else wants this core.

use std::thread;

/// How many rows are done in one go.
const TURN: usize = 64;

/// The same items; behind every few of them another thread may go first. A system may let a thread compute for several
/// milliseconds otherwise, and an operator's key would wait as long.
pub(crate) fn in_turns<T>(items: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
    items.into_iter().enumerate().map(|(at, item)| {
        if at % TURN == TURN - 1 {
            thread::yield_now();
        }
        item
    })
}
