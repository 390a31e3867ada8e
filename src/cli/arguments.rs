//! What can be said on the command line.

use super::audit::AuditCommand;
use super::complete;
use super::db::DbCommand;
use super::history::HistoryCommand;
use super::key::KeyCommand;
use super::org::OrgCommand;
use super::rotate::RotateCommand;
use super::secret::SecretCommand;
use super::user::UserCommand;
use super::words;
use clap::{ArgAction, Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

/// The whole command line.
#[derive(Parser)]
#[command(name = "strongroom", version, about = words::ABOUT, long_about = words::LONG_ABOUT, after_help = words::AFTER_HELP)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What every command takes.
#[derive(Args, Clone, Default)]
pub(super) struct Global {
    /// The database: sqlite:PATH, or <postgres://USER@HOST:PORT/DATABASE> with libpq's parameters
    #[arg(long, global = true, value_name = "URL", env = "STRONGROOM_DATABASE_URL", hide_env_values = true)]
    pub(super) database: Option<String>,
    /// The profile of the configuration file
    #[arg(long, global = true, value_name = "NAME", env = "STRONGROOM_PROFILE", add = complete::profiles())]
    pub(super) profile: Option<String>,
    /// A key file (the server's .keys, or a file of one line), or the folder that holds both
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) key_file: Option<PathBuf>,
    /// Write nothing to the database
    #[arg(long, global = true)]
    pub(super) read_only: bool,
    /// Answer in JSON; errors too, on standard error
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// The configuration file
    #[arg(long, global = true, value_name = "PATH", env = "STRONGROOM_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Draw with text alone: ASCII, no boxes, no bullets; for whoever has the screen read out
    #[arg(long, global = true)]
    pub(super) plain: bool,
    /// No notes and warnings on standard error
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Write a log to the state directory; twice for more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Organisations
    #[command(subcommand)]
    Org(OrgCommand),
    /// Users of an organisation
    #[command(subcommand)]
    User(UserCommand),
    /// The secrets of one user, or those that an organisation shares
    #[command(subcommand)]
    Secret(SecretCommand),
    /// The audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The sets that commits replaced
    #[command(subcommand)]
    History(HistoryCommand),
    /// The key ring
    #[command(subcommand)]
    Key(KeyCommand),
    /// Put everything that is encrypted under another key
    Rotate(RotateCommand),
    /// The database as a whole
    #[command(subcommand)]
    Db(DbCommand),
    /// Look at everything that the console depends on, and say how to mend what is amiss
    Doctor,
    /// List what each key of the console does; [keys] in the configuration changes them
    Keys,
    /// Open the console on a made-up tenant, in a folder that goes when you leave
    Demo,
    /// Print completions for a shell
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: Shell,
    },
    /// Print the manual page: strongroom man | man -l -
    Man,
}
