//! What the browser asks the worker for, and what it does with the answers.

use super::pane::{PAGE, Status};
use super::{Column, Place, State, Who};
use crate::console::effect::{Action, Request, Toast, Tone};
use crate::console::message::{Opened, Reply};
use crate::console::words;
use crate::database::{Counting, Cursor, OrgKind, OrgQuery, Overview, Scope, UserQuery};

impl State {
    pub(super) fn load_orgs(&mut self) -> Vec<Action> {
        self.orgs.load();
        // The overview behind the page: it may take a moment longer, and no filter changes it.
        let overview = self.overview.is_none().then_some(Action::Request(Request::Overview));
        std::iter::once(self.org_page(None)).chain(overview).collect()
    }

    pub(super) fn org_page(&self, after: Option<Cursor>) -> Action {
        let search = self.orgs.search.clone();
        Action::Request(Request::Orgs(OrgQuery {
            search,
            kind: OrgKind::Company,
            counts: Counting::Brief,
            after,
            limit: PAGE,
        }))
    }

    pub(super) fn load_users(&mut self) -> Vec<Action> {
        self.users.load();
        self.secrets.load(None);
        let page = self.user_page(None);
        if page.is_none() {
            self.users.status = Status::Idle;
        }
        page.into_iter().collect()
    }

    /// Reads the users of another entry of the first column.
    fn load_other_users(&mut self) -> Vec<Action> {
        self.users.all = None;
        self.load_users()
    }

    pub(super) fn user_page(&self, after: Option<Cursor>) -> Option<Action> {
        let search = self.users.search.clone();
        Some(Action::Request(match self.orgs.selected()? {
            Place::Org(org) => Request::Users(UserQuery { org: Some(org.id.clone()), search, after, limit: PAGE }),
            Place::NoOrg(_) => Request::Users(UserQuery { org: None, search, after, limit: PAGE }),
            Place::Personal(_) => Request::Personal(OrgQuery {
                search,
                kind: OrgKind::Personal,
                counts: Counting::Brief,
                after,
                limit: PAGE,
            }),
        }))
    }

    pub(super) fn load_set(&mut self) -> Vec<Action> {
        let scope = self.scope();
        self.secrets.load(scope.clone());
        scope.map(|scope| Action::Request(Request::Load(scope))).into_iter().collect()
    }

    /// The set that is selected.
    pub(super) fn scope(&self) -> Option<Scope> {
        match (self.orgs.selected()?, self.users.selected()?) {
            (Place::Org(org), Who::Shared) => Some(Scope::Shared { org: org.id.clone() }),
            (Place::Org(org), Who::User(user)) => Some(Scope::Personal { org: org.id.clone(), user: user.id.clone()? }),
            (Place::NoOrg(_), Who::User(user)) => Some(Scope::NoOrg { user: user.id.clone() }),
            (Place::Personal(_), Who::Personal(org)) => {
                let owner = org.personal.as_ref()?;
                Some(Scope::Personal { org: org.id.clone(), user: owner.user.clone() })
            }
            (Place::Org(_) | Place::NoOrg(_), Who::Personal(_))
            | (Place::NoOrg(_) | Place::Personal(_), Who::Shared)
            | (Place::Personal(_), Who::User(_)) => None,
        }
    }

    /// What was selected has changed: the columns to the right follow, and the next page is asked for in time.
    pub(super) fn follow(&mut self, column: Column) -> Vec<Action> {
        match column {
            Column::Orgs => {
                let more = self.orgs.more().map(|cursor| self.org_page(Some(cursor)));
                self.users.search.clear();
                more.into_iter().chain(self.load_other_users()).collect()
            }
            Column::Users => {
                let more = self.users.more().and_then(|cursor| self.user_page(Some(cursor)));
                more.into_iter().chain(self.load_set()).collect()
            }
            Column::Secrets => Vec::new(),
        }
    }

    pub(super) fn reply(&mut self, reply: Reply, opened: &Opened) -> Vec<Action> {
        match reply {
            Reply::Overview(overview) => {
                self.overview = overview.ok();
                self.orgs.items.retain(|place| matches!(place, Place::Org(_)));
                self.add_odd_places();
                // What belongs to no company can be gone to only now.
                if self.waits_for_overview() && self.reach_org() { self.load_other_users() } else { Vec::new() }
            }
            Reply::Orgs(page) => {
                let is_first = self.orgs.status == Status::Loading;
                self.orgs.items.retain(|place| matches!(place, Place::Org(_)));
                self.orgs.take(page, |org| Some(Place::Org(org)));
                self.add_odd_places();
                if is_first {
                    let is_there = self.reach_org();
                    let further = if is_there { None } else { self.look_further(Column::Orgs) };
                    further.unwrap_or_else(|| self.load_other_users())
                } else {
                    Vec::new()
                }
            }
            Reply::Users(page) => {
                let is_first = self.users.status == Status::Loading;
                self.users.take(page, |user| Some(Who::User(user)));
                self.users_taken(is_first, opened)
            }
            Reply::Personal(page) => {
                let is_first = self.users.status == Status::Loading;
                self.users.take(page, |org| org.personal.is_some().then_some(Who::Personal(org)));
                self.users.all = self.users.all.or(self.overview.and_then(|overview| overview.personal_orgs));
                if self.users.search.is_empty() {
                    self.users.total = self.users.total.or(self.users.all);
                }
                self.users_taken(is_first, opened)
            }
            Reply::Load(view) => {
                self.secrets.take(view);
                self.arrive();
                Vec::new()
            }
            Reply::Panicked => {
                vec![Action::Toast(Toast { tone: Tone::Bad, text: words::read_panicked().message })]
            }
            Reply::Cancelled => {
                let cancelled = words::read_given_up();
                self.orgs.fail_if_loading(&cancelled);
                self.users.fail_if_loading(&cancelled);
                self.secrets.fail_if_loading(&cancelled);
                Vec::new()
            }
            Reply::Commit(_)
            | Reply::Recorded(_)
            | Reply::Import(_)
            | Reply::Side(_)
            | Reply::Script(_)
            | Reply::Rotation(_)
            | Reply::Lock(_)
            | Reply::Found(_)
            | Reply::Homes(_)
            | Reply::Export(_)
            | Reply::Trail(_)
            | Reply::History(_)
            | Reply::Version(_) => Vec::new(),
        }
    }

    /// Puts what is no organisation of its own behind those that are.
    pub(super) fn add_odd_places(&mut self) {
        let Some(Overview { personal_orgs, without_org }) = self.overview else { return };
        if self.orgs.search.is_empty() && !matches!(self.orgs.status, Status::Failed(_)) {
            let odd = [
                (personal_orgs != Some(0)).then_some(Place::Personal(personal_orgs)),
                (without_org != Some(0)).then_some(Place::NoOrg(without_org)),
            ];
            self.orgs.items.extend(odd.into_iter().flatten());
        }
    }

    pub(super) fn users_taken(&mut self, is_first: bool, opened: &Opened) -> Vec<Action> {
        if !is_first {
            return Vec::new();
        }
        let has_shared = opened.about.has_shared && matches!(self.orgs.selected(), Some(Place::Org(_)));
        if has_shared && self.users.search.is_empty() && self.users.status == Status::Ready {
            self.users.items.insert(0, Who::Shared);
            // The set that somebody comes for is a user's.
            self.users.scroll.select(usize::from(self.users.items.len() > 1));
        }
        let is_there = self.reach_user();
        let further = if is_there { None } else { self.look_further(Column::Users) };
        further.unwrap_or_else(|| self.load_set())
    }
}
