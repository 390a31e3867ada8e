//! What a database is and what is in it.

use super::super::inventory;
use super::super::output::Output;
use super::super::session::Session;
use super::super::table;
use crate::database::Counts;
use crate::error::Result;
use crate::secret::escape;
use serde_json::{Value, json};

fn history_words(keeps: bool, counts: &Counts) -> String {
    match (keeps, counts.orphans) {
        (false, _) => "no: see strongroom db init".to_owned(),
        (true, 0) => format!("yes, {}", counts.kept),
        (true, gone) => {
            format!(
                "yes, {}, {gone} of them of users or organisations that are gone (history purge --orphans)",
                counts.kept
            )
        }
    }
}

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
    rows.add_row(["unique index on names", &yes(about.has_unique_index)]);
    rows.add_row(["Strongroom's own tables", &yes(about.has_own_tables)]);
    rows.add_row(["keeps replaced sets", &history_words(about.keeps_history, &counts)]);
    rows.add_row(["organisations", &format!("{} and {} personal", counts.orgs, counts.personal_orgs)]);
    rows.add_row(["users", &counts.users.to_string()]);
    let (shared, lost) = (inventory.shared, counts.without_org);
    rows.add_row(["secrets", &format!("{}, {shared} of them shared, {lost} without an organisation", counts.secrets)]);
    for line in inventory::lines(&inventory, session.config.ring()) {
        rows.add_row(line);
    }
    output.answer(table::text(&rows))?;
    if !inventory.locked_out.is_empty() {
        output
            .warn(&format!("the server cannot load these {} sets, each has a sealed row:", inventory.locked_out.len()));
        for (org, user) in &inventory.locked_out {
            output.note(&format!("  user {} in organisation {}", escape::line(user), escape::line(org)));
        }
    }
    Ok(())
}
