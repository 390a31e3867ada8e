//! `PostgreSQL` over a Unix socket: load and store beside Python with psycopg in the same run, and finding people among
//! a million. `cargo bench --bench postgres`; it starts a server of its own.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark prints, and fails here"
)]

mod bench;
#[allow(dead_code, reason = "the fixtures are the tests'")]
#[path = "../tests/common/fixture.rs"]
mod fixture;
#[allow(dead_code, reason = "the scripts are the tests'")]
#[path = "../tests/common/python.rs"]
mod python;
#[allow(dead_code, reason = "the server is the tests'")]
#[path = "../tests/common/postgres.rs"]
mod server;

use bench::{Desk, ORG, USER, row};
use server::Postgres as Server;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use strongroom::database::postgres::{OpenOptions, Postgres};
use strongroom::database::{Counting, Database, OrgId, OrgKind, OrgQuery, UserQuery};

const SECRETS: usize = 1_000;
const ROUNDS: usize = 15;

/// 10,000 orgs, a million users with an org each, an org of 1,000 members, and half a million rows of secrets.
const CROWD: &str = concat!(include_str!("crowd.sql"), include_str!("crowd_secrets.sql"));

fn main() {
    versus_psycopg();
    among_a_million();
}

fn versus_psycopg() {
    let Some(python) = python::python() else { return };
    let (ours, theirs) = (Server::empty(), Server::empty());
    let mut desk = Desk::on_server(&ours.url(), |sql| drop(ours.psql("tenant", sql)), SECRETS);
    let other = Desk::on_server(&theirs.url(), |sql| drop(theirs.psql("tenant", sql)), SECRETS);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/python/store.py");
    let mut command = Command::new(&python);
    command.arg(script).arg(theirs.url()).arg(other.path("keys.json")).args([ORG, USER, &ROUNDS.to_string()]);
    let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let mut seconds = said.split_whitespace().map(|number| Duration::from_secs_f64(number.parse().unwrap()));
    let load = median(|_| drop(desk.load()));
    let store = median(|round| desk.store(round + 1));
    println!("{SECRETS} secrets over a Unix socket, medians of {ROUNDS}:");
    row("load, in process", load, seconds.next().unwrap());
    row("store, in process", store, seconds.next().unwrap());
}

fn among_a_million() {
    let server = Server::start_with(&["shared_buffers=512MB", "max_wal_size=8GB"], server::OPEN_HBA);
    server.psql("tenant", include_str!("../tests/data/schema.postgres.sql"));
    server.psql("tenant", CROWD);
    let mut database = Postgres::open(&server.url(), OpenOptions::default()).unwrap();
    println!("1,000,000 users, each with a personal org, and 10,000 organisations, medians of {ROUNDS}:");
    pages(&mut database, "without the offered indexes");
    server.psql("tenant", include_str!("../assets/indexes.sql"));
    server.psql("tenant", "VACUUM ANALYZE");
    pages(&mut database, "with the offered indexes");
}

fn pages(database: &mut Postgres, how: &str) {
    let id = database.orgs(&personal("")).unwrap().items[100].id.clone();
    let orgs: [(&str, OrgQuery); 6] = [
        ("a page of organisations", OrgQuery { counts: Counting::Brief, limit: 200, ..OrgQuery::default() }),
        ("a page of people by id", personal("")),
        ("one person by the whole id", personal(id.as_str())),
        ("people by the start of an id", personal(&id.as_str()[..8])),
        ("people by the start of an e-mail", personal("person.77777@")),
        ("people by a part of an e-mail", personal("77777@")),
    ];
    println!(" {how}:");
    for (what, query) in orgs {
        let time = median(|_| drop(database.orgs(&query).unwrap()));
        println!("  {what:36} {time:>10.2?}");
    }
    let company = database.find_orgs("Company 1").unwrap()[0].id.clone();
    let members = UserQuery { org: Some(OrgId::new(company.as_str())), search: String::new(), after: None, limit: 200 };
    let time = median(|_| drop(database.users(&members).unwrap()));
    println!("  {:36} {time:>10.2?}", "a page of an org of 1,000 members");
}

/// As the console asks for people.
fn personal(search: &str) -> OrgQuery {
    OrgQuery { search: search.to_owned(), kind: OrgKind::Personal, counts: Counting::Brief, after: None, limit: 200 }
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
    times[ROUNDS / 2]
}
