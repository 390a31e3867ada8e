//! What is large takes a while to be dropped, because every value in it is wiped: that happens where no key waits for it.

use std::thread::Builder;

/// From how many rows on it is worth a thread.
const LARGE: usize = 500;

/// Drops `sets` of so many `rows`: on a thread of its own where they are many.
pub(super) fn drop_apart<T: Send + 'static>(sets: T, rows: usize) {
    if rows >= LARGE {
        // Where the system has no thread to give, they are dropped right here.
        drop(Builder::new().name("wiping".to_owned()).spawn(move || drop(sets)));
    }
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
        drop_apart(Witness(sender.clone()), LARGE - 1);
        assert_eq!(dropped.try_recv(), Ok(current().id()));
        drop_apart(Witness(sender), LARGE);
        assert_ne!(dropped.recv().unwrap(), current().id());
    }
}
