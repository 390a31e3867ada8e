//! A real `PostgreSQL` in a folder of its own, started by the test and ended with it.

use super::fixture;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The server's tables, cut down to the contract and a few columns more.
const SCHEMA: &str = include_str!("../data/schema.postgres.sql");

/// Everybody is let in over the socket; over the network only with a password.
pub(crate) const OPEN_HBA: &str = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n\
                                   local replication all trust\nhost replication all 127.0.0.1/32 trust\n";

/// Whether the tests that run over both databases run over this one.
pub(crate) fn is_chosen() -> bool {
    std::env::var("STRONGROOM_TEST_DATABASE").is_ok_and(|which| which == "postgres")
}

/// A running server.
pub(crate) struct Postgres {
    /// The folder of its data, its socket and its log; removed in the end.
    folder: tempfile::TempDir,
    pub(crate) port: u16,
    owner: Option<(u32, u32)>,
    child: Option<Child>,
    settings: Vec<String>,
}

/// The folder of the server's programs; `tests/run` installs them.
fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("postgres").exists())
        .collect();
    found.sort();
    found.pop().unwrap()
}

/// The user that the server runs as: it refuses to run as root.
fn owner() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = passwd.lines().find(|line| line.starts_with("postgres:")).unwrap();
    let fields: Vec<&str> = line.split(':').collect();
    Some((fields[2].parse().unwrap(), fields[3].parse().unwrap()))
}

/// A port that nobody listens on, below those that the system gives to whoever connects: nothing takes it before its
/// server does, nor while that is stopped.
pub(crate) fn free_port() -> u16 {
    loop {
        let port = 10_000 + u16::try_from(RandomState::new().build_hasher().finish() % 20_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Postgres {
    /// A server with an empty database `tenant`.
    pub(crate) fn start() -> Self {
        Self::start_with(&[], OPEN_HBA)
    }

    /// A server with the small tenant in the database `tenant`.
    pub(crate) fn tenant() -> Self {
        let server = Self::start();
        server.psql("tenant", &format!("BEGIN; {SCHEMA}\n{}; COMMIT", fixture::TENANT));
        server
    }

    /// A server with the server's tables, empty.
    pub(crate) fn empty() -> Self {
        let server = Self::start();
        server.psql("tenant", SCHEMA);
        server
    }

    /// A server with these settings (`name=value`) and this `pg_hba.conf`.
    pub(crate) fn start_with(settings: &[&str], hba: &str) -> Self {
        let mut server = Self::new(settings);
        let mut initdb = server.program("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--locale=C.UTF-8", "-D"]).arg(server.data());
        assert!(initdb.stdout(Stdio::null()).status().unwrap().success(), "initdb");
        server.write("data/pg_hba.conf", hba);
        server.run();
        server.psql("postgres", "CREATE DATABASE tenant");
        server
    }

    fn new(settings: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("strongroom-pg-").tempdir().unwrap();
        let owner = owner();
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        Self { folder, port: free_port(), owner, child: None, settings }
    }

    /// A standby that follows this server, under the name `standby`.
    pub(crate) fn standby(&self, settings: &[&str]) -> Self {
        let mut standby = Self::new(settings);
        let mut copy = standby.program("pg_basebackup");
        let source = format!(
            "host={} port={} user=postgres application_name=standby",
            self.socket_folder().display(),
            self.port
        );
        copy.args(["--no-sync", "-R", "-X", "stream", "-c", "fast", "-d", &source, "-D"]).arg(standby.data());
        assert!(copy.stdout(Stdio::null()).status().unwrap().success(), "pg_basebackup");
        standby.run();
        standby
    }

    /// Starts, or starts again.
    pub(crate) fn run(&mut self) {
        let mut command = Command::new("setpriv");
        // It ends with the test, whatever ends that.
        command.args(["--pdeathsig", "KILL"]);
        if let Some((user, group)) = self.owner {
            command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
        }
        command.arg(programs().join("postgres")).arg("-D").arg(self.data());
        command.arg("-k").arg(self.socket_folder()).args(["-p", &self.port.to_string()]);
        for setting in ["listen_addresses=127.0.0.1", "fsync=off", "shared_buffers=16MB", "max_wal_senders=4"] {
            command.args(["-c", setting]);
        }
        // Its own cleaning is a writer, too, and comes when it likes.
        command.args(["-c", "autovacuum=off"]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        let log = std::fs::OpenOptions::new().append(true).create(true).open(self.path("log")).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log).stdin(Stdio::null()).current_dir("/");
        self.child = Some(command.spawn().unwrap());
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let mut ready = Command::new(programs().join("pg_isready"));
            ready.arg("-q").arg("-h").arg(self.socket_folder()).args(["-p", &self.port.to_string()]);
            if ready.status().unwrap().success() {
                return;
            }
            assert!(Instant::now() < deadline, "{}", std::fs::read_to_string(self.path("log")).unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// One of the server's programs, as its user.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(programs().join(name));
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command.current_dir("/").env("LC_ALL", "C.UTF-8");
        command
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// A path in the server's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of the socket.
    pub(crate) fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that only the server may read.
    pub(crate) fn write(&self, name: &str, contents: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, contents).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        if let Some((user, group)) = self.owner {
            chown(&path, Some(user), Some(group)).unwrap();
        }
        path
    }

    /// The database over the socket, as `user`.
    pub(crate) fn url_as(&self, user: &str) -> String {
        let folder = self.socket_folder().display().to_string().replace('/', "%2F");
        format!("postgres://{user}@{folder}:{}/tenant", self.port)
    }

    /// The database over the socket, as its superuser.
    pub(crate) fn url(&self) -> String {
        self.url_as("postgres")
    }

    /// Runs SQL as the superuser and gives what it answers, unaligned.
    #[track_caller]
    pub(crate) fn psql(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(programs().join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-f", "-"]);
        psql.arg("-h").arg(self.socket_folder()).args(["-p", &self.port.to_string()]);
        let mut child = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let text = sql.to_owned();
        let writer = std::thread::spawn(move || drop(std::io::Write::write_all(&mut stdin, text.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The whole contents of the tenant's tables, a line a row.
    pub(crate) fn dump(&self) -> Vec<String> {
        let tables =
            self.psql("tenant", "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1");
        let mut lines = Vec::new();
        for table in tables.lines() {
            let sql = format!("SELECT to_json(t)::text FROM {table} t ORDER BY 1");
            lines.extend(self.psql("tenant", &sql).lines().map(|row| format!("{table}: {row}")));
        }
        lines
    }

    /// The process id of the server, for signals.
    pub(crate) fn id(&self) -> rustix::process::Pid {
        let child = self.child.as_ref().unwrap();
        rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap()
    }

    /// Every process of the server.
    fn family(&self) -> Vec<rustix::process::Pid> {
        let parent = self.id();
        let mut all = vec![parent];
        for entry in std::fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let after = stat.rsplit(')').next().unwrap_or_default();
            if after.split_whitespace().nth(1) == Some(&parent.as_raw_nonzero().to_string()) {
                all.extend(rustix::process::Pid::from_raw(id));
            }
        }
        all
    }

    /// Stops every process of the server where it stands; nothing is answered until [`Postgres::thaw`].
    pub(crate) fn freeze(&self) {
        for process in self.family() {
            let _ = rustix::process::kill_process(process, rustix::process::Signal::STOP);
        }
    }

    pub(crate) fn thaw(&self) {
        for process in self.family() {
            let _ = rustix::process::kill_process(process, rustix::process::Signal::CONT);
        }
    }

    /// Ends the server as an operator would, at once, or as the power would.
    pub(crate) fn stop(&mut self, how: rustix::process::Signal) {
        if self.child.is_none() {
            return;
        }
        if how == rustix::process::Signal::KILL {
            for process in self.family() {
                let _ = rustix::process::kill_process(process, how);
            }
        } else {
            let _ = rustix::process::kill_process(self.id(), how);
        }
        if let Some(mut child) = self.child.take() {
            child.wait().unwrap();
        }
        let _ = std::fs::remove_file(self.path("data/postmaster.pid"));
    }

    /// Makes a standby the primary.
    pub(crate) fn promote(&self) {
        self.psql("postgres", "SELECT pg_promote(true, 30)");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.thaw();
            self.stop(rustix::process::Signal::QUIT);
        }
    }
}
