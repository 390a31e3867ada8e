//! `strongroom rotate …`: the key rotation for scripts. Progress goes to standard error, the summary to standard output.

mod drive;

use super::arguments::Global;
use super::inventory;
use super::output::Output;
use super::secret::check_guard;
use super::session::Session;
use super::table;
use super::words::rotate as words;
use crate::cipher::Format;
use crate::error::Result;
use crate::keyring::{self, KeyChange, KeyId};
use crate::rotation::{Aim, Options, Plan, RotationError, Summary, TrailKey};
use crate::secret::escape;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

/// How many rows are read and written at once.
const BATCH: usize = 5_000;

/// How many rows are named where they are not asked for as JSON.
const LISTED: usize = 20;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RotateCommand {
    #[command(subcommand)]
    step: Option<RotateStep>,
    #[command(flatten)]
    all: RotateArgs,
}

#[derive(Subcommand)]
enum RotateStep {
    /// Count everything that is encrypted, by key and by format
    Status,
    /// Decrypt and encrypt everything in memory, write nothing, and say what would change
    Plan {
        #[command(flatten)]
        aim: AimArgs,
    },
    /// Make sure that everything opens under the target alone; exit 1 while anything does not
    Verify {
        #[command(flatten)]
        aim: AimArgs,
    },
    /// Let every other key read only, once everything opens under the target
    Retire {
        #[command(flatten)]
        aim: AimArgs,
    },
}

/// Where to.
#[derive(Args, Clone)]
struct AimArgs {
    /// The key to rotate to; the one that writes, if none is named
    #[arg(long, value_name = "KEY-ID")]
    to: Option<String>,
    /// The format to write; each row keeps its own, if none is named
    #[arg(long, value_enum)]
    format: Option<TargetFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TargetFormat {
    /// What every server reads
    Fernet,
    /// What servers since May 2026 write
    Jwe,
}

#[derive(Args)]
struct RotateArgs {
    #[command(flatten)]
    aim: AimArgs,
    /// Write nothing: the same as `rotate plan`
    #[arg(long)]
    dry_run: bool,
    /// How many rows are read and written at once
    #[arg(long, value_name = "N", default_value_t = BATCH)]
    batch: usize,
    /// The most rows a second
    #[arg(long, value_name = "ROWS/S")]
    rate: Option<u32>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// The profile's guard, typed out
    #[arg(long, value_name = "WORD")]
    confirm: Option<String>,
}

pub(super) fn run(command: &RotateCommand, global: &Global, output: &Output) -> Result<()> {
    let mut session = Session::open(global, output)?;
    match &command.step {
        None if command.all.dry_run => plan(&mut session, &command.all.aim, command.all.batch, output),
        None => rotate(&mut session, &command.all, output),
        Some(RotateStep::Status) => status(&mut session, output),
        Some(RotateStep::Plan { aim }) => plan(&mut session, aim, BATCH, output),
        Some(RotateStep::Verify { aim }) => verify(&mut session, aim, output),
        Some(RotateStep::Retire { aim }) => retire(&mut session, aim, output),
    }
}

fn status(session: &mut Session, output: &Output) -> Result<()> {
    let inventory = inventory::take(session)?;
    let ring = session.config.ring();
    if output.wants_json() {
        return output.json(&Value::Object(inventory::members(&inventory, ring)));
    }
    let mut rows = table::table(&["SECRETS", &inventory.secrets.rows.to_string()]);
    for line in inventory::lines(&inventory, ring).into_iter().chain(inventory::lines_of_orgs(&inventory)) {
        rows.add_row(line);
    }
    output.answer(table::text(&rows))
}

/// The target that was named, or else the key that writes.
fn aim(session: &Session, arguments: &AimArgs) -> Result<Aim> {
    let ring = session.config.ring();
    let key = match &arguments.to {
        Some(id) => {
            ring.keys().iter().find(|key| key.id.0 == *id).ok_or_else(|| RotationError::NoKey(KeyId(id.clone())))
        }
        None => ring.writer().ok_or(RotationError::NoTarget),
    };
    let format = arguments.format.map(|format| match format {
        TargetFormat::Fernet => Format::Fernet,
        TargetFormat::Jwe => Format::Jwe,
    });
    Ok(Aim { key: key?.id.clone(), format })
}

/// Everything but writing.
fn rehearse(session: &mut Session, aim: Aim, batch: usize, output: &Output) -> Result<Summary> {
    let plan = Plan::find(&mut *session.database, &session.settings.rotation)?;
    drive::drive(session, &plan, Options { aim, batch, is_dry: true }, None, output)
}

fn plan(session: &mut Session, arguments: &AimArgs, batch: usize, output: &Output) -> Result<()> {
    let aim = aim(session, arguments)?;
    let summary = rehearse(session, aim.clone(), batch, output)?;
    print(&summary, &aim, true, output)?;
    warn_of_writer(session, &aim, output);
    Ok(())
}

/// A rotation to a key that does not write is worth a word: the servers go on under another one.
fn warn_of_writer(session: &Session, aim: &Aim, output: &Output) {
    let writer = session.config.ring().writer().map(|writer| &writer.id);
    if writer != Some(&aim.key) {
        output.warn(&words::not_the_writer(&aim.key, writer));
    }
}

fn rotate(session: &mut Session, arguments: &RotateArgs, output: &Output) -> Result<()> {
    session.must_write()?;
    check_guard(session, arguments.confirm.as_deref())?;
    let aim = aim(session, &arguments.aim)?;
    let plan = Plan::find(&mut *session.database, &session.settings.rotation)?;
    warn_of_writer(session, &aim, output);
    if plan.has_default_only() {
        output.warn(words::DEFAULT_ONLY);
    }
    if !arguments.yes {
        ask(&aim)?;
    }
    session.trail()?;
    let options = Options { aim: aim.clone(), batch: arguments.batch, is_dry: false };
    let summary = drive::drive(session, &plan, options, arguments.rate, output)?;
    print(&summary, &aim, false, output)
}

fn ask(aim: &Aim) -> Result<()> {
    if !Output::can_ask() {
        return Err(words::nobody_to_ask());
    }
    match Output::ask(&words::question(&aim.key))?.as_str() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(words::declined()),
    }
}

fn verify(session: &mut Session, arguments: &AimArgs, output: &Output) -> Result<()> {
    let aim = Aim { format: None, ..aim(session, arguments)? };
    let summary = rehearse(session, aim.clone(), BATCH, output)?;
    if output.wants_json() {
        let other = match &summary.trail_key {
            Some(TrailKey::Under(key)) => Some(&key.0),
            Some(TrailKey::Sealed) | None => None,
        };
        output.json(&json!({
            "to": aim.key.0, "rows": summary.rows, "not_under": summary.turned, "sealed": summary.sealed,
            "plain": summary.plain, "trail_key": summary.trail_key.is_none(), "trail_key_under": other,
            "not_under_rows": summary.pending_rows, "sealed_rows": summary.sealed_rows,
        }))?;
    } else {
        output.answer(words::verified(&summary, &aim.key) + "\n")?;
        list(output, words::NOT_UNDER, &summary.pending_rows);
        list(output, words::SEALED, &summary.sealed_rows);
    }
    if summary.is_all_under_target() && summary.sealed == 0 {
        return Ok(());
    }
    Err(words::not_verified(&summary, &aim.key))
}

fn retire(session: &mut Session, arguments: &AimArgs, output: &Output) -> Result<()> {
    let aim = Aim { format: None, ..aim(session, arguments)? };
    let summary = rehearse(session, aim.clone(), BATCH, output)?;
    if !summary.is_all_under_target() {
        return Err(words::not_yet(&summary, &aim.key));
    }
    let ring = session.config.ring();
    let path = keyring::rewritable(ring.origin()).ok_or(keyring::KeyError::NotRewritten(ring.origin().in_words()))?;
    let options = session.settings.key_options;
    let ids: Vec<KeyId> =
        ring.keys().iter().filter(|key| key.active && key.id != aim.key).map(|key| key.id.clone()).collect();
    let retired = ids.iter().map(KeyChange::Deactivate);
    let changes: Vec<KeyChange<'_>> = std::iter::once(KeyChange::Activate(&aim.key)).chain(retired).collect();
    let kept = keyring::rewrite(&path, ring.passphrase(), &changes, &options)?;
    output.note(&words::kept(&kept));
    output.answer(words::retired(ids.len(), &aim.key) + "\n")?;
    output.note(if ring.passphrase().is_some() { words::BEHIND_PASSPHRASE } else { words::FILE_AGAIN });
    if summary.sealed > 0 {
        output.warn(&words::stay_sealed(summary.sealed));
    }
    after_words(output);
    Ok(())
}

/// What no rotation can do.
fn after_words(output: &Output) {
    output.note(words::OLD_COPIES);
    output.note(words::LEAKED);
}

fn list(output: &Output, what: &str, rows: &[String]) {
    for row in rows.iter().take(LISTED) {
        output.note(&words::named(what, row));
    }
    if rows.len() > LISTED {
        output.note(&words::more(what, rows.len() - LISTED));
    }
}

fn print(summary: &Summary, aim: &Aim, is_dry: bool, output: &Output) -> Result<()> {
    let Summary { passes, rows, turned, by_place, too_long, sealed, sealed_rows, plain, plain_rows, elapsed, .. } =
        summary;
    if output.wants_json() {
        return output.json(&json!({
            "to": aim.key.0,
            "format": aim.format.map(Format::name),
            "dry_run": is_dry,
            "passes": passes,
            "rows": rows,
            "rotated": turned,
            "by_place": by_place,
            "too_long": too_long,
            "sealed": sealed,
            "sealed_rows": sealed_rows,
            "plain": plain,
            "plain_rows": plain_rows,
            "seconds": elapsed.as_secs_f64(),
        }));
    }
    let outcome = if is_dry { words::WOULD } else { words::DID };
    let mut table = table::table(&[outcome.heading, &aim.key.to_string()]);
    table.add_row(["rows", &rows.to_string()]);
    table.add_row([outcome.rotated, &turned.to_string()]);
    for (place, count) in by_place {
        table.add_row([format!("  {}", escape::line(place)), count.to_string()]);
    }
    table.add_row([words::SEALED_STAY, &sealed.to_string()]);
    for (count, what) in [(plain, words::PLAIN_STAY.to_owned()), (too_long, words::too_long(aim.format))] {
        if *count > 0 {
            table.add_row([what, count.to_string()]);
        }
    }
    table.add_row(["time", &words::seconds(*elapsed)]);
    output.answer(table::text(&table))?;
    list(output, words::SEALED, sealed_rows);
    list(output, words::PLAIN, plain_rows);
    if !is_dry {
        output.note(&words::next(&aim.key));
        after_words(output);
    }
    Ok(())
}
