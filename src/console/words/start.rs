//! What stands before the browser.

pub(in crate::console) const LEFT: &str = "left before the console was open";
pub(in crate::console) const SIGNAL: &str = "ended by a signal before the console was open";
pub(in crate::console) const BUG: &str = "the database could not be opened: this is a bug";
pub(in crate::console) const CHOOSE: &str = "Which database?";
pub(in crate::console) const OPENING: &str = "Opening";
pub(in crate::console) const ASK: &str = "Unlock";
pub(in crate::console) const RISKS: &str = "Before you go on";

pub(in crate::console) fn more_lines(count: usize) -> String {
    format!("j: {count} more {}", super::counted(count, "line", "lines"))
}
