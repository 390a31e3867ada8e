//! Where a copy goes, and that it is taken away again: tmux's own buffer, a desktop's clipboard.

use crate::common::Terminal;
use crate::common::terminal::Exit;
use crate::desk::{CANARY, Desk, was_sent};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a command prints; `None` where it fails or is not there.
fn said(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn copy(desk: &Desk) -> Terminal {
    let mut terminal = desk.browse(120, 30);
    terminal.send("3");
    terminal.wait_for("▌GITHUB_TOKEN");
    terminal.send("y");
    terminal.wait_for("clipboard 30 s");
    terminal
}

/// Tries again for a while, since the copy is made beside the screen.
fn comes(mut holds: impl FnMut() -> bool) -> bool {
    (0..100).any(|_| {
        let is_so = holds();
        if !is_so {
            std::thread::sleep(Duration::from_millis(30));
        }
        is_so
    })
}

/// A server of its own, ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn under_tmux_the_copy_goes_to_a_buffer_of_our_own_which_is_deleted() {
    let mut desk = Desk::new();
    let socket = desk.env.path("tmux").display().to_string();
    let tmux = |words: &[&str]| said(Command::new("tmux").args(["-S", &socket]).args(words).env_remove("TMUX"));
    if tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "sleep 120"]).is_none() {
        return;
    }
    let server = tmux(&["display-message", "-p", "#{pid}"]).unwrap();
    desk.env.set("TMUX", &format!("{socket},{},0", server.trim()));
    let mut terminal = copy(&desk);
    assert!(comes(|| tmux(&["show-buffer", "-b", "strongroom"]).is_some_and(|text| text == CANARY)));
    assert!(!was_sent(&terminal, "\x1b]52;"), "not past tmux");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(tmux(&["list-buffers"]).as_deref(), Some(""), "the buffer is gone");
    tmux(&["kill-server"]);
}

#[test]
fn a_desktops_clipboard_is_cleared_unless_somebody_else_has_copied_since() {
    let mut desk = Desk::new();
    let display = format!(":{}", 200 + std::process::id() % 20_000);
    let mut server = Command::new("Xvfb");
    server.args([&display, "-nolisten", "tcp", "-screen", "0", "64x64x8"]).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(child) = server.spawn() else { return };
    let _server = Ended(child);
    let paste = || said(Command::new("xclip").args(["-o", "-selection", "clipboard"]).env("DISPLAY", &display));
    let socket = format!("/tmp/.X11-unix/X{}", &display[1..]);
    assert!(comes(|| std::path::Path::new(&socket).exists()), "the X server starts");
    desk.env.set("DISPLAY", &display);

    let mut terminal = copy(&desk);
    assert!(comes(|| paste().is_some_and(|text| text == CANARY)));
    assert!(!was_sent(&terminal, "\x1b]52;"));
    let targets =
        said(Command::new("xclip").args(["-o", "-t", "TARGETS", "-selection", "clipboard"]).env("DISPLAY", &display));
    assert!(targets.is_some_and(|targets| targets.contains("x-kde-passwordManagerHint")), "it is marked as a secret");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_ne!(paste().as_deref(), Some(CANARY));

    let mut terminal = copy(&desk);
    assert!(comes(|| paste().is_some_and(|text| text == CANARY)));
    let mut other = Command::new("sh");
    other.args(["-c", "printf something-else | xclip -i -selection clipboard"]).env("DISPLAY", &display);
    assert!(other.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    assert!(comes(|| paste().is_some_and(|text| text == "something-else")));
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(paste().as_deref(), Some("something-else"));
}
