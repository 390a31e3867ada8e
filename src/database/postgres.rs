//! A remote `PostgreSQL`, as operators have it: behind TLS, a pooler, a failover, and with writers that know nothing
//! of Strongroom.

mod backup;
mod cell;
mod connect;
mod control;
mod directory;
mod error;
mod history;
mod lanes;
mod link;
mod parameters;
mod passfile;
mod replace;
mod rows;
mod schema;
mod tls;
mod trail;

use super::{
    About, CellKey, CellRow, CellTable, Counts, Database, DatabaseError, Decision, Herald, Home, Interrupt, KeptRows,
    KeptSet, OrgId, OrgQuery, OrgRecord, Overview, Page, PersonRecord, Purge, Replaced, Scope, Sealer, StoredRow,
    StoredText, Swap, TrailHead, TrailRow, UserId, UserQuery, UserRecord, Witness,
};
use crate::secret::Secret;
use control::Interrupter;
use error::Failure;
use lanes::Lanes;
use link::Link;
use parameters::Parameters;
use rows::Filter;
use schema::Schema;
use std::any::Any;
use std::path::Path;
use std::sync::Arc;
use tokio_postgres::types::Type;

/// Strongroom's own tables, in the schema of the server's.
const OWN_TABLES: &str = include_str!("../../assets/own.postgres.sql");

/// How many rows a scan holds at a time.
const SCAN: i64 = 1_000;

/// A connection to one `PostgreSQL` database.
pub struct Postgres {
    link: Link,
    about: About,
    lanes: Lanes,
}

/// How [`Postgres::open`] opens.
#[derive(Default)]
pub struct OpenOptions {
    /// Write nothing, whatever the server allows.
    pub read_only: bool,
    /// The password, where it comes from neither the URL nor libpq's own places.
    pub password: Option<Secret>,
}

impl Postgres {
    /// Connects to what `url` names: `postgres://USER@HOST:PORT/DATABASE?PARAMETER=VALUE`, with libpq's parameters as
    /// the README lists them, and its variables for what the URL leaves open.
    ///
    /// # Errors
    /// [`DatabaseError::Parameter`], [`DatabaseError::Unreachable`] with what each server said, and
    /// [`DatabaseError::NotTheServers`], [`DatabaseError::NewerSchema`]. None of them holds a password.
    pub fn open(url: &str, options: OpenOptions) -> Result<Self, DatabaseError> {
        let home = std::env::home_dir();
        let mut parameters = Parameters::read(url, &|name| std::env::var(name).ok(), home.as_deref())?;
        if let Some(password) = options.password {
            parameters.password = Some(Arc::new(password));
        }
        let link = Link::open(parameters, options.read_only)?;
        let about = about(&link).ok_or(DatabaseError::Lost)?;
        Ok(Self { link, about, lanes: Lanes::default() })
    }

    fn read<T>(
        &mut self,
        work: &impl AsyncFn(&tokio_postgres::Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, DatabaseError> {
        let done = self.link.read(work);
        self.look_again();
        done
    }

    /// One transaction that writes.
    fn write<T>(
        &mut self,
        work: &impl AsyncFn(&tokio_postgres::Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, DatabaseError> {
        let done = self.link.write(work);
        self.look_again();
        done
    }

    /// After a loss another server may answer, and another role may be in charge.
    fn look_again(&mut self) {
        if let Some(about) = about(&self.link) {
            self.about = about;
        }
    }
}

fn own_script(schema: &Schema) -> String {
    OWN_TABLES.replace("SCHEMA", &schema.name)
}

fn about(link: &Link) -> Option<About> {
    let session = link.session()?;
    Some(About {
        engine: session.schema.engine.clone(),
        location: link.parameters().location(&session.connected.server),
        transport: session.connected.transport,
        role: Some(crate::secret::escape::line(&session.schema.role_name).into_owned()),
        read_only: link.read_only(),
        has_shared: session.schema.has_shared,
        has_unique_index: session.schema.has_unique_index,
        has_own_tables: session.schema.has_own_tables,
        keeps_history: session.schema.keeps_history,
        keeps_trail: session.schema.keeps_trail,
        created: false,
    })
}

impl Database for Postgres {
    fn about(&self) -> &About {
        &self.about
    }

    fn interrupter(&self) -> Box<dyn Interrupt> {
        Box::new(Interrupter(Arc::clone(&self.link.control)))
    }

    fn set_herald(&mut self, herald: Herald) {
        self.link.herald = Some(herald);
    }

    fn orgs(&mut self, query: &OrgQuery) -> Result<Page<OrgRecord>, DatabaseError> {
        self.read(&async |client, schema| directory::org_page(client, schema, query).await)
    }

    fn users(&mut self, query: &UserQuery) -> Result<Page<UserRecord>, DatabaseError> {
        self.read(&async |client, schema| directory::user_page(client, schema, query).await)
    }

    fn find_orgs(&mut self, text: &str) -> Result<Vec<OrgRecord>, DatabaseError> {
        self.read(&async |client, schema| directory::find_orgs(client, schema, text).await)
    }

    fn find_users(&mut self, org: &OrgId, text: &str) -> Result<Vec<UserRecord>, DatabaseError> {
        self.read(&async |client, schema| directory::find_users(client, schema, org, text).await)
    }

    fn people(&mut self, text: &str, limit: usize) -> Result<Vec<PersonRecord>, DatabaseError> {
        self.read(&async |client, schema| directory::people(client, schema, text, limit).await)
    }

    fn homes(&mut self, user: &UserId, limit: usize) -> Result<Vec<Home>, DatabaseError> {
        self.read(&async |client, schema| directory::homes(client, schema, user, limit).await)
    }

    fn rows(&mut self, scope: &Scope) -> Result<Vec<StoredRow>, DatabaseError> {
        self.read(&async |client, schema| rows::read(client, schema, &Filter::of(scope, schema)).await)
    }

    fn newest_rows(&mut self, limit: usize) -> Result<Vec<StoredRow>, DatabaseError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(&async |client, schema| {
            let sql = format!("{} ORDER BY id DESC LIMIT $1", rows::select(schema));
            client.query_typed(&sql, &[(&limit, Type::INT8)]).await?.iter().map(rows::stored_row).collect()
        })
    }

    fn rows_named(&mut self, text: &str, limit: usize) -> Result<Vec<StoredRow>, DatabaseError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(&async |client, schema| {
            let condition = "WHERE pg_catalog.strpos(pg_catalog.lower(secret_name), pg_catalog.lower($1)) > 0";
            let sql = format!("{} {condition} ORDER BY id DESC LIMIT $2", rows::select(schema));
            let bound: rows::Bound<'_> = vec![(&text, Type::TEXT), (&limit, Type::INT8)];
            client.query_typed(&sql, &bound).await?.iter().map(rows::stored_row).collect()
        })
    }

    fn scan(&mut self, each: &mut dyn FnMut(StoredRow)) -> Result<(), DatabaseError> {
        // By the primary key: no transaction is kept open for as long as a large table takes.
        let mut after = i64::MIN;
        loop {
            let page: Vec<StoredRow> = self.read(&async |client, schema| {
                let sql = format!("{} WHERE id > $1 ORDER BY id LIMIT $2", rows::select(schema));
                let bound: rows::Bound<'_> = vec![(&after, Type::INT8), (&SCAN, Type::INT8)];
                client.query_typed(&sql, &bound).await?.iter().map(rows::stored_row).collect()
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id.0;
            page.into_iter().for_each(&mut *each);
        }
    }

    fn replace(
        &mut self,
        scope: &Scope,
        decide: &mut dyn FnMut(&[StoredRow]) -> Decision,
        witness: Option<&mut Witness<'_>>,
    ) -> Result<Replaced, DatabaseError> {
        let replaced = replace::replace(&mut self.link, scope, decide, witness);
        self.look_again();
        replaced
    }

    fn trail_key(&mut self) -> Result<Option<StoredText>, DatabaseError> {
        self.read(&async |client, schema| trail::key(client, schema).await)
    }

    fn set_trail_key(&mut self, key: &StoredText) -> Result<StoredText, DatabaseError> {
        self.write(&async |client, schema| trail::set_key(client, schema, key).await)?;
        self.trail_key()?.ok_or(DatabaseError::ReadBack)
    }

    fn swap_trail_key(&mut self, old: &StoredText, new: &StoredText) -> Result<bool, DatabaseError> {
        self.write(&async |client, schema| trail::swap_key(client, schema, old, new).await)
    }

    fn find_cells(&mut self, table: &str, key: &[&str], columns: &[&str]) -> Result<Option<CellTable>, DatabaseError> {
        self.read(&async |client, schema| cell::find(client, schema, table, key, columns).await)
    }

    fn cells(
        &mut self,
        table: &CellTable,
        after: Option<&CellKey>,
        limit: usize,
    ) -> Result<Vec<CellRow>, DatabaseError> {
        self.read(&async |client, schema| cell::page(client, schema, table, after, limit).await)
    }

    fn count_cells(&mut self, table: &CellTable) -> Result<u64, DatabaseError> {
        self.read(&async |client, schema| cell::count(client, schema, table).await)
    }

    fn swap_cells(&mut self, table: &CellTable, swaps: &[&Swap]) -> Result<u64, DatabaseError> {
        let swapped = self.lanes.swap(&mut self.link, table, swaps);
        self.look_again();
        swapped
    }

    fn writes_of_others(&mut self) -> Result<Option<i64>, DatabaseError> {
        self.link.others(self.lanes.numbers())
    }

    fn guard_rotation(&mut self, _: &Path) -> Result<Box<dyn Any + Send>, DatabaseError> {
        Ok(Box::new(self.link.guard()?))
    }

    fn append_trail(&mut self, seal: &mut Sealer<'_>) -> Result<TrailHead, DatabaseError> {
        let seal = std::cell::RefCell::new(seal);
        self.write(&async |client, schema| {
            let state = trail::state(client, schema).await?;
            // One transaction at a time: nobody else holds it.
            let sealed = seal.try_borrow_mut().map(|mut seal| seal(&state));
            let (row, next) = sealed.map_err(|_| DatabaseError::ReadBack)?;
            trail::add(client, schema, &row, &next).await?;
            Ok(next)
        })
    }

    fn trail(&mut self) -> Result<(Vec<TrailRow>, TrailHead), DatabaseError> {
        self.read(&async |client, schema| trail::read(client, schema).await)
    }

    fn overview(&mut self) -> Result<Overview, DatabaseError> {
        self.read(&async |client, schema| directory::overview(client, schema).await)
    }

    fn counts(&mut self) -> Result<Counts, DatabaseError> {
        self.read(&async |client, schema| {
            let counts = directory::counts(client, schema).await?;
            if !schema.keeps_history {
                return Ok(counts);
            }
            let (kept, orphans) = history::counts(client, schema).await?;
            Ok(Counts { kept, orphans, ..counts })
        })
    }

    fn history(&mut self, scope: &Scope) -> Result<Vec<KeptSet>, DatabaseError> {
        self.read(&async |client, schema| {
            if schema.keeps_history { history::list(client, schema, scope).await } else { Ok(Vec::new()) }
        })
    }

    fn kept(&mut self, id: i64) -> Result<Option<KeptRows>, DatabaseError> {
        self.read(&async |client, schema| {
            if schema.keeps_history { history::rows(client, schema, id).await } else { Ok(None) }
        })
    }

    fn purge(&mut self, which: &Purge) -> Result<u64, DatabaseError> {
        self.write(&async |client, schema| {
            if schema.keeps_history { history::purge(client, schema, which).await } else { Ok(0) }
        })
    }

    fn init(&mut self) -> Result<bool, DatabaseError> {
        if self.about.keeps_history && self.about.keeps_trail {
            return Ok(false);
        }
        self.write(&async |client, schema| {
            client.batch_execute(&own_script(schema)).await?;
            Ok(())
        })?;
        self.link.reconnect(std::time::Duration::from_secs(10))?;
        self.look_again();
        Ok(true)
    }

    fn own_script(&self) -> String {
        self.link.session().map_or_else(|| OWN_TABLES.to_owned(), |session| own_script(&session.schema))
    }

    fn backup(&mut self, to: &Path, cells: &[CellTable]) -> Result<(), DatabaseError> {
        let done = self.link.copy(async |client, schema| backup::backup(client, schema, to, cells).await);
        self.look_again();
        done
    }
}
