//! `strongroom` alone, and `strongroom secret edit`.

use super::arguments::Global;
use super::demo;
use super::keys;
use super::output::Output;
use super::secret::diff;
use super::session::{self, Session};
use super::start;
use super::target::TargetArgs;
use super::words::start as words;
use crate::audit::Event;
use crate::cipher::{DEFAULT_LIMIT, Format};
use crate::config::console::{ConsoleSetting, LockSetting};
use crate::config::file::RotationSetting;
use crate::config::{Paths, theme};
use crate::console::clipboard::Kind;
use crate::console::effect::EditTarget;
use crate::console::lock::{Locking, Policy};
use crate::console::memory::Memory;
use crate::console::message::Opened;
use crate::console::stage::Stage;
use crate::console::start::Start;
use crate::console::theme::Theme;
use crate::console::worker::SideReader;
use crate::console::{self, Ending, Setup};
use crate::database::Database;
use crate::error::Result;
use crate::keyring::{KeySource, LoadOptions};
use crate::rotation::Keeper;
use crate::store::StoreConfig;
use std::sync::Arc;
use std::time::Duration;

/// Opens the console; with a target, on the form of that set.
pub(super) fn run(global: &Global, target: Option<&TargetArgs>, output: &Output) -> Result<()> {
    must_be_interactive(output)?;
    let ended = prepare(global, target, output).and_then(|(stage, setup)| console::run(stage, setup));
    output.release();
    say(ended?, output)
}

/// Everything up to the console itself; and the terminal, where something was asked on the way.
fn prepare(global: &Global, target: Option<&TargetArgs>, output: &Output) -> Result<(Option<Stage>, Setup)> {
    let file = session::configuration(global)?;
    keys::choose(&file)?;
    let mut start = Start::new(theme(global, file.console.theme.as_deref())?, file.console.mouse);
    let mut session = start::open(global, &file, &mut start, output)?;
    match session.trail() {
        Ok(trail) => trail.record(&mut *session.database, &Event::unlock())?,
        // Names can be looked at all the same.
        Err(error) => {
            output.warn(&error.message);
            session.config = session.config.clone().unaudited(error);
        }
    }
    let form = match target {
        None => None,
        Some(target) => {
            session.must_write()?;
            let (title, set) = super::secret::load(&mut session, target)?;
            Some(EditTarget { set: Arc::new(set), title })
        }
    };
    let Session { settings, database, config } = session;
    let opened = Opened {
        profile: settings.profile,
        colour: settings.colour,
        needs_note: settings.require_note,
        confirm: settings.confirm,
        ..opened(&*database, &config)
    };
    let (policy, has_mouse) = (policy(&file.console, &settings.key), file.console.mouse);
    // A form that is opened at once is no choice of a place.
    let remembers = file.console.remember && form.is_none();
    let memory =
        remembers.then(|| Memory::new(&settings.paths.state, opened.profile.as_deref(), &opened.about.location));
    let keeper = Keeper {
        source: settings.key,
        options: settings.key_options,
        setting: settings.rotation,
        folder: settings.paths.state,
    };
    let (stage, theme) = start.into_parts();
    let sides = sides(Some(global.clone()));
    let clipboard = Kind::of(|name| std::env::var_os(name));
    Ok((stage, Setup { database, config, opened, theme, policy, clipboard, has_mouse, sides, keeper, memory, form }))
}

/// Opens the console on a made-up tenant.
pub(super) fn demo(global: &Global, output: &Output) -> Result<()> {
    must_be_interactive(output)?;
    demo::run(|database, ring, folder| {
        let database: Box<dyn Database> = Box::new(database);
        let config = StoreConfig::new(ring, Format::Fernet, Some(DEFAULT_LIMIT));
        let opened = opened(&*database, &config);
        let keeper = Keeper {
            source: KeySource::File(folder.join(demo::KEY_FILE)),
            options: LoadOptions::default(),
            setting: RotationSetting::default(),
            folder: folder.to_owned(),
        };
        let (theme, sides) = (theme(global, None)?, sides(None));
        let policy = Policy { how: Locking::Screen, after: None };
        let clipboard = Kind::of(|name| std::env::var_os(name));
        let (has_mouse, memory, form) = (true, None, None);
        let setup =
            Setup { database, config, opened, theme, policy, clipboard, has_mouse, sides, keeper, memory, form };
        say(console::run(None, setup)?, output)
    })
}

/// What locking means: where the ring would be there again unasked, what the configuration says.
fn policy(setting: &ConsoleSetting, source: &KeySource) -> Policy {
    let how = match (source.asks(), setting.lock) {
        (Some(asking), _) => Locking::Asking(asking.label()),
        (_, LockSetting::Screen) => Locking::Screen,
        (_, LockSetting::Quit) => Locking::Quit,
    };
    let after = Duration::from_secs(60 * u64::from(setting.lock_after));
    Policy { how, after: (!after.is_zero()).then_some(after) }
}

/// Refuses to draw where nobody looks.
fn must_be_interactive(output: &Output) -> Result<()> {
    if output.is_interactive() {
        let term = std::env::var("TERM").unwrap_or_default();
        if matches!(term.as_str(), "" | "dumb" | "unknown") {
            return Err(words::no_cursor(&term));
        }
        return Ok(());
    }
    Err(words::not_interactive())
}

/// What the header and the screens say about a database and its keys, without a profile.
fn opened(database: &dyn Database, config: &StoreConfig) -> Opened {
    Opened {
        about: database.about().clone(),
        profile: None,
        key: config.ring().writer().map(|key| key.id.0.clone()),
        warnings: config.ring().warnings().to_vec(),
        colour: None,
        confirm: None,
        needs_note: false,
    }
}

/// Says how the console ended.
fn say(ending: Ending, output: &Output) -> Result<()> {
    match ending {
        Ending::Quit => Ok(()),
        Ending::Locked { lost_changes } => {
            output.note(words::LOCKED);
            if lost_changes {
                output.note(words::CHANGES_LOST);
            }
            Ok(())
        }
        Ending::Signal => Err(words::ended_by_signal()),
    }
}

/// What `:compare` reads. `profiles` is the command line under which other profiles are opened, if any are.
fn sides(profiles: Option<Global>) -> SideReader {
    Box::new(move |text, database, config| match (diff::Place::read(text)?, &profiles) {
        (diff::Place::File(path), _) => diff::of_file(path),
        (diff::Place::Set { profile: None, org, user }, _) => diff::of_set(database, config, org, user),
        (diff::Place::Set { profile: Some(_), .. }, None) => Err(words::no_profiles()),
        (diff::Place::Set { profile: Some(profile), org, user }, Some(global)) => {
            // Below the screen nothing can be asked and nothing be said.
            let mut session = Session::open_unattended(global, profile)?;
            diff::of_set(&mut *session.database, &session.config, org, user)
        }
    })
}

/// The theme of the configuration; none under `NO_COLOR` (<https://no-color.org>); ASCII alone where the terminal has no
/// more.
fn theme(global: &Global, name: Option<&str>) -> Result<Theme> {
    let term = std::env::var("TERM").unwrap_or_default();
    let plain = global.plain || matches!(term.as_str(), "linux" | "vt100" | "vt220");
    let is_bare = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let name = if is_bare { theme::NONE } else { name.unwrap_or(theme::DEFAULT) };
    let file = theme::read(name, &Paths::of_user()?.config)?;
    Theme::of(&file, plain).map_err(|problem| words::theme_not_understood(name, &problem))
}
