//! The one transaction that replaces a set.

use super::raw::Raw;
use super::rows::{self, Filter, Print};
use super::schema::Schema;
use super::spelling;
use crate::database::check::Takes;
use crate::database::{DatabaseError, Decision, NewRow, Replaced, Replacement, RowId, Scope, StoredRow, Witness};
use rusqlite::{Connection, OptionalExtension as _, ToSql, Transaction, TransactionBehavior};
use std::collections::HashSet;

/// Runs the transaction. Every way out but the last line rolls it back, a panic of `decide` included.
pub(super) fn replace(
    connection: &mut Connection,
    schema: &mut Schema,
    read_only: Option<&str>,
    scope: &Scope,
    decide: &mut dyn FnMut(&[StoredRow]) -> Decision,
    witness: Option<&mut Witness<'_>>,
) -> Result<Replaced, DatabaseError> {
    // A transaction that cannot write may still be asked what it would write.
    let behavior = match read_only {
        Some(_) => TransactionBehavior::Deferred,
        None => TransactionBehavior::Immediate,
    };
    let transaction = connection.transaction_with_behavior(behavior)?;
    if super::schema::version(&transaction)? != schema.version {
        // Somebody migrated the database since it was opened: a column may share rows now that none did before.
        *schema = Schema::detect(&transaction)?;
    }
    let set = Set { transaction: &transaction, schema, scope, filter: Filter::of(scope, schema) };
    let (before, prints) = rows::read(&transaction, schema, &set.filter)?;
    let replacement = match decide(&before) {
        Decision::Abandon => return Ok(Replaced::Abandoned),
        Decision::Write(replacement) => replacement,
    };
    if let Some(reason) = read_only {
        return Err(DatabaseError::ReadOnly(reason.to_owned()));
    }
    set.check(&before, &replacement)?;
    set.write(&replacement)?;
    let after = set.read_back(&before, &prints, &replacement)?;
    if let Some(keep) = replacement.keep.as_ref().filter(|_| schema.keeps_history && !replacement.is_empty()) {
        super::history::keep(&transaction, scope, &before, keep)?;
    }
    if let Some(witness) = witness.filter(|_| schema.keeps_trail && !replacement.is_empty()) {
        super::trail::add(&transaction, &mut |state| witness(state, &after))?;
    }
    transaction.commit()?;
    Ok(Replaced::Written(after))
}

/// The rows of one scope under the lock.
struct Set<'t> {
    transaction: &'t Transaction<'t>,
    schema: &'t Schema,
    scope: &'t Scope,
    filter: Filter,
}

impl Set<'_> {
    /// Finds what cannot succeed before anything is deleted.
    fn check(&self, before: &[StoredRow], replacement: &Replacement) -> Result<(), DatabaseError> {
        let takes = Takes {
            shared: self.schema.has_shared,
            each_name_once: self.schema.has_unique_index,
            unfillable: self.schema.unfillable.as_deref(),
            needs_user: self.schema.needs_user,
            lengths: [None; 3],
        };
        takes.check(self.scope, before, replacement)
    }

    fn write(&self, replacement: &Replacement) -> Result<(), DatabaseError> {
        // Before anything goes: the rows that go may be the only ones to tell these from.
        let ids = Ids::of(self)?;
        for id in &replacement.delete {
            self.one_row("DELETE FROM main.custom_secrets WHERE id = ?", &[&id.0])?;
        }
        for (id, description) in &replacement.describe {
            let sql = "UPDATE main.custom_secrets SET description = ? WHERE id = ? AND description IS NULL";
            self.one_row(sql, &[&description.as_str(), &id.0])?;
        }
        let shared = self.schema.has_shared.then_some(matches!(self.scope, Scope::Shared { .. }));
        let mut next = ids.next;
        for row in &replacement.insert {
            let id = next.ok_or_else(|| DatabaseError::Driver("the ids of custom_secrets are used up".to_owned()))?;
            self.insert(id, &ids, row, shared)?;
            next = id.checked_add(1);
        }
        Ok(())
    }

    /// Runs a statement on one row of the scope, which must be there.
    fn one_row(&self, sql: &str, bound: &[&dyn ToSql]) -> Result<(), DatabaseError> {
        let mut statement = self.transaction.prepare_cached(&format!("{sql} AND {}", self.filter.condition))?;
        let bound: Vec<&dyn ToSql> =
            bound.iter().copied().chain(self.filter.bound.iter().map(|text| text as &dyn ToSql)).collect();
        match statement.execute(&*bound)? {
            1 => Ok(()),
            _ => Err(DatabaseError::ReadBack),
        }
    }

    fn insert(&self, id: i64, ids: &Ids, row: &NewRow, shared: Option<bool>) -> Result<(), DatabaseError> {
        let mut bound: Vec<&dyn ToSql> = Vec::with_capacity(7);
        let (value, description) = (row.value.as_str(), row.description.as_str());
        bound.extend([&id as &dyn ToSql, &ids.user, &ids.org, &row.name, &value, &description]);
        let mut sql = "INSERT INTO main.custom_secrets \
                       (id, keycloak_user_id, org_id, secret_name, secret_value, description"
            .to_owned();
        match &shared {
            Some(shared) => {
                sql.push_str(", is_org_shared) VALUES (?, ?, ?, ?, ?, ?, ?)");
                bound.push(shared);
            }
            None => sql.push_str(") VALUES (?, ?, ?, ?, ?, ?)"),
        }
        self.transaction.prepare_cached(&sql)?.execute(&*bound)?;
        Ok(())
    }

    /// Reads the scope again and compares it with what must stand: a trigger may have had its own mind.
    fn read_back(
        &self,
        before: &[StoredRow],
        prints: &[Print],
        replacement: &Replacement,
    ) -> Result<Vec<StoredRow>, DatabaseError> {
        let (after, new_prints) = rows::read(self.transaction, self.schema, &self.filter)?;
        let gone: HashSet<RowId> = replacement.delete.iter().copied().collect();
        let kept = before.iter().zip(prints).filter(|(row, _)| !gone.contains(&row.id));
        let mut stands = after.iter().zip(&new_prints);
        for (old, print) in kept {
            let described = replacement.describe.iter().find(|(id, _)| *id == old.id).map(|(_, text)| text);
            let same = stands.next().is_some_and(|(row, new)| {
                row.id == old.id
                    && new.rest == print.rest
                    && match described {
                        Some(text) => row.description.as_ref() == Some(text),
                        None => new.description == print.description,
                    }
            });
            if !same {
                return Err(DatabaseError::ReadBack);
            }
        }
        for new in &replacement.insert {
            let same = stands.next().is_some_and(|(row, _)| {
                row.name == new.name && row.value == new.value && row.description.as_ref() == Some(&new.description)
            });
            if !same {
                return Err(DatabaseError::ReadBack);
            }
        }
        match stands.next() {
            Some(_) => Err(DatabaseError::ReadBack),
            None => Ok(after),
        }
    }
}

/// What new rows get for their ids.
struct Ids {
    /// The id of the first new row. The server identifies running credentials by row, so that an id is not used
    /// again while a row stood with it before this transaction.
    next: Option<i64>,
    user: Raw,
    org: Raw,
}

impl Ids {
    fn of(set: &Set<'_>) -> Result<Self, DatabaseError> {
        let (org, user) = match set.scope {
            Scope::Personal { org, user } => (Some(org), Some(user)),
            Scope::Shared { org } => (Some(org), None),
            Scope::NoOrg { user } => (None, user.as_ref()),
        };
        Ok(Self {
            next: highest_id(set.transaction)?.checked_add(1),
            user: user.map_or(Ok(Raw::Null), |user| spelling::of_user(set.transaction, user))?,
            org: org.map_or(Ok(Raw::Null), |org| spelling::of_org(set.transaction, org))?,
        })
    }
}

/// The highest id that a row has, or had where the table remembers (AUTOINCREMENT).
fn highest_id(connection: &Connection) -> Result<i64, DatabaseError> {
    let sql = "SELECT coalesce(max(id), 0) FROM main.custom_secrets";
    let highest: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let remembers: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence')")?
        .query_row([], |row| row.get(0))?;
    if !remembers {
        return Ok(highest);
    }
    let sql = "SELECT seq FROM main.sqlite_sequence WHERE name = 'custom_secrets' COLLATE NOCASE";
    let remembered: Option<i64> = connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(highest.max(remembered.unwrap_or_default()))
}
