//! What quick keys ask for: one request is under way at a time, and after it comes what the last key wants.
//!
//! Whoever holds a key down passes hundreds of organisations. A query for each of them, stopped again by the next key,
//! would keep the database and this machine busy with what nobody looks at.

use super::effect::{Effect, Request, RequestId};
use std::time::{Duration, Instant};

/// How long a request that nobody wants any more may take before it is stopped: stopping takes a connection of its own,
/// and most are answered sooner.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// Holds what can wait until what was asked before is answered.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Whether it is a key that asks.
    by_key: bool,
    asked: Vec<Asked>,
    held: Vec<(RequestId, Request)>,
}

/// A request that was sent and is not answered yet.
#[derive(Debug)]
struct Asked {
    id: RequestId,
    /// When it is to be stopped, if nobody wants it any more.
    until: Option<Instant>,
    since: Instant,
}

impl Pace {
    /// What is asked from here on is asked by a key.
    pub(super) fn key(&mut self) {
        self.by_key = true;
    }

    /// The key has asked for all that it wants.
    pub(super) fn key_done(&mut self) {
        self.by_key = false;
    }

    /// The request as it is to be sent now; nothing if it is held.
    pub(super) fn pass(&mut self, id: RequestId, request: Request, now: Instant) -> Option<Effect> {
        if request.can_wait() {
            if self.by_key && !self.asked.is_empty() {
                self.held.push((id, request));
                return None;
            }
            self.asked.push(Asked { id, until: None, since: now });
        }
        Some(Effect::Work(id, request))
    }

    /// Gives a request up for a newer one: forgotten if it is held, stopped if it was sent long ago or takes longer.
    pub(super) fn supersede(&mut self, id: RequestId, now: Instant) -> Option<Effect> {
        let young = self.asked.iter_mut().find(|asked| asked.id == id && now < asked.since + PATIENCE);
        match young {
            Some(asked) => {
                asked.until = Some(asked.since + PATIENCE);
                None
            }
            None => self.give_up(id),
        }
    }

    /// Gives a request up: forgotten if it is held, stopped if it was sent.
    pub(super) fn give_up(&mut self, id: RequestId) -> Option<Effect> {
        let count = self.held.len();
        self.held.retain(|(held, _)| *held != id);
        (self.held.len() == count).then_some(Effect::Cancel(id))
    }

    /// A request is answered.
    pub(super) fn answered(&mut self, id: RequestId) {
        self.asked.retain(|asked| asked.id != id);
    }

    /// What was held and can be sent, now that what was asked before may be answered.
    pub(super) fn release(&mut self, now: Instant) -> Vec<Effect> {
        if !self.asked.is_empty() {
            return Vec::new();
        }
        let held = std::mem::take(&mut self.held);
        self.asked.extend(held.iter().map(|(id, _)| Asked { id: *id, until: None, since: now }));
        held.into_iter().map(|(id, request)| Effect::Work(id, request)).collect()
    }

    /// When something is to be stopped.
    pub(super) fn due(&self) -> Option<Instant> {
        self.asked.iter().filter_map(|asked| asked.until).min()
    }

    /// What is to be stopped now that it is `now`.
    pub(super) fn overdue(&mut self, now: Instant) -> Vec<Effect> {
        let overdue = self.asked.iter_mut().filter_map(|asked| {
            let is_over = asked.until.take_if(|until| *until <= now).is_some();
            is_over.then_some(Effect::Cancel(asked.id))
        });
        overdue.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sent(effects: &[Effect]) -> Vec<u64> {
        let id = |effect: &Effect| if let Effect::Work(id, _) = effect { Some(id.0) } else { None };
        effects.iter().filter_map(id).collect()
    }

    #[test]
    fn answers_and_what_writes_are_never_held() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.key();
        assert!(pace.pass(RequestId(0), Request::Overview, now).is_some());
        assert!(pace.pass(RequestId(1), Request::Overview, now).is_none());
        assert!(pace.pass(RequestId(2), Request::Script, now).is_some());
        pace.key_done();
        assert!(pace.pass(RequestId(3), Request::Overview, now).is_some());
        pace.answered(RequestId(0));
        assert!(pace.release(now).is_empty());
        pace.answered(RequestId(3));
        assert_eq!(sent(&pace.release(now)), [1]);
    }

    #[test]
    fn what_nobody_wants_is_stopped_only_when_it_takes_long() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.pass(RequestId(0), Request::Overview, now);
        assert!(pace.supersede(RequestId(0), now).is_none());
        assert!(pace.overdue(now).is_empty());
        assert_eq!(pace.due(), Some(now + PATIENCE));
        assert!(matches!(pace.overdue(now + PATIENCE)[..], [Effect::Cancel(RequestId(0))]));
        assert!(pace.due().is_none() && pace.overdue(now + PATIENCE).is_empty(), "once");
        assert!(matches!(pace.supersede(RequestId(0), now + PATIENCE), Some(Effect::Cancel(_))));
        pace.answered(RequestId(0));
        pace.pass(RequestId(1), Request::Overview, now);
        pace.supersede(RequestId(1), now);
        pace.answered(RequestId(1));
        assert!(pace.due().is_none(), "nothing is due when everything is answered");
    }

    proptest! {
        /// Keys that each supersede what the one before asked for, and answers between them (`true`).
        #[test]
        fn one_is_under_way_at_a_time_and_the_last_is_always_asked(events in prop::collection::vec(any::<bool>(), 1..60)) {
            let (mut pace, now) = (Pace::default(), Instant::now());
            let (mut next, mut under_way, mut all) = (0, None, Vec::new());
            for is_answer in events.into_iter().chain([true, true]) {
                let begun = if is_answer {
                    under_way.take().into_iter().for_each(|id| pace.answered(RequestId(id)));
                    sent(&pace.release(now))
                } else {
                    pace.key();
                    if next > 0 {
                        pace.supersede(RequestId(next - 1), now);
                    }
                    let begun = pace.pass(RequestId(next), Request::Find(String::new()), now);
                    pace.key_done();
                    next += 1;
                    sent(&begun.into_iter().collect::<Vec<_>>())
                };
                prop_assert!(begun.is_empty() || (begun.len() == 1 && under_way.is_none()), "{:?}", begun);
                under_way = begun.first().copied().or(under_way);
                all.extend(begun);
            }
            prop_assert_eq!(all.last().copied(), next.checked_sub(1));
            prop_assert!(under_way.is_none() && pace.due().is_none());
        }
    }
}
