//! What the keys do, in each mode of the form.

use crate::console::keymap::Binding;

/// What a key does while a row is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListAct {
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Edit,
    Add,
    Remove,
    Duplicate,
    Undo,
    Review,
    Leave,
}

/// The keys while a row is chosen.
pub(super) const LIST: [Binding<ListAct>; 13] = [
    Binding { keys: &["enter", "i"], act: ListAct::Edit, label: "edit", help: "Edit the row" },
    Binding { keys: &["a"], act: ListAct::Add, label: "add", help: "Add a secret and write its name" },
    Binding {
        keys: &["d"],
        act: ListAct::Remove,
        label: "remove",
        help: "Mark the row for removal, or take the mark off",
    },
    Binding { keys: &["u"], act: ListAct::Undo, label: "undo", help: "Take the last change back" },
    Binding { keys: &["ctrl-s"], act: ListAct::Review, label: "review", help: "Review the changes and commit them" },
    Binding { keys: &["esc"], act: ListAct::Leave, label: "leave", help: "Leave the form; asks if there are changes" },
    Binding { keys: &["D"], act: ListAct::Duplicate, label: "duplicate", help: "Add a copy of the row" },
    Binding { keys: &["j", "down"], act: ListAct::Down, label: "", help: "Go down a row" },
    Binding { keys: &["k", "up"], act: ListAct::Up, label: "", help: "Go up a row" },
    Binding { keys: &["pgdn", "ctrl-f"], act: ListAct::PageDown, label: "", help: "Go down a page" },
    Binding { keys: &["pgup", "ctrl-b"], act: ListAct::PageUp, label: "", help: "Go up a page" },
    Binding { keys: &["g", "home"], act: ListAct::First, label: "", help: "Go to the first row" },
    Binding { keys: &["G", "end"], act: ListAct::Last, label: "", help: "Go to the last row" },
];

/// What a key does while a field is written into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldAct {
    GoOn,
    Next,
    Previous,
    Reveal,
    Clear,
    Done,
    Review,
}

/// The keys in a name and in a description.
pub(super) const LINE: [Binding<FieldAct>; 6] = [
    Binding {
        keys: &["enter"],
        act: FieldAct::GoOn,
        label: "go on",
        help: "Go on to the next field; from the last, end the row",
    },
    Binding { keys: &["tab", "down"], act: FieldAct::Next, label: "next", help: "Go to the next field" },
    Binding { keys: &["shift-tab", "up"], act: FieldAct::Previous, label: "back", help: "Go to the field before" },
    Binding { keys: &["ctrl-u"], act: FieldAct::Clear, label: "clear", help: "Empty the field" },
    Binding { keys: &["esc"], act: FieldAct::Done, label: "end row", help: "End the row and go back to the list" },
    Binding { keys: &["ctrl-s"], act: FieldAct::Review, label: "review", help: "Review the changes and commit them" },
];

/// The keys in a value, where `enter` breaks the line.
pub(super) const VALUE: [Binding<FieldAct>; 6] = [
    Binding { keys: &["tab"], act: FieldAct::Next, label: "next", help: "Go to the next field" },
    Binding {
        keys: &["ctrl-r"],
        act: FieldAct::Reveal,
        label: "reveal",
        help: "Reveal the value to edit it in place, or mask it",
    },
    Binding { keys: &["ctrl-u"], act: FieldAct::Clear, label: "clear", help: "Empty the value" },
    Binding { keys: &["esc"], act: FieldAct::Done, label: "end row", help: "End the row and go back to the list" },
    Binding { keys: &["ctrl-s"], act: FieldAct::Review, label: "review", help: "Review the changes and commit them" },
    Binding { keys: &["shift-tab"], act: FieldAct::Previous, label: "", help: "Go to the field before" },
];

/// The answers to the question before leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Leave,
    Stay,
    Review,
}

/// The keys under that question.
pub(super) const LEAVING: [Binding<Answer>; 3] = [
    Binding { keys: &["y"], act: Answer::Leave, label: "leave", help: "Leave and lose the changes" },
    Binding { keys: &["n", "esc"], act: Answer::Stay, label: "stay", help: "Go on editing" },
    Binding { keys: &["ctrl-s"], act: Answer::Review, label: "review", help: "Review the changes and commit them" },
];
