//! Keys that the operator chose in place of the declared ones. They are taken over once, before the first frame.

use super::super::words;
use super::{Hint, Key};
use crate::config::console::KeyChoice;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The chosen keys by the full name of their command.
static CHOSEN: OnceLock<HashMap<String, &'static [&'static str]>> = OnceLock::new();

/// The chosen keys of a command, if any were.
pub(super) fn keys(group: &str, name: &str) -> Option<&'static [&'static str]> {
    CHOSEN.get()?.get(&format!("{group}.{name}")).copied()
}

/// Takes `choices` over, in place of the keys that `commands` have.
///
/// # Errors
/// A sentence with the number of the line: there is no such command or key, or two commands that apply together would
/// share one.
pub fn choose(choices: &[KeyChoice], mut commands: Vec<Hint>) -> Result<(), String> {
    if choices.is_empty() {
        return Ok(());
    }
    let mut chosen = HashMap::new();
    for choice in choices {
        let problem = |text: String| format!("line {}: {text}", choice.line);
        let Some(command) = commands.iter_mut().find(|command| command.full_name() == choice.command) else {
            return Err(problem(words::no_command(&choice.command)));
        };
        if let Some(unknown) = choice.keys.iter().find(|name| Key::named(name).is_none()) {
            return Err(problem(words::no_key(unknown)));
        }
        // They live as long as the process, like the declared ones.
        let keys: Vec<&'static str> =
            choice.keys.iter().map(|name| &*Box::leak(name.clone().into_boxed_str())).collect();
        command.keys = Vec::leak(keys);
        chosen.insert(choice.command.clone(), command.keys);
    }
    for choice in choices {
        if let Some((key, one, other)) =
            clashes(&commands).find(|(_, one, other)| [one, other].iter().any(|name| **name == choice.command))
        {
            return Err(format!("line {}: {}", choice.line, words::key_twice(key, &one, &other)));
        }
    }
    // A second choice in one process would be another console: there is none.
    let _ = CHOSEN.set(chosen);
    Ok(())
}

/// Keys that two commands share which apply together, with the names of both.
pub fn clashes(commands: &[Hint]) -> impl Iterator<Item = (&'static str, String, String)> + '_ {
    commands.iter().enumerate().flat_map(move |(at, one)| {
        let others = commands.iter().skip(at + 1).filter(|other| apply_together(one.group, other.group));
        others.filter_map(|other| {
            let shared =
                one.keys.iter().find(|key| other.keys.iter().any(|other| Key::named(other) == Key::named(key)));
            shared.map(|key| (*key, one.full_name(), other.full_name()))
        })
    })
}

/// Groups in which letters are text, or that stand alone.
const APART: [&str; 11] = [
    "find",
    "filter",
    "field",
    "value",
    "palette",
    "help",
    "rotation-write",
    "review-guard",
    "review-note",
    "trail-filter",
    "form-leave",
];

/// Groups that take every key before anything else does.
const ALONE: [&str; 5] = ["lock", "quit", "waiting", "start-field", "start-wait"];

/// The group of what stands before the console, where there are lists and nothing else of it yet.
const BEFORE: &str = "start";

fn apply_together(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if ALONE.contains(&one) || ALONE.contains(&other) {
        return false;
    }
    let is_everywhere = |group: &str, beside: &str| match group {
        "always" => beside != BEFORE,
        "console" => beside != BEFORE && !APART.contains(&beside),
        "list" => !APART.contains(&beside),
        _ => false,
    };
    is_everywhere(one, other) || is_everywhere(other, one)
}

#[cfg(test)]
mod tests {
    use super::super::super::commands;
    use super::*;

    fn choice(command: &str, key: &str) -> KeyChoice {
        KeyChoice { command: command.to_owned(), keys: vec![key.to_owned()], line: 7 }
    }

    #[test]
    fn no_two_declared_commands_clash_and_each_key_is_one() {
        let commands = commands::all();
        assert_eq!(clashes(&commands).collect::<Vec<_>>(), []);
        for command in &commands {
            assert!(
                !command.keys.is_empty() && command.keys.iter().all(|key| Key::named(key).is_some()),
                "{command:?}"
            );
        }
    }

    #[test]
    fn a_choice_that_makes_no_sense_is_named_with_its_line() {
        for (choice, expected) in [
            (choice("browse.fly", "x"), "line 7: there is no command browse.fly; see them all: strongroom keys"),
            (choice("browse.edit", "hyper-x"), "line 7: there is no key hyper-x"),
            (choice("browse.edit", "y"), "line 7: y would be both browse.edit and browse.copy-value"),
            (choice("start.leave", "j"), "line 7: j would be both start.leave and list.down"),
            (choice("browse.edit", "j"), "line 7: j would be both list.down and browse.edit"),
            (choice("review.commit", "ctrl-l"), "line 7: ctrl-l would be both always.lock and review.commit"),
        ] {
            assert_eq!(choose(&[choice], commands::all()).unwrap_err(), expected);
        }
    }
}
