//! `strongroom org …`

use super::arguments::Global;
use super::output::Output;
use super::session::Session;
use super::table;
use super::words;
use crate::database::{Counting, OrgKind, OrgQuery};
use crate::error::Result;
use crate::secret::escape;
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum OrgCommand {
    /// List organisations with their numbers of users and secrets
    List {
        /// The users' personal organisations too (JSON always has them)
        #[arg(long)]
        personal: bool,
        /// Only those whose name or id contains this text
        #[arg(long, value_name = "TEXT", default_value = "")]
        search: String,
    },
}

pub(super) fn run(command: &OrgCommand, global: &Global, output: &Output) -> Result<()> {
    let OrgCommand::List { personal, search } = command;
    let mut session = Session::open(global, output)?;
    let query = OrgQuery {
        search: search.clone(),
        kind: if *personal || output.wants_json() { OrgKind::Any } else { OrgKind::Company },
        counts: Counting::Exact,
        ..OrgQuery::default()
    };
    let orgs = session.database.orgs(&query)?.items;
    let counts = session.database.counts()?;
    if counts.without_org > 0 {
        output.note(&words::orgless_not_listed(counts.without_org));
    }
    if output.wants_json() {
        let orgs = orgs.iter().map(|org| {
            json!({
                "id": org.id.as_str(),
                "name": org.name,
                "personal": org.personal.is_some(),
                "users": org.users,
                "secrets": org.secrets,
            })
        });
        return output.json(&Value::Array(orgs.collect()));
    }
    if !*personal && counts.personal_orgs > 0 {
        output.note(&words::personal_not_listed(counts.personal_orgs));
    }
    if orgs.is_empty() {
        output.note(&words::no_orgs(search));
    }
    let mut rows = table::table(&["NAME", "USERS", "SECRETS", "ID"]);
    for org in &orgs {
        let count = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        let name = if org.personal.is_some() { org.title() } else { escape::line(&org.name).into_owned() };
        rows.add_row([name, count(org.users), count(org.secrets), org.id.to_string()]);
    }
    output.answer(table::text(&rows))
}
