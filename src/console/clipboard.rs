//! The clipboard: the desktop's where there is one, tmux's own buffer, or the terminal's (OSC 52). It has a thread of its
//! own, so that a desktop that does not answer blocks nobody.

use super::message::Message;
use super::terminal;
use super::words;
use crate::secret::Secret;
use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

/// The name of our buffer in tmux.
const BUFFER: &str = "strongroom";

/// Which clipboard there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The desktop's: compared before it is cleared, and marked as a secret for clipboard managers.
    Desktop,
    /// A buffer of our own name in tmux, which passes it on to the terminal around it.
    Tmux,
    /// The terminal's, which cannot be read back.
    Terminal,
}

impl Kind {
    /// The clipboard of this process, by the environment that `variable` gives.
    pub fn of(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Self {
        let has = |name| variable(name).is_some_and(|value| !value.is_empty());
        if has("TMUX") {
            Self::Tmux
        } else if has("SSH_CONNECTION") || has("SSH_TTY") {
            Self::Terminal
        } else if has("WAYLAND_DISPLAY") || has("DISPLAY") || cfg!(target_os = "macos") {
            Self::Desktop
        } else {
            Self::Terminal
        }
    }
}

enum Ask {
    Copy(Arc<Secret>),
    Clear,
}

/// The loop's end of the thread. Dropping it waits until everything asked for is done.
pub struct Clipboard {
    asks: Option<Sender<Ask>>,
    thread: Option<JoinHandle<()>>,
}

impl Clipboard {
    /// Starts the thread. It answers only where a copy was refused.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn start(kind: Kind, messages: Sender<Message>) -> io::Result<Self> {
        let (asks, asked) = channel();
        let serve = move || serve(kind, &asked, &messages);
        let thread = Builder::new().name("clipboard".to_owned()).spawn(serve)?;
        Ok(Self { asks: Some(asks), thread: Some(thread) })
    }

    /// Puts `value` there.
    pub fn copy(&self, value: Arc<Secret>) {
        self.ask(Ask::Copy(value));
    }

    /// Takes it away again.
    pub fn clear(&self) {
        self.ask(Ask::Clear);
    }

    fn ask(&self, ask: Ask) {
        if let Some(asks) = &self.asks {
            // The thread outlives this sender.
            let _ = asks.send(ask);
        }
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        drop(self.asks.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(kind: Kind, asked: &Receiver<Ask>, messages: &Sender<Message>) {
    let mut board = Board::Unopened(kind);
    while let Ok(ask) = asked.recv() {
        match ask {
            Ask::Copy(value) => {
                if let Err(reason) = board.copy(value) {
                    // A loop that is gone needs no reason.
                    let _ = messages.send(Message::CopyRefused(reason));
                }
            }
            Ask::Clear => board.clear(),
        }
    }
}

/// The clipboard, opened at the first copy.
enum Board {
    Unopened(Kind),
    Desktop { desktop: Box<arboard::Clipboard>, ours: Option<Arc<Secret>> },
    Tmux,
    Terminal,
}

impl Board {
    fn copy(&mut self, value: Arc<Secret>) -> Result<(), &'static str> {
        if let Self::Unopened(kind) = self {
            *self = Self::open(*kind);
        }
        match self {
            Self::Desktop { desktop, ours } => {
                marked(desktop.set()).text(value.expose()).map_err(|_| words::DESKTOP_TOOK_NOTHING)?;
                *ours = Some(value);
                Ok(())
            }
            Self::Tmux => {
                // Before tmux 3.2 a buffer cannot be passed on.
                let is_there = tmux(&["load-buffer", "-w", "-b", BUFFER, "-"], value.expose())
                    || tmux(&["load-buffer", "-b", BUFFER, "-"], value.expose());
                if is_there { Ok(()) } else { Err(words::TMUX_TOOK_NOTHING) }
            }
            Self::Terminal | Self::Unopened(_) => terminal::copy(&value),
        }
    }

    fn open(kind: Kind) -> Self {
        match kind {
            Kind::Tmux => Self::Tmux,
            Kind::Terminal => Self::Terminal,
            Kind::Desktop => match arboard::Clipboard::new() {
                Ok(desktop) => Self::Desktop { desktop: Box::new(desktop), ours: None },
                Err(_) => Self::Terminal,
            },
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Unopened(_) => {}
            // What somebody else copied since stays.
            Self::Desktop { desktop, ours } => {
                let there = desktop.get_text().map(Secret::new);
                if ours.take().is_some_and(|ours| there.is_ok_and(|there| there == *ours)) {
                    // A desktop that is gone has no clipboard of ours.
                    let _ = desktop.clear();
                }
            }
            Self::Tmux => {
                tmux(&["load-buffer", "-w", "-b", BUFFER, "-"], terminal::HARMLESS);
                tmux(&["delete-buffer", "-b", BUFFER], "");
            }
            Self::Terminal => terminal::clear_clipboard(),
        }
    }
}

/// Marked for clipboard managers as what is not to be remembered.
fn marked(set: arboard::Set<'_>) -> arboard::Set<'_> {
    #[cfg(target_os = "linux")]
    return arboard::SetExtLinux::exclude_from_history(set);
    #[cfg(target_os = "macos")]
    return arboard::SetExtApple::exclude_from_history(set);
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    return set;
}

/// Runs tmux with something to read; whether it did as it was told.
fn tmux(words: &[&str], input: &str) -> bool {
    let run = || {
        let mut child = Command::new(OsStr::new("tmux"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        child.wait()
    };
    run().is_ok_and(|status: std::process::ExitStatus| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_clipboard_is_the_one() {
        let of = |set: &[&str]| Kind::of(|name| set.contains(&name).then(|| "x".into()));
        assert_eq!(of(&["TMUX", "SSH_TTY", "DISPLAY"]), Kind::Tmux);
        assert_eq!(of(&["SSH_CONNECTION", "DISPLAY"]), Kind::Terminal);
        assert_eq!(of(&["WAYLAND_DISPLAY"]), Kind::Desktop);
        assert_eq!(of(&["DISPLAY"]), Kind::Desktop);
        #[cfg(not(target_os = "macos"))]
        assert_eq!(of(&[]), Kind::Terminal);
    }
}
