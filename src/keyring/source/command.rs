//! A key from the output of a program, such as a password manager.

use super::super::error::{KeyError, KeyText};
use super::super::file::json;
use super::super::file::{Found, MAX_BYTES, text_of};
use super::super::{KeyOrigin, KeyRing};
use super::VARIABLE;
use crate::secret::Secret;
use jiff::Timestamp;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How often the end of a program is looked for that has closed its output already.
const PAUSE: Duration = Duration::from_millis(2);

/// Runs `words` and takes its output, without one final line break, as a secret, or as an array of keys if that is
/// what it is.
///
/// No shell reads the words. The program gets neither our input, which may be a set to import, nor the secrets of our
/// environment; what it says on stderr may hold a secret and goes nowhere. After `deadline` it is killed.
pub(super) fn load(words: &[String], deadline: Duration) -> Result<KeyRing, KeyError> {
    let text = output(words, deadline)?;
    let program = words.first().cloned().unwrap_or_default();
    let found = keys_in(&text, || KeyText::Output(program.clone()))?;
    Ok(found.into_ring(KeyOrigin::Command(program)))
}

/// What the program of `words` prints, as [`load`] runs it.
pub(super) fn output(words: &[String], deadline: Duration) -> Result<Zeroizing<String>, KeyError> {
    let (program, arguments) = words.split_first().ok_or(KeyError::NoCommand)?;
    let mut child = Command::new(program)
        .args(arguments)
        .env_remove(VARIABLE)
        .env_remove("PGPASSWORD")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| KeyError::CommandNotStarted { command: program.clone(), reason: error.to_string() })?;
    let outcome = finish(&mut child, Instant::now() + deadline);
    let Some((status, output)) = outcome else {
        // It may have ended just now, and then there is nothing to kill; it is reaped either way.
        let _ = child.kill();
        let _ = child.wait();
        return Err(KeyError::CommandTooSlow { command: program.clone(), seconds: deadline.as_secs() });
    };
    if !status.success() {
        return Err(KeyError::CommandFailed { command: program.clone(), how: in_words(status) });
    }
    text_of(output, || KeyText::Output(program.clone()))
}

/// How the program ended and what it wrote; `None` if it did not end in time.
fn finish(child: &mut Child, deadline: Instant) -> Option<(ExitStatus, Zeroizing<Vec<u8>>)> {
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take()?;
    // Reading has no deadline of its own. If a grandchild keeps the pipe open, this thread is left to it.
    thread::spawn(move || {
        // Nobody listens any more after the deadline.
        let _ = sender.send(read(stdout));
    });
    let output = match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(output) => output,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
    };
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some((status, output)),
            Ok(None) if Instant::now() < deadline => thread::sleep(PAUSE),
            Ok(None) | Err(_) => return None,
        }
    }
}

fn read(stdout: ChildStdout) -> Zeroizing<Vec<u8>> {
    let mut output = Zeroizing::new(Vec::with_capacity(4096));
    // What was read before an error is judged with the program's exit.
    let _ = stdout.take(MAX_BYTES + 1).read_to_end(&mut output);
    output
}

fn keys_in(text: &str, source: impl Fn() -> KeyText) -> Result<Found, KeyError> {
    let now = Timestamp::now();
    if text.trim_start().starts_with('[')
        && let Ok(found) = json::parse(text, now, &source)
    {
        return if found.keys.is_empty() { Err(KeyError::Empty(source())) } else { Ok(found) };
    }
    let secret = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if secret.is_empty() {
        return Err(KeyError::Empty(source()));
    }
    Ok(Found::one(Secret::new(secret), now))
}

fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it ended with exit code {code}"),
        (None, Some(signal)) => format!("it was ended by signal {signal}"),
        (None, None) => "it did not end well".to_owned(),
    }
}
