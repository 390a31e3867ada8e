//! The command line: everything that the console does, for scripts.

mod arguments;
mod audit;
mod complete;
mod console;
mod db;
mod demo;
mod doctor;
mod history;
mod inventory;
mod key;
mod keys;
mod log;
mod operator;
mod org;
mod output;
mod process;
mod rotate;
mod secret;
mod session;
mod shell;
mod start;
mod table;
mod target;
mod user;
mod words;

use crate::error::{ErrorKind, Result};
use arguments::{Cli, Command, Global};
use clap::Parser as _;
use output::Output;
use std::process::ExitCode;

/// Runs the program and returns its exit code, as the README lists them.
pub fn main() -> ExitCode {
    let hardened = process::harden();
    complete::answer();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return output::usage(&usage),
    };
    let mut output = Output::new(&cli.global);
    let done = hardened.and_then(|()| run(cli.command, &cli.global, &mut output)).and_then(|()| output.finish());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::info!(kind = error.kind.word(), "failed");
            output.error(&error);
            ExitCode::from(error.kind.exit_code())
        }
    }
}

fn run(command: Option<Command>, global: &Global, output: &mut Output) -> Result<()> {
    log::start(global)?;
    match command {
        None => console::run(global, None, output),
        Some(Command::Org(command)) => org::run(&command, global, output),
        Some(Command::User(command)) => user::run(&command, global, output),
        Some(Command::Secret(command)) => secret::run(command, global, output),
        Some(Command::Audit(command)) => audit::run(&command, global, output),
        Some(Command::History(command)) => history::run(&command, global, output),
        Some(Command::Key(command)) => key::run(&command, global, output),
        Some(Command::Rotate(command)) => rotate::run(&command, global, output),
        Some(Command::Db(command)) => db::run(&command, global, output),
        Some(Command::Doctor) => doctor::run(global, output),
        Some(Command::Keys) => keys::run(global, output),
        Some(Command::Demo) => console::demo(global, output),
        Some(Command::Completions { shell }) => shell::completions(shell, output),
        Some(Command::Man) => shell::man(output),
    }
}

/// Ends a broken pipe without a word: whoever read the other end has had enough.
fn is_closed_pipe(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::BrokenPipe
}

/// The kind of an error that reading or writing a file ends in.
fn kind_of(error: &std::io::Error) -> ErrorKind {
    match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Failed,
    }
}
