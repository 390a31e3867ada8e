//! The way of the browser to something that was found elsewhere: organisation, user, set and secret, one after the other,
//! as the answers come.

use super::pane::Seek;
use super::{Column, Place, State, Who};
use crate::console::effect::Action;
use crate::console::message::Goal;
use crate::database::{OrgId, Scope, UserId};

/// How the browser goes to its goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To what was found: by filters, and into the set.
    There,
    /// To where it stood the last time: in the lists as they are, by a filter only where they are too long, and with the
    /// cursor left where it is. What is gone is passed over.
    Back,
}

/// Where in the first column a scope is.
enum Stop<'g> {
    Org(&'g OrgId),
    Personal,
    NoOrg,
}

fn stop(goal: &Goal) -> Stop<'_> {
    match goal {
        Goal::Org(org) | Goal::Set { scope: Scope::Shared { org }, .. } => Stop::Org(org),
        Goal::Set { scope: Scope::NoOrg { .. }, .. } => Stop::NoOrg,
        Goal::Person(_) => Stop::Personal,
        Goal::Set { scope: Scope::Personal { org, user }, .. } if org.as_str() == user.as_str() => Stop::Personal,
        Goal::Set { scope: Scope::Personal { org, .. }, .. } => Stop::Org(org),
    }
}

fn user(goal: &Goal) -> Option<&UserId> {
    match goal {
        Goal::Person(user) | Goal::Set { scope: Scope::Personal { user, .. }, .. } => Some(user),
        Goal::Set { scope: Scope::NoOrg { user }, .. } => user.as_ref(),
        Goal::Org(_) | Goal::Set { scope: Scope::Shared { .. }, .. } => None,
    }
}

impl State {
    /// Sets out for `goal`.
    pub(super) fn jump(&mut self, goal: Goal) -> Vec<Action> {
        self.is_typing = false;
        self.focus_on(Column::Orgs);
        self.orgs.search = match stop(&goal) {
            Stop::Org(org) => org.as_str().to_owned(),
            Stop::Personal | Stop::NoOrg => String::new(),
        };
        (self.goal, self.way) = (Some(goal), Way::There);
        self.load_orgs()
    }

    /// Whether the way leads to an entry that comes with the overview, and is not there yet.
    pub(super) fn waits_for_overview(&self) -> bool {
        let is_odd = self.goal.as_ref().is_some_and(|goal| matches!(stop(goal), Stop::Personal | Stop::NoOrg));
        is_odd && !matches!(self.orgs.selected(), Some(Place::Personal(_) | Place::NoOrg(_)))
    }

    /// Selects the first column's entry that leads on, once it is there; whether it is.
    pub(super) fn reach_org(&mut self) -> bool {
        let Some(goal) = &self.goal else { return false };
        let leads = |place: &Place| match (stop(goal), place) {
            (Stop::Org(wanted), Place::Org(org)) => org.id == *wanted,
            (Stop::Personal, Place::Personal(_)) | (Stop::NoOrg, Place::NoOrg(_)) => true,
            _ => false,
        };
        let Some(at) = self.orgs.items.iter().position(leads) else { return false };
        let wanted = user(goal).filter(|_| self.way == Way::There).map(|user| user.as_str().to_owned());
        self.orgs.scroll.select(at);
        self.users.search = wanted.unwrap_or_default();
        true
    }

    /// What is to be read instead, because the way back leads to nothing that is in a column.
    pub(super) fn look_further(&mut self, column: Column) -> Option<Vec<Action>> {
        let goal = self.goal.as_ref().filter(|_| self.way == Way::Back)?;
        let wanted = match (column, stop(goal)) {
            (Column::Orgs, Stop::Org(org)) => org.as_str().to_owned(),
            (Column::Users, _) => user(goal)?.as_str().to_owned(),
            (Column::Orgs, Stop::Personal | Stop::NoOrg) | (Column::Secrets, _) => return None,
        };
        let sought = match column {
            Column::Orgs => self.orgs.seek(&wanted),
            Column::Users | Column::Secrets => self.users.seek(&wanted),
        };
        match sought {
            Seek::Unread => return None,
            Seek::Filtered => {}
            Seek::Gone => self.goal = None,
            Seek::Nowhere => {
                self.goal = None;
                return None;
            }
        }
        Some(if column == Column::Orgs { self.load_orgs() } else { self.load_users() })
    }

    /// Selects the second column's entry that leads on; `false` if it is not there.
    pub(super) fn reach_user(&mut self) -> bool {
        let goal = match &self.goal {
            None => return true,
            Some(Goal::Org(_)) => {
                self.goal = None;
                if self.way == Way::There {
                    self.focus_on(Column::Users);
                }
                return true;
            }
            Some(goal) => goal,
        };
        let wanted = user(goal);
        let leads = |who: &Who| match who {
            Who::Shared => matches!(goal, Goal::Set { scope: Scope::Shared { .. }, .. }),
            Who::User(user) => user.id.is_some() && user.id.as_ref() == wanted,
            Who::Personal(org) => org.personal.as_ref().map(|owner| &owner.user) == wanted,
        };
        let at = self.users.items.iter().position(leads);
        self.users.scroll.select(at.unwrap_or(self.users.scroll.selected()));
        at.is_some()
    }

    /// Ends the way at the set, on the secret that was looked for.
    pub(super) fn arrive(&mut self) {
        let Some(Goal::Set { scope, name }) = self
            .goal
            .take_if(|goal| matches!(goal, Goal::Set { scope, .. } if Some(&*scope) == self.secrets.scope.as_ref()))
        else {
            return;
        };
        if self.way == Way::Back {
            return;
        }
        self.focus_on(Column::Secrets);
        let is_shared = matches!(scope, Scope::Shared { .. });
        let at = self
            .secrets
            .entries()
            .position(|entry| (!entry.is_shared || is_shared) && Some(entry.row.name().as_str()) == name.as_deref());
        self.secrets.scroll.select(at.unwrap_or_default());
    }
}
