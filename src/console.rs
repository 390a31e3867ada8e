//! The terminal console: an Elm loop with one worker thread.
//!
//! [`message`] is everything that can happen, [`effect`] everything that can be asked for; [`update`](fn@update::update)
//! turns the one into the other and [`view`](fn@view::view) draws what is known then. A [`screen`] is a state, an
//! `update` and a `view`; it holds no sender, no database and no other screen.

pub mod clipboard;
pub mod commands;
pub mod effect;
pub mod input;
pub mod keymap;
pub mod lock;
pub mod memory;
pub mod message;
mod pace;
pub mod screen;
pub mod screens;
pub mod stage;
pub mod start;
pub mod state;
pub mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;
mod wiping;
mod words;
pub mod worker;

pub use state::Ending;

use crate::database::Database;
use crate::error::Result;
use crate::rotation::Keeper;
use crate::store::StoreConfig;
use clipboard::Clipboard;
use effect::{EditTarget, Effect};
use lock::Policy;
use memory::Memory;
use message::{Message, Opened};
use ratatui::layout::Size;
use stage::Stage;
use state::State;
use std::io;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant, SystemTime};
use terminal::Screen;
use theme::Theme;
use worker::{SideReader, Worker};

/// What the console works on.
pub struct Setup {
    /// The open database.
    pub database: Box<dyn Database>,
    /// The keys, the format and the limit.
    pub config: StoreConfig,
    /// What the header and the screens say about both.
    pub opened: Opened,
    /// How it looks.
    pub theme: Theme,
    /// When it locks itself, and what that means.
    pub policy: Policy,
    /// Where copies go.
    pub clipboard: clipboard::Kind,
    /// Whether clicks and the wheel are listened to.
    pub has_mouse: bool,
    /// Reads what a set is to be compared with.
    pub sides: SideReader,
    /// What a key rotation has to know of the settings.
    pub keeper: Keeper,
    /// Where the places are remembered from one start to the next, if anywhere.
    pub memory: Option<Memory>,
    /// The set whose form is to be opened at once.
    pub form: Option<EditTarget>,
}

/// Runs the console until the operator or a signal ends it, on the terminal of `stage` if it is taken already. It is
/// given back on every way out.
///
/// # Errors
/// The terminal cannot be taken, or is lost on the way.
pub fn run(stage: Option<Stage>, setup: Setup) -> Result<Ending> {
    let Stage { mut screen, sender, messages } = match stage {
        Some(stage) => stage,
        None => Stage::take(setup.has_mouse)?,
    };
    let (width, height) = terminal::size();
    let worker = Worker::start(setup.database, setup.config, setup.sides, setup.keeper, sender.clone())
        .map_err(|error| words::no_terminal(&error))?;
    let clipboard = Clipboard::start(setup.clipboard, sender.clone()).map_err(|error| words::no_terminal(&error))?;
    let mut state = State::new(setup.opened, setup.theme, setup.policy, Size::new(width, height), Instant::now());
    let remembered = setup.memory.as_ref().map(Memory::recall).unwrap_or_default();
    state.recall(remembered.clone());
    let effects = update::start(&mut state, setup.form);
    let ending = turn(&mut state, effects, &messages, &Hands { worker: &worker, clipboard: &clipboard }, &mut screen)
        .map_err(|error| words::no_terminal(&error));
    let now = state.remembered();
    if let Some(memory) = setup.memory.filter(|_| now != remembered) {
        memory.keep(&now);
    }
    // What is under way, a commit above all, is finished before the terminal is given back.
    drop(worker);
    drop(clipboard);
    drop(screen);
    ending
}

/// The loop: waits for a message or for what is due, drains the queue, and draws once.
///
/// A key's own echo waits for nothing: it is drawn before the worker is given anything to do, and where the worker has
/// answered meanwhile, before the answer is looked at.
fn turn(
    state: &mut State,
    first: Vec<Effect>,
    messages: &Receiver<Message>,
    hands: &Hands<'_>,
    screen: &mut Screen,
) -> io::Result<Ending> {
    let mut effects = first;
    let mut answers = Vec::new();
    let mut sleep = Sleep::now();
    loop {
        let (work, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut effects)
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Work(..) | Effect::Cancel(_)));
        for effect in rest {
            perform(effect, hands, screen)?;
        }
        let ending = state.ending();
        if ending.is_none() {
            screen.ratatui.draw(|frame| view::view(state, frame))?;
        }
        for effect in work {
            perform(effect, hands, screen)?;
        }
        if let Some(ending) = ending {
            return Ok(ending);
        }
        let mut batch = std::mem::take(&mut answers);
        if batch.is_empty() {
            batch = wait(state, messages).into_iter().chain(messages.try_iter()).collect();
            if batch.iter().any(|message| matches!(message, Message::Input(_))) {
                (answers, batch) = batch.into_iter().partition(|message| matches!(message, Message::Reply(..)));
            }
        }
        if let Some(time) = sleep.since_last() {
            effects.extend(update::update(state, Message::Slept(time)));
        }
        effects.extend(update::update(state, Message::Tick(Instant::now())));
        for message in batch {
            effects.extend(update::update(state, message));
        }
    }
}

/// How long the machine has slept: what the wall clock is ahead of the one that stands still meanwhile. Where somebody
/// sets the clock forward it is taken for sleep: better a lock too many.
struct Sleep(SystemTime, Instant);

impl Sleep {
    fn now() -> Self {
        Self(SystemTime::now(), Instant::now())
    }

    /// For how long since this was last asked, if that is worth a word.
    fn since_last(&mut self) -> Option<Duration> {
        let before = std::mem::replace(self, Self::now());
        let on_the_wall = self.0.duration_since(before.0).unwrap_or_default();
        let slept = on_the_wall.saturating_sub(self.1.saturating_duration_since(before.1));
        (slept > Duration::from_secs(1)).then_some(slept)
    }
}

/// The next message; `None` when something is due instead.
fn wait(state: &State, messages: &Receiver<Message>) -> Option<Message> {
    match state.due() {
        None => messages.recv().ok(),
        Some(due) => messages.recv_timeout(due.saturating_duration_since(Instant::now())).ok(),
    }
}

/// The threads that do what takes time.
struct Hands<'h> {
    worker: &'h Worker,
    clipboard: &'h Clipboard,
}

/// Does what `update` asked for.
fn perform(effect: Effect, hands: &Hands<'_>, screen: &mut Screen) -> io::Result<()> {
    match effect {
        Effect::Work(id, request) => hands.worker.ask(id, request),
        Effect::Cancel(id) => hands.worker.cancel(id),
        Effect::Copy(value) => hands.clipboard.copy(value),
        Effect::ClearClipboard => hands.clipboard.clear(),
        Effect::Suspend => screen.suspend()?,
        Effect::Redraw => screen.retake()?,
    }
    Ok(())
}
