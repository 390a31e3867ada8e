//! The browser: its three columns, and what can be done with the set in view.

// The columns.

pub(in crate::console) const SHARED: &str = "(shared by the org)";
pub(in crate::console) const NO_ORGS: &str = "No organisations yet: the server makes them. r looks again.";
pub(in crate::console) const NO_ORG_FOUND: &str =
    "No organisation is called that. esc clears the filter, then ctrl-p searches everything.";
pub(in crate::console) const NO_USERS: &str = "No users: nobody is a member or has secrets here. r looks again.";
pub(in crate::console) const NO_USER_FOUND: &str =
    "Nobody here is called that. esc clears the filter, then ctrl-p searches everything.";
pub(in crate::console) const NO_SECRETS: &str = "No secrets yet. e opens the form to add some.";
pub(in crate::console) const NO_SECRET_FOUND: &str =
    "No secret here is called that. esc clears the filter, then ctrl-p searches everything.";
pub(in crate::console) const SEALED_SET: &str =
    "The server cannot load this set at all until its sealed rows are mended.";

pub(in crate::console) fn shared_rows(rule: &str) -> String {
    format!("{rule} shared by the org (read-only here) ")
}

pub(in crate::console) fn hides_in(name: impl std::fmt::Display, seconds: u128) -> String {
    format!("{name}, hides in {seconds} s")
}

pub(in crate::console) fn hidden_lines(count: usize) -> String {
    format!("and {count} more {}; y copies all of it", super::counted(count, "line", "lines"))
}

// A secret.

pub(in crate::console) const SEALED: &str = "no known key opens this row: only the key that wrote it shows it";
pub(in crate::console) const ON_ITS_WAY: &str = "the set is still on its way: press the key again in a moment";
pub(in crate::console) const NO_SECRET: &str = "there is no secret here: choose another set, or add one with e";
pub(in crate::console) const NAME_COPIED: &str = "Copied the name";
pub(in crate::console) const VALUE_COPIED: &str = "Copied the value; it is cleared in 30 seconds";

// The set.

pub(in crate::console) const NO_SET: &str = "there is no set in view: choose a user first";
pub(in crate::console) const NOT_EDITED: &str =
    "secrets that belong to no organisation are read-only: the server does not see them";
pub(in crate::console) const NO_HISTORY: &str = "what belongs to no organisation is never replaced: it has no history";
pub(in crate::console) const NOT_IN_VIEW: &str =
    "the set to compare with is no longer in view: choose it, and compare again";
pub(in crate::console) const MARK_OFF: &str = "the mark is taken off: a set is compared with another one";
pub(in crate::console) const NO_PERSON: &str = "choose a person first: all of that person's sets are listed then";

pub(in crate::console) fn read_only(reason: &str) -> String {
    format!("nothing can be edited, the database is read-only: {reason}")
}

pub(in crate::console) fn marked(title: &str) -> String {
    format!("{title} is marked: choose another set and press c to compare")
}
