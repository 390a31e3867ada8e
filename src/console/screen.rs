//! What a screen is: a state that takes events, answers with actions, and can be drawn.

use super::effect::{Action, ReviewTarget, Typed};
use super::keymap::Hint;
use super::message::{Goal, Opened, Reply};
use super::theme::Theme;
use crate::secret::{MASK, PLAIN_MASK, Secret};
use crate::store::LoadedSet;
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use std::sync::Arc;
use std::time::Instant;

/// What reaches the screen on top of the stack. Never printed by a `Debug`: a key may be part of a secret.
pub enum Event {
    /// Sent once, when the screen has become the one on top for the first time.
    Started,
    /// Sent for a key press that the frame around the screens has no use for.
    Key(KeyEvent),
    /// Sent for a bracketed paste, its line breaks already `\n`.
    Paste(Secret),
    /// Sent for a click or the wheel.
    Mouse(MouseEvent),
    /// Sent when the operator typed a command with an argument.
    Typed(Typed),
    /// Sent when the worker has answered a request of this screen.
    Reply(Reply),
    /// Sent when what [`Screen::due`] named is due.
    Due,
    /// Sent before the terminal is given away or the screen is covered: hide everything that is revealed.
    Hide,
    /// Sent to the screen at the bottom when something was found that is to be gone to.
    Jump(Goal),
    /// Sent to the screen at the bottom when a set was committed: this one stands now.
    Committed(Arc<LoadedSet>),
}

/// What a screen may know of the world while it takes an event.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The time of this event.
    pub now: Instant,
    /// The open database.
    pub opened: &'c Opened,
    /// The size that the screen has for itself, in cells.
    pub size: Size,
}

/// What a screen may know of the world while it is drawn.
#[derive(Clone, Copy)]
pub struct Look<'l> {
    /// Colours and signs.
    pub theme: &'l Theme,
    /// The time of this frame.
    pub now: Instant,
    /// The open database.
    pub opened: &'l Opened,
}

impl Look<'_> {
    /// What stands for a value.
    pub fn mask(&self) -> &'static str {
        if self.theme.plain { PLAIN_MASK } else { MASK }
    }
}

/// A screen. It holds no sender, no database and no other screen: it asks for those by [`Action`]s.
pub trait Screen {
    /// Takes an event and answers with what is to be done, in order.
    fn update(&mut self, event: Event, context: &Context<'_>) -> Vec<Action>;

    /// Draws the whole of `area`.
    fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>);

    /// When this screen wants an [`Event::Due`] and a new frame, at the latest: the end of a reveal, the next second
    /// of a countdown after `now`. `None` while nothing is under way, so that an idle console sleeps.
    fn due(&self, now: Instant) -> Option<Instant>;

    /// What can be done right now, most useful first: the bottom bar and the help are drawn from it.
    fn hints(&self) -> Vec<Hint>;

    /// What the header says after the program's name, escaped: `Acme Corp ▸ dana@acme.io`.
    fn title(&self) -> String;

    /// Whether leaving the program now would lose something.
    fn has_changes(&self) -> bool {
        false
    }

    /// Where the operator is, as it is remembered from one start to the next: asked of the screen at the bottom.
    fn place(&self) -> Option<Goal> {
        None
    }

    /// What this screen would lose, to be kept encrypted behind the lock.
    fn park(&mut self) -> Option<ReviewTarget> {
        None
    }

    /// Drops everything that was decrypted: asked of the screen at the bottom, which stays behind the lock.
    fn lock(&mut self) {}

    /// Reads again what [`lock`](Self::lock) dropped.
    fn unlock(&mut self) -> Vec<Action> {
        Vec::new()
    }

    /// Whether this screen goes on behind the lock: it shows nothing that was decrypted.
    fn goes_on_locked(&self) -> bool {
        false
    }

    /// Whether letters are text here, so that `q`, `?` and `:` belong to the screen.
    fn takes_text(&self) -> bool {
        false
    }
}
