//! One connection and what keeps it: the runtime, the deadlines, the transactions, and the way back after a loss.
//!
//! Every piece of work is one explicit transaction, with settings that end with it, so that a pooler in between may
//! hand the server to somebody else after it. Nothing runs between two pieces: an idle connection costs nothing.

mod beside;

use super::connect::{Connected, connect};
use super::control::Control;
use super::error::Failure;
use super::parameters::Parameters;
use super::schema::Schema;
use super::tls;
use crate::database::{DatabaseError, Herald};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};
use tokio_postgres::Client;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long the server may work on one statement; ours is a little longer, for a server that does not keep to it.
const STATEMENT: Duration = Duration::from_secs(30);
pub(super) const DEADLINE: Duration = Duration::from_secs(40);

/// How long a COMMIT may take before its outcome has to be found out in another way.
const COMMIT: Duration = Duration::from_secs(15);

/// How long a ROLLBACK may take before the connection is given up instead.
const ROLLBACK: Duration = Duration::from_secs(2);

/// Pauses between the tries to connect again after a loss.
const BACKOFF: [Duration; 6] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_millis(1500),
    Duration::from_secs(3),
    Duration::from_secs(4),
];

/// The connection, or the way to the next one.
pub(super) struct Link {
    runtime: Runtime,
    parameters: Parameters,
    tls: MakeRustlsConnect,
    pub(super) control: Arc<Control>,
    pub(super) herald: Option<Herald>,
    session: Option<Session>,
    /// Whether the operator has to hear that the connection is another one.
    is_lost: bool,
    is_read_only: bool,
    /// How many transaction numbers [`Link::write`] has used up; `None` once the connection was made anew, because
    /// whoever took over from a server need not have them all.
    numbers: Option<i64>,
}

/// A connection that stands, with what was found there.
pub(super) struct Session {
    pub(super) connected: Connected,
    pub(super) schema: Schema,
    /// Whether a request to stop may still be on its way to this connection.
    is_tainted: bool,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.connected.carrier.abort();
    }
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    Write,
}

impl Mode {
    /// The first words of a transaction. `row_security = off` makes a policy that would hide rows an error.
    fn begin(self) -> String {
        let begin = match self {
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            // What the lock waited for must be seen.
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        };
        let timeout = STATEMENT.as_millis();
        format!(
            "{begin}; SET LOCAL row_security = off; SET LOCAL statement_timeout = {timeout}; \
             SET LOCAL idle_in_transaction_session_timeout = {timeout}"
        )
    }
}

impl Link {
    /// Makes the first connection.
    ///
    /// # Errors
    /// [`DatabaseError::Parameter`], [`DatabaseError::Unreachable`], and what looking at the tables ends in.
    pub(super) fn open(parameters: Parameters, is_read_only: bool) -> Result<Self, DatabaseError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            DatabaseError::Unreachable { reason: format!("the system has no event loop to give: {error}") }
        })?;
        let tls = tls::connector(&parameters)?;
        let mut link = Self {
            runtime,
            parameters,
            tls,
            control: Arc::default(),
            herald: None,
            session: None,
            is_lost: false,
            is_read_only,
            numbers: Some(0),
        };
        link.connect()?;
        Ok(link)
    }

    pub(super) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// What the connection that stands, or stood last, found.
    pub(super) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Whether nothing is to be written, by wish or by nature.
    pub(super) fn read_only(&self) -> Option<String> {
        if self.is_read_only {
            return Some("it was opened with --read-only".to_owned());
        }
        let session = self.session.as_ref()?;
        session.connected.read_only.map(str::to_owned).or_else(|| session.schema.missing_right())
    }

    fn say(&self, news: &str) {
        if let Some(herald) = &self.herald {
            herald(news.to_owned());
        }
    }

    /// One pass over the servers.
    fn connect(&mut self) -> Result<(), DatabaseError> {
        let control = Arc::clone(&self.control);
        let (parameters, tls) = (&self.parameters, &self.tls);
        let connected = self.runtime.block_on(async {
            tokio::select! {
                connected = connect(parameters, tls) => connected,
                () = control.cancelled() => Err(DatabaseError::Interrupted),
            }
        })?;
        let begin = Mode::Read.begin();
        let search_path = self.parameters.search_path.as_deref();
        let detected = self.runtime.block_on(async {
            let work = async {
                connected.client.batch_execute(&begin).await?;
                let schema = Schema::detect(&connected.client, search_path).await?;
                connected.client.batch_execute("COMMIT").await?;
                Ok::<_, Failure>(schema)
            };
            timeout(DEADLINE, work).await.unwrap_or(Err(Failure::Late))
        });
        match detected {
            Ok(schema) => {
                self.session = Some(Session { connected, schema, is_tainted: false });
                Ok(())
            }
            Err(failure) => {
                connected.carrier.abort();
                Err(failure.into_error(false))
            }
        }
    }

    /// Makes sure that there is a connection; after a loss with pauses that grow, until one stands, the servers were
    /// tried for `patience`, or the operator has enough.
    fn ensure(&mut self, patience: Duration) -> Result<(), DatabaseError> {
        if self.session.as_ref().is_some_and(|session| !session.connected.client.is_closed()) {
            return Ok(());
        }
        self.is_lost |= self.session.take().is_some();
        self.numbers = None;
        let begin = Instant::now();
        let mut pauses = BACKOFF.iter().copied().chain(std::iter::repeat(Duration::from_secs(4)));
        if self.is_lost {
            self.say("the connection was lost: connecting again");
        }
        loop {
            match self.connect() {
                Ok(()) => {
                    if std::mem::take(&mut self.is_lost) {
                        self.say("connected again");
                    }
                    return Ok(());
                }
                Err(error @ DatabaseError::Unreachable { .. }) => {
                    let pause = pauses.next().unwrap_or_default();
                    if begin.elapsed() + pause > patience {
                        return Err(error);
                    }
                    self.pause(pause)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits, unless the operator has enough.
    pub(super) fn pause(&self, time: Duration) -> Result<(), DatabaseError> {
        let control = Arc::clone(&self.control);
        self.runtime.block_on(async {
            tokio::select! {
                () = sleep(time) => Ok(()),
                () = control.cancelled() => Err(DatabaseError::Interrupted),
            }
        })
    }

    /// Runs `work` in one read-only transaction, from one snapshot. A connection that turns out to be lost, and tables
    /// that turn out to be others, are looked after, and it is run again.
    pub(super) fn read<T>(
        &mut self,
        work: &impl AsyncFn(&Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, DatabaseError> {
        self.control.begin();
        let mut tries = 0;
        loop {
            self.ensure(Duration::from_secs(10))?;
            let failure = match self.transact(Mode::Read, work) {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            tries += 1;
            let was_cancelled = self.control.was_cancelled();
            let is_stale = failure.is_lost() || failure.is_other_schema();
            if tries > 2 || was_cancelled || !(is_stale || self.is_tainted()) {
                return Err(failure.into_error(was_cancelled));
            }
            self.is_lost |= failure.is_lost();
            self.session = None;
        }
    }

    fn is_tainted(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.is_tainted)
    }

    /// Begins a piece of work that writes, on a connection that no request to stop can reach any more but ours.
    pub(super) fn prepare_to_write(&mut self) -> Result<(), DatabaseError> {
        if self.is_tainted() {
            self.session = None;
        }
        self.ensure(Duration::from_secs(10))
    }

    /// One transaction that writes. Where its COMMIT is not answered, it has failed, and may stand all the same.
    ///
    /// # Errors
    /// [`DatabaseError::ReadOnly`], and what the work ends in.
    pub(super) fn write<T>(
        &mut self,
        work: &impl AsyncFn(&Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, DatabaseError> {
        if let Some(reason) = self.read_only() {
            return Err(DatabaseError::ReadOnly(reason));
        }
        self.control.begin();
        self.prepare_to_write()?;
        let done = self.transact(Mode::Write, &async |client: &Client, schema: &Schema| {
            // One number each, whether or not anything is written: see [`Link::others`].
            let number = client.batch_execute("SELECT pg_catalog.txid_current()");
            tokio::try_join!(async { number.await.map_err(Failure::from) }, work(client, schema))
        });
        let done = done.and_then(|((), done)| self.commit().map(|()| done));
        self.numbers = self.numbers.map(|numbers| numbers + i64::from(done.is_ok()));
        done.map_err(|failure| failure.into_error(self.control.was_cancelled()))
    }

    /// Makes sure of a connection for finding out what became of a COMMIT: that is worth a long wait.
    pub(super) fn reconnect(&mut self, patience: Duration) -> Result<(), DatabaseError> {
        self.session = None;
        self.ensure(patience)
    }

    /// One transaction, ended by COMMIT if it reads; one that writes is left open for [`Link::commit`].
    pub(super) fn transact<T>(
        &mut self,
        mode: Mode,
        work: &impl AsyncFn(&Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let begin = mode.begin();
        self.statements(async |client: &Client, schema: &Schema| {
            client.batch_execute(&begin).await?;
            let done = work(client, schema).await?;
            if mode == Mode::Read {
                client.batch_execute("COMMIT").await?;
            }
            Ok(done)
        })
    }

    /// Reads one snapshot for as long as that takes: `work` sees to its own deadlines.
    pub(super) fn copy<T>(
        &mut self,
        work: impl AsyncFnOnce(&Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, DatabaseError> {
        self.control.begin();
        self.ensure(Duration::from_secs(10))?;
        let begin = format!(
            "{}; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
            Mode::Read.begin()
        );
        let done = self.statements_within(Duration::MAX, async |client, schema| {
            client.batch_execute(&begin).await?;
            let done = work(client, schema).await?;
            client.batch_execute("COMMIT").await?;
            Ok(done)
        });
        done.map_err(|failure| failure.into_error(self.control.was_cancelled()))
    }

    /// Runs statements of a transaction that is open. Where they fail, it is rolled back.
    pub(super) fn statements<T>(
        &mut self,
        work: impl AsyncFnOnce(&Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.statements_within(DEADLINE, work)
    }

    fn statements_within<T>(
        &mut self,
        deadline: Duration,
        work: impl AsyncFnOnce(&Client, &Schema) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let Some(session) = &mut self.session else { return Err(DatabaseError::Lost.into()) };
        let control = Arc::clone(&self.control);
        let client = &session.connected.client;
        control.running(client.cancel_token(), self.tls.clone());
        let result = self.runtime.block_on(async {
            tokio::select! {
                biased;
                done = work(client, &session.schema) => done,
                () = control.given_up() => Err(Failure::Interrupted),
                () = sleep(deadline) => Err(Failure::Late),
            }
        });
        control.idle();
        session.is_tainted |= control.was_cancelled();
        if let Err(failure) = &result {
            if failure.is_answer() {
                self.roll_back();
            } else {
                self.is_lost |= !matches!(failure, Failure::Interrupted);
                self.session = None;
            }
        }
        result
    }

    /// Ends the open transaction without a trace.
    pub(super) fn roll_back(&mut self) {
        let Some(session) = &self.session else { return };
        let client = &session.connected.client;
        let ended = self.runtime.block_on(async { timeout(ROLLBACK, client.batch_execute("ROLLBACK")).await });
        if !matches!(ended, Ok(Ok(()))) {
            self.session = None;
        }
    }

    /// Commits the open transaction. It cannot be interrupted.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] if the operator was faster: it is rolled back. A failure that
    /// [is an answer](Failure::is_answer) means that nothing was committed; after any other the outcome is not known.
    pub(super) fn commit(&mut self) -> Result<(), Failure> {
        if !self.control.committing() {
            self.roll_back();
            return Err(Failure::Interrupted);
        }
        let result = match &self.session {
            None => Err(DatabaseError::Lost.into()),
            Some(session) => self.runtime.block_on(async {
                match timeout(COMMIT, session.connected.client.batch_execute("COMMIT")).await {
                    Ok(done) => done.map_err(Failure::from),
                    Err(_) => Err(Failure::Late),
                }
            }),
        };
        self.control.idle();
        if result.as_ref().is_err_and(|failure| !failure.is_answer()) {
            self.is_lost = true;
            self.session = None;
        }
        result
    }

    /// Looks at the tables again, inside the open transaction.
    pub(super) fn adopt(&mut self, schema: Schema) {
        if let Some(session) = &mut self.session {
            session.schema = schema;
        }
    }
}
