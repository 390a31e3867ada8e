//! The lock: what stands on the screen while nobody may look, and when it comes down by itself.

use super::keymap::{Binding, Group, Hint};
use super::message::Opened;
use super::theme::Theme;
use super::widgets::{frame, text};
use super::words;
use crate::secret::{MASK, PLAIN_MASK};
use crate::store::parked::Parked;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long before it locks itself the console says so every second.
const WARNING: Duration = Duration::from_secs(30);

const MINUTE: Duration = Duration::from_mins(1);

/// What locking means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// The console ends: unlocking would ask for nothing.
    Quit,
    /// Everything is hidden and wiped; anyone at the terminal can unlock it.
    Screen,
    /// Everything is hidden and wiped, the keys as well; unlocking asks for this.
    Asking(&'static str),
}

/// When the console locks itself, and what that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What it means.
    pub how: Locking,
    /// After how long without a key; `None` for never.
    pub after: Option<Duration>,
}

/// What a key does while the console is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Unlock,
    Quit,
}

pub(super) const KEYS: Group<Act> = Group {
    name: "lock",
    when: "while the console is locked",
    bindings: &[
        Binding::new("unlock", &["enter"], Act::Unlock, "unlock", "Unlock"),
        Binding::new("quit", &["esc", "ctrl-c"], Act::Quit, "quit", "Quit; a form that is kept goes with it"),
    ],
};

/// The commands of the lock.
pub fn commands() -> Vec<Hint> {
    KEYS.hints()
}

/// A form that waits behind the lock.
pub(super) enum Form {
    /// The worker encrypts it.
    Parking(String),
    /// It is encrypted.
    Parked(String, Box<Parked>),
}

/// A console that is locked.
#[derive(Default)]
pub(super) struct Locked {
    /// What was typed of the secret that unlocks it.
    pub(super) typed: Zeroizing<String>,
    /// Whether the worker tries it.
    pub(super) is_trying: bool,
    /// Why it was not the right one.
    pub(super) trouble: Option<String>,
    /// The form with changes that was open.
    pub(super) form: Option<Form>,
}

/// What is left until a console that was last used at `idle_since` locks itself.
pub(super) fn left(policy: Policy, idle_since: Instant, now: Instant) -> Option<Duration> {
    policy.after.map(|after| (idle_since + after).saturating_duration_since(now))
}

/// When what is shown of that changes next: each whole minute, and each of the last seconds.
pub(super) fn due(policy: Policy, idle_since: Instant, now: Instant) -> Option<Instant> {
    let left = left(policy, idle_since, now)?;
    let end = now + left;
    let step = if left > WARNING { MINUTE } else { Duration::from_secs(1) };
    let whole = u32::try_from(left.as_nanos().saturating_sub(1) / step.as_nanos()).unwrap_or(u32::MAX);
    let shown = step * whole;
    end.checked_sub(if left > WARNING { shown.max(WARNING) } else { shown })
}

/// What the header says of it: nothing within the first minute, nor where it is far off.
pub(super) fn in_header(policy: Policy, left: Duration) -> Option<String> {
    let minutes = left.as_secs().div_ceil(60);
    let is_new = policy.after.is_some_and(|after| left + MINUTE > after);
    (left > WARNING && !is_new).then(|| words::locks_in_minutes(minutes))
}

/// What the last line says in the last seconds.
pub(super) fn warning(left: Duration) -> Option<String> {
    let seconds = left.as_millis().div_ceil(1000);
    (left <= WARNING).then(|| words::locks_in_seconds(seconds))
}

/// Draws the lock over everything but the first and the last line.
pub(super) fn draw(
    target: &mut Frame<'_>,
    area: Rect,
    locked: &Locked,
    opened: &Opened,
    how: Locking,
    goes_on: bool,
    theme: &Theme,
) {
    let width = area.width.min(66);
    let room = usize::from(width.saturating_sub(4));
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut say = |text: &str, style| {
        lines
            .extend(text::wrap(text, room).into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), style))));
    };
    say(&crate::secret::escape::line(&opened.about.location), theme.text);
    match how {
        Locking::Asking(what) => {
            // Always as long: how many letters a passphrase has is nobody's business.
            let mask = if theme.plain { PLAIN_MASK } else { MASK };
            let mask = if locked.typed.is_empty() { "" } else { mask };
            let cursor = if theme.plain { "_" } else { "▏" };
            say(words::KEYS_WIPED, theme.dim);
            say("", theme.text);
            say(&format!("{what}: {mask}{cursor}"), theme.accent);
        }
        Locking::Screen | Locking::Quit => {
            say(words::VALUES_WIPED, theme.dim);
        }
    }
    match locked.form {
        Some(Form::Parking(_)) => say(words::FORM_PARKING, theme.text),
        Some(Form::Parked(..)) => say(words::FORM_PARKED, theme.text),
        None => {}
    }
    if goes_on {
        say(words::ROTATION_GOES_ON, theme.text);
    }
    if locked.is_trying {
        say(words::MOMENT, theme.dim);
    }
    if let Some(trouble) = &locked.trouble {
        say(trouble, theme.bad);
    }
    // Where there is little room, what comes last matters most: the field, and why it was not the right one.
    let hidden = lines.len().saturating_sub(usize::from(area.height.saturating_sub(2)));
    let lines = lines.split_off(hidden);
    let height = u16::try_from(lines.len()).unwrap_or(area.height).saturating_add(2).min(area.height);
    let place = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    let block = frame::boxed(words::LOCKED, "", width, theme.accent, theme);
    target.render_widget(Paragraph::new(lines).block(block), place);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_shown_in_minutes_and_at_its_end_in_seconds() {
        let policy = Policy { how: Locking::Quit, after: Some(5 * MINUTE) };
        let began = Instant::now();
        let (mut now, mut shown) = (began, Vec::new());
        while let Some(due) = due(policy, began, now).filter(|due| *due < began + 5 * MINUTE) {
            assert!(due > now);
            now = due;
            let left = left(policy, began, now).unwrap();
            shown.extend(in_header(policy, left).or_else(|| warning(left)));
        }
        let minutes = ["locks in 4 min", "locks in 3 min", "locks in 2 min", "locks in 1 min"];
        assert_eq!(shown[..4], minutes);
        assert_eq!(shown.len(), 4 + 30, "{shown:?}");
        assert_eq!(shown[4], "locks in 30 s: any key keeps it open");
        assert_eq!(shown[33], "locks in 1 s: any key keeps it open");
    }

    #[test]
    fn without_a_limit_nothing_is_due() {
        let policy = Policy { how: Locking::Quit, after: None };
        assert_eq!(due(policy, Instant::now(), Instant::now()), None);
    }
}
