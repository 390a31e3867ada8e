//! The steps, drawn: what was found, what will be done, how to go back.

use super::super::super::message::{KeyLine, Opened, Ring};
use super::super::super::screen::Look;
use super::super::super::widgets::text;
use super::super::super::words::{self, rotate as said};
use super::page::{Edge, Page};
use super::steps::Step;
use super::{Choice, Phase, State};
use crate::error::Error;
use crate::keyring::KeyId;
use crate::rotation::{ByKey, Inventory, Progress, Summary};
use crate::secret::escape;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::path::Path;

/// How many companies are listed.
const COMPANIES: usize = 1_000;

/// How many rows of a kind are named.
const NAMED: usize = 20;

pub(super) fn view(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let mut page = Page::new(area, look);
    match &state.phase {
        Phase::Failed(error) => failed(&mut page, state, error),
        Phase::Running { progress, is_paused, .. } => running(&mut page, state, progress, *is_paused),
        Phase::Waiting => page.say(said::WORKING, look.theme.accent),
        Phase::Reading | Phase::Writing { .. } => step(&mut page, state),
    }
    page.draw(&state.position, &edge(state.step), target, area);
}

fn edge(step: Step) -> Edge {
    let (step, title) = match step {
        Step::Inventory => (1, said::INVENTORY),
        Step::Key => (2, said::KEY),
        Step::Servers => (2, said::SERVERS),
        Step::Backup => (3, said::BACKUP),
        Step::DryRun => (4, said::DRY_RUN),
        Step::Rotate => (5, said::ROTATE),
        Step::Verify => (6, said::VERIFY),
        Step::Retire => (7, said::RETIRE),
        Step::Remove => (7, said::REMOVE),
        Step::Summary => (7, said::TICKET),
    };
    Edge { step, title }
}

fn step(page: &mut Page<'_>, state: &State) {
    match (state.step, &state.phase) {
        (Step::Inventory, _) => inventory(page, state),
        (Step::Key, Phase::Writing { hidden }) => write_key(page, state, *hidden),
        (Step::Key, _) => choose_key(page, state),
        (Step::Servers, _) => servers(page, state),
        (Step::Backup, _) => backup(page, state),
        (Step::DryRun, _) => dry_run(page, state),
        (Step::Rotate, _) => match &state.done {
            None => rotate(page, state),
            Some(done) => rotated(page, done),
        },
        (Step::Verify, _) => verify(page, state),
        (Step::Retire, _) => retire(page, state),
        (Step::Remove, _) => remove(page, state),
        (Step::Summary, _) => summary(page, state),
    }
}

fn failed(page: &mut Page<'_>, state: &State, error: &Error) {
    page.say(&said::stopped(&error.message), page.look().theme.bad);
    for hint in &error.hints {
        page.tell(hint);
    }
    if state.step == Step::Rotate {
        page.gap();
        page.tell(said::NOTHING_HALF_DONE);
        page.on(said::RESUME);
    } else {
        page.on(said::TRY_AGAIN);
    }
}

fn running(page: &mut Page<'_>, state: &State, progress: &Progress, is_paused: bool) {
    let theme = page.look().theme;
    let whole = state.inventory.as_ref().map_or(progress.read, |inventory| {
        inventory.secrets.rows
            + inventory.columns.iter().filter(|column| column.rotates).map(|column| column.tally.rows).sum::<u64>()
    });
    let what = match state.step {
        Step::Rotate => said::ROTATING,
        Step::Verify => said::VERIFYING,
        _ => said::REHEARSING,
    };
    page.say(&said::under_way(what, progress), theme.accent);
    page.gap();
    page.bar(said::ROWS_READ, progress.read, whole.max(progress.read), theme.good);
    page.gap();
    page.tell(&said::rate(progress, whole));
    page.tell(&said::so_far(progress));
    page.on(if is_paused { said::PAUSED } else { said::RUNNING });
}

fn inventory(page: &mut Page<'_>, state: &State) {
    let (Some(inventory), Some(ring)) = (&state.inventory, &state.ring) else { return };
    secrets(page, inventory, ring);
    page.gap();
    columns(page, inventory);
    page.gap();
    orgs(page, inventory);
    page.on(said::TO_THE_KEY);
}

fn secrets(page: &mut Page<'_>, inventory: &Inventory, ring: &Ring) {
    let theme = page.look().theme;
    let secrets = &inventory.secrets;
    page.say(&said::secrets_by_key(secrets.rows), theme.accent);
    let opens = |key: &KeyLine| secrets.by_key.get(&key.id.0).copied().unwrap_or_default();
    for key in &ring.keys {
        page.bar(&described(key), opens(key), secrets.rows, if key.writes { theme.good } else { theme.warning });
    }
    page.bar(said::SEALED, secrets.sealed, secrets.rows, theme.bad);
    let formats: Vec<String> = secrets.by_format.iter().map(|(name, count)| format!("{count} {name}")).collect();
    page.tell(&said::by_format(&formats));
    for key in ring.keys.iter().filter(|key| !key.is_active && opens(key) > 0) {
        page.say(&said::only_retired(&key.id, opens(key)), theme.warning);
    }
}

fn described(key: &KeyLine) -> String {
    let days = Timestamp::now().duration_since(key.created_at).as_hours() / 24;
    let state = match (key.writes, key.is_active) {
        (true, _) => said::WRITES,
        (false, true) => said::ACTIVE,
        (false, false) => said::READS_ONLY,
    };
    said::key(&short(&key.id.0), state, days)
}

fn columns(page: &mut Page<'_>, inventory: &Inventory) {
    for column in inventory.columns.iter().filter(|column| column.tally.rows > column.tally.null) {
        let holds = [under(&column.tally.by_key), said::not_open(&column.tally)].concat().join(", ");
        page.tell(&said::column(&column.name, &holds, column.rotates));
    }
    if let Some(key) = &inventory.trail_key {
        page.tell(&said::trail_key(&short(key)));
    }
    if !inventory.hidden.is_empty() {
        page.say(&said::hidden(&inventory.hidden), page.look().theme.warning);
    }
}

fn orgs(page: &mut Page<'_>, inventory: &Inventory) {
    let theme = page.look().theme;
    let orgs = &inventory.orgs;
    page.tell(said::BY_ORG);
    for (title, by_key) in [(said::PERSONAL, &orgs.personal), (said::NO_ORG, &orgs.none)] {
        if !by_key.is_empty() {
            page.say(&said::org(title, &under(by_key)), theme.dim);
        }
    }
    for company in orgs.companies.iter().take(COMPANIES) {
        page.say(&said::org(&company.title(), &under(&company.by_key)), theme.dim);
    }
    if orgs.companies.len() > COMPANIES {
        page.tell(&said::more_orgs(orgs.companies.len() - COMPANIES));
    }
}

fn under(by_key: &ByKey) -> Vec<String> {
    by_key.iter().map(|(key, count)| said::under(&short(key), *count)).collect()
}

/// An id, as far as it fits into a sentence.
fn short(id: &str) -> String {
    let id = escape::line(id);
    if text::width(&id) > 16 { format!("{}…", text::prefix(&id, 15)) } else { id.into_owned() }
}

fn choose_key(page: &mut Page<'_>, state: &State) {
    page.say(said::WHICH_KEY, page.look().theme.accent);
    for (at, choice) in state.choices().iter().enumerate() {
        let words = match choice {
            Choice::Generate => said::GENERATE.to_owned(),
            Choice::File => said::FROM_FILE.to_owned(),
            Choice::Type => said::TYPED.to_owned(),
            Choice::InRing(id) => said::in_ring(id),
        };
        page.choice(&words, at == state.position.scroll.selected());
    }
    page.gap();
    if let Some(ring) = &state.ring {
        match &ring.file {
            Some(file) => page.tell(&said::added_to(file)),
            None => page.tell(&said::into_new_file(ring.origin)),
        }
        if ring.is_protected {
            page.say(said::PROTECTED, page.look().theme.warning);
        }
    }
    page.back(said::BACK_FROM_KEY);
}

fn write_key(page: &mut Page<'_>, state: &State, is_hidden: bool) {
    page.on(if is_hidden { said::TYPE_SECRET } else { said::NAME_FILE });
    if is_hidden {
        page.typed(&page.look().mask().repeat(usize::from(!state.input.is_empty())));
    } else {
        page.typed(&escape::line(&state.input));
    }
}

fn servers(page: &mut Page<'_>, state: &State) {
    let theme = page.look().theme;
    if let Some(id) = &state.target {
        page.say(&said::new_key(id), theme.good);
    }
    if let Some(added) = &state.added {
        page.tell(&said::stands_in(&added.file));
        if added.is_new_file {
            page.say(said::NEW_FILE, theme.warning);
        }
    }
    if state.is_protected() {
        page.say(said::GIVE_KEY, theme.warning);
    } else {
        page.say(said::GIVE_FILE, theme.accent);
    }
    page.gap();
    page.tell(said::WHY_SERVERS);
    if let Some(kept) = state.added.as_ref().and_then(|added| added.kept.as_deref()) {
        page.tell(&said::file_before(kept));
    }
    page.back(said::BACK_FROM_SERVERS);
    page.on(said::DO_SERVERS_READ);
    page.typed(&escape::line(&state.input));
}

fn backup(page: &mut Page<'_>, state: &State) {
    let is_server = page.look().opened.about.role.is_some();
    page.tell(if is_server { said::BACKUP_AS_SQL } else { said::BACKUP_AS_COPY });
    page.back(said::BACK_FROM_BACKUP);
    page.on(said::NAME_BACKUP);
    page.typed(&escape::line(&state.input));
}

fn dry_run(page: &mut Page<'_>, state: &State) {
    let Some(plan) = &state.plan else { return };
    page.say(&said::would_rotate(plan), page.look().theme.good);
    places(page, plan);
    page.tell(&said::took(plan));
    named(page, said::STAYS_SEALED, &plan.sealed_rows, plan.sealed);
    named(page, said::STAYS_PLAIN, &plan.plain_rows, plan.plain);
    page.back(said::BACK_FROM_DRY_RUN);
    page.on(said::TO_THE_ROTATION);
}

fn places(page: &mut Page<'_>, summary: &Summary) {
    for (place, count) in &summary.by_place {
        page.tell(&said::in_place(place, *count));
    }
}

fn named(page: &mut Page<'_>, what: &str, rows: &[String], count: u64) {
    let style = page.look().theme.warning;
    let shown = rows.iter().take(NAMED);
    let left = count.saturating_sub(u64::try_from(shown.len()).unwrap_or_default());
    for row in shown {
        page.say(&said::named(row, what), style);
    }
    if left > 0 {
        page.say(&said::more_rows(left), style);
    }
}

fn rotate(page: &mut Page<'_>, state: &State) {
    let theme = page.look().theme;
    page.say(&said::everything_to(target(state)), theme.accent);
    match state.ring.as_ref().and_then(|ring| ring.file.as_deref()) {
        Some(file) if state.is_protected() => page.say(&said::becomes_active_here(file), theme.warning),
        Some(file) => page.tell(&said::becomes_active(file)),
        None => page.tell(said::STAYS_AS_IT_IS),
    }
    if state.inventory.as_ref().is_some_and(|inventory| inventory.has_default_only) {
        page.say(said::DEFAULT_ONLY, theme.warning);
    }
    page.tell(said::SERVERS_GO_ON);
    page.back(said::BACK_FROM_ROTATION);
    if let (Phase::Writing { .. }, Some(word)) = (&state.phase, &page.look().opened.confirm) {
        page.on(&words::guarded(word));
        page.typed(&escape::line(&state.input));
    } else {
        page.on(said::BEGIN);
    }
}

fn target(state: &State) -> String {
    state.target.as_ref().map_or_else(String::new, KeyId::to_string)
}

fn rotated(page: &mut Page<'_>, done: &Summary) {
    page.say(&said::rotated(done), page.look().theme.good);
    places(page, done);
    named(page, said::STAYS_SEALED, &done.sealed_rows, done.sealed);
    page.back(said::BACK_FROM_ROTATED);
    page.on(said::TO_THE_VERIFICATION);
}

fn verify(page: &mut Page<'_>, state: &State) {
    let theme = page.look().theme;
    let Some(found) = &state.verified else { return };
    if found.turned == 0 {
        page.say(&said::opens_alone(found), theme.good);
    } else {
        page.say(&said::not_under(found.turned), theme.bad);
        named(page, said::IS_NOT_UNDER, &found.pending_rows, found.turned);
    }
    if let Some(key) = &found.trail_key {
        page.say(&said::trail_not_under(key), theme.bad);
    }
    named(page, said::IS_SEALED, &found.sealed_rows, found.sealed);
    named(page, said::IS_PLAIN, &found.plain_rows, found.plain);
    page.back(said::BACK_FROM_VERIFICATION);
    page.on(said::TO_THE_OLD_KEYS);
}

fn retire(page: &mut Page<'_>, state: &State) {
    let theme = page.look().theme;
    if !state.is_clean() {
        let needs_rows = state.verified.as_ref().is_none_or(|found| found.turned > 0);
        page.say(if needs_rows { said::STILL_NEEDED } else { said::TRAIL_NEEDS_KEY }, theme.warning);
        page.on(said::TO_THE_TICKET);
        return;
    }
    page.say(said::RETIRE_ALL, theme.accent);
    if state.is_protected() {
        page.say(said::CHANGE_THEIRS, theme.warning);
    } else {
        page.tell(said::FILE_AGAIN);
    }
    page.back(said::BACK_FROM_RETIREMENT);
    page.on(said::DO_RETIRE);
}

fn remove(page: &mut Page<'_>, state: &State) {
    let theme = page.look().theme;
    for sentence in &state.removed {
        page.say(sentence, theme.good);
    }
    page.say(said::RETIRED, theme.good);
    page.gap();
    if let Some((id, rows)) = &state.halves {
        page.say(&said::opens_halves(id, *rows), theme.warning);
    }
    page.tell(said::HOW_TO_REMOVE);
    for key in state.ring.iter().flat_map(|ring| &ring.keys).filter(|key| Some(&key.id) != state.target.as_ref()) {
        page.tell(&format!("  {}", key.id));
    }
    page.tell(said::HOW_TO_DELETE_COPIES);
    page.on(said::END_BY_NOTHING);
    page.typed(&escape::line(&state.input));
}

fn summary(page: &mut Page<'_>, state: &State) {
    page.say(said::FOR_THE_TICKET, page.look().theme.accent);
    for sentence in ticket(state, page.look().opened) {
        page.tell(&sentence);
    }
    page.on(said::COPY_OR_LEAVE);
}

/// What is worth keeping with the ticket, a line a sentence.
pub(super) fn ticket(state: &State, opened: &Opened) -> Vec<String> {
    let mut lines = match &state.done {
        None => vec![said::untouched(&opened.about.location)],
        Some(done) => vec![said::database(&opened.about.location, &target(state)), said::came_to(done)],
    };
    let places = state.done.iter().flat_map(|done| &done.by_place);
    lines.extend(places.map(|(place, count)| said::in_place(place, *count)));
    lines.extend(state.backup.as_deref().map(said::backup as fn(&Path) -> String));
    lines.extend(state.removed.iter().cloned());
    lines.extend([said::OLD_COPIES, said::LEAKED, said::INSIDE_JSON].map(str::to_owned));
    lines
}
