//! What a database is and what is in it.

use super::super::output::Output;
use super::super::session::Session;
use super::super::table;
use crate::cipher::Cipher;
use crate::database::{Counts, StoredRow};
use crate::error::Result;
use crate::secret::escape;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of the whole table by what they are.
#[derive(Default)]
struct Inventory {
    by_format: BTreeMap<&'static str, u64>,
    by_key: BTreeMap<String, u64>,
    sealed: u64,
    shared: u64,
    /// (org, user) of the personal sets that the server cannot load: each has a sealed row.
    locked_out: BTreeSet<(String, String)>,
}

impl Inventory {
    fn count(&mut self, cipher: &Cipher, row: &StoredRow) {
        self.shared += u64::from(row.shared);
        let described = row.description.as_ref().is_none_or(|text| cipher.open(text).is_some());
        match cipher.open(&row.value) {
            Some(opened) if described => {
                *self.by_format.entry(opened.format.name()).or_default() += 1;
                *self.by_key.entry(opened.key.0).or_default() += 1;
            }
            Some(_) | None => {
                self.sealed += 1;
                if let (Some(org), Some(user), false) = (&row.org, &row.user, row.shared) {
                    self.locked_out.insert((org.as_str().to_owned(), user.as_str().to_owned()));
                }
            }
        }
    }
}

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
    let cipher = session.config.cipher();
    let mut inventory = Inventory::default();
    session.database.scan(&mut |row| inventory.count(cipher, &row))?;
    let counts = session.database.counts()?;
    let about = session.database.about();
    if output.wants_json() {
        let locked_out: Vec<Value> =
            inventory.locked_out.iter().map(|(org, user)| json!({"org": org, "user": user})).collect();
        return output.json(&json!({
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
            "shared": inventory.shared,
            "sealed": inventory.sealed,
            "by_format": inventory.by_format,
            "by_key": inventory.by_key,
            "locked_out": locked_out,
        }));
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
    for (format, count) in &inventory.by_format {
        rows.add_row([format!("  as {format}"), count.to_string()]);
    }
    for (key, count) in &inventory.by_key {
        rows.add_row([format!("  under key {}", escape::line(key)), count.to_string()]);
    }
    rows.add_row(["  sealed", &inventory.sealed.to_string()]);
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
