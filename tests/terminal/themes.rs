//! One screen in every theme, and a theme of the operator's own.

use crate::common::terminal::Exit;
use crate::common::{Terminal, TestEnv};
use crate::desk::{Desk, ORG, was_sent};
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

/// The style of a cell in words; empty for the terminal's own.
fn style(cell: &vt100::Cell) -> String {
    let colour = |colour| match colour {
        vt100::Color::Default => String::new(),
        vt100::Color::Idx(number) => format!("colour {number}"),
        vt100::Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    };
    let mut words = vec![colour(cell.fgcolor())];
    if cell.bgcolor() != vt100::Color::Default {
        words.push(format!("on {}", colour(cell.bgcolor())));
    }
    let manners = [
        (cell.bold(), "bold"),
        (cell.dim(), "dim"),
        (cell.italic(), "italic"),
        (cell.underline(), "underlined"),
        (cell.inverse(), "reversed"),
    ];
    words.extend(manners.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word.to_owned()));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// Each row of the screen, and below it a letter a cell for the style; what the letters mean at the end.
fn styled(screen: &vt100::Screen) -> String {
    let (height, width) = screen.size();
    let mut legend: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for (at, text) in (0..height.get()).zip(screen.rows(0, width.get())) {
        let styles = (0..width.get()).map(|column| screen.cell(at, column).map(style).unwrap_or_default());
        let letters: String = styles
            .map(|style| {
                if style.is_empty() {
                    return ' ';
                }
                let known = legend.iter().position(|known| *known == style).unwrap_or_else(|| {
                    legend.push(style);
                    legend.len() - 1
                });
                char::from(b'a' + u8::try_from(known).unwrap())
            })
            .collect();
        lines.extend([text.trim_end().to_owned(), letters.trim_end().to_owned()]);
    }
    let legend = legend.iter().zip('a'..).map(|(style, letter)| format!("{letter}: {style}"));
    lines.into_iter().chain(legend).collect::<Vec<_>>().join("\n")
}

/// A form with rows that are sealed, changed, added and marked for removal, and with problems.
fn busy_form(env: &TestEnv, theme: &str) -> Terminal {
    env.write_private("config.toml", format!("[console]\ntheme = \"{theme}\"\n"));
    let mut terminal = env.console(80, 24, ["--config", "config.toml"]);
    terminal.wait_for(ORG);
    terminal.send("2/fay@acme\r");
    terminal.wait_for("▌fay@acme");
    terminal.send("3");
    terminal.wait_for("sealed");
    terminal.send("e");
    terminal.wait_for("enter edit");
    terminal.send("d");
    terminal.wait_for("1 change");
    terminal.send("jD");
    terminal.wait_for("2 changes");
    terminal.send("jityped\x1b");
    terminal.wait_for("3 changes");
    terminal
}

#[test]
fn one_screen_in_every_theme() {
    // The header says more of a server.
    let env = TestEnv::sqlite_tenant();
    for theme in ["sixteen", "dark", "light", "high-contrast", "true-colour", "none"] {
        let mut terminal = busy_form(&env, theme);
        // The first line names the database.
        let shown = styled(&terminal.full_screen());
        insta::assert_snapshot!(format!("theme_{theme}"), shown.split_once('\n').unwrap().1);
        terminal.send("\x03");
        terminal.wait_for("y leave");
        terminal.send("y");
        assert_eq!(terminal.wait_exit(), Exit::Code(0));
    }
}

/// What a line says as well wherever one of these colours of the theme `sixteen` stands on it.
const TOLD: [(&str, &[&str]); 4] = [
    ("colour 2", &["+", "new", "✓"]),
    ("colour 3", &["~", "▲", "change", "renamed", "sealed", "not usable"]),
    ("colour 1 bold", &["-", "✗", "removed", "problem", "twice"]),
    ("colour 6 bold reversed", &["▌"]),
];

#[test]
fn nothing_is_told_by_a_colour_alone() {
    let env = TestEnv::tenant();
    let mut terminal = busy_form(&env, "sixteen");
    let coloured = terminal.full_screen();
    let mut seen = BTreeSet::new();
    for (at, line) in (0..24).zip(coloured.rows(0, 80)) {
        let styles: BTreeSet<String> = (0..80).filter_map(|column| coloured.cell(at, column).map(style)).collect();
        for (colour, signs) in TOLD.iter().filter(|(colour, _)| styles.contains(*colour)) {
            assert!(signs.iter().any(|sign| line.contains(sign)), "{colour} alone tells something here: {line}");
            seen.insert(colour);
        }
    }
    assert_eq!(seen.len(), TOLD.len(), "each of them was on the screen: {seen:?}");
    let (text, mut terminals) = (coloured.contents(), vec![terminal]);
    terminal = busy_form(&env, "none");
    let bare = terminal.full_screen();
    assert_eq!(bare.contents(), text, "without colours it says the same");
    let has_colour =
        |cell: &vt100::Cell| cell.fgcolor() != vt100::Color::Default || cell.bgcolor() != vt100::Color::Default;
    assert!((0..24).all(|at| (0..80).all(|column| !bare.cell(at, column).is_some_and(has_colour))));
    terminals.push(terminal);
    for mut terminal in terminals {
        terminal.send("\x03");
        terminal.wait_for("y leave");
        terminal.send("y");
        assert_eq!(terminal.wait_exit(), Exit::Code(0));
    }
}
