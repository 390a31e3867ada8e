//! What the configuration says about the console: `[console]` and `[keys]`.

use serde::Deserialize;

/// `[console]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConsoleSetting {
    /// The theme: one that comes with the program, or `themes/NAME.toml` in the configuration directory.
    pub theme: Option<String>,
    /// Whether the mouse is listened to. Where it is not, the terminal's own selection works as everywhere.
    pub mouse: bool,
    /// After how many minutes without a key the console locks itself; 0 for never.
    pub lock_after: u32,
    /// Whether the places are remembered from one start to the next.
    pub remember: bool,
    /// What locking means where the key ring can be fetched again without asking anybody.
    pub lock: LockSetting,
}

impl Default for ConsoleSetting {
    fn default() -> Self {
        Self { theme: None, mouse: true, lock_after: 5, remember: true, lock: LockSetting::Quit }
    }
}

/// What locking means where unlocking would ask for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LockSetting {
    /// The console ends.
    #[default]
    Quit,
    /// The console hides everything and keeps its place; anyone at the terminal can unlock it.
    Screen,
}

/// Other keys for a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChoice {
    /// The full name of the command: `browse.edit`.
    pub command: String,
    /// The names of the keys.
    pub keys: Vec<String>,
    /// The line of the configuration in which it stands, from 1.
    pub line: usize,
}

/// `"browse.edit" = "E"`, or several keys.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum KeyNames {
    One(String),
    Several(Vec<String>),
}

impl From<KeyNames> for Vec<String> {
    fn from(names: KeyNames) -> Self {
        match names {
            KeyNames::One(name) => vec![name],
            KeyNames::Several(names) => names,
        }
    }
}
