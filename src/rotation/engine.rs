//! The passes over every place, a batch at a time: read, decrypt and encrypt on all cores, write.
//!
//! While one batch is written, the next is decrypted and encrypted on other threads. Whoever drives the engine decides
//! between two batches whether to go on, so that a pause and an end need nothing special.

use super::RotationError;
use super::place::{Place, Plan};
use super::progress::{Progress, Step, Summary, TrailKey};
use super::turn::{Aim, Row, Turned, turn};
use crate::cipher::{Cipher, CipherError};
use crate::database::{CellKey, CellRow, Database, Swap};
use crate::store::StoreConfig;
use std::num::NonZeroUsize;
use std::thread;
use std::time::Instant;

/// How many passes may find something before a server is taken to be writing under the old key.
const PASSES: u32 = 3;

/// How many rows of each kind are named in a summary.
const NAMED: usize = 1_000;

/// How many of the newest rows are tried before anything is written.
const SAMPLE: usize = 100;

/// The most bytes of text that are worth holding at once.
const ROOM: usize = 4 * 1024 * 1024;

/// How many rows are read before it is known how large they are.
const FIRST: usize = 64;

/// The fewest rows that are worth a thread.
const SHARE: usize = 64;

/// The most rows of a batch.
const MAX_BATCH: usize = 10_000;

/// How a rotation goes about it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The key and the format.
    pub aim: Aim,
    /// How many rows are read and written at once.
    pub batch: usize,
    /// Whether everything is done but writing.
    pub is_dry: bool,
}

/// A place by its number, and the row in it behind which to go on.
#[derive(Debug, Default)]
struct Cursor {
    of: usize,
    after: Option<CellKey>,
}

/// Rows of one place that were read together; none behind the last place.
struct Batch {
    of: usize,
    rows: Vec<CellRow>,
}

/// A rotation under way.
pub struct Rotation {
    config: StoreConfig,
    options: Options,
    places: Vec<Place>,
    /// Where to read on.
    cursor: Cursor,
    /// How many rows are read at once.
    at_once: usize,
    /// What was read ahead.
    ahead: Option<Batch>,
    /// What is ready to be written, with the number of its place; of one place at a time.
    ready: Vec<(usize, Swap)>,
    pass: u32,
    /// What the database said of others' commits when the pass began; `None` if it cannot say.
    others: Option<i64>,
    found: u64,
    /// How much of what was found others had changed or held when it was written.
    missed: u64,
    /// Rows that the passes before have read.
    earlier: u64,
    summary: Summary,
    began: Instant,
}

impl Rotation {
    /// A rotation of `plan` that has not begun.
    ///
    /// # Errors
    /// [`RotationError::NoKey`]; [`RotationError::WrongKey`] where the ring opens none of the newest rows.
    pub fn new(
        database: &mut dyn Database,
        plan: &Plan,
        config: StoreConfig,
        options: Options,
    ) -> Result<Self, RotationError> {
        let newest = database.newest_rows(SAMPLE)?;
        if !newest.is_empty() && !newest.iter().any(|row| config.cipher().open(&row.value).is_some()) {
            return Err(RotationError::WrongKey { tried: newest.len() });
        }
        if !config.ring().keys().iter().any(|key| key.id == options.aim.key) {
            return Err(RotationError::NoKey(options.aim.key));
        }
        let batch = options.batch.clamp(1, MAX_BATCH);
        Ok(Self {
            config,
            options: Options { batch, ..options },
            places: plan.rotating().cloned().collect(),
            cursor: Cursor::default(),
            at_once: FIRST.min(batch),
            ahead: None,
            ready: Vec::new(),
            pass: 1,
            others: database.writes_of_others()?,
            found: 0,
            missed: 0,
            earlier: 0,
            summary: Summary::default(),
            began: Instant::now(),
        })
    }

    /// The key that everything comes under.
    pub fn aim(&self) -> &Aim {
        &self.options.aim
    }

    /// Does one batch: turns the rows that were read, while those before are written and those behind are read.
    ///
    /// # Errors
    /// [`RotationError::Database`], after which it may be called again: what was not written is found in the next pass;
    /// [`RotationError::Unencryptable`]; [`RotationError::StillArriving`].
    pub fn step(&mut self, database: &mut dyn Database) -> Result<Step, RotationError> {
        let Batch { of, rows } = match self.ahead.take() {
            Some(batch) => batch,
            None => read(&self.places, &self.cursor, self.at_once, database)?,
        };
        self.cursor = match rows.last() {
            Some(last) => Cursor { of, after: Some(last.key.clone()) },
            None => Cursor { of: of + 1, after: None },
        };
        self.adapt(&rows);
        let ready = std::mem::take(&mut self.ready);
        let tried = ready.len() as u64;
        let (places, cursor, at_once, is_dry) = (&self.places, &self.cursor, self.at_once, self.options.is_dry);
        let (turned, (written, ahead)) = self.overlap(of, rows, || {
            let written = write(places, &ready, is_dry, database);
            let ahead = if written.is_ok() { read(places, cursor, at_once, database).map(Some) } else { Ok(None) };
            (written, ahead)
        });
        self.take(of, turned)?;
        // What was not written, for whatever reason, is for the next pass.
        self.missed += tried.saturating_sub(written.as_ref().map_or(0, |(written, _)| *written));
        let (written, name) = written?;
        if written > 0 {
            self.summary.turned += written;
            *self.summary.by_place.entry(name).or_default() += written;
        }
        self.ahead = ahead?;
        if of < self.places.len() {
            return Ok(Step::More(self.progress()));
        }
        if self.options.is_dry {
            self.summary.trail_key = self.other_trail_key(database)?;
        } else if let Some(trail) = self.config.trail() {
            trail.rewrap(database, self.config.cipher(), &self.options.aim.key)?;
        }
        self.end_pass(database)
    }

    /// As many rows at once as were asked for, or fewer where they are large.
    fn adapt(&mut self, rows: &[CellRow]) {
        let texts = rows.iter().flat_map(|row| row.texts.iter().flatten());
        let bytes: usize = texts.map(|text| text.as_str().len()).sum();
        if bytes > ROOM {
            self.at_once = (self.at_once / 2).max(1);
        } else if bytes < ROOM / 4 {
            self.at_once = (self.at_once * 2).min(self.options.batch);
        }
    }

    /// Turns rows of a place on all cores while this thread does `work`.
    fn overlap<T>(
        &self,
        of: usize,
        rows: Vec<CellRow>,
        work: impl FnOnce() -> T,
    ) -> (Vec<Result<Row, CipherError>>, T) {
        let Some(place) = self.places.get(of) else { return (Vec::new(), work()) };
        let (cipher, aim): (&Cipher, &Aim) = (self.config.cipher(), &self.options.aim);
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let share = rows.len().div_ceil(cores).max(SHARE);
        let mut shares: Vec<Vec<CellRow>> = Vec::new();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            shares.push(rows.by_ref().take(share).collect());
        }
        thread::scope(|scope| {
            let turn_all =
                |rows: Vec<CellRow>| -> Vec<_> { rows.into_iter().map(|row| turn(cipher, aim, place, row)).collect() };
            let threads: Vec<_> = shares.into_iter().map(|rows| scope.spawn(move || turn_all(rows))).collect();
            let done = work();
            let turned = threads.into_iter().flat_map(|thread| match thread.join() {
                Ok(turned) => turned,
                // What went wrong there goes wrong here: it is a bug, and is answered as one.
                Err(panic) => std::panic::resume_unwind(panic),
            });
            (turned.collect(), done)
        })
    }

    fn take(&mut self, of: usize, turned: Vec<Result<Row, CipherError>>) -> Result<(), RotationError> {
        let Some(name) = self.places.get(of).map(Place::name) else { return Ok(()) };
        for row in turned {
            let row = row.map_err(|reason| RotationError::Unencryptable { place: name.clone(), reason })?;
            self.summary.rows += 1;
            self.summary.too_long += u64::from(row.is_too_long);
            let (count, names, row) = match row.turned {
                Turned::Stays | Turned::Null => continue,
                Turned::Swap(swap) => {
                    self.found += 1;
                    let pending = &mut self.summary.pending_rows;
                    if self.options.is_dry && pending.len() < NAMED {
                        pending.push(format!("{name} {}", swap.old.key));
                    }
                    self.ready.push((of, swap));
                    continue;
                }
                Turned::Sealed(row) => (&mut self.summary.sealed, &mut self.summary.sealed_rows, row),
                Turned::Plain(row) => (&mut self.summary.plain, &mut self.summary.plain_rows, row),
            };
            *count += 1;
            if names.len() < NAMED {
                names.push(format!("{name} {}", row.key));
            }
        }
        Ok(())
    }

    /// What the trail's own key in the database is under, if that is not the target.
    fn other_trail_key(&self, database: &mut dyn Database) -> Result<Option<TrailKey>, RotationError> {
        if !database.about().keeps_trail {
            return Ok(None);
        }
        let Some(key) = database.trail_key()? else { return Ok(None) };
        let under = match self.config.cipher().open(&key) {
            Some(opened) => TrailKey::Under(opened.key),
            None => TrailKey::Sealed,
        };
        Ok(Some(under).filter(|under| *under != TrailKey::Under(self.options.aim.key.clone())))
    }

    fn end_pass(&mut self, database: &mut dyn Database) -> Result<Step, RotationError> {
        self.summary.passes = self.pass;
        self.summary.elapsed = self.began.elapsed();
        let others = database.writes_of_others()?;
        // Where nobody else has written since the pass began, another one would find nothing.
        let was_alone = self.missed == 0 && others.is_some() && others == self.others;
        if self.found == 0 || was_alone || self.options.is_dry {
            return Ok(Step::Done(self.summary.clone()));
        }
        if self.pass > PASSES {
            return Err(RotationError::StillArriving { arrived: self.found, passes: self.pass });
        }
        self.pass += 1;
        (self.found, self.missed, self.others) = (0, 0, others);
        self.earlier += self.summary.rows;
        self.ahead = None;
        self.cursor = Cursor::default();
        // What stays is counted anew in each pass; what was turned adds up.
        let Summary { turned, by_place, .. } = std::mem::take(&mut self.summary);
        self.summary = Summary { turned, by_place, ..Summary::default() };
        Ok(Step::More(self.progress()))
    }

    fn progress(&self) -> Progress {
        Progress {
            pass: self.pass,
            place: self.places.get(self.cursor.of).map(Place::name).unwrap_or_default(),
            read: self.summary.rows,
            all: self.earlier + self.summary.rows,
            turned: self.summary.turned + self.ready.len() as u64,
            sealed: self.summary.sealed,
            elapsed: self.began.elapsed(),
        }
    }
}

fn read(
    places: &[Place],
    cursor: &Cursor,
    at_once: usize,
    database: &mut dyn Database,
) -> Result<Batch, RotationError> {
    let rows = match places.get(cursor.of) {
        Some(place) => database.cells(&place.table, cursor.after.as_ref(), at_once)?,
        None => Vec::new(),
    };
    Ok(Batch { of: cursor.of, rows })
}

/// Writes what is ready; how many rows that were, and of what.
fn write(
    places: &[Place],
    ready: &[(usize, Swap)],
    is_dry: bool,
    database: &mut dyn Database,
) -> Result<(u64, String), RotationError> {
    let Some(place) = ready.first().and_then(|(of, _)| places.get(*of)) else { return Ok((0, String::new())) };
    let swaps: Vec<&Swap> = ready.iter().map(|(_, swap)| swap).collect();
    let written = if is_dry { swaps.len() as u64 } else { database.swap_cells(&place.table, &swaps)? };
    Ok((written, place.name()))
}
