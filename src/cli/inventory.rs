//! What is encrypted under which key, for people and for machines.

use super::session::Session;
use super::words;
use crate::error::Result;
use crate::keyring::KeyRing;
use crate::rotation::{ByKey, ByOrg, Inventory, Plan, Tally};
use crate::secret::escape;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Looks at every row.
///
/// # Errors
/// The database fails, or the profile names a column that does not exist.
pub(super) fn take(session: &mut Session) -> Result<Inventory> {
    let plan = Plan::find(&mut *session.database, &session.settings.rotation)?;
    Ok(Inventory::take(&mut *session.database, session.config.cipher(), &plan)?)
}

/// The members of a JSON answer.
pub(super) fn members(inventory: &Inventory, ring: &KeyRing) -> Map<String, Value> {
    let secrets = &inventory.secrets;
    let locked_out: Vec<Value> =
        inventory.locked_out.iter().map(|(org, user)| json!({"org": org, "user": user})).collect();
    let ByOrg { companies, personal, none } = &inventory.orgs;
    let companies = companies.iter().map(|org| json!({"org": org.id.as_str(), "name": org.name, "by_key": org.by_key}));
    let none = (!none.is_empty()).then(|| json!({"org": "", "name": null, "by_key": none}));
    let orgs: Vec<Value> = companies.chain(none).collect();
    let columns: Vec<Value> = inventory
        .columns
        .iter()
        .map(|column| {
            let Tally { rows, by_format, by_key, sealed, plain, null: empty, .. } = &column.tally;
            json!({
                "name": column.name, "rotates": column.rotates, "rows": rows, "by_format": by_format,
                "by_key": by_key, "sealed": sealed, "plain": plain, "empty": empty,
            })
        })
        .collect();
    let keys: Vec<Value> = ring
        .keys()
        .iter()
        .map(|key| {
            let (needed, half) = inventory.need(&key.id);
            json!({
                "id": key.id.0, "active": key.active, "created_at": key.created_at.to_string(),
                "writes": ring.writer().is_some_and(|writer| writer.id == key.id),
                "opens": needed, "opens_halves": half,
            })
        })
        .collect();
    let members = json!({
        "shared": inventory.shared,
        "sealed": secrets.sealed,
        "by_format": secrets.by_format,
        "by_key": secrets.by_key,
        "by_org": orgs,
        "in_personal_orgs": {"rows": personal.values().sum::<u64>(), "by_key": personal},
        "columns": columns,
        "keys": keys,
        "hidden": inventory.hidden,
        "trail_key": inventory.trail_key,
        "locked_out": locked_out,
    });
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Lines of a table: what, how many.
pub(super) fn lines(inventory: &Inventory, ring: &KeyRing) -> Vec<[String; 2]> {
    let secrets = &inventory.secrets;
    let mut lines = Vec::new();
    for (format, count) in &secrets.by_format {
        lines.push([format!("  as {format}"), count.to_string()]);
    }
    for (key, count) in &secrets.by_key {
        lines.push([format!("  {}", words::under_key(key)), format!("{count}{}", said_of(key, ring))]);
    }
    lines.push(["  sealed".to_owned(), secrets.sealed.to_string()]);
    for column in &inventory.columns {
        let tally = &column.tally;
        if tally.rows == tally.null {
            continue;
        }
        let under = tally.by_key.iter().map(|(key, count)| format!("{count} under {}", escape::line(key)));
        let mut parts: Vec<String> = under.collect();
        for (count, what) in [(tally.sealed, "sealed"), (tally.plain, words::NOT_ENCRYPTED)] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        if !column.rotates {
            parts.push(words::NOT_ROTATED.to_owned());
        }
        lines.push([escape::line(&column.name).into_owned(), parts.join(", ")]);
    }
    if !inventory.hidden.is_empty() {
        lines.push([words::NOT_READABLE.to_owned(), escape::line(&inventory.hidden.join(", ")).into_owned()]);
    }
    if let Some(key) = &inventory.trail_key {
        lines.push([words::TRAIL_KEY.to_owned(), format!("under {}", escape::line(key))]);
    }
    lines
}

/// Lines of a table: whose, how many under which key.
pub(super) fn lines_of_orgs(inventory: &Inventory) -> Vec<[String; 2]> {
    let ByOrg { companies, personal, none } = &inventory.orgs;
    let line = |title: &str, by_key: &ByKey| {
        let parts: Vec<String> =
            by_key.iter().map(|(key, count)| words::rotate::under_or_sealed(key, *count)).collect();
        [title.to_owned(), parts.join(", ")]
    };
    let companies = companies.iter().map(|company| line(&company.title(), &company.by_key));
    let others = [(words::rotate::PERSONAL, personal), (words::rotate::NO_ORG, none)];
    let others = others.into_iter().filter(|(_, by_key)| !by_key.is_empty());
    companies.chain(others.map(|(title, by_key)| line(title, by_key))).collect()
}

/// What is worth knowing about a key beside its count.
fn said_of(id: &str, ring: &KeyRing) -> String {
    let Some(key) = ring.keys().iter().find(|key| key.id.0 == id) else { return String::new() };
    let days = Timestamp::now().duration_since(key.created_at).as_hours() / 24;
    let writes = ring.writer().is_some_and(|writer| writer.id == key.id);
    format!(" {}", words::key_state(writes, key.active, days))
}
