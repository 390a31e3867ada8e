//! What the shell asks for when somebody presses tab: names of profiles, organisations and users, as they are.
//!
//! Nothing is asked and nothing is said: where a database would want a password, or cannot be had, there are no names.

use super::arguments::{Cli, Global};
use super::output::Output;
use super::session;
use crate::config::file::PasswordSetting;
use crate::database::{Counting, Database, OrgKind, OrgQuery, UserQuery};
use crate::secret::escape;
use clap::{CommandFactory as _, Parser as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::CompleteEnv;
use std::ffi::OsStr;

/// How many names are offered.
const LIMIT: usize = 50;

/// Answers a shell and ends, if it is one that asks.
pub(super) fn answer() {
    CompleteEnv::with_factory(Cli::command).complete();
}

/// Completes `--profile`.
pub(super) fn profiles() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let file = session::configuration(&global()).unwrap_or_default();
        let start = current.to_string_lossy();
        let names = file.profiles.into_keys().filter(|name| name.starts_with(&*start) && is_plain(name));
        names.map(CompletionCandidate::new).collect::<Vec<_>>()
    })
}

/// Completes `--org`: by name where a shell reads it as one word, else by id.
pub(super) fn orgs() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let search = current.to_string_lossy().into_owned();
        let found = with_database(|database| {
            let query = OrgQuery { search, kind: OrgKind::Company, counts: Counting::None, after: None, limit: LIMIT };
            database.orgs(&query).ok()
        });
        let orgs = found.into_iter().flat_map(|page| page.items);
        orgs.map(|org| candidate(Some(&org.name), org.id.as_str())).collect::<Vec<_>>()
    })
}

/// Completes `--user`: by e-mail, else by id; of the organisation that was named before.
pub(super) fn users() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let search = current.to_string_lossy().into_owned();
        let found = with_database(|database| {
            let org = database.find_orgs(&said("--org")?).ok()?.into_iter().next()?.id;
            database.users(&UserQuery { org: Some(org), search, after: None, limit: LIMIT }).ok()
        });
        let users = found.into_iter().flat_map(|page| page.items);
        users.filter_map(|user| Some(candidate(user.email.as_deref(), user.id.as_ref()?.as_str()))).collect::<Vec<_>>()
    })
}

fn candidate(name: Option<&str>, id: &str) -> CompletionCandidate {
    match name {
        Some(name) if is_plain(name) => CompletionCandidate::new(name),
        name => {
            let help = name.map(|name| escape::line(name).into_owned().into());
            CompletionCandidate::new(id).help(help)
        }
    }
}

/// Whether every shell reads `text` as one word that means nothing else.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "@._+-".contains(letter))
}

/// What follows `option` in the line that is being completed.
fn said(option: &str) -> Option<String> {
    let words: Vec<String> = std::env::args().skip_while(|word| word != "--").collect();
    let beside = words.iter().find_map(|word| word.strip_prefix(option)?.strip_prefix('=').map(str::to_owned));
    beside.or_else(|| words.iter().skip_while(|word| *word != option).nth(1).cloned())
}

/// The options of that line that every command takes.
fn global() -> Global {
    let mut words = vec!["strongroom".to_owned()];
    for option in ["--database", "--profile", "--key-file", "--config"] {
        words.extend(
            said(option).filter(|value| !value.is_empty()).into_iter().flat_map(|value| [option.to_owned(), value]),
        );
    }
    let parsed = Cli::try_parse_from(&words).or_else(|_| Cli::try_parse_from(["strongroom"]));
    parsed.map_or_else(|_| Global::default(), |cli| cli.global)
}

/// What `read` finds in the database that the line means; nothing if it is not there at once.
fn with_database<T>(read: impl FnOnce(&mut dyn Database) -> Option<T>) -> Option<T> {
    let settings = session::settings(&global()).ok()?;
    if matches!(settings.password, Some(PasswordSetting::Prompt(_))) || session::is_unmade(&settings) {
        return None;
    }
    let mut database = session::open_database(&settings, &Output::silent()).ok()?;
    read(&mut *database)
}
