//! Strongroom: a terminal admin console for the secrets that a `SaaS` keeps for its users.
//!
//! The library holds everything; the binary parses the command line and turns an error into its exit code.
//! Imports go one way, from the top of this list to its end:
//!
//! | room | what it knows |
//! |---|---|
//! | [`error`], [`config`], [`secret`] | the error at the edge, profiles and folders, plaintext and how it is masked |
//! | [`keyring`], [`cipher`] | keys and where they come from; stored text to plaintext and back |
//! | [`database`] | rows of stored text, over `SQLite`; the directory of orgs and users. Knows no cipher |
//! | [`store`] | one set of secrets: load, revision, difference, delete-and-replace |
//! | `console`, `cli` | the two front doors |
//!
//! The console is an Elm loop with one worker thread that owns the database, the key ring and the store:
//!
//! ```text
//! terminal events ─▶ Message::Input ─┐                             ┌─▶ Effect::Work{id, Request} ─▶ worker
//! timer ───────────▶ Message::Tick ──┼─▶ update(&mut State, Msg) ──┼─▶ Effect::Copy, Suspend, Quit    │
//! worker ──────────▶ Message::Reply ─┘        │                    └─  one Request, one Reply ◀───────┘
//!                                             ▼ when the queue is drained
//!                                       view(&State, &mut Frame)
//! ```

pub mod audit;
pub mod cipher;
pub mod cli;
pub mod config;
pub mod console;
pub mod database;
pub mod error;
pub mod keyring;
pub mod rotation;
pub mod secret;
pub mod store;
