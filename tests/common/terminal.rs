//! The program in a pseudo-terminal: keys go in, a screen comes out, and the modes of the line are looked at.

use super::env::TestEnv;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::termios::{Termios, tcgetattr};
use std::ffi::OsStr;
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, mpsc};
use std::time::{Duration, Instant};

/// How long a screen may take before the test gives up: a limit on hanging, not a measure.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the reader thread and the test share.
struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

/// Everything that came out so far.
struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

/// A program in a terminal.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    line: PathBuf,
    modes_before: Modes,
    shared: Arc<Shared>,
}

/// The modes of a terminal line that a program may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Modes(String);

/// How a program ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// By itself, with this code.
    Code(u32),
    /// By a signal, as the system describes it.
    Signal(String),
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

impl Terminal {
    /// Starts `program` in a terminal of `width` × `height` cells, in the environment of `env`.
    pub(crate) fn spawn<A: AsRef<OsStr>>(
        env: &TestEnv,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        width: u16,
        height: u16,
    ) -> Self {
        Self::spawn_behind(Duration::ZERO, env, program, arguments, (width, height))
    }

    /// The same at the other end of a line that holds back whatever is sent, each piece by itself, for as long as
    /// `latency`: the keys on their way there, and what is drawn on its way back.
    pub(crate) fn spawn_behind<A: AsRef<OsStr>>(
        latency: Duration,
        env: &TestEnv,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        (width, height): (u16, u16),
    ) -> Self {
        let pair = native_pty_system().openpty(size(width, height)).unwrap();
        let line = pair.master.tty_name().unwrap();
        let modes_before = Modes::of(&line);
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in env.variables() {
            command.env(name, value);
        }
        command.cwd(env.path(""));
        command.args(arguments);
        let child = pair.slave.spawn_command(command).unwrap();
        // Our own end of the line would keep the reader from ever seeing the last program leave.
        drop(pair.slave);
        let shared = Arc::new(Shared {
            seen: Mutex::new(Seen {
                parser: vt100::Parser::new(cells(height), cells(width), 0),
                raw: Vec::new(),
                ended: false,
            }),
            changed: Condvar::new(),
        });
        let mut reader = pair.master.try_clone_reader().unwrap();
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                let count = reader.read(&mut buffer).unwrap_or(0);
                std::thread::sleep(latency);
                let mut seen = theirs.seen.lock().unwrap();
                seen.raw.extend_from_slice(&buffer[..count]);
                seen.parser.process(&buffer[..count]);
                seen.ended = count == 0;
                theirs.changed.notify_all();
                if count == 0 {
                    break;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        let writer = if latency.is_zero() { writer } else { Box::new(Line::with(latency, writer)) };
        Self { master: pair.master, writer, child, line, modes_before, shared }
    }

    /// Types `keys`. An escape key on its own must be followed by a wait, or the next key makes it an `alt` key.
    pub(crate) fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits until the screen shows `text` somewhere on one line.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("{text:?} on the screen"), |screen| screen.contents().contains(text))
    }

    /// Waits until the screen no longer shows `text`.
    #[track_caller]
    pub(crate) fn wait_gone(&self, text: &str) -> String {
        self.wait_until(&format!("{text:?} gone from the screen"), |screen| !screen.contents().contains(text))
    }

    /// Waits until `holds` of the screen, and gives its text then. `what` is said when it never does.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen();
        loop {
            if holds(seen.parser.screen()) {
                return seen.parser.screen().contents();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "waited for {what}, but there is:\n{}", framed(&seen.parser));
            seen = self.shared.changed.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until at least one byte more has come than `mark`.
    #[track_caller]
    pub(crate) fn wait_for_output_after(&self, mark: usize) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen();
        while seen.raw.len() <= mark {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.ended, "nothing more came; there is:\n{}", framed(&seen.parser));
            seen = self.shared.changed.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Sends `keys` and waits for what they bring.
    #[track_caller]
    pub(crate) fn go(&mut self, keys: &str, expected: &str) {
        self.send(keys);
        self.wait_for(expected);
    }

    /// Sends `keys` and waits until what they close is gone.
    #[track_caller]
    pub(crate) fn close(&mut self, keys: &str, gone: &str) {
        self.send(keys);
        self.wait_gone(gone);
    }

    /// Waits until the screen has come to rest: a frame may come in parts, and one answer asks for the next.
    pub(crate) fn settle(&self) {
        let mut before = String::new();
        while before != self.screen() {
            before = self.screen();
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// The text on the screen now.
    pub(crate) fn screen(&self) -> String {
        self.seen().parser.screen().contents()
    }

    /// The screen itself, with its colours and modes.
    pub(crate) fn full_screen(&self) -> vt100::Screen {
        self.seen().parser.screen().clone()
    }

    /// Every byte that the program has sent so far.
    pub(crate) fn output(&self) -> Vec<u8> {
        self.seen().raw.clone()
    }

    /// How many bytes the program has sent so far.
    pub(crate) fn mark(&self) -> usize {
        self.seen().raw.len()
    }

    /// Gives the terminal another size; the program gets a SIGWINCH.
    pub(crate) fn resize(&self, width: u16, height: u16) {
        self.seen().parser.set_size(cells(height), cells(width));
        self.master.resize(size(width, height)).unwrap();
    }

    /// The process id of the program.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// The modes of the line now.
    pub(crate) fn modes(&self) -> Modes {
        Modes::of(&self.line)
    }

    /// Answers a question that is asked without an echo, once the line echoes no more.
    #[track_caller]
    pub(crate) fn answer_unseen(&mut self, question: &str, answer: &str) {
        self.wait_for(question);
        let deadline = Instant::now() + PATIENCE;
        while self.modes().echo() {
            assert!(Instant::now() < deadline, "it goes on to echo; there is:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(2));
        }
        self.send(&format!("{answer}\r"));
    }

    /// The modes of the line before the program started.
    pub(crate) fn modes_before(&self) -> &Modes {
        &self.modes_before
    }

    /// Waits for the program's end, for all that it had to say, and asserts that the terminal is as it was: the modes
    /// of the line, the screen, the cursor, and every private mode that was switched on.
    #[track_caller]
    pub(crate) fn wait_exit(&mut self) -> Exit {
        let exit = self.wait_end();
        self.assert_given_back();
        exit
    }

    /// Waits for the program's end without looking at what it left behind.
    #[track_caller]
    pub(crate) fn wait_end(&mut self) -> Exit {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen();
        while !seen.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the program does not end; there is:\n{}", framed(&seen.parser));
            seen = self.shared.changed.wait_timeout(seen, left).unwrap().0;
        }
        drop(seen);
        let status = self.child.wait().unwrap();
        match status.signal() {
            Some(signal) => Exit::Signal(signal.to_owned()),
            None => Exit::Code(status.exit_code()),
        }
    }

    /// Asserts that the terminal is as it was before the program started.
    #[track_caller]
    pub(crate) fn assert_given_back(&self) {
        assert_eq!(self.modes(), self.modes_before, "the modes of the line");
        let seen = self.seen();
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pastes are still marked");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is still reported");
        assert_eq!(private_modes_left_on(&seen.raw), Vec::<String>::new(), "private modes left switched on");
        assert_eq!(count(&seen.raw, b"\x1b[>", b'u'), count(&seen.raw, b"\x1b[<", b'u'), "keyboard flags left");
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().unwrap()
    }
}

impl Drop for Terminal {
    /// Ends the program if a failed test left it running.
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// The way there of a line that holds back what is sent.
struct Line(mpsc::Sender<Vec<u8>>);

impl Line {
    fn with(latency: Duration, mut end: Box<dyn Write + Send>) -> Self {
        let (sender, pieces) = mpsc::channel::<Vec<u8>>();
        std::thread::spawn(move || {
            for piece in pieces {
                std::thread::sleep(latency);
                // Whoever is no longer there gets nothing more.
                drop(end.write_all(&piece).and_then(|()| end.flush()));
            }
        });
        Self(sender)
    }
}

impl Write for Line {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.0.send(piece.to_vec()).unwrap();
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Modes {
    /// The modes of the line at `path`, which need not be ours to read from.
    fn of(path: &Path) -> Self {
        let no_controlling_terminal = rustix::fs::OFlags::NOCTTY.bits().cast_signed();
        let mut options = std::fs::OpenOptions::new();
        let line = options.read(true).write(true).custom_flags(no_controlling_terminal).open(path).unwrap();
        let Termios { input_modes, output_modes, control_modes, local_modes, .. } = tcgetattr(&line).unwrap();
        Self(format!("{input_modes:?} {output_modes:?} {control_modes:?} {local_modes:?}"))
    }

    /// Whether what is typed is echoed.
    pub(crate) fn echo(&self) -> bool {
        self.0.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|mode| mode == "ECHO")
    }
}

/// The private modes that were switched on (`ESC [ ? N h`) and, when last heard of, not off again. The cursor (25) and
/// wrapping (7) are on in a terminal at rest.
fn private_modes_left_on(raw: &[u8]) -> Vec<String> {
    let mut on: Vec<String> = Vec::new();
    let text = String::from_utf8_lossy(raw);
    for sequence in text.split("\x1b[?").skip(1) {
        let Some(end) = sequence.find(|character: char| !character.is_ascii_digit() && character != ';') else {
            continue;
        };
        for mode in sequence[..end].split(';') {
            on.retain(|known| known != mode);
            if sequence[end..].starts_with('h') && !matches!(mode, "7" | "25") {
                on.push(mode.to_owned());
            }
        }
    }
    on
}

/// How many sequences begin with `start`, go on with digits and end with `end`.
fn count(raw: &[u8], start: &[u8], end: u8) -> usize {
    let after = |at: usize| raw[at + start.len()..].iter().copied().find(|byte| !byte.is_ascii_digit());
    let starts = raw.windows(start.len()).enumerate().filter(|(_, window)| *window == start);
    starts.filter(|&(at, _)| after(at) == Some(end)).count()
}

/// The screen with a frame around it, for the message of a failed test.
fn framed(parser: &vt100::Parser) -> String {
    let (_, width) = parser.screen().size();
    let rows: Vec<String> = parser.screen().rows(0, width.get()).map(|row| format!("│{row}")).collect();
    rows.join("\n")
}
