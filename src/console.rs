//! The terminal console: an Elm loop with one worker thread.
//!
//! [`message`] is everything that can happen, [`effect`] everything that can be asked for. A screen is a `State`, an
//! `update` and a `view`; it holds no sender, no database and no other screen.

pub mod effect;
pub mod input;
pub mod keymap;
pub mod message;
pub mod screen;
pub mod screens;
pub mod terminal;
pub mod theme;
pub mod widgets;
pub mod worker;
