//! The keys of the browser.

use super::super::super::keymap::Binding;
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
    Compare,
    Reload,
}

pub(super) const MOVING: &[Binding<Act>] = &[
    Binding { keys: &["enter", "l", "right"], act: Act::Open, label: "open", help: "Open what is chosen" },
    Binding { keys: &["e"], act: Act::Edit, label: "edit", help: "Edit the full set in a form" },
    Binding {
        keys: &["space"],
        act: Act::Reveal,
        label: "reveal",
        help: "Reveal the value for ten seconds, or until the cursor moves",
    },
    Binding { keys: &["y"], act: Act::CopyValue, label: "copy", help: "Copy the value; cleared after 30 seconds" },
    Binding { keys: &["Y"], act: Act::CopyName, label: "", help: "Copy the name" },
    Binding { keys: &["/"], act: Act::Filter, label: "filter", help: "Filter the column as you type" },
    Binding { keys: &["esc", "h", "left"], act: Act::Back, label: "back", help: "Go back, or clear the filter" },
    Binding { keys: &["tab"], act: Act::Next, label: "", help: "Go to the next column" },
    Binding { keys: &["shift-tab"], act: Act::Previous, label: "", help: "Go to the column before" },
    Binding { keys: &["1"], act: Act::To(Column::Orgs), label: "", help: "Go to the organisations" },
    Binding { keys: &["2"], act: Act::To(Column::Users), label: "", help: "Go to the users" },
    Binding { keys: &["3"], act: Act::To(Column::Secrets), label: "", help: "Go to the secrets" },
    Binding { keys: &["H"], act: Act::History, label: "history", help: "Show the sets that commits replaced" },
    Binding { keys: &["c"], act: Act::Compare, label: "", help: "Mark this set, or compare the marked one with it" },
    Binding { keys: &["A"], act: Act::Trail, label: "", help: "Show the audit trail: who did what" },
    Binding { keys: &["R"], act: Act::Rotate, label: "", help: "Walk through a key rotation, step by step" },
    Binding { keys: &["r"], act: Act::Reload, label: "reload", help: "Read everything anew" },
];

/// What a key does while a filter is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    Done,
    Clear,
    Empty,
    Go(Move),
}

pub(super) const TYPING: &[Binding<Typing>] = &[
    Binding { keys: &["enter", "tab"], act: Typing::Done, label: "done", help: "Keep the filter" },
    Binding { keys: &["esc"], act: Typing::Clear, label: "clear", help: "Clear the filter" },
    Binding { keys: &["ctrl-u"], act: Typing::Empty, label: "", help: "Delete all letters" },
    Binding { keys: &["down"], act: Typing::Go(Move::Down), label: "", help: "Go down" },
    Binding { keys: &["up"], act: Typing::Go(Move::Up), label: "", help: "Go up" },
];
