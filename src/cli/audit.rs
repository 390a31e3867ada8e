//! `strongroom audit …`: the trail.

use super::arguments::Global;
use super::output::Output;
use super::session::Session;
use super::table;
use super::words;
use crate::audit::{Trail, foreign_writes};
use crate::database::TrailRow;
use crate::error::Result;
use crate::secret::escape;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// List the records, and where somebody else stored a set in between
    List(ListArgs),
    /// Look at every record, and say which is the first that was changed, removed or moved
    Verify,
    /// Print the head, for a log elsewhere: with it a trail that was rolled back is found
    Head,
}

#[derive(Args)]
pub(super) struct ListArgs {
    /// Only what was done in this organisation, by its id
    #[arg(long, value_name = "ID")]
    org: Option<String>,
    /// Only what was done to this user's secrets, by the user's id
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Only what was done by somebody whose name contains this text
    #[arg(long, value_name = "TEXT")]
    operator: Option<String>,
    /// Only this: unlock, reveal, copy, export, intent, commit, restore, conflict, failure
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
}

impl ListArgs {
    fn takes(&self, row: &TrailRow) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found.is_some_and(|found| found.eq_ignore_ascii_case(wanted)))
        };
        is(&self.org, row.org.as_deref())
            && is(&self.user, row.user.as_deref())
            && is(&self.action, Some(&row.action))
            && self.operator.as_deref().is_none_or(|wanted| row.operator.contains(wanted))
    }
}

pub(super) fn run(command: &AuditCommand, global: &Global, output: &Output) -> Result<()> {
    let mut session = Session::open(global, output)?;
    let trail = session.trail()?;
    match command {
        AuditCommand::List(arguments) => list(&mut session, &trail, arguments, output),
        AuditCommand::Verify => verify(&mut session, &trail, output),
        AuditCommand::Head => {
            let head = trail.head(&mut *session.database)?;
            if output.wants_json() {
                return output.json(&json!({"count": head.count, "mac": head.mac, "tag": head.tag}));
            }
            output.answer(format!("{} {} {}\n", head.count, head.mac, head.tag))
        }
    }
}

fn list(session: &mut Session, trail: &Trail, arguments: &ListArgs, output: &Output) -> Result<()> {
    let rows = trail.rows(&mut *session.database)?;
    let gaps = foreign_writes(&rows);
    let listed: Vec<(&TrailRow, bool)> = rows.iter().zip(gaps).filter(|(row, _)| arguments.takes(row)).collect();
    if output.wants_json() {
        let objects = listed.iter().map(|(row, gap)| object(row, *gap));
        return output.json(&Value::Array(objects.collect()));
    }
    let mut table = table::table(&["NO", "AT", "BY", "ACTION", "ORGANISATION", "USER", "SECRETS", "DETAIL"]);
    for (row, gap) in &listed {
        let text = |text: Option<&str>| escape::line(text.unwrap_or_default()).into_owned();
        if *gap {
            let (action, detail) = words::FOREIGN_WRITE;
            table.add_row(["", "", "", action, &text(row.org.as_deref()), &text(row.user.as_deref()), "", detail]);
        }
        table.add_row([
            row.seq.to_string(),
            row.at.clone(),
            text(Some(&row.operator)),
            text(Some(&row.action)),
            text(row.org.as_deref()),
            text(row.user.as_deref()),
            text(Some(&row.names.join(", "))),
            text(row.detail.as_deref()),
        ]);
    }
    output.answer(table::text(&table))?;
    if listed.is_empty() {
        output.note(words::NO_RECORDS);
    }
    output.note(&words::trail_is_in(trail.place()));
    Ok(())
}

fn object(row: &TrailRow, gap: bool) -> Value {
    json!({
        "seq": row.seq,
        "at": row.at,
        "operator": row.operator,
        "action": row.action,
        "org": row.org,
        "user": row.user,
        "names": row.names,
        "before": row.before,
        "after": row.after,
        "detail": row.detail,
        "db_user": row.db_user,
        "db_address": row.db_address,
        "foreign_write_before": gap,
    })
}

fn verify(session: &mut Session, trail: &Trail, output: &Output) -> Result<()> {
    let verdict = trail.verify(&mut *session.database)?;
    match &verdict.finding {
        None => {
            output.answer(format!("{}\n", words::trail_sound(verdict.records)))?;
            output.note(words::ROLLBACK_NOT_FOUND);
            Ok(())
        }
        Some(finding) => Err(words::tampered(&finding.sentence(), trail.place())),
    }
}
