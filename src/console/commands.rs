//! Every command of the console, in one list.

use super::keymap::Hint;
use super::lock;
use super::screens::{browse, compare, edit, find, help, history, merge, messages, person, review, rotate, trail};
use super::start;
use super::update;
use super::widgets::scroll;

/// All commands, with the keys that they have now: the declared ones, or those of the configuration.
pub fn all() -> Vec<Hint> {
    [
        start::commands(),
        update::commands(),
        lock::commands(),
        scroll::commands(),
        browse::commands(),
        edit::commands(),
        review::commands(),
        merge::commands(),
        history::commands(),
        compare::commands(),
        trail::commands(),
        rotate::commands(),
        messages::commands(),
        find::commands(),
        person::commands(),
        help::commands(),
    ]
    .concat()
}
