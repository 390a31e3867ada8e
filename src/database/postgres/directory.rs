//! Orgs and their users, a page at a time, searched by the server.
//!
//! Companies are in the order of their names, personal orgs in that of their ids: both are the order of an index that
//! every database of the server has. Members of an org are in the order of their e-mails, and whoever has secrets there
//! without being one comes behind them: finding those may mean reading the whole of `custom_secrets`, which the first
//! pages of an org need not wait for.

mod orgs;
mod people;
mod search;
mod users;

pub(super) use orgs::{find_orgs, page as org_page};
pub(super) use people::{homes, people};
pub(super) use users::{find_users, page as user_page};

use super::error::Failure;
use super::schema::{IdKind, Schema};
use crate::database::{Counts, Overview};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// The condition that makes an org, under the alias `o`, somebody's personal one.
fn is_personal(schema: &Schema) -> &'static str {
    match schema.org_id {
        // As the offered index has it.
        IdKind::Uuid => "o.name = 'user_' || o.id::text || '_org'",
        IdKind::Text => "replace(o.name, '-', '') = 'user_' || replace(o.id, '-', '') || '_org'",
    }
}

fn is_company(schema: &Schema) -> &'static str {
    match schema.org_id {
        IdKind::Uuid => "o.name <> 'user_' || o.id::text || '_org'",
        IdKind::Text => "replace(o.name, '-', '') <> 'user_' || replace(o.id, '-', '') || '_org'",
    }
}

/// `left = right` for two columns of ids that need not be of one type.
fn same_id(left: (&str, IdKind), right: (&str, IdKind)) -> String {
    if left.1 == right.1 {
        format!("{} = {}", left.0, right.0)
    } else {
        format!("{}::text = {}::text", left.0, right.0)
    }
}

pub(super) async fn count(client: &Client, sql: &str) -> Result<u64, Failure> {
    let counted: i64 = client.query_typed_one(sql, &[]).await?.try_get(0)?;
    Ok(u64::try_from(counted).unwrap_or_default())
}

pub(super) async fn counts(client: &Client, schema: &Schema) -> Result<Counts, Failure> {
    let Schema { org, user, secrets, .. } = schema;
    let personal_orgs = count(client, &format!("SELECT count(*) FROM {org} o WHERE {}", is_personal(schema))).await?;
    Ok(Counts {
        orgs: count(client, &format!("SELECT count(*) FROM {org}")).await?.saturating_sub(personal_orgs),
        personal_orgs,
        users: count(client, &format!("SELECT count(*) FROM {user}")).await?,
        secrets: count(client, &format!("SELECT count(*) FROM {secrets}")).await?,
        without_org: count(client, &format!("SELECT count(*) FROM {secrets} WHERE org_id IS NULL")).await?,
        ..Counts::default()
    })
}

/// How long a number that is only a courtesy may take.
const BRIEF: u32 = 250;

/// Runs `work` as a courtesy: what takes too long is given up, without harm to the transaction around it.
pub(super) async fn briefly<T>(
    client: &Client,
    work: impl AsyncFnOnce() -> Result<T, Failure>,
) -> Result<Option<T>, Failure> {
    client.batch_execute(&format!("SAVEPOINT brief; SET LOCAL statement_timeout = {BRIEF}")).await?;
    match work().await {
        Ok(done) => {
            client.batch_execute("ROLLBACK TO brief; RELEASE brief").await?;
            Ok(Some(done))
        }
        Err(Failure::Driver(error)) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
            client.batch_execute("ROLLBACK TO brief; RELEASE brief").await?;
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// What the console wants to know at once, as far as it can be had at once.
pub(super) async fn overview(client: &Client, schema: &Schema) -> Result<Overview, Failure> {
    let Schema { org, secrets, .. } = schema;
    let personal = format!("SELECT count(*) FROM {org} o WHERE {}", is_personal(schema));
    let without_org = format!("SELECT count(*) FROM {secrets} WHERE org_id IS NULL");
    Ok(Overview {
        personal_orgs: briefly(client, async || count(client, &personal).await).await?,
        without_org: briefly(client, async || count(client, &without_org).await).await?,
    })
}
