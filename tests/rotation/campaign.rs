//! Kills at any instant, and servers that store all through a rotation. `STRONGROOM_CAMPAIGN=full` runs the long form.

use crate::common::python::{python, script};
use crate::common::{Output, TestEnv, fixture};
use crate::field::{NEW, OLD, database, rotate, tenant};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

fn rounds(short: usize, full: usize) -> usize {
    if std::env::var("STRONGROOM_CAMPAIGN").is_ok_and(|form| form == "full") { full } else { short }
}

/// The tenant's rows ten times over, for users that nobody has heard of.
fn multiply(env: &TestEnv) {
    env.sql(
        "INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description, is_org_shared)
         SELECT 'copy ' || n.n || ' ' || id, org_id, secret_name, secret_value, description, is_org_shared
           FROM custom_secrets, (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5
                                 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) n",
    );
}

/// What Python makes of the rows.
fn checked(env: &TestEnv, python: &Path, keys: &str) -> Value {
    Output::of(env.foreign(python).arg(script("check_rows.py")).arg(database(env)).arg(env.path(keys))).json()
}

fn to(env: &TestEnv, key: &str) -> Command {
    let mut command = env.command();
    command.args(["rotate", "--to", key, "--yes", "--batch", "100"]).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn a_rotation_killed_at_any_instant_strands_nobody_and_goes_on() {
    let Some(python) = python() else { return };
    let mut env = tenant();
    multiply(&env);
    let before = checked(&env, &python, "keys.json");
    let begin = Instant::now();
    assert!(to(&env, NEW).status().unwrap().success());
    let whole = begin.elapsed();
    let total = if env.has_server() { rounds(6, 50) } else { rounds(10, 200) };
    let (mut unfinished, mut target) = (0, OLD);
    for round in 0..total {
        let mut child = to(&env, target).spawn().unwrap();
        let place =
            f64::from(u32::try_from((round * 7919) % total).unwrap()) / f64::from(u32::try_from(total).unwrap());
        std::thread::sleep(whole.mul_f64(place));
        if env.has_server() && round % 5 == 4 {
            // The whole server goes, without a word.
            env.server().stop(rustix::process::Signal::KILL);
            let _ = child.wait().unwrap();
            env.server().run();
        } else {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let found = checked(&env, &python, "keys.json");
        assert_eq!((&found["says"], &found["sealed"]), (&before["says"], &before["sealed"]), "round {round}");
        let others = found["by_key"].as_object().unwrap().keys().filter(|key| *key != target).count();
        if others > 0 {
            unfinished += 1;
        } else {
            target = if target == OLD { NEW } else { OLD };
        }
    }
    let done = env.run(["--json", "rotate", "--to", NEW, "--yes"]).json();
    let found = checked(&env, &python, "keys.json");
    assert_eq!(found["says"], before["says"]);
    assert_eq!(found["by_key"].as_object().unwrap().keys().collect::<Vec<_>>(), [NEW], "{done}");
    env.run(["audit", "verify"]).ok();
    eprintln!("{total} kills: {unfinished} in the middle; every row opened after each, none was changed");
}

/// A server's store in a loop.
struct Writer(Child, BufReader<ChildStdout>);

impl Writer {
    fn start(env: &TestEnv, python: &Path, keys: &str, user: &str, style: &str) -> Self {
        let mut command = env.foreign(python);
        command.arg(script("server_store.py")).arg("loop").arg(database(env)).arg(env.path(keys));
        command.args([fixture::ACME, user, style]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self(child, said)
    }

    /// Lets it finish; the number of the last set that it stored.
    fn finish(mut self) -> usize {
        drop(self.0.stdin.take());
        let (mut said, mut error) = (String::new(), String::new());
        self.1.read_to_string(&mut said).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        assert!(self.0.wait().unwrap().success() && error.is_empty(), "a server got an error because of us: {error}");
        1 + said.lines().count()
    }

    /// Waits until it has stored its first set.
    fn wait(&mut self) {
        let mut line = String::new();
        assert!(self.1.read_line(&mut line).unwrap() > 0, "a server ended before it stored anything");
    }
}

/// A server of each kind, on sets of their own. `locking` is no statement of `SQLite`.
fn servers(env: &TestEnv, python: &Path, keys: &str) -> Vec<(&'static str, Writer)> {
    let styles: &[&str] = if env.has_server() { &["plain", "locking", "describing"] } else { &["plain", "describing"] };
    let writer = |style: &&'static str| (*style, Writer::start(env, python, keys, &format!("server {style}"), style));
    let mut writers: Vec<_> = styles.iter().map(writer).collect();
    for (_, writer) in &mut writers {
        writer.wait();
    }
    writers
}

/// The old ring with the new key as the one that writes.
fn new_ring(env: &TestEnv) {
    let mut keys: Value = serde_json::from_slice(&env.read("keys.json")).unwrap();
    for key in keys.as_array_mut().unwrap() {
        key["active"] = json!(key["id"] == NEW);
    }
    env.write_private("new.json", keys.to_string());
}

#[test]
fn servers_that_turn_half_way_lose_no_set_and_get_no_error() {
    let Some(python) = python() else { return };
    for _ in 0..rounds(1, 10) {
        let env = tenant();
        multiply(&env);
        new_ring(&env);
        let old = servers(&env, &python, "keys.json");
        let mut command = env.command();
        command.args(["--json", "rotate", "--to", NEW, "--yes", "--batch", "50", "--rate", "1500"]);
        let rotation = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(900));
        let before: Vec<usize> = old.into_iter().map(|(_, writer)| writer.finish()).collect();
        let new = servers(&env, &python, "new.json");
        let output = rotation.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert!(before.iter().all(|count| *count > 0), "{before:?}");
        for (style, writer) in new {
            let last = writer.finish();
            assert!(last > 0);
            let user = format!("server {style}");
            let mut load = env.foreign(&python);
            load.arg(script("server_store.py")).arg("load").arg(database(&env)).arg(env.path("keys.json"));
            let set = Output::of(load.args([fixture::ACME, &user])).json();
            assert_eq!(set.as_object().unwrap().len(), 5, "{style}");
            for secret in set.as_object().unwrap().values() {
                let field = if style == "describing" { "description" } else { "secret" };
                assert_eq!(secret[field], format!("{style} {last}"), "the last set of theirs stands, whole");
            }
        }
        rotate(&env, &[]);
        let keys = checked(&env, &python, "keys.json")["by_key"].clone();
        assert_eq!(keys.as_object().unwrap().keys().collect::<Vec<_>>(), [NEW]);
    }
}

#[test]
fn a_server_that_never_turns_is_found_out() {
    let Some(python) = python() else { return };
    let env = tenant();
    let writers = servers(&env, &python, "keys.json");
    let said = env.run(["rotate", "--to", NEW, "--yes", "--batch", "50", "--rate", "600"]).fails(1);
    assert!(said.contains("a server still writes under the old key"), "{said}");
    for (_, writer) in writers {
        assert!(writer.finish() > 0);
    }
    rotate(&env, &[]);
}
