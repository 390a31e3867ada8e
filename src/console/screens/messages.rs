//! What was said so far: every sentence that went by itself, newest first.

use super::super::effect::{Action, Toast, Tone};
use super::super::keymap::{Binding, Group, Hint};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::widgets::{frame, text};
use super::super::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::time::Instant;

/// Cells before a sentence, its sign left out: the pointer, the age, and what stands between.
const HEAD: usize = 11;

#[derive(Debug, Clone, Copy)]
enum Act {
    Back,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "messages",
    when: "in the messages",
    bindings: &[Binding::new("back", &["esc", "h", "left"], Act::Back, "back", "Go back")],
};

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    KEYS.hints()
}

/// The sentences, and when each was said.
pub struct State {
    said: Vec<(Toast, Instant)>,
    scroll: Scroll,
}

impl State {
    /// A list of `said`, newest first.
    pub fn new(said: Vec<(Toast, Instant)>) -> Self {
        Self { said, scroll: Scroll::default() }
    }

    fn act(&mut self, act: Act) -> Vec<Action> {
        match act {
            Act::Back => return vec![Action::Pop],
            Act::Go(to) => drop(self.scroll.go(to, self.said.len())),
        }
        Vec::new()
    }
}

/// `12 s`, `3 min`, `2 h`.
fn age(since: Instant, now: Instant) -> String {
    match now.saturating_duration_since(since).as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, _: &Context<'_>) -> Vec<Action> {
        let act = match event {
            Event::Key(key) => KEYS.find(&key).or_else(|| scroll::pressed(&key).map(Act::Go)),
            Event::Mouse(mouse) => scroll::wheel(&mouse).map(Act::Go),
            Event::Started
            | Event::Typed(_)
            | Event::Paste(_)
            | Event::Reply(_)
            | Event::Due
            | Event::Hide
            | Event::Committed(_)
            | Event::Jump(_) => None,
        };
        act.map(|act| self.act(act)).unwrap_or_default()
    }

    fn view(&self, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        let theme = look.theme;
        let note = format!("{}/{}", (self.scroll.selected() + 1).min(self.said.len()), self.said.len());
        let block = frame::boxed("Messages", &note, area.width, theme.accent, theme);
        let inner = block.inner(area);
        let room = usize::from(inner.width);
        let rest = room.saturating_sub(HEAD + text::width(theme.sign(Tone::Good))).max(1);
        // The chosen one is shown whole, over as many lines as it takes.
        let chosen = self.said.get(self.scroll.selected()).map(|(toast, _)| toast.text.as_str()).unwrap_or_default();
        let chosen = text::wrap(&text::spelled(chosen, theme.plain), rest);
        let height = usize::from(inner.height).saturating_sub(chosen.len() - 1).max(1);
        let mut lines: Vec<Line<'_>> = Vec::new();
        for at in self.scroll.window(self.said.len(), height) {
            let Some((toast, since)) = self.said.get(at) else { continue };
            let is_selected = at == self.scroll.selected();
            let pointer = if is_selected { theme.pointer() } else { " " };
            let head = format!("{pointer}{:>7}  {} ", age(*since, look.now), theme.sign(toast.tone));
            let said = text::spelled(&toast.text, theme.plain);
            let short = [text::fit(&said, rest, theme.plain).into_owned()];
            let shown = if is_selected { &chosen[..] } else { &short[..] };
            let indent = " ".repeat(text::width(&head));
            lines.extend(shown.iter().enumerate().map(|(at, line)| {
                let head = if at == 0 { head.clone() } else { indent.clone() };
                Line::from(vec![Span::styled(head, theme.tone(toast.tone)), Span::raw(line.clone())])
            }));
        }
        if lines.is_empty() {
            lines.push(Line::from(format!(" {}", words::NO_MESSAGES)));
        }
        target.render_widget(Paragraph::new(lines).block(block), area);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        scroll::hints(&KEYS)
    }

    fn title(&self) -> String {
        "messages".to_owned()
    }
}
