//! What the keys do, in each mode of the form.

use crate::console::keymap::{Binding, Group};
use crate::console::widgets::scroll::Move;

/// What a key does while a row is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListAct {
    Go(Move),
    Edit,
    Add,
    Remove,
    Duplicate,
    Undo,
    Review,
    Leave,
}

/// The keys while a row is chosen.
pub(super) const LIST: Group<ListAct> = Group {
    name: "form",
    when: "in the form",
    bindings: &[
        Binding::new("edit", &["enter", "i"], ListAct::Edit, "edit", "Edit the row"),
        Binding::new("add", &["a"], ListAct::Add, "add", "Add a secret and write its name"),
        Binding::new("remove", &["d"], ListAct::Remove, "remove", "Mark the row for removal, or take the mark off"),
        Binding::new("undo", &["u"], ListAct::Undo, "undo", "Take the last change back"),
        Binding::new("review", &["ctrl-s"], ListAct::Review, "review", "Review the changes and commit them"),
        Binding::new("leave", &["esc"], ListAct::Leave, "leave", "Leave the form; asks if there are changes"),
        Binding::new("duplicate", &["D"], ListAct::Duplicate, "duplicate", "Add a copy of the row"),
    ],
};

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
pub(super) const LINE: Group<FieldAct> = Group {
    name: "field",
    when: "in a name or a description",
    bindings: &[
        Binding::new(
            "go-on",
            &["enter"],
            FieldAct::GoOn,
            "go on",
            "Go on to the next field; from the last, end the row",
        ),
        Binding::new("next", &["tab", "down"], FieldAct::Next, "next", "Go to the next field"),
        Binding::new("previous", &["shift-tab", "up"], FieldAct::Previous, "back", "Go to the field before"),
        Binding::new("clear", &["ctrl-u"], FieldAct::Clear, "clear", "Empty the field"),
        Binding::new("done", &["esc"], FieldAct::Done, "end row", "End the row and go back to the list"),
        Binding::new("review", &["ctrl-s"], FieldAct::Review, "review", "Review the changes and commit them"),
    ],
};

/// The keys in a value, where `enter` breaks the line.
pub(super) const VALUE: Group<FieldAct> = Group {
    name: "value",
    when: "in a value",
    bindings: &[
        Binding::new("next", &["tab"], FieldAct::Next, "next", "Go to the next field"),
        Binding::new(
            "reveal",
            &["ctrl-r"],
            FieldAct::Reveal,
            "reveal",
            "Reveal the value to edit it in place, or mask it",
        ),
        Binding::new("clear", &["ctrl-u"], FieldAct::Clear, "clear", "Empty the value"),
        Binding::new("done", &["esc"], FieldAct::Done, "end row", "End the row and go back to the list"),
        Binding::new("review", &["ctrl-s"], FieldAct::Review, "review", "Review the changes and commit them"),
        Binding::new("previous", &["shift-tab"], FieldAct::Previous, "", "Go to the field before"),
    ],
};

/// The answers to the question before leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Leave,
    Stay,
    Review,
}

/// The keys under that question.
pub(super) const LEAVING: Group<Answer> = Group {
    name: "form-leave",
    when: "before the form is left",
    bindings: &[
        Binding::new("leave", &["y"], Answer::Leave, "leave", "Leave and lose the changes"),
        Binding::new("stay", &["n", "esc"], Answer::Stay, "stay", "Go on editing"),
        Binding::new("review", &["ctrl-s"], Answer::Review, "review", "Review the changes and commit them"),
    ],
};
