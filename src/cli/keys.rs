//! `strongroom keys`: what each key of the console does.

use super::arguments::Global;
use super::output::Output;
use super::session;
use super::table;
use super::words;
use crate::config::file::ConfigFile;
use crate::console::commands;
use crate::console::keymap::rebinding;
use crate::error::Result;
use serde_json::json;

/// Takes the keys of the configuration over; from here on they are the console's.
///
/// # Errors
/// `[keys]` makes no sense; the error names the line.
pub(super) fn choose(file: &ConfigFile) -> Result<()> {
    rebinding::choose(&file.keys, commands::all()).map_err(|problem| words::keys_not_bound(&problem))
}

pub(super) fn run(global: &Global, output: &Output) -> Result<()> {
    choose(&session::configuration(global)?)?;
    let all = commands::all();
    if output.wants_json() {
        let command = |command: &crate::console::keymap::Hint| {
            json!({
                "command": command.full_name(), "keys": command.keys, "when": command.when, "help": command.help,
                "writes": command.writes,
            })
        };
        return output.json(&all.iter().map(command).collect());
    }
    let mut rows = table::table(&["COMMAND", "KEYS", "DOES"]);
    for command in &all {
        rows.add_row([command.full_name(), command.keys.join(" "), command.help.to_owned()]);
    }
    output.answer(table::text(&rows))
}
