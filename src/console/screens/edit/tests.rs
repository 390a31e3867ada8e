//! The form, driven by keys as data.

mod changes;
mod pastes;
mod pictures;

use super::*;
use crate::cipher::Format;
use crate::console::message::Opened;
use crate::console::theme::Theme;
use crate::database::{OrgId, RowId, Scope, StoredText, UserId};
use crate::keyring::KeyId;
use crate::secret::SecretName;
use crate::store::{LoadedSet, NewSet, OpenRow, Revision, Row, SealedRow};
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

/// What no picture may hold before a reveal.
const CANARY: &str = "CANARY-5e0c";

fn open(id: i64, name: &str, value: &str, description: Option<&str>) -> Row {
    let text = |plaintext: &str| Arc::new(Secret::new(plaintext));
    Row::Open(OpenRow {
        id: RowId(id),
        name: SecretName::from_stored(name.to_owned()),
        value: text(value),
        description: description.map(text),
        format: Format::Fernet,
        key: KeyId("k".to_owned()),
    })
}

fn sealed(id: i64, name: &str) -> Row {
    let value = StoredText::new("gAAAA".to_owned());
    Row::Sealed(SealedRow { id: RowId(id), name: SecretName::from_stored(name.to_owned()), value, description: None })
}

/// A form and the operator in front of it.
struct Desk {
    form: State,
    set: Arc<LoadedSet>,
    opened: Opened,
}

impl Desk {
    fn new(rows: Vec<Row>) -> Self {
        let scope = Scope::Personal { org: OrgId::new("org-123"), user: UserId::new("user-456") };
        let set = Arc::new(LoadedSet { revision: Revision::of(&scope, &[]), scope, rows });
        let title = "Acme Corp ▸ dana@acme.io".to_owned();
        let form = State::new(EditTarget { set: Arc::clone(&set), title });
        Self { form, set, opened: Opened::sample() }
    }

    fn send(&mut self, event: Event) -> Vec<Action> {
        let context = Context { now: Instant::now(), opened: &self.opened, size: Size::new(120, 28) };
        let actions = self.form.update(event, &context);
        // What is to be recorded is recorded at once.
        if matches!(actions[..], [Action::Request(Request::Record(_))]) {
            return self.form.update(Event::Reply(Reply::Recorded(Ok(()))), &context);
        }
        actions
    }

    /// Presses one key, by the names of the key map.
    fn key(&mut self, name: &str) -> Vec<Action> {
        let (control, name) = name.strip_prefix("ctrl-").map_or((false, name), |rest| (true, rest));
        let code = match name {
            "enter" => KeyCode::Enter,
            "esc" => KeyCode::Esc,
            "tab" => KeyCode::Tab,
            "shift-tab" => KeyCode::BackTab,
            "end" => KeyCode::End,
            "backspace" => KeyCode::Backspace,
            _ => KeyCode::Char(name.chars().next().unwrap()),
        };
        let modifiers = if control { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
        self.send(Event::Key(KeyEvent::new(code, modifiers)))
    }

    /// Presses keys that are separated by spaces.
    fn keys(&mut self, names: &str) -> &mut Self {
        for name in names.split_whitespace() {
            self.key(name);
        }
        self
    }

    fn write(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            self.send(Event::Key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE)));
        }
        self
    }

    fn paste(&mut self, text: &str) -> Vec<Action> {
        self.send(Event::Paste(Secret::new(text)))
    }

    /// The set that `ctrl-s` hands to the review.
    #[track_caller]
    fn reviewed(&mut self) -> NewSet {
        match self.key("ctrl-s").pop() {
            Some(Action::Review(target)) => target.new,
            other => panic!("no review but {other:?}"),
        }
    }

    fn names(&self) -> Vec<String> {
        self.form.model.rows().iter().map(|row| row.name().to_owned()).collect()
    }

    fn value(&self, at: usize) -> String {
        self.form.model.row(at).unwrap().content().unwrap().value.expose().to_owned()
    }

    fn picture(&self, width: u16, height: u16) -> String {
        self.drawn(width, height, &Theme::named("sixteen", false))
    }

    fn drawn(&self, width: u16, height: u16, theme: &Theme) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let look = Look { theme, now: Instant::now(), opened: &self.opened };
        terminal.draw(|frame| self.form.view(frame, frame.area(), &look)).unwrap();
        terminal.backend().to_string()
    }
}

/// The sentence of the only action, a toast.
#[track_caller]
fn toasted(actions: Vec<Action>) -> String {
    match <[Action; 1]>::try_from(actions) {
        Ok([Action::Toast(toast)]) => toast.text,
        other => panic!("no toast but {other:?}"),
    }
}

#[test]
fn the_hints_are_those_of_the_mode() {
    let mut desk = Desk::new(vec![open(1, "A", "one", None)]);
    let first = |desk: &Desk| desk.form.hints().first().map(|hint| hint.label).unwrap();
    assert_eq!((first(&desk), desk.form.takes_text()), ("edit", false));
    desk.keys("i");
    assert_eq!((first(&desk), desk.form.takes_text()), ("go on", true));
    desk.keys("tab").write("x");
    assert_eq!((first(&desk), desk.form.takes_text()), ("next", true));
    desk.keys("esc esc");
    assert_eq!((first(&desk), desk.form.takes_text()), ("leave", false));
}
