//! A rotation beside a Python script that uses `MultiFernet.rotate` and bulk updates, in one run, over a file
//! and over a server; its share of what decrypting and encrypting alone would take; and what it holds in memory.
//!
//! `cargo bench --bench rotation -- [ROWS]`: 1,000,000 rows of two texts each unless told otherwise.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark prints, and fails here"
)]

#[allow(dead_code, reason = "the fixtures are the tests'")]
#[path = "../tests/common/fixture.rs"]
mod fixture;
#[allow(dead_code, reason = "the scripts are the tests'")]
#[path = "../tests/common/python.rs"]
mod python;
#[allow(dead_code, reason = "the server is the tests'")]
#[path = "../tests/common/postgres.rs"]
mod server;

use server::Postgres;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use strongroom::cipher::{Cipher, Format};
use strongroom::database::StoredText;
use strongroom::keyring::{self, KeyId, KeySource, LoadOptions};
use strongroom::secret::Secret;

/// How many rows are encrypted for real; the rest say the same again, each a row of its own.
const KINDS: usize = 10_000;

/// Rows whose texts are decrypted and encrypted in memory alone.
const BOUND: usize = 100_000;

fn main() {
    let rows = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let Some(python) = python::python() else { return };
    let field = Field::new();
    let pool = field.pool();
    let bound = field.bound(&pool).mul_f64(ratio(rows, BOUND));
    println!("{rows} rows of two texts; decrypting and encrypting alone, on all cores: {bound:.2?}");

    field.fill_sqlite(&pool, rows);
    std::fs::copy(field.path("ours.db"), field.path("theirs.db")).unwrap();
    let ours = field.ours(&format!("sqlite:{}", field.path("ours.db").display()));
    let theirs = field.theirs(&python, &field.path("theirs.db").display().to_string());
    report("SQLite", bound, ours, theirs);

    let copy = field.copy_of(&pool, rows);
    let [ours, theirs] = [(), ()].map(|()| {
        // With the memory that a server takes unless told otherwise, and no checkpoint in the middle.
        let server = Postgres::start_with(&["shared_buffers=128MB", "max_wal_size=8GB"], server::OPEN_HBA);
        server.psql("tenant", include_str!("../tests/data/schema.postgres.sql"));
        server.psql("tenant", &format!("{ORG} COPY custom_secrets ({COLUMNS}) FROM '{}'", copy.display()));
        server.psql("tenant", "VACUUM ANALYZE; CHECKPOINT");
        server
    });
    let (ours, theirs) = (field.ours(&ours.url()), field.theirs(&python, &theirs.url()));
    report("PostgreSQL", bound, ours, theirs);
}

const ORG: &str = "INSERT INTO org (id, name) VALUES ('f841d419-96ba-400d-b34c-d7547568bbd4', 'Acme Corp');";
const COLUMNS: &str = "keycloak_user_id, org_id, secret_name, secret_value, description";

fn report(what: &str, bound: Duration, (ours, kilobytes): (Duration, u64), theirs: (Duration, u64)) {
    let times = theirs.0.as_secs_f64() / ours.as_secs_f64();
    let share = bound.as_secs_f64() / ours.as_secs_f64() * 100.0;
    println!(
        "  {what:10} {ours:>8.2?}   Python {:>8.2?}   {times:5.1} times as fast   {share:3.0} % of the bound   \
         {:.1} MiB resident (Python {:.1})",
        theirs.0,
        mebibytes(kilobytes),
        mebibytes(theirs.1)
    );
}

#[expect(clippy::cast_precision_loss, reason = "a figure that is read by people")]
fn mebibytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "a figure that is read by people")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
}

/// The texts of a row.
type Texts = (StoredText, StoredText);

/// A folder with two keys, and what is rotated from one to the other.
struct Field {
    folder: tempfile::TempDir,
    cipher: Cipher,
    new: KeyId,
}

impl Field {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The server of a test that is run as root belongs to somebody else, who reads the rows from here.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let now = jiff::Timestamp::now();
        let old = keyring::generate(None, now).unwrap();
        let new = keyring::generate(None, now).unwrap();
        let id = new.id.clone();
        keyring::create_file(&folder.path().join("keys.json"), &[old, new]).unwrap();
        let source = KeySource::File(folder.path().join("keys.json"));
        let ring = keyring::load(&source, &LoadOptions::default()).unwrap();
        Self { folder, cipher: Cipher::new(&ring, Format::Fernet, None), new: id }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn old(&self) -> KeyId {
        let source = KeySource::File(self.path("keys.json"));
        let ring = keyring::load(&source, &LoadOptions::default()).unwrap();
        ring.keys().iter().map(|key| key.id.clone()).find(|id| *id != self.new).unwrap()
    }

    /// Texts under the old key: a value of 40 bytes and a short description.
    fn pool(&self) -> Vec<Texts> {
        let old = self.old();
        let seal = |text: String| self.cipher.seal_under(&old, Format::Fernet, &Secret::new(text)).unwrap();
        let row = |number| (seal(format!("sk-live-{number:0>32}")), seal("used by the nightly job".to_owned()));
        (0..KINDS).map(row).collect()
    }

    /// How long it takes to decrypt and encrypt alone.
    fn bound(&self, pool: &[Texts]) -> Duration {
        let cores = std::thread::available_parallelism().unwrap().get();
        let begin = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(|| {
                    for (value, description) in pool.iter().cycle().take(BOUND / cores) {
                        for text in [value, description] {
                            let opened = self.cipher.open(text).unwrap();
                            self.cipher.seal_under(&self.new, Format::Fernet, &opened.plaintext).unwrap();
                        }
                    }
                });
            }
        });
        begin.elapsed()
    }

    fn fill_sqlite(&self, pool: &[Texts], rows: usize) {
        let connection = rusqlite::Connection::open(self.path("ours.db")).unwrap();
        connection.execute_batch(include_str!("../tests/data/schema.sqlite.sql")).unwrap();
        connection.execute_batch(ORG).unwrap();
        connection.execute_batch("BEGIN").unwrap();
        {
            let sql = format!("INSERT INTO custom_secrets ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)");
            let mut statement = connection.prepare(&sql).unwrap();
            for (number, (value, description)) in pool.iter().cycle().take(rows).enumerate() {
                let (user, name) = (person(number), format!("NAME_{number}"));
                let org = "f841d419-96ba-400d-b34c-d7547568bbd4";
                statement.execute((user, org, name, value.as_str(), description.as_str())).unwrap();
            }
        }
        connection.execute_batch("COMMIT").unwrap();
    }

    /// The same rows as a file that the server copies from.
    fn copy_of(&self, pool: &[Texts], rows: usize) -> PathBuf {
        let mut text = String::new();
        for (number, (value, description)) in pool.iter().cycle().take(rows).enumerate() {
            let org = "f841d419-96ba-400d-b34c-d7547568bbd4";
            let (value, description) = (value.as_str(), description.as_str());
            writeln!(text, "{}\t{org}\tNAME_{number}\t{value}\t{description}", person(number)).unwrap();
        }
        let path = self.path("rows.copy");
        std::fs::write(&path, text).unwrap();
        path
    }

    /// How long our own process takes, and what it holds at most.
    fn ours(&self, database: &str) -> (Duration, u64) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        command.args(["--database", database, "--key-file"]).arg(self.path("keys.json"));
        command.args(["rotate", "--yes", "--to", &self.new.0]);
        command.env_clear().env("HOME", self.folder.path());
        measured(&mut command)
    }

    fn theirs(&self, python: &Path, database: &str) -> (Duration, u64) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/python/rotate.py");
        let mut command = Command::new(python);
        command.arg(script).arg(database).arg(self.path("keys.json")).arg(&self.new.0);
        measured(&mut command)
    }
}

/// Four rows to a person.
fn person(number: usize) -> String {
    format!("{:0>8}-0000-4000-8000-000000000000", number / 4)
}

/// Runs a command; how long it took, and the most KiB that it held.
fn measured(command: &mut Command) -> (Duration, u64) {
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut most = 0;
    let status = loop {
        most = most.max(resident(&child));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let taken = begin.elapsed();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert!(status.success(), "{said}");
    (taken, most)
}

/// The high-water mark of a process, in KiB; 0 where it is gone.
fn resident(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
