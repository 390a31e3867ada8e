//! Which key means what. A command is declared once; the bottom bar, the help, the palette, the configuration and the
//! tables of the README are drawn from it.

pub mod rebinding;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What some keys do: a command, declared once.
#[derive(Debug, Clone, Copy)]
pub struct Binding<A: 'static> {
    name: &'static str,
    keys: &'static [&'static str],
    act: A,
    label: &'static str,
    help: &'static str,
    writes: bool,
}

impl<A> Binding<A> {
    /// The command `name` of its group, on `keys` by the names that [`Key::named`] knows: `["j", "down"]`. The first one
    /// stands in the bottom bar with `label`, one or two words, unless that is empty; `help` is a sentence.
    pub const fn new(
        name: &'static str,
        keys: &'static [&'static str],
        act: A,
        label: &'static str,
        help: &'static str,
    ) -> Self {
        Self { name, keys, act, label, help, writes: false }
    }

    /// The same as a command that writes to the database.
    #[must_use]
    pub const fn writing(mut self) -> Self {
        self.writes = true;
        self
    }
}

/// Commands that apply together.
#[derive(Debug, Clone, Copy)]
pub struct Group<A: 'static> {
    /// What stands before the names of its commands: `browse`.
    pub name: &'static str,
    /// When they apply: `in the browser`.
    pub when: &'static str,
    /// The commands.
    pub bindings: &'static [Binding<A>],
}

impl<A: Copy> Group<A> {
    /// What `event` does.
    pub fn find(&self, event: &KeyEvent) -> Option<A> {
        let pressed = Key::of(event);
        let is_bound = |binding: &&Binding<A>| self.keys(binding).iter().any(|name| Key::named(name) == Some(pressed));
        self.bindings.iter().find(is_bound).map(|binding| binding.act)
    }

    /// The commands as the bottom bar, the help and the configuration know them.
    pub fn hints(&self) -> Vec<Hint> {
        let hint = |binding: &Binding<A>| Hint {
            group: self.name,
            when: self.when,
            name: binding.name,
            keys: self.keys(binding),
            label: binding.label,
            help: binding.help,
            writes: binding.writes,
        };
        self.bindings.iter().map(hint).collect()
    }

    fn keys(&self, binding: &Binding<A>) -> &'static [&'static str] {
        rebinding::keys(self.name, binding.name).unwrap_or(binding.keys)
    }
}

/// A command as the bottom bar, the help and the configuration know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// The name of its group.
    pub group: &'static str,
    /// When it applies.
    pub when: &'static str,
    /// Its name in the group.
    pub name: &'static str,
    /// The keys.
    pub keys: &'static [&'static str],
    /// One or two words for the bottom bar; empty to leave it out there.
    pub label: &'static str,
    /// A sentence for the help.
    pub help: &'static str,
    /// Whether it writes to the database.
    pub writes: bool,
}

impl Hint {
    /// Its name in the configuration: `browse.edit`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.group, self.name)
    }
}

/// Types a key into a line of text: a letter is added, backspace takes the last one away; `true` if it was one of both.
pub fn type_into(text: &mut String, key: &KeyEvent) -> bool {
    match key.code {
        KeyCode::Char(letter) if (key.modifiers - KeyModifiers::SHIFT).is_empty() => text.push(letter),
        KeyCode::Backspace => drop(text.pop()),
        _ => return false,
    }
    true
}

/// The event that a terminal sends for the key of that name; `None` for a name that is no key.
pub fn event(name: &str) -> Option<KeyEvent> {
    Key::named(name).map(|key| KeyEvent::new(key.code, key.modifiers))
}

/// A key with its modifiers, in the one form in which they compare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Key {
    /// The key that was pressed. Shift is part of a character already, and `shift-tab` is a key of its own.
    pub fn of(event: &KeyEvent) -> Self {
        let is_text = matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab);
        let counted = KeyModifiers::CONTROL | KeyModifiers::ALT;
        let counted = if is_text { counted } else { counted | KeyModifiers::SHIFT };
        Self { code: event.code, modifiers: event.modifiers & counted }
    }

    /// The key of that name: a character, or `space`, `enter`, `esc`, `tab`, `shift-tab`, `backspace`, `delete`,
    /// `insert`, `up`, `down`, `left`, `right`, `home`, `end`, `pgup`, `pgdn`, `f1` to `f12`, with `ctrl-`, `alt-` or
    /// `shift-` before it. `None` for anything else.
    pub fn named(name: &str) -> Option<Self> {
        if name == "shift-tab" {
            return Some(Self { code: KeyCode::BackTab, modifiers: KeyModifiers::NONE });
        }
        let modifiers =
            [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT), ("shift-", KeyModifiers::SHIFT)];
        for (prefix, modifier) in modifiers {
            if let Some(rest) = name.strip_prefix(prefix) {
                let key = Self::named(rest)?;
                return Some(Self { modifiers: key.modifiers | modifier, ..key });
            }
        }
        let mut characters = name.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(character), None) => KeyCode::Char(character),
            _ => code(name)?,
        };
        Some(Self { code, modifiers: KeyModifiers::NONE })
    }
}

fn code(name: &str) -> Option<KeyCode> {
    Some(match name {
        "space" => KeyCode::Char(' '),
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        "insert" => KeyCode::Insert,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        _ => KeyCode::F(name.strip_prefix('f')?.parse().ok().filter(|number| (1..=12).contains(number))?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: Group<u8> = Group {
        name: "test",
        when: "in a test",
        bindings: &[
            Binding::new("down", &["j", "down"], 1, "down", "Go down"),
            Binding::new("review", &["ctrl-s"], 2, "review", "Review"),
            Binding::new("back", &["shift-tab"], 3, "", "Back"),
        ],
    };

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<u8> {
        GROUP.find(&KeyEvent::new(code, modifiers))
    }

    #[test]
    fn a_key_is_found_by_any_of_its_names() {
        assert_eq!(pressed(KeyCode::Char('j'), KeyModifiers::NONE), Some(1));
        assert_eq!(pressed(KeyCode::Down, KeyModifiers::NONE), Some(1));
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), Some(3));
    }

    #[test]
    fn modifiers_count() {
        assert_eq!(pressed(KeyCode::Char('s'), KeyModifiers::CONTROL), Some(2));
        assert_eq!(pressed(KeyCode::Char('s'), KeyModifiers::NONE), None);
        assert_eq!(pressed(KeyCode::Char('j'), KeyModifiers::CONTROL), None);
    }

    #[test]
    fn names_that_mean_nothing_are_no_keys() {
        for name in ["", "f0", "f13", "hyper-x", "ctrl-"] {
            assert!(Key::named(name).is_none(), "{name:?}");
        }
    }
}
