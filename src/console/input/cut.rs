//! Keys that came in two. What an arrow sends begins as the escape key does, and a network may deliver that first byte
//! alone: whoever reads what is there takes it for the escape key, and the rest for letters. Vim, readline and tmux wait
//! a moment for the rest; so do we, but only where there is a network between.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use std::io;

/// What comes next, if it comes in time.
pub(super) type Next<'n> = dyn FnMut() -> io::Result<Option<Event>> + 'n;

/// `first` with what belongs to it: one event, or as many as came where they are no parts of one.
///
/// # Errors
/// The terminal is gone.
pub(super) fn joined(first: Event, next: &mut Next<'_>) -> io::Result<Vec<Event>> {
    if first != Event::Key(KeyCode::Esc.into()) {
        return Ok(vec![first]);
    }
    // What is no key comes between the parts, and belongs to none.
    let (mut parts, mut between, mut rest) = (vec![first], Vec::new(), String::new());
    while let Some(event) = next()? {
        let letter = letter(&event);
        if !matches!(event, Event::Key(_)) {
            between.push(event);
            continue;
        }
        parts.push(event);
        let Some(letter) = letter else { break };
        rest.push(letter);
        match Rest::of(&rest) {
            Rest::Begun => {}
            Rest::Nothing => break,
            Rest::Whole(key) => {
                between.extend(key.map(Event::Key));
                return Ok(between);
            }
            Rest::Paste => {
                between.push(Event::Paste(paste(next)?));
                return Ok(between);
            }
        }
    }
    between.append(&mut parts);
    Ok(between)
}

fn letter(event: &Event) -> Option<char> {
    match event {
        Event::Key(KeyEvent { code: KeyCode::Char(letter), modifiers, .. })
            if (*modifiers - KeyModifiers::SHIFT).is_empty() =>
        {
            Some(*letter)
        }
        _ => None,
    }
}

/// What is pasted, whose end says nothing once its beginning was cut: it is over when nothing more comes.
fn paste(next: &mut Next<'_>) -> io::Result<String> {
    let mut text = String::new();
    while let Some(event) = next()? {
        let Event::Key(key) = event else { continue };
        text.extend(match key.code {
            KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => Some('\n'),
            KeyCode::Char(letter) => Some(letter),
            KeyCode::Enter => Some('\n'),
            KeyCode::Tab => Some('\t'),
            _ => None,
        });
    }
    Ok(text)
}

/// What the letters behind an escape are (ECMA-48, 5.4; xterm's "PC-Style Function Keys").
enum Rest {
    /// No part of a sequence.
    Nothing,
    /// The beginning of one.
    Begun,
    /// A sequence, and the key that it is; none for a click, say, which is nobody's letters either.
    Whole(Option<KeyEvent>),
    /// The beginning of a paste.
    Paste,
}

impl Rest {
    fn of(letters: &str) -> Self {
        let mut all = letters.chars();
        let (kind, last) = (all.next(), all.next_back());
        match (kind, last) {
            (Some('O' | '['), None) => Self::Begun,
            (Some('O'), Some(last)) => named(last).map_or(Self::Nothing, |code| Self::Whole(Some(code.into()))),
            (Some('['), Some(' '..='?')) => Self::Begun,
            (Some('['), Some('~')) if all.as_str() == "200" => Self::Paste,
            (Some('['), Some(last @ '@'..='~')) => Self::Whole(key(all.as_str(), last)),
            (_, _) => Self::Nothing,
        }
    }
}

/// The key of a sequence with these numbers and this end.
fn key(numbers: &str, last: char) -> Option<KeyEvent> {
    let mut numbers = numbers.split(';');
    let first = numbers.next().unwrap_or_default();
    let code = if last == '~' { numbered(first) } else { named(last) }?;
    // One more than the bits of shift, alt and control.
    let held = numbers.next().and_then(|held| held.parse::<u8>().ok()).unwrap_or(1).saturating_sub(1);
    let bits = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    let modifiers = bits.into_iter().filter(|(bit, _)| held & bit != 0).map(|(_, modifier)| modifier).collect();
    Some(KeyEvent::new(code, if code == KeyCode::BackTab { KeyModifiers::SHIFT } else { modifiers }))
}

const fn named(last: char) -> Option<KeyCode> {
    Some(match last {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'H' => KeyCode::Home,
        'F' => KeyCode::End,
        'Z' => KeyCode::BackTab,
        'P' => KeyCode::F(1),
        'Q' => KeyCode::F(2),
        'R' => KeyCode::F(3),
        'S' => KeyCode::F(4),
        _ => return None,
    })
}

fn numbered(number: &str) -> Option<KeyCode> {
    Some(match number.parse().ok()? {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        number @ 11..=15 => KeyCode::F(number - 10),
        number @ 17..=21 => KeyCode::F(number - 11),
        number @ 23..=24 => KeyCode::F(number - 12),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(letters: &str) -> Vec<Event> {
        letters.chars().map(|letter| Event::Key(KeyCode::Char(letter).into())).collect()
    }

    /// What becomes of an escape behind which `rest` comes in time.
    fn after_escape(rest: Vec<Event>) -> Vec<Event> {
        let mut rest = rest.into_iter();
        joined(Event::Key(KeyCode::Esc.into()), &mut || Ok(rest.next())).unwrap()
    }

    #[test]
    fn a_key_that_came_in_two_is_one() {
        let with = |code, modifiers| vec![Event::Key(KeyEvent::new(code, modifiers))];
        for (rest, expected) in [
            ("[A", with(KeyCode::Up, KeyModifiers::NONE)),
            ("OB", with(KeyCode::Down, KeyModifiers::NONE)),
            ("OQ", with(KeyCode::F(2), KeyModifiers::NONE)),
            ("[6~", with(KeyCode::PageDown, KeyModifiers::NONE)),
            ("[24~", with(KeyCode::F(12), KeyModifiers::NONE)),
            ("[Z", with(KeyCode::BackTab, KeyModifiers::SHIFT)),
            ("[1;5C", with(KeyCode::Right, KeyModifiers::CONTROL)),
            ("[3;2~", with(KeyCode::Delete, KeyModifiers::SHIFT)),
            // A click is lost, and is no letters in a field.
            ("[<0;10;5M", Vec::new()),
        ] {
            assert_eq!(after_escape(typed(rest)), expected, "{rest}");
        }
    }

    #[test]
    fn an_escape_alone_or_before_a_letter_is_an_escape() {
        for rest in ["", "j", "[", "O", "Ok"] {
            let expected = [vec![Event::Key(KeyCode::Esc.into())], typed(rest)].concat();
            assert_eq!(after_escape(typed(rest)), expected, "{rest}");
        }
        let enter = vec![Event::Key(KeyCode::Enter.into())];
        assert_eq!(after_escape(enter.clone())[1..], enter);
    }

    #[test]
    fn what_comes_between_the_parts_is_kept() {
        let parts = [typed("["), vec![Event::Resize(80, 24)], typed("A")].concat();
        assert_eq!(after_escape(parts), [Event::Resize(80, 24), Event::Key(KeyCode::Up.into())]);
    }

    #[test]
    fn a_paste_whose_beginning_was_cut_is_a_paste_and_no_keys() {
        let lines = [typed("[200~d"), vec![Event::Key(KeyCode::Enter.into())], typed("e")].concat();
        assert_eq!(after_escape(lines), [Event::Paste("d\ne".to_owned())]);
    }
}
