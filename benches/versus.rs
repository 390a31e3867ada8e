//! The same work done by Strongroom and by Python with the server's libraries, side by side in one run, as ratios:
//! `cargo bench --bench versus`. `benches/run` sets up the Python.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints, and fails here")]

mod bench;
#[path = "../tests/common/python.rs"]
mod python;

use bench::{Desk, ORG, USER, row};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SECRETS: usize = 1_000;
const ROUNDS: usize = 15;

fn main() {
    let Some(python) = python::python() else { return };
    let mut ours = Desk::with(SECRETS);
    let theirs = Desk::with(SECRETS);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/python/store.py");
    let rounds = ROUNDS.to_string();
    let files = [theirs.path("bench.db"), theirs.path("keys.json")];
    let output = Command::new(&python).arg(script).args(&files).args([ORG, USER, &rounds]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let mut seconds = said.split_whitespace().map(|number| Duration::from_secs_f64(number.parse().unwrap()));

    let load = median(|_| drop(ours.load()));
    // Each of our stores loads first, to carry the revision that it is based on; the server's does not.
    let store = median(|round| ours.store(round + 1));
    println!("{SECRETS} secrets, medians of {ROUNDS}:");
    row("load, in process", load, seconds.next().unwrap());
    row("store, in process", store, seconds.next().unwrap());

    let export = median(|_| {
        let database = format!("sqlite:{}", ours.path("bench.db").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        command.args(["--database", &database, "--key-file"]).arg(ours.path("keys.json"));
        run(command.args(["secret", "export", "--org", "Acme Corp", "--user", "dana@acme.example"]));
    });
    let python_export = median(|_| {
        let mut command = Command::new(&python);
        command.arg(python::script("server_store.py")).arg("load").args(&files);
        run(command.args([ORG, USER]));
    });
    row("secret export, the process", export, python_export);
}

fn run(command: &mut Command) {
    assert!(command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
}

fn median(mut work: impl FnMut(usize)) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|round| {
            let begin = Instant::now();
            work(round);
            begin.elapsed()
        })
        .collect();
    times.sort();
    *times.get(ROUNDS / 2).unwrap()
}
