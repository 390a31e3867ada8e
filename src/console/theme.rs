//! Colours and signs. Whatever a colour says, a sign or a word says too.

use super::effect::Tone;
use crate::config::file::Colour;
use ratatui::style::{Color, Modifier, Style};

/// How things look. The background is the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether only ASCII is drawn: `--plain`, or a `TERM` that knows no more.
    pub plain: bool,
    /// Ordinary text.
    pub text: Style,
    /// What matters less: counts, borders of what is not in focus, masks.
    pub dim: Style,
    /// Titles, borders of what is in focus, keys in the bottom bar.
    pub accent: Style,
    /// The chosen row of the column in focus.
    pub selected: Style,
    /// The chosen row of another column.
    pub marked: Style,
    /// Done, added.
    pub good: Style,
    /// Worth a second look, changed, sealed.
    pub warning: Style,
    /// Failed, removed.
    pub bad: Style,
    /// A value that is shown in the clear.
    pub revealed: Style,
}

impl Theme {
    /// The theme for terminals with colours.
    pub fn colours(plain: bool) -> Self {
        let colour = |colour| Style::new().fg(colour);
        Self {
            plain,
            text: Style::new(),
            dim: colour(Color::DarkGray),
            accent: colour(Color::Cyan),
            selected: colour(Color::Cyan).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            marked: Style::new().add_modifier(Modifier::BOLD),
            good: colour(Color::Green),
            warning: colour(Color::Yellow),
            bad: colour(Color::Red).add_modifier(Modifier::BOLD),
            revealed: colour(Color::Magenta),
        }
    }

    /// The theme without any colour, under `NO_COLOR`.
    pub fn monochrome(plain: bool) -> Self {
        let with = |modifier| Style::new().add_modifier(modifier);
        Self {
            plain,
            text: Style::new(),
            dim: with(Modifier::DIM),
            accent: with(Modifier::BOLD),
            selected: with(Modifier::REVERSED),
            marked: with(Modifier::BOLD),
            good: with(Modifier::BOLD),
            warning: with(Modifier::BOLD),
            bad: with(Modifier::BOLD | Modifier::UNDERLINED),
            revealed: with(Modifier::UNDERLINED),
        }
    }

    /// The name of a profile, in its colour where there are colours.
    pub fn profile(&self, colour: Option<Colour>) -> Style {
        let has_colours = self.accent.fg.is_some();
        let Some(colour) = colour.filter(|_| has_colours) else { return self.marked };
        let colour = match colour {
            Colour::Red => Color::Red,
            Colour::Green => Color::Green,
            Colour::Yellow => Color::Yellow,
            Colour::Blue => Color::Blue,
            Colour::Magenta => Color::Magenta,
            Colour::Cyan => Color::Cyan,
        };
        Style::new().fg(colour).add_modifier(Modifier::BOLD | Modifier::REVERSED)
    }

    /// How news of that tone is coloured.
    pub const fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Good => self.good,
            Tone::Info => self.accent,
            Tone::Warning => self.warning,
            Tone::Bad => self.bad,
        }
    }

    /// The sign of a tone.
    pub const fn sign(&self, tone: Tone) -> &'static str {
        match (tone, self.plain) {
            (Tone::Good, false) => "✓",
            (Tone::Good, true) => "ok",
            (Tone::Info, false) => "·",
            (Tone::Info, true) => "-",
            (Tone::Warning, false) => "▲",
            (Tone::Warning, true) => "!",
            (Tone::Bad, false) => "✗",
            (Tone::Bad, true) => "x",
        }
    }

    /// The sign of a sealed row.
    pub const fn sealed_sign(&self) -> &'static str {
        if self.plain { "!" } else { "▲" }
    }

    /// The mark in front of a chosen row.
    pub const fn pointer(&self) -> &'static str {
        if self.plain { ">" } else { "▌" }
    }
}
