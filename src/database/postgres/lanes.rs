//! A second connection for what a rotation writes: a server works on each connection with one core.

use super::cell;
use super::link::Link;
use crate::database::DatabaseError;
use crate::database::cell::{CellTable, Swap};
use std::thread;

/// The fewest rows that are worth another connection.
const WORTH: usize = 64;

/// The way of a batch to the server.
#[derive(Default)]
pub(super) enum Lanes {
    /// Nothing was written yet that would have been worth a second connection.
    #[default]
    Unasked,
    /// The second connection.
    Two(Box<Link>),
    /// The server has no second connection for us: one must do.
    One,
}

impl Lanes {
    /// Writes a batch over both connections, a half each and each half in its own transaction; how many rows still
    /// stood as they were read. Rows that are held are passed over, so that neither half waits for the other.
    ///
    /// # Errors
    /// What either half ends in. The other one may stand.
    pub(super) fn swap(&mut self, link: &mut Link, table: &CellTable, swaps: &[&Swap]) -> Result<u64, DatabaseError> {
        let Some(second) = self.second(link, swaps.len()) else { return over(link, table, swaps) };
        let (here, there) = swaps.split_at(swaps.len() / 2);
        let (here, there) = thread::scope(|scope| {
            let there = scope.spawn(|| over(second, table, there));
            let here = over(link, table, here);
            (here, there.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        Ok(here? + there?)
    }

    /// How many of the server's transaction numbers the second connection has used up, if that is known.
    pub(super) fn numbers(&self) -> Option<i64> {
        match self {
            Self::Two(link) => link.numbers(),
            Self::Unasked | Self::One => Some(0),
        }
    }

    fn second(&mut self, link: &Link, rows: usize) -> Option<&mut Link> {
        if rows < WORTH {
            return None;
        }
        if matches!(self, Self::Unasked) {
            // What is wrong with the first connection, too, the first one says.
            let other = link.another().ok().filter(|other| other.is_beside(link));
            *self = other.map_or(Self::One, |other| Self::Two(Box::new(other)));
        }
        match self {
            Self::Two(link) => Some(link),
            Self::Unasked | Self::One => None,
        }
    }
}

fn over(link: &mut Link, table: &CellTable, swaps: &[&Swap]) -> Result<u64, DatabaseError> {
    link.write(&async |client, schema| cell::swap(client, schema, table, swaps).await)
}
