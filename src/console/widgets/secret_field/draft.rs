//! A text that is being typed: the one owner of a text area.

use crate::secret::{Secret, escape};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Style;
use std::sync::Arc;
use tui_textarea::{CursorMove, TextArea};
use zeroize::{Zeroize as _, Zeroizing};

/// How the lines of a text end. The text area knows `\n` alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Lf,
    CrLf,
}

impl Breaks {
    fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }

    /// The one kind of break that `text` has; `None` if it has several, or a lone `\r`.
    fn of(text: &str) -> Option<Self> {
        let feeds = text.matches('\n').count();
        let returns = text.matches('\r').count();
        match returns {
            0 => Some(Self::Lf),
            _ if returns == feeds && text.matches("\r\n").count() == feeds => Some(Self::CrLf),
            _ => None,
        }
    }
}

/// A text area without history, and the line breaks that its text gets back. Wiped when dropped; no `Debug`.
pub(super) struct Draft {
    area: TextArea<'static>,
    breaks: Breaks,
}

/// Whether a text area shows `character` as what it is.
pub(super) fn is_editable(character: char) -> bool {
    matches!(character, '\n' | '\t') || escape::is_safe(character)
}

impl Draft {
    /// An empty text with `\n` for its breaks.
    pub(super) fn empty() -> Self {
        Self::with_lines(vec![String::new()], Breaks::Lf)
    }

    /// The text of `secret` to edit; `None` if the area would not give it back the same, or could not show it.
    pub(super) fn of(secret: &Secret) -> Option<Self> {
        let text = secret.expose();
        let breaks = Breaks::of(text)?;
        let shown = |character| is_editable(character) || character == '\r';
        text.chars()
            .all(shown)
            .then(|| Self::with_lines(text.split(breaks.as_str()).map(str::to_owned).collect(), breaks))
    }

    fn with_lines(lines: Vec<String>, breaks: Breaks) -> Self {
        let mut area = TextArea::new(lines);
        area.set_max_histories(0);
        area.set_hard_tab_indent(true);
        area.set_cursor_line_style(Style::new());
        Self { area, breaks }
    }

    /// The text as it stands.
    pub(super) fn text(&self) -> Arc<Secret> {
        let breaks = self.breaks.as_str();
        let length = self.area.lines().iter().map(|line| line.len() + breaks.len()).sum();
        // All room at once, so that growing leaves no copies behind.
        let mut text = Zeroizing::new(String::with_capacity(length));
        for (at, line) in self.area.lines().iter().enumerate() {
            if at > 0 {
                text.push_str(breaks);
            }
            text.push_str(line);
        }
        Arc::new(Secret::new(std::mem::take(&mut *text)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Whether every character shows as what it is.
    pub(super) fn is_editable(&self) -> bool {
        self.area.lines().iter().all(|line| line.chars().all(is_editable))
    }

    /// The area, to draw it.
    pub(super) fn area(&self) -> &TextArea<'static> {
        &self.area
    }

    /// Inserts a text at the cursor, its breaks `\n`.
    pub(super) fn insert(&mut self, text: &Secret) {
        self.area.insert_str(text.expose());
    }

    /// Breaks the line at the cursor.
    pub(super) fn break_line(&mut self) {
        self.area.insert_newline();
    }

    /// Moves the cursor behind the last character.
    pub(super) fn go_to_end(&mut self) {
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// Takes a key that writes, deletes or moves; says whether it is one.
    pub(super) fn key(&mut self, key: &KeyEvent) -> bool {
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return self.control(key);
        }
        match key.code {
            KeyCode::Char(character) => self.area.insert_char(character),
            KeyCode::Backspace => _ = self.area.delete_char(),
            KeyCode::Delete => _ = self.area.delete_next_char(),
            KeyCode::Left => self.area.move_cursor(CursorMove::Back),
            KeyCode::Right => self.area.move_cursor(CursorMove::Forward),
            KeyCode::Up => self.area.move_cursor(CursorMove::Up),
            KeyCode::Down => self.area.move_cursor(CursorMove::Down),
            KeyCode::Home => self.area.move_cursor(CursorMove::Head),
            KeyCode::End => self.area.move_cursor(CursorMove::End),
            _ => return false,
        }
        true
    }

    fn control(&mut self, key: &KeyEvent) -> bool {
        match key.code {
            KeyCode::Left => self.area.move_cursor(CursorMove::WordBack),
            KeyCode::Right => self.area.move_cursor(CursorMove::WordForward),
            KeyCode::Home => self.area.move_cursor(CursorMove::Top),
            KeyCode::End => self.go_to_end(),
            KeyCode::Char('a') => self.area.move_cursor(CursorMove::Head),
            KeyCode::Char('e') => self.area.move_cursor(CursorMove::End),
            KeyCode::Char('w') => {
                self.area.delete_word();
                // What was deleted must not wait in the yank buffer.
                self.area.set_yank_text("");
            }
            _ => return false,
        }
        true
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for mut line in std::mem::take(&mut self.area).into_lines() {
            line.zeroize();
        }
    }
}
