//! The one list of commands: what is drawn from it, and how its keys are changed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails here")]

mod common;
#[allow(dead_code, reason = "the house rules use the rest of it")]
#[path = "common/source.rs"]
mod source;

use common::TestEnv;
use common::terminal::Exit;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use strongroom::console::commands;

const BEGIN: &str = "<!-- keys: made by STRONGROOM_README=write cargo test --test keys -->\n";
const END: &str = "<!-- /keys -->";

/// The groups that the README leaves out: fields and questions, which say their few keys themselves.
const LEFT_OUT: [&str; 14] = [
    "start-field",
    "start-wait",
    "filter",
    "palette",
    "help",
    "trail-filter",
    "review-note",
    "review-guard",
    "review-failed",
    "form-leave",
    "quit",
    "rotation-write",
    "rotation-choose",
    "history-script",
];

/// The tables of the README: one for each group.
fn tables() -> String {
    let all = commands::all();
    let mut text = String::new();
    let mut group = "";
    for command in all.iter().filter(|command| !LEFT_OUT.contains(&command.group)) {
        if command.group != group {
            group = command.group;
            let when = command.when;
            let when = when[..1].to_uppercase() + &when[1..];
            writeln!(text, "\n{when}:\n\n| command | keys | does |\n|---|---|---|").unwrap();
        }
        let keys: Vec<String> = command.keys.iter().map(|key| format!("`{key}`")).collect();
        let writes = if command.writes { "; writes" } else { "" };
        writeln!(text, "| {} | {} | {}{writes} |", command.full_name(), keys.join(" "), command.help).unwrap();
    }
    text + "\n"
}

#[test]
fn the_tables_of_the_readme_are_the_list() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (said, after) = rest.split_once(END).unwrap();
    if std::env::var_os("STRONGROOM_README").is_some_and(|word| word == "write") {
        return std::fs::write(path, [before, BEGIN, &tables(), END, after].concat()).unwrap();
    }
    assert!(said == tables(), "make them again: STRONGROOM_README=write cargo test --test keys");
}

#[test]
fn no_command_is_declared_outside_the_list() {
    let listed: BTreeSet<String> = commands::all().iter().map(|command| format!("{:?}", command.group)).collect();
    let mut declared = BTreeSet::new();
    for source in source::sources().iter().filter(|source| source.path.starts_with("src/console")) {
        let text = std::fs::read_to_string(&source.path).unwrap();
        for part in text.split("= Group {").skip(1).chain(text.split("=\n    Group {").skip(1)) {
            let name = part.split_once("name: ").unwrap().1.split(',').next().unwrap().trim().to_owned();
            let is_empty = part.split_once("bindings: ").unwrap().1.starts_with("&[]");
            if name != "\"test\"" && !is_empty {
                declared.insert(name);
            }
        }
    }
    assert!(declared.len() > 20);
    assert_eq!(declared, listed);
}

#[test]
fn a_key_of_the_configuration_takes_the_place_of_the_declared_one() {
    let env = TestEnv::tenant();
    let config =
        env.write_private("config.toml", "[keys]\n\"browse.trail\" = \"ctrl-t\"\n\"list.down\" = [\"n\", \"down\"]\n");
    let config = config.to_str().unwrap();
    let list = env.run(["--config", config, "keys"]).ok();
    let trail = list.lines().find(|line| line.starts_with("browse.trail")).unwrap();
    assert!(trail.contains("ctrl-t"), "{trail}");
    let mut terminal = env.console(100, 24, ["--config", config]);
    terminal.wait_for("1/");
    terminal.send("A");
    terminal.send("n");
    terminal.wait_for("2/");
    terminal.send("?");
    terminal.wait_for("Keys");
    terminal.send("/trail");
    terminal.wait_for("ctrl-t");
    terminal.send("\r");
    terminal.wait_for("Audit trail");
    terminal.send("\x1b");
    terminal.wait_gone("Audit trail");
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
fn a_bad_key_is_named_with_its_line_and_nothing_starts() {
    let env = TestEnv::tenant();
    for (line, expected) in [
        ("\"browse.fly\" = \"x\"", "line 3: there is no command browse.fly"),
        ("\"browse.edit\" = \"hyper-x\"", "line 3: there is no key hyper-x"),
        ("\"browse.edit\" = \"r\"", "line 3: r would be both browse.edit and browse.reload"),
        ("\"browse.edit\" = 3", "line 3: this is not what a configuration holds here"),
    ] {
        let config = env.write_private("config.toml", format!("# keys\n[keys]\n{line}\n"));
        let said = env.run(["--config", config.to_str().unwrap(), "keys"]).fails(2);
        assert!(said.contains(expected), "{said}");
        let mut terminal = env.console(100, 24, ["--config", config.to_str().unwrap()]);
        assert_eq!(terminal.wait_end(), Exit::Code(2));
        assert!(terminal.screen().contains(expected), "{}", terminal.screen());
    }
}
