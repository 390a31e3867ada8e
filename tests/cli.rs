//! The command line around the secrets: finding orgs and users, keys, databases, and how it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{TestEnv, fixture};
use serde_json::Value;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

fn names(list: &Value, member: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one[member].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn orgs_are_listed_for_people_and_for_machines() {
    let env = TestEnv::tenant();
    let orgs = env.run(["--json", "org", "list"]).json();
    assert!(names(&orgs, "name").contains(&"Acme Corp".to_owned()));
    assert!(orgs.as_array().unwrap().iter().all(|org| org["users"].is_u64() && org["secrets"].is_u64()));
    let output = env.run(["org", "list"]);
    assert!(output.stderr().contains("1 secret that belongs to no organisation"), "{}", output.stderr());
    let table = output.ok();
    assert!(table.contains("evil \\u{1b}[31morg\\u{202e}") && !table.contains('\u{1b}'), "{table}");
}

#[test]
fn users_are_found_by_name_and_by_id_of_the_org() {
    let env = TestEnv::tenant();
    let by_name = env.run(["--json", "user", "list", "--org", "Acme Corp"]).json();
    let by_id = env.run(["--json", "user", "list", "--org", fixture::ACME]).json();
    assert_eq!(by_name, by_id);
    assert_eq!(by_name.as_array().unwrap().len(), 16);
    assert!(names(&by_name, "email").contains(&"ada@acme.example".to_owned()));
    let plain = fixture::ACME.replace('-', "").to_uppercase();
    assert_eq!(env.run(["--json", "user", "list", "--org", &plain]).json(), by_id, "an id in any spelling");
}

#[test]
fn what_is_not_there_suggests_what_was_perhaps_meant() {
    let env = TestEnv::tenant();
    let said = env.run(["user", "list", "--org", "Acme Crop"]).fails(4);
    assert!(said.contains("did you mean Acme Corp?"), "{said}");
    let said = env.run(["secret", "list", "--org", "Acme Corp", "--user", "adda@acme.example"]).fails(4);
    assert!(said.contains("did you mean ada@acme.example?"), "{said}");
}

#[test]
fn a_name_that_fits_several_is_refused_with_their_ids() {
    let env = TestEnv::tenant();
    env.sql(&format!(
            "INSERT INTO \"user\" (id, current_org_id, email) SELECT '00000000-0000-4000-8000-00000000000a', id, 'ada@acme.example' FROM org WHERE id = '{0}';
             INSERT INTO org_member (org_id, user_id, role_id, _llm_api_key) SELECT '{0}', '00000000-0000-4000-8000-00000000000a', role_id, '' FROM org_member LIMIT 1;",
            fixture::ACME
        ))
        ;
    let said = env.run(["secret", "list", "--org", "Acme Corp", "--user", "ada@acme.example"]).fails(2);
    assert!(said.contains("00000000-0000-4000-8000-00000000000a"), "{said}");
}

#[test]
fn an_id_wins_over_a_name() {
    let env = TestEnv::tenant();
    let renamed = format!("UPDATE org SET name = '{}' WHERE name = 'Globex'", fixture::ACME);
    env.sql(&renamed);
    assert_eq!(env.run(["--json", "user", "list", "--org", fixture::ACME]).json().as_array().unwrap().len(), 16);
}

#[test]
fn errors_are_one_object_of_json_where_json_is_wanted() {
    let env = TestEnv::tenant();
    let said = env.run(["--json", "user", "list", "--org", "Nobody"]).fails(4);
    let error: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(error["error"]["kind"], "not-found");
    assert!(error["error"]["hints"].is_array());
}

#[test]
fn databases_that_are_none_are_unreachable_and_stay_as_they_are() {
    let env = TestEnv::tenant();
    env.write_private("text.db", "this is a text, not a database, and long enough to be looked at closely");
    env.write_private("empty.db", "");
    for (path, mentions) in [("missing.db", "db init"), ("text.db", "not an SQLite database"), ("empty.db", "")] {
        let url = format!("sqlite:{}", env.path(path).display());
        let said = env.run(["--database", &url, "org", "list"]).fails(6);
        assert!(said.contains(mentions), "{said}");
    }
    assert!(!env.path("missing.db").exists());
    assert!(env.read("text.db").starts_with(b"this is a text"));
    let said = env.run(["--database", "mysql://ann:CANARY@host/db", "org", "list"]).fails(2);
    assert!(!said.contains("CANARY"));
}

#[test]
fn without_a_word_a_database_and_a_key_are_made_in_the_data_directory() {
    let env = TestEnv::new();
    env.run(["org", "list"]).ok();
    for name in ["data/strongroom/strongroom.db", "data/strongroom/.keys"] {
        let mode = std::fs::metadata(env.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
    let keys = env.run(["--json", "key", "list"]).json();
    assert_eq!(keys.as_array().unwrap().len(), 1);
    env.run(["key", "check"]).ok();
    let status = env.run(["--json", "db", "status"]).json();
    assert_eq!(status["secrets"], 0);
    assert_eq!(status["own_tables"], true);
}

#[test]
fn no_key_is_made_up_for_a_database_that_was_there() {
    let mut env = TestEnv::new();
    fixture::tenant(&env.path("tenant.db"));
    env.use_database("tenant.db");
    env.run(["key", "check"]).fails(5);
    assert!(!env.path("data/strongroom/.keys").exists());
}

#[test]
fn init_creates_what_is_missing_and_says_when_nothing_is() {
    let env = TestEnv::tenant();
    let url = format!("sqlite:{}", env.path("new.db").display());
    env.run(["--database", &url, "db", "init"]).ok();
    env.run(["--database", &url, "db", "init"]).ok();
    assert!(!env.path("data/strongroom/.keys").exists(), "a key was named: none is made up");
    env.run(["db", "init"]).ok();
    assert_eq!(env.run(["--json", "db", "status"]).json()["own_tables"], true);
    assert_eq!(env.run(["--json", "db", "status"]).json()["secrets"], 303, "nothing of the server's is touched");
}

#[test]
fn status_counts_by_format_and_key_and_names_who_is_locked_out() {
    let env = TestEnv::tenant();
    let status = env.run(["--json", "db", "status"]).json();
    let sum = |member: &str| status[member].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    let sealed = status["sealed"].as_u64().unwrap();
    let by_format: u64 = sum("by_format");
    let by_key: u64 = sum("by_key");
    assert_eq!((by_format + sealed, by_key + sealed), (303, 303));
    assert_eq!(status["locked_out"].as_array().unwrap().len(), 8);
    assert!(env.run(["db", "status"]).ok().contains("sealed"));
}

#[test]
fn a_backup_is_whole_private_and_never_in_the_place_of_a_file() {
    let mut env = TestEnv::sqlite_tenant();
    let before = env.dump();
    env.run(["db", "backup", "copy.db"]).ok();
    assert_eq!(fixture::dump(&env.sqlite("copy.db")), before);
    assert_eq!(std::fs::metadata(env.path("copy.db")).unwrap().permissions().mode() & 0o777, 0o600);
    env.run(["db", "backup", "copy.db"]).fails(1);
    env.use_database("copy.db");
    env.run(["key", "check"]).ok();
}

#[test]
fn keys_are_listed_without_their_secrets_and_made_into_private_files() {
    let env = TestEnv::tenant();
    let keys: Value = serde_json::from_slice(&env.read("keys.json")).unwrap();
    let listed = env.run(["key", "list"]).ok() + &env.run(["--json", "key", "list"]).ok();
    for key in keys.as_array().unwrap() {
        assert!(listed.contains(key["id"].as_str().unwrap()));
        assert!(!listed.contains(key["key"].as_str().unwrap()));
    }
    env.run(["key", "generate", "-o", "new.keys"]).ok();
    assert_eq!(std::fs::metadata(env.path("new.keys")).unwrap().permissions().mode() & 0o777, 0o600);
    env.run(["key", "generate", "-o", "new.keys"]).fails(1);
    let piped = env.run(["key", "generate"]).json();
    assert_eq!(piped[0]["active"], true);
    let none = TestEnv::new().run(["key", "list"]);
    assert!(none.code() == Some(0) && none.stderr().contains("make one: strongroom key generate"), "{}", none.stderr());
}

#[test]
fn a_key_file_that_others_can_read_is_refused_with_what_mends_it() {
    let env = TestEnv::tenant();
    std::fs::set_permissions(env.path("keys.json"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = env.run(["key", "list"]).fails(5);
    assert!(said.contains("chmod"), "{said}");
}

#[test]
fn a_configuration_that_others_can_write_is_refused() {
    let env = TestEnv::tenant();
    let path = env.write_private("config.toml", "");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    let said = env.run(["--config", "config.toml", "org", "list"]).fails(2);
    assert!(said.contains("chmod go-w"), "{said}");
    env.run(["--config", "missing.toml", "org", "list"]).fails(2);
}

#[test]
fn a_profile_names_its_database_and_its_key() {
    let mut env = TestEnv::new();
    fixture::tenant(&env.path("tenant.db"));
    env.write_private("keys.json", fixture::KEYS);
    let (database, key) = (env.path("tenant.db"), env.path("keys.json"));
    let text = format!(
        "[profiles.eu]\ndatabase = \"sqlite:{}\"\nkey = {{ command = [\"cat\", \"{}\"] }}\n",
        database.display(),
        key.display()
    );
    env.write_private("config/strongroom/config.toml", text);
    env.set("STRONGROOM_PROFILE", "eu");
    env.run(["key", "check"]).ok();
    let said = env.run(["--profile", "us", "key", "check"]).fails(2);
    assert!(said.contains("eu"), "{said}");
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let env = TestEnv::tenant();
    let mut child = env.command().args(["db", "status"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn the_console_wants_a_terminal() {
    let env = TestEnv::tenant();
    env.run([] as [&str; 0]).fails(2);
    env.run(["demo"]).fails(2);
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let env = TestEnv::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(env.run(["completions", shell]).ok().contains("COMPLETE"), "{shell}");
    }
    let manual = env.run(["man"]).ok();
    assert!(manual.contains(".TH") && manual.contains("if\\-revision"), "{}", manual.len());
    let help = env.run(["--help"]).ok();
    for command in ["org", "user", "secret", "key", "db", "demo", "completions", "man"] {
        assert!(help.contains(command), "{command}");
    }
}

/// What a shell is offered for the last of `words`.
fn completed(env: &TestEnv, words: &[&str]) -> Vec<String> {
    let mut command = env.command();
    command.env("COMPLETE", "bash").env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
    command.env("_CLAP_COMPLETE_COMP_TYPE", "9").env("_CLAP_COMPLETE_SPACE", "true").arg("--").args(words);
    common::env::Output::of(&mut command).ok().lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn a_shell_is_offered_commands_and_the_names_that_are_there() {
    let mut env = TestEnv::tenant();
    env.write_private("config.toml", "[profiles.staging]\n[profiles.production]\n");
    let config = env.path("config.toml").display().to_string();
    env.set("STRONGROOM_CONFIG", &config);
    assert_eq!(completed(&env, &["strongroom", "secret", "revi"]), ["revision"]);
    assert_eq!(completed(&env, &["strongroom", "--profile", "sta"]), ["staging"]);
    assert_eq!(completed(&env, &["strongroom", "secret", "list", "--org", "Glob"]), ["Globex"]);
    // A name of two words is one word by its id.
    assert_eq!(completed(&env, &["strongroom", "secret", "list", "--org", "Acme"]), [common::fixture::ACME]);
    let users = completed(&env, &["strongroom", "secret", "list", "--org", "Globex", "--user", ""]);
    assert!(users.len() > 5 && users.iter().any(|user| user.contains('@')), "{users:?}");
}

#[test]
fn completing_asks_nothing_and_makes_nothing() {
    let env = TestEnv::new();
    assert_eq!(completed(&env, &["strongroom", "secret", "list", "--org", "A"]), [""; 0]);
    assert_eq!(std::fs::read_dir(env.path("data")).unwrap().count(), 0);
}

#[test]
fn the_process_can_neither_be_dumped_nor_read_by_its_own_user() {
    let mut env = TestEnv::tenant();
    // The key's command runs as a child of the process, and looks at its parent.
    let script = "grep -q '^Max core file size *0 *0 ' /proc/$PPID/limits && test ! -r /proc/$PPID/mem -o $(id -u) = 0 \
                  && cat keys.json";
    let text = format!("default_profile = \"p\"\n[profiles.p]\nkey = {{ command = [\"sh\", \"-c\", {script:?}] }}\n");
    env.write_private("config.toml", text);
    env.write_private("nothing.json", fixture::KEYS);
    env.set("STRONGROOM_CONFIG", &env.path("config.toml").display().to_string());
    let output = common::Output::of(env.foreign(common::env::BINARY).args(["key", "check"]));
    output.ok();
}

#[test]
fn a_log_is_written_for_those_who_ask_and_holds_no_plaintext() {
    let env = TestEnv::tenant();
    env.run(["-vv", "secret", "export", "--org", "Acme Corp", "--user", "ada@acme.example"]).ok();
    env.run_with_input(
        ["-vv", "secret", "import", "--org", "Acme Corp", "--user", "ada@acme.example", "-"],
        r#"{"A": "CANARY-log", "A": "CANARY-log"}"#,
    )
    .fails(2);
    let path = env.path("state/strongroom/strongroom.log");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let log = String::from_utf8(env.read("state/strongroom/strongroom.log")).unwrap();
    assert!(log.contains("strongroom::cli") && log.contains("usage"), "{log}");
    assert!(!log.contains("CANARY"));
    assert!(log.lines().all(|line| line.contains(" strongroom::")), "only our own targets: {log}");
}

#[test]
fn what_is_empty_says_what_to_do_next() {
    let env = TestEnv::tenant();
    env.run(["db", "init"]).ok();
    let sets = fixture::tenant_sets();
    let (org, user, _) = sets.iter().find(|(_, _, set)| set.is_empty()).unwrap();
    let on_set = ["--org", org, "--user", user];
    for (words, expected) in [
        (vec!["org", "list", "--search", "nowhere"], "no organisation has nowhere in its name or id"),
        (vec!["user", "list", "--org", org, "--search", "nobody"], "no user here has nobody in the e-mail or id"),
        ([&["secret", "list"][..], &on_set].concat(), "no secrets yet: strongroom secret edit adds them"),
        ([&["history", "list"][..], &on_set].concat(), "nothing kept yet: each commit from here on keeps"),
        (vec!["audit", "list", "--action", "export"], "no records: nothing of that kind was done yet"),
    ] {
        let output = env.run(&words);
        assert!(output.stderr().contains(expected), "{words:?}: {}", output.stderr());
        output.ok();
    }
    let quiet = env.run(["--json", "secret", "list", "--org", org, "--user", user]);
    assert_eq!((quiet.stdout().trim(), quiet.stderr().as_str()), ("[]", ""), "a machine needs no advice");
}
