//! What is shown, and when.

use crate::common::TestEnv;
use crate::common::keys::ESC;
use crate::common::terminal::Exit;
use crate::desk::{CANARY, Desk, ORG, OTHER_CANARY, wait_sent, was_sent};

#[test]
fn two_sets_are_compared_and_what_is_chosen_goes_through_the_form() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    terminal.send("c");
    terminal.wait_for("is marked");
    // The org's shared set is the first entry of the column.
    terminal.send("2/");
    terminal.send("\x15\r");
    terminal.wait_for("(shared by the org)");
    terminal.send("g");
    terminal.wait_for("▸ shared");
    terminal.wait_for("SHARED_0");
    terminal.send("c");
    terminal.wait_for("Two sets");
    terminal.wait_for("GITHUB_TOKEN");
    terminal.wait_for("only in the first");
    terminal.send("G ");
    terminal.wait_for("* ");
    terminal.send("\r");
    terminal.wait_for("1 change");
    terminal.send("\x13");
    terminal.wait_for("1 added");
    terminal.send("\x03");
    terminal.send("y");
    terminal.wait_exit();
    assert!(!was_sent(&terminal, CANARY) && !was_sent(&terminal, OTHER_CANARY));
}

#[test]
fn with_several_profiles_the_operator_is_asked_which_one() {
    let env = TestEnv::sqlite_tenant();
    let text = format!(
        "[profiles.prod]\ndatabase = \"sqlite:{0}\"\ncolour = \"red\"\nread_only = true\n[profiles.staging]\ndatabase = \"sqlite:{0}\"\n",
        env.path("tenant.db").display()
    );
    env.write_private("profiles.toml", text);
    let mut env = env;
    env.unset("STRONGROOM_DATABASE_URL");
    let mut terminal = env.console(120, 30, ["--config", "profiles.toml"]);
    terminal.wait_for("1  prod     SQLite, read-only");
    terminal.send("prod\r");
    terminal.wait_for("Acme Corp");
    terminal.wait_for(" prod ");
    terminal.wait_for("read-only");
    terminal.send("q");
    terminal.wait_exit();
}

#[test]
fn a_value_is_sent_to_the_terminal_only_when_it_is_revealed() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    terminal.send("3jk");
    terminal.wait_for("••••");
    assert!(!was_sent(&terminal, CANARY) && !was_sent(&terminal, OTHER_CANARY));
    terminal.send(" ");
    terminal.wait_for(CANARY);
    assert!(!was_sent(&terminal, OTHER_CANARY), "one at a time");
    terminal.send("j");
    terminal.wait_gone(CANARY);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(!was_sent(&terminal, OTHER_CANARY));
}

#[test]
fn a_copy_goes_to_the_clipboard_and_is_overwritten_on_the_way_out() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    let encoded = data_encoding::BASE64.encode(CANARY.as_bytes());
    terminal.send("3y");
    terminal.wait_for("opied");
    wait_sent(&terminal, &format!("\x1b]52;c;{encoded}"));
    assert!(!was_sent(&terminal, CANARY), "a copy shows nothing");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(was_sent(&terminal, "\x1b]52;c;IA=="), "overwritten with a harmless text");
}

#[test]
fn the_browser_follows_the_terminal_down_to_nothing_and_back() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    for (width, height) in [(99, 24), (40, 10), (20, 4), (1, 1), (3, 2), (200, 50), (120, 30)] {
        let mark = terminal.mark();
        terminal.resize(width, height);
        terminal.wait_for_output_after(mark);
    }
    terminal.wait_for("GITHUB_TOKEN");
    // A key that comes in the same instant as the news of a size is read with the next key.
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_small_terminal_still_leads_from_the_org_to_the_secret() {
    let desk = Desk::new();
    let mut terminal = desk.env.console(40, 10, [] as [&str; 0]);
    terminal.wait_for(ORG);
    terminal.send("\r/");
    terminal.send(&desk.email);
    terminal.send("\r");
    terminal.wait_for(&desk.email);
    terminal.send("\r");
    terminal.wait_for("GITHUB_TOKEN");
    terminal.send(" ");
    terminal.wait_for("CANARY");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn no_colour_is_sent_under_no_color() {
    let mut desk = Desk::new();
    desk.env.set("NO_COLOR", "1");
    let mut terminal = desk.browse(120, 30);
    terminal.send("?");
    terminal.wait_for("Reveal");
    terminal.send(ESC);
    terminal.wait_gone("Reveal");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    let output = String::from_utf8_lossy(&terminal.output()).into_owned();
    for sequence in output.split("\x1b[").skip(1) {
        let Some(end) = sequence.find(|character: char| character.is_ascii_alphabetic()) else { continue };
        if sequence[end..].starts_with('m') {
            let colours = sequence[..end]
                .split(';')
                .filter(|code| code.parse::<u8>().is_ok_and(|code| matches!(code, 30..=38 | 40..=48 | 90..=107)));
            assert_eq!(colours.count(), 0, "{sequence:.12?}");
        }
    }
}

#[test]
fn a_reload_shows_what_somebody_else_stored() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    desk.env.write_private("other.json", r#"{"STORED_MEANWHILE": "x"}"#);
    desk.env.run(desk.on_set(&["import", "other.json"])).ok();
    terminal.send("r");
    terminal.wait_for("STORED_MEANWHILE");
    terminal.wait_gone("GITHUB_TOKEN");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_filter_is_fuzzy_and_the_letters_that_match_are_marked() {
    let mut desk = Desk::new();
    desk.env.set("NO_COLOR", "1");
    let mut terminal = desk.browse(120, 30);
    terminal.send("3/ghtk");
    terminal.wait_gone("SLACK_WEBHOOK");
    let screen = terminal.wait_for("/ghtk");
    assert!(screen.lines().nth(1).unwrap().contains("1/"), "how many of how many:\n{screen}");
    assert_eq!(underlined(&terminal), format!("{}GHTK", desk.email), "in the filtered column of users, too");
    terminal.send("\x1b");
    terminal.wait_for("SLACK_WEBHOOK");
    // What the database filters holds the letters in one piece.
    terminal.send("1/");
    terminal.send("glob");
    terminal.wait_for("▌Globex");
    assert_eq!(underlined(&terminal), "Glob");
    terminal.send("\x1b");
    terminal.wait_for(ORG);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

/// The letters on the screen that are underlined.
fn underlined(terminal: &crate::common::Terminal) -> String {
    let screen = terminal.full_screen();
    let (rows, columns) = screen.size();
    let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
    let marked = cells.filter_map(|(row, column)| screen.cell(row, column)).filter(|cell| cell.underline());
    marked.map(|cell| cell.contents().to_owned()).collect()
}
