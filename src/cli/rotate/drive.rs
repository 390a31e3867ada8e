//! One batch after the other, until there is nothing left, or somebody says stop.

use super::super::output::Output;
use super::super::session::Session;
use super::super::words::rotate as words;
use crate::audit::Event;
use crate::error::Result;
use crate::rotation::{Options, Plan, Rotation, Step, Summary, record};
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
        signal_hook::flag::register(signal, Arc::clone(&stop)).map_err(words::signals_not_heard)?;
    }
    let (is_dry, key) = (options.is_dry, options.aim.key.clone());
    let mut rows = 0;
    for place in plan.rotating() {
        rows += session.database.count_cells(&place.table)?;
    }
    let mut rotation = Rotation::new(&mut *session.database, plan, session.config.clone(), options)?;
    let guard = if is_dry { None } else { Some(session.database.guard_rotation(&session.settings.paths.state)?) };
    if !is_dry {
        keep(session, &record::begun(&key))?;
    }
    let done = run(&mut rotation, session, rate, &stop, rows, output);
    output.progress("");
    if !is_dry {
        let event = match &done {
            Ok(summary) => record::done(&key, summary),
            Err(error) => record::stopped(&key, error),
        };
        keep(session, &event)?;
    }
    drop(guard);
    done
}

fn keep(session: &mut Session, event: &Event) -> Result<()> {
    match session.config.trail().cloned() {
        Some(trail) => Ok(trail.record(&mut *session.database, event)?),
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
            return Err(words::interrupted());
        }
        match rotation.step(&mut *session.database)? {
            Step::Done(summary) => return Ok(summary),
            Step::More(progress) => {
                if said.elapsed() >= EVERY {
                    said = Instant::now();
                    output.progress(&words::progress(&progress, rows));
                }
                if let Some(rate) = rate {
                    std::thread::sleep(progress.pause(rate));
                }
            }
        }
    }
}
