//! The terminal with all that comes from it: taken when something is first drawn, kept until the console ends.

use super::input;
use super::message::Message;
use super::terminal::{self, Screen};
use super::words;
use crate::error::Result;
use std::sync::mpsc::{Receiver, Sender, channel};

/// A terminal that is ours. Dropping it gives it back.
pub struct Stage {
    pub(super) screen: Screen,
    pub(super) sender: Sender<Message>,
    pub(super) messages: Receiver<Message>,
}

impl Stage {
    /// Takes the terminal.
    ///
    /// # Errors
    /// There is none, or it is lost.
    pub fn take(has_mouse: bool) -> Result<Self> {
        terminal::install_panic_hook();
        let (sender, messages) = channel();
        // First of all: a signal that comes while the terminal is being taken must not leave it taken.
        input::listen_for_signals(&sender).map_err(|error| words::no_terminal(&error))?;
        let screen = Screen::take(has_mouse).map_err(|error| words::no_terminal(&error))?;
        input::listen_for_keys(&sender).map_err(|error| words::no_terminal(&error))?;
        Ok(Self { screen, sender, messages })
    }
}
