//! Key rings from every source, as the server would read them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;
use strongroom::keyring::{self, Key, KeyError, KeyId, KeyOrigin, KeyRing, KeySource, LoadOptions, load};
use strongroom::secret::Secret;
use tempfile::TempDir;

const CANARY: &str = "CANARY-key-77aa";

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn file(&self, text: impl AsRef<[u8]>) -> Result<KeyRing, KeyError> {
        load(&KeySource::File(self.write("keys", text)), &LoadOptions::default())
    }
}

fn ids(ring: &KeyRing) -> Vec<&str> {
    ring.keys().iter().map(|key| key.id.0.as_str()).collect()
}

fn writer(ring: &KeyRing) -> Option<&str> {
    ring.writer().map(|key: &Key| key.id.0.as_str())
}

#[test]
fn a_file_is_an_array_of_keys_or_one_line() {
    let desk = Desk::new();
    let ring =
        desk.file(r#" [{"id": "a", "key": "1", "unknown": {}}, {"id": "b", "key": "2", "active": false}]"#).unwrap();
    assert_eq!(ids(&ring), ["a", "b"]);
    assert_eq!(writer(&ring), Some("a"));
    assert!(matches!(ring.origin(), KeyOrigin::KeysFile(_)));
    let ring = desk.file("\u{1c} one line \n").unwrap();
    assert_eq!(ids(&ring), [KeyId::derived(&Secret::new("one line")).0]);
    assert!(matches!(ring.origin(), KeyOrigin::LineFile(_)));
}

#[test]
fn the_folder_that_holds_both_is_read_as_the_server_reads_it() {
    let desk = Desk::new();
    let source = KeySource::File(desk.0.path().to_owned());
    assert!(matches!(load(&source, &LoadOptions::default()), Err(KeyError::EmptyFolder(_))));
    desk.write(".jwt_secret", "line\n");
    desk.write(".keys", r#"[{"id": "old", "key": "1", "created_at": "2020-01-01T00:00:00Z"}]"#);
    let ring = load(&source, &LoadOptions::default()).unwrap();
    let line = KeyId::derived(&Secret::new("line")).0;
    assert_eq!(ids(&ring), ["old", &line]);
    assert_eq!(writer(&ring), Some(line.as_str()), "the line is dated by its file");
}

#[test]
fn the_newest_active_key_writes_and_of_equal_times_the_first() {
    let desk = Desk::new();
    let key = |id: &str, active: bool, at: &str| {
        format!(r#"{{"id": "{id}", "key": "{id}", "active": {active}, "created_at": "{at}"}}"#)
    };
    let same = "2026-01-01T00:00:00Z";
    let keys = [key("old", true, "2025-01-01T00:00:00Z"), key("one", true, same), key("two", true, same)];
    assert_eq!(writer(&desk.file(format!("[{}]", keys.join(","))).unwrap()), Some("one"));
    let retired = [key("new", false, "2027-01-01T00:00:00Z"), keys[0].clone()];
    assert_eq!(writer(&desk.file(format!("[{}]", retired.join(","))).unwrap()), Some("old"));
    let none = desk.file(format!("[{}]", key("new", false, same))).unwrap();
    assert_eq!(writer(&none), None);
    assert!(none.warnings().iter().any(|warning| warning.contains("no key is active")));
}

#[test]
fn of_equal_ids_the_last_counts_and_a_missing_one_is_a_warning() {
    let desk = Desk::new();
    let ring = desk.file(r#"[{"id": "a", "key": "1"}, {"id": "b", "key": "2"}, {"id": "a", "key": "3"}]"#).unwrap();
    assert_eq!(ids(&ring), ["a", "b"]);
    assert_eq!(ring.keys()[0].secret, Secret::new("3"));
    assert_eq!(ring.warnings().len(), 1);
    let ring = desk.file(r#"[{"key": "1"}]"#).unwrap();
    assert_eq!(ids(&ring), [KeyId::derived(&Secret::new("1")).0]);
    assert!(ring.warnings()[0].contains("no id"), "{:?}", ring.warnings());
}

#[test]
fn times_with_and_without_a_zone_do_not_mix_on_the_server() {
    let desk = Desk::new();
    let keys = r#"[{"id": "a", "key": "1", "created_at": "2026-01-01T00:00:00"},
                   {"id": "b", "key": "2", "created_at": "2026-01-01T00:00:00+00:00"}]"#;
    let ring = desk.file(keys).unwrap();
    assert!(ring.warnings().iter().any(|warning| warning.contains("does not start")), "{:?}", ring.warnings());
}

#[test]
fn what_is_no_key_file_is_refused_without_quoting_it() {
    let desk = Desk::new();
    for text in [
        format!(r#"[{{"id": "a", "key": "{CANARY}""#),
        format!(r#"[{{"id": "a", "key": ["{CANARY}"]}}]"#),
        format!(r#"[{{"id": "a", "key": "x", "active": "{CANARY}"}}]"#),
        format!(r#"["{CANARY}"]"#),
        format!("{CANARY}\n{CANARY}\n"),
        "[]".to_owned(),
        " \n".to_owned(),
        CANARY.repeat(80_000),
    ] {
        let error = desk.file(&text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
    }
    assert!(matches!(desk.file(b"\xff\xfe"), Err(KeyError::NotText(_))));
    let missing = KeySource::File(desk.0.path().join("missing"));
    assert!(matches!(load(&missing, &LoadOptions::default()), Err(KeyError::Missing(_))));
}

#[test]
fn a_file_that_others_can_read_is_refused_unless_the_profile_allows_it() {
    let desk = Desk::new();
    let path = desk.write("keys", "secret");
    let source = KeySource::File(path.clone());
    for mode in [0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert!(matches!(load(&source, &LoadOptions::default()), Err(KeyError::OpenToOthers { .. })), "{mode:o}");
    }
    let allowed = LoadOptions { allow_readable: true, ..LoadOptions::default() };
    assert_eq!(load(&source, &allowed).unwrap().keys().len(), 1);
}

#[test]
fn the_variable_is_used_as_it_is_and_an_empty_one_is_none() {
    let load = |text: &str| load(&KeySource::Environment(Secret::new(text)), &LoadOptions::default()).unwrap();
    assert_eq!(ids(&load(" padded ")), [KeyId::derived(&Secret::new(" padded ")).0]);
    assert!(load("").keys().is_empty());
}

fn command(words: &[&str], seconds: u64) -> Result<KeyRing, KeyError> {
    let words = words.iter().map(|&word| word.to_owned()).collect();
    let options = LoadOptions { deadline: Duration::from_secs(seconds), ..LoadOptions::default() };
    load(&KeySource::Command(words), &options)
}

#[test]
fn a_commands_output_loses_one_final_newline_and_no_shell_reads_its_words() {
    let ring = command(&["printf", "%s\n\n", "$HOME `id`"], 10).unwrap();
    assert_eq!(ids(&ring), [KeyId::derived(&Secret::new("$HOME `id`\n")).0]);
    let ring = command(&["echo", r#"[{"id": "a", "key": "1"}]"#], 10).unwrap();
    assert_eq!(ids(&ring), ["a"]);
}

#[test]
fn a_command_that_fails_or_hangs_is_an_error_that_repeats_nothing_of_it() {
    assert!(matches!(command(&[], 10), Err(KeyError::NoCommand)));
    assert!(matches!(command(&["/no/such/program"], 10), Err(KeyError::CommandNotStarted { .. })));
    let failed = command(&["sh", "-c", "echo CANARY-key-77aa; echo CANARY-key-77aa >&2; exit 3"], 10).unwrap_err();
    assert!(matches!(failed, KeyError::CommandFailed { .. }));
    assert!(!format!("{failed} {failed:?}").contains(CANARY));
    assert!(matches!(command(&["sleep", "600"], 1), Err(KeyError::CommandTooSlow { .. })));
    assert!(matches!(command(&["sh", "-c", "sleep 600 & sleep 600"], 1), Err(KeyError::CommandTooSlow { .. })));
}

#[test]
fn a_new_key_file_is_private_whole_and_never_in_the_place_of_another() {
    let desk = Desk::new();
    let path = desk.0.path().join("deep/er/.keys");
    let key = keyring::generate(Some("made in a test".to_owned()), jiff::Timestamp::now()).unwrap();
    let id = key.id.clone();
    keyring::create_file(&path, std::slice::from_ref(&key)).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let ring = load(&KeySource::File(path.clone()), &LoadOptions::default()).unwrap();
    assert_eq!((ring.writer().map(|key| &key.id), ring.warnings().len()), (Some(&id), 0));
    assert!(matches!(keyring::create_file(&path, &[key]), Err(KeyError::Exists(_))));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file is left");
}
