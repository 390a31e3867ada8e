//! The threads that wait for the operator and for the system. Each blocks until something happens: nothing polls.

mod cut;

use super::message::{Input, Message, Signal};
use crate::secret::Secret;
use crossterm::event::{self, Event, KeyEventKind, MouseEventKind};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::mpsc::Sender;
use std::thread::Builder;
use std::time::Duration;
use zeroize::Zeroize as _;

/// How long the rest of a key may take over a network. Whoever presses the escape key there waits as long for it.
const NETWORK: Duration = Duration::from_millis(250);

/// Starts the thread that waits for signals. It ends with the process, or with the loop at the other end.
///
/// # Errors
/// The system has no thread or no signal handler to give.
pub fn listen_for_signals(messages: &Sender<Message>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    let messages = messages.clone();
    let listen = move || {
        for signal in signals.forever() {
            let meaning = match signal {
                SIGTSTP => Signal::Suspend,
                SIGCONT => Signal::Resumed,
                _ => Signal::Terminate,
            };
            if messages.send(Message::Signal(meaning)).is_err() {
                return;
            }
        }
    };
    Builder::new().name("signals".to_owned()).spawn(listen).map(drop)
}

/// Starts the thread that waits for the operator. It ends with the process, or with the loop at the other end.
///
/// # Errors
/// The system has no thread to give.
pub fn listen_for_keys(messages: &Sender<Message>) -> io::Result<()> {
    let messages = messages.clone();
    // A terminal of this machine writes a key at once: there is nothing to wait for.
    let patience = std::env::var_os("SSH_CONNECTION").map_or(Duration::ZERO, |_| NETWORK);
    let listen = move || {
        // An error is a terminal that is gone, and nobody left to ask anything.
        while let Ok(events) = read(patience) {
            for input in events.into_iter().filter_map(input) {
                if messages.send(Message::Input(input)).is_err() {
                    return;
                }
            }
        }
        let _ = messages.send(Message::Signal(Signal::Terminate));
    };
    Builder::new().name("input".to_owned()).spawn(listen).map(drop)
}

/// Waits for the next event, whole; where there is no `patience`, as it was read.
fn read(patience: Duration) -> io::Result<Vec<Event>> {
    let first = event::read()?;
    if patience.is_zero() {
        return Ok(vec![first]);
    }
    cut::joined(first, &mut || if event::poll(patience)? { event::read().map(Some) } else { Ok(None) })
}

/// What the console has a use for.
fn input(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Paste(unified(text))),
        Event::Mouse(mouse) if !matches!(mouse.kind, MouseEventKind::Moved | MouseEventKind::Drag(_)) => {
            Some(Input::Mouse(mouse))
        }
        Event::Resize(width, height) => Some(Input::Resize { width, height }),
        Event::Key(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

/// A paste with `\n` for every line break: terminals send `\r` for what was `\n` on the clipboard.
fn unified(mut text: String) -> Secret {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    text.zeroize();
    Secret::new(unified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_break_of_a_paste_becomes_a_newline() {
        assert_eq!(unified("a\r\nb\rc\nd".to_owned()), Secret::new("a\nb\nc\nd"));
    }
}
