//! What an operator sees when the server goes away under the console.

use crate::common::keys::{CTRL_C, CTRL_S, ENTER, ESC};
use crate::common::postgres::Postgres;
use crate::common::{Terminal, TestEnv, fixture};
use rustix::process::Signal;
use serde_json::json;

/// A console over the network, with a password, so that no folder's name is in the picture.
struct Desk {
    env: TestEnv,
    words: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        let mut env = TestEnv::on_server(Postgres::tenant());
        env.server().psql("tenant", "CREATE ROLE ann LOGIN PASSWORD 'CANARY-word' SUPERUSER");
        let url = format!("postgres://ann@127.0.0.1:{}/tenant", env.server().port);
        env.set("STRONGROOM_DATABASE_URL", &url);
        env.set("PGPASSWORD", "CANARY-word");
        let sets = fixture::tenant_sets();
        let (org, user, _) = sets.iter().find(|(org, _, set)| org == fixture::ACME && set.is_empty()).unwrap();
        let words = ["--org", org, "--user", user].map(str::to_owned).to_vec();
        let desk = Self { env, words };
        desk.env.run_with_input(desk.words(&["import", "-"]), r#"{"TOKEN": "CANARY-a"}"#).ok();
        desk
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        ["secret"]
            .iter()
            .map(|&word| word.to_owned())
            .chain(words.iter().map(|&word| word.to_owned()))
            .chain(self.words.clone())
            .collect()
    }

    fn edit(&self) -> Terminal {
        let terminal = self.env.console(100, 24, self.words(&["edit"]));
        terminal.wait_for("TOKEN");
        terminal
    }

    fn browse(&self) -> Terminal {
        let terminal = self.env.console(100, 24, [] as [&str; 0]);
        terminal.wait_for("ada@acme");
        terminal.wait_for("TLS_KEY_0");
        terminal.wait_for("(no org)");
        terminal
    }

    fn exported(&self) -> serde_json::Value {
        self.env.run(self.words(&["export"])).json()
    }

    #[track_caller]
    fn snap(&mut self, terminal: &Terminal, name: &str) {
        let (mut before, mut screen) = (String::new(), terminal.screen());
        while before != screen {
            std::thread::sleep(std::time::Duration::from_millis(60));
            before = std::mem::replace(&mut screen, terminal.screen());
        }
        let rows: Vec<String> = terminal.full_screen().rows(0, 100).map(|row| row.trim_end().to_owned()).collect();
        let text = rows.join("\n").replace(&env_port(&mut self.env), "55555");
        let text =
            (1..30).rev().fold(text, |text, seconds| text.replace(&format!("database, {seconds} s"), "database, 3 s"));
        let text = ["◐", "◓", "◑"].iter().fold(text, |text, turn| text.replace(turn, "◒"));
        assert!(!text.contains("CANARY"), "{text}");
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots"}, {
            insta::assert_snapshot!(format!("postgres_{name}"), masked_version(&text));
        });
    }
}

fn env_port(env: &mut TestEnv) -> String {
    env.server().port.to_string()
}

/// The version of the server is not what a screen looks like.
fn masked_version(text: &str) -> String {
    let Some((before, after)) = text.split_once("PostgreSQL ") else { return text.to_owned() };
    let version: String = after.chars().take_while(|at| at.is_ascii_digit() || *at == '.').collect();
    format!("{before}PostgreSQL {}{}", "0".repeat(version.len()), &after[version.len()..])
}

fn quit(mut terminal: Terminal) {
    terminal.send(CTRL_C);
    terminal.send("y");
    terminal.wait_exit();
}

/// Adds a secret to the form, and goes on to the review.
fn add(terminal: &mut Terminal) {
    terminal.send("a");
    terminal.send("ADDED");
    terminal.send(ENTER);
    terminal.send("CANARY-b");
    terminal.send(CTRL_S);
    terminal.wait_for("1 added");
}

#[test]
fn a_form_survives_a_server_that_stops_and_comes_back() {
    let mut desk = Desk::new();
    let mut terminal = desk.edit();
    add(&mut terminal);
    desk.env.server().stop(Signal::INT);
    terminal.send(ENTER);
    terminal.wait_for("connecting again");
    desk.snap(&terminal, "stopped_under_a_commit");
    terminal.wait_for("cannot be reached");
    desk.env.server().run();
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    quit(terminal);
    let wanted = json!({
        "TOKEN": {"secret": "CANARY-a", "description": ""},
        "ADDED": {"secret": "CANARY-b", "description": ""},
    });
    assert_eq!(desk.exported(), wanted);
}

#[test]
fn a_server_that_restarts_is_connected_to_again_by_the_next_request() {
    let mut desk = Desk::new();
    let mut terminal = desk.browse();
    desk.env.server().stop(Signal::INT);
    desk.env.server().run();
    terminal.send("2j");
    terminal.wait_for("connected again");
    terminal.wait_for("GITHUB_TOKEN_2");
    desk.snap(&terminal, "restarted");
    quit(terminal);
}

#[test]
fn a_frozen_server_never_freezes_the_console() {
    let mut desk = Desk::new();
    let mut terminal = desk.browse();
    desk.env.server().freeze();
    terminal.send("r");
    terminal.wait_for("waiting for the database");
    desk.snap(&terminal, "frozen");
    terminal.send(ESC);
    terminal.wait_for("cancelled");
    desk.snap(&terminal, "frozen_and_given_up");
    desk.env.server().thaw();
    terminal.send("r");
    terminal.wait_for("Acme Corp");
    quit(terminal);
}

#[test]
fn escape_stops_the_server_too() {
    let mut desk = Desk::new();
    let mut terminal = desk.browse();
    // Somebody migrates the table: everything that reads it waits.
    let url = desk.env.server().url();
    let mut psql = desk.env.foreign("psql");
    psql.args([&url, "-qc", "BEGIN; LOCK TABLE custom_secrets; SELECT pg_sleep(20)"]);
    let mut holder = psql.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'strongroom' AND state = 'active'";
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.send("2j");
    terminal.wait_for("waiting for the database");
    assert_eq!(desk.env.server().psql("postgres", waiting).trim(), "1");
    terminal.send(ESC);
    terminal.wait_for("cancelled");
    assert_eq!(desk.env.server().psql("postgres", waiting).trim(), "0", "the server's process has stopped");
    holder.kill().unwrap();
    holder.wait().unwrap();
    quit(terminal);
}

#[test]
fn a_commit_that_hangs_on_a_frozen_standby_is_waited_for_and_never_cancelled() {
    let mut desk = Desk::new();
    let standby = desk.env.server().standby(&[]);
    desk.env.server().psql("postgres", "ALTER SYSTEM SET synchronous_standby_names = standby");
    desk.env.server().psql("postgres", "SELECT pg_reload_conf()");
    let in_step = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    while desk.env.server().psql("postgres", in_step).trim() != "1" {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let mut terminal = desk.edit();
    add(&mut terminal);
    standby.freeze();
    terminal.send(ENTER);
    terminal.wait_for("waiting for the database, 2 s");
    desk.snap(&terminal, "commit_hangs");
    // The operator has enough; but a COMMIT that is stopped could be reported done without its standby.
    terminal.send(ESC);
    terminal.wait_for("waiting for the database, 4 s");
    standby.thaw();
    terminal.wait_for("Stored");
    quit(terminal);
    assert_eq!(desk.exported()["ADDED"]["secret"], "CANARY-b");
}

#[test]
fn a_read_only_role_may_look_and_the_form_says_why_not() {
    let mut desk = Desk::new();
    desk.env.server().psql("tenant", "ALTER ROLE ann SET default_transaction_read_only = on");
    let mut terminal = desk.browse();
    terminal.wait_for("read-only");
    terminal.send("e");
    terminal.wait_for("nothing can be edited");
    desk.snap(&terminal, "read_only");
    quit(terminal);
}

#[test]
fn nobody_on_the_way_is_trusted_without_a_word() {
    // A way to write the loopback that does not say that it is one.
    let server = Postgres::start_with(&[], "local all all trust\nhost all all 127.0.0.1/32 trust\n");
    server.psql("tenant", &format!("{}\n{}", include_str!("../data/schema.postgres.sql"), fixture::TENANT));
    let mut env = TestEnv::on_server(server);
    let url = format!("postgres://postgres@127.1:{}/tenant", env.server().port);
    env.set("STRONGROOM_DATABASE_URL", &url);
    let said = env.run(["org", "list"]);
    assert!(said.stderr().contains("unverified"), "{}", said.stderr());
    let mut terminal = env.console(100, 24, [] as [&str; 0]);
    let screen = terminal.wait_for("Before you go on");
    assert!(screen.contains("Unverified: the connection is not encrypted"), "{screen}");
    terminal.send(ENTER);
    terminal.wait_for("Acme Corp");
    terminal.wait_for("unverified");
    quit(terminal);
}
