//! What a database is and what is in it.

use super::super::inventory;
use super::super::output::Output;
use super::super::session::Session;
use super::super::table;
use super::super::words;
use crate::error::Result;
use serde_json::{Value, json};

pub(super) fn run(session: &mut Session, output: &Output) -> Result<()> {
    let inventory = inventory::take(session)?;
    let counts = session.database.counts()?;
    let about = session.database.about();
    if output.wants_json() {
        let about = json!({
            "engine": about.engine,
            "location": about.location,
            "role": about.role,
            "transport": about.transport.word(),
            "read_only": about.read_only,
            "shared_secrets": about.has_shared,
            "unique_index": about.has_unique_index,
            "own_tables": about.has_own_tables,
            "orgs": counts.orgs,
            "personal_orgs": counts.personal_orgs,
            "users": counts.users,
            "secrets": counts.secrets,
            "without_org": counts.without_org,
            "kept_sets": counts.kept,
            "orphaned_sets": counts.orphans,
        });
        let mut members = inventory::members(&inventory, session.config.ring());
        members.extend(about.as_object().cloned().unwrap_or_default());
        return output.json(&Value::Object(members));
    }
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let mut rows = table::table(&["DATABASE", &about.location]);
    rows.add_row(["engine", &about.engine]);
    if let Some(role) = &about.role {
        rows.add_row(["role", role]);
        rows.add_row(["connection", about.transport.word()]);
    }
    rows.add_row(["takes writes", &about.read_only.as_ref().map_or("yes".to_owned(), |why| format!("no: {why}"))]);
    rows.add_row(["shared secrets", &yes(about.has_shared)]);
    rows.add_row([words::UNIQUE_INDEX, &yes(about.has_unique_index)]);
    rows.add_row([words::OWN_TABLES, &yes(about.has_own_tables)]);
    rows.add_row([words::KEEPS_SETS, &words::kept_sets(about.keeps_history, &counts)]);
    rows.add_row(["organisations", &words::organisations(&counts)]);
    rows.add_row(["users", &counts.users.to_string()]);
    rows.add_row(["secrets", &words::secrets(&counts, inventory.shared)]);
    for line in inventory::lines(&inventory, session.config.ring()) {
        rows.add_row(line);
    }
    output.answer(table::text(&rows))?;
    if !inventory.locked_out.is_empty() {
        output.warn(&words::not_loaded(inventory.locked_out.len()));
        for (org, user) in &inventory.locked_out {
            output.note(&words::not_loaded_set(user, org));
        }
    }
    Ok(())
}
