//! Where to connect and how: the URL, libpq's variables and its defaults.
//!
//! What a parameter means stands in the manual of libpq (<https://www.postgresql.org/docs/current/libpq-connect.html>).
//! One that is not known here is an error, because ignoring it could mean ignoring `sslmode`.

use super::passfile;
use crate::database::DatabaseError;
use crate::secret::{Secret, escape};
use percent_encoding::percent_decode_str;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, Host};

/// How much the connection to a host is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted only where the server insists.
    Allow,
    /// Encrypted where the server can.
    Prefer,
    /// Encrypted, with whoever answers.
    Require,
    /// Encrypted, with somebody whom the authority vouches for.
    VerifyCa,
    /// Encrypted, with the very host that was named.
    VerifyFull,
}

/// What a session must be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionAttrs {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

/// One server of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// A name, an address, or the folder of a socket.
    pub(super) host: Host,
    pub(super) port: u16,
}

impl Server {
    /// The host as `.pgpass` and people name it.
    pub(super) fn name(&self) -> String {
        match &self.host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.to_string_lossy().into_owned(),
        }
    }

    /// Whether it is on this machine, so that nobody listens in between.
    pub(super) fn is_local(&self) -> bool {
        match &self.host {
            Host::Unix(_) => true,
            Host::Tcp(name) => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

/// Everything that a connection is made with.
#[derive(Clone)]
pub(super) struct Parameters {
    pub(super) servers: Vec<Server>,
    pub(super) user: String,
    pub(super) database: String,
    /// From the URL, the profile or `PGPASSWORD`; else each server's is looked up in the password file.
    pub(super) password: Option<Arc<Secret>>,
    pub(super) passfile: Option<PathBuf>,
    pub(super) ssl_mode: SslMode,
    pub(super) ssl_root: Option<PathBuf>,
    pub(super) ssl_certificate: Option<PathBuf>,
    pub(super) ssl_key: Option<PathBuf>,
    pub(super) channel_binding: ChannelBinding,
    pub(super) session_attrs: SessionAttrs,
    pub(super) connect_timeout: Duration,
    pub(super) application_name: String,
    pub(super) keepalives_idle: Duration,
    /// Where tables are looked for, in place of what the role's own setting says.
    pub(super) search_path: Option<String>,
}

/// What is said for each parameter: by the URL, then by the environment.
struct Said<'s> {
    url: Vec<(String, String)>,
    environment: &'s dyn Fn(&str) -> Option<String>,
}

const KNOWN: [(&str, &str); 21] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("dbname", "PGDATABASE"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("application_name", "PGAPPNAME"),
    ("options", "PGOPTIONS"),
    ("keepalives", ""),
    ("keepalives_idle", ""),
    ("keepalives_interval", ""),
    ("keepalives_count", ""),
    ("tcp_user_timeout", ""),
];

/// Variables of libpq that would change where or how is connected, and that Strongroom does not follow.
const REFUSED: [&str; 4] = ["PGSERVICE", "PGSSLCRL", "PGSSLCRLDIR", "PGREQUIREAUTH"];

impl Said<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let from_url = self.url.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let variable = KNOWN.iter().find(|(known, _)| *known == name).map_or("", |(_, variable)| variable);
        let from_environment =
            || if variable.is_empty() { None } else { (self.environment)(variable).filter(|value| !value.is_empty()) };
        from_url.or_else(from_environment)
    }

    fn number(&self, name: &'static str) -> Result<Option<u64>, DatabaseError> {
        self.get(name).map(|text| text.trim().parse().map_err(|_| wrong(name, "a whole number"))).transpose()
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).filter(|path| !path.is_empty()).map(PathBuf::from)
    }
}

fn wrong(name: &str, wanted: &str) -> DatabaseError {
    DatabaseError::Parameter(format!("{name} must be {wanted}"))
}

impl Parameters {
    /// Reads `postgres://…`; what it leaves open comes from `environment`, then from libpq's defaults. `home` is where
    /// `.pgpass` and `.postgresql` are looked for.
    ///
    /// # Errors
    /// [`DatabaseError::Parameter`], which names the parameter and never repeats a value.
    pub(super) fn read(
        url: &str,
        environment: &dyn Fn(&str) -> Option<String>,
        home: Option<&Path>,
    ) -> Result<Self, DatabaseError> {
        if let Some(refused) = REFUSED.iter().find(|name| environment(name).is_some_and(|value| !value.is_empty())) {
            return Err(DatabaseError::Parameter(format!("the variable {refused} is set, and is not supported")));
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let said = Said { url: pairs(base, query)?, environment };
        let user = match said.get("user") {
            Some(user) => user,
            None => login().ok_or_else(|| wrong("user", "given: the system does not know your name"))?,
        };
        let mode = ssl_mode(&said)?;
        let home_file = |name: &str| home.map(|home| home.join(".postgresql").join(name)).filter(|path| path.exists());
        let ssl_root = said.path("sslrootcert").or_else(|| home_file("root.crt"));
        Ok(Self {
            servers: servers(&said)?,
            database: said.get("dbname").unwrap_or_else(|| user.clone()),
            user,
            password: said.get("password").map(|text| Arc::new(Secret::new(text))),
            passfile: said.path("passfile").or_else(|| home.map(|home| home.join(".pgpass"))),
            // As libpq: whoever names an authority wants it asked.
            ssl_mode: if mode == SslMode::Require && ssl_root.is_some() { SslMode::VerifyCa } else { mode },
            ssl_root,
            ssl_certificate: said.path("sslcert").or_else(|| home_file("postgresql.crt")),
            ssl_key: said.path("sslkey").or_else(|| home_file("postgresql.key")),
            channel_binding: channel_binding(&said)?,
            session_attrs: session_attrs(&said)?,
            connect_timeout: Duration::from_secs(said.number("connect_timeout")?.unwrap_or(5).clamp(1, 300)),
            application_name: said.get("application_name").unwrap_or_else(|| "strongroom".to_owned()),
            keepalives_idle: Duration::from_secs(said.number("keepalives_idle")?.unwrap_or(30)),
            search_path: said.get("options").map(|options| search_path(&options)).transpose()?.flatten(),
        })
    }

    /// What the driver is to do for one of the servers, over TLS or not.
    pub(super) fn driver(&self, server: &Server, is_encrypted: bool) -> Config {
        use tokio_postgres::config::SslMode as Driver;
        let mut config = Config::new();
        match &server.host {
            Host::Tcp(name) => config.host(name),
            Host::Unix(folder) => config.host_path(folder),
        };
        let is_socket = matches!(server.host, Host::Unix(_));
        config
            .port(server.port)
            .user(&self.user)
            .dbname(&self.database)
            .application_name(&self.application_name)
            .connect_timeout(self.connect_timeout)
            .keepalives_idle(self.keepalives_idle)
            .keepalives_interval(Duration::from_secs(10))
            .keepalives_retries(3)
            .channel_binding(self.channel_binding)
            .ssl_mode(if is_encrypted { Driver::Require } else { Driver::Disable });
        if let Some(password) = &self.password {
            config.password(password.expose());
        } else if let Some(found) = self.passfile.as_deref().and_then(|file| {
            let wanted = passfile::Wanted {
                host: &if is_socket { "localhost".to_owned() } else { server.name() },
                port: server.port,
                database: &self.database,
                user: &self.user,
            };
            passfile::find(file, &wanted)
        }) {
            config.password(found.expose());
        }
        config
    }

    /// `user@host:port/database` for the header, without any password, escaped.
    pub(super) fn location(&self, server: &Server) -> String {
        let text = match &server.host {
            Host::Tcp(name) if name.contains(':') => format!("[{name}]:{}/{}", server.port, self.database),
            Host::Tcp(name) => format!("{name}:{}/{}", server.port, self.database),
            Host::Unix(folder) => format!("{}:{}/{}", folder.display(), server.port, self.database),
        };
        escape::line(&format!("{}@{text}", self.user)).into_owned()
    }
}

/// The parameters of a URL: what stands before the `?`, taken apart by the driver, and what stands behind it.
fn pairs(base: &str, query: &str) -> Result<Vec<(String, String)>, DatabaseError> {
    let parsed: Config = base.parse().map_err(|_| {
        DatabaseError::Parameter("the URL is not of the form postgres://USER@HOST:PORT/DATABASE".to_owned())
    })?;
    let mut all = Vec::new();
    let mut add = |name: &str, value: String| all.push((name.to_owned(), value));
    if let Some(user) = parsed.get_user() {
        add("user", user.to_owned());
    }
    if let Some(password) = parsed.get_password() {
        add("password", String::from_utf8_lossy(password).into_owned());
    }
    if let Some(database) = parsed.get_dbname() {
        add("dbname", database.to_owned());
    }
    let hosts: Vec<String> = parsed
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.to_string_lossy().into_owned(),
        })
        .collect();
    if hosts.iter().any(|host| !host.is_empty()) {
        add("host", hosts.join(","));
        let ports: Vec<String> = parsed.get_ports().iter().map(u16::to_string).collect();
        // The driver fills in 5432 where a URL has no port; a variable may say another one.
        if base.rsplit('@').next().unwrap_or_default().split('/').next().unwrap_or_default().contains(':') {
            add("port", ports.join(","));
        }
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
        let (Ok(name), Ok(value)) = (decoded(name), decoded(value)) else {
            return Err(DatabaseError::Parameter("a parameter of the URL is not UTF-8".to_owned()));
        };
        if !KNOWN.iter().any(|(known, _)| *known == name) {
            return Err(DatabaseError::Parameter(format!("there is no parameter {}", escape::line(&name))));
        }
        all.push((name, value));
    }
    Ok(all)
}

/// The name that the operating system knows the operator by.
fn login() -> Option<String> {
    ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty())
}

fn servers(said: &Said<'_>) -> Result<Vec<Server>, DatabaseError> {
    let addresses = said.get("hostaddr");
    let hosts = match said.get("host").filter(|hosts| !hosts.is_empty()).or(addresses) {
        Some(hosts) => hosts,
        None if Path::new("/var/run/postgresql").is_dir() => "/var/run/postgresql".to_owned(),
        None => "localhost".to_owned(),
    };
    let hosts: Vec<&str> = hosts.split(',').collect();
    let ports: Vec<u16> = match said.get("port").filter(|ports| !ports.is_empty()) {
        None => vec![5432],
        Some(ports) => ports
            .split(',')
            .map(|port| if port.is_empty() { Ok(5432) } else { port.trim().parse() })
            .collect::<Result<_, _>>()
            .map_err(|_| wrong("port", "numbers up to 65535"))?,
    };
    if ports.len() != 1 && ports.len() != hosts.len() {
        return Err(wrong("port", "one number, or as many as there are hosts"));
    }
    let port_of = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
    Ok(hosts
        .iter()
        .enumerate()
        .map(|(at, host)| {
            let is_socket = host.starts_with('/') || host.starts_with('@');
            let host = if is_socket { Host::Unix(PathBuf::from(host)) } else { Host::Tcp((*host).to_owned()) };
            Server { host, port: port_of(at) }
        })
        .collect())
}

fn ssl_mode(said: &Said<'_>) -> Result<SslMode, DatabaseError> {
    match said.get("sslmode").as_deref() {
        None | Some("prefer") => Ok(SslMode::Prefer),
        Some("disable") => Ok(SslMode::Disable),
        Some("allow") => Ok(SslMode::Allow),
        Some("require") => Ok(SslMode::Require),
        Some("verify-ca") => Ok(SslMode::VerifyCa),
        Some("verify-full") => Ok(SslMode::VerifyFull),
        Some(_) => Err(wrong("sslmode", "disable, allow, prefer, require, verify-ca or verify-full")),
    }
}

fn channel_binding(said: &Said<'_>) -> Result<ChannelBinding, DatabaseError> {
    match said.get("channel_binding").as_deref() {
        None | Some("prefer") => Ok(ChannelBinding::Prefer),
        Some("disable") => Ok(ChannelBinding::Disable),
        Some("require") => Ok(ChannelBinding::Require),
        Some(_) => Err(wrong("channel_binding", "disable, prefer or require")),
    }
}

fn session_attrs(said: &Said<'_>) -> Result<SessionAttrs, DatabaseError> {
    match said.get("target_session_attrs").as_deref() {
        None | Some("any") => Ok(SessionAttrs::Any),
        Some("read-write") => Ok(SessionAttrs::ReadWrite),
        Some("read-only") => Ok(SessionAttrs::ReadOnly),
        Some("primary") => Ok(SessionAttrs::Primary),
        Some("standby") => Ok(SessionAttrs::Standby),
        Some("prefer-standby") => Ok(SessionAttrs::PreferStandby),
        Some(_) => Err(wrong("target_session_attrs", "any, read-write, read-only, primary, standby or prefer-standby")),
    }
}

/// The one thing that `options` may set. It is not sent at the start of the session, which a pooler would refuse.
fn search_path(options: &str) -> Result<Option<String>, DatabaseError> {
    let options = options.trim();
    if options.is_empty() {
        return Ok(None);
    }
    let setting = options.strip_prefix("-c").or_else(|| options.strip_prefix("--")).map(str::trim_start);
    match setting.and_then(|setting| setting.split_once('=')) {
        Some((name, path)) if name.trim() == "search_path" && !path.contains(" -") => Ok(Some(path.trim().to_owned())),
        Some(_) | None => Err(wrong("options", "-csearch_path=SCHEMA: nothing else can be set there")),
    }
}

#[cfg(test)]
mod tests;
