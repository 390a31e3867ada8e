//! `strongroom doctor`: looks at everything that the console depends on, and says how to mend what is amiss.

use super::arguments::Global;
use super::keys;
use super::output::Output;
use super::session;
use super::table;
use super::words::doctor as words;
use crate::audit::Trail;
use crate::config::{Paths, Settings, theme};
use crate::console::clipboard::Kind;
use crate::console::theme::Theme;
use crate::database::{Database, Transport};
use crate::error::{Error, Result};
use crate::keyring::{self, Asking, KeyOrigin, KeyRing};
use crate::secret::escape;
use crate::store::StoreConfig;
use serde_json::json;

/// How many of the newest rows are tried.
const SAMPLE: usize = 100;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Doubtful,
    Bad,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Doubtful => "look",
            Self::Bad => "bad",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone)]
struct Check {
    what: &'static str,
    state: State,
    said: String,
    mend: Option<String>,
}

impl Check {
    fn new(what: &'static str, state: State, said: impl Into<String>) -> Self {
        Self { what, state, said: said.into(), mend: None }
    }

    fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }

    fn of(what: &'static str, error: &Error) -> Self {
        let check = Self::new(what, State::Bad, error.message.clone());
        match error.hints.first() {
            Some(hint) => check.mend(hint.clone()),
            None => check,
        }
    }
}

pub(super) fn run(global: &Global, output: &Output) -> Result<()> {
    let checks = examine(global);
    if output.wants_json() {
        let check = |check: &Check| json!({"check": check.what, "state": check.state.word(), "said": check.said, "mend": check.mend});
        output.json(&checks.iter().map(check).collect())?;
    } else {
        let mut rows = table::table(&["CHECK", "", "FOUND"]);
        for check in &checks {
            rows.add_row([check.what, check.state.word(), &check.said]);
            if let Some(mend) = &check.mend {
                rows.add_row(["", "", &format!("-> {mend}")]);
            }
        }
        output.answer(table::text(&rows))?;
    }
    match checks.iter().filter(|check| check.state == State::Bad).count() {
        0 => Ok(()),
        count => Err(words::to_mend(count)),
    }
}

fn examine(global: &Global) -> Vec<Check> {
    let mut checks = vec![configuration(global)];
    match session::settings(global) {
        Ok(settings) => {
            if settings.key.asks() == Some(Asking::Passphrase) && !Output::can_ask() {
                checks.push(Check::new("key ring", State::Doubtful, words::NOBODY_TO_ASK).mend(words::IN_A_TERMINAL));
                checks.extend(database(&settings, None));
                return [checks, surroundings(global)].concat();
            }
            let ring = keyring::load(&settings.key, &settings.key_options).map_err(Error::from);
            checks.push(match &ring {
                Ok(ring) if ring.keys().is_empty() && session::is_unmade(&settings) => {
                    Check::new("key ring", State::Doubtful, words::MADE_WITH_DATABASE)
                }
                ring => key(ring),
            });
            checks.extend(database(&settings, ring.ok()));
        }
        Err(error) => checks.push(Check::of("settings", &error)),
    }
    [checks, surroundings(global)].concat()
}

fn surroundings(global: &Global) -> Vec<Check> {
    vec![terminal(), colours(global), clipboard()]
}

fn configuration(global: &Global) -> Check {
    let read = session::configuration(global).and_then(|file| keys::choose(&file).map(|()| file));
    match read {
        Err(error) => Check::of("configuration", &error),
        Ok(file) => Check::new("configuration", State::Good, words::configuration(file.profiles.len())),
    }
}

fn key(ring: &Result<KeyRing>) -> Check {
    let ring = match ring {
        Err(error) => return Check::of("key ring", error),
        Ok(ring) => ring,
    };
    let said = words::keys(ring.keys().len(), ring.origin());
    match (ring.writer(), ring.warnings().first()) {
        (None, _) => Check::new("key ring", State::Bad, words::none_writes(&said)).mend(words::NAME_THE_KEY),
        (Some(_), Some(warning)) => Check::new("key ring", State::Doubtful, format!("{said}: {warning}")),
        (Some(writer), None) => {
            let said = words::one_writes(&said, &writer.id.0);
            match ring.origin() {
                KeyOrigin::DataDirectory(_) => {
                    Check::new("key ring", State::Good, words::unguarded(&said)).mend(words::PROTECT)
                }
                _ => Check::new("key ring", State::Good, said),
            }
        }
    }
}

fn database(settings: &Settings, ring: Option<KeyRing>) -> Vec<Check> {
    if session::is_unmade(settings) {
        return vec![Check::new("database", State::Doubtful, words::NO_DATABASE).mend(words::NAME_A_DATABASE)];
    }
    let mut database = match session::open_database(settings, &Output::silent()) {
        Ok(database) => database,
        Err(error) => return vec![Check::of("database", &error)],
    };
    let about = database.about().clone();
    let location = escape::line(&about.location).into_owned();
    let mut checks = vec![match &about.read_only {
        None => Check::new("database", State::Good, format!("{location}: {}", about.engine)),
        Some(reason) => Check::new("database", State::Doubtful, words::read_only(&location, reason)),
    }];
    if let Transport::Unverified { is_encrypted } = about.transport {
        let how = if is_encrypted { words::UNVOUCHED } else { words::UNENCRYPTED };
        checks.push(Check::new("connection", State::Doubtful, how).mend("sslmode=verify-full"));
    }
    let Some(ring) = ring else { return checks };
    let config = StoreConfig::new(ring, settings.format, settings.max_value_bytes).by(&super::operator::name());
    checks.push(rows(&mut *database, &config));
    checks.push(if about.keeps_history {
        Check::new("history", State::Good, words::KEEPS_HISTORY)
    } else {
        Check::new("history", State::Doubtful, words::NO_HISTORY).mend(words::INIT)
    });
    checks.push(trail(&mut *database, &config, settings));
    checks
}

fn rows(database: &mut dyn Database, config: &StoreConfig) -> Check {
    let rows = match database.newest_rows(SAMPLE) {
        Err(error) => return Check::of("secrets", &Error::from(error)),
        Ok(rows) => rows,
    };
    let open = rows.iter().filter(|row| config.cipher().open(&row.value).is_some()).count();
    let said = words::opened(open, rows.len());
    match (open, rows.len()) {
        (0, 1..) => Check::new("secrets", State::Bad, said).mend(words::OTHER_KEY),
        (open, all) if open < all => Check::new("secrets", State::Doubtful, said).mend(words::COUNT_SEALED),
        _ => Check::new("secrets", State::Good, said),
    }
}

fn trail(database: &mut dyn Database, config: &StoreConfig, settings: &Settings) -> Check {
    let folder = settings.paths.state.join("audit");
    // Looking must not begin a trail where there is none.
    if !database.about().keeps_trail || database.about().read_only.is_some() {
        return Check::new("audit trail", State::Good, words::trail_in_file(&folder));
    }
    let verified =
        Trail::open(database, config.cipher(), &folder, config.operator()).and_then(|trail| trail.verify(database));
    match verified {
        Err(error) => Check::of("audit trail", &Error::from(error)),
        Ok(verdict) if verdict.finding.is_none() => Check::new("audit trail", State::Good, words::TRAIL_SOUND),
        Ok(_) => Check::new("audit trail", State::Bad, words::TRAIL_CHANGED).mend(words::VERIFY),
    }
}

fn terminal() -> Check {
    let term = std::env::var("TERM").unwrap_or_default();
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let is_utf8 = locale.as_ref().is_some_and(|it| it.to_lowercase().replace('-', "").contains("utf8"));
    match term.as_str() {
        "" | "dumb" | "unknown" => Check::new("terminal", State::Bad, words::no_cursor(&term)).mend(words::SET_TERM),
        _ if !is_utf8 => Check::new("terminal", State::Doubtful, words::no_utf8(&term)).mend(words::SET_LANG),
        _ => Check::new("terminal", State::Good, words::utf8(&term)),
    }
}

fn colours(global: &Global) -> Check {
    let name = session::configuration(global).ok().and_then(|file| file.console.theme);
    let name = name.as_deref().unwrap_or(theme::DEFAULT);
    let read = Paths::of_user().and_then(|paths| theme::read(name, &paths.config));
    let read = read.and_then(|file| Theme::of(&file, false).map_err(Error::usage));
    match read {
        Err(error) => Check::of("theme", &error),
        Ok(_) if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => {
            Check::new("theme", State::Good, words::NO_COLOUR)
        }
        Ok(_) => Check::new("theme", State::Good, name),
    }
}

fn clipboard() -> Check {
    match Kind::of(|name| std::env::var_os(name)) {
        Kind::Desktop => Check::new("clipboard", State::Good, words::DESKTOP),
        Kind::Tmux => Check::new("clipboard", State::Good, words::TMUX),
        Kind::Terminal => Check::new("clipboard", State::Doubtful, words::TERMINAL).mend(words::ALLOW_CLIPBOARD),
    }
}
