use super::*;

fn read_with(url: &str, variables: &[(&str, &str)]) -> Result<Parameters, DatabaseError> {
    let environment = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
    Parameters::read(url, &environment, None)
}

fn read(url: &str) -> Parameters {
    read_with(url, &[]).unwrap()
}

fn places(parameters: &Parameters) -> Vec<String> {
    parameters.servers.iter().map(|server| format!("{}:{}", server.name(), server.port)).collect()
}

#[test]
fn a_url_says_who_and_where() {
    let said = read("postgresql://ann:p%40ss@db.example:6000/tenant?sslmode=verify-full&connect_timeout=9");
    assert_eq!(places(&said), ["db.example:6000"]);
    assert_eq!((said.user.as_str(), said.database.as_str()), ("ann", "tenant"));
    assert_eq!(said.password.unwrap().expose(), "p@ss");
    assert_eq!(said.ssl_mode, SslMode::VerifyFull);
    assert_eq!(said.connect_timeout, Duration::from_secs(9));
    assert_eq!(said.application_name, "strongroom");
}

#[test]
fn several_hosts_are_tried_in_their_order() {
    let said = read("postgres://ann@one:1111,two:2222/tenant?target_session_attrs=read-write");
    assert_eq!(places(&said), ["one:1111", "two:2222"]);
    assert_eq!(said.session_attrs, SessionAttrs::ReadWrite);
    assert_eq!(places(&read("postgres://ann@one,two/t?port=7000")), ["one:7000", "two:7000"]);
}

#[test]
fn a_socket_is_named_in_either_way() {
    for url in ["postgres://ann@%2Frun%2Fpg:5433/t", "postgres://ann@/t?host=/run/pg&port=5433"] {
        let said = read(url);
        assert_eq!(places(&said), ["/run/pg:5433"], "{url}");
        assert!(said.servers[0].is_local());
    }
}

#[test]
fn variables_fill_in_what_the_url_leaves_open() {
    let variables = [
        ("PGHOST", "elsewhere"),
        ("PGPORT", "6543"),
        ("PGUSER", "bob"),
        ("PGPASSWORD", "word"),
        ("PGSSLMODE", "require"),
        ("PGDATABASE", "base"),
    ];
    let said = read_with("postgres://", &variables).unwrap();
    assert_eq!(places(&said), ["elsewhere:6543"]);
    assert_eq!((said.user.as_str(), said.database.as_str(), said.ssl_mode), ("bob", "base", SslMode::Require));
    let said = read_with("postgres://ann@here/other?sslmode=disable", &variables).unwrap();
    assert_eq!(places(&said), ["here:6543"]);
    assert_eq!((said.user.as_str(), said.database.as_str(), said.ssl_mode), ("ann", "other", SslMode::Disable));
}

#[test]
fn whoever_names_an_authority_wants_it_asked() {
    let said = read("postgres://ann@h/t?sslmode=require&sslrootcert=/ca.pem");
    assert_eq!(said.ssl_mode, SslMode::VerifyCa);
}

#[test]
fn what_is_not_known_is_named_and_no_value_is_repeated() {
    for (url, named) in [
        ("postgres://ann:CANARY@h/t?sslmod=verify-full", "sslmod"),
        ("postgres://ann@h/t?sslmode=CANARY", "sslmode"),
        ("postgres://ann@h/t?options=-cCANARY%3D1", "options"),
        ("postgres://ann@h/t?port=CANARY", "port"),
        ("postgres://ann@h/t?connect_timeout=CANARY", "connect_timeout"),
        ("postgres://ann@h/t?target_session_attrs=CANARY", "target_session_attrs"),
    ] {
        let error = read_with(url, &[]).err().unwrap().to_string();
        assert!(error.contains(named) && !error.contains("CANARY"), "{url}: {error}");
    }
    let error = read_with("postgres://ann@h/t", &[("PGSERVICE", "CANARY")]).err().unwrap().to_string();
    assert!(error.contains("PGSERVICE") && !error.contains("CANARY"), "{error}");
}

#[test]
fn a_search_path_is_all_that_options_may_set() {
    assert_eq!(read("postgres://a@h/t?options=-csearch_path%3Doh").search_path.as_deref(), Some("oh"));
    assert_eq!(read("postgres://a@h/t?options=--search_path%3Doh,public").search_path.as_deref(), Some("oh,public"));
    assert!(read_with("postgres://a@h/t?options=-csearch_path%3Doh%20-cwork_mem%3D1", &[]).is_err());
}

#[test]
fn a_location_has_no_password_and_no_control_characters() {
    let said = read("postgres://ann:CANARY@db.example/te%1bnant");
    let location = said.location(&said.servers[0]);
    assert_eq!(location, "ann@db.example:5432/te\\u{1b}nant");
}
