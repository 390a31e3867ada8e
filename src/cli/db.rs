//! `strongroom db …`

mod status;

use super::arguments::Global;
use super::output::Output;
use super::session::{self, Session};
use super::words;
use crate::audit::Trail;
use crate::config::{DatabaseUrl, Settings};
use crate::database::Database;
use crate::error::Result;
use crate::rotation::Plan;
use crate::store::StoreConfig;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum DbCommand {
    /// Create the database where it is missing, and Strongroom's own tables in one that is there
    Init {
        /// Print the SQL that creates Strongroom's own tables, and do nothing
        #[arg(long)]
        print: bool,
    },
    /// Say what this database is, and what is in it by format and key
    Status,
    /// Copy the database into a new file, consistent and verified: of `PostgreSQL`, what a rotation touches, as SQL
    Backup {
        /// The new file; it must not exist
        file: PathBuf,
    },
}

pub(super) fn run(command: &DbCommand, global: &Global, output: &Output) -> Result<()> {
    match command {
        DbCommand::Init { print: true } => {
            output.answer(session::open_database(&session::settings(global)?, output)?.own_script())
        }
        DbCommand::Init { print: false } => init(global, output),
        DbCommand::Status => status::run(&mut Session::open(global, output)?, output),
        DbCommand::Backup { file } => {
            let settings = session::settings(global)?;
            let mut database = session::open_database(&settings, output)?;
            let plan = Plan::find(&mut *database, &settings.rotation)?;
            database.backup(file, &plan.backup())?;
            output.note(&words::copied(file));
            Ok(())
        }
    }
}

/// Makes the trail's own key at once where the ring can keep it: whoever comes later may not be allowed to.
fn begin_trail(settings: &Settings, database: &mut dyn Database, output: &Output) -> Result<()> {
    let ring = session::load_ring(settings, output)?;
    if ring.writer().is_none() || database.about().read_only.is_some() {
        return Ok(());
    }
    let config = StoreConfig::new(ring, settings.format, settings.max_value_bytes);
    Trail::open(database, config.cipher(), &settings.paths.state.join("audit"), &super::operator::name())?;
    Ok(())
}

fn init(global: &Global, output: &Output) -> Result<()> {
    let settings = session::settings(global)?;
    if let DatabaseUrl::Sqlite(path) = &settings.database
        && !settings.read_only
        && !path.exists()
    {
        session::create_database(path, &settings, output)?;
        return Ok(());
    }
    let mut database = session::open_database(&settings, output)?;
    let created = database.init()?;
    begin_trail(&settings, &mut *database, output)?;
    output.note(words::own_tables(created));
    Ok(())
}
