//! From what was said in several places to one set of settings.

use super::file::{Colour, ConfigFile, KeyCommand, KeyFile, KeySetting, PasswordSetting, Profile, RotationSetting};
use super::{DatabaseUrl, Paths, words};
use crate::cipher::{DEFAULT_LIMIT, Format};
use crate::error::Result;
use crate::keyring::{KeySource, LoadOptions};
use std::path::{Path, PathBuf};

/// Everything that settings are made of.
#[derive(Debug)]
pub struct Inputs<'i> {
    /// `--database`, or else `STRONGROOM_DATABASE_URL`.
    pub database: Option<&'i str>,
    /// `--profile`, or else `STRONGROOM_PROFILE`.
    pub profile: Option<&'i str>,
    /// `--key-file`.
    pub key_file: Option<&'i Path>,
    /// `JWT_SECRET`, if it is set and not empty.
    pub key_variable: Option<KeySource>,
    /// `--read-only`.
    pub read_only: bool,
    /// The configuration file.
    pub file: ConfigFile,
    /// The folders of the platform.
    pub paths: Paths,
}

/// What a command works with.
#[derive(Debug)]
pub struct Settings {
    /// The database.
    pub database: DatabaseUrl,
    /// Whether the database is the one in the data directory, which is made where it is missing.
    pub is_default_database: bool,
    /// Where the database's password comes from, if the profile says so.
    pub password: Option<PasswordSetting>,
    /// The colour of the profile's frame.
    pub colour: Option<Colour>,
    /// Where the key ring comes from.
    pub key: KeySource,
    /// How it is fetched.
    pub key_options: LoadOptions,
    /// How new values are encrypted.
    pub format: Format,
    /// The most bytes that a stored value may take; `None` for no limit.
    pub max_value_bytes: Option<usize>,
    /// Whether nothing may be written.
    pub read_only: bool,
    /// What must be typed before anything is written.
    pub confirm: Option<String>,
    /// Whether each commit has to say why.
    pub require_note: bool,
    /// How many sets that commits replaced are kept of one scope.
    pub history_versions: usize,
    /// For how many days they are kept.
    pub history_days: u32,
    /// What a key rotation turns besides the secrets.
    pub rotation: RotationSetting,
    /// The name of the profile in use.
    pub profile: Option<String>,
    /// The folders of the platform.
    pub paths: Paths,
}

impl Settings {
    /// Applies the layers: flags, then the environment, then the profile, then the defaults.
    ///
    /// # Errors
    /// A profile that does not exist, or a database that is none.
    pub fn resolve(inputs: Inputs<'_>) -> Result<Self> {
        let name = inputs.profile.or(inputs.file.default_profile.as_deref()).map(str::to_owned);
        let profile = match &name {
            None => Profile::default(),
            Some(name) => find(&inputs.file, name)?,
        };
        let named = inputs.database.or(profile.database.as_deref());
        let database = match named {
            Some(text) => DatabaseUrl::parse(text)?,
            None => DatabaseUrl::Sqlite(inputs.paths.database()),
        };
        Ok(Self {
            is_default_database: named.is_none(),
            database,
            // A URL of the command line is another database than the profile's.
            password: if inputs.database.is_some() { None } else { profile.password },
            colour: profile.colour,
            key: key(inputs.key_file, profile.key, inputs.key_variable, &inputs.paths),
            key_options: LoadOptions { allow_readable: profile.allow_readable_key_file, ..LoadOptions::default() },
            format: profile.format.unwrap_or(Format::Fernet),
            max_value_bytes: match profile.max_value_bytes {
                None => Some(DEFAULT_LIMIT),
                Some(0) => None,
                Some(bytes) => Some(bytes),
            },
            read_only: inputs.read_only || profile.read_only,
            confirm: profile.confirm,
            require_note: profile.require_note,
            history_versions: profile.history_versions.unwrap_or(20),
            history_days: profile.history_days.unwrap_or(90),
            rotation: profile.rotation,
            profile: name,
            paths: inputs.paths,
        })
    }
}

fn find(file: &ConfigFile, name: &str) -> Result<Profile> {
    file.profiles.get(name).cloned().ok_or_else(|| {
        let known: Vec<&str> = file.profiles.keys().map(String::as_str).collect();
        words::no_profile(name, &known)
    })
}

fn key(flag: Option<&Path>, profile: Option<KeySetting>, variable: Option<KeySource>, paths: &Paths) -> KeySource {
    let file = |path: PathBuf| KeySource::File(path);
    match (flag, profile) {
        (Some(path), _) => file(path.to_owned()),
        (None, Some(KeySetting::Path(path) | KeySetting::File(KeyFile { file: path }))) => file(path),
        (None, Some(KeySetting::Command(KeyCommand { command }))) => KeySource::Command(command),
        (None, Some(KeySetting::Prompt(_))) => KeySource::Prompt,
        (None, None) => variable.unwrap_or_else(|| KeySource::DataDirectory(paths.data.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn inputs(toml: &str) -> Inputs<'static> {
        let folder = |name: &str| PathBuf::from("/home/ann").join(name);
        Inputs {
            database: None,
            profile: None,
            key_file: None,
            key_variable: None,
            read_only: false,
            file: ConfigFile::parse(toml).unwrap(),
            paths: Paths { config: folder("config"), data: folder("data"), state: folder("state") },
        }
    }

    const PROFILE: &str = "default_profile = \"prod\"\n[profiles.prod]\ndatabase = \"sqlite:/prod.db\"\n\
        key = \"/prod.keys\"\nformat = \"jwe\"\nmax_value_bytes = 0\nread_only = true\nconfirm = \"prod\"\n";

    #[test]
    fn without_a_word_everything_is_in_the_data_directory() {
        let settings = Settings::resolve(inputs("")).unwrap();
        assert_eq!(settings.database, DatabaseUrl::Sqlite("/home/ann/data/strongroom.db".into()));
        assert!(settings.is_default_database);
        assert_eq!(settings.key, KeySource::DataDirectory("/home/ann/data".into()));
        assert_eq!(settings.max_value_bytes, Some(DEFAULT_LIMIT));
    }

    #[test]
    fn a_profile_says_what_no_flag_says() {
        let settings = Settings::resolve(inputs(PROFILE)).unwrap();
        assert_eq!(settings.database, DatabaseUrl::Sqlite("/prod.db".into()));
        assert_eq!(settings.key, KeySource::File("/prod.keys".into()));
        assert_eq!(settings.format, Format::Jwe);
        assert_eq!(settings.max_value_bytes, None);
        assert!(settings.read_only && !settings.is_default_database);
        assert_eq!(settings.confirm.as_deref(), Some("prod"));
    }

    #[test]
    fn the_key_is_the_flags_then_the_profiles_then_the_variables() {
        let variable = || Some(KeySource::Environment(Secret::new("x")));
        let all = Inputs { key_file: Some(Path::new("/flag")), key_variable: variable(), ..inputs(PROFILE) };
        assert_eq!(Settings::resolve(all).unwrap().key, KeySource::File("/flag".into()));
        let both = Inputs { key_variable: variable(), ..inputs(PROFILE) };
        assert_eq!(Settings::resolve(both).unwrap().key, KeySource::File("/prod.keys".into()));
        let alone = Inputs { key_variable: variable(), ..inputs("") };
        assert_eq!(Settings::resolve(alone).unwrap().key, variable().unwrap());
    }

    #[test]
    fn a_flag_cannot_take_the_guard_off() {
        let settings = Settings::resolve(Inputs { read_only: false, ..inputs(PROFILE) }).unwrap();
        assert!(settings.read_only);
    }

    #[test]
    fn a_profile_that_does_not_exist_is_refused_with_those_that_do() {
        let error = Settings::resolve(Inputs { profile: Some("prd"), ..inputs(PROFILE) }).unwrap_err();
        assert!(error.hints.iter().any(|hint| hint.contains("prod")), "{error:?}");
    }
}
