//! What the command line says, to be read as one page: what went wrong with the way out of it, and what is worth
//! knowing. The help of a command stands with its arguments. Pages of their own: the keys, the doctor, the way into the
//! console.

pub(super) mod doctor;
pub(super) mod key;
pub(super) mod start;

pub(super) mod rotate;

use crate::database::{Counts, Transport};
use crate::error::{Error, ErrorKind};
use crate::keyring::KeyId;
use crate::secret::escape;
use std::fmt::Display;
use std::io;
use std::path::Path;

fn shown(path: &Path) -> String {
    escape::line(&path.display().to_string()).into_owned()
}

/// `1 secret`, `2 secrets`.
fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let what = if count == N::from(1) { one } else { many };
    format!("{count} {what}")
}

// The program as a whole.

pub(super) const ABOUT: &str = "Admin console for the secrets that a SaaS keeps for its users";

pub(super) const LONG_ABOUT: &str = "\
Admin console for the secrets that a SaaS keeps for its users

Without a command it opens the console. strongroom demo shows it on made-up secrets.";

pub(super) const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, 2 usage, 3 conflict, 4 not found, 5 key missing or wrong,
6 database unreachable, 130 interrupted.

A key is never an argument: it comes from --key-file, the profile, JWT_SECRET, or the data directory.";

pub(super) fn not_hardened(error: impl Display) -> Error {
    Error::failed(format!("core dumps could not be switched off, so that nothing is decrypted: {error}"))
        .hint("run it where a program may call setrlimit and prctl")
}

pub(super) fn answer_not_written(error: &io::Error) -> Error {
    Error::failed(format!("the answer could not be written: {error}"))
        .hint("see what standard output goes to: a full disk, a closed terminal")
}

pub(super) fn no_answer(error: &io::Error) -> Error {
    Error::failed(format!("no answer could be read from the terminal: {error}"))
}

pub(super) fn log_not_written(path: &Path, error: &io::Error) -> Error {
    Error::failed(format!("the log {} cannot be written: {error}", shown(path)))
        .hint("make its folder writable, or do without --verbose")
}

pub(super) const LOG_TWICE: &str = "the log was started twice";

pub(super) fn no_completions(shell: &str) -> Error {
    Error::usage(format!("there are no completions for {shell}"))
        .hint("there are some for: bash, zsh, fish, elvish, powershell")
}

pub(super) fn completions_not_made(error: &io::Error) -> Error {
    Error::failed(format!("the completions could not be made: {error}"))
}

pub(super) fn manual_not_made(error: &io::Error) -> Error {
    Error::failed(format!("the manual could not be made: {error}"))
}

// The configuration, the database and the keys.

pub(super) fn no_configuration(path: &Path) -> Error {
    Error::usage(format!("there is no configuration file {}", shown(path)))
        .hint("name one that is there with --config, or leave --config out")
}

pub(super) fn keys_not_bound(problem: &str) -> Error {
    Error::usage(format!("the configuration, {problem}"))
}

pub(super) fn profile_asks(name: &str) -> Error {
    Error::usage(format!("the profile {} asks for its key or password", escape::line(name)))
        .hint("leave the console and run: strongroom secret diff")
}

pub(super) const PASSWORD_PROMPT: &str = "Database password: ";

pub(super) fn password_not_asked(error: &io::Error) -> Error {
    Error::usage(format!("the database password cannot be asked for: {error}"))
        .hint("run it in a terminal, or let the profile's `password` name a command")
}

pub(super) fn unverified(transport: Transport, location: &str) -> Option<String> {
    let Transport::Unverified { is_encrypted } = transport else { return None };
    let how =
        if is_encrypted { "TLS, but nobody vouches for the server" } else { "no TLS: everybody on the way can read" };
    Some(format!("unverified connection to {location} ({how}); see sslmode=verify-full"))
}

pub(super) fn database_created(location: &str) -> String {
    format!("created the empty database {location}")
}

pub(super) fn key_created(id: &KeyId, file: &Path) -> String {
    format!("created the key {id} in {}", shown(file))
}

// Organisations, users and sets by their names.

/// What can be named, and the command that lists it.
#[derive(Clone, Copy)]
pub(super) struct Named {
    what: &'static str,
    list: &'static str,
}

pub(super) const ORGANISATION: Named = Named { what: "organisation", list: "strongroom org list" };
pub(super) const USER: Named = Named { what: "user", list: "strongroom user list --org …" };

pub(super) fn nothing_called(Named { what, list }: Named, wanted: &str, nearest: Option<&str>) -> Error {
    let error = Error::new(ErrorKind::NotFound, format!("there is no {what} {}", escape::line(wanted)));
    match nearest {
        Some(name) => error.hint(format!("did you mean {}?", escape::line(name))),
        None => error.hint(format!("see: {list}")),
    }
}

pub(super) fn several_called(Named { what, .. }: Named, wanted: &str, ids: Vec<String>) -> Error {
    let error = Error::usage(format!("{} is the name of several: give the id of one {what}", escape::line(wanted)));
    ids.into_iter().fold(error, Error::hint)
}

pub(super) fn empty_user() -> Error {
    Error::usage("the user is empty").hint("give an id or an e-mail, or --shared")
}

pub(super) fn user_without_id(title: &str) -> Error {
    Error::failed(format!("{title} has no id, and without one no set"))
        .hint("name another: strongroom user list --org …")
}

pub(super) fn nothing_shared() -> Error {
    Error::failed("this database is older than shared secrets: it has no is_org_shared").hint("name a user with --user")
}

pub(super) fn orgless_not_listed(secrets: u64) -> String {
    format!("not listed: {} to no organisation", counted(secrets, "secret that belongs", "secrets that belong"))
}

pub(super) fn personal_not_listed(orgs: u64) -> String {
    format!("{} not listed; see --personal", counted(orgs, "personal organisation is", "personal organisations are"))
}

pub(super) fn no_orgs(search: &str) -> String {
    match search {
        "" => {
            "no organisations: the server makes them, and strongroom db status says which database this is".to_owned()
        }
        text => format!("no organisation has {} in its name or id: see strongroom org list", escape::line(text)),
    }
}

pub(super) fn no_users(search: &str) -> String {
    match search {
        "" => "no users: nobody is a member here or has secrets here; strongroom org list names others".to_owned(),
        text => format!("no user here has {} in the e-mail or id: leave --search out to see all", escape::line(text)),
    }
}

pub(super) const NO_MEMBER: &str = "no member";

// Secrets: the list, the way out and the way in.

pub(super) const OPENED_BY_NO_KEY: &str = "no known key opens it";

pub(super) const NO_SECRETS: &str =
    "no secrets yet: strongroom secret edit adds them in a form, secret import from a file";

pub(super) fn sealed_in_set(rows: usize) -> String {
    format!("{rows} sealed: the server cannot load this set at all until that is mended")
}

pub(super) fn guarded(word: &str) -> Error {
    Error::usage("this profile is guarded: nothing is written without --confirm")
        .hint(format!("if you mean it: --confirm {}", escape::line(word)))
}

pub(super) fn note_wanted() -> Error {
    Error::usage("this profile wants a note on each commit").hint("say why: --note TEXT")
}

pub(super) fn not_on_a_terminal() -> Error {
    Error::usage("secrets are not shown on a terminal")
        .hint("write them to a file with -o FILE, or show them with --force")
}

pub(super) fn set_not_opened() -> Error {
    Error::new(ErrorKind::Key, "the key ring opens none of this set's secrets")
        .hint("point --key-file at the server's key, and check it with: strongroom key check")
}

pub(super) fn left_out(name: impl Display) -> String {
    format!("{name} is sealed and left out")
}

pub(super) fn stands_twice(name: impl Display) -> String {
    format!("{name} stands twice: the later one is exported")
}

pub(super) const TO_A_FILE: &str = "to a file";
pub(super) const TO_A_PIPE: &str = "to a pipe";

pub(super) fn written(path: &Path, secrets: usize, title: &str) -> String {
    format!("wrote {} of {title} to {}", counted(secrets, "secret", "secrets"), shown(path))
}

pub(super) const OTHER_FILE: &str = "name another file, or overwrite it with --force";

pub(super) fn exists(path: &Path) -> Error {
    Error::failed(format!("{} exists already", shown(path))).hint(OTHER_FILE)
}

pub(super) fn not_written(path: &Path, error: &io::Error) -> Error {
    Error::new(super::kind_of(error), format!("{} cannot be written: {error}", shown(path)))
}

pub(super) fn is_a_link(path: &Path) -> Error {
    Error::failed(format!("{} is a link, which is not followed", shown(path))).hint("name the file that it points at")
}

pub(super) const STANDARD_INPUT: &str = "standard input";

pub(super) fn not_read(name: &str, error: &io::Error) -> Error {
    Error::new(super::kind_of(error), format!("{name} cannot be read: {error}"))
}

pub(super) fn undecided(names: &[String]) -> Error {
    Error::new(ErrorKind::Conflict, format!("the file and the stored set differ in {}", names.join(", ")))
        .hint("nothing was written: --mine takes the file's, --theirs what is stored")
}

// Differences.

pub(super) const SIDES: &str = "\
A side is ORG/USER, or ORG/ for what the organisation shares; before it PROFILE: for another database. @FILE is a JSON or
dotenv file. ORG is an id or a name, USER an id or an e-mail; a name with a / or a : in it has to be an id.";

pub(super) fn no_side(text: &str) -> Error {
    Error::usage(format!("{} is neither ORG/USER nor @FILE", escape::line(text)))
        .hint("ORG/ is what an organisation shares; PROFILE: before it is another database")
}

pub(super) fn not_compared(title: &str, sealed: usize) -> String {
    format!("{title}: {sealed} sealed, which cannot be compared")
}

pub(super) fn only_in(title: &str) -> String {
    format!("only in {title}")
}

pub(super) const OTHER_VALUE: &str = "different";
pub(super) const OTHER_DESCRIPTION: &str = "the same, with another description";
pub(super) const SAME: &str = "the same";
pub(super) const BOTH_EMPTY: &str = "both are empty: there is nothing to compare";

pub(super) fn renamed(from: impl Display, to: impl Display) -> String {
    format!("{from} renamed to {to}")
}

pub(super) const BOTH: &str = "value, description";

pub(super) fn sealed_kept(name: impl Display) -> String {
    format!("{name}  sealed, kept as it is")
}

pub(super) fn sealed_deleted(name: impl Display) -> String {
    format!("{name}  sealed, deleted")
}

pub(super) fn unchanged(secrets: usize) -> String {
    format!("{secrets} unchanged")
}

pub(super) const STAYS_EMPTY: &str = "the set is empty, and stays so";
pub(super) const DRY_RUN: &str = "nothing was changed: this was a dry run";
pub(super) const NOTHING_TO_STORE: &str = "nothing had to be changed";
pub(super) const STORED: &str = "stored";

// The sets that commits replaced.

pub(super) fn no_history() -> Error {
    Error::failed("this database keeps no history").hint("strongroom db init creates the tables for it")
}

pub(super) const NOTHING_KEPT: &str = "nothing kept yet: each commit from here on keeps the set that it replaces";

pub(super) fn no_kept_set(id: i64) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no kept set {id}")).hint("see: strongroom history list")
}

pub(super) fn sealed_not_restored(rows: usize) -> String {
    format!("{rows} of its secrets are sealed and are not restored: no known key opens them")
}

pub(super) fn too_many_days(days: u32) -> Error {
    Error::usage(format!("{days} days ago is before all time")).hint("give --older-than a smaller number")
}

pub(super) fn purged(sets: u64) -> String {
    format!("{} deleted", counted(sets, "kept set", "kept sets"))
}

pub(super) const PURGED_ELSEWHERE: &str = "the server's WAL, its standbys and backups still hold their ciphertext";

// The audit trail.

pub(super) const FOREIGN_WRITE: (&str, &str) = ("foreign write", "somebody else stored this set");

pub(super) const NO_RECORDS: &str = "no records: nothing of that kind was done yet";

pub(super) fn trail_is_in(place: impl Display) -> String {
    format!("the trail is in {place}")
}

pub(super) fn trail_sound(records: usize) -> String {
    format!("{}, each as it was written", counted(records, "record", "records"))
}

pub(super) const ROLLBACK_NOT_FOUND: &str =
    "not found: a rollback of the trail and its head, where no machine has seen a later one";

pub(super) fn tampered(finding: &str, place: impl Display) -> Error {
    Error::failed(format!("the audit trail was tampered with: {finding}"))
        .hint(format!("it is in {place}"))
        .hint("compare it with a head that was kept elsewhere, and with a backup")
}

// The database as a whole.

pub(super) fn copied(file: &Path) -> String {
    format!("the copy is in {}", shown(file))
}

pub(super) fn own_tables(are_new: bool) -> &'static str {
    if are_new { "created Strongroom's own tables" } else { "Strongroom's own tables are there already" }
}

pub(super) const UNIQUE_INDEX: &str = "unique index on names";
pub(super) const OWN_TABLES: &str = "Strongroom's own tables";
pub(super) const KEEPS_SETS: &str = "keeps replaced sets";
pub(super) const NOT_READABLE: &str = "not readable by this role";
pub(super) const TRAIL_KEY: &str = "the audit trail's own key";

pub(super) fn kept_sets(keeps: bool, counts: &Counts) -> String {
    match (keeps, counts.orphans) {
        (false, _) => "no: see strongroom db init".to_owned(),
        (true, 0) => format!("yes, {}", counts.kept),
        (true, gone) => format!(
            "yes, {}, {gone} of them of users or organisations that are gone (history purge --orphans)",
            counts.kept
        ),
    }
}

pub(super) fn organisations(counts: &Counts) -> String {
    format!("{} and {} personal", counts.orgs, counts.personal_orgs)
}

pub(super) fn secrets(counts: &Counts, shared: u64) -> String {
    format!("{}, {shared} of them shared, {} without an organisation", counts.secrets, counts.without_org)
}

pub(super) fn not_loaded(sets: usize) -> String {
    format!("the server cannot load these {sets} sets, each has a sealed row:")
}

pub(super) fn not_loaded_set(user: &str, org: &str) -> String {
    format!("  user {} in organisation {}", escape::line(user), escape::line(org))
}

pub(super) fn under_key(id: &str) -> String {
    format!("under key {}", escape::line(id))
}

pub(super) const NOT_ENCRYPTED: &str = "not encrypted";
pub(super) const NOT_ROTATED: &str = "not rotated: see rotation.known_columns";

/// Behind the number of secrets under a key.
pub(super) fn key_state(writes: bool, is_active: bool, days: i64) -> String {
    let state = match (writes, is_active) {
        (true, _) => "it writes",
        (false, true) => "active",
        (false, false) => "retired: nothing else opens these",
    };
    let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    format!("({state}, {days} old)")
}

// The demo.

pub(super) const NO_TEMPORARY_FOLDER: &str = "there is no folder for temporary files";

pub(super) fn nowhere(reason: &str) -> Error {
    Error::failed(format!("the demo has nowhere to put its database: {reason}"))
        .hint("set TMPDIR to a folder that you may write to")
}

pub(super) fn folder_failed(folder: &Path, error: &io::Error) -> String {
    format!("{}: {error}", shown(folder))
}

pub(super) fn demo_not_encrypted(error: impl Display) -> Error {
    Error::failed(format!("the demo cannot be encrypted: {error}"))
}

pub(super) const DEMO_WITHOUT_KEY: &str = "the demo has no key";
