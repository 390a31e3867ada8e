use super::super::effect::{Request, RequestId};
use super::super::keymap::Hint;
use super::super::lock::{Locking, Policy};
use super::super::message::Opened;
use super::super::screen::{Context, Look};
use super::super::theme::Theme;
use super::*;
use crate::database::{OrgQuery, Scope};
use crate::secret::Secret;
use crate::store::{Base, DropSealed, Revision};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// A screen that answers every key with what the test prepared, and tells the test what reached it.
struct Fake {
    answers: Receiver<Vec<Action>>,
    seen: Sender<&'static str>,
    changes: bool,
    text: bool,
}

impl Screen for Fake {
    fn update(&mut self, event: Event, _: &Context<'_>) -> Vec<Action> {
        let kind = match event {
            Event::Started => "started",
            Event::Key(_) => "key",
            Event::Paste(_) => "paste",
            Event::Mouse(_) => "mouse",
            Event::Typed(_) => "typed",
            Event::Reply(_) => "reply",
            Event::Due => "due",
            Event::Hide => "hide",
            Event::Committed(_) => "committed",
            Event::Jump(_) => "jump",
        };
        self.seen.send(kind).unwrap();
        if kind == "key" { self.answers.try_recv().unwrap_or_default() } else { Vec::new() }
    }
    fn view(&self, _: &mut Frame<'_>, _: Rect, _: &Look<'_>) {}
    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }
    fn hints(&self) -> Vec<Hint> {
        Vec::new()
    }
    fn title(&self) -> String {
        String::new()
    }
    fn has_changes(&self) -> bool {
        self.changes
    }
    fn takes_text(&self) -> bool {
        self.text
    }
}

/// A console whose only screen is a [`Fake`].
struct Desk {
    state: State,
    prepare: Sender<Vec<Action>>,
    seen: Receiver<&'static str>,
    start: Instant,
}

impl Desk {
    fn new(changes: bool, text: bool) -> Self {
        let opened = Opened::sample();
        let start = Instant::now();
        let policy = Policy { how: Locking::Quit, after: None };
        let mut state = State::new(opened, Theme::named("sixteen", false), policy, Size::new(80, 24), start);
        let (prepare, answers) = channel();
        let (sender, seen) = channel();
        state.layers =
            vec![Layer { screen: Box::new(Fake { answers, seen: sender, changes, text }), waiting: Vec::new() }];
        Self { state, prepare, seen, start }
    }

    fn key(&mut self, name: &str) -> Vec<Effect> {
        update(&mut self.state, Message::Input(Input::Key(keymap::event(name).unwrap())))
    }

    fn key_that_asks(&mut self, actions: Vec<Action>) -> Vec<Effect> {
        self.prepare.send(actions).unwrap();
        self.key("x")
    }

    fn at(&mut self, seconds: u64) -> Vec<Effect> {
        update(&mut self.state, Message::Tick(self.start + Duration::from_secs(seconds)))
    }

    fn seen(&self) -> Vec<&'static str> {
        self.seen.try_iter().collect()
    }
}

fn orgs() -> Action {
    Action::Request(Request::Orgs(OrgQuery::default()))
}

fn copy() -> Vec<Action> {
    vec![Action::Copy(Arc::new(Secret::new("CANARY")))]
}

#[test]
fn a_newer_request_of_a_kind_supersedes_the_older_one() {
    let mut desk = Desk::new(false, false);
    assert!(matches!(desk.key_that_asks(vec![orgs()])[..], [Effect::Work(RequestId(0), _)]));
    desk.at(1);
    let effects = desk.key_that_asks(vec![orgs()]);
    assert!(matches!(effects[..], [Effect::Cancel(RequestId(0))]), "{effects:?}");
    desk.seen();
    let effects = update(&mut desk.state, Message::Reply(RequestId(0), Reply::Cancelled));
    assert!(matches!(effects[..], [Effect::Work(RequestId(1), _)]), "{effects:?}");
    assert!(desk.seen().is_empty(), "nobody waits for the first any more");
    update(&mut desk.state, Message::Reply(RequestId(1), Reply::Panicked));
    assert_eq!(desk.seen(), ["reply"]);
    update(&mut desk.state, Message::Reply(RequestId(1), Reply::Panicked));
    assert!(desk.seen().is_empty(), "one request, one reply");
}

#[test]
fn of_quick_keys_only_the_last_is_asked_for_when_the_first_is_answered() {
    let mut desk = Desk::new(false, false);
    desk.at(0);
    desk.key_that_asks(vec![orgs()]);
    assert!(desk.key_that_asks(vec![orgs()]).is_empty() && desk.key_that_asks(vec![orgs()]).is_empty());
    assert!(desk.state.due().is_some(), "it is stopped if it takes long");
    let effects = update(&mut desk.state, Message::Reply(RequestId(0), Reply::Panicked));
    assert!(matches!(effects[..], [Effect::Work(RequestId(2), _)]), "{effects:?}");
    // What is held is given up with the screen that asked for it.
    desk.key_that_asks(vec![orgs()]);
    assert!(matches!(desk.at(3)[..], [Effect::Cancel(RequestId(2))]));
    assert!(desk.state.give_up(0).is_empty());
    assert!(update(&mut desk.state, Message::Reply(RequestId(2), Reply::Cancelled)).is_empty());
}

#[test]
fn quitting_asks_only_where_something_would_be_lost() {
    let mut plain = Desk::new(false, false);
    plain.key("q");
    assert_eq!(plain.state.ending(), Some(Ending::Quit));

    let mut changed = Desk::new(true, false);
    changed.key("q");
    assert_eq!(changed.state.ending(), None);
    changed.key("x");
    changed.key("n");
    assert_eq!(changed.state.ending(), None);
    changed.key("ctrl-c");
    changed.key("y");
    assert_eq!(changed.state.ending(), Some(Ending::Quit));
}

#[test]
fn letters_belong_to_a_field_while_it_is_filled_in() {
    let mut desk = Desk::new(false, true);
    desk.key("q");
    desk.key("?");
    assert_eq!(desk.state.ending(), None);
    assert_eq!(desk.seen(), ["key", "key"]);
    desk.key("ctrl-c");
    assert_eq!(desk.state.ending(), Some(Ending::Quit));
}

#[test]
fn locking_drops_every_screen_at_once_and_says_what_was_given_up() {
    let mut desk = Desk::new(true, true);
    desk.key("ctrl-l");
    assert_eq!(desk.state.ending(), Some(Ending::Locked { lost_changes: true }));
    assert!(desk.state.layers.is_empty());
}

#[test]
fn an_idle_console_locks_itself_and_a_key_starts_the_time_again() {
    let mut desk = Desk::new(true, false);
    desk.state.policy.after = Some(Duration::from_mins(5));
    desk.at(200);
    desk.key("x");
    desk.at(400);
    assert_eq!(desk.state.ending(), None);
    desk.at(500);
    assert_eq!(desk.state.ending(), Some(Ending::Locked { lost_changes: true }));
}

#[test]
fn time_that_the_machine_slept_counts() {
    let mut desk = Desk::new(false, false);
    desk.state.policy = Policy { how: Locking::Screen, after: Some(Duration::from_mins(5)) };
    desk.at(10);
    update(&mut desk.state, Message::Slept(Duration::from_mins(1)));
    assert!(desk.state.is_open());
    update(&mut desk.state, Message::Slept(Duration::from_mins(4)));
    assert!(!desk.state.is_open());
    desk.key("x");
    assert!(!desk.state.is_open(), "a letter does not unlock");
    desk.key("enter");
    assert!(desk.state.is_open());
}

#[test]
fn locking_gives_up_what_is_asked_for_but_lets_a_commit_end() {
    let mut desk = Desk::new(false, false);
    desk.state.policy.how = Locking::Screen;
    let scope = Scope::NoOrg { user: None };
    let base = Base::Strict(Revision::of(&scope, &[]));
    let new = NewSet { secrets: Vec::new(), base, drop_sealed: DropSealed::Keep, restores: None };
    desk.key_that_asks(vec![orgs(), Action::Request(Request::Commit(scope, new, None))]);
    let effects = desk.key("ctrl-l");
    assert!(matches!(effects[..], [Effect::Cancel(RequestId(0))]), "{effects:?}");
}

#[test]
fn a_copy_is_cleared_after_thirty_seconds_and_a_new_one_starts_the_time_again() {
    let mut desk = Desk::new(false, false);
    assert!(matches!(desk.key_that_asks(copy())[..], [Effect::Copy(_)]));
    assert!(desk.at(20).is_empty());
    desk.key_that_asks(copy());
    assert!(desk.at(31).is_empty());
    assert!(matches!(desk.at(50)[..], [Effect::ClearClipboard]));
    assert!(desk.at(90).is_empty());
}

#[test]
fn a_copy_is_cleared_on_the_way_out() {
    let mut desk = Desk::new(false, false);
    desk.key_that_asks(copy());
    assert!(matches!(desk.key("q")[..], [Effect::ClearClipboard]));
}

#[test]
fn what_is_revealed_is_hidden_before_the_terminal_is_given_away() {
    let mut desk = Desk::new(false, true);
    let effects = desk.key("ctrl-z");
    assert!(matches!(effects[..], [Effect::Suspend]));
    assert_eq!(desk.seen(), ["hide"]);
}

#[test]
fn help_lies_over_the_screen_and_goes_with_escape() {
    let mut desk = Desk::new(false, false);
    desk.key("?");
    assert_eq!(desk.state.layers.len(), 2);
    desk.key("esc");
    assert_eq!(desk.state.layers.len(), 1);
}

#[test]
fn a_toast_goes_by_itself_and_nothing_else_is_due() {
    let mut desk = Desk::new(false, false);
    assert_eq!(desk.state.due(), None);
    desk.key_that_asks(vec![Action::Toast(Toast { tone: Tone::Good, text: "done".to_owned() })]);
    assert_eq!(desk.state.due(), Some(desk.start + TOAST));
    desk.at(7);
    assert_eq!(desk.state.due(), None);
}

#[test]
fn a_terminal_that_takes_no_copy_is_told_and_not_cleared() {
    let mut desk = Desk::new(false, false);
    desk.key_that_asks(copy());
    update(&mut desk.state, Message::CopyRefused("too long"));
    assert!(desk.at(60).is_empty());
}
