//! The Python that has the server's own libraries, where there is one.
#![allow(clippy::print_stderr, reason = "a test that is passed over says so")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Python with `cryptography`, `joserfc` and `psycopg`: the one that `tests/run` sets up, or else the machine's own. Where there
/// is none, says so and gives `None`: the test has nothing to compare with and passes over.
pub(crate) fn python() -> Option<PathBuf> {
    let prepared = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    let candidates = [std::env::var_os("STRONGROOM_PYTHON").map(PathBuf::from), Some(prepared), Some("python3".into())];
    let found = candidates.into_iter().flatten().find(|python| {
        let mut command = Command::new(python);
        command.args(["-c", "import cryptography, joserfc, psycopg"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    });
    if found.is_none() {
        eprintln!("SKIPPED: no Python with cryptography and joserfc; `tests/run` installs one");
    }
    found
}

/// The path of one of the scripts beside the tests.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(name)
}
