//! The files that say how the console looks: those that come with the program, and the operator's own.

use super::words;
use crate::error::Result;
use serde::Deserialize;
use std::path::Path;

/// The theme where none is named.
pub const DEFAULT: &str = "sixteen";

/// The theme without any colour.
pub const NONE: &str = "none";

/// The themes that come with the program.
pub const SHIPPED: [(&str, &str); 6] = [
    (DEFAULT, include_str!("../../assets/themes/sixteen.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("true-colour", include_str!("../../assets/themes/true-colour.toml")),
    (NONE, include_str!("../../assets/themes/none.toml")),
];

/// A theme as it is written. Each style is a list of words: a colour (a name, a number of the 256, or `#rrggbb`), and any
/// of `bold`, `dim`, `italic`, `underlined` and `reversed`. The background is always the terminal's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the styles are described where they are used, at `console::theme::Theme`")]
pub struct ThemeFile {
    /// Which background it is made for.
    pub background: Background,
    pub text: String,
    pub dim: String,
    pub accent: String,
    pub selected: String,
    pub marked: String,
    pub good: String,
    pub warning: String,
    pub bad: String,
    pub revealed: String,
}

/// A terminal's background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    /// Whatever it is: the terminal's own colours fit it.
    Any,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// The theme `name`: `themes/NAME.toml` in `folder`, or else the one of that name that comes with the program.
///
/// # Errors
/// There is none of that name, or it says something that is not known.
pub fn read(name: &str, folder: &Path) -> Result<ThemeFile> {
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)) {
        return Err(words::no_theme_name(name));
    }
    let own = folder.join("themes").join(format!("{name}.toml"));
    let shipped = SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| (*text).to_owned());
    let text = match std::fs::read_to_string(&own) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => shipped,
        Err(error) => return Err(words::not_read(&own, &error)),
    };
    let Some(text) = text else {
        let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        return Err(words::no_theme(name, &names, &own));
    };
    toml::from_str(&text).map_err(|error| words::theme_not_understood(name, error.message()))
}
