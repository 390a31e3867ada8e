//! Answers go to standard output, everything else to standard error. The only file of this room that writes to either.

use super::arguments::Global;
use super::is_closed_pipe;
use super::words;
use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// Where a command's words go.
pub(super) struct Output {
    json: bool,
    quiet: bool,
    stdout: io::Stdout,
    /// What waits to be said, while the screen is somebody else's.
    held: RefCell<Option<Vec<String>>>,
}

impl Output {
    pub(super) fn new(global: &Global) -> Self {
        Self { json: global.json, quiet: global.quiet, stdout: io::stdout(), held: RefCell::default() }
    }

    /// One that keeps every note to itself.
    pub(super) fn silent() -> Self {
        Self { json: false, quiet: true, stdout: io::stdout(), held: RefCell::default() }
    }

    /// Whether answers are to be JSON.
    pub(super) fn wants_json(&self) -> bool {
        self.json
    }

    /// Whether what is answered would be read by somebody's eyes.
    pub(super) fn is_terminal(&self) -> bool {
        self.stdout.is_terminal()
    }

    /// Whether the console can run: both ends are a terminal.
    pub(super) fn is_interactive(&self) -> bool {
        self.stdout.is_terminal() && io::stdin().is_terminal()
    }

    /// Answers, as it is.
    ///
    /// # Errors
    /// Standard output takes no more. A closed pipe is no error: whoever was reading has had enough.
    pub(super) fn answer(&self, text: impl AsRef<[u8]>) -> Result<()> {
        let mut out = self.stdout.lock();
        let written = out.write_all(text.as_ref()).and_then(|()| out.flush());
        written.or_else(|error| if is_closed_pipe(&error) { Ok(()) } else { Err(words::answer_not_written(&error)) })
    }

    /// Answers with JSON.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub(super) fn json(&self, value: &Value) -> Result<()> {
        self.answer(format!("{value:#}\n"))
    }

    /// Says something that is worth knowing.
    pub(super) fn note(&self, text: &str) {
        if let Some(held) = self.held.borrow_mut().as_mut() {
            held.push(text.to_owned());
        } else if !self.quiet {
            say(&format!("strongroom: {text}\n"));
        }
    }

    /// From here on notes wait, since nobody would see them.
    pub(super) fn hold(&self) {
        self.held.borrow_mut().get_or_insert_default();
    }

    /// What was to be said since then, and the end of waiting.
    pub(super) fn held(&self) -> Vec<String> {
        self.held.take().unwrap_or_default()
    }

    /// Says what waited.
    pub(super) fn release(&self) {
        self.held().iter().for_each(|sentence| self.note(sentence));
    }

    /// Says how far something is, in place of what was said before; nothing where nobody watches. An empty text takes it
    /// away.
    pub(super) fn progress(&self, text: &str) {
        if !self.quiet && io::stderr().is_terminal() {
            say(&format!("\r\u{1b}[K{text}"));
        }
    }

    /// Whether somebody can be asked.
    pub(super) fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks something, and gives what was typed, without white space around it.
    ///
    /// # Errors
    /// Nothing can be read.
    pub(super) fn ask(text: &str) -> Result<String> {
        say(text);
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(|error| words::no_answer(&error))?;
        Ok(line.trim().to_owned())
    }

    /// Says something that may go wrong.
    pub(super) fn warn(&self, text: &str) {
        self.note(&format!("warning: {text}"));
    }

    /// Says what went wrong.
    pub(super) fn error(&self, error: &Error) {
        if self.json {
            let object = json!({"error": {"kind": error.kind.word(), "message": error.message, "hints": error.hints}});
            say(&format!("{object}\n"));
            return;
        }
        let hints: Vec<String> = error.hints.iter().map(|hint| format!("  {hint}\n")).collect();
        say(&format!("strongroom: {}\n{}", error.message, hints.concat()));
    }

    /// Makes sure that everything was taken.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub(super) fn finish(&self) -> Result<()> {
        self.answer("")
    }
}

/// A command line that makes no sense, or a request for help: the parser has the words for both.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    // A terminal that is gone reads no help.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn say(text: &str) {
    // Nobody can be told that standard error is closed.
    let _ = io::stderr().write_all(text.as_bytes());
}
