//! The transaction that replaces a set.

use super::fixture::{Fixture, names, new_row, personal, replace_all, shared};
use rusqlite::types::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use strongroom::database::{
    Database as _, DatabaseError, Decision, Replaced, Replacement, RowId, Scope, StoredText, UserId,
};

const ACME: &str = "f841d419-96ba-400d-b34c-d7547568bbd4";
const GLOBEX: &str = "fdbf52c1-d46d-4795-90dd-539c88f81c56";
const ADA: &str = "88b3bda3-8baf-45c4-8667-2c2e44fa8197";

/// All tables of the server but `custom_secrets`.
const OTHERS: [&str; 4] = ["role", "org", "\"user\"", "org_member"];

#[test]
fn storing_one_set_changes_no_other_row_of_any_table() {
    let fixture = Fixture::tenant();
    let mut database = fixture.open();
    let scope = personal(ACME, ADA);
    let set: Vec<RowId> = database.rows(&scope).unwrap().iter().map(|row| row.id).collect();
    assert!(set.len() > 3, "the tenant has a set of Ada's to replace");
    let others = |rows: Vec<Vec<Value>>, ids: &[RowId]| -> Vec<Vec<Value>> {
        rows.into_iter().filter(|row| !matches!(row[0], Value::Integer(id) if ids.contains(&RowId(id)))).collect()
    };
    let before = others(fixture.table("custom_secrets"), &set);
    let tables = OTHERS.map(|table| fixture.table(table));

    let stored = replace_all(&mut database, &scope, &["ONE", "TWO"]).unwrap();
    let new: Vec<RowId> = stored.iter().map(|row| row.id).collect();

    assert_eq!(names(&stored), ["ONE", "TWO"]);
    assert_eq!(stored, database.rows(&scope).unwrap());
    assert_eq!(others(fixture.table("custom_secrets"), &new), before);
    assert_eq!(OTHERS.map(|table| fixture.table(table)), tables);
}

#[test]
fn a_kept_row_keeps_its_id_its_bytes_and_its_unknown_columns() {
    let fixture = Fixture::tenant();
    fixture.run(
        "ALTER TABLE custom_secrets ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
         ALTER TABLE custom_secrets ADD COLUMN payload BLOB;
         UPDATE custom_secrets SET version = id * 7, payload = randomblob(9);",
    );
    let mut database = fixture.open();
    let scope = personal(ACME, ADA);
    let first = database.rows(&scope).unwrap()[0].clone();
    let old = fixture.table(&format!("(SELECT *, rowid FROM custom_secrets WHERE id = {})", first.id.0));

    let replaced = database.replace(
        &scope,
        &mut |rows| {
            Decision::Write(Replacement {
                delete: rows[1..].iter().map(|row| row.id).collect(),
                describe: Vec::new(),
                insert: vec![new_row("NEW", "stored")],
                keep: None,
            })
        },
        None,
    );

    let Ok(Replaced::Written(rows)) = replaced else { panic!("{replaced:?}") };
    assert_eq!(names(&rows), [first.name.as_str(), "NEW"]);
    assert_eq!(rows[0], first);
    assert_eq!(fixture.table(&format!("(SELECT *, rowid FROM custom_secrets WHERE id = {})", first.id.0)), old);
}

#[test]
fn abandoning_changes_nothing() {
    let fixture = Fixture::tenant();
    let before = fixture.table("custom_secrets");
    let mut database = fixture.open();
    let mut shown = 0;
    let replaced = database.replace(
        &personal(ACME, ADA),
        &mut |rows| {
            shown = rows.len();
            Decision::Abandon
        },
        None,
    );
    assert!(matches!(replaced, Ok(Replaced::Abandoned)) && shown > 0);
    assert_eq!(fixture.table("custom_secrets"), before);
}

#[test]
fn a_panic_under_the_lock_rolls_back_and_lets_the_lock_go() {
    let fixture = Fixture::tenant();
    let before = fixture.table("custom_secrets");
    let mut database = fixture.open();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _ = database.replace(&personal(ACME, ADA), &mut |_| panic!("on purpose"), None);
    }));
    assert!(panicked.is_err());
    assert_eq!(fixture.table("custom_secrets"), before);
    assert_eq!(names(&replace_all(&mut database, &personal(ACME, ADA), &["X"]).unwrap()), ["X"]);
}

#[test]
fn a_row_of_another_scope_cannot_be_deleted_or_described() {
    let fixture = Fixture::tenant();
    let mut database = fixture.open();
    let other = database.rows(&shared(ACME)).unwrap()[0].id;
    let before = fixture.table("custom_secrets");
    let text = StoredText::new("x".to_owned());
    for replacement in [
        Replacement { delete: vec![other], ..Replacement::default() },
        Replacement { describe: vec![(other, text)], ..Replacement::default() },
    ] {
        let result = database.replace(&personal(ACME, ADA), &mut |_| Decision::Write(replacement.clone()), None);
        assert!(matches!(result, Err(DatabaseError::ReadBack)), "{result:?}");
    }
    assert_eq!(fixture.table("custom_secrets"), before);
}

#[test]
fn a_missing_description_is_filled_in_and_nothing_else_of_its_row() {
    let fixture = Fixture::tenant();
    let mut database = fixture.open();
    let scope = personal(ACME, ADA);
    let before = database.rows(&scope).unwrap();
    let bare = before.iter().position(|row| row.description.is_none()).expect("a row without a description");
    let text = StoredText::new("encrypted empty text".to_owned());

    let replaced = database.replace(
        &scope,
        &mut |rows| {
            Decision::Write(Replacement { describe: vec![(rows[bare].id, text.clone())], ..Replacement::default() })
        },
        None,
    );

    let Ok(Replaced::Written(after)) = replaced else { panic!("{replaced:?}") };
    let mut expected = before.clone();
    expected[bare].description = Some(text.clone());
    assert_eq!(after, expected);

    let described = before.iter().find(|row| row.description.is_some()).unwrap().id;
    let again = database.replace(
        &scope,
        &mut |_| Decision::Write(Replacement { describe: vec![(described, text.clone())], ..Replacement::default() }),
        None,
    );
    assert!(matches!(again, Err(DatabaseError::ReadBack)), "a description that is there is never overwritten");
}

#[test]
fn an_id_is_not_used_again() {
    let fixture = Fixture::tenant();
    let mut database = fixture.open();
    let scope = personal(ACME, ADA);
    let first = replace_all(&mut database, &scope, &["A", "B"]).unwrap();
    let second = replace_all(&mut database, &scope, &["A", "B"]).unwrap();
    assert!(second[0].id > first[1].id);
}

#[test]
fn shared_rows_are_replaced_without_touching_personal_ones() {
    let fixture = Fixture::tenant();
    let mut database = fixture.open();
    let ada = database.rows(&personal(ACME, ADA)).unwrap();
    let globex = database.rows(&shared(GLOBEX)).unwrap();
    let stored = replace_all(&mut database, &shared(ACME), &["NPM_TOKEN", "TWICE", "TWICE"]).unwrap();
    assert_eq!(names(&stored), ["NPM_TOKEN", "TWICE", "TWICE"]);
    assert!(stored.iter().all(|row| row.shared && row.user.is_none()));
    assert_eq!(database.rows(&personal(ACME, ADA)).unwrap(), ada);
    assert_eq!(database.rows(&shared(GLOBEX)).unwrap(), globex);
}

#[test]
fn rows_without_an_org_are_shown_and_never_written() {
    let fixture = Fixture::tenant();
    let mut database = fixture.open();
    let lost = database.rows(&Scope::NoOrg { user: Some(UserId::new(ADA)) }).unwrap();
    let before = fixture.table("custom_secrets");
    for user in [None, Some(UserId::new(ADA))] {
        let result = replace_all(&mut database, &Scope::NoOrg { user }, &["X"]);
        assert!(matches!(result, Err(DatabaseError::NoOrg)));
    }
    assert!(lost.iter().all(|row| row.org.is_none()));
    assert_eq!(fixture.table("custom_secrets"), before);
}

#[test]
fn a_trigger_with_a_mind_of_its_own_is_found_before_the_commit() {
    for (trigger, fails) in [
        ("BEFORE DELETE ON custom_secrets BEGIN SELECT raise(IGNORE); END", true),
        (
            "AFTER INSERT ON custom_secrets BEGIN UPDATE custom_secrets SET secret_value = 'hm' WHERE id = NEW.id; END",
            true,
        ),
        ("BEFORE INSERT ON custom_secrets BEGIN SELECT raise(ABORT, 'CANARY'); END", true),
        ("AFTER INSERT ON custom_secrets BEGIN INSERT INTO log VALUES (NEW.id); END", false),
    ] {
        let fixture = Fixture::tenant();
        fixture.run(&format!("CREATE TABLE log (id INTEGER); CREATE TRIGGER odd {trigger};"));
        let before = fixture.table("custom_secrets");
        let result = replace_all(&mut fixture.open(), &personal(ACME, ADA), &["X"]);
        assert_eq!(result.is_err(), fails, "{trigger}: {result:?}");
        if let Err(error) = result {
            assert!(!error.to_string().contains("CANARY"));
            assert_eq!(fixture.table("custom_secrets"), before);
        }
    }
}
