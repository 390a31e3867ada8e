//! Every screen at three sizes, as an operator sees it: the binary in a pseudo-terminal, its screen as a snapshot.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "screens/around.rs"]
mod around;
#[path = "screens/committing.rs"]
mod committing;
mod common;
#[allow(dead_code, reason = "the desk is shared with the tests of what the console does")]
#[path = "terminal/desk.rs"]
mod desk;
#[path = "screens/places.rs"]
mod places;

use common::keys::{CTRL_S, ENTER, ESC};
use common::terminal::Exit;
use common::{Terminal, TestEnv};
use desk::Desk;
use serde_json::json;

const SIZES: [(u16, u16); 3] = [(120, 30), (80, 24), (40, 10)];

/// A set with something of everything.
fn desk() -> Desk {
    let set = json!({
        "GITHUB_TOKEN": {"secret": "ghp_example", "description": "CI pushes"},
        "TLS_KEY": {"secret": "-----BEGIN EXAMPLE-----\nMIIB\tAgEA\n-----END EXAMPLE-----\n", "description": ""},
        "ŠIFRA_秘密": {"secret": "x", "description": "全角の説明 and e\u{301} combined"},
        "EVIL\u{1b}[31m\u{202e}": {"secret": "y\u{1b}]0;owned\u{7}", "description": "cle\u{202e}ar"},
        "EMPTY_ONE": {"secret": "", "description": "there is nothing in it"},
    });
    Desk::with(&set.to_string())
}

/// Takes the picture of a screen that has come to rest.
#[track_caller]
fn snap(terminal: &Terminal, name: &str, (width, height): (u16, u16)) {
    let (mut before, mut screen) = (String::new(), terminal.screen());
    while before != screen {
        std::thread::sleep(std::time::Duration::from_millis(60));
        before = std::mem::replace(&mut screen, terminal.screen());
    }
    let framed: Vec<String> = terminal.full_screen().rows(0, width).map(|row| row.trim_end().to_owned()).collect();
    // The version of SQLite, and the seconds of a countdown, are not what a screen looks like.
    let text = framed.join("\n");
    let text = (3..10).fold(text, |text, seconds| text.replace(&format!("in {seconds} s"), "in 10 s"));
    let text = (20..30).fold(text, |text, left| text.replace(&format!("clipboard {left} s"), "clipboard 30 s"));
    let text = (0..10).rev().fold(text, |text, ago| text.replace(&format!("    {ago} s  "), "    0 s  "));
    let text = (1..10).fold(text, |text, seconds| text.replace(&format!("database, {seconds} s"), "database, 3 s"));
    let text = (1..10).fold(text, |text, seconds| text.replace(&format!("waiting, {seconds} s"), "waiting, 3 s"));
    let text = ["◐", "◓", "◑"].iter().fold(text, |text, turn| text.replace(turn, "◒"));
    let text = masked_version(&text);
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), text);
    });
}

/// The pictures of one screen at every size, in a terminal that is resized for each. It is left as large as the first.
#[track_caller]
fn snap_all(terminal: &Terminal, name: &str) {
    for size in SIZES.into_iter().rev() {
        let (height, width) = terminal.full_screen().size();
        if (width.get(), height.get()) != size {
            let mark = terminal.mark();
            terminal.resize(size.0, size.1);
            terminal.wait_for_output_after(mark);
        }
        terminal.wait_until("the last line", |screen| {
            screen.rows(0, size.0).last().is_some_and(|line| !line.trim().is_empty())
        });
        terminal.settle();
        snap(terminal, name, size);
    }
}

fn masked_version(text: &str) -> String {
    let Some((before, after)) = text.split_once("SQLite ") else { return text.to_owned() };
    let version: String =
        after.chars().take_while(|character| character.is_ascii_digit() || *character == '.').collect();
    let digits: String = version.chars().map(|character| if character == '.' { '.' } else { '0' }).collect();
    format!("{before}SQLite {digits}{}", &after[version.len()..])
}

fn quit(mut terminal: Terminal) {
    terminal.send("\x03");
    terminal.wait_exit();
}

#[test]
fn the_browser_and_what_it_reveals() {
    let desk = desk();
    for size in SIZES {
        let mut terminal = desk.browse(size.0, size.1);
        snap(&terminal, "browse", size);
        terminal.send("3j ");
        terminal.wait_for("hides in");
        snap(&terminal, "browse_revealed", size);
        terminal.send("/tls");
        terminal.wait_for("/tls");
        snap(&terminal, "browse_filter", size);
        terminal.send(ESC);
        terminal.wait_gone("/tls");
        terminal.send("y");
        terminal.wait_for("opied");
        snap(&terminal, "browse_copied", size);
        quit(terminal);
    }
}

/// A home whose configuration is `text`, with the tenant's database under a short name.
fn configured(text: &str) -> TestEnv {
    let mut env = TestEnv::sqlite_tenant();
    env.unset("STRONGROOM_DATABASE_URL");
    env.write_private("config.toml", text);
    let config = env.path("config.toml").display().to_string();
    env.set("STRONGROOM_CONFIG", &config);
    env
}

#[test]
fn the_screens_before_the_browser() {
    let choice = configured(
        "[profiles.local]\n[profiles.production]\ndatabase = \"postgres://ann@db1/x\"\ncolour = \"red\"\n\
         confirm = \"production\"\n[profiles.reports]\ndatabase = \"sqlite:reports.db\"\nread_only = true\n",
    );
    let mut guarded = configured(
        "default_profile = \"production\"\n[profiles.production]\ndatabase = \"sqlite:tenant.db\"\n\
         key = { prompt = true }\nconfirm = \"production\"\n",
    );
    guarded.forget_keys();
    for size in SIZES {
        let terminal = choice.console(size.0, size.1, [] as [&str; 0]);
        terminal.wait_for("Which database?");
        snap(&terminal, "start_choose", size);
        quit(terminal);
        let mut terminal = guarded.console(size.0, size.1, [] as [&str; 0]);
        terminal.wait_for("Key secret");
        terminal.send(ENTER);
        terminal.wait_for("holds no key");
        terminal.send("b3JkaW5hcnkgc2VjcmV0");
        terminal.wait_for("••••");
        snap(&terminal, "start_ask", size);
        terminal.send(ENTER);
        terminal.wait_for("Guarded");
        snap(&terminal, "start_risks", size);
        quit(terminal);
    }
}

#[test]
fn orgs_users_and_empty_places() {
    let env = TestEnv::tenant();
    for size in SIZES {
        let mut terminal = env.console(size.0, size.1, ["--read-only"]);
        terminal.wait_for("Acme Corp");
        snap(&terminal, "orgs_read_only", size);
        terminal.send("/nobody is called that");
        terminal.wait_for("No organisation");
        snap(&terminal, "orgs_nothing_found", size);
        quit(terminal);
    }
}

#[test]
fn sealed_rows_and_two_of_one_name() {
    let env = TestEnv::tenant();
    for size in SIZES {
        let mut terminal = env.console(size.0, size.1, [] as [&str; 0]);
        terminal.wait_for("Acme Corp");
        terminal.send("2");
        // How many there are without the filter is known then.
        terminal.wait_for("(shared by the org)");
        terminal.send("/fay@acme");
        terminal.send(ENTER);
        terminal.wait_for("▌fay@acme");
        terminal.send("3");
        terminal.wait_for("sealed");
        snap(&terminal, "browse_sealed", size);
        terminal.send("e");
        terminal.wait_for("enter edit");
        snap(&terminal, "form_with_problems", size);
        quit(terminal);
    }
}

#[test]
fn help_and_the_palette() {
    let desk = desk();
    for size in SIZES {
        let mut terminal = desk.browse(size.0, size.1);
        terminal.send("?");
        terminal.wait_for("Keys");
        snap(&terminal, "help", size);
        terminal.send(ESC);
        terminal.wait_gone("Keys");
        terminal.send(":rev");
        terminal.wait_for("Commands: rev");
        snap(&terminal, "palette", size);
        quit(terminal);
    }
}

#[test]
fn the_form_the_review_and_the_question_before_leaving() {
    let desk = desk();
    for size in SIZES {
        let mut terminal = desk.edit(size.0, size.1);
        snap(&terminal, "form", size);
        terminal.send("jjjd");
        terminal.wait_for("1 change");
        terminal.send("aNEW-NAME");
        terminal.wait_for("NEW-NAME");
        snap(&terminal, "form_writing", size);
        terminal.send(ESC);
        terminal.wait_for("enter edit");
        terminal.send(ESC);
        terminal.wait_for("y leave");
        snap(&terminal, "form_leaving", size);
        terminal.send("n");
        terminal.wait_for("enter edit");
        terminal.send(CTRL_S);
        terminal.wait_for("Review");
        snap(&terminal, "review", size);
        terminal.send(ESC);
        terminal.wait_gone("Review");
        terminal.send("\x03");
        terminal.wait_for("Quit");
        snap(&terminal, "quit", size);
        terminal.send("y");
        assert_eq!(terminal.wait_exit(), Exit::Code(0));
    }
}

#[test]
fn a_conflict_becomes_a_merge() {
    for size in SIZES {
        let desk = desk();
        let mut terminal = desk.edit(size.0, size.1);
        terminal.send("d");
        terminal.send("jd");
        let meanwhile = json!({
            "GITHUB_TOKEN": {"secret": "ghp_rotated", "description": "CI pushes"},
            "TLS_KEY": {"secret": "-----BEGIN EXAMPLE-----\nMIIB\tAgEA\n-----END EXAMPLE-----\n", "description": ""},
            "STORED_MEANWHILE": {"secret": "x", "description": ""},
        });
        desk.env.write_private("other.json", meanwhile.to_string());
        desk.env.run(desk.on_set(&["import", "other.json"])).ok();
        terminal.send(CTRL_S);
        terminal.wait_for("2 removed");
        terminal.send(ENTER);
        terminal.wait_for("Merge:");
        snap(&terminal, "merge", size);
        terminal.send(" ");
        terminal.wait_for("base");
        snap(&terminal, "merge_revealed", size);
        terminal.send("t");
        terminal.wait_for("0 to decide");
        snap(&terminal, "merge_decided", size);
        terminal.send(ESC);
        terminal.wait_for("Nothing was written");
        // The revision of the set differs from run to run.
        let screen = terminal.full_screen().contents();
        assert!(screen.contains("changed this set meanwhile"), "{screen}");
        terminal.send(ESC);
        terminal.wait_for("2 changes");
        terminal.send("\x03");
        terminal.wait_for("Quit");
        terminal.send("y");
        assert_eq!(terminal.wait_exit(), Exit::Code(0));
    }
}

#[test]
fn the_history_of_a_set() {
    for size in SIZES {
        let desk = desk();
        desk.env.run(["db", "init"]).ok();
        desk.env
            .write_private("next.json", r#"{"GITHUB_TOKEN": {"secret": "ghp_rotated", "description": "CI pushes"}}"#);
        desk.env.run(desk.on_set(&["import", "--note", "ticket 4711: rotated after the leak", "next.json"])).ok();
        desk.env.run_with_input(desk.on_set(&["import", "-"]), r#"{"GITHUB_TOKEN": "again"}"#).ok();
        desk.env.sql("UPDATE strongroom_history SET made_at = '2026-11-24T03:07:21Z', operator = 'ann@bastion-1'");
        let mut terminal = desk.browse(size.0, size.1);
        terminal.send("H");
        terminal.wait_for("against");
        terminal.send("j");
        terminal.wait_for("2/2");
        snap(&terminal, "history", size);
        quit(terminal);
    }
}

#[test]
fn the_audit_trail() {
    for size in SIZES {
        let desk = desk();
        desk.env.run(["db", "init"]).ok();
        desk.env
            .run_with_input(desk.on_set(&["import", "--note", "ticket 4711", "-"]), r#"{"GITHUB_TOKEN": "x"}"#)
            .ok();
        desk.env.sql("UPDATE custom_secrets SET description = NULL WHERE secret_name = 'GITHUB_TOKEN'");
        desk.env.run_with_input(desk.on_set(&["import", "-"]), r#"{"GITHUB_TOKEN": "y"}"#).ok();
        desk.env.run(desk.on_set(&["export"])).ok();
        // Its records differ from run to run; one that was changed is also what an operator may have to see.
        desk.env.sql("UPDATE strongroom_audit SET at = '2026-11-24T03:07:21Z', operator = 'ann@bastion-1'");
        let mut terminal = desk.browse(size.0, size.1);
        terminal.send("A");
        terminal.wait_for("Tampered with");
        terminal.send("G");
        terminal.wait_for("ticket 4711");
        terminal.send("/commit");
        terminal.send(ENTER);
        terminal.wait_for("/2");
        snap(&terminal, "trail", size);
        terminal.send(ESC);
        terminal.wait_gone("/commit");
        terminal.send(ESC);
        terminal.wait_gone("Audit trail");
        quit(terminal);
    }
}

#[test]
fn all_sets_of_a_person() {
    for size in SIZES {
        let desk = desk();
        let mut terminal = desk.env.console(size.0, size.1, [] as [&str; 0]);
        terminal.wait_for("Acme Corp");
        terminal.send("\x10");
        terminal.wait_for("Find:");
        terminal.send("cy@init\t");
        terminal.wait_for("All sets of");
        terminal.wait_for("1/3");
        snap(&terminal, "person", size);
        quit(terminal);
    }
}

#[test]
fn two_sets_side_by_side() {
    for size in SIZES {
        let desk = desk();
        desk.env.run_with_input(
            ["secret", "import", "--org", "Acme Corp", "--shared", "-"],
            r#"{"GITHUB_TOKEN": "other", "ONLY_SHARED": "x", "EMPTY_ONE": {"secret": "", "description": "there is nothing in it"}}"#,
        ).ok();
        let mut terminal = desk.browse(size.0, size.1);
        terminal.wait_for("EMPTY_ONE");
        terminal.send("c");
        terminal.wait_for("is marked");
        terminal.send("2/");
        terminal.send("\x15\r");
        terminal.wait_for("(shared by the org)");
        terminal.send("g");
        if size.0 < 100 {
            terminal.send("3");
        }
        // Before, it is there behind the user's own; in between there is nothing.
        terminal.wait_until("the shared set alone", |screen| {
            screen.contents().contains("ONLY_SHARED") && !screen.contents().contains("shared by the org (read-only")
        });
        terminal.send("c");
        terminal.wait_for("Two sets");
        terminal.send("u");
        terminal.wait_for("1/6");
        terminal.send(" ");
        terminal.wait_for("* GITHUB_TOKEN");
        terminal.wait_gone("is marked");
        snap(&terminal, "two_sets", size);
        quit(terminal);
    }
}
