//! From a key to the changed screen in a crowd: 10,000 organisations, a million people with one of their own each, and a
//! set of 10,000 secrets, on a server of its own: `cargo bench --bench frames`. And how many keys a newcomer needs.
//! `cargo bench --bench frames -- 20000` does it with as many people only.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark prints, and fails here"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::postgres::{OPEN_HBA, Postgres};
use common::{Terminal, TestEnv};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const KEYS: usize = 400;
const IDLE: Duration = Duration::from_secs(5);
const SECRETS: usize = 10_000;

/// The last person of the million.
const WANTED: &str = "person.777777@";

fn main() {
    let server = Postgres::start_with(&["shared_buffers=512MB", "max_wal_size=8GB"], OPEN_HBA);
    apart(&server);
    server.psql("tenant", include_str!("../tests/data/schema.postgres.sql"));
    let people = std::env::args().skip(1).find(|word| word.parse::<u32>().is_ok());
    let crowd = include_str!("crowd.sql").replace("1000000", people.as_deref().unwrap_or("1000000"));
    server.psql("tenant", &crowd);
    server.psql("tenant", include_str!("../assets/indexes.sql"));
    server.psql("tenant", "VACUUM ANALYZE");
    let env = TestEnv::on_server(server);
    let mut set = "{".to_owned();
    for number in 0..SECRETS {
        let comma = if number == 0 { "" } else { "," };
        write!(set, "{comma}\"NAME_{number:0>5}\": {{\"secret\": \"value {number}\", \"description\": \"\"}}").unwrap();
    }
    let words = ["secret", "import", "--org", "Company 1", "--user", "person.1000@", "-"];
    let email = env.sql("SELECT email FROM \"user\" WHERE email LIKE 'person.1000@%'");
    let words: Vec<&str> =
        words.iter().map(|word| if *word == "person.1000@" { email.as_str() } else { word }).collect();
    env.run_with_input(words, set + "}").ok();

    if people.is_none() {
        newcomer(&env);
    }
    floor(&env);
    among_secrets(&env, &email);
    among_orgs(&env);
    floor(&env);
}

/// Gives the server a core of its own, the last one, and the console and its terminal the first: the server that it
/// stands for computes on another machine. Without this a key would wait for the server's queries, as any other program
/// here would.
fn apart(server: &Postgres) {
    let last = std::thread::available_parallelism().unwrap().get() - 1;
    for (core, process) in [(last, server.id()), (0, rustix::process::getpid())] {
        let words = ["--all-tasks", "--cpu-list", "--pid", &core.to_string(), &process.as_raw_nonzero().to_string()];
        assert!(Command::new("taskset").args(words).stdout(Stdio::null()).status().unwrap().success(), "taskset");
    }
}

/// What the machine alone takes, measured in the same way: on a busy one it is most of what is measured here.
fn floor(env: &TestEnv) {
    let words = ["-c", "stty raw -echo && echo ready && exec cat"];
    let mut terminal = Terminal::spawn(env, Path::new("/bin/sh"), words, 120, 30);
    terminal.wait_for("ready");
    report("the floor: cat in the same terminal", &mut terminal, &["j", "k"]);
}

/// Finds one of a million and opens the set, then changes a value and commits.
fn newcomer(env: &TestEnv) {
    env.run_with_input(
        ["secret", "import", "--org", &personal_org(env), "--user", &wanted(env), "-"],
        "{\"A\": \"1\"}",
    )
    .ok();
    let mut terminal = open(env);
    // The search over everything, a part of the address, and there.
    let find = ["\x10", "n", ".", "7", "7", "7", "7", "7", "7", "\r"];
    for key in find {
        std::thread::sleep(Duration::from_millis(30));
        terminal.send(key);
    }
    terminal.wait_for("•");
    println!("one of a million, and the set in view: {} keys", find.len());
    let change = ["e", "i", "\t", "2", "\x1b", "\x13", "\r"];
    for key in change {
        terminal.send(key);
        std::thread::sleep(Duration::from_millis(300));
    }
    terminal.wait_for("Stored");
    println!("one value changed and committed: {} keys", change.len());
    leave(terminal);
}

fn wanted(env: &TestEnv) -> String {
    env.sql(&format!("SELECT email FROM \"user\" WHERE email LIKE '{WANTED}%'"))
}

fn personal_org(env: &TestEnv) -> String {
    env.sql(&format!("SELECT current_org_id FROM \"user\" WHERE email LIKE '{WANTED}%'"))
}

fn among_secrets(env: &TestEnv, email: &str) {
    let mut terminal = open(env);
    terminal.send("/Company 1\r");
    std::thread::sleep(Duration::from_millis(500));
    terminal.send("2/");
    terminal.send(&email[..12]);
    terminal.send("\r");
    terminal.wait_for("▌person.1000@");
    terminal.send("3");
    terminal.wait_for("NAME_00002");
    report("in a set of 10,000 secrets", &mut terminal, &["j", "k"]);
    report("a page of them", &mut terminal, &["\x04", "\x15"]);
    terminal.send("/");
    report("its filter, a letter", &mut terminal, &["9", "\x7f"]);
    terminal.send("\x1b");
    std::thread::sleep(Duration::from_millis(1500));
    let (bytes, wakes) = (terminal.mark(), wake_ups(terminal.pid()));
    std::thread::sleep(IDLE);
    println!("idle for {IDLE:?}: {} bytes, {} wake-ups", terminal.mark() - bytes, wake_ups(terminal.pid()) - wakes);
    // Every other key leaves the set, which is dropped and wiped, and the next one reads it again.
    terminal.send("2/\x15person.100\r");
    terminal.wait_for(" person.100@");
    report("from the set of 10,000 to another user's and back", &mut terminal, &["j", "k"]);
    leave(terminal);
}

fn among_orgs(env: &TestEnv) {
    let mut terminal = open(env);
    report("from organisation to organisation, users loaded behind", &mut terminal, &["j", "k"]);
    terminal.send("/");
    report("the filter over them, a letter", &mut terminal, &["7", "\x7f"]);
    leave(terminal);
}

fn open(env: &TestEnv) -> Terminal {
    let terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Company");
    std::thread::sleep(Duration::from_millis(1500));
    terminal
}

fn leave(mut terminal: Terminal) {
    terminal.send("\x03");
    terminal.wait_exit();
}

/// From a key to its own echo; what a query brings comes later and is waited for.
fn report(what: &str, terminal: &mut Terminal, keys: &[&str]) {
    let mut times: Vec<Duration> = (0..KEYS)
        .map(|at| {
            let mark = terminal.mark();
            let begin = Instant::now();
            terminal.send(keys[at % keys.len()]);
            terminal.wait_for_output_after(mark);
            let taken = begin.elapsed();
            // In turn as a key that is held down repeats, and slowly enough for a query after each.
            std::thread::sleep(Duration::from_millis(if at / 4 % 2 == 0 { 30 } else { 110 }));
            taken
        })
        .collect();
    times.sort();
    println!("{what}: median {:.2?}, p99 {:.2?}", times[KEYS / 2], times[KEYS * 99 / 100]);
}

/// How often any thread of the process went from sleeping to running.
fn wake_ups(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let field = |path: String| -> u64 {
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
        line.trim().parse().unwrap()
    };
    threads.map(|thread| field(format!("{}/status", thread.unwrap().path().display()))).sum()
}
