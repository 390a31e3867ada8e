use super::*;

fn key(id: &str, secret: &str, active: bool, seconds: i64) -> Key {
    Key {
        id: KeyId(id.into()),
        secret: Secret::new(secret),
        active,
        notes: None,
        created_at: Timestamp::from_second(seconds).unwrap(),
    }
}

fn writer(keys: Vec<Key>) -> Option<String> {
    KeyRing::new(keys, KeyOrigin::Nowhere, Vec::new()).writer().map(|key| key.id.0.clone())
}

#[test]
fn the_newest_active_key_writes() {
    let keys = vec![key("a", "1", true, 10), key("b", "2", true, 30), key("c", "3", true, 20)];
    assert_eq!(writer(keys).as_deref(), Some("b"));
    let keys = vec![key("a", "1", true, 10), key("b", "2", false, 30)];
    assert_eq!(writer(keys).as_deref(), Some("a"));
}

#[test]
fn of_equal_times_the_first_writes() {
    let keys = vec![key("a", "1", false, 10), key("b", "2", true, 10), key("c", "3", true, 10)];
    assert_eq!(writer(keys).as_deref(), Some("b"));
}

#[test]
fn of_equal_ids_the_last_counts_in_the_place_of_the_first() {
    let keys = vec![key("a", "1", true, 10), key("b", "2", true, 5), key("a", "3", true, 1)];
    let ring = KeyRing::new(keys, KeyOrigin::Nowhere, Vec::new());
    let known: Vec<_> = ring.keys().iter().map(|key| (key.id.0.as_str(), key.secret.expose())).collect();
    assert_eq!(known, [("a", "3"), ("b", "2")]);
    assert_eq!(ring.warnings(), ["two keys have the id a: only the last of them is used"]);
    assert_eq!(ring.writer().unwrap().id.0, "b");
}

#[test]
fn a_ring_without_an_active_key_warns_and_writes_nothing() {
    let ring = KeyRing::new(vec![key("a", "1", false, 10)], KeyOrigin::Nowhere, Vec::new());
    assert!(ring.writer().is_none());
    assert_eq!(ring.warnings().len(), 1);
    assert!(KeyRing::new(Vec::new(), KeyOrigin::Nowhere, Vec::new()).warnings().is_empty());
}
