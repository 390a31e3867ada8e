//! One batch after the other, until there is nothing left, or somebody says stop.

use super::super::output::Output;
use super::super::session::Session;
use crate::audit::{Event, ROTATION_BEGINS};
use crate::error::{Error, ErrorKind, Result};
use crate::rotation::{Options, Plan, Progress, Rotation, Step, Summary};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often somebody who watches is told.
const EVERY: Duration = Duration::from_millis(100);

/// Runs a rotation, or all of it but the writing, to its end.
///
/// # Errors
/// What the rotation ends in; [`ErrorKind::Interrupted`] after SIGINT or SIGTERM. It can be started again.
pub(super) fn drive(
    session: &mut Session,
    plan: &Plan,
    options: Options,
    rate: Option<u32>,
    output: &Output,
) -> Result<Summary> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|error| Error::failed(format!("signals cannot be listened for: {error}")))?;
    }
    let (is_dry, key) = (options.is_dry, options.aim.key.clone());
    let mut rows = 0;
    for place in plan.rotating() {
        rows += session.database.count_cells(&place.table)?;
    }
    let mut rotation = Rotation::new(&mut *session.database, plan, session.config.clone(), options)?;
    let guard = if is_dry { None } else { Some(session.database.guard_rotation(&session.settings.paths.state)?) };
    if !is_dry {
        record(session, format!("{ROTATION_BEGINS} to {}", key.0))?;
    }
    let done = run(&mut rotation, session, rate, &stop, rows, output);
    output.progress("");
    if !is_dry {
        record(
            session,
            match &done {
                Ok(summary) => format!("done: {} rows to {}, {} sealed", summary.turned, key.0, summary.sealed),
                Err(error) => format!("stopped: to {}: {error}", key.0),
            },
        )?;
    }
    drop(guard);
    done
}

fn record(session: &mut Session, detail: String) -> Result<()> {
    match session.config.trail().cloned() {
        Some(trail) => Ok(trail.record(&mut *session.database, &Event::rotate(detail))?),
        None => Ok(()),
    }
}

fn run(
    rotation: &mut Rotation,
    session: &mut Session,
    rate: Option<u32>,
    stop: &AtomicBool,
    rows: u64,
    output: &Output,
) -> Result<Summary> {
    let mut said = Instant::now();
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Interrupted, "stopped between two batches; nothing is half done")
                .hint("start it again: it goes on with what is left"));
        }
        match rotation.step(&mut *session.database)? {
            Step::Done(summary) => return Ok(summary),
            Step::More(progress) => {
                if said.elapsed() >= EVERY {
                    said = Instant::now();
                    output.progress(&line(&progress, rows));
                }
                if let Some(rate) = rate {
                    std::thread::sleep(progress.pause(rate));
                }
            }
        }
    }
}

fn line(progress: &Progress, rows: u64) -> String {
    let left = progress.left(rows).map_or_else(String::new, |left| format!(", {} s left", left.as_secs()));
    let sealed = if progress.sealed > 0 { format!(", {} sealed", progress.sealed) } else { String::new() };
    let Progress { pass, place, read, .. } = progress;
    format!("pass {pass}: {place} {read} rows read, {:.0} a second{left}{sealed}", progress.rate())
}
