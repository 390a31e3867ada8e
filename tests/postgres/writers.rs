//! Foreign writers on the same set, as servers do it: by another client, with nothing known of Strongroom.

use crate::common::postgres::Postgres;
use crate::common::{TestEnv, fixture, python};
use crate::rounds;
use serde_json::{Map, Value, json};
use std::io::Read as _;
use std::process::{Child, Stdio};

/// A server's store in a loop.
struct Writer(Child);

impl Writer {
    fn start(env: &mut TestEnv, python: &std::path::Path, set: (&str, &str), style: &str) -> Self {
        let url = env.server().url();
        let mut command = env.foreign(python);
        command.arg(python::script("server_store.py")).args(["loop", &url, "keys.json", set.0, set.1, style]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// Lets it finish; how many sets it stored.
    fn finish(mut self) -> usize {
        drop(self.0.stdin.take());
        let mut said = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        let mut error = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        assert!(self.0.wait().unwrap().success() && error.is_empty(), "the server got an error because of us: {error}");
        said.lines().count()
    }
}

fn ours(round: usize) -> Value {
    let secrets =
        (0..7).map(|at| (format!("OURS_{at}"), json!({"secret": format!("ours {round}"), "description": ""})));
    Value::Object(secrets.collect::<Map<_, _>>())
}

/// One whole set of one writer, and never a mix.
fn assert_whole(set: &Value) {
    let secrets = set.as_object().unwrap();
    let values: Vec<&str> = secrets.values().map(|secret| secret["secret"].as_str().unwrap()).collect();
    let prefix = if secrets.keys().any(|name| name.starts_with("OURS")) { ("OURS", 7) } else { ("THEIRS", 5) };
    assert!(secrets.keys().all(|name| name.starts_with(prefix.0)), "a mix: {secrets:?}");
    assert_eq!(secrets.len(), prefix.1, "a part: {secrets:?}");
    assert!(values.iter().all(|value| value == &values[0]), "two sets in one: {secrets:?}");
}

fn contend(style: &str) {
    let Some(python) = python::python() else { return };
    let mut env = TestEnv::on_server(Postgres::tenant());
    // Every set of ours that is really committed leaves one line here.
    env.server().psql(
        "tenant",
        "CREATE TABLE seen (at bigint);
         CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (NEW.id); RETURN NEW; END $$;
         CREATE TRIGGER see AFTER INSERT ON custom_secrets FOR EACH ROW WHEN (NEW.secret_name = 'OURS_0') EXECUTE FUNCTION see()",
    );
    let sets = fixture::tenant_sets();
    let (org, user, _) = sets.iter().find(|(_, _, set)| set.is_empty()).unwrap();
    let set = (org.as_str(), user.as_str());
    let words = |words: &[&str]| -> Vec<String> {
        ["secret"].iter().chain(words).chain(&["--org", set.0, "--user", set.1]).map(|&word| word.to_owned()).collect()
    };
    let writer = Writer::start(&mut env, &python, set, style);
    let total = rounds(30, 1_000);
    let (mut done, mut conflicts) = (0, 0);
    for round in 0..total {
        let output = env.run_with_input(words(&["import", "-"]), ours(round).to_string());
        match output.code() {
            Some(0) => done += 1,
            Some(3) => conflicts += 1,
            other => panic!("round {round}: {other:?}: {}", output.stderr()),
        }
        let read = env.run(words(&["export"])).json();
        if !read.as_object().unwrap().is_empty() {
            assert_whole(&read);
        }
    }
    let theirs = writer.finish();
    assert_whole(&env.run(words(&["export"])).json());
    let seen: usize = env.sql("SELECT count(*) FROM seen").parse().unwrap();
    assert_eq!(seen, done, "a commit that was reported done was not, or one that was done was not reported");
    let twice = "SELECT count(*) FROM (SELECT 1 FROM custom_secrets WHERE secret_name ~ '^(OURS|THEIRS)_' \
                 GROUP BY keycloak_user_id, org_id, secret_name HAVING count(*) > 1) AS twice";
    assert_eq!(env.sql(twice), "0", "no row is there twice");
    assert!(theirs > 0 && done > 0, "both wrote");
    eprintln!(
        "{style}: {total} rounds: {done} commits of ours, {conflicts} conflicts, {theirs} sets of theirs; never a mix"
    );
}

#[test]
fn a_plain_delete_and_insert_and_ours_never_mix() {
    contend("plain");
}

#[test]
fn a_select_for_update_and_ours_never_mix_and_never_deadlock() {
    contend("locking");
}

#[test]
fn a_lock_that_never_comes_is_given_up_and_holds_nobody_up() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    let before = env.dump();
    let url = env.server().url();
    let holder = std::thread::spawn({
        let mut psql = env.foreign("psql");
        psql.args([&url, "-qc", "BEGIN; LOCK TABLE custom_secrets IN ROW SHARE MODE; SELECT pg_sleep(13); COMMIT"]);
        move || assert!(psql.stdout(Stdio::null()).status().unwrap().success())
    });
    let held = "SELECT count(*) FROM pg_locks WHERE mode = 'RowShareLock' AND relation = 'custom_secrets'::regclass";
    while env.sql(held) != "1" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let sets = fixture::tenant_sets();
    let (org, user, _) = &sets[0];
    let said = env.run_with_input(["secret", "import", "--org", org, "--user", user, "-"], "{}").fails(6);
    assert!(said.contains("locked"), "{said}");
    holder.join().unwrap();
    assert_eq!(env.dump(), before);
}
