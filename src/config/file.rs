//! The configuration file: TOML, every setting known, not writable by others.

use super::console::{ConsoleSetting, KeyChoice, KeyNames};
use super::words;
use crate::cipher::Format;
use crate::error::Result;
use crate::secret::escape;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What a configuration file may say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// The profile that is meant when none is named.
    pub default_profile: Option<String>,
    /// The profiles by their names.
    pub profiles: BTreeMap<String, Profile>,
    /// How the console looks and behaves.
    pub console: ConsoleSetting,
    /// `[keys]`: other keys for commands of the console, in the order of their names.
    pub keys: Vec<KeyChoice>,
}

/// The same as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
    #[serde(default)]
    console: ConsoleSetting,
    #[serde(default)]
    keys: BTreeMap<String, Spanned<KeyNames>>,
}

/// One database with everything that goes with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// `sqlite:PATH` or `postgres://…`.
    pub database: Option<String>,
    /// The database's password, where neither the URL nor libpq's own places hold it.
    pub password: Option<PasswordSetting>,
    /// Where the key ring comes from.
    pub key: Option<KeySetting>,
    /// How new values are encrypted.
    pub format: Option<Format>,
    /// The most bytes that a stored value may take; 0 for no limit.
    pub max_value_bytes: Option<usize>,
    /// Whether key files may be readable by others: for secrets that a container platform mounts.
    #[serde(default)]
    pub allow_readable_key_file: bool,
    /// Whether nothing may be written.
    #[serde(default)]
    pub read_only: bool,
    /// What must be typed before anything is written: a guard for production.
    pub confirm: Option<String>,
    /// Whether each commit has to say why.
    #[serde(default)]
    pub require_note: bool,
    /// How many sets that commits replaced are kept of one user in one org, or of what an org shares; 20 if unsaid.
    pub history_versions: Option<usize>,
    /// For how many days they are kept; 90 if unsaid.
    pub history_days: Option<u32>,
    /// What a key rotation turns besides the secrets.
    #[serde(default)]
    pub rotation: RotationSetting,
    /// The colour of the frame, so that production never looks like staging.
    pub colour: Option<Colour>,
}

/// `[profiles.NAME.rotation]`: which encrypted columns outside `custom_secrets` a key rotation turns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotationSetting {
    /// Whether the columns that Strongroom knows of are turned, those of them that exist.
    #[serde(default)]
    pub known_columns: bool,
    /// `[[profiles.NAME.rotation.column]]`: columns that must exist.
    #[serde(default)]
    pub column: Vec<ColumnSetting>,
}

/// An encrypted column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSetting {
    /// The table, in the schema of the server's.
    pub table: String,
    /// The columns that tell its rows apart.
    pub key: Vec<String>,
    /// The column.
    pub column: String,
    /// How it is encrypted.
    #[serde(default)]
    pub encoding: Encoding,
}

/// How a column outside `custom_secrets` is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Encoding {
    /// `value`: any of the three formats, each row keeps its own.
    #[default]
    Value,
    /// `fernet-default`: Fernet in two layers, which the server reads with its default key only.
    FernetDefault,
    /// `json-member:NAME`: a JSON object whose member of that name is encrypted.
    JsonMember(Cow<'static, str>),
}

impl TryFrom<String> for Encoding {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "value" => Ok(Self::Value),
            "fernet-default" => Ok(Self::FernetDefault),
            _ => match text.strip_prefix("json-member:") {
                Some(name) if !name.is_empty() => Ok(Self::JsonMember(name.to_owned().into())),
                Some(_) | None => Err(words::ENCODINGS),
            },
        }
    }
}

/// A colour that every terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum Colour {
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

/// Where a profile's key ring comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum KeySetting {
    /// `key = "PATH"`.
    Path(PathBuf),
    /// `key = { file = "PATH" }`.
    File(KeyFile),
    /// `key = { command = ["op", "read", "…"] }`.
    Command(KeyCommand),
    /// `key = { prompt = true }`.
    Prompt(KeyPrompt),
}

/// Where a database's password comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PasswordSetting {
    /// `password = { command = ["op", "read", "…"] }`.
    Command(KeyCommand),
    /// `password = { prompt = true }`.
    Prompt(KeyPrompt),
}

/// `{ file = "PATH" }`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// A key file, or the folder that holds both.
    pub file: PathBuf,
}

/// `{ command = [PROGRAM, ARGUMENT…] }`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyCommand {
    /// The program and its arguments; no shell reads them.
    pub command: Vec<String>,
}

/// `{ prompt = true }`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPrompt {
    /// Must be true.
    pub prompt: bool,
}

impl ConfigFile {
    /// Reads the file at `path`; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read, others can write to it, or it says something that is not known. No line of it is repeated:
    /// it may hold a password.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(words::not_read(path, &error)),
        };
        if metadata.mode() & 0o022 != 0 {
            return Err(words::not_trusted(path));
        }
        let text = fs::read_to_string(path).map_err(|error| words::not_read(path, &error))?;
        Self::parse(&text).map(Some).map_err(|problem| words::not_understood(path, &problem))
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong, with the number of its line and without its text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let line = |start: usize| text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        let written: Written = toml::from_str(text)
            .map_err(|error| words::in_line(line(error.span().unwrap_or_default().start), &plain(error.message())))?;
        let Written { default_profile, profiles, console, keys } = written;
        let keys = keys.into_iter().map(|(command, keys)| KeyChoice {
            command,
            line: line(keys.span().start),
            keys: keys.into_inner().into(),
        });
        let file = Self { default_profile, profiles, console, keys: keys.collect() };
        for (name, profile) in &file.profiles {
            if matches!(&profile.key, Some(KeySetting::Prompt(KeyPrompt { prompt: false })))
                || matches!(&profile.password, Some(PasswordSetting::Prompt(KeyPrompt { prompt: false })))
            {
                return Err(words::prompt_is_true(name));
            }
            if profile.format == Some(Format::FernetBare) {
                return Err(words::bare_is_not_written(name));
            }
        }
        Ok(file)
    }
}

/// What the parser says, if it quotes nothing of the file but names of settings.
fn plain(message: &str) -> String {
    if message.starts_with("unknown field") {
        escape::line(message.lines().next().unwrap_or_default()).into_owned()
    } else {
        words::NOT_HELD_HERE.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_says_nothing_unknown_commented_out_or_not() {
        let example = include_str!("../../assets/config.toml");
        ConfigFile::parse(example).unwrap();
        let enabled: Vec<&str> = example.lines().map(|line| line.strip_prefix("#! ").unwrap_or(line)).collect();
        let file = ConfigFile::parse(&enabled.join("\n")).unwrap();
        assert!(file.profiles.len() > 2, "every setting is shown");
    }

    #[test]
    fn a_mistake_is_named_by_its_line_and_never_quoted() {
        let text = "default_profile = \"a\"\n[profiles.a]\ndatabase = [\"postgres://u:CANARY@h/d\"]\n";
        let problem = ConfigFile::parse(text).unwrap_err();
        assert!(problem.starts_with("line 3"), "{problem}");
        assert!(!problem.contains("CANARY"));
    }

    #[test]
    fn a_setting_that_is_not_known_is_named() {
        let problem = ConfigFile::parse("[profiles.a]\nreadonly = true\n").unwrap_err();
        assert!(problem.contains("readonly"), "{problem}");
    }

    #[test]
    fn every_source_of_a_key_has_its_form() {
        let key = |text: &str| {
            let file = ConfigFile::parse(&format!("[profiles.a]\nkey = {text}\n"))?;
            Ok::<_, String>(file.profiles["a"].key.clone().unwrap())
        };
        assert_eq!(key("\"/k\""), Ok(KeySetting::Path("/k".into())));
        assert_eq!(key("{ file = \"/k\" }"), Ok(KeySetting::File(KeyFile { file: "/k".into() })));
        let command = KeyCommand { command: vec!["op".to_owned(), "read".to_owned()] };
        assert_eq!(key("{ command = [\"op\", \"read\"] }"), Ok(KeySetting::Command(command)));
        assert_eq!(key("{ prompt = true }"), Ok(KeySetting::Prompt(KeyPrompt { prompt: true })));
        assert!(key("{ prompt = false }").is_err());
        assert!(key("{ secret = \"x\" }").is_err());
    }
}
