use super::super::Row;
use super::super::sample::{open, set};
use super::*;
use proptest::prelude::*;

fn reason(text: &str) -> &'static str {
    parse(text).unwrap_err().reason
}

fn described(incoming: &Incoming) -> Option<&str> {
    match &incoming.description {
        Description::Unsaid => Some("unsaid"),
        Description::None => None,
        Description::Text(text) => Some(text.expose()),
    }
}

#[test]
fn both_shapes_are_read() {
    let set = parse(r#"{"A": "1", "B": {"secret": "2"}, "C": {"description": null, "secret": "3"}}"#).unwrap();
    let values: Vec<_> = set.iter().map(|one| (one.name.as_str(), one.value.expose(), described(one))).collect();
    assert_eq!(values, [("A", "1", Some("unsaid")), ("B", "2", Some("unsaid")), ("C", "3", None)]);
    assert!(parse("{}").unwrap().is_empty());
}

#[test]
fn what_is_wrong_is_said_without_quoting_any_of_it() {
    for (text, expected) in [
        (r#"{"A": "CANARY", "A": "CANARY"}"#, "one name stands twice"),
        (r#"{"A": "x", "\u0041": "CANARY"}"#, "one name stands twice"),
        (r#"{"": "CANARY"}"#, "a name is empty or holds a NUL"),
        (r#"{"A": 77}"#, "a value must be a text, or an object with `secret` and `description`"),
        (r#"{"A": true}"#, "a value must be a text, or an object with `secret` and `description`"),
        (r#"{"A": ["CANARY"]}"#, "a value must be a text, or an object with `secret` and `description`"),
        (r#"{"A": null}"#, "a value must be a text, or an object with `secret` and `description`"),
        (r#"{"A": {"secret": 5}}"#, "a value must be a text, or an object with `secret` and `description`"),
        (
            r#"{"A": {"secret": "CANARY", "CANARY": 1}}"#,
            "an object may hold `secret` and `description` only, each once",
        ),
        (
            r#"{"A": {"secret": "1", "secret": "CANARY"}}"#,
            "an object may hold `secret` and `description` only, each once",
        ),
        (r#"{"A": {"description": "CANARY"}}"#, "`secret` is missing"),
        (r#"["CANARY"]"#, "a set is an object of names and secrets"),
        (r#""CANARY""#, "a set is an object of names and secrets"),
        (r#"{"A": "CANARY"#, "this is not JSON"),
        (r#"{"A": "CANARY"} x"#, "this is not JSON"),
        ("", "this is not JSON"),
    ] {
        assert_eq!(reason(text), expected, "{text}");
    }
}

#[test]
fn of_two_rows_with_one_name_the_later_is_written() {
    let set = set(vec![open(1, "A", "old", None), open(2, "B", "b", Some("")), open(3, "A", "new", Some("d"))]);
    let (rows, twice) = exported(&set);
    assert_eq!(twice.len(), 1);
    let text = write(&rows);
    let expected = "{\n  \"B\": {\"secret\": \"b\", \"description\": \"\"},\n  \
                    \"A\": {\"secret\": \"new\", \"description\": \"d\"}\n}\n";
    assert_eq!(text.as_str(), expected);
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(secrets in prop::collection::btree_map("\\PC{1,12}", any::<(String, Option<String>)>(), 0..6)) {
        let rows: Vec<Row> = secrets
            .iter()
            .zip(1..)
            .map(|((name, (value, description)), id)| open(id, name, value, description.as_deref()))
            .collect();
        let set = set(rows);
        let text = write(&set.open_rows().collect::<Vec<_>>());
        let back = parse(&text).unwrap();
        prop_assert_eq!(back.len(), secrets.len());
        for (incoming, (name, (value, description))) in back.iter().zip(&secrets) {
            prop_assert_eq!(incoming.name.as_str(), name);
            prop_assert_eq!(incoming.value.expose(), value);
            prop_assert_eq!(described(incoming), description.as_deref());
        }
    }
}
