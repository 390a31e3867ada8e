//! What stands before the browser: which database, what opens the keys, what is risky. Each is there only where there is
//! something to choose, to type or to acknowledge.

mod view;

use super::keymap::{self, Binding, Group, Hint};
use super::message::{Input, Message, Signal};
use super::stage::Stage;
use super::theme::Theme;
use super::widgets::scroll::{self, Move, Scroll};
use super::words::{no_terminal, start as words};
use crate::config::file::Colour;
use crate::error::{Error, ErrorKind, Result};
use crate::keyring::error::{KeyError, KeyText};
use crate::secret::Secret;
use crossterm::event::{KeyCode, KeyEvent};
use std::cell::Cell;
use std::sync::mpsc::{Sender, TryRecvError, channel};
use std::thread;
use std::time::Instant;
use zeroize::Zeroizing;

/// How often a passphrase may be wrong.
const TRIES: usize = 3;

/// What a key does before the console is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    GoOn,
    Leave,
}

const KEYS: Group<Act> = Group {
    name: "start",
    when: "before the console is open",
    bindings: &[
        Binding::new("go-on", &["enter"], Act::GoOn, "go on", "Go on with what is chosen or said"),
        Binding::new("leave", &["esc", "q", "ctrl-c"], Act::Leave, "leave", "Leave; nothing was changed"),
    ],
};

const FIELD: Group<Act> = Group {
    name: "start-field",
    when: "while the keys are unlocked",
    bindings: &[
        Binding::new("go-on", &["enter"], Act::GoOn, "unlock", "Try what was typed"),
        Binding::new("leave", &["esc", "ctrl-c"], Act::Leave, "leave", "Leave; nothing was changed"),
    ],
};

const WAIT: Group<Act> = Group {
    name: "start-wait",
    when: "while the database is opened",
    bindings: &[Binding::new("leave", &["esc", "q", "ctrl-c"], Act::Leave, "stop", "Stop, and leave")],
};

/// The commands of these screens.
pub fn commands() -> Vec<Hint> {
    [KEYS.hints(), FIELD.hints(), WAIT.hints()].concat()
}

/// A profile to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name, escaped.
    pub name: String,
    /// What it is.
    pub what: String,
    /// Its colour.
    pub colour: Option<Colour>,
}

/// Something that is said of the database: what it is called, and the text, escaped.
pub type Fact = (&'static str, String);

/// One of the screens.
enum Step {
    /// Which profile is meant.
    Choosing { choices: Vec<Choice>, scroll: Scroll },
    /// Something takes its time.
    Waiting { what: String },
    /// A secret is typed.
    Asking { facts: Vec<Fact>, label: &'static str, typed: Zeroizing<String>, attempt: Attempt },
    /// Risks are to be acknowledged. The first line in view is kept here: only drawing knows how many there are.
    Warning { facts: Vec<Fact>, risks: Vec<String>, top: Cell<usize> },
}

/// How it stands with what was typed.
enum Attempt {
    Typing,
    Trying,
    Failed(String),
}

/// What comes of a screen.
enum Outcome {
    Chosen(usize),
    Answered(Secret),
    Acknowledged,
    Left(&'static str),
}

/// Takes one message.
fn update(step: &mut Step, message: Message) -> Option<Outcome> {
    match message {
        Message::Signal(Signal::Terminate) => Some(Outcome::Left(words::SIGNAL)),
        Message::Input(Input::Key(key)) => press(step, &key),
        Message::Input(Input::Paste(text)) => {
            if let Step::Asking { typed, attempt: Attempt::Typing | Attempt::Failed(_), .. } = step {
                typed.push_str(text.expose().trim_end_matches('\n'));
            }
            None
        }
        Message::Input(Input::Mouse(mouse)) => {
            if let Some(to) = scroll::wheel(&mouse) {
                go(step, to);
            }
            None
        }
        _ => None,
    }
}

fn press(step: &mut Step, key: &KeyEvent) -> Option<Outcome> {
    let act = match step {
        Step::Choosing { .. } | Step::Warning { .. } => KEYS.find(key),
        Step::Asking { .. } => FIELD.find(key),
        Step::Waiting { .. } => WAIT.find(key),
    };
    match (act, &mut *step) {
        (Some(Act::Leave), _) => Some(Outcome::Left(words::LEFT)),
        (Some(Act::GoOn), Step::Choosing { scroll, .. }) => Some(Outcome::Chosen(scroll.selected())),
        (Some(Act::GoOn), Step::Asking { typed, .. }) => {
            Some(Outcome::Answered(Secret::new(std::mem::take(&mut **typed))))
        }
        (Some(Act::GoOn), Step::Warning { .. }) => Some(Outcome::Acknowledged),
        (Some(Act::GoOn), Step::Waiting { .. }) => None,
        (None, Step::Asking { typed, .. }) => {
            keymap::type_into(typed, key);
            None
        }
        (None, Step::Choosing { choices, .. }) if number(key).is_some_and(|at| at < choices.len()) => {
            number(key).map(Outcome::Chosen)
        }
        (None, Step::Choosing { .. } | Step::Warning { .. } | Step::Waiting { .. }) => {
            if let Some(to) = scroll::pressed(key) {
                go(step, to);
            }
            None
        }
    }
}

/// The place in the list that a digit means.
fn number(key: &KeyEvent) -> Option<usize> {
    let KeyCode::Char(letter) = key.code else { return None };
    usize::try_from(letter.to_digit(10)?).ok()?.checked_sub(1)
}

fn go(step: &mut Step, to: Move) {
    match step {
        Step::Choosing { choices, scroll } => drop(scroll.go(to, choices.len())),
        Step::Warning { top, .. } => top.set(match to {
            Move::Up | Move::PageUp => top.get().saturating_sub(1),
            Move::Down | Move::PageDown => top.get().saturating_add(1),
            Move::First => 0,
            Move::Last => usize::MAX,
        }),
        Step::Asking { .. } | Step::Waiting { .. } => {}
    }
}

/// What can be done.
fn hints(step: &Step) -> Vec<Hint> {
    match step {
        Step::Choosing { .. } | Step::Warning { .. } => KEYS.hints(),
        Step::Asking { .. } => FIELD.hints(),
        Step::Waiting { .. } => WAIT.hints(),
    }
}

/// The screens before the browser, one after the other. The terminal is taken with the first of them.
pub struct Start {
    theme: Theme,
    has_mouse: bool,
    stage: Option<Stage>,
}

impl Start {
    /// None of them so far.
    pub fn new(theme: Theme, has_mouse: bool) -> Self {
        Self { theme, has_mouse, stage: None }
    }

    /// Whether the terminal is taken: what is said beside it would not be seen.
    pub fn is_on(&self) -> bool {
        self.stage.is_some()
    }

    /// Draws the frame in the colour of a profile from here on.
    pub fn frame(&mut self, colour: Option<Colour>) {
        self.theme = self.theme.framed(colour);
    }

    /// The terminal for the console, if it is taken already, and the theme.
    pub fn into_parts(self) -> (Option<Stage>, Theme) {
        (self.stage, self.theme)
    }

    /// Asks which of `choices` is meant: its place among them.
    ///
    /// # Errors
    /// The operator leaves, or a signal comes.
    pub fn choose(&mut self, choices: Vec<Choice>) -> Result<usize> {
        let mut step = Step::Choosing { choices, scroll: Scroll::default() };
        loop {
            if let Some(Outcome::Chosen(at)) = self.next(&mut step)? {
                return Ok(at);
            }
        }
    }

    /// Does `work` on a thread of its own while `what` is said. Where the operator leaves, it is left behind.
    ///
    /// # Errors
    /// The operator leaves, or a signal comes.
    pub fn wait<T: Send + 'static>(&mut self, what: String, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (results, done) = channel();
        let mut step = Step::Waiting { what };
        let wake = Wake(self.stage()?.sender.clone());
        let job = move || {
            let _wake = wake;
            // Whoever waits for it may have left.
            let _ = results.send(work());
        };
        thread::Builder::new().name("opening".to_owned()).spawn(job).map_err(|error| no_terminal(&error))?;
        loop {
            match done.try_recv() {
                Ok(result) => return Ok(result),
                Err(TryRecvError::Disconnected) => return Err(Error::failed(words::BUG)),
                Err(TryRecvError::Empty) => drop(self.next(&mut step)?),
            }
        }
    }

    /// Asks for the secret called `label`, and lets `open` try it; what is wrong may be typed again.
    ///
    /// # Errors
    /// What `open` ends in; and the operator leaves, or a signal comes.
    pub fn ask<T>(
        &mut self,
        facts: Vec<Fact>,
        label: &'static str,
        mut open: impl FnMut(Secret) -> Result<T, KeyError>,
    ) -> Result<T> {
        let mut step = Step::Asking { facts, label, typed: Zeroizing::default(), attempt: Attempt::Typing };
        let mut tries = 0;
        loop {
            let Some(Outcome::Answered(secret)) = self.next(&mut step)? else { continue };
            set_attempt(&mut step, Attempt::Trying);
            self.draw(&step)?;
            tries += 1;
            match open(secret) {
                Err(error) if tries < TRIES && is_mistyped(&error) => {
                    set_attempt(&mut step, Attempt::Failed(error.to_string()));
                }
                done => return Ok(done?),
            }
        }
    }

    /// Shows the risks until they are acknowledged.
    ///
    /// # Errors
    /// The operator leaves, or a signal comes.
    pub fn acknowledge(&mut self, facts: Vec<Fact>, risks: Vec<String>) -> Result<()> {
        let mut step = Step::Warning { facts, risks, top: Cell::default() };
        loop {
            if let Some(Outcome::Acknowledged) = self.next(&mut step)? {
                return Ok(());
            }
        }
    }

    /// Draws the screen and takes the next message.
    fn next(&mut self, step: &mut Step) -> Result<Option<Outcome>> {
        self.draw(step)?;
        let stage = self.stage()?;
        let message = stage.messages.recv().unwrap_or(Message::Signal(Signal::Terminate));
        match message {
            Message::Signal(Signal::Suspend) => stage.screen.suspend().map_err(|error| no_terminal(&error))?,
            Message::Signal(Signal::Resumed) => stage.screen.retake().map_err(|error| no_terminal(&error))?,
            message => match update(step, message) {
                Some(Outcome::Left(why)) => return Err(Error::new(ErrorKind::Interrupted, why)),
                outcome => return Ok(outcome),
            },
        }
        Ok(None)
    }

    fn draw(&mut self, step: &Step) -> Result<()> {
        let theme = self.theme;
        let drawn = self.stage()?.screen.ratatui.draw(|frame| view::view(step, frame, &theme)).map(drop);
        drawn.map_err(|error| no_terminal(&error))
    }

    fn stage(&mut self) -> Result<&mut Stage> {
        if self.stage.is_none() {
            self.stage = Some(Stage::take(self.has_mouse)?);
        }
        self.stage.as_mut().ok_or_else(|| Error::failed(words::BUG))
    }
}

/// Whether typing it again may help.
fn is_mistyped(error: &KeyError) -> bool {
    matches!(error, KeyError::WrongPassphrase | KeyError::Empty(KeyText::Answer))
}

fn set_attempt(step: &mut Step, now: Attempt) {
    if let Step::Asking { attempt, .. } = step {
        *attempt = now;
    }
}

/// Wakes the loop when the work is done, whatever came of it.
struct Wake(Sender<Message>);

impl Drop for Wake {
    fn drop(&mut self) {
        // A loop that is gone needs no waking.
        let _ = self.0.send(Message::Tick(Instant::now()));
    }
}

#[cfg(test)]
mod tests;
