//! The search over everything, and all sets of one person.

// The search.

pub(in crate::console) const WHAT_TO_TYPE: &str = "Type a part of a name, an e-mail address, or the name of a secret.";
pub(in crate::console) const SEARCHING: &str = "searching";
pub(in crate::console) const SEARCHING_TO_OPEN: &str = "searching; the first that is found is opened";
pub(in crate::console) const NOTHING_FOUND: &str =
    "Nothing is called that. Fewer letters may find it: ctrl-u deletes them all. esc goes back.";
pub(in crate::console) const NOBODY_ALONE: &str = "choose a person, or a secret of one: this belongs to nobody alone";

// One person's sets.

pub(in crate::console) const STRANGER: &str = "not a member";
pub(in crate::console) const LOOKING: &str = "looking in every organisation";
pub(in crate::console) const NOWHERE: &str = "This person is in no organisation and has no secrets. esc goes back.";

pub(in crate::console) fn all_sets(who: &str) -> String {
    format!("All sets of {who}")
}

pub(in crate::console) fn secrets(count: u64) -> String {
    match count {
        0 => "no secrets".to_owned(),
        1 => "1 secret".to_owned(),
        many => format!("{many} secrets"),
    }
}

pub(in crate::console) fn only_the_first(count: usize) -> String {
    format!("Only the first {count} are listed.")
}
