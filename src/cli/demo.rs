//! `strongroom demo`: a throwaway tenant with its own keys, to look around in.
//!
//! It is made anew at every start, in a folder that goes when the demo ends. Nothing of the operator's is read: no
//! configuration, no `STRONGROOM_…` variable, no `JWT_SECRET`.

mod dice;
mod folder;
mod keys;
mod people;
mod secrets;
mod tenant;
mod unusual;

use crate::database::sqlite::Sqlite;
use crate::error::Error;
use crate::keyring::{self, KeyRing, KeySource, LoadOptions};
use folder::Folder;
use keys::Keys;
use std::path::Path;

/// The tenant's key file, in its folder.
pub(crate) const KEY_FILE: &str = "keys.json";

/// Makes a tenant, runs `console` on its database, its keys and its folder, and removes it, however `console` ends.
///
/// # Errors
/// Those of the console; and when there is nowhere to put the tenant.
pub(crate) fn run(console: impl FnOnce(Sqlite, KeyRing, &Path) -> Result<(), Error>) -> Result<(), Error> {
    let folder = Folder::create(&folder::places())?;
    let (database, ring) = fill(folder.path())?;
    console(database, ring, folder.path())
}

/// Puts a new tenant and its key file into `folder`, and opens both.
fn fill(folder: &Path) -> Result<(Sqlite, KeyRing), Error> {
    let keys = Keys::generate()?;
    let key_file = folder.join(KEY_FILE);
    keyring::create_file(&key_file, keys.known())?;
    let mut database = Sqlite::create(&folder.join("demo.db"))?;
    database.seed(&tenant::tenant(&keys)?)?;
    let ring = keyring::load(&KeySource::File(key_file), &LoadOptions::default())?;
    Ok((database, ring))
}

#[cfg(test)]
mod tests;
