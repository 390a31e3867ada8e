//! What is large takes a while to be dropped, because every value in it is wiped: that happens where no key waits for it.

use crate::database::in_turns;
use crate::store::LoadedSet;
use std::sync::Arc;
use std::thread::Builder;

/// From how many rows on it is worth a thread.
const LARGE: usize = 500;

/// Lets go of `sets`. Those that nobody else holds are wiped: on a thread of its own where they have many rows.
pub(super) fn wipe_apart(sets: impl Iterator<Item = Arc<LoadedSet>>) {
    drop_apart(sets.filter_map(Arc::into_inner).map(|set| set.rows).collect());
}

fn drop_apart<T: Send + 'static>(sets: Vec<Vec<T>>) {
    if sets.iter().map(Vec::len).sum::<usize>() < LARGE {
        return;
    }
    // Where the system has no thread to give, they are dropped right here.
    drop(Builder::new().name("wiping".to_owned()).spawn(|| in_turns(sets.into_iter().flatten()).for_each(drop)));
}

#[cfg(test)]
mod tests {
    use super::{LARGE, drop_apart};
    use std::sync::mpsc::{Sender, channel};
    use std::thread::{ThreadId, current};

    struct Witness(Sender<ThreadId>);

    impl Drop for Witness {
        fn drop(&mut self) {
            self.0.send(current().id()).unwrap();
        }
    }

    #[test]
    fn only_what_is_large_is_dropped_elsewhere() {
        let (sender, dropped) = channel();
        let rows = |count| (0..count).map(|_| Witness(sender.clone())).collect::<Vec<_>>();
        drop_apart(vec![rows(LARGE - 1)]);
        let here: Vec<_> = dropped.try_iter().collect();
        assert_eq!(here, [current().id()].repeat(LARGE - 1));
        drop_apart(vec![rows(1), rows(LARGE - 1)]);
        let there: Vec<_> = dropped.iter().take(LARGE).collect();
        assert!(!there.contains(&current().id()), "{there:?}");
    }
}
