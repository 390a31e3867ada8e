//! The keys of the walk.

use super::super::super::keymap::{Binding, Group};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    GoOn,
    Back,
    Pause,
    Copy,
}

const BACK: Binding<Act> = Binding::new("back", &["esc"], Act::Back, "back", "Go a step back, or leave the walk");

/// The keys while there is something to read.
pub(super) const READING: Group<Act> = Group {
    name: "rotation",
    when: "in the rotation",
    bindings: &[Binding::new("go-on", &["enter"], Act::GoOn, "go on", "Go on to the next step"), BACK],
};

/// The keys while a way to a new key is chosen.
pub(super) const CHOOSING: Group<Act> = Group {
    name: "rotation-choose",
    when: "where the rotation asks for a key",
    bindings: &[Binding::new("go-on", &["enter"], Act::GoOn, "choose", "Take this key"), BACK],
};

/// The keys while a line is written.
pub(super) const WRITING: Group<Act> = Group {
    name: "rotation-write",
    when: "where the rotation asks for a word",
    bindings: &[Binding::new("go-on", &["enter"], Act::GoOn, "go on", "Take what is written"), BACK],
};

/// The keys at the end.
pub(super) const ENDING: Group<Act> = Group {
    name: "rotation-end",
    when: "at the end of the rotation",
    bindings: &[
        Binding::new("go-on", &["enter", "esc"], Act::GoOn, "leave", "Go back to the browser"),
        Binding::new("copy", &["y"], Act::Copy, "copy", "Copy the summary"),
    ],
};

/// The keys while batches are under way.
pub(super) const RUNNING: Group<Act> = Group {
    name: "rotation-run",
    when: "while rows are rotated",
    bindings: &[
        Binding::new("pause", &["space"], Act::Pause, "pause, go on", "Pause between two batches, or go on"),
        Binding::new("back", &["esc"], Act::Back, "stop", "Stop; what is done stays, and it can be begun again"),
    ],
};
