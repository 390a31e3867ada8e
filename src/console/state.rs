//! Everything that the console knows between two messages.

use super::effect::{Effect, Request, RequestId, Toast};
use super::lock::{self, Locked, Policy};
use super::memory::Remembered;
use super::message::{Goal, Hit, Opened};
use super::pace::Pace;
use super::screen::{Context, Event, Look, Screen};
use super::screens::browse;
use super::theme::Theme;
use ratatui::layout::Size;
use std::collections::VecDeque;
use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};

/// How long a toast stands.
pub(super) const TOAST: Duration = Duration::from_secs(6);

/// How many of the sentences that went by themselves are kept.
pub(super) const SAID: usize = 200;

/// How many of the places are kept that the search led to.
pub(super) const RECENT: usize = 9;

/// How long a copied value stays on the clipboard.
pub(super) const CLIPBOARD: Duration = Duration::from_secs(30);

/// Rows that the header and the bottom bar take from the screens.
pub(super) const FRAME_ROWS: u16 = 2;

/// A screen of the stack, with the answers that it waits for.
pub(super) struct Layer {
    pub(super) screen: Box<dyn Screen>,
    pub(super) waiting: Vec<Waiting>,
}

/// An answer that has not come yet.
#[derive(Clone, Copy)]
pub(super) struct Waiting {
    id: RequestId,
    kind: Discriminant<Request>,
    is_commit: bool,
    since: Instant,
}

/// What stands before the screens.
pub(super) enum Phase {
    /// The screen on top has the keys.
    Running,
    /// The operator wants to go, and would lose something: asking.
    AskingToQuit,
    /// Nobody may look.
    Locked(Locked),
    /// The loop ends with the batch of messages under way.
    Over(Ending),
}

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The operator left.
    Quit,
    /// The operator locked it; everything that was decrypted is dropped.
    Locked {
        /// Whether a form with changes was given up.
        lost_changes: bool,
    },
    /// A signal ended it.
    Signal,
}

/// The state of the whole console.
pub struct State {
    pub(super) layers: Vec<Layer>,
    pub(super) opened: Opened,
    pub(super) theme: Theme,
    pub(super) size: Size,
    pub(super) now: Instant,
    pub(super) phase: Phase,
    pub(super) toast: Option<(Toast, Instant)>,
    /// The places that the search led to, the last one at the end.
    pub(super) recent: Vec<Hit>,
    /// Where the browser stood last.
    pub(super) place: Option<Goal>,
    /// What was said so far, oldest first, and when.
    pub(super) said: VecDeque<(Toast, Instant)>,
    pub(super) clipboard_until: Option<Instant>,
    /// When the console locks itself, and what that means.
    pub(super) policy: Policy,
    /// When the operator last touched it.
    pub(super) idle_since: Instant,
    /// What the form was called that comes back from behind the lock.
    pub(super) parked_title: Option<String>,
    /// What quick keys asked for.
    pub(super) pace: Pace,
    next_request: u64,
}

impl State {
    /// A console over the database `opened`, in a terminal of `size`, at the time `now`.
    pub fn new(opened: Opened, theme: Theme, policy: Policy, size: Size, now: Instant) -> Self {
        Self {
            layers: vec![Layer { screen: Box::new(browse::State::new()), waiting: Vec::new() }],
            opened,
            theme,
            size,
            now,
            phase: Phase::Running,
            toast: None,
            recent: Vec::new(),
            place: None,
            said: VecDeque::new(),
            clipboard_until: None,
            policy,
            idle_since: now,
            parked_title: None,
            pace: Pace::default(),
            next_request: 0,
        }
    }

    /// Takes up what is remembered of the last time, before anything is read.
    pub fn recall(&mut self, remembered: Remembered) {
        let Remembered { place, recent } = remembered;
        if let (Some(layer), Some(place)) = (self.layers.first_mut(), &place) {
            layer.screen = Box::new(browse::State::returning(place.clone()));
        }
        (self.place, self.recent) = (place, recent);
    }

    /// What is to be remembered for the next time.
    pub fn remembered(&self) -> Remembered {
        Remembered { place: self.place_now().or_else(|| self.place.clone()), recent: self.recent.clone() }
    }

    /// Where the browser stands, if it is there.
    pub(super) fn place_now(&self) -> Option<Goal> {
        self.layers.first()?.screen.place()
    }

    /// When something is due without any input: a toast goes, the clipboard is cleared, a screen counts down.
    pub fn due(&self) -> Option<Instant> {
        let toast = self.toast.as_ref().map(|(_, until)| *until);
        let screen = self.layers.last().and_then(|layer| layer.screen.due(self.now));
        // The next whole second of a wait is drawn when it is reached.
        let wait = self.waiting_since().map(|since| {
            let whole = self.now.saturating_duration_since(since).as_secs() + 1;
            since + Duration::from_secs(whole)
        });
        let lock = if self.is_open() { lock::due(self.policy, self.idle_since, self.now) } else { None };
        // And so is each second that a copy is still there.
        let copy = self
            .copied_for()
            .map(|seconds| self.clipboard_until.and_then(|end| end.checked_sub(Duration::from_secs(seconds - 1))));
        [toast, copy.flatten(), screen, wait, lock, self.pace.due()].into_iter().flatten().min()
    }

    /// For how many seconds more a copied value stays, the one that has begun counted; `None` where there is none.
    pub(super) fn copied_for(&self) -> Option<u64> {
        let left = self.clipboard_until?.saturating_duration_since(self.now);
        Some(u64::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1))
    }

    /// How the console ended, if it did.
    pub fn ending(&self) -> Option<Ending> {
        match self.phase {
            Phase::Over(ending) => Some(ending),
            Phase::Running | Phase::AskingToQuit | Phase::Locked(_) => None,
        }
    }

    /// Whether somebody may look.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::AskingToQuit)
    }

    /// A request of the frame itself, which no layer waits for.
    pub(super) fn send(&mut self, request: Request) -> Effect {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        Effect::Work(id, request)
    }

    /// Whether leaving now would lose something.
    pub(super) fn has_changes(&self) -> bool {
        self.layers.iter().any(|layer| layer.screen.has_changes())
    }

    /// What the screens may know while they are drawn.
    pub(super) fn look(&self) -> Look<'_> {
        Look { theme: &self.theme, now: self.now, opened: &self.opened }
    }

    /// Gives `event` to the layer at `depth` and does what it asks for.
    pub(super) fn tell(&mut self, depth: usize, event: Event) -> Vec<Effect> {
        let size = Size::new(self.size.width, self.size.height.saturating_sub(FRAME_ROWS));
        let context = Context { now: self.now, opened: &self.opened, size };
        let Some(layer) = self.layers.get_mut(depth) else { return Vec::new() };
        let actions = layer.screen.update(event, &context);
        actions.into_iter().flat_map(|action| self.act(depth, action)).collect()
    }

    /// Gives `event` to the layer on top.
    pub(super) fn tell_top(&mut self, event: Event) -> Vec<Effect> {
        self.tell(self.layers.len().saturating_sub(1), event)
    }

    /// Registers a request of the layer at `depth`. One of the same kind that it still waits for is given up.
    pub(super) fn request(&mut self, depth: usize, request: Request) -> Vec<Effect> {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        let (kind, is_commit) = (discriminant(&request), matches!(request, Request::Commit(..)));
        let Some(layer) = self.layers.get_mut(depth) else { return Vec::new() };
        let superseded: Vec<RequestId> =
            layer.waiting.iter().filter(|waiting| waiting.kind == kind).map(|waiting| waiting.id).collect();
        layer.waiting.retain(|waiting| waiting.kind != kind);
        layer.waiting.push(Waiting { id, kind, is_commit, since: self.now });
        let superseded = superseded.into_iter().filter_map(|id| self.pace.supersede(id, self.now));
        let mut effects: Vec<Effect> = superseded.collect();
        effects.extend(self.pace.pass(id, request, self.now));
        effects
    }

    fn cancel(&mut self, ids: impl IntoIterator<Item = RequestId>) -> Vec<Effect> {
        ids.into_iter().filter_map(|id| self.pace.give_up(id)).collect()
    }

    fn waiting_since(&self) -> Option<Instant> {
        self.layers.last()?.waiting.iter().map(|waiting| waiting.since).min()
    }

    /// For how many whole seconds the screen on top has been waiting, once that is worth a word.
    pub(super) fn wait(&self) -> Option<u64> {
        let seconds = self.now.saturating_duration_since(self.waiting_since()?).as_secs();
        (seconds > 0).then_some(seconds)
    }

    /// Stops everything that the screen on top waits for. The answers still come, and say so.
    pub(super) fn stop_waiting(&self) -> Vec<Effect> {
        let waiting = self.layers.last().map(|layer| &layer.waiting);
        waiting.into_iter().flatten().map(|waiting| Effect::Cancel(waiting.id)).collect()
    }

    /// Gives up everything that the layer at `depth` waits for.
    pub(super) fn give_up(&mut self, depth: usize) -> Vec<Effect> {
        let waiting = self.layers.get_mut(depth).map(|layer| std::mem::take(&mut layer.waiting)).unwrap_or_default();
        self.cancel(waiting.into_iter().map(|waiting| waiting.id))
    }

    /// Forgets everything that the layer at `depth` waits for, and gives it up; a commit is left to come to its end.
    pub(super) fn abandon(&mut self, depth: usize) -> Vec<Effect> {
        let waiting = self.layers.get_mut(depth).map(|layer| std::mem::take(&mut layer.waiting)).unwrap_or_default();
        self.cancel(waiting.into_iter().filter(|waiting| !waiting.is_commit).map(|waiting| waiting.id))
    }

    /// The layer that waits for the reply `id`, which then no longer does.
    pub(super) fn waiting_for(&mut self, id: RequestId) -> Option<usize> {
        let depth = self.layers.iter().position(|layer| layer.waiting.iter().any(|waiting| waiting.id == id))?;
        if let Some(layer) = self.layers.get_mut(depth) {
            layer.waiting.retain(|waiting| waiting.id != id);
        }
        Some(depth)
    }
}
