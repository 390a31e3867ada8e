//! What the walk through a key rotation says, step by step. What leads on to the next step stands last in each.

use crate::error::{Error, ErrorKind};
use crate::rotation::{Progress, Summary, Tally, TrailKey};
use crate::secret::escape;
use std::fmt::Display;
use std::path::Path;

/// `1 row`, `295 rows`.
fn rows(count: u64) -> String {
    let what = if count == 1 { "row" } else { "rows" };
    format!("{count} {what}")
}

/// A path for the screen.
fn shown(path: &Path) -> String {
    escape::line(&path.display().to_string()).into_owned()
}

// Around every step.

pub(in crate::console) fn title(step: &str) -> String {
    format!("Key rotation: {step}")
}

/// Which step of how many, and, where it does not fit on the screen, which line of how many is the last in view.
pub(in crate::console) fn position(step: u8, line: Option<(usize, usize)>) -> String {
    let line = line.map_or_else(String::new, |(last, of)| format!(", {last}/{of}"));
    format!("step {step} of 7{line}")
}

pub(in crate::console) const WORKING: &str = "working";

/// A line that is typed, behind its mark.
pub(in crate::console) fn typed(text: impl Display) -> String {
    format!("> {text}")
}

pub(in crate::console) fn read_only(reason: &str) -> String {
    format!("nothing can be rotated, the database is read-only: {reason}")
}

pub(in crate::console) fn type_to_go_on(word: &str) -> String {
    format!("type {word} to go on")
}

// Where it went wrong.

pub(in crate::console) fn stopped(why: &str) -> String {
    format!("It stopped: {why}.")
}

pub(in crate::console) const NOTHING_HALF_DONE: &str =
    "Nothing is half done: each row is under the old key or under the new one, and both are read.";
pub(in crate::console) const TRY_AGAIN: &str = "enter tries again, esc goes back.";
pub(in crate::console) const RESUME: &str = "enter goes on with what is left, esc leaves the walk.";

pub(in crate::console) fn given_up() -> Error {
    Error::new(ErrorKind::Interrupted, "you gave it up")
}

pub(in crate::console) fn panicked() -> Error {
    Error::failed("that ended in a bug of Strongroom")
}

pub(in crate::console) fn not_under_way() -> Error {
    Error::failed("no rotation is under way").hint("leave the walk and begin it again: R in the browser")
}

pub(in crate::console) fn other_keys() -> Error {
    Error::new(ErrorKind::Key, "this is not what opened the console before")
}

/// Why a rotation ended, for the audit trail.
pub(in crate::console) const BY_THE_OPERATOR: &str = "by the operator";

// Step 1: what is there.

pub(in crate::console) const INVENTORY: &str = "what is there";

pub(in crate::console) fn secrets_by_key(secrets: u64) -> String {
    let what = if secrets == 1 { "secret" } else { "secrets" };
    format!("{secrets} {what}, by the key that opens them:")
}

pub(in crate::console) fn key(id: &str, state: &str, days: i64) -> String {
    let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    format!("{id} ({state}, {days} old)")
}

pub(in crate::console) const WRITES: &str = "writes";
pub(in crate::console) const ACTIVE: &str = "active";
pub(in crate::console) const READS_ONLY: &str = "reads only";
pub(in crate::console) const SEALED: &str = "sealed: no known key opens them";

pub(in crate::console) fn by_format(formats: &[String]) -> String {
    format!("By format: {}.", formats.join(", "))
}

pub(in crate::console) fn only_retired(id: impl Display, secrets: u64) -> String {
    format!("Only the retired key {id} opens {secrets} of them.")
}

pub(in crate::console) fn column(name: &str, holds: &str, rotates: bool) -> String {
    let rotates = if rotates { "" } else { ", not rotated by this profile" };
    format!("{}: {holds}{rotates}", escape::line(name))
}

pub(in crate::console) fn under(id: &str, count: u64) -> String {
    if id.is_empty() { format!("{count} sealed") } else { format!("{count} under {id}") }
}

/// What does not open, behind what is under which key.
pub(in crate::console) fn not_open(tally: &Tally) -> Vec<String> {
    let counts = [(tally.sealed, "sealed"), (tally.plain, "not encrypted")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    counts.map(|(count, what)| format!("{count} {what}")).collect()
}

pub(in crate::console) fn trail_key(id: &str) -> String {
    format!("The audit trail's own key is under {id}, and is rotated too.")
}

pub(in crate::console) fn hidden(columns: &[String]) -> String {
    format!("This role may not read {}: what is in there is not known.", escape::line(&columns.join(", ")))
}

pub(in crate::console) const BY_ORG: &str = "The secrets by organisation:";
pub(in crate::console) const PERSONAL: &str = "personal organisations";
pub(in crate::console) const NO_ORG: &str = "(no org)";

pub(in crate::console) fn org(title: &str, by_key: &[String]) -> String {
    format!("{title}: {}", by_key.join(", "))
}

pub(in crate::console) fn more_orgs(count: usize) -> String {
    format!("and {count} more: strongroom rotate status --json")
}

pub(in crate::console) const TO_THE_KEY: &str = "enter: choose the key to rotate to. No row is written before step 5.";

// Step 2: the new key.

pub(in crate::console) const KEY: &str = "the new key";
pub(in crate::console) const WHICH_KEY: &str = "Which key is everything to come under?";
pub(in crate::console) const GENERATE: &str = "a new one: 32 random bytes";
pub(in crate::console) const FROM_FILE: &str = "one from a file or a command";
pub(in crate::console) const TYPED: &str = "one that I type or paste";

pub(in crate::console) fn in_ring(id: impl Display) -> String {
    format!("{id}, which is in the key ring")
}

pub(in crate::console) fn added_to(file: &Path) -> String {
    format!("It is added to {} and reads only until step 5; the old file stays beside it.", shown(file))
}

pub(in crate::console) fn into_new_file(origin: &str) -> String {
    format!(
        "The key ring comes from {origin}, which is never rewritten: a new .keys file with all keys is made, and this console goes on with that."
    )
}

pub(in crate::console) const PROTECTED: &str = "This key ring is behind a passphrase, and no server can read it. A key that is made here has to reach the servers as well: leave the walk and run strongroom key unprotect first, or take a key that already is in their own key file.";

pub(in crate::console) const BACK_FROM_KEY: &str =
    "The way back: strongroom key remove KEY-ID; nothing is encrypted under the new key yet.";

pub(in crate::console) const TYPE_SECRET: &str = "Type or paste the key secret; it is not shown.";
pub(in crate::console) const NAME_FILE: &str =
    "The path of a file with one key in it; or ! and a command that prints the key, as in: !op read op://vault/key";
pub(in crate::console) const NO_KEY_TYPED: &str = "there is no key yet: type it, or press esc to choose another way";

// Step 2: the servers.

pub(in crate::console) const SERVERS: &str = "the servers";

pub(in crate::console) fn new_key(id: impl Display) -> String {
    format!("The new key is {id}. It reads only until step 5.")
}

pub(in crate::console) fn stands_in(file: &Path) -> String {
    format!("It stands in {}.", shown(file))
}

pub(in crate::console) fn file_before(file: &Path) -> String {
    format!("The file as it was before is {}.", shown(file))
}

pub(in crate::console) const NEW_FILE: &str = "This is a new file, and every server has to read it from now on. The old key must stand in it under the id that it has now, or nobody finds the key of the JWEs that it made. A server with JWT_SECRET set knows that key alone: drop the variable there.";

pub(in crate::console) const GIVE_FILE: &str = "Now give the key file to every server, and restart each of them.";
pub(in crate::console) const GIVE_KEY: &str = "No server can read this key file, which is behind a passphrase: now put the new key into the key file that the servers read, and restart each of them.";
pub(in crate::console) const WHY_SERVERS: &str = "A server without the new key cannot load a user's secrets once one of them is rotated. So every server reads both keys first, and only then are the rows rotated.";
pub(in crate::console) const BACK_FROM_SERVERS: &str =
    "The way back: no row is written yet; esc goes back to the choice of the key.";
pub(in crate::console) const DO_SERVERS_READ: &str = "Does every server read the new key? Type yes and press enter.";

// Step 3: a backup.

pub(in crate::console) const BACKUP: &str = "a backup";

pub(in crate::console) const BACKUP_AS_SQL: &str = "A backup of what is about to be rotated goes into a new file, for you alone to read: SQL for psql, from one moment, with every table and column that the rotation touches.";
pub(in crate::console) const BACKUP_AS_COPY: &str = "A backup of what is about to be rotated goes into a new file, for you alone to read: a whole copy of the database, made while others write, and verified.";
pub(in crate::console) const BACK_FROM_BACKUP: &str = "The way back from a rotation is a rotation to the old key. Loading a backup undoes whatever was saved since it was made.";
pub(in crate::console) const NAME_BACKUP: &str =
    "Which file? Press enter, or type skip in its place to go on without a backup.";
pub(in crate::console) const NO_BACKUP_NAMED: &str = "name a file for the backup, or type skip to go on without one";

// Step 4: the dry run, and what all runs say.

pub(in crate::console) const DRY_RUN: &str = "dry run";
pub(in crate::console) const REHEARSING: &str = "Rehearsing";

pub(in crate::console) fn under_way(what: &str, progress: &Progress) -> String {
    format!("{what}: {}, pass {}", escape::line(&progress.place), progress.pass)
}

pub(in crate::console) const ROWS_READ: &str = "rows read";

pub(in crate::console) fn rate(progress: &Progress, rows: u64) -> String {
    let left = progress.left(rows).map(|left| format!(", {} s left in this pass", left.as_secs()));
    format!("{:.0} rows a second{}", progress.rate(), left.unwrap_or_default())
}

pub(in crate::console) fn so_far(progress: &Progress) -> String {
    format!("{} under the new key, {} sealed", progress.turned, progress.sealed)
}

pub(in crate::console) const PAUSED: &str = "Paused between two batches. space goes on, esc stops.";
pub(in crate::console) const RUNNING: &str = "space pauses, esc stops. What is done stays done.";

pub(in crate::console) fn would_rotate(plan: &Summary) -> String {
    let would = if plan.turned == 1 { "row would be rotated" } else { "rows would be rotated" };
    format!("{} of {} {would}; everything was decrypted and encrypted, nothing was written.", plan.turned, plan.rows)
}

pub(in crate::console) fn in_place(name: &str, count: u64) -> String {
    format!("{}: {count}", escape::line(name))
}

pub(in crate::console) fn took(plan: &Summary) -> String {
    format!("Without the writing it took {:.1} s.", plan.elapsed.as_secs_f64())
}

pub(in crate::console) const STAYS_SEALED: &str = "stays sealed";
pub(in crate::console) const STAYS_PLAIN: &str = "is not encrypted and stays so";

/// A row that is worth naming, and what is the matter with it.
pub(in crate::console) fn named(row: &str, what: &str) -> String {
    format!("{} {what}", escape::line(row))
}

pub(in crate::console) fn more_rows(count: u64) -> String {
    format!("and {count} more: strongroom rotate plan --json")
}

pub(in crate::console) const BACK_FROM_DRY_RUN: &str = "The way back: no row is written yet.";
pub(in crate::console) const TO_THE_ROTATION: &str = "enter goes on to the rotation.";

// Step 5: rotate.

pub(in crate::console) const ROTATE: &str = "rotate";
pub(in crate::console) const ROTATING: &str = "Rotating";

pub(in crate::console) fn everything_to(id: impl Display) -> String {
    format!("Every row comes under {id}, a batch at a time.")
}

pub(in crate::console) fn becomes_active(file: &Path) -> String {
    format!("The key becomes active in {}: from here on it writes. The servers need that file once more.", shown(file))
}

pub(in crate::console) fn becomes_active_here(file: &Path) -> String {
    format!(
        "The key becomes active in {}, which no server can read: make it active in the key file that the servers read as well, or they go on writing under the old key.",
        shown(file)
    )
}

pub(in crate::console) const STAYS_AS_IT_IS: &str =
    "The key ring is in no file that is rewritten: the servers go on writing under the old key until you change that.";
pub(in crate::console) const DEFAULT_ONLY: &str = "Some of these columns are read by the server with its default key only, the newest active one: let every server take the new key in the minute in which they are rotated.";
pub(in crate::console) const SERVERS_GO_ON: &str = "Servers may go on: what they store meanwhile is never overwritten. If it is under the old key, the next pass finds it.";
pub(in crate::console) const BACK_FROM_ROTATION: &str = "The way back: stop at any time, and rotate to the old key.";
pub(in crate::console) const BEGIN: &str = "enter begins.";

pub(in crate::console) fn guard_not_typed(word: &str) -> String {
    format!("this profile is guarded: type {}", escape::line(word))
}

pub(in crate::console) fn rotated(done: &Summary) -> String {
    let are = if done.turned == 1 { "row is" } else { "rows are" };
    format!("{} {are} under the new key, after {} and {:.1} s.", done.turned, passes(done), done.elapsed.as_secs_f64())
}

fn passes(done: &Summary) -> String {
    if done.passes == 1 { "1 pass".to_owned() } else { format!("{} passes", done.passes) }
}

pub(in crate::console) const BACK_FROM_ROTATED: &str = "The way back: a rotation to the old key.";
pub(in crate::console) const TO_THE_VERIFICATION: &str =
    "enter verifies that everything opens under the new key alone.";

// Step 6: verify.

pub(in crate::console) const VERIFY: &str = "verify";
pub(in crate::console) const VERIFYING: &str = "Verifying";

pub(in crate::console) fn opens_alone(found: &Summary) -> String {
    let opens = found.rows.saturating_sub(found.turned + found.sealed + found.plain);
    format!("{opens} of {} open under the new key alone, or are empty.", rows(found.rows))
}

pub(in crate::console) fn not_under(count: u64) -> String {
    let are = if count == 1 { "row is" } else { "rows are" };
    format!("{count} {are} not under the new key: a server still writes under the old one.")
}

pub(in crate::console) fn trail_not_under(key: &TrailKey) -> String {
    match key {
        TrailKey::Under(id) => format!("The audit trail's own key is not under the new key, but under {id}."),
        TrailKey::Sealed => "No known key opens the audit trail's own key.".to_owned(),
    }
}

pub(in crate::console) const IS_NOT_UNDER: &str = "is not under the new key";
pub(in crate::console) const IS_SEALED: &str = "is sealed: no known key opens it";
pub(in crate::console) const IS_PLAIN: &str = "is not encrypted";
pub(in crate::console) const BACK_FROM_VERIFICATION: &str =
    "The way back: a rotation to the old key, which still reads.";
pub(in crate::console) const TO_THE_OLD_KEYS: &str = "enter goes on to the old keys.";

// Step 7: retire the old keys.

pub(in crate::console) const RETIRE: &str = "retire the old keys";
pub(in crate::console) const STILL_NEEDED: &str =
    "The old keys are still needed and stay as they are. When every server writes under the new key, rotate again.";
pub(in crate::console) const TRAIL_NEEDS_KEY: &str = "The audit trail still needs a key other than the new one, so the old keys stay as they are. Put that key into the key ring if it is missing (strongroom key add), and rotate again.";
pub(in crate::console) const TO_THE_TICKET: &str = "enter ends the walk.";

pub(in crate::console) const RETIRE_ALL: &str = "Retire every key but the new one: they read only from then on.";
pub(in crate::console) const FILE_AGAIN: &str =
    "The servers need the key file once more. Sign-in cookies made with the old key end when it goes.";
pub(in crate::console) const CHANGE_THEIRS: &str = "No server can read this key file: retire the old keys in the one that the servers read as well. Sign-in cookies made with the old key end when it goes.";
pub(in crate::console) const BACK_FROM_RETIREMENT: &str = "The way back: strongroom key activate KEY-ID.";
pub(in crate::console) const DO_RETIRE: &str = "enter retires them, esc ends the walk without.";

// Step 7: remove old keys.

pub(in crate::console) const REMOVE: &str = "remove old keys";
pub(in crate::console) const RETIRED: &str =
    "The old keys read only. Leave it at that while you keep old backups: those open under the old keys alone.";
pub(in crate::console) const HOW_TO_REMOVE: &str =
    "To remove a key from the key ring, type its id. It is refused while anything opens only under it.";
pub(in crate::console) const HOW_TO_DELETE_COPIES: &str =
    "The old copies of the key file hold removed keys still: type delete copies to delete them.";

/// What is typed for that.
pub(in crate::console) const DELETE_COPIES: &str = "delete copies";

pub(in crate::console) fn opens_halves(id: &str, rows: u64) -> String {
    let what = if rows == 1 { "a sealed row".to_owned() } else { format!("{rows} sealed rows") };
    format!(
        "{} opens one half of {what}, which would be lost with it: type it once more to remove it.",
        escape::line(id)
    )
}

pub(in crate::console) fn removed(id: &str) -> String {
    format!("{} is removed.", escape::line(id))
}

pub(in crate::console) fn copies_deleted(count: usize) -> String {
    match count {
        0 => "There were no old copies of the key file.".to_owned(),
        1 => "1 old copy of the key file is deleted.".to_owned(),
        count => format!("{count} old copies of the key file are deleted."),
    }
}

pub(in crate::console) const IS_THE_TARGET: &str = "that is the key that everything is under";
pub(in crate::console) const NOT_IN_RING: &str = "the key ring has no key of that id";
pub(in crate::console) const END_BY_NOTHING: &str = "enter with nothing typed ends the walk.";

// Step 7: for the ticket.

pub(in crate::console) const TICKET: &str = "for the ticket";
pub(in crate::console) const FOR_THE_TICKET: &str = "For the ticket:";

pub(in crate::console) fn database(location: &str, to: &str) -> String {
    format!("Database {location}, rotated to the key {to}.")
}

pub(in crate::console) fn came_to(done: &Summary) -> String {
    format!("{} rotated in {}, {} sealed, {} not encrypted.", rows(done.turned), passes(done), done.sealed, done.plain)
}

pub(in crate::console) fn untouched(location: &str) -> String {
    format!("Database {location}. Nothing was rotated.")
}

pub(in crate::console) fn backup(file: &Path) -> String {
    format!("Backup: {}", shown(file))
}

pub(in crate::console) const OLD_COPIES: &str = "Old backups, the WAL and standbys still open under the old key.";
pub(in crate::console) const LEAKED: &str =
    "If the old key leaked, the secrets themselves must be replaced where they came from.";
pub(in crate::console) const INSIDE_JSON: &str =
    "Tokens inside larger JSON of other columns cannot be rotated by column.";
pub(in crate::console) const COPIED: &str = "Copied; it is cleared in 30 seconds";
pub(in crate::console) const COPY_OR_LEAVE: &str = "y copies it, enter goes back to the browser.";
