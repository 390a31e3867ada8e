//! `NAME=value` lines, read and written without any substitution.
//!
//! A reader of our own, because those at hand lose text that a secret may hold: `dotenvy` expands `$`; `dotenvor` cuts
//! an unquoted value at any `#`, takes backticks for quotes, lets a backslash escape inside single quotes and keeps one
//! of two equal names silently. Here
//!
//! - an unquoted value ends with its line, or at a `#` after white space; white space around it does not count;
//! - what single quotes hold is literal, line breaks included;
//! - in double quotes `\n`, `\r`, `\t`, `\\` and `\"` are escapes, any other backslash is literal, and so is `$`;
//! - empty lines, lines that begin with `#`, and `export ` before a name are passed over.

use super::{Secret, SecretName};
use thiserror::Error;
use zeroize::Zeroizing;

/// One assignment.
#[derive(Debug)]
pub struct Assignment {
    /// The name before the `=`.
    pub name: SecretName,
    /// The value after it, unquoted.
    pub value: Secret,
    /// The line that it begins on, from 1.
    pub line: usize,
}

/// Why a text is no list of assignments. It names the line and quotes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct DotenvError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: DotenvProblem,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DotenvProblem {
    /// There is no `=`.
    #[error("NAME=value is expected")]
    NoAssignment,
    /// The text before the `=` is no name of letters, digits, `_`, `.` and `-`.
    #[error("the name before the = may hold letters, digits, _, . and - only")]
    BadName,
    /// A quote is opened and never closed.
    #[error("a quote is never closed")]
    Unclosed,
    /// Something other than a comment stands behind a closing quote.
    #[error("there is text behind the closing quote")]
    Trailing,
    /// The text holds U+0000, which no such file can.
    #[error("there is a NUL character")]
    Nul,
}

/// Why a secret cannot be written as an assignment that reads back the same.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unwritable {
    /// The name holds other characters than letters, digits, `_`, `.` and `-`.
    #[error("the name {0} cannot stand in a dotenv file")]
    Name(SecretName),
    /// The value holds U+0000.
    #[error("the value of {0} holds a NUL character, which a dotenv file cannot")]
    Nul(SecretName),
}

/// Reads all assignments of `text`, in order, equal names included. A byte-order mark at its beginning is passed over.
///
/// # Errors
/// The first line that is none.
pub fn parse(text: &str) -> Result<Vec<Assignment>, DotenvError> {
    let mut rest = Rest { text: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 };
    let mut assignments = Vec::new();
    while !rest.text.is_empty() {
        if let Some(assignment) = rest.assignment()? {
            assignments.push(assignment);
        }
    }
    Ok(assignments)
}

/// Appends `NAME=value` and a line feed to `out`, quoted so that [`parse`] gives back exactly `value`, and so that a
/// POSIX shell does too wherever single quotes can hold it.
///
/// # Errors
/// What no dotenv file can hold.
pub fn write(out: &mut Zeroizing<String>, name: &SecretName, value: &Secret) -> Result<(), Unwritable> {
    let text = value.expose();
    if !is_name(name.as_str()) {
        return Err(Unwritable::Name(name.clone()));
    }
    if text.contains('\0') {
        return Err(Unwritable::Nul(name.clone()));
    }
    // Room for the worst case, so that growing leaves no copies behind.
    out.reserve(name.as_str().len() + 2 * text.len() + 4);
    out.push_str(name.as_str());
    out.push('=');
    if !text.is_empty() && text.bytes().all(is_plain) {
        out.push_str(text);
    } else if text.contains(['\'', '\r']) {
        push_double_quoted(out, text);
    } else {
        out.push('\'');
        out.push_str(text);
        out.push('\'');
    }
    out.push('\n');
    Ok(())
}

/// Characters that mean themselves without quotes, to this reader, to others and to a shell.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:@%+,=-".contains(&byte)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

fn push_double_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// What has not been read yet.
struct Rest<'t> {
    text: &'t str,
    line: usize,
}

impl<'t> Rest<'t> {
    fn fail(&self, reason: DotenvProblem) -> DotenvError {
        DotenvError { line: self.line, reason }
    }

    /// Takes `length` bytes, which end on a character boundary.
    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.text.split_at_checked(length).unwrap_or((self.text, ""));
        self.line += taken.bytes().filter(|&byte| byte == b'\n').count();
        self.text = rest;
        taken
    }

    /// Takes the rest of the line with its break, and returns it without.
    fn take_line(&mut self) -> &'t str {
        let length = self.text.find('\n').map_or(self.text.len(), |at| at + 1);
        let line = self.take(length);
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    fn skip_blanks(&mut self) {
        let blanks = self.text.len() - self.text.trim_start_matches([' ', '\t']).len();
        self.take(blanks);
    }

    /// Reads a line, or more where quotes hold line breaks; `None` for one that says nothing.
    fn assignment(&mut self) -> Result<Option<Assignment>, DotenvError> {
        self.skip_blanks();
        if self.text.is_empty() || self.text.starts_with(['#', '\n', '\r']) {
            self.take_line();
            return Ok(None);
        }
        let line = self.line;
        let name = self.name()?;
        self.skip_blanks();
        let value = match self.text.chars().next() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
            _ => Secret::new(unquoted(self.take_line())),
        };
        if value.expose().contains('\0') {
            return Err(DotenvError { line, reason: DotenvProblem::Nul });
        }
        Ok(Some(Assignment { name, value, line }))
    }

    /// Takes a name and the `=` behind it.
    fn name(&mut self) -> Result<SecretName, DotenvError> {
        let end = self.text.find('\n').unwrap_or(self.text.len());
        let equals = self.text.find('=').filter(|&at| at < end).ok_or(self.fail(DotenvProblem::NoAssignment))?;
        let name = self.text.get(..equals).unwrap_or_default().trim();
        let name = match name.strip_prefix("export") {
            Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
            _ => name,
        };
        if !is_name(name) {
            return Err(self.fail(DotenvProblem::BadName));
        }
        self.take(equals + 1);
        Ok(SecretName::from_stored(name.to_owned()))
    }

    /// Takes a quoted value and the rest of its last line.
    fn quoted(&mut self, quote: char) -> Result<Secret, DotenvError> {
        let opened = self.fail(DotenvProblem::Unclosed);
        self.take(quote.len_utf8());
        let escapes = quote == '"';
        let length = closing(self.text, quote, escapes).ok_or(opened)?;
        let inside = self.take(length);
        let value = if escapes { unescaped(inside) } else { Secret::new(inside) };
        self.take(quote.len_utf8());
        let at = self.fail(DotenvProblem::Trailing);
        let tail = self.take_line().trim_start();
        if tail.is_empty() || tail.starts_with('#') { Ok(value) } else { Err(at) }
    }
}

/// Where the closing quote stands.
fn closing(text: &str, quote: char, escapes: bool) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, character)| {
        let closes = character == quote && !escaped;
        escaped = escapes && character == '\\' && !escaped;
        closes.then_some(at)
    })
}

/// The text of a line up to its comment, without the white space around it.
fn unquoted(line: &str) -> &str {
    let comment = line
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|&at| at == 0 || line.get(..at).is_some_and(|before| before.ends_with([' ', '\t'])));
    comment.and_then(|at| line.get(..at)).unwrap_or(line).trim()
}

fn unescaped(inside: &str) -> Secret {
    let mut value = Zeroizing::new(String::with_capacity(inside.len()));
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some('t') => value.push('\t'),
            Some(literal @ ('\\' | '"')) => value.push(literal),
            Some(other) => value.extend(['\\', other]),
            None => value.push('\\'),
        }
    }
    Secret::new(std::mem::take(&mut *value))
}

#[cfg(test)]
mod tests;
