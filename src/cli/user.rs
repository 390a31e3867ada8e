//! `strongroom user …`

use super::arguments::Global;
use super::output::Output;
use super::session::Session;
use super::table;
use super::target::OrgArgs;
use super::words;
use crate::database::{UserId, UserQuery};
use crate::error::Result;
use crate::secret::escape;
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// List the users of an organisation: its members, and whoever has secrets there
    List {
        #[command(flatten)]
        org: OrgArgs,
        /// Only those whose e-mail or id contains this text
        #[arg(long, value_name = "TEXT", default_value = "")]
        search: String,
    },
}

pub(super) fn run(command: &UserCommand, global: &Global, output: &Output) -> Result<()> {
    let UserCommand::List { org, search } = command;
    let mut session = Session::open(global, output)?;
    let org = org.find(&mut *session.database)?;
    let query = UserQuery { org: Some(org.id), search: search.clone(), after: None, limit: 0 };
    let users = session.database.users(&query)?.items;
    if output.wants_json() {
        let users = users.iter().map(|user| {
            json!({
                "id": user.id.as_ref().map(UserId::as_str),
                "email": user.email,
                "role": user.role,
                "secrets": user.secrets,
            })
        });
        return output.json(&Value::Array(users.collect()));
    }
    if users.is_empty() {
        output.note(&words::no_users(search));
    }
    let mut rows = table::table(&["E-MAIL", "ROLE", "SECRETS", "ID"]);
    for user in &users {
        let text = |text: &Option<String>, none: &str| {
            text.as_deref().map_or_else(|| none.to_owned(), |text| escape::line(text).into_owned())
        };
        let id = user.id.as_ref().map_or_else(String::new, ToString::to_string);
        rows.add_row([text(&user.email, "–"), text(&user.role, words::NO_MEMBER), user.secrets.to_string(), id]);
    }
    output.answer(table::text(&rows))
}
