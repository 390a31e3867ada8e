//! The terminal: taken at the start, given back on every way out. The only file of the console that writes to it.

use super::words;
use super::worker;
use crate::secret::Secret;
use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use std::fs::File;
use std::io::{self, Write as _};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use zeroize::Zeroize as _;

/// The longest copy that is sent, in bytes of the value. Common terminals take about 100,000 bytes of base64 in one
/// sequence and drop the rest without a word.
pub const LONGEST_COPY: usize = 74_000;

/// What takes the place of a copied value on the clipboard. It cannot be empty: many terminals ignore that.
pub(super) const HARMLESS: &str = " ";

/// Whether the terminal is ours, so that it is given back once, by whoever comes first.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// A frame on its way to the terminal: written at once, and wiped when it is, since it may show a value.
pub struct FrameWriter {
    out: File,
    frame: Vec<u8>,
}

impl FrameWriter {
    fn new() -> io::Result<Self> {
        // Past the buffer of `io::stdout`, which would keep a part.
        Ok(Self { out: File::from(rustix::stdio::stdout().try_clone_to_owned()?), frame: Vec::with_capacity(1 << 16) })
    }
}

impl io::Write for FrameWriter {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.frame);
        self.frame.as_mut_slice().zeroize();
        self.frame.clear();
        written
    }
}

/// The terminal while it is ours. Dropping it gives it back.
pub struct Screen {
    /// What frames are drawn on.
    pub ratatui: Terminal<CrosstermBackend<FrameWriter>>,
    has_mouse: bool,
}

impl Screen {
    /// Takes the terminal: raw, on the alternate screen, pastes marked, the mouse reported if `has_mouse`.
    ///
    /// # Errors
    /// Standard output is no terminal, or is gone.
    pub fn take(has_mouse: bool) -> io::Result<Self> {
        let ratatui = Terminal::new(CrosstermBackend::new(FrameWriter::new()?))?;
        enter(has_mouse)?;
        Ok(Self { ratatui, has_mouse })
    }

    /// Gives the terminal back, stops the whole process group as the shell's own `ctrl-z` would, and takes the
    /// terminal again when it goes on.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.retake()
    }

    /// Takes the terminal again, whatever somebody did to it meanwhile, and forgets what was drawn.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn retake(&mut self) -> io::Result<()> {
        enter(self.has_mouse)?;
        // Both buffers are emptied, so that the next frame is drawn whole. `Terminal::clear` would ask the terminal
        // where its cursor is, and the answer would go to the thread that reads the keys.
        self.ratatui.swap_buffers();
        self.ratatui.swap_buffers();
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

fn enter(has_mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut entered = execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Clear(ClearType::All));
    if has_mouse && entered.is_ok() {
        entered = execute!(io::stdout(), EnableMouseCapture);
    }
    if entered.is_err() {
        leave();
    }
    entered
}

/// Gives the terminal back if it is ours. What was on the alternate screen is cleared first, since some terminals keep
/// it; but never all at once: GNU screen, and tmux without an alternate screen, take that for the wish to have it all in
/// the history.
fn leave() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // A terminal that is gone needs nothing back.
        let _ = execute!(
            io::stdout(),
            MoveTo(0, 0),
            Clear(ClearType::CurrentLine),
            MoveTo(0, 1),
            Clear(ClearType::FromCursorDown),
            MoveTo(0, 0),
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        );
        let _ = disable_raw_mode();
    }
}

/// Puts `value` on the terminal's clipboard (OSC 52).
///
/// # Errors
/// The sentence to show: the value is too long to be sent whole, or the terminal is gone.
pub fn copy(value: &Secret) -> Result<(), &'static str> {
    let text = value.expose();
    if text.len() > LONGEST_COPY {
        return Err(words::TOO_LONG_TO_COPY);
    }
    send_copy(text).map_err(|_| words::TERMINAL_TOOK_NOTHING)
}

/// Overwrites the clipboard with a harmless text. It cannot be read back, so this happens in any case.
pub fn clear_clipboard() {
    // A terminal that is gone has no clipboard of ours.
    let _ = send_copy(HARMLESS);
}

fn send_copy(text: &str) -> io::Result<()> {
    // One write, as a frame is: another thread may be drawing.
    let mut out = FrameWriter::new()?;
    queue!(out, CopyToClipboard::to_clipboard_from(text))?;
    out.flush()
}

/// From here on a panic gives the terminal back and says where it happened, never what was being handled: a panic's
/// message may quote data. A panic of the worker is answered by the worker and leaves the screen alone.
pub fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
        if thread::current().name() == Some(worker::THREAD) {
            return;
        }
        leave();
        let _ = writeln!(io::stderr(), "{}", words::bug(&place));
    }));
}

/// The size of the terminal in columns and rows; 80×24 where it does not say.
pub fn size() -> (u16, u16) {
    match crossterm::terminal::size() {
        Ok((width, height)) if width > 0 && height > 0 => (width, height),
        Ok(_) | Err(_) => (80, 24),
    }
}
