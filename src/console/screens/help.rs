//! Every key of the screen below, with its sentence; the palette is the same list, searched.

use super::super::effect::{Action, Typed};
use super::super::keymap::{self, Binding, Group, Hint};
use super::super::screen::{Context, Event, Look, Screen};
use super::super::widgets::scroll::{self, Move, Scroll};
use super::super::widgets::{footer, frame, text};
use super::super::words;
use crossterm::event::KeyEvent;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::time::Instant;

/// Whether letters move about or search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Keys move through the list.
    Reading,
    /// Letters search the list: the palette.
    Searching,
}

/// What keys do here.
#[derive(Debug, Clone, Copy)]
enum Act {
    Go(Move),
    Search,
    Run,
    Close,
}

const READING: Group<Act> = Group {
    name: "help",
    when: "in the help",
    bindings: &[
        Binding::new("search", &["/"], Act::Search, "search", "Search the list"),
        Binding::new("run", &["enter"], Act::Run, "run", "Do what the chosen line says"),
        Binding::new("close", &["esc", "q", "?"], Act::Close, "close", "Close the help"),
    ],
};

const SEARCHING: Group<Act> = Group {
    name: "palette",
    when: "in the palette",
    bindings: &[
        Binding::new("run", &["enter"], Act::Run, "run", "Do what the chosen line says"),
        Binding::new("down", &["down", "ctrl-n"], Act::Go(Move::Down), "down", "Go down"),
        Binding::new("up", &["up", "ctrl-p"], Act::Go(Move::Up), "up", "Go up"),
        Binding::new("close", &["esc"], Act::Close, "close", "Close the list"),
    ],
};

/// The help of one screen.
pub struct State {
    title: String,
    hints: Vec<Hint>,
    mode: Mode,
    search: String,
    scroll: Scroll,
}

impl State {
    /// The help for a screen that is called `title` and can do `hints`.
    pub fn new(title: String, hints: Vec<Hint>, mode: Mode) -> Self {
        Self { title, hints, mode, search: String::new(), scroll: Scroll::default() }
    }

    /// The hints that the search leaves, the best first; all of them in their order without one.
    fn found(&self) -> Vec<Hint> {
        if self.search.is_empty() {
            return self.hints.clone();
        }
        let pattern = Pattern::parse(&self.search, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let lines: Vec<String> = self
            .hints
            .iter()
            .map(|hint| format!("{} {} {} {}", hint.name, hint.label, hint.help, hint.keys.join(" ")))
            .collect();
        let matches = pattern.match_list(lines.iter().enumerate().map(Indexed), &mut matcher);
        matches.into_iter().filter_map(|(Indexed((at, _)), _)| self.hints.get(at).copied()).collect()
    }

    fn press(&mut self, key: &KeyEvent) -> Vec<Action> {
        let act = match self.mode {
            Mode::Reading => READING.find(key).or_else(|| scroll::pressed(key).map(Act::Go)),
            Mode::Searching => SEARCHING.find(key),
        };
        if act.is_none() && self.mode == Mode::Searching && keymap::type_into(&mut self.search, key) {
            self.scroll.reset();
        }
        act.map(|act| self.act(act)).unwrap_or_default()
    }

    fn act(&mut self, act: Act) -> Vec<Action> {
        match act {
            Act::Go(to) => {
                self.scroll.go(to, self.found().len());
                Vec::new()
            }
            Act::Search => {
                self.mode = Mode::Searching;
                Vec::new()
            }
            Act::Run => {
                if let Some(typed) = Typed::read(&self.search).filter(|_| self.mode == Mode::Searching) {
                    return vec![Action::Pop, Action::Typed(typed)];
                }
                let chosen = self.found().get(self.scroll.selected()).and_then(|hint| hint.keys.first().copied());
                vec![chosen.map_or(Action::Pop, Action::Press)]
            }
            Act::Close => vec![Action::Pop],
        }
    }
}

/// A line with its place, matched by its text.
struct Indexed<'l>((usize, &'l String));

impl AsRef<str> for Indexed<'_> {
    fn as_ref(&self) -> &str {
        self.0.1
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    [READING.hints(), SEARCHING.hints()].concat()
}

impl Screen for State {
    fn update(&mut self, event: Event, _: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Key(key) => self.press(&key),
            Event::Mouse(mouse) => scroll::wheel(&mouse).map(|to| self.act(Act::Go(to))).unwrap_or_default(),
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
        let found = self.found();
        let title = match self.mode {
            Mode::Reading => "Keys".to_owned(),
            Mode::Searching => format!("Commands: {}▏", self.search),
        };
        let title = if theme.plain { title.replace('▏', "_") } else { title };
        let note = format!("{}/{}", (self.scroll.selected() + 1).min(found.len()), found.len());
        let block = frame::boxed(&title, &note, area.width, theme.accent, theme);
        let inner = block.inner(area);
        let keys: Vec<String> = found
            .iter()
            .map(|hint| hint.keys.iter().map(|key| footer::name(key, theme)).collect::<Vec<_>>().join(" "))
            .collect();
        let column =
            keys.iter().map(|keys| text::width(keys)).max().unwrap_or_default().min(usize::from(inner.width) / 3);
        let rest = usize::from(inner.width).saturating_sub(column + 5);
        let mut lines = Vec::new();
        for at in self.scroll.window(found.len(), inner.height.into()) {
            let (Some(hint), Some(keys)) = (found.get(at), keys.get(at)) else { continue };
            let is_selected = at == self.scroll.selected();
            let pointer = if is_selected { theme.pointer() } else { " " };
            let keys = format!("{pointer} {}  ", text::pad(keys, column, theme.plain));
            let style = if is_selected { theme.selected } else { theme.text };
            let help = if hint.writes { format!("{} (writes)", hint.help) } else { hint.help.to_owned() };
            lines.push(Line::from(vec![
                Span::styled(keys, if is_selected { theme.selected } else { theme.accent }),
                Span::styled(text::pad(&help, rest, theme.plain), style),
            ]));
        }
        if found.is_empty() {
            let word = self.search.split(' ').next().unwrap_or_default();
            if Typed::read(&self.search).is_some() {
                lines.push(Line::from(format!(" {}", words::ENTER_RUNS)));
            }
            let typed = Typed::HELP.iter().filter(|(command, _)| command.starts_with(word));
            let mut said: Vec<String> = typed.map(|(command, help)| format!("{command}  {help}")).collect();
            if said.is_empty() {
                said.push(words::NO_SUCH_COMMAND.to_owned());
                said.extend(Typed::HELP.iter().map(|(command, help)| format!("{command}  {help}")));
            }
            let width = usize::from(inner.width).saturating_sub(2);
            let wrapped = said.iter().flat_map(|line| text::wrap(line, width));
            lines.extend(wrapped.map(|line| Line::from(format!(" {line}"))));
        }
        target.render_widget(Paragraph::new(lines).block(block), area);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        match self.mode {
            Mode::Reading => scroll::hints(&READING),
            Mode::Searching => SEARCHING.hints(),
        }
    }

    fn title(&self) -> String {
        self.title.clone()
    }

    fn takes_text(&self) -> bool {
        // In reading, too: `q` and `?` close the help and nothing else.
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: Group<()> = Group {
        name: "test",
        when: "in a test",
        bindings: &[
            Binding::new("edit", &["e"], (), "edit", "Edit the set in a form"),
            Binding::new("reveal", &["space"], (), "reveal", "Reveal the value"),
        ],
    };

    fn press(state: &mut State, keys: &[&str]) -> Vec<Action> {
        keys.iter().flat_map(|key| state.press(&keymap::event(key).unwrap())).collect()
    }

    #[test]
    fn the_palette_finds_a_command_by_some_of_its_letters_and_runs_it() {
        let mut state = State::new(String::new(), GROUP.hints(), Mode::Searching);
        let actions = press(&mut state, &["r", "v", "l", "enter"]);
        assert!(matches!(actions[..], [Action::Press("space")]), "{actions:?}");
    }

    #[test]
    fn nothing_found_runs_nothing() {
        let mut state = State::new(String::new(), GROUP.hints(), Mode::Searching);
        assert!(matches!(press(&mut state, &["z", "z", "enter"])[..], [Action::Pop]));
    }

    #[test]
    fn reading_moves_and_closes_with_the_key_that_opened_it() {
        let mut state = State::new(String::new(), GROUP.hints(), Mode::Reading);
        assert!(press(&mut state, &["j", "j", "k"]).is_empty());
        assert!(matches!(press(&mut state, &["?"])[..], [Action::Pop]));
    }
}
