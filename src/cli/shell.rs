//! What shells and manuals want to know.

use super::arguments::Cli;
use super::output::Output;
use super::words;
use crate::error::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_complete::env::Shells;

/// Prints what makes `shell` ask this program for completions: commands, options, and the names that are there.
///
/// # Errors
/// The shell is not one that can ask.
pub(super) fn completions(shell: Shell, output: &Output) -> Result<()> {
    let shells = Shells::builtins();
    let name = shell.to_string();
    let Some(asking) = shells.completer(&name) else {
        return Err(words::no_completions(&name));
    };
    let mut script = Vec::new();
    asking
        .write_registration("COMPLETE", "strongroom", "strongroom", "strongroom", &mut script)
        .map_err(|error| words::completions_not_made(&error))?;
    output.answer(script)
}

/// Prints the manual page, with a section for each command.
pub(super) fn man(output: &Output) -> Result<()> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    render(&command, &mut page).map_err(|error| words::manual_not_made(&error))?;
    output.answer(page)
}

fn render(command: &clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    let manual = clap_mangen::Man::new(command.clone());
    manual.render(page)?;
    for group in command.get_subcommands().filter(|command| command.get_name() != "help") {
        for leaf in leaves(group) {
            let name = leaf.get_display_name().unwrap_or_else(|| leaf.get_name()).replace('-', " ");
            page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
            let manual = clap_mangen::Man::new(leaf.clone());
            manual.render_synopsis_section(page)?;
            manual.render_description_section(page)?;
            manual.render_options_section(page)?;
        }
    }
    Ok(())
}

fn leaves(command: &clap::Command) -> Vec<&clap::Command> {
    let inner: Vec<_> = command.get_subcommands().filter(|command| command.get_name() != "help").collect();
    if inner.is_empty() { vec![command] } else { inner.into_iter().flat_map(leaves).collect() }
}
