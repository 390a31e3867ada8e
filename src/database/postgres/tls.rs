//! TLS as `sslmode` and its kin ask for it.

use super::parameters::{Parameters, SslMode};
use crate::database::DatabaseError;
use crate::secret::escape;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What makes the encrypted part of a connection.
///
/// # Errors
/// [`DatabaseError::Parameter`]: a certificate or a key that cannot be read, or no authority to ask.
pub(super) fn connector(parameters: &Parameters) -> Result<MakeRustlsConnect, DatabaseError> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match parameters.ssl_mode {
        SslMode::Disable | SslMode::Allow | SslMode::Prefer | SslMode::Require => {
            Arc::new(AnyName { authority: None, provider: Arc::clone(&provider) })
        }
        SslMode::VerifyCa => {
            Arc::new(AnyName { authority: Some(authority(parameters, &provider)?), provider: Arc::clone(&provider) })
        }
        SslMode::VerifyFull => authority(parameters, &provider)?,
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| DatabaseError::Parameter(format!("TLS cannot be set up: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match (&parameters.ssl_certificate, &parameters.ssl_key) {
        (Some(certificate), Some(key)) => builder
            .with_client_auth_cert(certificates("sslcert", certificate)?, private_key(key)?)
            .map_err(|_| DatabaseError::Parameter("sslcert and sslkey do not belong together".to_owned()))?,
        (Some(_), None) => return Err(DatabaseError::Parameter("sslcert is given without sslkey".to_owned())),
        (None, _) => builder.with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

/// Who vouches for servers: what `sslrootcert` holds, and nothing else; without it, whom this machine trusts.
fn authority(
    parameters: &Parameters,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, DatabaseError> {
    let mut roots = RootCertStore::empty();
    match parameters.ssl_root.as_deref() {
        Some(path) if path != Path::new("system") => {
            for certificate in certificates("sslrootcert", path)? {
                roots.add(certificate).map_err(|_| unreadable("sslrootcert", path))?;
            }
        }
        Some(_) | None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build().map_err(|_| {
        DatabaseError::Parameter(
            "there is no authority to verify the server with: name one with sslrootcert".to_owned(),
        )
    })
}

fn certificates(name: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, DatabaseError> {
    let found: Vec<_> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|_| unreadable(name, path))?;
    if found.is_empty() { Err(unreadable(name, path)) } else { Ok(found) }
}

/// The key to a client certificate. As libpq, one that others can read is refused; a group may if root owns it.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, DatabaseError> {
    let metadata = std::fs::metadata(path).map_err(|_| unreadable("sslkey", path))?;
    let allowed = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.mode() & allowed != 0 {
        let shown = escape::line(&path.to_string_lossy()).into_owned();
        return Err(DatabaseError::Parameter(format!("sslkey {shown} can be read by others: chmod 600 {shown}")));
    }
    PrivateKeyDer::from_pem_file(path).map_err(|_| unreadable("sslkey", path))
}

fn unreadable(name: &str, path: &Path) -> DatabaseError {
    let shown = escape::line(&path.to_string_lossy()).into_owned();
    DatabaseError::Parameter(format!("{name} {shown} holds nothing that can be used, or cannot be read"))
}

/// Takes a certificate whatever name is in it, if an authority vouches for it; or any certificate, where no authority is
/// asked: then whoever is in between can read what is encrypted.
#[derive(Debug)]
struct AnyName {
    authority: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            // The name is looked at last: everything else was in order.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
