//! One person's desk: a small database with one known set, and the console on it.

use crate::common::{Terminal, TestEnv, fixture};
use std::ffi::OsStr;

/// The org of the desk.
pub(crate) const ORG: &str = "Acme Corp";

/// Somebody in that org who has no secrets before the desk is laid.
pub(crate) const USER: &str = "0af0aa82";

/// A value that may be seen only where a test says so.
pub(crate) const CANARY: &str = "CANARY-3b7e-value";

/// Another one.
pub(crate) const OTHER_CANARY: &str = "CANARY-91c0-other";

pub(crate) struct Desk {
    pub(crate) env: TestEnv,
    pub(crate) email: String,
}

impl Desk {
    /// The tenant, where the user's set in the org is what `json` says.
    pub(crate) fn with(json: &str) -> Self {
        let env = TestEnv::tenant();
        let sets = fixture::tenant_sets();
        let (_, user, _) = sets.iter().find(|(_, user, _)| user.starts_with(USER)).unwrap();
        let desk = Self { email: fixture::email(user), env };
        desk.env.write_private("set.json", json);
        desk.env.run(desk.on_set(&["import", "set.json"])).ok();
        desk
    }

    /// A desk with two secrets.
    pub(crate) fn new() -> Self {
        Self::with(&format!(
            r#"{{"GITHUB_TOKEN": {{"secret": "{CANARY}", "description": "CI pushes"}},
                "SLACK_WEBHOOK": {{"secret": "{OTHER_CANARY}", "description": ""}}}}"#
        ))
    }

    /// `secret WORDS… --org … --user …`
    pub(crate) fn on_set(&self, words: &[&str]) -> Vec<String> {
        let set = ["--org", ORG, "--user", &self.email];
        ["secret"].iter().chain(words).chain(&set).map(|&word| word.to_owned()).collect()
    }

    /// The set as the command line exports it.
    pub(crate) fn exported(&self) -> serde_json::Value {
        self.env.run(self.on_set(&["export"])).json()
    }

    /// The console's browser, with the user's set in view.
    pub(crate) fn browse(&self, width: u16, height: u16) -> Terminal {
        let mut terminal = self.console(width, height, [] as [&str; 0]);
        terminal.wait_for(ORG);
        // Once all users are there: a filter says of how many, if it is known.
        terminal.send("2");
        terminal.wait_for("(shared by the org)");
        terminal.send("/");
        terminal.send(&self.email);
        terminal.send("\r");
        if width < 100 {
            terminal.wait_for(&format!("▌{}", self.email));
            terminal.send("3");
        }
        terminal.wait_for("GITHUB_TOKEN");
        terminal.settle();
        terminal
    }

    /// The form on the user's set.
    pub(crate) fn edit(&self, width: u16, height: u16) -> Terminal {
        let terminal = self.console(width, height, self.on_set(&["edit"]));
        terminal.wait_for("GITHUB_TOKEN");
        terminal
    }

    fn console<A: AsRef<OsStr>>(&self, width: u16, height: u16, words: impl IntoIterator<Item = A>) -> Terminal {
        self.env.console(width, height, words)
    }
}

/// Whether `needle` came out of the terminal, ever.
pub(crate) fn was_sent(terminal: &Terminal, needle: &str) -> bool {
    terminal.output().windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Waits until `needle` has come out of the terminal, where no screen shows it.
#[track_caller]
pub(crate) fn wait_sent(terminal: &Terminal, needle: &str) {
    loop {
        let mark = terminal.mark();
        if was_sent(terminal, needle) {
            return;
        }
        terminal.wait_for_output_after(mark);
    }
}
