//! Sockets, passwords, parameters, hosts.

use crate::common::postgres::{OPEN_HBA, Postgres, free_port};
use crate::common::{TestEnv, fixture};
use rustix::process::Signal;
use std::time::Instant;

/// The tenant behind a role with a password.
fn guarded() -> TestEnv {
    let mut env = TestEnv::on_server(Postgres::tenant());
    env.server().psql("tenant", "CREATE ROLE ann LOGIN PASSWORD 'CANARY-word' SUPERUSER");
    env
}

fn tcp(env: &mut TestEnv, user: &str, rest: &str) -> String {
    format!("postgres://{user}@127.0.0.1:{}/tenant{rest}", env.server().port)
}

fn lists(env: &TestEnv) -> bool {
    env.run(["--json", "org", "list"]).json().as_array().unwrap().len() == 5
}

#[test]
fn a_password_comes_from_the_url_the_variable_or_the_file() {
    let mut env = guarded();
    let url = tcp(&mut env, "ann:CANARY-word", "");
    env.set("STRONGROOM_DATABASE_URL", &url);
    assert!(lists(&env));

    let bare = tcp(&mut env, "ann", "");
    env.set("STRONGROOM_DATABASE_URL", &bare);
    env.run(["org", "list"]).fails(6);
    env.set("PGPASSWORD", "CANARY-word");
    assert!(lists(&env));
    env.unset("PGPASSWORD");

    let line = format!("127.0.0.1:{}:tenant:ann:CANARY-word\n", env.server().port);
    env.write_private("home/.pgpass", &line);
    assert!(lists(&env));
    let elsewhere = env.write_private("elsewhere", line);
    std::fs::remove_file(env.path("home/.pgpass")).unwrap();
    env.set("PGPASSFILE", &elsewhere.display().to_string());
    assert!(lists(&env));
}

#[test]
fn a_profile_gets_its_password_from_a_command() {
    let mut env = guarded();
    let url = tcp(&mut env, "ann", "");
    env.unset("STRONGROOM_DATABASE_URL");
    let text = format!(
        "default_profile = \"p\"\n[profiles.p]\ndatabase = \"{url}\"\npassword = {{ command = [\"printf\", \"CANARY-word\"] }}\n"
    );
    env.write_private("config/strongroom/config.toml", text);
    assert!(lists(&env));
}

#[test]
fn a_wrong_password_is_said_and_never_shown() {
    let mut env = guarded();
    let url = tcp(&mut env, "ann:CANARY-wrong", "");
    env.set("STRONGROOM_DATABASE_URL", &url);
    let output = env.run(["-v", "org", "list"]);
    let said = output.fails(6);
    assert!(said.contains("password authentication failed") && !said.contains("CANARY"), "{said}");
}

#[test]
fn a_parameter_that_is_not_known_is_named() {
    let mut env = TestEnv::on_server(Postgres::empty());
    let url = tcp(&mut env, "ann", "?sslmod=verify-full");
    let said = {
        env.set("STRONGROOM_DATABASE_URL", &url);
        env.run(["org", "list"]).fails(2)
    };
    assert!(said.contains("sslmod"), "{said}");
}

#[test]
fn variables_of_libpq_stand_in_for_what_the_url_leaves_open() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    let (folder, port) = (env.server().socket_folder().display().to_string(), env.server().port.to_string());
    env.set("STRONGROOM_DATABASE_URL", "postgres://");
    for (name, value) in
        [("PGHOST", folder.as_str()), ("PGPORT", &port), ("PGUSER", "postgres"), ("PGDATABASE", "tenant")]
    {
        env.set(name, value);
    }
    assert!(lists(&env));
}

#[test]
fn nobody_there_is_unreachable_at_once_and_names_every_server() {
    let mut env = TestEnv::new();
    let (one, two) = (free_port(), free_port());
    env.set("STRONGROOM_DATABASE_URL", &format!("postgres://ann:CANARY@127.0.0.1:{one},127.0.0.1:{two}/tenant"));
    let said = env.run(["org", "list"]).fails(6);
    assert!(said.contains(&one.to_string()) && said.contains(&two.to_string()) && !said.contains("CANARY"), "{said}");
}

#[test]
fn a_server_that_never_answers_is_given_up_after_the_connect_timeout() {
    // A port that takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut env = TestEnv::new();
    let port = silent.local_addr().unwrap().port();
    env.set("STRONGROOM_DATABASE_URL", &format!("postgres://ann@127.0.0.1:{port}/tenant?connect_timeout=1"));
    let said = env.run(["org", "list"]).fails(6);
    assert!(said.contains("no answer in time"), "{said}");
}

#[test]
fn the_host_that_takes_writes_is_found_among_several() {
    let primary = Postgres::tenant();
    let standby = primary.standby(&[]);
    let both = |first: &Postgres, second: &Postgres, wanted: &str| {
        let hosts = [first, second].map(|server| server.socket_folder().display().to_string());
        format!(
            "postgres://postgres@/tenant?host={}&port={},{}&target_session_attrs={wanted}",
            hosts.join(","),
            first.port,
            second.port
        )
    };
    let mut env = TestEnv::new();
    env.write_private("keys.json", fixture::KEYS);
    env.use_keys("keys.json");
    for (url, writes) in [
        (both(&standby, &primary, "read-write"), true),
        (both(&primary, &standby, "standby"), false),
        (both(&standby, &primary, "any"), false),
        (both(&primary, &standby, "prefer-standby"), false),
    ] {
        env.set("STRONGROOM_DATABASE_URL", &url);
        let status = env.run(["--json", "db", "status"]).json();
        assert_eq!(status["read_only"].is_null(), writes, "{url}");
    }
    let said = env.run_with_input(import(), "{}").fails(1);
    assert!(said.contains("standby"), "{said}");
}

fn import() -> Vec<String> {
    let sets = fixture::tenant_sets();
    let (org, user, _) = &sets[0];
    ["secret", "import", "--org", org, "--user", user, "-"].map(str::to_owned).to_vec()
}

#[test]
fn a_connection_says_who_it_is_and_leaves_nothing_behind_it() {
    let mut env = TestEnv::on_server(Postgres::start_with(&["log_statement=all", "log_line_prefix=%a|"], OPEN_HBA));
    let script = format!("{}\n{}", include_str!("../data/schema.postgres.sql"), fixture::TENANT);
    env.server().psql("tenant", &script);
    env.run_with_input(import(), r#"{"A": "CANARY-7c1e"}"#).ok();
    let log = std::fs::read_to_string(env.server().path("log")).unwrap();
    let ours: Vec<&str> = log.lines().filter(|line| line.starts_with("strongroom|")).collect();
    assert!(ours.iter().any(|line| line.contains("IN EXCLUSIVE MODE")), "it is logged under our name");
    assert!(!log.contains("CANARY-7c1e"));
    for line in &ours {
        let sets = line.contains("SET ") && !line.contains("SET LOCAL") && !line.contains("UPDATE");
        assert!(!sets && !line.contains("PREPARE"), "a setting outlives its transaction: {line}");
    }
}

#[test]
fn a_server_that_stops_is_lost_and_one_that_is_back_is_found_again() {
    let mut env = TestEnv::on_server(Postgres::tenant());
    env.server().stop(Signal::INT);
    let begin = Instant::now();
    env.run(["org", "list"]).fails(6);
    assert!(begin.elapsed().as_secs() < 60, "it does not hang");
    env.server().run();
    assert!(lists(&env));
}
