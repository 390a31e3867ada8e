//! What the console says, to be read as one page, screen by screen: what happened, to what, and what to do. The help of
//! a command stands with its keys. Pages of their own: what stands before the browser, the browser, the search.

pub(super) mod browse;
pub(super) mod find;
pub(super) mod start;

pub(super) mod rotate;

use crate::error::{Error, ErrorKind};
use crate::secret::escape;
use std::fmt::Display;
use std::io;

/// `one`, or else `many`.
const fn counted(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

// The frame around the screens.

pub(super) fn no_terminal(error: &io::Error) -> Error {
    Error::failed(format!("the console needs a terminal: {error}"))
        .hint("run it in a terminal, or use the command line: strongroom help")
}

pub(super) const QUIT: &str = "The form has changes that are not stored. Leave, and give them up?";
pub(super) const QUIT_CHOICES: &str = "y leave, n stay";

pub(super) fn waiting(seconds: u64) -> String {
    format!("waiting for the database, {seconds} s")
}

pub(super) fn waiting_briefly(seconds: u64) -> String {
    format!("waiting, {seconds} s")
}

pub(super) fn clipboard(seconds: u64) -> String {
    format!("clipboard {seconds} s")
}

pub(super) fn bug(place: &str) -> String {
    format!("strongroom: this is a bug, at {place}; no set is ever half written, the one in the database is whole")
}

pub(super) fn read_panicked() -> Error {
    Error::failed("that ended in a bug of Strongroom; nothing was changed")
}

pub(super) fn read_given_up() -> Error {
    Error::new(ErrorKind::Interrupted, "given up: nothing was read")
}

pub(super) const TRY_AGAIN: &str = "r tries again.";
pub(super) const MOMENT: &str = "One moment.";
pub(super) const NOT_OUR_FILE: &str = "the file is not this user's alone";

// Places that are no organisation of their own.

pub(super) const PERSONAL: &str = "Personal";
pub(super) const NO_ORG: &str = "(no org)";

// The lock.

pub(super) const LOCKED: &str = "Locked";
pub(super) const KEYS_WIPED: &str = "Every value and the keys are wiped from memory.";
pub(super) const VALUES_WIPED: &str = "Every value is wiped from memory. Anyone at this terminal can unlock it.";
pub(super) const FORM_PARKING: &str = "The open form is being encrypted.";
pub(super) const FORM_PARKED: &str = "The open form is kept, encrypted.";
pub(super) const ROTATION_GOES_ON: &str = "A key rotation goes on behind this lock.";
pub(super) const FORM_NOT_OPENED: &str =
    "the form that was kept does not open under these keys: nothing of it was stored";

pub(super) fn locks_in_minutes(minutes: u64) -> String {
    format!("locks in {minutes} min")
}

pub(super) fn locks_in_seconds(seconds: u128) -> String {
    format!("locks in {seconds} s: any key keeps it open")
}

pub(super) fn form_not_kept(why: &str) -> String {
    format!("the form could not be kept, and nothing of it was stored: {why}")
}

// The clipboard.

pub(super) const TOO_LONG_TO_COPY: &str = "not copied: the value is longer than terminals take; export it to a file";
pub(super) const TERMINAL_TOOK_NOTHING: &str = "not copied: the terminal did not take it; see strongroom doctor";
pub(super) const DESKTOP_TOOK_NOTHING: &str = "not copied: the desktop did not take it; see strongroom doctor";
pub(super) const TMUX_TOOK_NOTHING: &str = "not copied: tmux did not take it; see strongroom doctor";

// Themes and keys of the configuration.

pub(super) fn no_style(word: &str) -> String {
    format!("{} is neither a colour nor a way to write", escape::line(word))
}

pub(super) fn no_command(name: &str) -> String {
    format!("there is no command {}; see them all: strongroom keys", escape::line(name))
}

pub(super) fn no_key(name: &str) -> String {
    format!("there is no key {}", escape::line(name))
}

pub(super) fn key_twice(key: &str, one: &str, other: &str) -> String {
    format!("{key} would be both {one} and {other}")
}

// The help, the palette and the messages.

pub(super) const IMPORT: &str = "Read a JSON or dotenv file into the form";
pub(super) const EXPORT: &str = "Write the set in the clear into a new file";
pub(super) const COMPARE: &str = "Compare with @FILE, ORG/USER, ORG/ or PROFILE:ORG/USER";
pub(super) const ENTER_RUNS: &str = "enter runs it.";
pub(super) const NO_SUCH_COMMAND: &str = "Nothing is called that. esc closes the list.";
pub(super) const NO_MESSAGES: &str = "Nothing was said yet. esc goes back.";

// What the worker answers.

pub(super) const TO_A_FILE: &str = "to a file";

pub(super) fn exported(secrets: usize, left_out: usize) -> String {
    let sealed = if left_out > 0 { format!(", {left_out} sealed left out") } else { String::new() };
    format!("{secrets} {} written in the clear{sealed}", counted(secrets, "secret", "secrets"))
}

pub(super) fn no_trail() -> Error {
    Error::failed("no audit trail is kept here")
}

// The form: the list of its rows.

pub(super) const NO_ROWS: &str = "No secrets yet. a adds one, or paste NAME=value lines.";
pub(super) const OPENED_BY_NO_KEY: &str = "no known key opens it";
pub(super) const NO_ROW_TO_EDIT: &str = "there is no row to edit: a adds one";
pub(super) const NO_ROW_TO_REMOVE: &str = "there is no row to remove: a adds one";
pub(super) const NO_ROW_TO_DUPLICATE: &str = "there is no row to duplicate: a adds one";
pub(super) const ROW_GOES: &str = "this row is marked for removal: d takes the mark off";
pub(super) const ROW_SEALED: &str = "no known key opens this row: it can only be kept, or removed with d";
pub(super) const NOTHING_TO_UNDO: &str = "there is nothing to undo";
pub(super) const NOTHING_TO_REVIEW: &str = "there are no changes to review";
pub(super) const EXPORT_ELSEWHERE: &str = "what is in the form is not stored yet: export from the browser";
pub(super) const COMPARE_ELSEWHERE: &str = "what is in the form is not stored yet: compare from the browser";

pub(super) fn changes(count: usize) -> String {
    format!("{count} {}", counted(count, "change", "changes"))
}

pub(super) fn leave(changes: usize) -> String {
    format!("Leave without saving {}?", self::changes(changes))
}

// The form: the chosen row.

pub(super) const TO_BE_REMOVED: &str = "to be removed";
pub(super) const SEALED_ROW: &str =
    "No known key opens this row. It stays as it is, byte for byte, and its name stays taken.";
pub(super) const SEALED_GOES: &str = "It will be removed. d takes the mark off.";
pub(super) const SEALED_STAYS: &str = "d marks it for removal.";
pub(super) const VALUE_MASKED: &str = "type to replace, ctrl-r reveals";
pub(super) const VALUE_NEW: &str = "new value, ctrl-r reveals";
pub(super) const VALUE_EMPTY: &str = "the value is empty";
pub(super) const VALUE_CLEAR: &str = "in the clear, ctrl-r masks";
pub(super) const VALUE_ESCAPED: &str = "It holds what cannot be edited here: type to replace it.";
pub(super) const NAME_TWICE: &str = "this name stands twice: rename or remove one";
pub(super) const NAME_TAKEN: &str = "a sealed row has this name: take another";

pub(super) fn new_value(lines: usize) -> String {
    if lines > 1 { format!("new value, {lines} lines") } else { "new value".to_owned() }
}

// The form: pastes and files.

pub(super) const NAME_NOT_PASTED: &str = "a name is one line of visible characters: nothing was pasted";
pub(super) const DESCRIPTION_NOT_PASTED: &str = "a description is one line of visible characters: nothing was pasted";
pub(super) const EMPTY_FILE: &str = "the file holds no secrets: the form stays as it is";
pub(super) const EMPTY_PASTE: &str = "the paste holds no NAME=value lines";

pub(super) fn paste_not_read(error: impl Display) -> String {
    format!("NAME=value lines can be pasted here; {error}")
}

pub(super) fn pasted(added: usize, replaced: usize) -> String {
    let rows = counted(added, "row", "rows");
    let values = counted(replaced, "value", "values");
    match (added, replaced) {
        (_, 0) => format!("{added} {rows} added from the paste"),
        (0, _) => format!("{replaced} {values} replaced from the paste"),
        (_, _) => format!("{added} {rows} added, {replaced} {values} replaced from the paste"),
    }
}

// Differences, wherever they are listed.

pub(super) const VALUE_AND_DESCRIPTION: &str = "value and description";
pub(super) const SEALED_KEPT: &str = "sealed     kept as it is";

pub(super) fn renamed(from: impl Display, describes_anew: bool) -> String {
    format!("renamed    was {from}{}", if describes_anew { ", description changed" } else { "" })
}

// The review.

pub(super) const NOTHING_CHANGED: &str = "Nothing has changed.";
pub(super) const NOTHING_CHANGED_KEYS: &str = "enter goes back to the form.";
pub(super) const REVIEW_KEYS: &str = "enter commits, esc goes back to the form.";
pub(super) const EMPTY_SET: &str = "an empty set";
pub(super) const NOTE_WANTED: &str = "this profile wants a note: say why, and press enter";
pub(super) const NOTE_QUESTION: &str =
    "Why is this changed? It is kept with the set that goes; never write a secret here.";
pub(super) const STORED_MEANWHILE: &str = "Somebody stored this set meanwhile. What they did is being read.";
pub(super) const COMMITTING: &str = "The set is being committed.";
pub(super) const STILL_IN_THE_FORM: &str = "Your changes are still in the form: esc goes back to it.";

pub(super) fn guarded(word: &str) -> String {
    format!("This profile is guarded. Type {} and press enter.", escape::line(word))
}

pub(super) fn guard_not_typed(word: &str) -> String {
    format!("nothing was written: type {} first", escape::line(word))
}

pub(super) fn not_committed(why: &str) -> String {
    format!("Nothing was written: {why}.")
}

pub(super) fn commit_panicked() -> Error {
    Error::failed("the commit ended in a bug of Strongroom")
        .hint("the stored set is whole: go back, and look at it in the browser")
}

pub(super) fn commit_given_up() -> Error {
    Error::new(ErrorKind::Interrupted, "the commit was given up")
}

pub(super) fn stored(title: &str, secrets: usize) -> String {
    format!("Stored: {title} has {secrets} {} now", counted(secrets, "secret", "secrets"))
}

// The merge.

pub(super) fn merge(undecided: usize, by_themselves: usize) -> String {
    format!("Merge: {undecided} to decide, {by_themselves} merged by themselves")
}

pub(super) const TO_DECIDE: &str = "t or m?";
pub(super) const BOTH_THE_SAME: &str = "both, the same";
pub(super) const MERGE_UNDECIDED: &str =
    "Somebody stored this set meanwhile. Where both changed a secret, choose: t takes theirs, m takes mine.";
pub(super) const MERGE_DECIDED: &str =
    "Somebody stored this set meanwhile. Everything is decided: enter shows what a commit would change.";

pub(super) fn still_to_decide(count: usize) -> String {
    format!("{count} still to decide: t takes theirs, m takes mine")
}

pub(super) fn not_there(side: &str) -> String {
    format!("{side}: not there")
}

// Two sets side by side.

pub(super) const ONLY_FIRST: &str = "only in the first";
pub(super) const ONLY_SECOND: &str = "only in the second";
pub(super) const DESCRIBED_DIFFERENTLY: &str = "the same, described differently";
pub(super) const BOTH_SAY_THE_SAME: &str = "Both say the same. u lists what, esc goes back.";
pub(super) const NOTHING_CHOSEN: &str = "nothing is chosen: space chooses a secret of the first set";

pub(super) fn not_taken_over(read_only: &str) -> String {
    format!("nothing can be taken over, the database is read-only: {read_only}")
}

// The history.

pub(super) const NO_HISTORY: &str = "This database keeps no history: Strongroom has no tables here. `strongroom db init` creates them with \
     the script below, which `strongroom db init --print` prints; the server's own tables stay as they are.";
pub(super) const NOTHING_REPLACED: &str =
    "Nothing has replaced this set yet. Each commit from here on keeps the set that it replaces; esc goes back.";
pub(super) const MARKED_SET: &str = "the marked set";
pub(super) const STORED_SET: &str = "what is stored";
pub(super) const SAYS_THE_SAME: &str = "It says the same.";
pub(super) const SCRIPT_COPIED: &str = "Copied the script; it is cleared in 30 seconds";
pub(super) const VERSION_LOADING: &str = "the kept set is still on its way: press enter again";
pub(super) const VERSION_GONE: &str = "this set is kept no longer: somebody deleted it meanwhile";

pub(super) fn and_more(count: usize) -> String {
    format!("and {count} more")
}

pub(super) fn not_restored(read_only: &str) -> String {
    format!("nothing can be restored, the database is read-only: {read_only}")
}

pub(super) fn history_given_up() -> Error {
    Error::failed("given up: nothing was read; esc goes back to the browser")
}

// The audit trail.

pub(super) const NOTHING_RECORDED: &str =
    "Nothing is recorded yet. What is revealed, copied, exported or committed from here on is.";
pub(super) const NO_RECORD_SAYS: &str = "No record says that. esc clears the filter.";
pub(super) const TRAIL_SOUND: &str = "Every record is as it was written.";
pub(super) const FOREIGN_WRITE: &str = "Somebody else stored this set between the commit before and this one.";

pub(super) fn trail_title(search: &str, cursor: &str) -> String {
    format!("Audit trail /{}{cursor}", escape::line(search))
}

pub(super) fn tampered(finding: &str) -> String {
    format!("Tampered with: {finding}.")
}

pub(super) fn trail_given_up() -> Error {
    Error::failed("given up: nothing was read; r reads it again")
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sentence_can_be_drawn_where_there_is_only_ascii() {
        let pages = [include_str!("words.rs"), include_str!("words/browse.rs"), include_str!("words/find.rs")];
        let others = [include_str!("words/rotate.rs"), include_str!("words/start.rs")];
        assert!(pages.iter().chain(&others).all(|page| page.is_ascii()));
    }
}
