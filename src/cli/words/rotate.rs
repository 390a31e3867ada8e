//! What `strongroom rotate` says, step by step.

use super::counted;
use crate::cipher::Format;
use crate::error::{Error, ErrorKind};
use crate::keyring::KeyId;
use crate::rotation::{Progress, Summary, TrailKey};
use crate::secret::escape;
use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

fn rows(count: u64) -> String {
    counted(count, "row", "rows")
}

// What is there.

pub(in crate::cli) const PERSONAL: &str = "personal organisations";
pub(in crate::cli) const NO_ORG: &str = "(no org)";

pub(in crate::cli) fn under_or_sealed(key: &str, count: u64) -> String {
    if key.is_empty() { format!("{count} sealed") } else { format!("{count} under {}", escape::line(key)) }
}

// Before anything is read or written.

pub(in crate::cli) fn signals_not_heard(error: impl Display) -> Error {
    Error::failed(format!("nothing was begun, since ctrl-c could not end it in good order: {error}"))
}

/// The servers go on under another key.
pub(in crate::cli) fn not_the_writer(to: &KeyId, writer: Option<&KeyId>) -> String {
    let other = writer.map_or_else(|| "no key".to_owned(), |writer| format!("the key {writer}"));
    format!("{to} is not the key that writes: {other} is, here and on every server with this key ring")
}

pub(in crate::cli) const DEFAULT_ONLY: &str = "the server reads some of these columns with its default key only, the newest active one: rotate them in the minute in which every server takes the new one";

pub(in crate::cli) fn nobody_to_ask() -> Error {
    Error::usage("a rotation asks first, and nobody is there").hint("if you mean it: --yes")
}

pub(in crate::cli) fn question(to: &KeyId) -> String {
    format!(
        "Every server must read the key {to} by now, or it cannot load what is rotated.\nRotate everything to it? [y/N] "
    )
}

pub(in crate::cli) fn declined() -> Error {
    Error::new(ErrorKind::Interrupted, "nothing was rotated")
}

// While it is under way.

pub(in crate::cli) fn progress(progress: &Progress, rows: u64) -> String {
    let left = progress.left(rows).map_or_else(String::new, |left| format!(", {} s left", left.as_secs()));
    let sealed = if progress.sealed > 0 { format!(", {} sealed", progress.sealed) } else { String::new() };
    let Progress { pass, place, read, .. } = progress;
    format!("pass {pass}: {} {read} rows read, {:.0} a second{left}{sealed}", escape::line(place), progress.rate())
}

pub(in crate::cli) fn interrupted() -> Error {
    Error::new(ErrorKind::Interrupted, "stopped between two batches; nothing is half done")
        .hint("start it again: it goes on with what is left")
}

// What a plan or a rotation came to.

/// The words of a summary: of what would happen, or of what did.
pub(in crate::cli) struct Outcome {
    pub(in crate::cli) heading: &'static str,
    pub(in crate::cli) rotated: &'static str,
}

pub(in crate::cli) const WOULD: Outcome = Outcome { heading: "WOULD ROTATE TO", rotated: "would be rotated" };
pub(in crate::cli) const DID: Outcome = Outcome { heading: "ROTATED TO", rotated: "rotated" };

pub(in crate::cli) const SEALED_STAY: &str = "sealed, left as they are";
pub(in crate::cli) const PLAIN_STAY: &str = "not encrypted, left as they are";
pub(in crate::cli) const SEALED: &str = "sealed";
pub(in crate::cli) const PLAIN: &str = "not encrypted";

pub(in crate::cli) fn too_long(format: Option<Format>) -> String {
    format!("too long for {}, written as fernet", format.map_or("the format", Format::name))
}

pub(in crate::cli) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

pub(in crate::cli) fn named(what: &str, row: &str) -> String {
    format!("{what}: {}", escape::line(row))
}

pub(in crate::cli) fn more(what: &str, count: usize) -> String {
    format!("{what}: and {count} more, see --json")
}

pub(in crate::cli) fn next(to: &KeyId) -> String {
    format!("next: strongroom rotate verify --to {to}, then strongroom rotate retire --to {to}")
}

// What no rotation can do.

pub(in crate::cli) const OLD_COPIES: &str =
    "old backups, the WAL and standbys still open under the old key; sign-in cookies made with it end";
pub(in crate::cli) const LEAKED: &str =
    "if the old key leaked, the secrets themselves must be replaced where they came from";

// Whether everything is under the new key.

pub(in crate::cli) fn verified(summary: &Summary, to: &KeyId) -> String {
    let Summary { turned, sealed, plain, .. } = summary;
    format!("{}: {turned} not under {to}, {sealed} sealed, {plain} not encrypted", rows(summary.rows))
}

pub(in crate::cli) const NOT_UNDER: &str = "not under it";

pub(in crate::cli) fn not_verified(summary: &Summary, to: &KeyId) -> Error {
    let count = summary.turned + summary.sealed;
    let do_not = if count == 1 { "does not open" } else { "do not open" };
    let message = match (count, &summary.trail_key) {
        (0, Some(TrailKey::Under(other))) => {
            format!("the audit trail's own key does not open under {to} alone: it is under {other}")
        }
        (0, _) => "no known key opens the audit trail's own key".to_owned(),
        (_, None) => format!("{} {do_not} under {to} alone", rows(count)),
        (_, Some(TrailKey::Under(other))) => {
            format!(
                "{} {do_not} under {to} alone, nor does the audit trail's own key, which is under {other}",
                rows(count)
            )
        }
        (_, Some(TrailKey::Sealed)) => {
            format!(
                "{} {do_not} under {to} alone, nor does the audit trail's own key, which no known key opens",
                rows(count)
            )
        }
    };
    let error = Error::failed(message);
    let can_rotate = summary.turned > 0 || matches!(summary.trail_key, Some(TrailKey::Under(_)));
    let error = if can_rotate { error.hint(rotate_to(to)) } else { error };
    if summary.sealed > 0 || summary.trail_key == Some(TrailKey::Sealed) {
        return error
            .hint("what is sealed needs the key that it was made with: strongroom key add puts it into the key ring");
    }
    error
}

fn rotate_to(to: &KeyId) -> String {
    format!("what is under another key comes under this one with: strongroom rotate --to {to}")
}

// The old keys.

pub(in crate::cli) fn not_yet(summary: &Summary, to: &KeyId) -> Error {
    let message = match (summary.turned, &summary.trail_key) {
        (0, Some(TrailKey::Under(other))) => {
            format!("no key was retired: the audit trail's own key is not under {to} yet, but under {other}")
        }
        (0, _) => "no key was retired: no known key opens the audit trail's own key".to_owned(),
        (1, _) => format!("no key was retired: 1 row is not under {to} yet"),
        (count, _) => format!("no key was retired: {count} rows are not under {to} yet"),
    };
    Error::failed(message).hint(format!("first: strongroom rotate --to {to}"))
}

pub(in crate::cli) fn retired(keys: usize, to: &KeyId) -> String {
    format!("{} retired; {to} writes", counted(keys, "key", "keys"))
}

pub(in crate::cli) fn kept(file: &Path) -> String {
    format!("the key file as it was before is {}", super::shown(file))
}

pub(in crate::cli) const FILE_AGAIN: &str = "the servers need the key file once more";

pub(in crate::cli) const BEHIND_PASSPHRASE: &str =
    "no server can read this key file, which is behind a passphrase: change the one that the servers read as well";

pub(in crate::cli) fn stay_sealed(count: u64) -> String {
    format!("{} sealed: no known key opens them", counted(count, "row stays", "rows stay"))
}
