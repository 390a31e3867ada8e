//! A field for a text that may be secret: masked until it is revealed, and unchanged until it is edited.
//!
//! A text area keeps what is typed in the clear, so this widget is the only owner of one. It keeps no history and no
//! yank buffer, has no `Debug`, and gives its text back as a [`Secret`]. A text that nobody changed comes back as the
//! very [`Arc`] that was given, never as a copy that went through the area.

mod draft;

use crate::console::screen::Look;
use crate::secret::{Secret, escape};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use draft::Draft;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};
use std::sync::Arc;

/// What is written into a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    /// A value: masked, of any number of lines.
    Value,
    /// A name or a description: in the clear, on one line.
    Line,
}

/// How a field's text stands, for the words beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldState {
    /// As it was given, masked: typing replaces it.
    Masked,
    /// Typed unseen.
    NewMasked,
    /// There is nothing in it.
    Empty,
    /// In the clear, to be edited in place.
    Editing,
    /// Shown as escapes, because it holds what cannot be edited in place: typing replaces it.
    Escaped,
}

/// A paste that a one-line field does not take: it holds line breaks or characters that are not visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOneLine;

/// A field that is being edited. It has no `Debug`.
pub struct SecretField {
    kind: FieldKind,
    given: Arc<Secret>,
    content: Content,
    shown: Shown,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Masked,
    Clear,
}

enum Content {
    /// Not to be edited in place, or not yet.
    Whole(Arc<Secret>),
    /// Being typed.
    Typed(Box<Draft>),
}

impl Content {
    /// A value that nobody touched. Where there is none, there is nothing to mask.
    fn untouched(given: &Arc<Secret>) -> Self {
        if given.is_empty() { Self::Typed(Box::new(Draft::empty())) } else { Self::Whole(Arc::clone(given)) }
    }
}

impl SecretField {
    /// A field for a value, masked.
    pub fn value(given: Arc<Secret>) -> Self {
        let content = Content::untouched(&given);
        Self { kind: FieldKind::Value, given, content, shown: Shown::Masked }
    }

    /// A field of one line, in the clear, its cursor at the end.
    pub fn line(given: Arc<Secret>) -> Self {
        let content = match Draft::of(&given) {
            Some(mut draft) if is_one_line(&given) => {
                draft.go_to_end();
                Content::Typed(Box::new(draft))
            }
            Some(_) | None => Content::Whole(Arc::clone(&given)),
        };
        Self { kind: FieldKind::Line, given, content, shown: Shown::Clear }
    }

    /// Takes a key that writes, deletes or moves; says whether it is one. In a value `enter` breaks the line.
    pub fn key(&mut self, key: &KeyEvent) -> bool {
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match (key.code, self.kind) {
            (KeyCode::Enter, FieldKind::Value) if plain => self.write(Draft::break_line),
            (KeyCode::Enter | KeyCode::Tab | KeyCode::BackTab, _) => return false,
            (KeyCode::Char(character), FieldKind::Line) if plain && !escape::is_safe(character) => {}
            (KeyCode::Char(_), _) if plain => self.write(|draft| _ = draft.key(key)),
            (KeyCode::Backspace | KeyCode::Delete, _) => self.write(|draft| _ = draft.key(key)),
            _ => match &mut self.content {
                Content::Whole(_) => return false,
                Content::Typed(draft) => return draft.key(key),
            },
        }
        true
    }

    /// Inserts a paste, its line breaks `\n`.
    ///
    /// # Errors
    /// [`NotOneLine`] where only one line can stand; nothing is inserted then.
    pub fn paste(&mut self, text: &Secret) -> Result<(), NotOneLine> {
        if self.kind == FieldKind::Line && !is_one_line(text) {
            return Err(NotOneLine);
        }
        self.write(|draft| draft.insert(text));
        Ok(())
    }

    /// Empties the field.
    pub fn clear(&mut self) {
        self.content = Content::Typed(Box::new(Draft::empty()));
    }

    /// Whether it is a value that is not shown.
    pub fn is_masked(&self) -> bool {
        matches!((self.kind, self.shown), (FieldKind::Value, Shown::Masked))
    }

    /// Reveals a value, or masks it again. What cannot be edited in place is shown as escapes.
    pub fn toggle(&mut self) {
        match (self.kind, self.shown) {
            (FieldKind::Line, _) => {}
            (FieldKind::Value, Shown::Clear) => self.hide(),
            (FieldKind::Value, Shown::Masked) => self.reveal(),
        }
    }

    fn reveal(&mut self) {
        self.shown = Shown::Clear;
        match &self.content {
            Content::Whole(text) => {
                if let Some(draft) = Draft::of(text) {
                    self.content = Content::Typed(Box::new(draft));
                }
            }
            Content::Typed(draft) if draft.is_editable() => {}
            Content::Typed(draft) => self.content = Content::Whole(draft.text()),
        }
    }

    /// Masks a value. One that was not changed meanwhile is as it was given: typing replaces it.
    pub fn hide(&mut self) {
        if self.kind == FieldKind::Value {
            self.shown = Shown::Masked;
            if !self.is_changed() {
                self.content = Content::untouched(&self.given);
            }
        }
    }

    /// The text; the very one that was given if nothing about it was changed.
    pub fn text(&self) -> Arc<Secret> {
        let text = match &self.content {
            Content::Whole(text) => Arc::clone(text),
            Content::Typed(draft) => draft.text(),
        };
        if text == self.given { Arc::clone(&self.given) } else { text }
    }

    /// The text of a one-line field that is no secret: a name.
    pub fn name(&self) -> String {
        self.text().expose().to_owned()
    }

    /// Whether the text differs from what was given.
    pub fn is_changed(&self) -> bool {
        !Arc::ptr_eq(&self.text(), &self.given)
    }

    /// How the text stands.
    pub fn state(&self) -> FieldState {
        match (&self.content, self.shown) {
            (Content::Whole(text), Shown::Masked) if Arc::ptr_eq(text, &self.given) => FieldState::Masked,
            (Content::Whole(_), Shown::Masked) => FieldState::NewMasked,
            (Content::Whole(_), Shown::Clear) => FieldState::Escaped,
            (Content::Typed(draft), Shown::Masked) if draft.is_empty() => FieldState::Empty,
            (Content::Typed(_), Shown::Masked) => FieldState::NewMasked,
            (Content::Typed(_), Shown::Clear) => FieldState::Editing,
        }
    }

    /// Writes into the draft. Typing over what is whole begins an empty one, unseen.
    fn write(&mut self, change: impl FnOnce(&mut Draft)) {
        let mut draft = match std::mem::replace(&mut self.content, Content::Whole(Arc::clone(&self.given))) {
            Content::Typed(draft) => draft,
            Content::Whole(_) => {
                if self.kind == FieldKind::Value {
                    self.shown = Shown::Masked;
                }
                Box::new(Draft::empty())
            }
        };
        change(&mut draft);
        // A paste or a key may bring in what a text area cannot show.
        if self.kind == FieldKind::Value && !draft.is_editable() {
            self.shown = Shown::Masked;
        }
        self.content = Content::Typed(draft);
    }

    /// Draws the field with its cursor.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        match (&self.content, self.shown) {
            (Content::Typed(draft), Shown::Clear) => {
                frame.render_widget(draft.area(), area);
                if self.kind == FieldKind::Value {
                    frame.buffer_mut().set_style(area, look.theme.revealed);
                }
            }
            (Content::Whole(text), Shown::Clear) => {
                let shown = Span::styled(shown_line(text), look.theme.revealed);
                frame.render_widget(Paragraph::new(Line::from(shown)).wrap(Wrap { trim: false }), area);
            }
            (Content::Whole(_), Shown::Masked) => draw_mask(frame, area, look, look.mask()),
            (Content::Typed(draft), Shown::Masked) => {
                draw_mask(frame, area, look, if draft.is_empty() { "" } else { look.mask() });
            }
        }
    }
}

fn draw_mask(frame: &mut Frame<'_>, area: Rect, look: &Look<'_>, mask: &'static str) {
    let cursor = Span::styled(" ", look.theme.text.add_modifier(Modifier::REVERSED));
    frame.render_widget(Line::from(vec![Span::styled(mask, look.theme.dim), cursor]), area);
}

fn is_one_line(text: &Secret) -> bool {
    text.expose().chars().all(escape::is_safe)
}

/// A text that is no secret to the operator, a description, on one line and safe to draw.
pub fn shown_line(text: &Secret) -> String {
    escape::line(text.expose()).into_owned()
}

#[cfg(test)]
mod tests;
