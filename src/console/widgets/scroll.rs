//! Which part of a long list is in view.

use super::super::keymap::{Binding, Group, Hint};
use super::super::theme::Theme;
use crossterm::event::{KeyEvent, MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Scrollbar, ScrollbarOrientation, ScrollbarState};
use std::cell::Cell;

/// The keys that move through every list.
const KEYS: Group<Move> = Group {
    name: "list",
    when: "in every list",
    bindings: &[
        Binding::new("down", &["j", "down"], Move::Down, "", "Go down"),
        Binding::new("up", &["k", "up"], Move::Up, "", "Go up"),
        Binding::new("page-down", &["pgdn", "ctrl-d", "ctrl-f"], Move::PageDown, "", "Go a page down"),
        Binding::new("page-up", &["pgup", "ctrl-u", "ctrl-b"], Move::PageUp, "", "Go a page up"),
        Binding::new("first", &["g", "home"], Move::First, "", "Go to the first"),
        Binding::new("last", &["G", "end"], Move::Last, "", "Go to the last"),
    ],
};

/// How a key moves through a list.
pub fn pressed(key: &KeyEvent) -> Option<Move> {
    KEYS.find(key)
}

/// How the mouse's wheel moves through a list.
pub fn wheel(mouse: &MouseEvent) -> Option<Move> {
    match mouse.kind {
        MouseEventKind::ScrollDown => Some(Move::Down),
        MouseEventKind::ScrollUp => Some(Move::Up),
        _ => None,
    }
}

/// What a screen with a list can do: its own keys, and those that move.
pub fn hints<A: Copy>(own: &Group<A>) -> Vec<Hint> {
    [own.hints(), KEYS.hints()].concat()
}

/// The commands of every list.
pub fn commands() -> Vec<Hint> {
    KEYS.hints()
}

/// A position in a list, and the window around it.
///
/// The window's beginning is kept in a cell, because only drawing knows how high the window is.
#[derive(Debug, Default)]
pub struct Scroll {
    selected: usize,
    top: Cell<usize>,
    height: Cell<usize>,
}

/// How a selection moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// To the one before.
    Up,
    /// To the next one.
    Down,
    /// A window up.
    PageUp,
    /// A window down.
    PageDown,
    /// To the first one.
    First,
    /// To the last one.
    Last,
}

impl Scroll {
    /// The selected entry, of however many there are.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Selects an entry.
    pub fn select(&mut self, at: usize) {
        self.selected = at;
    }

    /// Goes back to the beginning.
    pub fn reset(&mut self) {
        self.selected = 0;
        self.top.set(0);
    }

    /// Moves within `count` entries; `true` if the selection is another one then.
    pub fn go(&mut self, to: Move, count: usize) -> bool {
        let before = self.selected;
        let page = self.height.get().max(1);
        let last = count.saturating_sub(1);
        self.selected = match to {
            Move::Up => before.saturating_sub(1),
            Move::Down => before + 1,
            Move::PageUp => before.saturating_sub(page),
            Move::PageDown => before + page,
            Move::First => 0,
            Move::Last => last,
        }
        .min(last);
        self.selected != before
    }

    /// The entries in view, of `count`, in a window of `height` rows: the selected one is among them.
    pub fn window(&self, count: usize, height: usize) -> std::ops::Range<usize> {
        self.height.set(height);
        let selected = self.selected.min(count.saturating_sub(1));
        let lowest = (selected + 1).saturating_sub(height);
        let top = self.top.get().clamp(lowest, selected.max(lowest)).min(count.saturating_sub(height));
        self.top.set(top);
        top..(top + height).min(count)
    }

    /// The lines in view of a text of `count` lines that is scrolled as a whole, in a window of `height` rows: from `top`
    /// on, or from before where there are fewer behind it.
    pub fn lines(&self, top: usize, count: usize, height: usize) -> std::ops::Range<usize> {
        self.height.set(height);
        let top = top.min(count.saturating_sub(height));
        self.top.set(top);
        top..(top + height).min(count)
    }

    /// Draws where in `count` entries the window is, on the right edge of the box around them, if they do not all fit.
    pub fn bar(&self, target: &mut Frame<'_>, area: Rect, count: usize, theme: &Theme) {
        let height = self.height.get();
        if theme.plain || count <= height || height == 0 {
            return;
        }
        let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight)
            .begin_symbol(None)
            .end_symbol(None)
            .track_symbol(None)
            .thumb_symbol("┃")
            .style(theme.dim);
        let mut state = ScrollbarState::new(count - height).viewport_content_length(height).position(self.top.get());
        let edge = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
        target.render_stateful_widget(bar, edge, &mut state);
    }

    /// The first entry in view when last drawn: a click is counted from there.
    pub fn top(&self) -> usize {
        self.top.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_in_view_and_the_window_moves_no_more_than_it_must() {
        let mut scroll = Scroll::default();
        assert_eq!(scroll.window(10, 4), 0..4);
        for _ in 0..5 {
            scroll.go(Move::Down, 10);
        }
        assert_eq!(scroll.window(10, 4), 2..6);
        scroll.go(Move::Up, 10);
        assert_eq!(scroll.window(10, 4), 2..6);
        scroll.go(Move::Last, 10);
        assert_eq!(scroll.window(10, 4), 6..10);
        scroll.go(Move::PageUp, 10);
        assert_eq!(scroll.window(10, 4), 5..9);
    }

    #[test]
    fn a_text_is_scrolled_to_its_end_and_no_further() {
        let scroll = Scroll::default();
        assert_eq!(scroll.lines(0, 10, 4), 0..4);
        assert_eq!(scroll.lines(3, 10, 4), 3..7);
        assert_eq!(scroll.lines(9, 10, 4), 6..10);
        assert_eq!(scroll.lines(9, 3, 4), 0..3);
    }

    #[test]
    fn a_list_may_shrink_and_a_window_may_vanish() {
        let mut scroll = Scroll::default();
        scroll.select(9);
        assert_eq!(scroll.window(3, 4), 0..3);
        assert_eq!(scroll.window(0, 4), 0..0);
        assert!(scroll.window(10, 0).is_empty());
        scroll.go(Move::Down, 0);
        assert_eq!(scroll.selected(), 0);
    }
}
