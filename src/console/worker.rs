//! The one thread that owns the database and the store. Anything slow happens here: one request, exactly one reply.

mod finding;
mod rotation;

use super::effect::{MOST_HOMES, Request, RequestId};
use super::message::{LockAnswer, Message, Reply, TrailView, Version, View};
use super::words;
use crate::audit;
use crate::database::{About, Database, Interrupt, Scope};
use crate::error::Error;
use crate::rotation::Keeper;
use crate::store::file::{self, SetFormat};
use crate::store::json;
use crate::store::parked::Parked;
use crate::store::{LoadedSet, NewSet, SaasSecretsStore, Side, StoreConfig};
use rotation::Walk;
use std::collections::HashSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

/// The name of the worker's thread: a panic there is answered, not fatal.
pub const THREAD: &str = "worker";

/// Reads one side of a comparison, as `strongroom secret diff` names it: from a file, from the open database, or from
/// the one of another profile.
pub type SideReader = Box<dyn FnMut(&str, &mut dyn Database, &StoreConfig) -> Result<Side, Error> + Send>;

/// The loop's end of the worker. Dropping it ends the thread when the request under way is done.
pub struct Worker {
    requests: Option<Sender<(RequestId, Request)>>,
    shared: Arc<Shared>,
    interrupter: Box<dyn Interrupt>,
    thread: Option<JoinHandle<()>>,
}

/// What both ends know.
#[derive(Default)]
struct Shared(Mutex<Progress>);

#[derive(Default)]
struct Progress {
    running: Option<RequestId>,
    cancelled: HashSet<RequestId>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        // Nothing panics while the lock is held; a poisoned one holds sound data.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// Starts the thread over `database`; it answers into `replies`.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn start(
        mut database: Box<dyn Database>,
        config: StoreConfig,
        sides: SideReader,
        keeper: Keeper,
        replies: Sender<Message>,
    ) -> io::Result<Self> {
        let (requests, waiting) = channel();
        let shared = Arc::new(Shared::default());
        let interrupter = database.interrupter();
        let news = replies.clone();
        // A loop that is gone hears no news.
        database.set_herald(Box::new(move |sentence| drop(news.send(Message::News(sentence)))));
        let known = database.about().clone();
        let mut bench = Bench { database, known, config, sides, walk: Walk::new(keeper) };
        let theirs = Arc::clone(&shared);
        let thread = Builder::new().name(THREAD.to_owned()).spawn(move || bench.serve(&waiting, &theirs, &replies))?;
        Ok(Self { requests: Some(requests), shared, interrupter, thread: Some(thread) })
    }

    /// Hands a request over. Its reply comes as [`Message::Reply`], whatever happens.
    pub fn ask(&self, id: RequestId, request: Request) {
        if let Some(requests) = &self.requests {
            // The thread outlives this sender, so that nothing can be refused.
            let _ = requests.send((id, request));
        }
    }

    /// Stops a request that runs, and lets one that waits pass without doing anything. Its reply still comes.
    pub fn cancel(&self, id: RequestId) {
        let mut progress = self.shared.lock();
        if progress.running == Some(id) {
            // Under the lock, so that the worker cannot have gone on to another request.
            self.interrupter.interrupt();
        } else {
            progress.cancelled.insert(id);
        }
    }
}

impl Drop for Worker {
    /// Waits for the request under way: a commit is never cut off by our own exit.
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take() {
            // A panic was answered already.
            let _ = thread.join();
        }
    }
}

/// The thread's end.
struct Bench {
    database: Box<dyn Database>,
    /// What the console knows about it.
    known: About,
    config: StoreConfig,
    sides: SideReader,
    walk: Walk,
}

impl Bench {
    fn serve(&mut self, waiting: &Receiver<(RequestId, Request)>, shared: &Shared, replies: &Sender<Message>) {
        while let Ok((id, request)) = waiting.recv() {
            let cancelled = {
                let mut progress = shared.lock();
                progress.running = Some(id);
                progress.cancelled.remove(&id)
            };
            // By its kind alone: a request may hold plaintext.
            tracing::debug!(id = id.0, kind = request.kind(), cancelled, "request");
            let reply = if cancelled {
                Reply::Cancelled
            } else {
                // The database's own guards roll back while the panic passes through them.
                catch_unwind(AssertUnwindSafe(|| self.answer(request))).unwrap_or(Reply::Panicked)
            };
            shared.lock().running = None;
            let about = self.database.about();
            if *about != self.known {
                self.known = about.clone();
                // Before the reply: what comes of it may depend on who answers now.
                let _ = replies.send(Message::Opened(about.clone()));
            }
            if replies.send(Message::Reply(id, reply)).is_err() {
                return;
            }
        }
    }

    fn answer(&mut self, request: Request) -> Reply {
        match request {
            Request::Overview => Reply::Overview(self.database.overview().map_err(Error::from)),
            Request::Orgs(query) => Reply::Orgs(self.database.orgs(&query).map_err(Error::from)),
            Request::Personal(query) => Reply::Personal(self.database.orgs(&query).map_err(Error::from)),
            Request::Users(query) => Reply::Users(self.database.users(&query).map_err(Error::from)),
            Request::Load(scope) => Reply::Load(self.load(&scope)),
            Request::Import(path) => Reply::Import(file::read(&path)),
            Request::Side(text) => Reply::Side((self.sides)(&text, &mut *self.database, &self.config)),
            Request::Export(set, path) => Reply::Export(self.export(&set, &path)),
            Request::Record(event) => Reply::Recorded(self.record(&event)),
            Request::Trail => Reply::Trail(self.trail()),
            Request::Script => Reply::Script(self.database.own_script()),
            Request::History(scope) => Reply::History(self.store(&scope).versions(&scope).map_err(Error::from)),
            Request::Version(id) => Reply::Version(self.version(id)),
            Request::Rotation(ask) => Reply::Rotation(self.walk.answer(ask, &mut *self.database, &mut self.config)),
            Request::Find(text) => Reply::Found(finding::find(&text, &mut *self.database).map_err(Error::from)),
            Request::Homes(user) => Reply::Homes(self.database.homes(&user, MOST_HOMES).map_err(Error::from)),
            Request::Park(base, new) => {
                let parked = Parked::seal(&self.config, &base, &new);
                Reply::Lock(LockAnswer::Parked(parked.map(Box::new).map_err(|error| Error::failed(error.to_string()))))
            }
            Request::Unpark(parked) => Reply::Lock(LockAnswer::Unparked(parked.open(&self.config))),
            Request::Forget => {
                self.config = self.walk.forget(&self.config);
                Reply::Lock(LockAnswer::Forgotten)
            }
            Request::Unlock(secret) => Reply::Lock(LockAnswer::Unlocked(self.walk.unlock(&mut self.config, secret))),
            Request::Commit(scope, new, note) => Reply::Commit(self.commit(&scope, &new, note)),
        }
    }

    fn load(&mut self, scope: &Scope) -> Result<View, Error> {
        let set = self.set(scope)?;
        let shared = match scope {
            Scope::Personal { org, .. } if self.database.about().has_shared => {
                Some(self.set(&Scope::Shared { org: org.clone() })?)
            }
            Scope::Personal { .. } | Scope::Shared { .. } | Scope::NoOrg { .. } => None,
        };
        Ok(View::new(set, shared))
    }

    fn set(&mut self, scope: &Scope) -> Result<Arc<LoadedSet>, Error> {
        Ok(Arc::new(self.store(scope).load_scope(scope)?))
    }

    fn record(&mut self, event: &audit::Event) -> Result<(), Error> {
        self.config.must_be_audited()?;
        match self.config.trail() {
            None => Ok(()),
            Some(trail) => Ok(trail.record(&mut *self.database, event)?),
        }
    }

    fn export(&mut self, set: &LoadedSet, path: &Path) -> Result<String, Error> {
        let (rows, _) = json::exported(set);
        let event = audit::Event {
            names: rows.iter().map(|row| row.name.as_str().to_owned()).collect(),
            before: Some(set.revision.to_string()),
            detail: Some(words::TO_A_FILE.to_owned()),
            ..audit::Event::of(audit::Action::Export, &set.scope)
        };
        self.record(&event)?;
        let text = match SetFormat::of(path) {
            SetFormat::Json => json::write(&rows),
            SetFormat::Dotenv => json::write_dotenv(&rows)?,
        };
        file::write_new(path, text.as_bytes())?;
        Ok(words::exported(rows.len(), set.sealed_rows().count()))
    }

    fn trail(&mut self) -> Result<TrailView, Error> {
        self.config.must_be_audited()?;
        let Some(trail) = self.config.trail() else { return Err(words::no_trail()) };
        let verdict = trail.verify(&mut *self.database)?;
        let rows = trail.rows(&mut *self.database)?;
        Ok(TrailView { gaps: audit::foreign_writes(&rows), rows, verdict })
    }

    fn version(&mut self, id: i64) -> Result<Option<Version>, Error> {
        let set = self.store(&Scope::NoOrg { user: None }).version(id)?;
        Ok(set.map(|set| Version { id, set: Arc::new(set) }))
    }

    fn commit(&mut self, scope: &Scope, new: &NewSet, note: Option<String>) -> Result<Arc<LoadedSet>, Error> {
        Ok(Arc::new(self.store(scope).noted(note).store_scope(scope, new)?.set))
    }

    fn store(&mut self, scope: &Scope) -> SaasSecretsStore<'_> {
        SaasSecretsStore::of(&mut *self.database, scope, self.config.clone())
    }
}
