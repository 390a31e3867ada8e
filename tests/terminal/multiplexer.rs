//! Inside a real tmux: what is left in its history, whichever way the console ends.

use crate::desk::{CANARY, Desk};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A tmux of its own with a shell in it.
struct Tmux {
    socket: String,
}

impl Tmux {
    /// `None` where there is no tmux.
    fn start(desk: &Desk) -> Option<Self> {
        let tmux = Self { socket: desk.env.path("tmux").display().to_string() };
        let mut words = vec!["-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "30"]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        for (name, value) in desk.env.variables() {
            words.extend(["-e".to_owned(), format!("{name}={value}")]);
        }
        words.extend(["-e".to_owned(), "bash --norc --noprofile -i".to_owned()]);
        tmux.said(&words.iter().map(String::as_str).collect::<Vec<_>>())?;
        Some(tmux)
    }

    fn said(&self, words: &[&str]) -> Option<String> {
        let mut command = Command::new("tmux");
        command.args(["-S", &self.socket]).args(words).env_remove("TMUX").stderr(Stdio::null());
        let output = command.output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn send(&self, keys: &[&str]) {
        self.said(&[&["send-keys"], keys].concat()).unwrap();
    }

    fn screen(&self) -> String {
        self.said(&["capture-pane", "-p"]).unwrap()
    }

    /// Everything that has scrolled out of view.
    fn history(&self) -> String {
        self.said(&["capture-pane", "-p", "-S", "-", "-E", "-1"]).unwrap()
    }

    #[track_caller]
    fn wait(&self, what: &str, holds: impl Fn(&str) -> bool) {
        for _ in 0..300 {
            if holds(&self.screen()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("waited for {what}, but there is:\n{}", self.screen());
    }

    /// Opens the console and reveals a value.
    fn reveal(&self, desk: &Desk) {
        let words = desk.env.global_arguments();
        let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let line = format!("clear; {} {}", crate::common::env::BINARY, words.join(" "));
        self.send(&["-l", &line]);
        self.send(&["Enter"]);
        self.wait("the orgs", |screen| screen.contains("Acme Corp"));
        self.send(&["2", "/"]);
        self.send(&["-l", &desk.email]);
        self.send(&["Enter"]);
        self.wait("the set", |screen| screen.contains("GITHUB_TOKEN"));
        self.send(&["3", "Space"]);
        self.wait("the value", |screen| screen.contains(CANARY));
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.said(&["kill-server"]);
    }
}

#[test]
fn nothing_that_was_revealed_stays_in_the_history() {
    let desk = Desk::new();
    let Some(tmux) = Tmux::start(&desk) else { return };
    let is_clean = |how: &str| {
        assert!(!tmux.history().contains(CANARY), "{how}: {}", tmux.history());
    };
    let back = |screen: &str| screen.trim_end().ends_with(['#', '$']) && !screen.contains("Acme Corp");
    tmux.wait("the shell", back);

    tmux.reveal(&desk);
    is_clean("while it is shown");
    tmux.send(&["C-z"]);
    tmux.wait("the shell", back);
    assert!(!tmux.screen().contains(CANARY));
    is_clean("after ctrl-z");
    tmux.send(&["-l", "fg"]);
    tmux.send(&["Enter"]);
    tmux.wait("the console", |screen| screen.contains("GITHUB_TOKEN"));
    assert!(!tmux.screen().contains(CANARY), "it was hidden");
    tmux.send(&["q"]);
    tmux.wait("the shell", back);
    is_clean("after leaving");

    for (key, how) in [("C-l", "after the lock"), ("C-c", "after ctrl-c")] {
        tmux.reveal(&desk);
        tmux.send(&[key]);
        tmux.wait("the shell", back);
        assert!(!tmux.screen().contains(CANARY), "{how}");
        is_clean(how);
    }

    tmux.reveal(&desk);
    let pane = tmux.said(&["display-message", "-p", "#{pane_pid}"]).unwrap();
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", pane.trim())).unwrap();
    for child in children.split_whitespace() {
        let pid = rustix::process::Pid::from_raw(child.parse().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }
    // Nobody could give the terminal back: the shell's user does, with a key or `reset`.
    tmux.wait("the shell's word", |screen| screen.contains("Killed"));
    tmux.send(&["-l", "reset"]);
    tmux.send(&["Enter"]);
    std::thread::sleep(Duration::from_millis(1500));
    is_clean("after a kill");
}
