//! One screen in every theme, and a theme of the operator's own.

use crate::common::terminal::Exit;
use crate::desk::{Desk, was_sent};
use std::collections::BTreeSet;

/// The browser in the theme that the configuration names.
fn drawn(desk: &mut Desk, setting: &str) -> (String, Vec<u8>) {
    desk.env.write_private("config.toml", format!("[console]\n{setting}\n"));
    let config = desk.env.path("config.toml").display().to_string();
    desk.env.set("STRONGROOM_CONFIG", &config);
    let mut terminal = desk.browse(120, 30);
    terminal.send("3");
    terminal.wait_for("▌GITHUB_TOKEN");
    std::thread::sleep(std::time::Duration::from_millis(100));
    let (screen, output) = (terminal.screen(), terminal.output());
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    (screen, output)
}

#[test]
fn every_theme_says_the_same_and_none_says_it_by_colour_alone() {
    let mut desk = Desk::new();
    let (expected, _) = drawn(&mut desk, "");
    let mut looks = BTreeSet::new();
    for name in ["sixteen", "dark", "light", "high-contrast", "true-colour", "none"] {
        let (screen, output) = drawn(&mut desk, &format!("theme = \"{name}\""));
        assert_eq!(screen, expected, "{name}");
        let is_coloured =
            String::from_utf8_lossy(&output).contains(";5;") || String::from_utf8_lossy(&output).contains(";2;");
        assert_eq!(is_coloured, name != "none", "{name}");
        looks.insert(output);
    }
    assert_eq!(looks.len(), 6);
}

#[test]
fn an_operators_own_theme_is_found_beside_the_configuration() {
    let mut desk = Desk::new();
    let folder = desk.env.variables().into_iter().find(|(name, _)| name == "XDG_CONFIG_HOME").unwrap().1;
    let themes = std::path::Path::new(&folder).join("strongroom/themes");
    std::fs::create_dir_all(&themes).unwrap();
    let shipped = include_str!("../../assets/themes/dark.toml");
    std::fs::write(themes.join("mine.toml"), shipped.replace("accent = \"80\"", "accent = \"#123456\"")).unwrap();
    let (_, output) = drawn(&mut desk, "theme = \"mine\"");
    assert!(String::from_utf8_lossy(&output).contains("38;2;18;52;86"));

    for (name, expected) in [("nobodys", "there is no theme nobodys"), ("../mine", "is no name for a theme")] {
        desk.env.write_private("config.toml", format!("[console]\ntheme = \"{name}\"\n"));
        let mut terminal = desk.env.console(100, 24, [] as [&str; 0]);
        assert_eq!(terminal.wait_end(), Exit::Code(2));
        assert!(was_sent(&terminal, expected), "{}", terminal.screen());
    }
}
