//! The steps, drawn: what was found, what will be done, how to go back.

use super::super::super::message::{KeyLine, Opened};
use super::super::super::screen::Look;
use super::super::super::widgets::{frame, text};
use super::{Choice, Phase, State, Step, shown};
use crate::rotation::{Progress, Summary, Tally};
use crate::secret::escape;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// How far a step can be scrolled, in lines.
pub(super) const HEIGHT: usize = 200;

/// What is written on the screen, line by line.
struct Page<'p> {
    lines: Vec<Line<'static>>,
    width: usize,
    look: &'p Look<'p>,
}

impl Page<'_> {
    fn say(&mut self, sentence: &str, style: Style) {
        let sentence = text::spelled(sentence, self.look.theme.plain);
        let wrapped = text::wrap(&sentence, self.width.saturating_sub(2));
        self.lines.extend(wrapped.into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), style))));
    }

    fn tell(&mut self, sentence: &str) {
        self.say(sentence, self.look.theme.text);
    }

    fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// `label` and a bar of `part` in `whole`.
    fn bar(&mut self, label: &str, part: u64, whole: u64, style: Style) {
        let theme = self.look.theme;
        let room = (self.width / 3).clamp(4, 40);
        let filled = filled(part, whole, room);
        let (full, empty) = if theme.plain { ("#", ".") } else { ("█", "░") };
        let label = text::pad(&text::spelled(label, theme.plain), (self.width / 2).clamp(12, 48), theme.plain);
        let bar = format!("{}{}", full.repeat(filled), empty.repeat(room - filled));
        self.lines.push(Line::from(vec![
            Span::styled(format!(" {label} "), theme.text),
            Span::styled(bar, style),
            Span::styled(format!(" {part}"), theme.text),
        ]));
    }

    fn back(&mut self, sentence: &str) {
        self.gap();
        self.say(sentence, self.look.theme.dim);
    }
}

fn filled(part: u64, whole: u64, room: usize) -> usize {
    let room = u64::try_from(room).unwrap_or_default();
    let filled = (part.min(whole) * room).checked_div(whole).unwrap_or_default();
    // What there is shows, however little it is.
    usize::try_from(if part > 0 { filled.max(1) } else { filled }).unwrap_or_default()
}

pub(super) fn view(state: &State, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let (number, name) = title(state.step);
    let block =
        frame::boxed(&format!("Key rotation: {name}"), &format!("step {number} of 7"), area.width, theme.accent, theme);
    let inner = block.inner(area);
    target.render_widget(block, area);
    let mut page = Page { lines: Vec::new(), width: usize::from(inner.width), look };
    match &state.phase {
        Phase::Failed(error) => failed(&mut page, state, error),
        Phase::Running { progress, is_paused, .. } => running(&mut page, state, progress, *is_paused),
        Phase::Waiting => page.say("working…", theme.accent),
        Phase::Reading | Phase::Writing { .. } => step(&mut page, state),
    }
    let height = usize::from(inner.height);
    let last = page.lines.len().saturating_sub(height);
    let from = if state.is_choosing() { 0 } else { state.scroll.selected().min(last) };
    let lines: Vec<Line<'_>> = page.lines.into_iter().skip(from).take(height).collect();
    target.render_widget(Paragraph::new(lines), inner);
}

fn title(step: Step) -> (u8, &'static str) {
    match step {
        Step::Inventory => (1, "what is there"),
        Step::Key => (2, "the new key"),
        Step::Servers => (2, "the servers"),
        Step::Backup => (3, "a backup"),
        Step::DryRun => (4, "dry run"),
        Step::Rotate => (5, "rotate"),
        Step::Verify => (6, "verify"),
        Step::Retire => (7, "retire the old keys"),
        Step::Remove => (7, "remove old keys"),
        Step::Summary => (7, "for the ticket"),
    }
}

fn step(page: &mut Page<'_>, state: &State) {
    match state.step {
        Step::Inventory => inventory(page, state),
        Step::Key => key(page, state),
        Step::Servers => servers(page, state),
        Step::Backup => backup(page, state),
        Step::DryRun => dry_run(page, state),
        Step::Rotate => rotate(page, state),
        Step::Verify => verify(page, state),
        Step::Retire => retire(page, state),
        Step::Remove => remove(page, state),
        Step::Summary => summary(page, state),
    }
}

fn failed(page: &mut Page<'_>, state: &State, error: &crate::error::Error) {
    let theme = page.look.theme;
    page.say(&format!("It stopped: {}.", error.message), theme.bad);
    for hint in &error.hints {
        page.tell(hint);
    }
    page.gap();
    if state.step == Step::Rotate {
        page.tell("Nothing is half done: each row is under the old key or the new one, and both are read.");
    }
    page.say("enter tries again, esc goes back.", theme.accent);
}

fn running(page: &mut Page<'_>, state: &State, progress: &Progress, is_paused: bool) {
    let theme = page.look.theme;
    let whole = state.inventory.as_ref().map_or(progress.read, |inventory| {
        inventory.secrets.rows
            + inventory.columns.iter().filter(|column| column.rotates).map(|column| column.tally.rows).sum::<u64>()
    });
    let what = match state.step {
        Step::Rotate => "Rotating",
        Step::Verify => "Verifying",
        _ => "Rehearsing",
    };
    page.say(&format!("{what}: {}, pass {}", escape::line(&progress.place), progress.pass), theme.accent);
    page.gap();
    page.bar("rows read", progress.read, whole.max(progress.read), theme.good);
    page.gap();
    let left =
        progress.left(whole).map_or_else(String::new, |left| format!(", {} s left in this pass", left.as_secs()));
    page.tell(&format!("{:.0} rows a second{left}", progress.rate()));
    page.tell(&format!("{} under the new key, {} sealed", progress.turned, progress.sealed));
    page.gap();
    if is_paused {
        page.say("Paused between two batches. space goes on, esc stops.", theme.warning);
    } else {
        page.say("space pauses, esc stops. What is done stays done.", theme.accent);
    }
}

fn inventory(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    let (Some(inventory), Some(ring)) = (&state.inventory, &state.ring) else { return };
    let secrets = &inventory.secrets;
    page.say(
        &format!("{} secrets in {} organisations, by the key that opens them:", secrets.rows, inventory.orgs.len()),
        theme.accent,
    );
    for key in &ring.keys {
        let count = secrets.by_key.get(&key.id.0).copied().unwrap_or_default();
        page.bar(&described(key), count, secrets.rows, if key.writes { theme.good } else { theme.warning });
    }
    page.bar("sealed: no known key opens them", secrets.sealed, secrets.rows, theme.bad);
    let formats: Vec<String> = secrets.by_format.iter().map(|(name, count)| format!("{count} {name}")).collect();
    page.tell(&format!("By format: {}.", formats.join(", ")));
    let retired = ring.keys.iter().filter(|key| !key.is_active && secrets.by_key.contains_key(&key.id.0));
    for key in retired {
        page.say(
            &format!(
                "Only the retired key {} opens {} of them.",
                key.id,
                secrets.by_key.get(&key.id.0).copied().unwrap_or_default()
            ),
            theme.warning,
        );
    }
    page.gap();
    for column in inventory.columns.iter().filter(|column| column.tally.rows > column.tally.null) {
        let rotates = if column.rotates { "" } else { ", not rotated by this profile" };
        page.tell(&format!("{}: {}{rotates}", escape::line(&column.name), counted(&column.tally)));
    }
    if !inventory.hidden.is_empty() {
        page.say(&format!("This role may not read {}.", escape::line(&inventory.hidden.join(", "))), theme.warning);
    }
    page.gap();
    for (org, by_key) in inventory.orgs.iter().take(50) {
        let org = if org.is_empty() { "(no org)".to_owned() } else { escape::line(org).into_owned() };
        let keys = by_key.iter().map(|(key, count)| match key.as_str() {
            "" => format!("{count} sealed"),
            key => format!("{count} {}", short(key)),
        });
        page.say(&format!("{org}: {}", keys.collect::<Vec<_>>().join(", ")), theme.dim);
    }
    page.gap();
    page.say("enter: choose the key to rotate to. Nothing is written before step 5.", theme.accent);
}

fn counted(tally: &Tally) -> String {
    let under = tally.by_key.iter().map(|(key, count)| format!("{count} under {}", short(key)));
    let others = [(tally.sealed, "sealed"), (tally.plain, "not encrypted")];
    let others = others.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    under.chain(others).collect::<Vec<_>>().join(", ")
}

/// An id, as far as it fits into a sentence.
fn short(id: &str) -> String {
    let id = escape::line(id);
    if text::width(&id) > 16 { format!("{}…", text::prefix(&id, 15)) } else { id.into_owned() }
}

fn described(key: &KeyLine) -> String {
    let days = Timestamp::now().duration_since(key.created_at).as_hours() / 24;
    let state = match (key.writes, key.is_active) {
        (true, _) => "writes",
        (false, true) => "active",
        (false, false) => "reads only",
    };
    format!("{} ({state}, {days} days old)", short(&key.id.0))
}

fn key(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    if let Phase::Writing { hidden } = state.phase {
        let sentence = if hidden {
            "Type or paste the key secret; it is not shown."
        } else {
            "The path of a file with one key in it; or ! and a command that prints the key, as in: !op read op://vault/key"
        };
        page.say(sentence, theme.accent);
        let typed = if hidden {
            page.look.mask().repeat(usize::from(!state.input.is_empty()))
        } else {
            escape::line(&state.input).into_owned()
        };
        page.tell(&format!("> {typed}"));
        return;
    }
    page.say("Which key is everything to come under?", theme.accent);
    for (at, choice) in state.choices().iter().enumerate() {
        let words = match choice {
            Choice::Generate => "a new one: 32 random bytes".to_owned(),
            Choice::File => "one from a file or a command".to_owned(),
            Choice::Type => "one that I type or paste".to_owned(),
            Choice::InRing(id) => format!("{id}, which is in the ring"),
        };
        let is_selected = at == state.scroll.selected();
        let pointer = if is_selected { theme.pointer() } else { " " };
        let style = if is_selected { theme.selected } else { theme.text };
        let line = text::pad(&format!("{pointer} {words}"), page.width, theme.plain);
        page.lines.push(Line::from(Span::styled(line, style)));
    }
    page.gap();
    let ring = state.ring.as_ref();
    match ring.and_then(|ring| ring.file.as_ref()) {
        Some(file) => page.tell(&format!("It is added to {} to read only; the old file stays beside it.", shown(file))),
        None => page.tell(&format!(
            "The ring comes from {}, which is never rewritten: a new .keys with all keys is made, and this console goes on with it.",
            ring.map_or("nowhere", |ring| ring.origin)
        )),
    }
    page.back("The way back: remove the new key again; nothing is encrypted under it yet.");
}

fn servers(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    if let Some(id) = &state.target {
        page.say(&format!("The new key is {id}. It reads only, until step 5."), theme.good);
    }
    if let Some(added) = &state.added {
        page.tell(&format!("It stands in {}.", shown(&added.file)));
        if let Some(kept) = &added.kept {
            page.tell(&format!("The file before is {}.", shown(kept)));
        }
        if added.is_new_file {
            page.say(
                "This is a new file: each server has to read it, and the old key has to stand in it under the id that it has now, or its JWEs are lost. A server with JWT_SECRET set knows that key alone: drop the variable there.",
                theme.warning,
            );
        }
    }
    page.gap();
    page.say("Now give the key file to every server, and restart each of them.", theme.accent);
    page.tell("A server that does not read the new key can't load a user's set once one of its rows is rotated. First every server reads both keys, then the rows turn.");
    page.gap();
    page.say("Does every server read the new key? Type yes and press enter.", theme.accent);
    page.tell(&format!("> {}", escape::line(&state.input)));
    page.back("The way back: nothing is written yet; esc goes back to the choice of the key.");
}

fn backup(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    let is_server = page.look.opened.about.role.is_some();
    page.say("A backup of what is about to be rotated goes into this new file, for you alone to read:", theme.accent);
    page.tell(&format!("> {}", escape::line(&state.input)));
    page.gap();
    page.tell(if is_server {
        "It is SQL for psql, from one snapshot, with every table and column that the rotation touches."
    } else {
        "It is a whole copy of the database, made while others write, and verified."
    });
    page.say("Type skip in its place to go on without one.", theme.dim);
    page.back("The way back from a rotation is a rotation to the old key. Loading a backup undoes whatever was saved since it was made.");
}

fn dry_run(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    let Some(plan) = &state.plan else { return };
    page.say(
        &format!(
            "{} of {} rows would be rotated; everything was decrypted and encrypted, nothing was written.",
            plan.turned, plan.rows
        ),
        theme.good,
    );
    rows_of(page, plan);
    page.tell(&format!("Without the writing it took {:.1} s.", plan.elapsed.as_secs_f64()));
    named(page, "stays sealed", &plan.sealed_rows, plan.sealed);
    named(page, "is not encrypted and stays", &plan.plain_rows, plan.plain);
    page.back("The way back: nothing is written yet.");
    page.say("enter goes on to the rotation.", theme.accent);
}

fn rows_of(page: &mut Page<'_>, summary: &Summary) {
    for (place, count) in &summary.by_place {
        page.tell(&format!("  {}: {count}", escape::line(place)));
    }
}

fn named(page: &mut Page<'_>, what: &str, rows: &[String], count: u64) {
    let style = page.look.theme.warning;
    for row in rows.iter().take(20) {
        page.say(&format!("{} {what}", escape::line(row)), style);
    }
    if count > 20 {
        page.say(&format!("and {} more", count - 20), style);
    }
}

fn passes(done: &Summary) -> String {
    if done.passes == 1 { "1 pass".to_owned() } else { format!("{} passes", done.passes) }
}

fn rotate(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    if let Some(done) = &state.done {
        page.say(
            &format!(
                "{} rows are under the new key, after {} and {:.1} s.",
                done.turned,
                passes(done),
                done.elapsed.as_secs_f64()
            ),
            theme.good,
        );
        rows_of(page, done);
        named(page, "stays sealed", &done.sealed_rows, done.sealed);
        page.back("The way back: a rotation to the old key.");
        page.say("enter verifies that everything opens under the new key alone.", theme.accent);
        return;
    }
    let target = state.target.as_ref().map_or_else(String::new, ToString::to_string);
    page.say(&format!("Every row comes under {target}, a batch at a time."), theme.accent);
    match state.ring.as_ref().and_then(|ring| ring.file.as_ref()) {
        Some(file) => page.tell(&format!("The key becomes active in {}: from here on it writes. The servers need that file once more.", shown(file))),
        None => page.tell("The ring is in no file that is rewritten: the servers go on writing under the old key until you change that."),
    }
    page.tell("Servers may go on: a set that is stored meanwhile is never overwritten, and is found in the next pass.");
    page.back("The way back: stop at any time, and rotate to the old key.");
    if let (Phase::Writing { .. }, Some(word)) = (&state.phase, &page.look.opened.confirm) {
        page.say(&format!("This profile is guarded. Type {} and press enter.", escape::line(word)), theme.warning);
        page.tell(&format!("> {}", escape::line(&state.input)));
    } else {
        page.say("enter begins.", theme.accent);
    }
}

fn verify(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    let Some(found) = &state.verified else { return };
    let opens = found.rows.saturating_sub(found.turned + found.sealed + found.plain);
    if found.turned == 0 {
        page.say(&format!("{opens} of {} rows open under the new key alone, or are empty.", found.rows), theme.good);
    } else {
        page.say(
            &format!("{} rows are not under the new key: a server still writes under the old one.", found.turned),
            theme.bad,
        );
        named(page, "is not under the new key", &found.pending_rows, found.turned);
    }
    named(page, "is sealed: no known key opens it", &found.sealed_rows, found.sealed);
    named(page, "is not encrypted", &found.plain_rows, found.plain);
    page.back("The way back: a rotation to the old key, which still reads.");
    page.say("enter goes on.", theme.accent);
}

fn retire(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    if !state.is_clean() {
        page.say("The old keys are still needed and stay as they are: rotate again when every server writes under the new key.", theme.warning);
        page.say("enter ends the walk.", theme.accent);
        return;
    }
    page.say("Retire every key but the new one: they read only from then on.", theme.accent);
    page.tell("The servers need the key file once more. Sign-in cookies made with the old key end when it goes.");
    page.back("The way back: strongroom key activate KEY-ID.");
    page.say("enter retires them, esc ends the walk without.", theme.accent);
}

fn remove(page: &mut Page<'_>, state: &State) {
    let theme = page.look.theme;
    for sentence in &state.removed {
        page.say(&format!("{}.", escape::line(sentence)), theme.good);
    }
    page.say("The old keys read only. Most people leave it at that for as long as they keep old backups.", theme.good);
    page.gap();
    if let Some((id, rows)) = &state.halves {
        let id = escape::line(id).into_owned();
        page.say(
            &format!("{id} opens one half of {rows} sealed rows, which would be lost with it: type it once more to remove it."),
            theme.warning,
        );
    }
    page.tell("To remove a key from the ring, type its id. It is refused while anything opens only under it.");
    for key in state.ring.iter().flat_map(|ring| &ring.keys).filter(|key| Some(&key.id) != state.target.as_ref()) {
        page.tell(&format!("  {}", key.id));
    }
    page.tell("The old copies of the key file hold it still: type delete copies to delete them.");
    page.tell(&format!("> {}", escape::line(&state.input)));
    page.gap();
    page.say("enter with nothing typed ends the walk.", theme.accent);
}

fn summary(page: &mut Page<'_>, state: &State) {
    page.say("For the ticket:", page.look.theme.accent);
    for sentence in ticket(state, page.look.opened) {
        page.tell(&sentence);
    }
    page.gap();
    page.say("y copies it, enter goes back to the browser.", page.look.theme.accent);
}

/// What is worth keeping with the ticket, a line a sentence.
pub(super) fn ticket(state: &State, opened: &Opened) -> Vec<String> {
    let target = state.target.as_ref().map_or_else(String::new, ToString::to_string);
    let mut lines = vec![format!("Database {}, rotated to the key {target}.", opened.about.location)];
    if let Some(done) = &state.done {
        let Summary { turned, sealed, plain, .. } = &**done;
        lines.push(format!("{turned} rows rotated in {}, {sealed} sealed, {plain} not encrypted.", passes(done)));
        lines.extend(done.by_place.iter().map(|(place, count)| format!("{}: {count}", escape::line(place))));
    } else {
        lines.push("Nothing was rotated.".to_owned());
    }
    lines.extend(state.backup.iter().map(|backup| format!("Backup: {}", shown(backup))));
    lines.extend(state.removed.iter().map(|sentence| format!("{}.", escape::line(sentence))));
    lines.extend(
        [
            "Old backups, the WAL and standbys still open under the old key.",
            "If the old key leaked, the secrets themselves must be replaced where they came from.",
            "Tokens inside larger JSON of other columns can't be rotated by column.",
        ]
        .map(str::to_owned),
    );
    lines
}
