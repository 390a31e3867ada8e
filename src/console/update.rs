//! What each message does to the state, and what is to be done about it.

mod locking;

use super::effect::{Action, EditTarget, Effect, ReviewTarget, Toast, Tone};
use super::keymap::{self, Binding, Group};
use super::message::{Goal, Input, Message, Reply, Signal};
use super::screen::{Event, Screen};
use super::screens::{compare, edit, find, help, history, merge, messages, person, review, rotate, trail};
use super::state::{CLIPBOARD, Ending, Layer, Phase, RECENT, SAID, State, TOAST};
use super::wiping::wipe_apart;
use crate::store::NewSet;
use crossterm::event::KeyEvent;
use ratatui::layout::Size;
use std::sync::Arc;
use std::time::Instant;

/// What the frame around the screens does with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Quit,
    Help,
    Palette,
    Messages,
    Lock,
    Suspend,
}

/// Keys that mean the same on every screen, text fields included.
const ALWAYS: Group<Act> = Group {
    name: "always",
    when: "everywhere",
    bindings: &[
        Binding::new("quit", &["ctrl-c"], Act::Quit, "", "Quit; asks if there are changes"),
        Binding::new("lock", &["ctrl-l"], Act::Lock, "", "Lock: drop and wipe everything that was decrypted"),
        Binding::new("suspend", &["ctrl-z"], Act::Suspend, "", "Hide what is revealed and suspend"),
    ],
};

/// Keys that are text while a field is being filled in.
const OUTSIDE_FIELDS: Group<Act> = Group {
    name: "console",
    when: "outside fields",
    bindings: &[
        Binding::new("palette", &[":"], Act::Palette, "", "Find a command by its name and run it"),
        Binding::new("messages", &["f2"], Act::Messages, "", "Show what was said so far"),
        Binding::new("help", &["?", "f1"], Act::Help, "help", "Show what every key does here"),
        Binding::new("quit", &["q"], Act::Quit, "quit", "Quit; asks if there are changes"),
    ],
};

/// What the question before quitting does with a key.
const ASKING: Group<bool> = Group {
    name: "quit",
    when: "before changes are given up",
    bindings: &[
        Binding::new("leave", &["y"], true, "leave", "Leave, and give the changes up"),
        Binding::new("stay", &["n", "esc"], false, "stay", "Stay"),
    ],
};

/// What a key does while an answer is late.
const WAITING: Group<()> = Group {
    name: "waiting",
    when: "while the database is silent",
    bindings: &[Binding::new("give-up", &["esc"], (), "give up", "Stop what the database is doing")],
};

/// What `screen` can do right now, and what every screen can.
pub(super) fn hints(screen: &dyn Screen) -> Vec<keymap::Hint> {
    let outside = if screen.takes_text() { Vec::new() } else { OUTSIDE_FIELDS.hints() };
    [screen.hints(), outside, ALWAYS.hints()].concat()
}

/// The commands of the frame around the screens.
pub fn commands() -> Vec<keymap::Hint> {
    [ALWAYS.hints(), OUTSIDE_FIELDS.hints(), ASKING.hints(), WAITING.hints()].concat()
}

/// Starts the console: what the first screen wants, and the form on top of it where one is to be opened at once.
pub fn start(state: &mut State, form: Option<EditTarget>) -> Vec<Effect> {
    let mut effects = state.tell_top(Event::Started);
    effects.extend(form.map(|form| state.act(0, Action::Edit(form))).unwrap_or_default());
    effects
}

/// Takes one message.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    if !matches!(message, Message::Input(_)) {
        return take(state, message);
    }
    state.idle_since = state.now;
    state.pace.key();
    let effects = take(state, message);
    state.pace.key_done();
    effects
}

fn take(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Tick(now) => tick(state, now),
        Message::Slept(time) => {
            state.idle_since = state.idle_since.checked_sub(time).unwrap_or(state.idle_since);
            locking::lock_if_idle(state)
        }
        Message::Input(Input::Key(key)) => press(state, key),
        Message::Input(Input::Paste(text)) if is_running(state) => state.tell_top(Event::Paste(text)),
        Message::Input(Input::Paste(text)) => {
            locking::paste(state, &text);
            Vec::new()
        }
        Message::Input(Input::Mouse(mouse)) if is_running(state) => state.tell_top(Event::Mouse(mouse)),
        Message::Input(Input::Mouse(_)) => Vec::new(),
        Message::Input(Input::Resize { width, height }) => {
            state.size = Size::new(width, height);
            Vec::new()
        }
        Message::Reply(_, Reply::Lock(answer)) => locking::reply(state, answer),
        Message::Reply(id, reply) => reply_to(state, id, reply),
        Message::News(text) => {
            show(state, Toast { tone: Tone::Warning, text });
            Vec::new()
        }
        Message::Opened(about) => {
            state.opened.about = about;
            Vec::new()
        }
        Message::Signal(Signal::Terminate) => end(state, Ending::Signal),
        Message::Signal(Signal::Suspend) => suspend(state),
        Message::Signal(Signal::Resumed) => vec![Effect::Redraw],
        Message::CopyRefused(reason) => {
            state.clipboard_until = None;
            show(state, Toast { tone: Tone::Bad, text: reason.to_owned() });
            Vec::new()
        }
    }
}

fn is_running(state: &State) -> bool {
    matches!(state.phase, Phase::Running)
}

fn tick(state: &mut State, now: Instant) -> Vec<Effect> {
    // What was due is asked as of the last tick: as of now, the next second of a countdown would be.
    let is_due = state.layers.last().and_then(|layer| layer.screen.due(state.now)).is_some_and(|due| due <= now);
    state.now = now;
    if state.toast.as_ref().is_some_and(|(_, until)| *until <= now) {
        state.toast = None;
    }
    let mut effects = state.pace.overdue(now);
    if state.clipboard_until.is_some_and(|until| until <= now) {
        state.clipboard_until = None;
        effects.push(Effect::ClearClipboard);
    }
    if is_due {
        effects.extend(state.tell_top(Event::Due));
    }
    effects.extend(locking::lock_if_idle(state));
    effects
}

fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    match state.phase {
        Phase::Over(_) => return Vec::new(),
        Phase::AskingToQuit => {
            return match ASKING.find(&key) {
                Some(true) => end(state, Ending::Quit),
                Some(false) => {
                    state.phase = Phase::Running;
                    Vec::new()
                }
                None => Vec::new(),
            };
        }
        Phase::Locked(_) => return locking::press(state, &key),
        Phase::Running => {}
    }
    if state.wait().is_some() && WAITING.find(&key).is_some() {
        return state.stop_waiting();
    }
    let takes_text = state.layers.last().is_some_and(|layer| layer.screen.takes_text());
    let outside = if takes_text { None } else { OUTSIDE_FIELDS.find(&key) };
    match ALWAYS.find(&key).or(outside) {
        Some(act) => act_on(state, act),
        None => state.tell_top(Event::Key(key)),
    }
}

fn act_on(state: &mut State, act: Act) -> Vec<Effect> {
    match act {
        Act::Quit if state.has_changes() => {
            state.phase = Phase::AskingToQuit;
            state.tell_top(Event::Hide)
        }
        Act::Quit => end(state, Ending::Quit),
        Act::Help => open_help(state, help::Mode::Reading),
        Act::Palette => open_help(state, help::Mode::Searching),
        Act::Messages => {
            let said = state.said.iter().rev().cloned().collect();
            // It stands in the list, and would only cover it.
            state.toast = None;
            push(state, Box::new(messages::State::new(said)))
        }
        Act::Lock => locking::lock(state),
        Act::Suspend => suspend(state),
    }
}

fn open_help(state: &mut State, mode: help::Mode) -> Vec<Effect> {
    let Some(top) = state.layers.last() else { return Vec::new() };
    let screen = help::State::new(top.screen.title(), hints(&*top.screen), mode);
    push(state, Box::new(screen))
}

fn suspend(state: &mut State) -> Vec<Effect> {
    let mut effects = state.tell_top(Event::Hide);
    effects.push(Effect::Suspend);
    effects
}

/// Ends the loop. Everything decrypted is dropped with the layers, before the terminal is given back.
fn end(state: &mut State, ending: Ending) -> Vec<Effect> {
    state.phase = Phase::Over(ending);
    state.place = state.place_now().or(state.place.take());
    state.layers.clear();
    let clear = state.clipboard_until.take().map(|_| Effect::ClearClipboard);
    clear.into_iter().collect()
}

fn reply_to(state: &mut State, id: super::effect::RequestId, reply: Reply) -> Vec<Effect> {
    state.pace.answered(id);
    let mut effects = match (state.waiting_for(id), reply) {
        (Some(depth), reply) => state.tell(depth, Event::Reply(reply)),
        (None, Reply::Load(Ok(view))) => {
            wipe_apart(view.into_sets());
            Vec::new()
        }
        (None, _) => Vec::new(),
    };
    effects.extend(state.pace.release(state.now));
    effects
}

fn show(state: &mut State, toast: Toast) {
    state.said.push_back((toast.clone(), state.now));
    while state.said.len() > SAID {
        state.said.pop_front();
    }
    state.toast = Some((toast, state.now + TOAST));
}

fn push(state: &mut State, screen: Box<dyn Screen>) -> Vec<Effect> {
    let mut effects = state.tell_top(Event::Hide);
    state.layers.push(Layer { screen, waiting: Vec::new() });
    effects.extend(state.tell_top(Event::Started));
    effects
}

/// Takes the layer on top away, with everything that it waits for. The browser at the bottom stays.
fn pop(state: &mut State) -> Vec<Effect> {
    if state.layers.len() < 2 {
        return Vec::new();
    }
    let effects = state.give_up(state.layers.len() - 1);
    state.layers.pop();
    effects
}

impl State {
    /// Does what the screen at `depth` asks for.
    pub(super) fn act(&mut self, depth: usize, action: Action) -> Vec<Effect> {
        match action {
            Action::Request(request) => self.request(depth, request),
            Action::Cancel => self.give_up(depth),
            Action::Edit(target) => push(self, Box::new(edit::State::new(target))),
            Action::Review(target) => {
                let screen = review::State::new(target, &self.opened);
                push(self, Box::new(screen))
            }
            Action::Typed(typed) => self.tell_top(Event::Typed(typed)),
            Action::Compare(first, second) => push(self, Box::new(compare::State::new(first, second))),
            Action::Rotate => push(self, Box::new(rotate::State::new())),
            Action::KeyIs(key) => {
                self.opened.key = key;
                Vec::new()
            }
            Action::Find => {
                let recent = self.recent.iter().rev().cloned().collect();
                push(self, Box::new(find::State::new(recent)))
            }
            Action::Jump(hit) => {
                let mut effects = Vec::new();
                while self.layers.len() > 1 {
                    effects.extend(pop(self));
                }
                self.recent.retain(|known| known.goal != hit.goal);
                self.recent.push(hit.clone());
                if self.recent.len() > RECENT {
                    self.recent.remove(0);
                }
                effects.extend(match hit.goal {
                    Goal::Person(user) => self.act(0, Action::Person(user, hit.title)),
                    goal => self.tell_top(Event::Jump(goal)),
                });
                effects
            }
            Action::Person(user, title) => push(self, Box::new(person::State::new(user, title))),
            Action::Trail => push(self, Box::new(trail::State::new())),
            Action::History(target) => push(self, Box::new(history::State::new(target))),
            Action::Merge(target) => push(self, Box::new(merge::State::new(target))),
            Action::Rebase { target, new, review } => self.rebase(target, new, review),
            Action::Pop => pop(self),
            Action::Press(name) => {
                let mut effects = pop(self);
                effects.extend(keymap::event(name).map(|key| press(self, key)).unwrap_or_default());
                effects
            }
            Action::Committed(set) => {
                let mut effects = Vec::new();
                while self.layers.len() > 1 {
                    effects.extend(pop(self));
                }
                effects.extend(self.tell_top(Event::Committed(set)));
                effects
            }
            Action::Toast(toast) => {
                show(self, toast);
                Vec::new()
            }
            Action::Copy(secret) => {
                self.clipboard_until = Some(self.now + CLIPBOARD);
                vec![Effect::Copy(secret)]
            }
        }
    }
}

impl State {
    /// The form again, over another state of its set; and its review on top of it.
    fn rebase(&mut self, target: EditTarget, new: NewSet, review: bool) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.layers.len() > 1 {
            effects.extend(pop(self));
        }
        let (base, title) = (Arc::clone(&target.set), target.title.clone());
        effects.extend(push(self, Box::new(edit::State::rebased(target, &new))));
        if review {
            let screen = review::State::new(ReviewTarget { base, new, title }, &self.opened);
            effects.extend(push(self, Box::new(screen)));
        }
        effects
    }
}

#[cfg(test)]
mod tests;
