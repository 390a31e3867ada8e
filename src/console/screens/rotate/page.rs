//! What a step says, line by line: a text that scrolls, and below it what leads on, which stays in view.

use super::super::super::screen::Look;
use super::super::super::widgets::scroll::Scroll;
use super::super::super::widgets::{frame, text};
use super::super::super::words::rotate as words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::cell::Cell;

/// How far a step is scrolled.
#[derive(Debug, Default)]
pub(super) struct Position {
    pub(super) scroll: Scroll,
    /// At how many lines the window may begin, which only drawing knows.
    places: Cell<usize>,
}

impl Position {
    pub(super) fn places(&self) -> usize {
        self.places.get()
    }
}

/// What stands around a page.
pub(super) struct Edge {
    pub(super) step: u8,
    pub(super) title: &'static str,
}

/// What is written on the screen.
pub(super) struct Page<'p> {
    lines: Vec<Line<'static>>,
    /// What stays in view below the lines.
    foot: Vec<Line<'static>>,
    /// The line that has to be in view, where one is chosen; the window moves with it.
    chosen: Option<usize>,
    is_last_chosen: bool,
    width: usize,
    look: &'p Look<'p>,
}

impl<'p> Page<'p> {
    /// An empty one, as wide as `area` is within its box.
    pub(super) fn new(area: Rect, look: &'p Look<'p>) -> Self {
        let width = usize::from(area.width).saturating_sub(2);
        Self { lines: Vec::new(), foot: Vec::new(), chosen: None, is_last_chosen: false, width, look }
    }

    pub(super) fn look(&self) -> &'p Look<'p> {
        self.look
    }

    fn wrapped(&self, sentence: &str, style: Style) -> impl Iterator<Item = Line<'static>> + use<> {
        let sentence = text::spelled(sentence, self.look.theme.plain);
        let wrapped = text::wrap(&sentence, self.width.saturating_sub(2));
        wrapped.into_iter().map(move |line| Line::from(Span::styled(format!(" {line}"), style)))
    }

    /// Adds a sentence.
    pub(super) fn say(&mut self, sentence: &str, style: Style) {
        self.lines.extend(self.wrapped(sentence, style));
    }

    /// The same in the style of text.
    pub(super) fn tell(&mut self, sentence: &str) {
        self.say(sentence, self.look.theme.text);
    }

    pub(super) fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// How to go back.
    pub(super) fn back(&mut self, sentence: &str) {
        self.gap();
        self.say(sentence, self.look.theme.dim);
    }

    /// What leads on to the next step.
    pub(super) fn on(&mut self, sentence: &str) {
        self.foot.extend(self.wrapped(sentence, self.look.theme.accent));
    }

    /// The line that is being typed: its end is what matters.
    pub(super) fn typed(&mut self, typed: &str) {
        let typed = words::typed(typed);
        let lines: Vec<_> = self.wrapped(&typed, self.look.theme.text).collect();
        self.foot.extend(lines);
    }

    /// A line of a list to choose from.
    pub(super) fn choice(&mut self, words: &str, is_selected: bool) {
        let theme = self.look.theme;
        let (pointer, style) = if is_selected { (theme.pointer(), theme.selected) } else { (" ", theme.text) };
        if is_selected {
            self.chosen = Some(self.lines.len());
        }
        self.is_last_chosen = is_selected;
        let line = text::pad(&format!("{pointer} {words}"), self.width, theme.plain);
        self.lines.push(Line::from(Span::styled(line, style)));
    }

    /// `label` and a bar of `part` in `whole`.
    pub(super) fn bar(&mut self, label: &str, part: u64, whole: u64, style: Style) {
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

    /// Draws it into a box.
    pub(super) fn draw(mut self, position: &Position, edge: &Edge, target: &mut Frame<'_>, area: Rect) {
        let theme = self.look.theme;
        let height = usize::from(area.height).saturating_sub(2);
        if !self.foot.is_empty() && self.lines.len() + self.foot.len() < height {
            self.gap();
        }
        // Where there is no room for all of the foot, its end matters: what is typed, and which key leads on.
        let foot = self.foot.split_off(self.foot.len().saturating_sub(height));
        let room = height - foot.len();
        let count = self.lines.len();
        let top = match self.chosen {
            None => position.scroll.selected(),
            // The last one brings what stands below it into view.
            Some(at) if self.is_last_chosen => count.saturating_sub(room).min(at),
            Some(at) => (at + 1).saturating_sub(room),
        };
        let window = position.scroll.lines(top, count, room);
        position.places.set(count.saturating_sub(room) + 1);
        let line = (count > room).then_some((window.end, count));
        let note = words::position(edge.step, line);
        let block = frame::boxed(&words::title(edge.title), &note, area.width, theme.accent, theme);
        let shown = self.lines.into_iter().skip(window.start).take(window.len());
        let lines: Vec<Line<'_>> = shown.chain(foot).collect();
        target.render_widget(Paragraph::new(lines).block(block), area);
        let beside = u16::try_from(room + 2).unwrap_or(area.height).min(area.height);
        position.scroll.bar(target, Rect { height: beside, ..area }, count, theme);
    }
}

fn filled(part: u64, whole: u64, room: usize) -> usize {
    let room = u64::try_from(room).unwrap_or_default();
    let filled = (part.min(whole) * room).checked_div(whole).unwrap_or_default();
    // What there is shows, however little it is.
    usize::try_from(if part > 0 { filled.max(1) } else { filled }).unwrap_or_default()
}
