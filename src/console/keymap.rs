//! Which key means what. A screen declares its bindings once; the bottom bar and the help are drawn from them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What some keys do on a screen.
#[derive(Debug, Clone, Copy)]
pub struct Binding<A: 'static> {
    /// The keys, by the names that [`Key::named`] knows: `["j", "down"]`. The first one stands in the bottom bar.
    pub keys: &'static [&'static str],
    /// What they do.
    pub act: A,
    /// One or two words for the bottom bar; empty to leave it out there.
    pub label: &'static str,
    /// A sentence for the help.
    pub help: &'static str,
}

/// A binding as the bottom bar and the help show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// The keys.
    pub keys: &'static [&'static str],
    /// One or two words for the bottom bar; empty to leave it out there.
    pub label: &'static str,
    /// A sentence for the help.
    pub help: &'static str,
}

impl<A> Binding<A> {
    /// The binding without what it does.
    pub const fn hint(&self) -> Hint {
        Hint { keys: self.keys, label: self.label, help: self.help }
    }
}

/// What `event` does among `bindings`.
pub fn find<A: Copy>(bindings: &[Binding<A>], event: &KeyEvent) -> Option<A> {
    let pressed = Key::of(event);
    let bound = bindings.iter().find(|binding| binding.keys.iter().any(|name| Key::named(name) == Some(pressed)));
    bound.map(|binding| binding.act)
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

    const BINDINGS: [Binding<u8>; 3] = [
        Binding { keys: &["j", "down"], act: 1, label: "down", help: "Go down" },
        Binding { keys: &["ctrl-s"], act: 2, label: "review", help: "Review" },
        Binding { keys: &["shift-tab"], act: 3, label: "", help: "Back" },
    ];

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<u8> {
        find(&BINDINGS, &KeyEvent::new(code, modifiers))
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
