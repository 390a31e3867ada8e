//! Two sets side by side, masked: what is only here, only there, the same, different; and a way to take names over.

use super::super::effect::{Action, EditTarget, Toast, Tone};
use super::super::keymap::{Binding, Group, Hint};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::widgets::{frame, text};
use super::super::words;
use crate::secret::SecretName;
use crate::store::{Base, Change, Difference, DropSealed, NewSecret, NewSet, Side};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Clone, Copy)]
enum Act {
    Choose,
    Take,
    Same,
    Back,
    Go(Move),
}

const KEYS: Group<Act> = Group {
    name: "compare",
    when: "side by side",
    bindings: &[
        Binding::new("choose", &["space"], Act::Choose, "choose", "Choose a secret of the first set to take over"),
        Binding::new(
            "take",
            &["enter"],
            Act::Take,
            "take over",
            "Open the form of the second set with what was chosen in it",
        ),
        Binding::new("same", &["u"], Act::Same, "same", "List what is the same, or do not"),
        Binding::new("back", &["esc", "h", "left"], Act::Back, "back", "Go back to the browser"),
    ],
};

/// The comparison of two sets.
pub struct State {
    first: Side,
    second: EditTarget,
    difference: Difference,
    chosen: HashSet<SecretName>,
    lists_same: bool,
    scroll: Scroll,
}

impl State {
    /// Compares `first` with `second`; what is taken over goes from the one to the other.
    pub fn new(first: Side, second: EditTarget) -> Self {
        let difference = Difference::of_secrets(&first.secrets, &second.set.to_secrets());
        Self { first, second, difference, chosen: HashSet::new(), lists_same: false, scroll: Scroll::default() }
    }

    fn listed(&self) -> Vec<&Change> {
        let is_listed = |change: &&Change| self.lists_same || !matches!(change, Change::Kept(_));
        self.difference.changes.iter().filter(is_listed).collect()
    }

    fn act(&mut self, act: Act, context: &Context<'_>) -> Vec<Action> {
        match act {
            Act::Choose => self.choose(),
            Act::Take => return self.take(context),
            Act::Same => {
                self.lists_same = !self.lists_same;
                self.scroll.reset();
            }
            Act::Back => return vec![Action::Pop],
            Act::Go(to) => {
                let count = self.listed().len();
                self.scroll.go(to, count);
            }
        }
        Vec::new()
    }

    /// Chooses the secret under the cursor, if the first set has one to take over, or does not choose it any more.
    fn choose(&mut self) {
        let name = match self.listed().get(self.scroll.selected()) {
            Some(Change::Removed(name) | Change::Changed { name, .. }) => name.clone(),
            Some(_) | None => return,
        };
        if !self.chosen.remove(&name) {
            self.chosen.insert(name);
        }
    }

    fn take(&self, context: &Context<'_>) -> Vec<Action> {
        let warn = |text: String| vec![Action::Toast(Toast { tone: Tone::Warning, text })];
        if self.chosen.is_empty() {
            return warn(words::NOTHING_CHOSEN.to_owned());
        }
        if let Some(reason) = &context.opened.about.read_only {
            return warn(words::not_taken_over(reason));
        }
        let mut secrets: Vec<NewSecret> = self.second.set.to_secrets();
        for taken in self.first.secrets.iter().filter(|secret| self.chosen.contains(&secret.name)).cloned() {
            match secrets.iter_mut().rev().find(|secret| secret.name == taken.name) {
                Some(standing) => *standing = taken,
                None => secrets.push(taken),
            }
        }
        let base = Base::Loaded(Arc::clone(&self.second.set));
        let new = NewSet { secrets, base, drop_sealed: DropSealed::Keep, restores: None };
        vec![Action::Rebase { target: self.second.clone(), new, review: false }]
    }

    fn press(&mut self, key: &KeyEvent, context: &Context<'_>) -> Vec<Action> {
        KEYS.find(key)
            .or_else(|| scroll::pressed(key).map(Act::Go))
            .map(|act| self.act(act, context))
            .unwrap_or_default()
    }

    fn line(&self, change: &Change, is_selected: bool, width: usize, look: &Look<'_>) -> Line<'static> {
        let theme = look.theme;
        let (name, what, style): (&SecretName, &str, Style) = match change {
            Change::Removed(name) => (name, words::ONLY_FIRST, theme.warning),
            Change::Added(name) | Change::Renamed { to: name, .. } => (name, words::ONLY_SECOND, theme.warning),
            Change::Changed { name, value: true, .. } => (name, "different", theme.bad),
            Change::Changed { name, value: false, .. } => (name, words::DESCRIBED_DIFFERENTLY, theme.warning),
            Change::Kept(name) | Change::SealedKept(name) | Change::SealedDropped(name) => {
                (name, "the same", theme.dim)
            }
        };
        let pointer = if is_selected { theme.pointer() } else { " " };
        let mark = if self.chosen.contains(name) { "*" } else { " " };
        let names = (width / 2).clamp(8, 40);
        let line = format!("{pointer}{mark} {} {what}", text::pad(&name.to_string(), names, theme.plain));
        let style = if is_selected { theme.selected } else { style };
        Line::from(Span::styled(text::pad(&line, width, theme.plain), style))
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    KEYS.hints()
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Key(key) => self.press(&key, context),
            Event::Mouse(mouse) => scroll::wheel(&mouse).map(|to| self.act(Act::Go(to), context)).unwrap_or_default(),
            Event::Started
            | Event::Typed(_)
            | Event::Paste(_)
            | Event::Reply(_)
            | Event::Due
            | Event::Hide
            | Event::Committed(_)
            | Event::Jump(_) => Vec::new(),
        }
    }

    fn view(&self, target: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        let theme = look.theme;
        let listed = self.listed();
        let note = format!("{}/{}", (self.scroll.selected() + 1).min(listed.len()), listed.len());
        let block = frame::boxed("Two sets", &note, area.width, theme.accent, theme);
        let inner = block.inner(area);
        target.render_widget(block, area);
        let width = usize::from(inner.width);
        let titles = [("first: ", &self.first.title), ("second:", &self.second.title)];
        let heads = titles.map(|(which, title)| {
            let line = format!(" {which} {}", text::spelled(title, theme.plain));
            Line::from(Span::styled(text::fit(&line, width, theme.plain).into_owned(), theme.accent))
        });
        let [head, list] = Layout::vertical([Constraint::Length(2), Constraint::Fill(1)]).areas(inner);
        target.render_widget(Paragraph::new(heads.to_vec()), head);
        let mut lines = Vec::new();
        for at in self.scroll.window(listed.len(), list.height.into()) {
            if let Some(change) = listed.get(at) {
                lines.push(self.line(change, at == self.scroll.selected(), width, look));
            }
        }
        if listed.is_empty() {
            lines.push(Line::from(format!(" {}", words::BOTH_SAY_THE_SAME)));
        }
        target.render_widget(Paragraph::new(lines), list);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        scroll::hints(&KEYS)
    }

    fn title(&self) -> String {
        "two sets".to_owned()
    }
}
