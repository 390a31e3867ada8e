//! Fills a new database: orgs, users, members and rows, as the server would have left them.

use super::Sqlite;
use crate::database::{DatabaseError, OrgId, StoredRow, UserId};
use rusqlite::{Transaction, params};

/// What a new database is to hold.
#[derive(Debug, Default)]
pub(crate) struct Seed {
    /// The orgs, personal ones included.
    pub(crate) orgs: Vec<SeedOrg>,
    /// The users; the org that each looks at must be among `orgs`.
    pub(crate) users: Vec<SeedUser>,
    /// Who belongs where.
    pub(crate) members: Vec<SeedMember>,
    /// Rows of `custom_secrets`, under the ids that they bring.
    pub(crate) rows: Vec<StoredRow>,
}

/// A row of `org`.
#[derive(Debug)]
pub(crate) struct SeedOrg {
    /// Its id.
    pub(crate) id: OrgId,
    /// Its name.
    pub(crate) name: String,
}

/// A row of `user`.
#[derive(Debug)]
pub(crate) struct SeedUser {
    /// Their id.
    pub(crate) id: UserId,
    /// The org that they look at.
    pub(crate) current: OrgId,
    /// Their e-mail, if the server knows it.
    pub(crate) email: Option<String>,
}

/// A row of `org_member`.
#[derive(Debug)]
pub(crate) struct SeedMember {
    /// Of which org.
    pub(crate) org: OrgId,
    /// Who.
    pub(crate) user: UserId,
    /// As what.
    pub(crate) role: Role,
}

/// What a member may do, under the names that the server gives to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Everything.
    Owner,
    /// Nearly everything.
    Admin,
    /// What everybody may.
    Member,
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

impl Sqlite {
    /// Adds all of `seed` in one transaction.
    ///
    /// # Errors
    /// Whatever the driver reports: an id or a name that stands already, an org or a user that does not.
    pub(crate) fn seed(&mut self, seed: &Seed) -> Result<(), DatabaseError> {
        self.begin()?;
        let transaction = self.connection.transaction()?;
        insert_directory(&transaction, seed)?;
        insert_rows(&transaction, &seed.rows)?;
        Ok(transaction.commit()?)
    }
}

fn insert_directory(transaction: &Transaction<'_>, seed: &Seed) -> Result<(), DatabaseError> {
    let mut org = transaction.prepare("INSERT INTO main.org (id, name) VALUES (?, ?)")?;
    for new in &seed.orgs {
        org.execute(params![new.id.as_str(), new.name])?;
    }
    let mut user = transaction.prepare(
        "INSERT INTO main.\"user\" (id, current_org_id, email, email_verified) VALUES (?1, ?2, ?3, ?3 IS NOT NULL)",
    )?;
    for new in &seed.users {
        user.execute(params![new.id.as_str(), new.current.as_str(), new.email])?;
    }
    let mut member = transaction.prepare(
        "INSERT INTO main.org_member (org_id, user_id, role_id, _llm_api_key, status)
         VALUES (?, ?, (SELECT id FROM main.role WHERE name = ?), '', 'active')",
    )?;
    for new in &seed.members {
        member.execute(params![new.org.as_str(), new.user.as_str(), new.role.name()])?;
    }
    Ok(())
}

fn insert_rows(transaction: &Transaction<'_>, rows: &[StoredRow]) -> Result<(), DatabaseError> {
    let mut insert = transaction.prepare(
        "INSERT INTO main.custom_secrets
           (id, keycloak_user_id, org_id, secret_name, secret_value, description, is_org_shared)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?;
    for row in rows {
        let (user, org) = (row.user.as_ref().map(UserId::as_str), row.org.as_ref().map(OrgId::as_str));
        let description = row.description.as_ref().map(crate::database::StoredText::as_str);
        insert.execute(params![row.id.0, user, org, row.name, row.value.as_str(), description, row.shared])?;
    }
    Ok(())
}
