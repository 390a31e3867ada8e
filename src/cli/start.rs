//! From the command line to everything that the console works on, with what has to be asked or acknowledged on the way.

use super::arguments::Global;
use super::output::Output;
use super::session::{self, Session};
use super::words::start as words;
use crate::config::Settings;
use crate::config::file::{ConfigFile, PasswordSetting, Profile};
use crate::console::start::{Choice, Fact, Start};
use crate::database::{About, Database};
use crate::error::Result;
use crate::keyring::{self, KeyRing};
use crate::secret::escape;

/// Opens the database and the key ring. What is risky about them is acknowledged when this returns.
///
/// # Errors
/// As [`Session::open`]; and the operator leaves.
pub(super) fn open(global: &Global, file: &ConfigFile, start: &mut Start, output: &Output) -> Result<Session> {
    let picked = profile(global, file, start, output)?;
    let settings = session::settings_of(global, picked.as_deref().or(global.profile.as_deref()))?;
    start.frame(settings.colour);
    let (settings, database) = database(settings, start, output)?;
    let ring = ring(&settings, database.about(), start, output)?;
    let risks = risks(&settings, database.about());
    if !risks.is_empty() {
        output.hold();
        start.acknowledge(facts(&settings, Some(database.about())), risks)?;
    }
    Ok(Session::of(settings, database, ring))
}

/// Asks for the profile. `None` where there is nothing to ask: a database or a profile is named, or there is no choice.
fn profile(global: &Global, file: &ConfigFile, start: &mut Start, output: &Output) -> Result<Option<String>> {
    let is_named = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if is_named(&global.database)
        || is_named(&global.profile)
        || file.default_profile.is_some()
        || file.profiles.is_empty()
    {
        return Ok(None);
    }
    output.hold();
    let choice = |(name, profile): (&String, &Profile)| Choice {
        name: escape::line(name).into_owned(),
        what: what(profile),
        colour: profile.colour,
    };
    let at = start.choose(file.profiles.iter().map(choice).collect())?;
    Ok(file.profiles.keys().nth(at).cloned())
}

/// What a profile is, without its URL, which may hold a password.
fn what(profile: &Profile) -> String {
    let kind = match profile.database.as_deref() {
        Some(url) if url.starts_with("postgres") => words::POSTGRES,
        Some(_) => words::SQLITE,
        None => words::OWN_SQLITE,
    };
    let guard = if profile.read_only {
        words::AND_READ_ONLY
    } else if profile.confirm.is_some() {
        words::AND_GUARDED
    } else {
        ""
    };
    format!("{kind}{guard}")
}

/// Opens the database: while the screen is taken on a thread of its own, so that one can leave a server that is silent.
fn database(settings: Settings, start: &mut Start, output: &Output) -> Result<(Settings, Box<dyn Database>)> {
    if !start.is_on() {
        let database = session::open_database(&settings, output)?;
        return Ok((settings, database));
    }
    let password = match &settings.password {
        Some(PasswordSetting::Prompt(_)) => Some(start.ask(facts(&settings, None), words::DATABASE_PASSWORD, Ok)?),
        Some(PasswordSetting::Command(_)) | None => None,
    };
    let name = settings.profile.as_deref().map(escape::line).unwrap_or_default();
    let (settings, opened, said) = start.wait(words::opening(&name), move || {
        let held = Output::silent();
        held.hold();
        let opened = session::connect(&settings, password, &held);
        (settings, opened, held.held())
    })?;
    for sentence in &said {
        output.note(sentence);
    }
    Ok((settings, opened?))
}

/// Fetches the key ring, and asks for what opens it.
fn ring(settings: &Settings, about: &About, start: &mut Start, output: &Output) -> Result<KeyRing> {
    let Some(asking) = settings.key.asks() else { return session::load_ring(settings, output) };
    output.hold();
    let ring = start.ask(facts(settings, Some(about)), asking.label(), |answer| {
        keyring::unlock(&settings.key, &settings.key_options, answer)
    })?;
    session::warn_of_ring(&ring, output);
    Ok(ring)
}

/// What is said of the database and the keys.
fn facts(settings: &Settings, about: Option<&About>) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(about) = about {
        facts.push((words::DATABASE, escape::line(&about.location).into_owned()));
    }
    if let Some(profile) = &settings.profile {
        facts.push((words::PROFILE, escape::line(profile).into_owned()));
    }
    facts.push((words::KEYS, words::keys(settings)));
    if let Some(about) = about {
        facts.push((words::ACCESS, words::access(about)));
    }
    facts
}

/// What must be acknowledged before anything is shown.
fn risks(settings: &Settings, about: &About) -> Vec<String> {
    let connection = words::risk_of(about.transport).map(str::to_owned);
    let guard = settings.confirm.as_ref().filter(|_| about.read_only.is_none()).map(|word| words::guarded(word));
    connection.into_iter().chain(guard).collect()
}
