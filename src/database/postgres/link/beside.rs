//! What a rotation has beside the connection that it reads and writes over: another one to write over, one that keeps
//! other rotations away, and a way to know whether anybody else has written.

use super::super::connect::{Connected, connect};
use super::super::error::Failure;
use super::Link;
use crate::database::DatabaseError;
use tokio_postgres::types::Type;

/// The connection that keeps other rotations away.
pub(in super::super) struct Guard(Connected);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.carrier.abort();
    }
}

impl Link {
    /// A second connection that holds the rotation's lock in an open transaction: a pooler can't hand it to others, and
    /// it ends with us, however we end. Nothing else waits for it.
    ///
    /// # Errors
    /// [`DatabaseError::Rotating`] where somebody else has it; what connecting ends in.
    pub(in super::super) fn guard(&mut self) -> Result<Guard, DatabaseError> {
        let (parameters, tls) = (&self.parameters, &self.tls);
        let schema = self.session.as_ref().map(|session| session.schema.name.clone()).unwrap_or_default();
        self.runtime.block_on(async {
            let connected = connect(parameters, tls).await?;
            let guard = Guard(connected);
            let begin = "BEGIN READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0";
            let ask = async {
                guard.0.client.batch_execute(begin).await?;
                let sql = "SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext($1)::int8 # 6003927117)";
                let name = format!("strongroom rotation of {schema}");
                Ok::<bool, Failure>(guard.0.client.query_typed_one(sql, &[(&name, Type::TEXT)]).await?.try_get(0)?)
            };
            match ask.await {
                Ok(true) => Ok(guard),
                Ok(false) => Err(DatabaseError::Rotating),
                Err(failure) => Err(failure.into_error(false)),
            }
        })
    }

    /// One more connection to the same place.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(in super::super) fn another(&self) -> Result<Self, DatabaseError> {
        Self::open(self.parameters.clone(), self.is_read_only)
    }

    /// How many transaction numbers the server has given to others: whoever writes gets one. `with` is how many it has
    /// given to other connections of ours. `None` where that cannot be told, and while a transaction with a number is
    /// under way, because its end would not be seen.
    pub(in super::super) fn others(&mut self, with: Option<i64>) -> Result<Option<i64>, DatabaseError> {
        let (eldest, next) = self.read(&async |client, _| {
            let sql = "SELECT pg_catalog.txid_snapshot_xmin(s), pg_catalog.txid_snapshot_xmax(s)
                         FROM pg_catalog.txid_current_snapshot() s";
            let row = client.query_typed_one(sql, &[]).await?;
            Ok::<(i64, i64), Failure>((row.try_get(0)?, row.try_get(1)?))
        })?;
        let ours = self.numbers.zip(with).map(|(here, there)| here + there);
        Ok(ours.filter(|_| eldest == next).map(|ours| next - ours))
    }

    /// How many of the server's transaction numbers [`write`](Self::write) has used up, if that is known.
    pub(in super::super) fn numbers(&self) -> Option<i64> {
        self.numbers
    }

    /// Whether both go to the same server.
    pub(in super::super) fn is_beside(&self, other: &Self) -> bool {
        let server = |link: &Self| link.session.as_ref().map(|session| session.connected.server.clone());
        server(self).is_some_and(|here| server(other) == Some(here))
    }
}
