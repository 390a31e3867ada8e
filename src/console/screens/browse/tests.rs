use super::pane::{PAGE, Status};
use super::*;
use crate::cipher::Format;
use crate::console::effect::Request;
use crate::console::message::{Opened, Reply, View};
use crate::database::Scope;
use crate::database::directory::PersonalOwner;
use crate::database::{Cursor, OrgId, Overview, Page, RowId, UserId};
use crate::keyring::KeyId;
use crate::secret::SecretName;
use crate::store::LoadedSet;
use crate::store::{OpenRow, Revision, Row};
use ratatui::layout::Size;
use std::time::Duration;

/// The browser over made-up answers.
struct Desk {
    state: State,
    opened: Opened,
    now: Instant,
}

impl Desk {
    fn new() -> Self {
        Self::over(State::new())
    }

    fn over(state: State) -> Self {
        let opened = Opened::sample();
        let mut desk = Self { state, opened, now: Instant::now() };
        desk.event(Event::Started);
        desk.event(Event::Reply(Reply::Orgs(Ok(page(vec![org("acme", None), org("globex", None)])))));
        let overview = Overview { personal_orgs: Some(2), without_org: Some(1) };
        desk.event(Event::Reply(Reply::Overview(Ok(overview))));
        desk
    }

    /// The same, with a user and her set in view.
    fn in_a_set() -> Self {
        let mut desk = Self::new();
        desk.event(Event::Reply(Reply::Users(Ok(page(vec![user("ada")])))));
        desk.event(Event::Reply(Reply::Load(Ok(View::new(set("acme", "ada", &["A", "B"]), None)))));
        desk
    }

    fn event(&mut self, event: Event) -> Vec<Action> {
        let context = Context { now: self.now, opened: &self.opened, size: Size::new(120, 28) };
        self.state.update(event, &context)
    }

    fn keys(&mut self, keys: &[&str]) -> Vec<Action> {
        keys.iter().flat_map(|key| self.key(key)).collect()
    }

    /// One key; what is to be recorded is recorded at once.
    fn key(&mut self, key: &str) -> Vec<Action> {
        let mut actions = self.event(Event::Key(keymap::event(key).unwrap()));
        if matches!(actions[..], [Action::Request(Request::Record(_))]) {
            actions = self.event(Event::Reply(Reply::Recorded(Ok(()))));
        }
        actions
    }
}

fn page<T>(items: Vec<T>) -> Page<T> {
    let total = Some(items.len() as u64);
    Page { items, next: None, total }
}

fn org(id: &str, owner: Option<&str>) -> OrgRecord {
    let personal =
        owner.map(|user| PersonalOwner { user: UserId::new(user), email: Some(format!("{user}@x.example")) });
    OrgRecord { id: OrgId::new(id), name: id.to_owned(), personal, users: Some(1), secrets: Some(1) }
}

fn user(id: &str) -> UserRecord {
    UserRecord { id: Some(UserId::new(id)), email: Some(format!("{id}@x.example")), role: None, secrets: 2 }
}

fn set(org: &str, user: &str, names: &[&str]) -> Arc<LoadedSet> {
    let scope = Scope::Personal { org: OrgId::new(org), user: UserId::new(user) };
    let row = |(name, id): (&&str, i64)| {
        Row::Open(OpenRow {
            id: RowId(id),
            name: SecretName::from_stored((*name).to_owned()),
            value: Arc::new(Secret::new("CANARY")),
            description: None,
            format: Format::Fernet,
            key: KeyId("k".to_owned()),
        })
    };
    let rows = names.iter().zip(1..).map(row).collect();
    Arc::new(LoadedSet { revision: Revision::of(&scope, &[]), scope, rows })
}

#[test]
fn the_first_orgs_first_user_is_in_view_at_once() {
    let mut desk = Desk::new();
    let actions = desk.event(Event::Reply(Reply::Users(Ok(page(vec![user("ada"), user("bo")])))));
    let wanted = Scope::Personal { org: OrgId::new("acme"), user: UserId::new("ada") };
    assert!(matches!(&actions[..], [Action::Request(Request::Load(scope))] if *scope == wanted), "{actions:?}");
    assert_eq!(desk.state.title(), "acme ▸ ada@x.example");
}

#[test]
fn personal_orgs_are_one_row_and_behind_it_people() {
    let mut desk = Desk::new();
    let actions = desk.keys(&["G", "k"]);
    assert!(matches!(actions.last(), Some(Action::Request(Request::Personal(_)))), "{actions:?}");
    let mixed = page(vec![org("acme", None), org("u-1", Some("u-1")), org("u-2", Some("u-2"))]);
    let actions = desk.event(Event::Reply(Reply::Personal(Ok(mixed))));
    let wanted = Scope::Personal { org: OrgId::new("u-1"), user: UserId::new("u-1") };
    assert!(matches!(&actions[..], [Action::Request(Request::Load(scope))] if *scope == wanted), "{actions:?}");
    assert_eq!(desk.state.title(), "u-1@x.example, personal");
}

#[test]
fn rows_without_an_org_can_be_seen_and_not_edited() {
    let mut desk = Desk::new();
    desk.keys(&["G"]);
    desk.event(Event::Reply(Reply::Users(Ok(page(vec![user("ada")])))));
    let scope = Scope::NoOrg { user: Some(UserId::new("ada")) };
    let lost = Arc::new(LoadedSet { revision: Revision::of(&scope, &[]), scope, rows: Vec::new() });
    desk.event(Event::Reply(Reply::Load(Ok(View::new(lost, None)))));
    let actions = desk.keys(&["e"]);
    assert!(matches!(&actions[..], [Action::Toast(toast)] if toast.text.contains("read-only")), "{actions:?}");
}

#[test]
fn a_reveal_ends_after_ten_seconds_or_when_the_cursor_moves() {
    let mut desk = Desk::in_a_set();
    desk.keys(&["3", "space"]);
    assert_eq!(desk.state.due(desk.now), Some(desk.now + Duration::from_secs(1)), "the countdown's next second");
    desk.now += Duration::from_secs(9);
    desk.event(Event::Due);
    assert!(desk.state.secrets.reveal.is_some());
    desk.now += Duration::from_secs(1);
    desk.event(Event::Due);
    assert!(desk.state.secrets.reveal.is_none() && desk.state.due(desk.now).is_none());
    for hides in ["j", "2", "space", "esc"] {
        desk.keys(&["3", "g"]);
        desk.keys(&["space"]);
        assert!(desk.state.secrets.reveal.is_some());
        desk.keys(&[hides]);
        assert!(desk.state.secrets.reveal.is_none(), "{hides}");
    }
}

#[test]
fn a_set_that_arrives_too_late_is_dropped() {
    let mut desk = Desk::in_a_set();
    let late = View::new(set("globex", "bo", &["OTHER"]), None);
    desk.event(Event::Reply(Reply::Load(Ok(late))));
    assert_eq!(desk.state.secrets.count(), 2);
}

#[test]
fn typing_searches_and_escape_takes_the_search_back() {
    let mut desk = Desk::in_a_set();
    desk.keys(&["2", "/"]);
    assert!(desk.state.takes_text());
    let actions = desk.keys(&["b", "o"]);
    assert!(matches!(actions.last(), Some(Action::Request(Request::Users(query))) if query.search == "bo"));
    let actions = desk.keys(&["esc"]);
    assert!(matches!(actions.last(), Some(Action::Request(Request::Users(query))) if query.search.is_empty()));
    assert!(!desk.state.takes_text());
}

#[test]
fn the_next_page_is_asked_for_before_the_end_is_reached() {
    let mut desk = Desk::new();
    let first: Vec<UserRecord> = (0..PAGE).map(|number| user(&format!("u{number}"))).collect();
    let cursor = Cursor { key: "k".to_owned(), id: "i".to_owned() };
    let page = Page { items: first, next: Some(cursor.clone()), total: Some(5_000) };
    desk.event(Event::Reply(Reply::Users(Ok(page))));
    desk.keys(&["2"]);
    let actions = desk.keys(&["G"]);
    let next = actions.iter().find_map(|action| match action {
        Action::Request(Request::Users(query)) => query.after.clone(),
        _ => None,
    });
    assert_eq!(next, Some(cursor));
}

#[test]
fn a_column_that_cannot_be_read_says_so_and_is_read_again_on_request() {
    let mut desk = Desk::new();
    desk.event(Event::Reply(Reply::Users(Err(crate::error::Error::failed("the disk is gone")))));
    assert!(matches!(desk.state.users.status, Status::Failed(_)));
    assert!(matches!(desk.keys(&["2", "r"])[..], [Action::Request(Request::Users(_))]));
}

#[test]
fn a_committed_set_is_shown_without_being_asked_for() {
    let mut desk = Desk::in_a_set();
    let actions = desk.event(Event::Committed(set("acme", "ada", &["A", "B", "C"])));
    assert!(actions.is_empty());
    assert_eq!(desk.state.secrets.count(), 3);
    assert!(matches!(desk.state.users.selected(), Some(Who::User(user)) if user.secrets == 3));
}

#[test]
fn what_could_not_be_counted_at_once_is_there_without_a_number() {
    let mut desk = Desk::new();
    desk.event(Event::Reply(Reply::Overview(Ok(Overview::default()))));
    assert_eq!(desk.state.orgs.items.len(), 4);
    assert!(matches!(desk.state.orgs.items[2..], [Place::Personal(None), Place::NoOrg(None)]));
}

#[test]
fn what_was_cancelled_says_so_and_can_be_read_again() {
    let mut desk = Desk::new();
    desk.event(Event::Reply(Reply::Cancelled));
    assert!(matches!(desk.state.users.status, Status::Failed(_)));
    assert!(matches!(desk.keys(&["2", "r"])[..], [Action::Request(Request::Users(_))]));
}

#[test]
fn nothing_is_shown_and_nothing_copied_before_it_is_recorded() {
    let mut desk = Desk::in_a_set();
    desk.keys(&["3"]);
    for key in ["space", "y"] {
        let actions = desk.event(Event::Key(keymap::event(key).unwrap()));
        assert!(
            matches!(&actions[..], [Action::Request(Request::Record(event))] if event.names == ["A"]),
            "{actions:?}"
        );
        assert!(desk.state.secrets.reveal.is_none());
        let failed = Err(crate::error::Error::failed("the disk is full"));
        let actions = desk.event(Event::Reply(Reply::Recorded(failed)));
        assert!(matches!(&actions[..], [Action::Toast(_)]), "{actions:?}");
        assert!(desk.state.secrets.reveal.is_none());
    }
}

/// A part of a list that goes on.
fn first_page<T>(items: Vec<T>) -> Page<T> {
    let next = Some(Cursor { key: "k".to_owned(), id: "i".to_owned() });
    Page { items, next, total: Some(9_999) }
}

fn personal(org: &str, user: &str) -> Goal {
    Goal::Set { scope: Scope::Personal { org: OrgId::new(org), user: UserId::new(user) }, name: None }
}

#[test]
fn the_way_back_is_found_in_the_lists_as_they_are() {
    let mut desk = Desk::over(State::returning(personal("globex", "bo")));
    assert_eq!(desk.state.place(), Some(personal("globex", "bo")), "on the way it is still the place");
    let actions = desk.event(Event::Reply(Reply::Users(Ok(page(vec![user("ada"), user("bo")])))));
    assert!(matches!(&actions[..], [Action::Request(Request::Load(_))]), "{actions:?}");
    desk.event(Event::Reply(Reply::Load(Ok(View::new(set("globex", "bo", &["A"]), None)))));
    assert_eq!(desk.state.title(), "globex ▸ bo@x.example");
    assert_eq!(desk.state.focus, Column::Orgs, "the cursor stays where it is");
    assert!(desk.state.orgs.search.is_empty() && desk.state.users.search.is_empty() && desk.state.goal.is_none());
    desk.keys(&["k"]);
    assert_eq!(desk.state.place(), Some(Goal::Org(OrgId::new("acme"))));
}

#[test]
fn the_way_back_leads_through_a_filter_where_the_list_is_too_long() {
    let mut desk =
        Desk { state: State::returning(personal("far", "zoe")), opened: Opened::sample(), now: Instant::now() };
    desk.event(Event::Started);
    let actions = desk.event(Event::Reply(Reply::Orgs(Ok(first_page(vec![org("acme", None)])))));
    assert!(
        matches!(&actions[..], [Action::Request(Request::Orgs(query)), ..] if query.search == "far"),
        "{actions:?}"
    );
    desk.event(Event::Reply(Reply::Orgs(Ok(page(vec![org("far", None)])))));
    let actions = desk.event(Event::Reply(Reply::Users(Ok(first_page(vec![user("ada")])))));
    assert!(matches!(&actions[..], [Action::Request(Request::Users(query))] if query.search == "zoe"), "{actions:?}");
    desk.event(Event::Reply(Reply::Users(Ok(page(vec![user("zoe")])))));
    assert_eq!(desk.state.title(), "far ▸ zoe@x.example");
}

#[test]
fn what_is_gone_is_passed_over_on_the_way_back() {
    let mut desk =
        Desk { state: State::returning(personal("gone", "ada")), opened: Opened::sample(), now: Instant::now() };
    desk.event(Event::Started);
    desk.event(Event::Reply(Reply::Orgs(Ok(first_page(vec![org("acme", None)])))));
    let actions = desk.event(Event::Reply(Reply::Orgs(Ok(page(Vec::new())))));
    assert!(
        matches!(&actions[..], [Action::Request(Request::Orgs(query)), ..] if query.search.is_empty()),
        "the whole list again: {actions:?}"
    );
    desk.event(Event::Reply(Reply::Orgs(Ok(first_page(vec![org("acme", None)])))));
    assert_eq!((desk.state.title().as_str(), &desk.state.goal), ("acme", &None));
    // Somebody who is no longer in an organisation that is.
    let mut desk = Desk::over(State::returning(personal("acme", "gone")));
    let actions = desk.event(Event::Reply(Reply::Users(Ok(page(vec![user("ada")])))));
    assert!(matches!(&actions[..], [Action::Request(Request::Load(_))]), "{actions:?}");
    assert_eq!(desk.state.title(), "acme ▸ ada@x.example");
}

#[test]
fn all_sets_of_a_person_are_asked_for_by_the_user_that_is_chosen() {
    let mut desk = Desk::in_a_set();
    let actions = desk.keys(&["o"]);
    assert!(
        matches!(&actions[..], [Action::Person(user, who)] if user.as_str() == "ada" && who == "ada@x.example"),
        "{actions:?}"
    );
    desk.keys(&["1", "G"]);
    assert!(matches!(&desk.keys(&["o"])[..], [Action::Toast(_)]));
}

#[test]
fn a_filter_puts_the_best_first_and_keeps_what_the_org_shares_behind() {
    let mut desk = Desk::new();
    desk.event(Event::Reply(Reply::Users(Ok(page(vec![user("ada")])))));
    let own = set("acme", "ada", &["T_O_K_E_N", "OTHER", "TOKEN_1", "TOKEN_2"]);
    let shared = Some(set("acme", "ada", &["TOKEN"]));
    desk.event(Event::Reply(Reply::Load(Ok(View::new(own, shared)))));
    desk.keys(&["3", "/", "t", "o", "k", "e", "n"]);
    let names: Vec<&str> = desk.state.secrets.entries().map(|entry| entry.row.name().as_str()).collect();
    assert_eq!(names, ["TOKEN_1", "TOKEN_2", "T_O_K_E_N", "TOKEN"]);
    assert_eq!((desk.state.secrets.count(), desk.state.secrets.total()), (4, 5));
    desk.keys(&["esc"]);
    assert_eq!(desk.state.secrets.count(), 5);
}
