//! A value in the clear, as an operator may see it.

use super::text;
use crate::secret::{Secret, escape};

/// The most lines that are made of a value.
const MOST: usize = 200;

/// A line for each line of `value`, broken where it is longer than `width` cells; everything that could drive a
/// terminal is escaped.
pub fn lines(value: &Secret, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for line in value.expose().split('\n') {
        let escaped = escape::line(line);
        let mut rest: &str = &escaped;
        loop {
            let fits = text::prefix(rest, width);
            if fits.len() == rest.len() || fits.is_empty() || lines.len() > MOST {
                lines.push(rest.to_owned());
                break;
            }
            lines.push(fits.to_owned());
            rest = rest.get(fits.len()..).unwrap_or_default();
        }
    }
    lines
}
