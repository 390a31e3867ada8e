//! From the command line to an open database and a key ring.

use super::arguments::Global;
use super::output::Output;
use super::words;
use crate::audit::Trail;
use crate::config::file::{ConfigFile, KeyCommand, PasswordSetting};
use crate::config::{DatabaseUrl, Inputs, Paths, Settings};
use crate::database::postgres::{self, Postgres};
use crate::database::sqlite::{OpenOptions, Sqlite};
use crate::database::{About, Database, DatabaseError};
use crate::error::Result;
use crate::keyring::{self, KeyRing, KeySource};
use crate::secret::Secret;
use crate::store::StoreConfig;
use jiff::Timestamp;
use std::path::Path;

/// What most commands work with.
pub(super) struct Session {
    pub(super) settings: Settings,
    pub(super) database: Box<dyn Database>,
    pub(super) config: StoreConfig,
}

impl Session {
    /// Opens everything that the command line names. What is doubtful about the key ring is said on standard error.
    ///
    /// # Errors
    /// The settings make no sense, the database cannot be opened, or the key ring cannot be fetched.
    pub(super) fn open(global: &Global, output: &Output) -> Result<Self> {
        Self::open_profile(global, global.profile.as_deref(), output)
    }

    /// The same with the profile `name`, whatever the command line says.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(super) fn open_profile(global: &Global, name: Option<&str>, output: &Output) -> Result<Self> {
        let settings = settings_of(global, name)?;
        // The database first: a key may have to be made up for one that is created.
        let database = open_database(&settings, output)?;
        let ring = load_ring(&settings, output)?;
        Ok(Self::of(settings, database, ring))
    }

    /// The same of what is open already.
    pub(super) fn of(settings: Settings, database: Box<dyn Database>, ring: KeyRing) -> Self {
        let config = StoreConfig::new(ring, settings.format, settings.max_value_bytes)
            .by(&super::operator::name())
            .keeping(settings.history_versions, settings.history_days);
        Self { settings, database, config }
    }

    /// The profile `name` where nobody can be asked and nothing be said.
    ///
    /// # Errors
    /// As [`open`](Self::open); and the profile wants to ask for its key or its password.
    pub(super) fn open_unattended(global: &Global, name: &str) -> Result<Self> {
        let settings = settings_of(&without_places(global), Some(name))?;
        if settings.key.asks().is_some() || matches!(settings.password, Some(PasswordSetting::Prompt(_))) {
            return Err(words::profile_asks(name));
        }
        Self::open_other(global, name, &Output::silent())
    }

    /// The profile `name` as it stands in the configuration: the database and the key that the command line or the
    /// environment name are another one's.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(super) fn open_other(global: &Global, name: &str, output: &Output) -> Result<Self> {
        Self::open_profile(&without_places(global), Some(name), output)
    }

    /// Opens the audit trail; from here on nothing is stored without a record.
    ///
    /// # Errors
    /// It can be neither read nor begun.
    pub(super) fn trail(&mut self) -> Result<Trail> {
        let folder = self.settings.paths.state.join("audit");
        let trail = Trail::open(&mut *self.database, self.config.cipher(), &folder, self.config.operator())?;
        self.config = self.config.clone().audited(trail.clone());
        Ok(trail)
    }

    /// Refuses to go on where nothing can be written.
    ///
    /// # Errors
    /// The database takes no writes; the error says why.
    pub(super) fn must_write(&self) -> Result<()> {
        match &self.database.about().read_only {
            None => Ok(()),
            Some(reason) => Err(DatabaseError::ReadOnly(reason.clone()).into()),
        }
    }
}

/// The command line without the database and the key that it names.
fn without_places(global: &Global) -> Global {
    Global { database: None, key_file: None, ..global.clone() }
}

/// The settings that the command line, the environment and the configuration file make together.
pub(super) fn settings(global: &Global) -> Result<Settings> {
    settings_of(global, global.profile.as_deref())
}

/// The configuration file that the command line, or else the platform, names.
pub(super) fn configuration(global: &Global) -> Result<ConfigFile> {
    match &global.config {
        Some(path) => ConfigFile::read(path)?.ok_or_else(|| words::no_configuration(path)),
        None => Ok(ConfigFile::read(&Paths::of_user()?.config.join("config.toml"))?.unwrap_or_default()),
    }
}

/// The same with the profile `profile`, whatever the command line says.
pub(super) fn settings_of(global: &Global, profile: Option<&str>) -> Result<Settings> {
    let paths = Paths::of_user()?;
    let file = configuration(global)?;
    Settings::resolve(Inputs {
        database: global.database.as_deref().filter(|text| !text.is_empty()),
        profile: profile.filter(|text| !text.is_empty()),
        key_file: global.key_file.as_deref(),
        key_variable: KeySource::from_environment()?,
        read_only: global.read_only,
        file,
        paths,
    })
}

/// Whether the database is the one in the data directory, and not made yet.
pub(super) fn is_unmade(settings: &Settings) -> bool {
    matches!(&settings.database, DatabaseUrl::Sqlite(path) if settings.is_default_database && !path.exists())
}

/// Opens the database. The one in the data directory is made where it is missing; any other must be there.
pub(super) fn open_database(settings: &Settings, output: &Output) -> Result<Box<dyn Database>> {
    let password = match &settings.password {
        Some(PasswordSetting::Prompt(_)) => Some(ask_password()?),
        Some(PasswordSetting::Command(_)) | None => None,
    };
    let database = connect(settings, password, output)?;
    warn_of(database.about(), output);
    Ok(database)
}

/// The same with the password that was typed, if one was; what is doubtful about the connection is not said.
pub(super) fn connect(settings: &Settings, password: Option<Secret>, output: &Output) -> Result<Box<dyn Database>> {
    let options = OpenOptions { read_only: settings.read_only };
    match &settings.database {
        DatabaseUrl::Sqlite(path) => match Sqlite::open(path, options) {
            Err(DatabaseError::Missing(_)) if settings.is_default_database && !settings.read_only => {
                create_database(path, settings, output)
            }
            opened => Ok(Box::new(opened?)),
        },
        DatabaseUrl::Postgres(url) => {
            let password = match (password, &settings.password) {
                (None, Some(PasswordSetting::Command(KeyCommand { command }))) => {
                    Some(keyring::source::secret_of_command(command, settings.key_options.deadline)?)
                }
                (typed, _) => typed,
            };
            let options = postgres::OpenOptions { read_only: settings.read_only, password };
            Ok(Box::new(Postgres::open(url, options)?))
        }
    }
}

/// Says what lies between us and the database, if that is nothing to rely on.
fn warn_of(about: &About, output: &Output) {
    if let Some(warning) = words::unverified(about.transport, &about.location) {
        output.warn(&warning);
    }
}

/// Asks for the database's password at the terminal.
fn ask_password() -> Result<Secret> {
    rpassword::prompt_password(words::PASSWORD_PROMPT)
        .map(Secret::new)
        .map_err(|error| words::password_not_asked(&error))
}

/// Creates an empty database at `path`, and a key in the data directory where no key is named.
pub(super) fn create_database(path: &Path, settings: &Settings, output: &Output) -> Result<Box<dyn Database>> {
    let database = Sqlite::create(path)?;
    output.note(&words::database_created(&database.about().location));
    if let KeySource::DataDirectory(folder) = &settings.key
        && settings.key.asks().is_none()
        && keyring::load(&settings.key, &settings.key_options)?.keys().is_empty()
    {
        let key = keyring::generate(None, Timestamp::now())?;
        let file = folder.join(".keys");
        keyring::create_file(&file, std::slice::from_ref(&key))?;
        output.note(&words::key_created(&key.id, &file));
    }
    Ok(Box::new(database))
}

/// Fetches the key ring and says what is doubtful about it.
pub(super) fn load_ring(settings: &Settings, output: &Output) -> Result<KeyRing> {
    let ring = keyring::load(&settings.key, &settings.key_options)?;
    warn_of_ring(&ring, output);
    Ok(ring)
}

/// Says what is doubtful about the key ring.
pub(super) fn warn_of_ring(ring: &KeyRing, output: &Output) {
    for warning in ring.warnings() {
        output.warn(warning);
    }
}
