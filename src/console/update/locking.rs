//! Locking and unlocking. Everything decrypted is dropped; a form with changes is handed to the worker to be encrypted.

use super::super::effect::{EditTarget, Effect, Request, Toast, Tone};
use super::super::keymap;
use super::super::lock::{Act, Form, KEYS, Locked, Locking, left};
use super::super::message::LockAnswer;
use super::super::screens::edit;
use super::super::state::{Ending, Phase, State};
use super::super::words;
use super::{end, push, show};
use crate::audit;
use crate::error::Error;
use crate::secret::Secret;
use crate::store::LoadedSet;
use crate::store::NewSet;
use crate::store::parked::Parked;
use crossterm::event::KeyEvent;
use std::sync::Arc;

/// Locks the console, or ends it where unlocking would ask for nothing.
pub(super) fn lock(state: &mut State) -> Vec<Effect> {
    if state.policy.how == Locking::Quit {
        let lost_changes = state.has_changes();
        return end(state, Ending::Locked { lost_changes });
    }
    let mut effects: Vec<Effect> = state.clipboard_until.take().map(|_| Effect::ClearClipboard).into_iter().collect();
    state.toast = None;
    let parked = state.layers.iter_mut().rev().find_map(|layer| layer.screen.park());
    for depth in (0..state.layers.len()).rev() {
        let goes_on = state.layers.get(depth).is_some_and(|layer| layer.screen.goes_on_locked());
        if !goes_on {
            effects.extend(state.abandon(depth));
        }
        if depth > 0 && !goes_on {
            state.layers.remove(depth);
        }
    }
    if let Some(browser) = state.layers.first_mut() {
        browser.screen.lock();
    }
    let mut locked = Locked::default();
    if let Some(target) = parked {
        locked.form = Some(Form::Parking(target.title));
        effects.push(state.send(Request::Park(target.base, target.new)));
    }
    if matches!(state.policy.how, Locking::Asking(_)) && state.layers.len() < 2 {
        effects.push(state.send(Request::Forget));
    }
    state.phase = Phase::Locked(locked);
    effects
}

/// Locks the console if nobody has touched it for as long as the configuration allows.
pub(super) fn lock_if_idle(state: &mut State) -> Vec<Effect> {
    let is_open = matches!(state.phase, Phase::Running | Phase::AskingToQuit);
    let is_over = left(state.policy, state.idle_since, state.now).is_some_and(|left| left.is_zero());
    if is_open && is_over { lock(state) } else { Vec::new() }
}

/// Takes a key while the console is locked.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let how = state.policy.how;
    let Phase::Locked(locked) = &mut state.phase else { return Vec::new() };
    match KEYS.find(key) {
        Some(Act::Quit) => {
            let lost_changes = locked.form.is_some();
            end(state, Ending::Locked { lost_changes })
        }
        Some(Act::Unlock) if locked.is_trying => Vec::new(),
        Some(Act::Unlock) if matches!(how, Locking::Asking(_)) => {
            let secret = Secret::new(std::mem::take(&mut *locked.typed));
            locked.is_trying = true;
            locked.trouble = None;
            vec![state.send(Request::Unlock(secret))]
        }
        Some(Act::Unlock) => unlock(state),
        None => {
            keymap::type_into(&mut locked.typed, key);
            Vec::new()
        }
    }
}

/// Takes a paste while the console is locked: what unlocks it may come from a password manager.
pub(super) fn paste(state: &mut State, text: &Secret) {
    let asks = matches!(state.policy.how, Locking::Asking(_));
    if let Phase::Locked(locked) = &mut state.phase
        && asks
        && !locked.is_trying
    {
        locked.typed.push_str(text.expose().trim_end_matches('\n'));
    }
}

/// Takes what the worker answered to the lock.
pub(super) fn reply(state: &mut State, answer: LockAnswer) -> Vec<Effect> {
    match answer {
        LockAnswer::Parked(parked) => take_parked(state, parked),
        LockAnswer::Unparked(opened) => take_opened(state, opened),
        LockAnswer::Unlocked(Ok(())) => unlock(state),
        LockAnswer::Unlocked(Err(error)) => {
            if let Phase::Locked(locked) = &mut state.phase {
                locked.is_trying = false;
                locked.trouble = Some(error.message);
            }
            Vec::new()
        }
        LockAnswer::Forgotten => Vec::new(),
    }
}

fn take_parked(state: &mut State, parked: Result<Box<Parked>, Error>) -> Vec<Effect> {
    let Phase::Locked(locked) = &mut state.phase else {
        // Unlocked before the worker came to it.
        return parked.map(|parked| vec![state.send(Request::Unpark(parked))]).unwrap_or_default();
    };
    match (parked, locked.form.take()) {
        (Ok(parked), Some(Form::Parking(title))) => locked.form = Some(Form::Parked(title, parked)),
        (Ok(_), _) => {}
        (Err(error), _) => locked.trouble = Some(words::form_not_kept(&error.message)),
    }
    Vec::new()
}

/// The browser where it was, its set read anew, and the form that was kept.
fn unlock(state: &mut State) -> Vec<Effect> {
    let Phase::Locked(locked) = std::mem::replace(&mut state.phase, Phase::Running) else { return Vec::new() };
    state.idle_since = state.now;
    let mut effects = vec![state.send(Request::Record(audit::Event::unlock()))];
    let actions = state.layers.first_mut().map(|browser| browser.screen.unlock()).unwrap_or_default();
    effects.extend(actions.into_iter().flat_map(|action| state.act(0, action)));
    match locked.form {
        Some(Form::Parked(title, parked)) => {
            state.parked_title = Some(title);
            effects.push(state.send(Request::Unpark(parked)));
        }
        // The worker's answer finds the console open and asks for it at once.
        Some(Form::Parking(title)) => state.parked_title = Some(title),
        None => {}
    }
    effects
}

fn take_opened(state: &mut State, opened: Option<(Arc<LoadedSet>, NewSet)>) -> Vec<Effect> {
    let title = state.parked_title.take().unwrap_or_default();
    let Some((set, new)) = opened else {
        show(state, Toast { tone: Tone::Bad, text: words::FORM_NOT_OPENED.to_owned() });
        return Vec::new();
    };
    push(state, Box::new(edit::State::rebased(EditTarget { set, title }, &new)))
}
