//! The one transaction that replaces a set, and finding out what became of it.
//!
//! EXCLUSIVE keeps every other writer out and lets readers pass. The server's own store locks rows (`FOR UPDATE`) and
//! then deletes: a weaker mode would deadlock with it. Everybody's writes queue behind a lock that waits, so that it
//! waits briefly, and tries again.

use super::error::Failure;
use super::link::{Link, Mode};
use super::rows::{self, Bound, Filter};
use super::schema::{IdKind, Schema};
use crate::database::check::Takes;
use crate::database::{
    DatabaseError, Decision, NewRow, OrgId, Replaced, Replacement, RowId, Scope, StoredRow, UserId, Witness,
};
use std::time::{Duration, Instant};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

/// How long a try waits for the lock, and how long all tries together.
const LOCK_TRY: Duration = Duration::from_millis(500);
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// How often a transaction that the server ended for the sake of another is run again.
const RETRIES: usize = 5;

/// How long the outcome of a COMMIT is looked for.
const RESOLVE: Duration = Duration::from_secs(30);

/// A transaction that is written and read back, and not yet committed.
struct Written {
    before: Vec<StoredRow>,
    after: Vec<StoredRow>,
    /// `pg_current_xact_id()`, by which the server can say what became of it.
    transaction: String,
}

pub(super) fn replace(
    link: &mut Link,
    scope: &Scope,
    decide: &mut dyn FnMut(&[StoredRow]) -> Decision,
    mut witness: Option<&mut Witness<'_>>,
) -> Result<Replaced, DatabaseError> {
    link.control.begin();
    if let Some(reason) = link.read_only() {
        return only_ask(link, scope, decide, reason);
    }
    let begin = Instant::now();
    let mut retries = 0;
    loop {
        link.prepare_to_write()?;
        let failure = match attempt(link, scope, decide, witness.as_deref_mut()) {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        let is_worth_a_try = (failure.is_locked() && begin.elapsed() < LOCK_WAIT)
            || ((failure.is_transient() || failure.is_lost() || failure.is_other_schema()) && retries < RETRIES);
        let was_cancelled = link.control.was_cancelled();
        if !is_worth_a_try || was_cancelled {
            return Err(failure.into_error(was_cancelled));
        }
        retries += usize::from(!failure.is_locked());
        link.pause(jitter())?;
    }
}

/// Between 50 and 250 ms, so that two who wait do not try in step.
pub(super) fn jitter() -> Duration {
    let mut byte = [0_u8; 1];
    // Without randomness they may meet once more; that is all.
    let _ = getrandom::fill(&mut byte);
    Duration::from_millis(50 + u64::from(byte[0]) * 200 / 255)
}

/// Where nothing can be written it may still be asked what would be.
fn only_ask(
    link: &mut Link,
    scope: &Scope,
    decide: &mut dyn FnMut(&[StoredRow]) -> Decision,
    reason: String,
) -> Result<Replaced, DatabaseError> {
    let before = link.read(&async |client, schema| rows::read(client, schema, &Filter::of(scope, schema)).await)?;
    match decide(&before) {
        Decision::Abandon => Ok(Replaced::Abandoned),
        Decision::Write(_) => Err(DatabaseError::ReadOnly(reason)),
    }
}

/// One run of the transaction. Whatever fails before the COMMIT leaves nothing behind.
fn attempt(
    link: &mut Link,
    scope: &Scope,
    decide: &mut dyn FnMut(&[StoredRow]) -> Decision,
    witness: Option<&mut Witness<'_>>,
) -> Result<Replaced, Failure> {
    let before = lock_and_read(link, scope)?;
    let replacement = match decide(&before) {
        Decision::Abandon => {
            link.roll_back();
            return Ok(Replaced::Abandoned);
        }
        Decision::Write(replacement) => replacement,
    };
    let written = link.statements(async |client, schema| {
        check(schema, scope, &before, &replacement)?;
        let change = Change { client, schema, scope, filter: Filter::of(scope, schema) };
        change.write(&replacement).await?;
        let after = rows::read(client, schema, &change.filter).await?;
        read_back(&before, &after, &replacement)?;
        if let Some(keep) = replacement.keep.as_ref().filter(|_| schema.keeps_history && !replacement.is_empty()) {
            super::history::keep(client, schema, scope, &before, keep).await?;
        }
        if let Some(witness) = witness.filter(|_| schema.keeps_trail && !replacement.is_empty()) {
            let (row, next) = witness(&super::trail::state(client, schema).await?, &after);
            super::trail::add(client, schema, &row, &next).await?;
        }
        let sql = "SELECT pg_catalog.txid_current()::text";
        let transaction = client.query_typed_one(sql, &[]).await?.try_get(0)?;
        Ok((after, transaction))
    });
    let (after, transaction) = written?;
    match link.commit() {
        Ok(()) => Ok(Replaced::Written(after)),
        // The server said no: nothing was committed.
        Err(failure @ Failure::Interrupted) => Err(failure),
        Err(failure) if failure.is_answer() => Err(failure),
        Err(_) => resolve(link, scope, Written { before, after, transaction }),
    }
}

/// Begins the transaction, takes the lock, looks at the tables again and reads the rows that stand.
fn lock_and_read(link: &mut Link, scope: &Scope) -> Result<Vec<StoredRow>, Failure> {
    let search_path = link.parameters().search_path.clone();
    let (schema, rows) = link.transact(Mode::Write, &async |client: &Client, schema: &Schema| {
        let lock = format!(
            "SET LOCAL lock_timeout = {}; \
             SELECT pg_catalog.set_config('synchronous_commit', 'on', true) \
              WHERE pg_catalog.current_setting('synchronous_commit') = 'off'; \
             LOCK TABLE {} IN EXCLUSIVE MODE",
            LOCK_TRY.as_millis(),
            schema.secrets
        );
        client.batch_execute(&lock).await?;
        // Somebody may have migrated the database since: a column may share rows now that none did before.
        let schema = Schema::detect(client, search_path.as_deref()).await?;
        let rows = rows::read(client, &schema, &Filter::of(scope, &schema)).await?;
        Ok((schema, rows))
    })?;
    link.adopt(schema);
    Ok(rows)
}

fn check(schema: &Schema, scope: &Scope, before: &[StoredRow], replacement: &Replacement) -> Result<(), DatabaseError> {
    let takes = Takes {
        shared: schema.has_shared,
        each_name_once: schema.has_unique_index,
        unfillable: schema.unfillable.as_deref(),
        needs_user: schema.needs_user,
        lengths: schema.lengths,
    };
    takes.check(scope, before, replacement)
}

/// A change of one scope in an open transaction.
struct Change<'c> {
    client: &'c Client,
    schema: &'c Schema,
    scope: &'c Scope,
    filter: Filter,
}

impl Change<'_> {
    async fn write(&self, replacement: &Replacement) -> Result<(), Failure> {
        self.delete(&replacement.delete).await?;
        self.describe(replacement).await?;
        self.insert(&replacement.insert).await
    }

    async fn delete(&self, ids: &[RowId]) -> Result<(), Failure> {
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let sql = format!("DELETE FROM {} WHERE id = ANY ($3) AND {}", self.schema.secrets, self.filter.condition);
        let mut bound = self.filter.bound();
        bound.push((&ids, Type::INT8_ARRAY));
        expect_rows(ids.len(), self.client.execute_typed(&sql, &bound).await?)
    }

    async fn describe(&self, replacement: &Replacement) -> Result<(), Failure> {
        if replacement.describe.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = replacement.describe.iter().map(|(id, _)| id.0).collect();
        let texts: Vec<&str> = replacement.describe.iter().map(|(_, text)| text.as_str()).collect();
        let sql = format!(
            "UPDATE {} SET description = new.text FROM unnest($3::int8[], $4::text[]) AS new (row, text) \
              WHERE id = new.row AND description IS NULL AND {}",
            self.schema.secrets, self.filter.condition
        );
        let mut bound = self.filter.bound();
        bound.extend([(&ids as _, Type::INT8_ARRAY), (&texts as _, Type::TEXT_ARRAY)]);
        expect_rows(ids.len(), self.client.execute_typed(&sql, &bound).await?)
    }

    /// One statement for all rows; the identity column numbers them in their order.
    async fn insert(&self, new: &[NewRow]) -> Result<(), Failure> {
        if new.is_empty() {
            return Ok(());
        }
        let (user, org) = self.owner().await?;
        let column = |pick: fn(&NewRow) -> &str| new.iter().map(pick).collect::<Vec<&str>>();
        let names = column(|row| &row.name);
        let values = column(|row| row.value.as_str());
        let descriptions = column(|row| row.description.as_str());
        let cast = match self.schema.secret_org {
            IdKind::Uuid => "::uuid",
            IdKind::Text => "",
        };
        let (shared_column, shared_value) = match (self.schema.has_shared, self.scope) {
            (false, _) => ("", ""),
            (true, Scope::Shared { .. }) => (", is_org_shared", ", TRUE"),
            (true, Scope::Personal { .. } | Scope::NoOrg { .. }) => (", is_org_shared", ", FALSE"),
        };
        let sql = format!(
            "INSERT INTO {} (keycloak_user_id, org_id, secret_name, secret_value, description{shared_column}) \
             SELECT $1, $2{cast}, new.name, new.value, new.description{shared_value} \
               FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY \
                    AS new (name, value, description, place) \
              ORDER BY new.place",
            self.schema.secrets
        );
        let bound: Bound<'_> = vec![
            (&user, Type::TEXT),
            (&org, Type::TEXT),
            (&names, Type::TEXT_ARRAY),
            (&values, Type::TEXT_ARRAY),
            (&descriptions, Type::TEXT_ARRAY),
        ];
        expect_rows(new.len(), self.client.execute_typed(&sql, &bound).await?)
    }

    /// What new rows get for `keycloak_user_id` and `org_id`: an org is spelled as its own row spells it.
    async fn owner(&self) -> Result<(Option<String>, Option<String>), Failure> {
        let (org, user): (Option<&OrgId>, Option<&UserId>) = match self.scope {
            Scope::Personal { org, user } => (Some(org), Some(user)),
            Scope::Shared { org } => (Some(org), None),
            Scope::NoOrg { user } => (None, user.as_ref()),
        };
        let user = user.map(|user| user.as_str().to_owned());
        let Some(org) = org else { return Ok((user, None)) };
        let spellings = rows::spelled(self.schema.org_id, org.as_str(), org.spellings());
        let sql =
            format!("SELECT id::text FROM {} WHERE {}", self.schema.org, rows::is_any("id", self.schema.org_id, 1));
        let found = self.client.query_typed_opt(&sql, &[(&spellings, Type::TEXT_ARRAY)]).await?;
        let spelled = found.map(|row| row.try_get::<_, String>(0)).transpose()?;
        Ok((user, Some(spelled.unwrap_or_else(|| org.as_str().to_owned()))))
    }
}

fn expect_rows(wanted: usize, changed: u64) -> Result<(), Failure> {
    if u64::try_from(wanted).is_ok_and(|wanted| wanted == changed) {
        Ok(())
    } else {
        Err(DatabaseError::ReadBack.into())
    }
}

/// Compares what stands with what must: a trigger or a rule may have had its own mind.
fn read_back(before: &[StoredRow], after: &[StoredRow], replacement: &Replacement) -> Result<(), DatabaseError> {
    let kept = before.iter().filter(|row| !replacement.delete.contains(&row.id)).map(|row| {
        let described = replacement.describe.iter().find(|(id, _)| *id == row.id).map(|(_, text)| text.clone());
        StoredRow { description: described.or_else(|| row.description.clone()), ..row.clone() }
    });
    let kept: Vec<StoredRow> = kept.collect();
    let Some((old, new)) = after.split_at_checked(kept.len()) else { return Err(DatabaseError::ReadBack) };
    let is_inserted = |(row, new): (&StoredRow, &NewRow)| {
        row.name == new.name && row.value == new.value && row.description.as_ref() == Some(&new.description)
    };
    let same = old == kept.as_slice()
        && new.len() == replacement.insert.len()
        && new.iter().zip(&replacement.insert).all(is_inserted);
    if same { Ok(()) } else { Err(DatabaseError::ReadBack) }
}

/// What became of a COMMIT that was not answered: the same lock, and the rows that stand; where somebody else has
/// stored since, the server's own record of the transaction.
fn resolve(link: &mut Link, scope: &Scope, written: Written) -> Result<Replaced, Failure> {
    let begin = Instant::now();
    let left = || RESOLVE.saturating_sub(begin.elapsed());
    link.control.begin();
    loop {
        if link.reconnect(left()).is_err() {
            return Err(DatabaseError::OutcomeUnknown.into());
        }
        match lock_and_read(link, scope) {
            Ok(rows) => {
                link.roll_back();
                if rows == written.after {
                    return Ok(Replaced::Written(rows));
                }
                if rows == written.before {
                    return Err(DatabaseError::Lost.into());
                }
                return ask_the_server(link, written);
            }
            // A COMMIT that hangs still holds its lock.
            Err(failure) if (failure.is_locked() || failure.is_lost()) && !left().is_zero() => {
                if link.pause(jitter()).is_err() {
                    return Err(DatabaseError::OutcomeUnknown.into());
                }
            }
            Err(_) => return Err(DatabaseError::OutcomeUnknown.into()),
        }
    }
}

fn ask_the_server(link: &mut Link, written: Written) -> Result<Replaced, Failure> {
    let status = link.read(&async |client, _| {
        let sql = "SELECT pg_catalog.txid_status($1::int8)";
        let number: i64 = written.transaction.parse().map_err(|_| DatabaseError::OutcomeUnknown)?;
        Ok(client.query_typed_one(sql, &[(&number, Type::INT8)]).await?.try_get::<_, Option<String>>(0)?)
    });
    match status.as_ref().map(Option::as_deref) {
        Ok(Some("committed")) => Ok(Replaced::Written(written.after)),
        Ok(Some("aborted")) => Err(DatabaseError::Lost.into()),
        Ok(_) | Err(_) => Err(DatabaseError::OutcomeUnknown.into()),
    }
}
