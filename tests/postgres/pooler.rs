//! Behind `PgBouncer`, in both of the modes that operators use.

use crate::common::postgres::{Postgres, free_port};
use crate::common::{TestEnv, fixture};
use serde_json::json;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A pooler that ends with the test.
struct Pooler(Child);

impl Drop for Pooler {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// `PgBouncer` in front of the server of `env`, at the port that is returned. One connection to the server serves
/// everybody: what one left behind, the next would find.
fn pooler(env: &mut TestEnv, mode: &str) -> (Pooler, u16) {
    let port = free_port();
    let server = env.server();
    let config = format!(
        "[databases]\ntenant = host={} port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = 1\nmax_client_conn = 20\n",
        server.socket_folder().display(),
        server.port
    );
    let config = server.write("pgbouncer.ini", &config);
    let mut command = server.program("env");
    command = {
        let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&config).unwrap());
        let mut pooler = Command::new("setpriv");
        pooler.args(["--pdeathsig", "KILL"]);
        if rustix::process::geteuid().is_root() {
            pooler.args([format!("--reuid={owner}"), format!("--regid={owner}"), "--clear-groups".to_owned()]);
        }
        drop(command);
        pooler
    };
    command.arg("/usr/sbin/pgbouncer").arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
    let pooler = Pooler(command.spawn().unwrap());
    let deadline = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "the pooler does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    (pooler, port)
}

fn words<'w>(words: &[&'w str], set: (&'w str, &'w str)) -> Vec<&'w str> {
    ["secret"].iter().chain(words).chain(&["--org", set.0, "--user", set.1]).copied().collect()
}

#[test]
fn everything_works_behind_a_pooler_in_session_and_in_transaction_mode() {
    for mode in ["session", "transaction"] {
        let mut env = TestEnv::on_server(Postgres::tenant());
        let (_pooler, port) = pooler(&mut env, mode);
        env.set("STRONGROOM_DATABASE_URL", &format!("postgres://postgres@127.0.0.1:{port}/tenant"));
        let sets = fixture::tenant_sets();
        let some: Vec<_> = sets.iter().filter(|(_, _, set)| set.len() > 2).take(3).collect();
        for round in 0..3 {
            for (org, user, _) in &some {
                let set = (org.as_str(), user.as_str());
                let wanted = json!({"A": {"secret": format!("{mode} {round}"), "description": ""}});
                env.run_with_input(words(&["import", "-"], set), wanted.to_string()).ok();
                assert_eq!(env.run(words(&["export"], set)).json(), wanted, "{mode}");
            }
        }
        env.run(["db", "status"]).ok();
        assert_eq!(env.run(["--json", "org", "list"]).json().as_array().unwrap().len(), 5);
    }
}
