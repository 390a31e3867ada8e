//! Colours and signs. Whatever a colour says, a sign or a word says too.

use super::effect::Tone;
use super::words;
use crate::config::file::Colour;
use crate::config::theme::ThemeFile;
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
    /// The theme that `file` describes; with ASCII alone if `plain`.
    ///
    /// # Errors
    /// A word that is neither a colour nor a way to write.
    pub fn of(file: &ThemeFile, plain: bool) -> Result<Self, String> {
        Ok(Self {
            plain,
            text: style(&file.text)?,
            dim: style(&file.dim)?,
            accent: style(&file.accent)?,
            selected: style(&file.selected)?,
            marked: style(&file.marked)?,
            good: style(&file.good)?,
            warning: style(&file.warning)?,
            bad: style(&file.bad)?,
            revealed: style(&file.revealed)?,
        })
    }

    /// The same with its frame in the colour of a profile, so that production never looks like staging.
    #[must_use]
    pub fn framed(self, colour: Option<Colour>) -> Self {
        match colour.filter(|_| self.has_colours()) {
            Some(colour) => Self { accent: self.accent.fg(of_profile(colour)), ..self },
            None => self,
        }
    }

    fn has_colours(&self) -> bool {
        self.good.fg.is_some()
    }

    /// The name of a profile, in its colour where there are colours.
    pub fn profile(&self, colour: Option<Colour>) -> Style {
        let Some(colour) = colour.filter(|_| self.has_colours()) else { return self.marked };
        Style::new().fg(of_profile(colour)).add_modifier(Modifier::BOLD | Modifier::REVERSED)
    }

    /// A letter that was looked for, in a text of this style: never told by a colour alone.
    #[must_use]
    pub fn letter(&self, style: Style) -> Style {
        // A chosen row keeps its colour, or the letter would be a gap in it.
        let style = if style == self.selected { style } else { style.patch(self.marked) };
        style.add_modifier(Modifier::UNDERLINED)
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

const fn of_profile(colour: Colour) -> Color {
    match colour {
        Colour::Red => Color::Red,
        Colour::Green => Color::Green,
        Colour::Yellow => Color::Yellow,
        Colour::Blue => Color::Blue,
        Colour::Magenta => Color::Magenta,
        Colour::Cyan => Color::Cyan,
    }
}

/// The style that some words describe.
fn style(words: &str) -> Result<Style, String> {
    words.split_whitespace().try_fold(Style::new(), |style, word| {
        Ok(match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underlined" => style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style.add_modifier(Modifier::REVERSED),
            colour => style.fg(colour.parse().map_err(|_| words::no_style(colour))?),
        })
    })
}

#[cfg(test)]
impl Theme {
    /// The theme of that name, for tests of what is drawn.
    pub(crate) fn named(name: &str, plain: bool) -> Self {
        let folder = std::path::Path::new("/nowhere");
        Self::of(&crate::config::theme::read(name, folder).unwrap(), plain).unwrap()
    }
}

#[cfg(test)]
mod tests;
