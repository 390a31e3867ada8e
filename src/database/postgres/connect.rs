//! From parameters to a session: the servers in their order, encrypted as asked, each with a deadline.

use super::error::why_not;
use super::parameters::{Parameters, Server, SessionAttrs, SslMode};
use crate::database::{DatabaseError, Transport};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A connection that was made.
pub(super) struct Connected {
    pub(super) client: Client,
    /// Carries the bytes whenever the runtime runs.
    pub(super) carrier: JoinHandle<()>,
    pub(super) server: Server,
    pub(super) transport: Transport,
    /// Why nothing can be written there, if so.
    pub(super) read_only: Option<&'static str>,
}

/// What a server says of itself.
struct Standing {
    is_standby: bool,
    is_read_only: bool,
}

/// Tries the servers in their order and takes the first that serves.
///
/// # Errors
/// [`DatabaseError::Unreachable`] with the reason of each.
pub(super) async fn connect(parameters: &Parameters, tls: &MakeRustlsConnect) -> Result<Connected, DatabaseError> {
    let mut reasons = Vec::new();
    let mut second_choice = None;
    for server in &parameters.servers {
        match reach(parameters, tls, server).await {
            Ok(connected) if fits(parameters.session_attrs, &connected) => return Ok(connected),
            Ok(connected) if parameters.session_attrs == SessionAttrs::PreferStandby => {
                second_choice.get_or_insert(connected);
            }
            Ok(connected) => {
                connected.carrier.abort();
                reasons.push(format!("{} is not the kind of server that was asked for", server.name()));
            }
            Err(reason) => reasons.push(format!("{}:{}: {reason}", server.name(), server.port)),
        }
    }
    match second_choice {
        Some(connected) => Ok(connected),
        None => {
            Err(DatabaseError::Unreachable { reason: crate::secret::escape::line(&reasons.join("; ")).into_owned() })
        }
    }
}

fn fits(wanted: SessionAttrs, connected: &Connected) -> bool {
    let is_standby = connected.read_only == Some(STANDBY);
    match wanted {
        SessionAttrs::Any => true,
        SessionAttrs::ReadWrite => connected.read_only.is_none(),
        SessionAttrs::ReadOnly => connected.read_only.is_some(),
        SessionAttrs::Primary => !is_standby,
        SessionAttrs::Standby | SessionAttrs::PreferStandby => is_standby,
    }
}

const STANDBY: &str = "the server is a standby";

async fn reach(parameters: &Parameters, tls: &MakeRustlsConnect, server: &Server) -> Result<Connected, String> {
    let whole = async {
        let (client, carrier, is_encrypted) = dial(parameters, tls, server).await.map_err(|error| why_not(&error))?;
        let standing = ask(&client).await.map_err(|error| why_not(&error))?;
        Ok::<_, String>((client, carrier, is_encrypted, standing))
    };
    let (client, carrier, is_encrypted, standing) =
        timeout(parameters.connect_timeout, whole).await.map_err(|_| "no answer in time".to_owned())??;
    let is_verified = parameters.ssl_mode >= SslMode::VerifyCa;
    let transport = match (&server.host, is_encrypted) {
        (Host::Unix(_), _) => Transport::Local,
        (Host::Tcp(_), true) if is_verified => Transport::Tls,
        (Host::Tcp(_), _) if server.is_local() => {
            if is_encrypted {
                Transport::Tls
            } else {
                Transport::Local
            }
        }
        (Host::Tcp(_), is_encrypted) => Transport::Unverified { is_encrypted },
    };
    let read_only = if standing.is_standby {
        Some(STANDBY)
    } else {
        standing.is_read_only.then_some("transactions are read-only by default there")
    };
    Ok(Connected { client, carrier, server: server.clone(), transport, read_only })
}

/// Connects, with or without TLS as `sslmode` has it. The last value says whether the connection is encrypted.
async fn dial(
    parameters: &Parameters,
    tls: &MakeRustlsConnect,
    server: &Server,
) -> Result<(Client, JoinHandle<()>, bool), Error> {
    let is_socket = matches!(server.host, Host::Unix(_));
    match parameters.ssl_mode {
        _ if is_socket => open(parameters, tls, server, false).await,
        SslMode::Disable => open(parameters, tls, server, false).await,
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => open(parameters, tls, server, true).await,
        SslMode::Prefer => match open(parameters, tls, server, true).await {
            Err(error) if speaks_no_tls(&error) => open(parameters, tls, server, false).await,
            done => done,
        },
        SslMode::Allow => match open(parameters, tls, server, false).await {
            Err(error) if error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                open(parameters, tls, server, true).await
            }
            done => done,
        },
    }
}

fn speaks_no_tls(error: &Error) -> bool {
    use std::error::Error as _;
    error.source().is_some_and(|cause| cause.to_string() == "server does not support TLS")
}

async fn open(
    parameters: &Parameters,
    tls: &MakeRustlsConnect,
    server: &Server,
    is_encrypted: bool,
) -> Result<(Client, JoinHandle<()>, bool), Error> {
    let (client, connection) = parameters.driver(server, is_encrypted).connect(tls.clone()).await?;
    let carrier = tokio::spawn(async move {
        // How it ended is told by the statements that were under way.
        let _ = connection.await;
    });
    Ok((client, carrier, is_encrypted))
}

async fn ask(client: &Client) -> Result<Standing, Error> {
    let sql = "BEGIN READ ONLY; \
               SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('default_transaction_read_only'); \
               COMMIT";
    let answers = client.simple_query(sql).await?;
    let said = |at: usize| {
        answers.iter().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.try_get(at).ok().flatten().map(str::to_owned),
            _ => None,
        })
    };
    Ok(Standing { is_standby: said(0).as_deref() == Some("t"), is_read_only: said(1).as_deref() == Some("on") })
}
