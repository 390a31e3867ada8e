//! TLS with an authority of the test's own, and SCRAM bound to it.

use crate::common::TestEnv;
use crate::common::postgres::Postgres;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, SanType};
use std::net::{IpAddr, Ipv4Addr};

/// An authority and what it signs.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// What a certificate is for.
struct Wanted<'w> {
    name: &'w str,
    address: Option<IpAddr>,
    is_expired: bool,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        parameters.distinguished_name.push(DnType::CommonName, "The test's authority");
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(parameters, key) }
    }

    /// A certificate and its key.
    fn signs(&self, wanted: &Wanted<'_>) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(vec![wanted.name.to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, wanted.name);
        parameters.subject_alt_names.extend(wanted.address.map(SanType::IpAddress));
        if wanted.is_expired {
            parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
            parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A server that takes connections over the network with TLS alone, with a certificate for `wanted`.
fn server(authority: &Authority, wanted: &Wanted<'_>) -> TestEnv {
    let server = Postgres::tenant();
    let mut env = TestEnv::on_server(server);
    let (certificate, key) = authority.signs(wanted);
    let hba = "local all all trust\nhostssl all cert 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
    let server = env.server();
    server.write("data/server.crt", &certificate);
    server.write("data/server.key", &key);
    server.write("data/ca.crt", &authority.pem);
    server.write("data/pg_hba.conf", hba);
    server.psql("postgres", "CREATE ROLE ann LOGIN PASSWORD 'word' SUPERUSER; CREATE ROLE cert LOGIN SUPERUSER");
    server.psql("postgres", "ALTER SYSTEM SET ssl = on");
    server.psql("postgres", "ALTER SYSTEM SET ssl_ca_file = 'ca.crt'");
    server.psql("postgres", "SELECT pg_reload_conf()");
    std::thread::sleep(std::time::Duration::from_millis(300));
    env.write_private("ca.pem", &authority.pem);
    env
}

fn plain() -> Wanted<'static> {
    Wanted { name: "localhost", address: Some(LOOPBACK), is_expired: false }
}

/// How listing the orgs ends over `parameters`, as whom, at which host.
fn try_as(env: &mut TestEnv, who: &str, host: &str, parameters: &str) -> crate::common::Output {
    let url = format!("postgres://{who}@{host}:{}/tenant?{parameters}", env.server().port);
    let url = url.replace("CA", &env.path("ca.pem").display().to_string());
    env.set("STRONGROOM_DATABASE_URL", &url);
    env.run(["org", "list"])
}

fn try_with(env: &mut TestEnv, parameters: &str) -> crate::common::Output {
    try_as(env, "ann:word", "127.0.0.1", parameters)
}

#[test]
fn the_right_name_is_accepted_and_a_wrong_one_only_where_names_do_not_count() {
    let authority = Authority::new();
    let mut right = server(&authority, &plain());
    try_with(&mut right, "sslmode=verify-full&sslrootcert=CA").ok();
    try_as(&mut right, "ann:word", "localhost", "sslmode=verify-full&sslrootcert=CA").ok();

    let mut wrong = server(&authority, &Wanted { name: "db.example", address: None, is_expired: false });
    let said = try_with(&mut wrong, "sslmode=verify-full&sslrootcert=CA").fails(6);
    assert!(said.contains("not valid for name"), "{said}");
    try_with(&mut wrong, "sslmode=verify-ca&sslrootcert=CA").ok();
    try_with(&mut wrong, "sslmode=require").ok();
    try_with(&mut wrong, "sslmode=prefer").ok();
}

#[test]
fn an_authority_that_is_not_named_vouches_for_nobody() {
    let authority = Authority::new();
    let mut env = server(&authority, &plain());
    env.write_private("ca.pem", Authority::new().pem);
    for mode in ["verify-full", "verify-ca", "require"] {
        // As for libpq: `require` with an authority asks it.
        try_with(&mut env, &format!("sslmode={mode}&sslrootcert=CA")).fails(6);
    }
    try_with(&mut env, "sslmode=require").ok();
}

#[test]
fn a_certificate_that_has_expired_is_refused() {
    let authority = Authority::new();
    let mut env = server(&authority, &Wanted { is_expired: true, ..plain() });
    let said = try_with(&mut env, "sslmode=verify-full&sslrootcert=CA").fails(6);
    assert!(said.contains("expired"), "{said}");
}

#[test]
fn scram_is_bound_to_the_channel_where_that_is_asked_for() {
    let authority = Authority::new();
    let mut env = server(&authority, &plain());
    try_with(&mut env, "sslmode=verify-full&sslrootcert=CA&channel_binding=require").ok();
    try_with(&mut env, "sslmode=verify-full&sslrootcert=CA&channel_binding=disable").ok();
    // Without TLS there is nothing to bind to.
    env.server().write("data/pg_hba.conf", "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    env.server().psql("postgres", "SELECT pg_reload_conf()");
    std::thread::sleep(std::time::Duration::from_millis(300));
    try_with(&mut env, "sslmode=disable&channel_binding=require").fails(6);
    try_with(&mut env, "sslmode=disable").ok();
}

#[test]
fn a_client_proves_itself_with_a_certificate() {
    let authority = Authority::new();
    let mut env = server(&authority, &plain());
    let (certificate, key) = authority.signs(&Wanted { name: "cert", address: None, is_expired: false });
    let certificate = env.write_private("client.crt", certificate);
    let path = env.write_private("client.key", key);
    let parameters =
        format!("sslmode=verify-full&sslrootcert=CA&sslcert={}&sslkey={}", certificate.display(), path.display());
    try_as(&mut env, "cert", "127.0.0.1", &parameters).ok();
    try_as(&mut env, "cert", "127.0.0.1", "sslmode=verify-full&sslrootcert=CA").fails(6);
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let said = try_as(&mut env, "cert", "127.0.0.1", &parameters).fails(2);
    assert!(said.contains("chmod 600"), "{said}");
}

#[test]
fn a_file_that_holds_no_certificate_is_named() {
    let authority = Authority::new();
    let mut env = server(&authority, &plain());
    env.write_private("ca.pem", "CANARY");
    let said = try_with(&mut env, "sslmode=verify-full&sslrootcert=CA").fails(2);
    assert!(said.contains("sslrootcert") && !said.contains("CANARY"), "{said}");
}
