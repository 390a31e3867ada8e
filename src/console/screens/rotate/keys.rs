//! The keys of the walk.

use super::super::super::keymap::Binding;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    GoOn,
    Back,
    Pause,
    Copy,
}

const BACK: Binding<Act> =
    Binding { keys: &["esc"], act: Act::Back, label: "back", help: "Go a step back, or leave the walk" };

/// The keys while there is something to read.
pub(super) const READING: &[Binding<Act>] =
    &[Binding { keys: &["enter"], act: Act::GoOn, label: "go on", help: "Go on to the next step" }, BACK];

/// The keys while a way to a new key is chosen.
pub(super) const CHOOSING: &[Binding<Act>] =
    &[Binding { keys: &["enter"], act: Act::GoOn, label: "choose", help: "Take this key" }, BACK];

/// The keys while a line is written.
pub(super) const WRITING: &[Binding<Act>] =
    &[Binding { keys: &["enter"], act: Act::GoOn, label: "go on", help: "Take what is written" }, BACK];

/// The keys at the end.
pub(super) const ENDING: &[Binding<Act>] = &[
    Binding { keys: &["enter", "esc"], act: Act::GoOn, label: "leave", help: "Go back to the browser" },
    Binding { keys: &["y"], act: Act::Copy, label: "copy", help: "Copy the summary" },
];

/// The keys while batches are under way.
pub(super) const RUNNING: &[Binding<Act>] = &[
    Binding { keys: &["space"], act: Act::Pause, label: "pause, go on", help: "Pause between two batches, or go on" },
    Binding {
        keys: &["esc"],
        act: Act::Back,
        label: "stop",
        help: "Stop; what is done stays, and it can be begun again",
    },
];
