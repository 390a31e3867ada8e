//! `strongroom secret …` through the front door, on the small server's database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{TestEnv, fixture};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::os::unix::fs::{PermissionsExt as _, symlink};

const CANARY: &str = "CANARY-5d20";

/// Somebody's set: org, user.
type Set<'s> = (&'s str, &'s str);

/// Somebody in Acme Corp with some secrets, none of them sealed.
fn somebody() -> (String, String) {
    let user = fixture::tenant_sets().into_iter().find(|(org, _, secrets)| {
        org == fixture::ACME && secrets.len() > 2 && secrets.values().all(|secret| secret["sealed"] != true)
    });
    let (org, user, _) = user.unwrap();
    (org, user)
}

fn words<'w>(words: &[&'w str], (org, user): Set<'w>) -> Vec<&'w str> {
    ["secret"].into_iter().chain(words.iter().copied()).chain(["--org", org, "--user", user]).collect()
}

fn export(env: &TestEnv, set: Set<'_>) -> Value {
    env.run(words(&["export"], set)).json()
}

fn dump(env: &TestEnv) -> Vec<String> {
    env.dump()
}

#[test]
fn every_set_of_the_tenant_exports_equal() {
    let env = TestEnv::tenant();
    for (org, user, secrets) in fixture::tenant_sets() {
        let expected: Map<String, Value> = secrets
            .iter()
            .filter(|(_, secret)| secret["sealed"] != true)
            .map(|(name, secret)| {
                (name.clone(), json!({"secret": secret["secret"], "description": secret["description"]}))
            })
            .collect();
        let sealed_alone = expected.is_empty() && !secrets.is_empty();
        let output = env.run(words(&["export"], (&org, &user)));
        if sealed_alone {
            output.fails(5);
            continue;
        }
        let mut exported = output.json();
        exported.as_object_mut().unwrap().remove("TWICE");
        assert_eq!(exported, Value::Object(expected), "{org} {user}");
    }
}

#[test]
fn an_export_imported_again_changes_nothing_at_all() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    let plain_names = r#"{"A": {"secret": "two\nlines '\" $x `y`\\", "description": "first"}, "B_2": ""}"#;
    for format in ["json", "dotenv"] {
        if format == "dotenv" {
            env.run_with_input(words(&["import", "-"], set), plain_names).ok();
        }
        let exported = env.run(words(&["export", "--format", format], set)).ok();
        env.run_with_input(words(&["import", "--format", format, "-"], set), &exported).ok();
        let before = dump(&env);
        env.run_with_input(words(&["import", "--format", format, "-"], set), &exported).ok();
        assert_eq!(dump(&env), before, "{format}");
    }
}

#[test]
fn an_import_replaces_the_set_and_no_other_row() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    let list = if env.has_server() { "string_agg" } else { "group_concat" };
    let others = format!(
        "SELECT {list}(id || secret_name || secret_value || coalesce(description, ''), ',') FROM \
         (SELECT * FROM custom_secrets WHERE NOT (keycloak_user_id = '{user}' AND org_id = '{org}' AND NOT is_org_shared) \
           ORDER BY id) AS others"
    );
    let read = || env.sql(&others);
    let before = read();
    env.run_with_input(words(&["import", "-"], set), format!(r#"{{"A": "{CANARY}", "B": ""}}"#)).ok();
    assert_eq!(read(), before);
    assert_eq!(
        export(&env, set),
        json!({"A": {"secret": CANARY, "description": ""}, "B": {"secret": "", "description": ""}})
    );
    env.run_with_input(words(&["import", "-"], set), "{}").ok();
    assert_eq!(export(&env, set), json!({}));
    assert_eq!(read(), before);
}

#[test]
fn what_is_no_set_is_refused_and_changes_nothing() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let before = dump(&env);
    for (format, input) in [
        ("json", r#"{"A": "CANARY-5d20", "A": "CANARY-5d20"}"#.as_bytes()),
        ("json", br#"{"": "CANARY-5d20"}"#),
        ("json", br#"{"A": 5}"#),
        ("json", br#"{"A": {"secret": "CANARY-5d20", "other": 1}}"#),
        ("json", br#"{"A": "CANARY-5d20""#),
        ("json", br#"["CANARY-5d20"]"#),
        ("json", b""),
        ("json", b"{\"A\": \"\xff\xfe\"}"),
        ("dotenv", b"A=CANARY-5d20\nA=CANARY-5d20\n"),
        ("dotenv", b"=CANARY-5d20\n"),
        ("dotenv", b"CANARY-5d20\n"),
        ("dotenv", b"A='CANARY-5d20\n"),
    ] {
        let output = env.run_with_input(words(&["import", "--format", format, "-"], (&org, &user)), input);
        assert!(!output.stdout().contains(CANARY));
        let said = output.fails(2);
        assert!(!said.contains(CANARY), "{said}");
    }
    assert_eq!(dump(&env), before);
}

#[test]
fn a_dry_run_shows_what_would_change_without_a_value_and_changes_nothing() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let before = dump(&env);
    let input = format!(r#"{{"NEW": "{CANARY}"}}"#);
    let output = env.run_with_input(words(&["import", "--dry-run", "-"], (&org, &user)), &input);
    let said = output.stdout();
    assert!(said.contains("+ NEW") && said.contains("- "), "{said}");
    assert!(!said.contains(CANARY) && !output.stderr().contains(CANARY));
    output.ok();
    let json = env.run_with_input(words(&["--json", "import", "--dry-run", "-"], (&org, &user)), &input).json();
    assert_eq!(json["dry_run"], true);
    assert_eq!(json["after"], Value::Null);
    assert_eq!(json["changes"][0], json!({"change": "added", "name": "NEW"}));
    assert_eq!(dump(&env), before);
}

#[test]
fn a_revision_that_is_no_longer_the_sets_is_a_conflict() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    let revision = env.run(words(&["revision"], set)).ok();
    let revision = revision.trim();
    env.run_with_input(words(&["import", "--if-revision", revision, "-"], set), r#"{"A": "1"}"#).ok();
    let before = dump(&env);
    for extra in [&["--dry-run"][..], &[]] {
        let all: Vec<&str> = ["import", "--if-revision", revision, "-"].iter().chain(extra).copied().collect();
        env.run_with_input(words(&all, set), r#"{"A": "2"}"#).fails(3);
    }
    assert_eq!(dump(&env), before);
    env.run_with_input(words(&["import", "--if-revision", "beef", "-"], set), "{}").fails(2);
}

#[test]
fn a_form_without_descriptions_keeps_those_of_names_that_stay() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    let described = r#"{"A": {"secret": "1", "description": "first"}, "B": {"secret": "2", "description": "second"}}"#;
    env.run_with_input(words(&["import", "-"], set), described).ok();
    env.run_with_input(words(&["import", "--format", "dotenv", "-"], set), "A=3\n").ok();
    assert_eq!(export(&env, set), json!({"A": {"secret": "3", "description": "first"}}));
    env.run_with_input(words(&["import", "-"], set), r#"{"A": {"secret": "3", "description": null}}"#).ok();
    assert_eq!(export(&env, set), json!({"A": {"secret": "3", "description": ""}}));
}

#[test]
fn sealed_rows_stay_until_they_are_named() {
    let env = TestEnv::tenant();
    let sets = fixture::tenant_sets();
    let (org, user, name) = sets
        .iter()
        .find_map(|(org, user, secrets)| {
            let (name, _) = secrets.iter().find(|(_, secret)| secret["sealed"] == true)?;
            (secrets.len() > 1).then_some((org, user, name))
        })
        .unwrap();
    let set = (org.as_str(), user.as_str());
    let listed = |env: &TestEnv| {
        let rows = env.run(words(&["--json", "list"], set)).json();
        rows.as_array().unwrap().iter().any(|row| row["name"] == name.as_str() && row["sealed"] == true)
    };
    env.run_with_input(words(&["import", "-"], set), r#"{"A": "1"}"#).ok();
    assert!(listed(&env));
    let taken = json!({name.as_str(): "2"}).to_string();
    env.run_with_input(words(&["import", "-"], set), taken).fails(1);
    env.run_with_input(words(&["import", "--drop-sealed=NO_SUCH", "-"], set), r#"{"A": "1"}"#).fails(4);
    assert!(listed(&env));
    let drop = format!("--drop-sealed={name}");
    env.run_with_input(words(&["import", &drop, "-"], set), r#"{"A": "1"}"#).ok();
    assert!(!listed(&env));
}

#[test]
fn an_export_goes_to_a_new_private_file_and_never_through_a_link() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    env.run(words(&["export", "-o", "out.json"], set)).ok();
    let mode = || std::fs::metadata(env.path("out.json")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    env.run(words(&["export", "-o", "out.json"], set)).fails(1);
    std::fs::set_permissions(env.path("out.json"), std::fs::Permissions::from_mode(0o644)).unwrap();
    env.run(words(&["export", "-o", "out.json", "--force"], set)).ok();
    assert_eq!(mode(), 0o600, "an overwritten file is private, too");
    symlink(env.path("out.json"), env.path("link.json")).unwrap();
    env.write_private("target", "before");
    std::fs::remove_file(env.path("link.json")).unwrap();
    symlink(env.path("target"), env.path("link.json")).unwrap();
    env.run(words(&["export", "-o", "link.json"], set)).fails(1);
    env.run(words(&["export", "-o", "link.json", "--force"], set)).fails(1);
    assert_eq!(env.read("target"), b"before");
}

#[test]
fn what_dotenv_cannot_hold_is_refused_by_name() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    env.run_with_input(words(&["import", "-"], set), r#"{"FINE": "1", "WITH_NUL": "CANARY-5d20\u0000"}"#).ok();
    let output = env.run(words(&["export", "--format", "dotenv"], set));
    assert_eq!(output.stdout(), "", "nothing of it is written");
    let said = output.fails(1);
    assert!(said.contains("WITH_NUL") && !said.contains(CANARY), "{said}");
}

#[test]
fn a_list_masks_every_value() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    env.run_with_input(words(&["import", "-"], set), format!(r#"{{"A": "{CANARY}"}}"#)).ok();
    for extra in [&["list"][..], &["--json", "list"], &["--plain", "list"]] {
        let said = env.run(words(extra, set)).ok();
        assert!(said.contains('A') && !said.contains(CANARY), "{said}");
    }
}

#[test]
fn the_shared_set_is_a_set_like_any_other() {
    let env = TestEnv::tenant();
    let on = |words: &[&str]| {
        let all: Vec<String> = ["secret"].iter().chain(words).map(|&word| word.to_owned()).collect();
        [all, vec!["--org".to_owned(), fixture::ACME.to_owned(), "--shared".to_owned()]].concat()
    };
    let listed = env.run(on(&["--json", "list"])).json();
    assert!(listed.as_array().unwrap().iter().all(|row| row["shared"] == true));
    env.run_with_input(on(&["import", "-"]), r#"{"EVERYBODYS": "1"}"#).ok();
    assert_eq!(env.run(on(&["export"])).json(), json!({"EVERYBODYS": {"secret": "1", "description": ""}}));
}

#[test]
fn a_wrong_key_writes_nothing_and_exports_nothing() {
    let mut env = TestEnv::tenant();
    env.write_private("wrong.json", r#"[{"id": "wrong", "key": "another secret"}]"#);
    env.use_keys("wrong.json");
    let (org, user) = somebody();
    let before = dump(&env);
    env.run(words(&["export"], (&org, &user))).fails(5);
    env.run_with_input(words(&["import", "-"], (&org, &user)), r#"{"A": "1"}"#).fails(5);
    assert_eq!(dump(&env), before);
}

#[test]
fn a_read_only_run_refuses_to_import_and_a_guard_wants_its_word() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    env.run_with_input(words(&["import", "--read-only", "-"], set), "{}").fails(1);
    env.write_private("guarded.toml", "default_profile = \"p\"\n[profiles.p]\nconfirm = \"prod\"\n");
    let guarded = |extra: &[&'static str]| {
        let all: Vec<&str> = ["--config", "guarded.toml", "import", "-"].iter().chain(extra).copied().collect();
        all
    };
    env.run_with_input(words(&guarded(&[]), set), "{}").fails(2);
    env.run_with_input(words(&guarded(&["--confirm", "test"]), set), "{}").fails(2);
    env.run_with_input(words(&guarded(&["--confirm", "prod"]), set), "{}").ok();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_set_survives_import_and_export(
        secrets in prop::collection::btree_map("[^\0]{1,16}", any::<(String, String)>(), 0..5)
    ) {
        let env = TestEnv::tenant();
        let (org, user) = somebody();
        let set = (org.as_str(), user.as_str());
        let document: Map<String, Value> = secrets
            .into_iter()
            .map(|(name, (value, description))| (name, json!({"secret": value, "description": description})))
            .collect();
        let document = Value::Object(document);
        env.run_with_input(words(&["import", "-"], set), document.to_string()).ok();
        prop_assert_eq!(export(&env, set), document);
    }
}

#[test]
fn a_merge_keeps_what_the_file_does_not_name_and_never_decides_silently() {
    let env = TestEnv::tenant();
    let (org, user) = somebody();
    let set = (org.as_str(), user.as_str());
    env.run_with_input(words(&["import", "-"], set), r#"{"A": "stored", "B": "same"}"#).ok();
    let file = format!(r#"{{"A": "{CANARY}", "B": "same", "C": "new"}}"#);
    let said = env.run_with_input(words(&["import", "--merge", "-"], set), &file).fails(3);
    assert!(said.contains("differ in A") && !said.contains(CANARY), "{said}");
    assert_eq!(export(&env, set)["A"]["secret"], "stored");
    env.run_with_input(words(&["import", "--merge", "--theirs", "-"], set), &file).ok();
    let wanted = |a: &str| {
        json!({"A": {"secret": a, "description": ""}, "B": {"secret": "same", "description": ""},
               "C": {"secret": "new", "description": ""}})
    };
    assert_eq!(export(&env, set), wanted("stored"));
    env.run_with_input(words(&["import", "--merge", "--mine", "-"], set), &file).ok();
    assert_eq!(export(&env, set), wanted(CANARY));
    env.run_with_input(words(&["import", "--theirs", "-"], set), &file).fails(2);
}

#[test]
fn two_sets_are_compared_without_a_value() {
    let env = TestEnv::tenant();
    let sets = fixture::tenant_sets();
    let in_acme: Vec<&String> =
        sets.iter().filter(|(org, _, _)| org == fixture::ACME).map(|(_, user, _)| user).collect();
    let (ann, ben) = (in_acme[0].as_str(), in_acme[1].as_str());
    let store = |user: &str, set: &str| env.run_with_input(words(&["import", "-"], (fixture::ACME, user)), set).ok();
    store(ann, &format!(r#"{{"SAME": "{CANARY}", "DIFFERS": "1", "ANN": "x"}}"#));
    store(ben, &format!(r#"{{"SAME": "{CANARY}", "DIFFERS": "2", "BEN": "x"}}"#));
    let (a, b) = (format!("Acme Corp/{ann}"), format!("{}/{ben}", fixture::ACME));
    let said = env.run(["--json", "secret", "diff", &a, &b]).json();
    let wanted = json!([
        {"name": "SAME", "is": "same"}, {"name": "DIFFERS", "is": "different"},
        {"name": "BEN", "is": "only-b"}, {"name": "ANN", "is": "only-a"},
    ]);
    assert_eq!(said["secrets"], wanted);
    let table = env.run(["secret", "diff", &a, &b]).ok();
    assert!(table.contains("only in Acme Corp") && !table.contains(CANARY), "{table}");

    env.write_private("ann.env", format!("SAME={CANARY}\nDIFFERS=1\nANN=x\n"));
    let said = env.run(["--json", "secret", "diff", &a, "@ann.env"]).json();
    assert!(said["secrets"].as_array().unwrap().iter().all(|one| one["is"] == "same"), "{said}");
    env.run(["secret", "diff", &a, "nonsense"]).fails(2);
    env.run(["secret", "diff", &a, "Acme Corp/nobody"]).fails(4);
}
