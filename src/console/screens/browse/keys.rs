//! The keys of the browser.

use super::super::super::keymap::{Binding, Group};
use super::super::super::widgets::scroll::Move;
use super::Column;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Go(Move),
    Open,
    Back,
    To(Column),
    Next,
    Previous,
    Filter,
    Reveal,
    CopyValue,
    CopyName,
    Edit,
    History,
    Trail,
    Rotate,
    Find,
    Person,
    Compare,
    Reload,
}

pub(super) const MOVING: Group<Act> = Group {
    name: "browse",
    when: "in the browser",
    bindings: &[
        Binding::new("open", &["enter", "l", "right"], Act::Open, "open", "Open what is chosen"),
        Binding::new("edit", &["e"], Act::Edit, "edit", "Edit the full set in a form"),
        Binding::new(
            "reveal",
            &["space"],
            Act::Reveal,
            "reveal",
            "Reveal the value for ten seconds, or until the cursor moves",
        ),
        Binding::new("copy-value", &["y"], Act::CopyValue, "copy", "Copy the value; cleared after 30 seconds"),
        Binding::new("copy-name", &["Y"], Act::CopyName, "", "Copy the name"),
        Binding::new("filter", &["/"], Act::Filter, "filter", "Filter the column as you type"),
        Binding::new("back", &["esc", "h", "left"], Act::Back, "back", "Go back, or clear the filter"),
        Binding::new("next", &["tab"], Act::Next, "", "Go to the next column"),
        Binding::new("previous", &["shift-tab"], Act::Previous, "", "Go to the column before"),
        Binding::new("to-orgs", &["1"], Act::To(Column::Orgs), "", "Go to the organisations"),
        Binding::new("to-users", &["2"], Act::To(Column::Users), "", "Go to the users"),
        Binding::new("to-secrets", &["3"], Act::To(Column::Secrets), "", "Go to the secrets"),
        Binding::new("history", &["H"], Act::History, "history", "Show the sets that commits replaced"),
        Binding::new("compare", &["c"], Act::Compare, "", "Mark this set, or compare the marked one with it"),
        Binding::new("trail", &["A"], Act::Trail, "", "Show the audit trail: who did what"),
        Binding::new(
            "find",
            &["ctrl-p"],
            Act::Find,
            "",
            "Find organisations, people and secrets by a part of their names",
        ),
        Binding::new("person", &["o"], Act::Person, "", "Show every set of the chosen person"),
        Binding::new("rotate", &["R"], Act::Rotate, "", "Walk through a key rotation, step by step"),
        Binding::new("reload", &["r"], Act::Reload, "reload", "Read everything anew"),
    ],
};

/// What a key does while a filter is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    Done,
    Clear,
    Empty,
    Go(Move),
}

pub(super) const TYPING: Group<Typing> = Group {
    name: "filter",
    when: "while a filter is typed",
    bindings: &[
        Binding::new("done", &["enter", "tab"], Typing::Done, "done", "Keep the filter"),
        Binding::new("clear", &["esc"], Typing::Clear, "clear", "Clear the filter"),
        Binding::new("empty", &["ctrl-u"], Typing::Empty, "", "Delete all letters"),
        Binding::new("down", &["down"], Typing::Go(Move::Down), "", "Go down"),
        Binding::new("up", &["up"], Typing::Go(Move::Up), "", "Go up"),
    ],
};
