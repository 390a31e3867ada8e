//! The console in a pseudo-terminal of 120×30, on the small server's database: `cargo bench --bench terminal`.
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

use common::{Terminal, TestEnv};
use std::time::{Duration, Instant};

const STARTS: usize = 25;
const KEYS: usize = 400;
const IDLE: Duration = Duration::from_secs(5);

fn main() {
    let env = TestEnv::tenant();
    let starts = sorted((0..STARTS).map(|_| first_frame(&env)).collect());
    println!(
        "first full frame with data: median {:.2?}, worst of {STARTS} {:.2?}",
        starts[STARTS / 2],
        starts[STARTS - 1]
    );

    let mut terminal = open(&env);
    println!("resident: {} KiB", field(&format!("/proc/{}/status", terminal.pid()), "VmRSS:"));
    for (what, keys) in [("in a set", ["3j", "k"]), ("from user to user, each set loaded", ["2j", "k"])] {
        let times = sorted((0..KEYS).map(|at| key(&mut terminal, &keys[at % 2][keys[at % 2].len() - 1..])).collect());
        println!("key to changed screen, {what}: median {:.2?}, p99 {:.2?}", times[KEYS / 2], times[KEYS * 99 / 100]);
        terminal.send(&keys[0][..1]);
        std::thread::sleep(Duration::from_millis(200));
    }
    let (bytes, wakes) = (terminal.mark(), wake_ups(terminal.pid()));
    std::thread::sleep(IDLE);
    println!("idle for {IDLE:?}: {} bytes, {} wake-ups", terminal.mark() - bytes, wake_ups(terminal.pid()) - wakes);
    terminal.send("q");
    terminal.wait_exit();
}

fn open(env: &TestEnv) -> Terminal {
    let terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_until("all three columns", |screen| screen.contents().contains("TLS_KEY_0"));
    terminal
}

fn first_frame(env: &TestEnv) -> Duration {
    let begin = Instant::now();
    let mut terminal = open(env);
    let taken = begin.elapsed();
    terminal.send("q");
    terminal.wait_exit();
    taken
}

fn key(terminal: &mut Terminal, key: &str) -> Duration {
    let mark = terminal.mark();
    let begin = Instant::now();
    terminal.send(key);
    terminal.wait_for_output_after(mark);
    let taken = begin.elapsed();
    // What follows, a set that arrives, must not be taken for the answer to the next key.
    std::thread::sleep(Duration::from_millis(10));
    taken
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort();
    times
}

/// How often any thread of the process went from sleeping to running.
fn wake_ups(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    threads
        .map(|thread| field(&format!("{}/status", thread.unwrap().path().display()), "voluntary_ctxt_switches:"))
        .sum()
}

fn field(path: &str, name: &str) -> u64 {
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
