//! A folder, an environment and the binary: nothing of the machine's own configuration reaches a test.

use super::postgres::Postgres;
use super::terminal::Terminal;
use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_strongroom");

/// Where the program looks for its configuration unless told otherwise.
const CONFIGURATION: &str = "config/strongroom/config.toml";

/// A throwaway home for one test.
pub(crate) struct TestEnv {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    key_file: Option<PathBuf>,
    server: Option<Postgres>,
}

impl TestEnv {
    /// An empty home.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("strongroom-test-").tempdir().unwrap();
        // The names of the folders are part of what the program may check.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        for name in ["home", "config", "data", "state", "cache", "run"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        std::fs::set_permissions(folder.path().join("run"), std::fs::Permissions::from_mode(0o700)).unwrap();
        let env = Self { folder, variables: Vec::new(), key_file: None, server: None };
        // A console that opens where the one before it was left loads everything twice under a test's first keys.
        std::fs::create_dir(env.path("config/strongroom")).unwrap();
        env.write_private(CONFIGURATION, "[console]\nremember = false\n");
        env
    }

    /// From here on the console opens where it was left, as it does unless told otherwise.
    pub(crate) fn remember(&self) {
        std::fs::remove_file(self.path(CONFIGURATION)).unwrap();
    }

    /// A home with the small server database of `tests/data` and `keys.json`, the keys that open it; the program is
    /// pointed at both. It is `tenant.db`, or a `PostgreSQL` where the tests are to run over one.
    pub(crate) fn tenant() -> Self {
        if super::postgres::is_chosen() { Self::on_server(Postgres::tenant()) } else { Self::sqlite_tenant() }
    }

    /// A home whose database is on `server`.
    pub(crate) fn on_server(server: Postgres) -> Self {
        let mut env = Self::new();
        env.write_private("keys.json", super::fixture::KEYS);
        env.use_keys("keys.json");
        env.set("STRONGROOM_DATABASE_URL", &server.url());
        env.server = Some(server);
        env
    }

    /// The server of this home.
    pub(crate) fn server(&mut self) -> &mut Postgres {
        self.server.as_mut().unwrap()
    }

    /// Whether this home's database is on a server.
    pub(crate) fn has_server(&self) -> bool {
        self.server.is_some()
    }

    /// Runs SQL on the tenant's database, as somebody who knows nothing of Strongroom, and gives its answer as text.
    #[track_caller]
    pub(crate) fn sql(&self, sql: &str) -> String {
        if let Some(server) = &self.server {
            return server.psql("tenant", sql).trim_end().to_owned();
        }
        let connection = self.sqlite("tenant.db");
        if !sql.trim_start().to_ascii_uppercase().starts_with("SELECT") {
            connection.execute_batch(sql).unwrap();
            return String::new();
        }
        connection.query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0)).map(text).unwrap()
    }

    /// The whole contents of the tenant's database, a line a row.
    pub(crate) fn dump(&self) -> Vec<String> {
        match &self.server {
            Some(server) => server.dump(),
            None => super::fixture::dump(&self.sqlite("tenant.db")),
        }
    }

    /// A home with `tenant.db`, whatever the tests run over.
    pub(crate) fn sqlite_tenant() -> Self {
        let mut env = Self::new();
        super::fixture::tenant(&env.path("tenant.db"));
        env.write_private("keys.json", super::fixture::KEYS);
        env.use_database("tenant.db");
        env.use_keys("keys.json");
        env
    }

    /// Points the program at the database `name` of this home.
    pub(crate) fn use_database(&mut self, name: &str) {
        let url = format!("sqlite:{}", self.path(name).display());
        self.set("STRONGROOM_DATABASE_URL", &url);
    }

    /// Hands the key file `name` of this home to every `strongroom` that is started from here on.
    pub(crate) fn use_keys(&mut self, name: &str) {
        self.key_file = Some(self.path(name));
    }

    /// Hands no key file over any more.
    pub(crate) fn forget_keys(&mut self) {
        self.key_file = None;
    }

    /// The arguments that every `strongroom` of this home gets before its own.
    pub(crate) fn global_arguments(&self) -> Vec<OsString> {
        self.key_file.iter().flat_map(|path| ["--key-file".into(), path.into()]).collect()
    }

    /// Sets a variable for every process that is started from here on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Removes a variable again.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// The path of `name` in this home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file with mode 0600.
    pub(crate) fn write_private(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path).unwrap();
        file.write_all(contents.as_ref()).unwrap();
        path
    }

    /// Reads a file of this home.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Every variable that a process of this home sees.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let folder = |name: &str| self.path(name).display().to_string();
        let mut all: Vec<(String, String)> = [
            ("HOME", folder("home")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_STATE_HOME", folder("state")),
            ("XDG_CACHE_HOME", folder("cache")),
            ("XDG_RUNTIME_DIR", folder("run")),
            ("TMPDIR", self.folder.path().display().to_string()),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        all.extend(self.variables.iter().cloned());
        all
    }

    /// `strongroom` in this home, to be given arguments.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.foreign(BINARY);
        command.args(self.global_arguments());
        command
    }

    /// Any other program in this home.
    pub(crate) fn foreign(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.variables()).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs `strongroom` to its end, with nothing on stdin.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        Output::of(self.command().args(arguments))
    }

    /// Runs `strongroom` to its end with `input` on stdin.
    pub(crate) fn run_with_input<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: impl AsRef<[u8]>,
    ) -> Output {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        // A program that refuses early closes the pipe: that is its right. The thread keeps a long answer from
        // blocking a long input.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = Output::from(child.wait_with_output().unwrap());
        writer.join().unwrap();
        output
    }

    /// Opens the console in a pseudo-terminal of `width` × `height` cells.
    pub(crate) fn console<A: AsRef<OsStr>>(
        &self,
        width: u16,
        height: u16,
        arguments: impl IntoIterator<Item = A>,
    ) -> Terminal {
        let mut all = self.global_arguments();
        all.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        Terminal::spawn(self, Path::new(BINARY), all, width, height)
    }

    /// Makes a connection to the database `name` of this home.
    pub(crate) fn sqlite(&self, name: &str) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path(name)).unwrap()
    }
}

fn text(value: rusqlite::types::Value) -> String {
    match value {
        rusqlite::types::Value::Null => String::new(),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Real(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        rusqlite::types::Value::Blob(bytes) => format!("{bytes:?}"),
    }
}

/// How a process ended and what it said. A test that starts a process has to look at it.
#[must_use = "say how the process should have ended: `.ok()` or `.fails(code)`"]
#[derive(Debug)]
pub(crate) struct Output {
    code: Option<i32>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl From<std::process::Output> for Output {
    fn from(output: std::process::Output) -> Self {
        Self { code: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }
}

impl Output {
    /// Runs `command` to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// The exit code; `None` if a signal ended it.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// Asserts success, and gives what stdout says.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "it failed: {}", self.stderr());
        String::from_utf8(self.stdout).unwrap()
    }

    /// Asserts success, and gives stdout as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// Asserts the exit code of a failure, and gives what stderr says.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout(), self.stderr());
        self.stderr()
    }

    /// What stdout says.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// What stderr says.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}
