//! Stopping what a connection is doing, from another thread; and never during a COMMIT.

use crate::database::Interrupt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_postgres::CancelToken;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long the server has to answer a statement that it was asked to stop, before we give the connection up.
const GRACE: Duration = Duration::from_secs(2);

/// How long a request to stop may take to reach the server.
const REACH: Duration = Duration::from_secs(3);

/// What both threads know about the work under way.
#[derive(Default)]
pub(super) struct Control {
    cancelled: AtomicBool,
    wake: Notify,
    stage: Mutex<Stage>,
}

/// What the connection is doing.
#[derive(Default)]
enum Stage {
    /// Nothing that could be stopped.
    #[default]
    Idle,
    /// A statement, which the server stops when it is asked with this token.
    Running(CancelToken, MakeRustlsConnect),
    /// COMMIT: a request to stop could make the server give up waiting for its standby and report success.
    Committing,
}

impl Control {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new piece of work: what was asked of the one before is forgotten.
    pub(super) fn begin(&self) {
        self.cancelled.store(false, Ordering::SeqCst);
    }

    /// Statements run from here on.
    pub(super) fn running(&self, token: CancelToken, tls: MakeRustlsConnect) {
        *self.stage() = Stage::Running(token, tls);
    }

    /// Nothing runs.
    pub(super) fn idle(&self) {
        *self.stage() = Stage::Idle;
    }

    /// Nothing is stopped from here on; `false` if it was asked for already, and COMMIT must not be sent.
    ///
    /// A request that is being sent is waited for.
    pub(super) fn committing(&self) -> bool {
        let mut stage = self.stage();
        if self.was_cancelled() {
            return false;
        }
        *stage = Stage::Committing;
        true
    }

    pub(super) fn was_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Ends as soon as the operator wants to stop.
    pub(super) async fn cancelled(&self) {
        while !self.was_cancelled() {
            self.wake.notified().await;
        }
    }

    /// Ends when the operator wants to stop and the server did not answer in time.
    pub(super) async fn given_up(&self) {
        self.cancelled().await;
        sleep(GRACE).await;
    }
}

/// The other thread's handle.
pub(super) struct Interrupter(pub(super) Arc<Control>);

impl Interrupt for Interrupter {
    fn interrupt(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        self.0.wake.notify_one();
        let control = Arc::clone(&self.0);
        // Reaching the server takes a connection of its own: not on the thread that draws.
        let ask = move || {
            let stage = control.stage();
            if let Stage::Running(token, tls) = &*stage
                && let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            {
                // A server that cannot be reached is given up by the thread that waits for it.
                let _ = runtime.block_on(async { timeout(REACH, token.cancel_query(tls.clone())).await });
            }
        };
        // Without a thread to spare nothing is stopped, and the deadline ends it.
        let _ = thread::Builder::new().name("cancel".to_owned()).spawn(ask);
    }
}
