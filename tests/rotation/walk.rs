//! The walk through a rotation, in a terminal.

use crate::common::keys::{ENTER, ESC, paste};
use crate::common::{Terminal, TestEnv};
use crate::field::{NEW, ROWS, SEALED, add_key, exported, tenant};
use serde_json::json;

/// The size that the walk is taken at.
const SIZE: (u16, u16) = (110, 34);

/// A picture of a step; over `SQLite` at every size that matters.
fn snap(terminal: &Terminal, step: &str, env: &TestEnv) {
    snap_at(terminal, step, env);
    if env.has_server() {
        return;
    }
    for (width, height) in [(120, 30), (80, 24), (40, 10)] {
        resize(terminal, width, height);
        snap_at(terminal, &format!("{step}_{width}x{height}"), env);
    }
    resize(terminal, SIZE.0, SIZE.1);
}

/// Waits until what is drawn at another size has come to rest.
fn resize(terminal: &Terminal, width: u16, height: u16) {
    let mark = terminal.mark();
    terminal.resize(width, height);
    terminal.wait_for_output_after(mark);
    terminal
        .wait_until("the last line", |screen| screen.rows(0, width).last().is_some_and(|line| !line.trim().is_empty()));
    terminal.settle();
}

/// A picture without what is another one tomorrow, or in another database.
fn snap_at(terminal: &Terminal, step: &str, env: &TestEnv) {
    let screen = terminal.screen();
    let folder = env.path("").display().to_string();
    let body = screen.split_once('\n').unwrap().1.replace(&folder, "FOLDER/");
    let body = without_folder(&body, &folder);
    let words: Vec<String> = body.lines().map(without_times).collect();
    let kind = if env.has_server() { "postgres" } else { "sqlite" };
    insta::assert_snapshot!(format!("walk_{step}_{kind}"), words.join("\n"));
}

/// The six letters that are others in each run, where the name of the folder is broken over two lines, of which the
/// second may be out of view.
fn without_folder(text: &str, folder: &str) -> String {
    let name = folder.trim_end_matches('/');
    let random = &name[name.len() - 6..];
    (1..6).fold(text.replace(random, "XXXXXX"), |text, at| {
        let broken = |letters: &str| format!("-{} │\n│ {}", &letters[..at], &letters[at..]);
        let cut = |letters: &str| format!("-test-{} │", &letters[..at]);
        text.replace(&broken(random), &broken("XXXXXX")).replace(&cut(random), &cut("XXXXXX"))
    })
}

/// Ages, durations and the times in the names of files as a letter a digit.
fn without_times(line: &str) -> String {
    if line.contains(", rotated to the key") {
        return "(the database)".to_owned();
    }
    let is_timed =
        ["… █", " days old", " s.", "took", ".before-", "backup-", "a second"].iter().any(|word| line.contains(word));
    if !is_timed {
        return line.to_owned();
    }
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for at in 0..words.len() {
        let next = words.get(at + 1).cloned().unwrap_or_default();
        let is_time = words[at].ends_with('…') || words[at].contains(".before-") || words[at].contains("backup-");
        if is_time
            || ["days", "s.", "s", "rows"].contains(&next.as_str())
                && words[at].contains(|c: char| c.is_ascii_digit() || c == '(')
        {
            words[at] = words[at].chars().map(|c| if c.is_ascii_digit() { 'N' } else { c }).collect();
        }
    }
    words.join(" ")
}

/// A tenant without the new key, and that key in a file.
fn before() -> TestEnv {
    let env = TestEnv::tenant();
    env.run(["db", "init"]).ok();
    env.write_private("one.json", json!([{"id": NEW, "key": "CANARY-key-secret"}]).to_string());
    env
}

fn begin(env: &TestEnv) -> Terminal {
    begin_in(env.console(SIZE.0, SIZE.1, [] as [&str; 0]))
}

fn begin_in(mut terminal: Terminal) -> Terminal {
    terminal.wait_for("Acme Corp");
    terminal.send("R");
    terminal.wait_for("enter: choose the key");
    terminal
}

#[test]
fn the_walk_ends_with_everything_under_the_new_key() {
    let env = before();
    let sets = exported(&env);
    let mut terminal = begin(&env);
    snap(&terminal, "1_inventory", &env);
    terminal.send(ENTER);
    terminal.wait_for("Which key is everything to come under?");
    snap(&terminal, "2_key", &env);
    terminal.send("j");
    terminal.send(ENTER);
    terminal.wait_for("The path of a file");
    terminal.send("one.json");
    terminal.send(ENTER);
    terminal.wait_for("Does every server read the new key?");
    snap(&terminal, "2_servers", &env);
    terminal.send("yes");
    terminal.send(ENTER);
    terminal.wait_for("A backup of what is about to be rotated");
    snap(&terminal, "3_backup", &env);
    terminal.send("-mine");
    terminal.send(ENTER);
    terminal.wait_for("enter goes on to the rotation");
    snap(&terminal, "4_dry_run", &env);
    let status = env.run(["--json", "rotate", "status"]).json();
    assert!(status["by_key"][NEW].is_null(), "nothing is written yet: {status}");
    terminal.send(ENTER);
    terminal.wait_for("enter begins");
    snap(&terminal, "5_rotate", &env);
    terminal.send(ENTER);
    terminal.wait_for("enter verifies that");
    snap(&terminal, "5_done", &env);
    terminal.send(ENTER);
    terminal.wait_for("open under the new key alone");
    snap(&terminal, "6_verify", &env);
    terminal.send(ENTER);
    terminal.wait_for("enter retires them");
    snap(&terminal, "7_retire", &env);
    terminal.send(ENTER);
    terminal.wait_for("enter with nothing typed ends the walk");
    terminal.send("k-2024");
    terminal.send(ENTER);
    terminal.wait_for("type it once more");
    terminal.send("k-2024");
    terminal.send(ENTER);
    terminal.wait_for("k-2024 is removed");
    terminal.send("delete copies");
    terminal.send(ENTER);
    terminal.wait_for("old copies of the key file are deleted");
    snap(&terminal, "7_remove", &env);
    terminal.send(ENTER);
    terminal.wait_for("For the ticket");
    snap(&terminal, "7_ticket", &env);
    terminal.send(ENTER);
    terminal.wait_for("Orgs");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!String::from_utf8_lossy(&terminal.output()).contains("CANARY-key-secret"));
    let status = env.run(["--json", "rotate", "status"]).json();
    assert_eq!(status["by_key"], json!({NEW: ROWS - SEALED}));
    assert_eq!(exported(&env), sets);
    let keys = env.run(["--json", "key", "list"]).json();
    assert_eq!(keys.as_array().unwrap().len(), 3);
    assert!(keys.as_array().unwrap().iter().all(|key| (key["active"] == true) == (key["id"] == NEW)));
    let backups = std::fs::read_dir(env.path("")).unwrap();
    let names = backups.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("strongroom-backup-")).count(), 1);
}

#[test]
fn a_typed_key_is_not_shown_and_a_ring_from_the_environment_becomes_a_file() {
    let mut env = TestEnv::tenant();
    let keys: serde_json::Value = serde_json::from_slice(&env.read("keys.json")).unwrap();
    let secret = keys.as_array().unwrap().last().unwrap()["key"].as_str().unwrap().to_owned();
    env.set("JWT_SECRET", &secret);
    env.forget_keys();
    let mut terminal = begin(&env);
    terminal.send(ENTER);
    terminal.wait_for("comes from JWT_SECRET, which is never rewritten");
    terminal.send("jj");
    terminal.send(ENTER);
    terminal.wait_for("it is not shown");
    terminal.send(&paste("CANARY-typed-secret"));
    terminal.wait_for("> •");
    terminal.send(ENTER);
    terminal.wait_for("drop the variable there");
    terminal.send(ESC);
    terminal.wait_for("Which key is everything");
    terminal.send("q");
    terminal.wait_exit();
    assert!(!String::from_utf8_lossy(&terminal.output()).contains("CANARY-typed-secret"));
    let made: Vec<_> =
        std::fs::read_dir(env.path("state/strongroom")).unwrap().flatten().map(|entry| entry.path()).collect();
    let file = made.iter().find(|path| path.extension().is_some_and(|end| end == "keys")).unwrap();
    let ring: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(
        (&ring[0]["key"], &ring[0]["active"], &ring[1]["active"]),
        (&json!(secret), &json!(true), &json!(false))
    );
}

#[test]
fn a_guarded_profile_wants_its_word_before_anything_is_written() {
    let mut env = tenant();
    env.sql("CREATE TABLE more (id int PRIMARY KEY, held text)");
    env.write_private(
        "config.toml",
        r#"
            default_profile = "p"
            [profiles.p]
            confirm = "prod"
            [[profiles.p.rotation.column]]
            table = "more"
            key = ["id"]
            column = "held"
            encoding = "fernet-default"
        "#,
    );
    env.set("STRONGROOM_CONFIG", &env.path("config.toml").display().to_string());
    add_key(&env, "k-other");
    let mut terminal = env.console(110, 34, [] as [&str; 0]);
    terminal.wait_for("Guarded");
    terminal.send(ENTER);
    let mut terminal = begin_in(terminal);
    terminal.send(ENTER);
    terminal.wait_for("k-other, which is in the key ring");
    terminal.send("G");
    terminal.send(ENTER);
    terminal.wait_for("Does every server");
    terminal.send("no");
    terminal.send(ENTER);
    terminal.wait_for("type yes to go on");
    terminal.send("\x7f\x7fyes");
    terminal.send(ENTER);
    terminal.wait_for("A backup");
    terminal.send(&"\x7f".repeat(40));
    terminal.send("skip");
    terminal.send(ENTER);
    terminal.wait_for("enter goes on to the rotation");
    terminal.send(ENTER);
    let shown = terminal.wait_for("Type prod and press enter");
    assert!(shown.contains("read by the server with its default key only"), "{shown}");
    terminal.send(ENTER);
    terminal.wait_for("this profile is guarded: type prod");
    terminal.send("prod");
    terminal.send(ENTER);
    terminal.wait_for("enter verifies that");
    terminal.send("q");
    terminal.wait_exit();
}
