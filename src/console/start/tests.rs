use super::*;

fn key(name: &str) -> Message {
    Message::Input(Input::Key(keymap::event(name).unwrap()))
}

fn choosing() -> Step {
    let choice = |name: &str| Choice { name: name.to_owned(), what: "SQLite".to_owned(), colour: None };
    Step::Choosing { choices: vec![choice("eu"), choice("us")], scroll: Scroll::default() }
}

fn asking() -> Step {
    let typed = Zeroizing::default();
    Step::Asking { facts: Vec::new(), label: "Passphrase", typed, attempt: Attempt::Typing }
}

fn chosen(keys: &[&str]) -> Option<usize> {
    let mut step = choosing();
    let outcomes = keys.iter().filter_map(|name| update(&mut step, key(name)));
    outcomes.last().and_then(|outcome| if let Outcome::Chosen(at) = outcome { Some(at) } else { None })
}

#[test]
fn a_profile_is_chosen_by_going_there_or_by_its_number() {
    assert_eq!(chosen(&["enter"]), Some(0));
    assert_eq!(chosen(&["j", "enter"]), Some(1));
    assert_eq!(chosen(&["G", "k", "enter"]), Some(0));
    assert_eq!(chosen(&["2"]), Some(1));
    assert_eq!(chosen(&["0"]), None);
    assert_eq!(chosen(&["3"]), None);
}

#[test]
fn letters_are_text_where_a_secret_is_typed() {
    let mut step = asking();
    for name in ["q", "j", "backspace", "2"] {
        assert!(update(&mut step, key(name)).is_none());
    }
    assert!(update(&mut step, Message::Input(Input::Paste(Secret::new("pasted\n")))).is_none());
    let Some(Outcome::Answered(secret)) = update(&mut step, key("enter")) else { panic!("nothing was answered") };
    assert!(secret == Secret::new("q2pasted"));
    let Some(Outcome::Answered(secret)) = update(&mut step, key("enter")) else { panic!("nothing was answered") };
    assert!(secret.is_empty(), "it is taken once");
}

#[test]
fn every_screen_can_be_left() {
    let warning = || Step::Warning { facts: Vec::new(), risks: Vec::new(), top: Cell::default() };
    let waiting = || Step::Waiting { what: String::new() };
    for mut step in [choosing(), asking(), warning(), waiting()] {
        for name in ["esc", "ctrl-c"] {
            assert!(matches!(update(&mut step, key(name)), Some(Outcome::Left(_))));
        }
        let ended = update(&mut step, Message::Signal(Signal::Terminate));
        assert!(matches!(ended, Some(Outcome::Left(words::SIGNAL))));
    }
    assert!(matches!(update(&mut warning(), key("enter")), Some(Outcome::Acknowledged)));
    assert!(update(&mut waiting(), key("enter")).is_none());
}
