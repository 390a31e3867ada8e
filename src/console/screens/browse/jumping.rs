//! The way of the browser to something that was found elsewhere: organisation, user, set and secret, one after the other,
//! as the answers come.

use super::{Column, Place, State, Who};
use crate::console::effect::Action;
use crate::console::message::Goal;
use crate::database::{OrgId, Scope, UserId};

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
        Goal::Set { scope: Scope::Personal { org, user }, .. } if org.as_str() == user.as_str() => Stop::Personal,
        Goal::Set { scope: Scope::Personal { org, .. }, .. } => Stop::Org(org),
    }
}

fn user(goal: &Goal) -> Option<&UserId> {
    match goal {
        Goal::Set { scope: Scope::Personal { user, .. }, .. } => Some(user),
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
        self.goal = Some(goal);
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
        let wanted = user(goal).map(|user| user.as_str().to_owned());
        self.orgs.scroll.select(at);
        self.users.search = wanted.unwrap_or_default();
        true
    }

    /// Selects the second column's entry that leads on.
    pub(super) fn reach_user(&mut self) {
        let goal = match &self.goal {
            None => return,
            Some(Goal::Org(_)) => {
                self.goal = None;
                return self.focus_on(Column::Users);
            }
            Some(goal) => goal,
        };
        let wanted = user(goal);
        let leads = |who: &Who| match who {
            Who::Shared => matches!(goal, Goal::Set { scope: Scope::Shared { .. }, .. }),
            Who::User(user) => user.id.is_some() && user.id.as_ref() == wanted,
            Who::Personal(org) => org.personal.as_ref().map(|owner| &owner.user) == wanted,
        };
        if let Some(at) = self.users.items.iter().position(leads) {
            self.users.scroll.select(at);
        }
    }

    /// Ends the way at the set, on the secret that was looked for.
    pub(super) fn arrive(&mut self) {
        let Some(Goal::Set { scope, name }) = self
            .goal
            .take_if(|goal| matches!(goal, Goal::Set { scope, .. } if Some(&*scope) == self.secrets.scope.as_ref()))
        else {
            return;
        };
        self.focus_on(Column::Secrets);
        let is_shared = matches!(scope, Scope::Shared { .. });
        let entries = self.secrets.entries();
        let at = entries
            .iter()
            .position(|entry| (!entry.is_shared || is_shared) && Some(entry.row.name().as_str()) == name.as_deref());
        self.secrets.scroll.select(at.unwrap_or_default());
    }
}
