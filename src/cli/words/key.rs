//! `strongroom key …`.

use super::{counted, shown};
use crate::error::{Error, ErrorKind};
use crate::keyring::KeyId;
use std::path::Path;

// Making, listing and trying keys.

pub(in crate::cli) fn key_is_in(id: &KeyId, file: &Path) -> String {
    format!("the key {id} is in {}", shown(file))
}

pub(in crate::cli) fn not_on_a_terminal() -> Error {
    Error::usage("a key is not shown on a terminal")
        .hint("write it to a file: strongroom key generate -o FILE")
        .hint("or show it with --force")
}

/// How a key is used.
pub(in crate::cli) const fn state(writes: bool, is_active: bool) -> &'static str {
    match (writes, is_active) {
        (true, _) => "writes",
        (false, true) => "active",
        (false, false) => "reads only",
    }
}

pub(in crate::cli) const NO_KEYS: &str =
    "no keys: name a file of them with --key-file, or make one: strongroom key generate -o FILE";

pub(in crate::cli) const BY_NO_KEY: &str = "none";

pub(in crate::cli) fn tried(rows: usize) -> String {
    match rows {
        0 => "this database has no secrets yet: nothing was tried".to_owned(),
        1 => "the newest secret was tried".to_owned(),
        many => format!("the {many} newest secrets were tried"),
    }
}

pub(in crate::cli) fn no_key() -> Error {
    Error::new(ErrorKind::Key, "there is no key").hint("set one: --key-file, the profile's `key`, or JWT_SECRET")
}

pub(in crate::cli) fn opens_nothing() -> Error {
    Error::new(ErrorKind::Key, "the key ring opens none of the newest secrets of this database")
        .hint("point --key-file at the server's key")
}

// Adding, activating, removing.

pub(in crate::cli) fn added(id: &KeyId, is_active: bool) -> String {
    let use_of_it = if is_active { "it may write" } else { "it reads only, until: strongroom key activate" };
    format!("added the key {id}; {use_of_it}")
}

pub(in crate::cli) const SERVERS_FIRST: &str =
    "every server must read the new file before anything is written under the key";
pub(in crate::cli) const NOT_FOR_SERVERS: &str =
    "no server can read a file behind a passphrase: key unprotect, or -o FILE, makes one that it can";
pub(in crate::cli) const DROP_VARIABLE: &str =
    "a server with JWT_SECRET set knows that key alone: drop the variable, and let it read this file";

pub(in crate::cli) fn all_keys_in(file: &Path) -> String {
    format!("all keys are in {}, in the clear", shown(file))
}

pub(in crate::cli) fn writer(id: Option<&KeyId>) -> String {
    id.map_or_else(|| "no key writes".to_owned(), |id| format!("{id} writes"))
}

pub(in crate::cli) const SERVERS_NEED_IT: &str = "the servers need the new file";

pub(in crate::cli) fn old_file(kept: &Path) -> String {
    format!("the old file is {}", shown(kept))
}

pub(in crate::cli) fn half_lost(rows: u64) -> String {
    let rows = counted(rows, "sealed row", "sealed rows");
    format!("of {rows} the half that still opens will be lost with this key")
}

pub(in crate::cli) fn type_the_id(id: &KeyId) -> String {
    format!("Type the id of the key to remove it ({id}): ")
}

pub(in crate::cli) fn not_removed_unasked(id: &KeyId) -> Error {
    Error::usage("a key is not removed unasked").hint(format!("if you mean it: --confirm {id}"))
}

pub(in crate::cli) fn not_the_id() -> Error {
    Error::new(ErrorKind::Interrupted, "that is not the id: nothing was removed")
}

pub(in crate::cli) const STILL_NEEDED: &str =
    "old backups, the WAL and standbys still open under it: keep the key for as long as you keep those";

fn old_copies(count: usize) -> String {
    if count == 1 { "the old copy".to_owned() } else { format!("the {count} old copies") }
}

pub(in crate::cli) fn delete_copies(count: usize) -> String {
    format!("Delete {} of the key file? [y/N] ", old_copies(count))
}

pub(in crate::cli) fn copies_deleted(count: usize) -> String {
    format!("{} of the key file {} deleted", old_copies(count), if count == 1 { "is" } else { "are" })
}

pub(in crate::cli) fn stands_in(copy: &Path) -> String {
    format!("the key still stands in {}", shown(copy))
}

// The passphrase.

pub(in crate::cli) const BEHIND_A_PASSPHRASE: &str = "the key ring is behind a passphrase";
pub(in crate::cli) const NOT_PROTECTED: &str = "no passphrase guards the key ring: strongroom key protect";
pub(in crate::cli) const PROTECTED: &str =
    "the key ring is behind the passphrase: whoever forgets it has lost the keys";
pub(in crate::cli) const ON_THE_DISK: &str =
    "a server cannot read this file; the disk and its backups may still hold the one that was in the clear";
pub(in crate::cli) const UNPROTECTED: &str = "the key ring is in the clear: whoever reads this file has the keys";
pub(in crate::cli) const A_KEY_FILE: &str = "a key file";
pub(in crate::cli) const NEW_PASSPHRASE: &str = "New passphrase: ";
pub(in crate::cli) const ONCE_MORE: &str = "Once more: ";

pub(in crate::cli) fn opens_with_the_old(kept: &Path) -> String {
    format!("{} opens with the passphrase of before", shown(kept))
}

pub(in crate::cli) fn copies_in_the_clear(quoted: &[String]) -> String {
    let copies = if quoted.len() == 1 { "an old copy of the key ring is" } else { "old copies of the key ring are" };
    format!("{copies} in the clear still: rm {}", quoted.join(" "))
}

pub(in crate::cli) fn not_the_same() -> Error {
    Error::usage("the two passphrases are not the same: nothing was changed")
}
