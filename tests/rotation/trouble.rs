//! What can go wrong on the way.

use crate::common::{Output, TestEnv};
use crate::field::{NEW, ROWS, SEALED, add_key, rotate, stored, tenant};
use serde_json::json;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn a_ring_that_opens_nothing_rotates_nothing() {
    let mut env = TestEnv::tenant();
    env.write_private("other.json", json!([{"id": "stray", "key": "stray"}]).to_string());
    env.use_keys("other.json");
    let before = env.dump();
    let said = env.run(["rotate", "--yes"]).fails(5);
    assert!(said.contains("opens none of the 100 newest"), "{said}");
    assert_eq!(env.dump(), before);
    env.run(["rotate", "--to", "nobody", "--yes"]).fails(5);
}

#[test]
fn nobody_is_rotated_unasked_or_past_the_guard() {
    let mut env = tenant();
    let before = stored(&env);
    let said = env.run(["rotate", "--to", NEW]).fails(2);
    assert!(said.contains("--yes"), "{said}");
    env.run(["--read-only", "rotate", "--to", NEW, "--yes"]).fails(1);
    env.write_private("config.toml", "default_profile = \"p\"\n[profiles.p]\nconfirm = \"prod\"\n");
    env.set("STRONGROOM_CONFIG", &env.path("config.toml").display().to_string());
    env.run(["rotate", "--to", NEW, "--yes"]).fails(2);
    assert_eq!(stored(&env), before);
    env.run(["rotate", "--to", NEW, "--yes", "--confirm", "prod"]).ok();
}

/// Starts a slow rotation and waits for its first rows.
fn slow(env: &TestEnv) -> std::process::Child {
    let mut command = env.command();
    command.args(["rotate", "--to", NEW, "--yes", "--batch", "10", "--rate", "60"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let before = stored(env);
    let begin = Instant::now();
    while stored(env) == before {
        assert!(begin.elapsed() < Duration::from_secs(30), "nothing was rotated");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn ctrl_c_ends_it_between_two_batches_and_it_goes_on_where_it_was() {
    let env = tenant();
    let child = slow(&env);
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("stopped between two batches") && said.contains("start it again"), "{said}");
    let done = rotate(&env, &[]);
    let left = done["rotated"].as_u64().unwrap();
    assert!(left > 0 && left < ROWS - SEALED, "{left}");
    let trail = env.run(["audit", "list", "--action", "rotate"]).ok();
    assert!(trail.contains("stopped: to k-new"), "{trail}");
}

#[test]
fn of_two_rotations_at_once_the_second_says_so_and_stops() {
    let env = tenant();
    let mut first = slow(&env);
    let said = env.run(["rotate", "--to", NEW, "--yes"]).fails(1);
    assert!(said.contains("another rotation of this database is under way"), "{said}");
    // A plan may look all the same.
    env.run(["rotate", "plan", "--to", NEW]).ok();
    first.kill().unwrap();
    first.wait().unwrap();
    rotate(&env, &[]);
}

#[test]
fn a_set_that_is_stored_meanwhile_is_not_overwritten() {
    let env = tenant();
    let child = slow(&env);
    let words = ["secret", "import", "--org", crate::common::fixture::ACME, "--shared", "-"];
    env.run_with_input(words, json!({"MEANWHILE": "stored under the old key"}).to_string()).ok();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let exported = env.run(["secret", "export", "--org", crate::common::fixture::ACME, "--shared"]).json();
    assert_eq!(exported["MEANWHILE"]["secret"], "stored under the old key");
    let by_key = env.run(["--json", "rotate", "status"]).json()["by_key"].clone();
    assert_eq!(by_key.as_object().unwrap().keys().collect::<Vec<_>>(), [NEW], "the later passes found it");
}

#[test]
fn a_key_whose_id_no_jwe_can_name_is_refused_with_the_way_out() {
    let env = TestEnv::tenant();
    let id = "x".repeat(2_000);
    env.write_private("long.json", json!([{"id": id, "key": "a key with a long name"}]).to_string());
    env.run(["key", "add", "--from", "long.json"]).ok();
    let said = env.run(["rotate", "--to", &id, "--yes"]).fails(1);
    assert!(said.contains("a row of custom_secrets cannot be encrypted under the new key"), "{said}");
    assert!(said.contains("rotate to a key with a shorter id") && said.contains("--format fernet"), "{said}");
    env.run(["rotate", "--to", &id, "--format", "fernet", "--yes"]).ok();
}

#[test]
fn a_lost_server_ends_it_and_it_goes_on_where_it_was() {
    let mut env = tenant();
    if !env.has_server() {
        return;
    }
    let child = slow(&env);
    env.server().stop(rustix::process::Signal::INT);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
    env.server().run();
    let left = rotate(&env, &[])["rotated"].as_u64().unwrap();
    assert!(left > 0 && left < ROWS - SEALED, "{left}");
}

#[test]
fn a_lock_that_never_comes_is_given_up() {
    let env = tenant();
    let held = if env.has_server() {
        let mut psql = env.foreign("psql");
        let url = env.variables().into_iter().find(|(name, _)| name == "STRONGROOM_DATABASE_URL").unwrap().1;
        psql.args([&url, "-qc", "BEGIN; LOCK TABLE custom_secrets IN EXCLUSIVE MODE; SELECT pg_sleep(60)"]);
        let child = psql.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while env
            .sql("SELECT count(*) FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'custom_secrets'::regclass")
            != "1"
        {
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(child)
    } else {
        let connection = env.sqlite("tenant.db");
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Ok(connection)
    };
    let before = stored(&env);
    let said = env.run(["rotate", "--to", NEW, "--yes"]).fails(6);
    assert!(said.contains("locked"), "{said}");
    match held {
        Ok(connection) => connection.execute_batch("ROLLBACK").unwrap(),
        Err(mut child) => {
            child.kill().unwrap();
            child.wait().unwrap();
            env.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()");
        }
    }
    assert_eq!(stored(&env), before);
    rotate(&env, &[]);
}

/// Runs a script in a mount namespace of its own, where it may mount; `None` where nobody may.
fn among_mounts(env: &TestEnv, script: &str) -> Option<Output> {
    let mut probe = env.foreign("unshare");
    if !probe.args(["-m", "true"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = env.foreign("unshare");
    command.args(["-m", "sh", "-c", script, "sh", crate::common::env::BINARY]);
    Some(Output::of(&mut command))
}

#[test]
fn a_full_disk_ends_it_with_every_row_whole() {
    let env = TestEnv::sqlite_tenant();
    add_key(&env, NEW);
    let script = "mkdir small; mount -t tmpfs -o size=4m tmpfs small && cp tenant.db small/ || exit 99
        head -c 64k /dev/zero >small/spare; cat /dev/zero >small/filling 2>/dev/null; rm small/spare
        \"$1\" --database sqlite:small/tenant.db --key-file keys.json rotate --to k-new --yes; code=$?
        cp small/tenant.db after.db; exit $code";
    let Some(output) = among_mounts(&env, script).filter(|output| output.code() != Some(99)) else { return };
    let said = output.fails(1);
    assert!(said.contains("the disk is full"), "{said}");
    let status = env.run(["--database", "sqlite:after.db", "--json", "rotate", "status"]).json();
    assert_eq!(status["sealed"], SEALED);
    let done = env.run(["--database", "sqlite:after.db", "--json", "rotate", "--to", NEW, "--yes"]).json();
    assert!(done["rotated"].as_u64().unwrap() > 0, "{done}");
}

#[test]
fn a_key_file_that_cannot_be_written_stays_as_it_is() {
    let env = tenant();
    std::fs::create_dir(env.path("sealed")).unwrap();
    std::fs::rename(env.path("keys.json"), env.path("sealed/keys.json")).unwrap();
    let before = env.read("sealed/keys.json");
    let script = "mount --bind sealed sealed && mount -o remount,ro,bind sealed || exit 99
        \"$1\" --key-file sealed/keys.json key activate k-new";
    let Some(output) = among_mounts(&env, script).filter(|output| output.code() != Some(99)) else { return };
    let said = output.fails(1);
    assert!(said.contains("cannot be written") && said.contains("the file is as it was"), "{said}");
    assert_eq!(env.read("sealed/keys.json"), before);
}
