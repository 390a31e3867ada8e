//! The changes between two sets, a line each, masked.

use super::super::screen::Look;
use super::super::words;
use super::text;
use crate::store::{Change, Difference};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The changes in the order in which an operator should see them: what goes first, what stays last, and what stays
/// unchanged only where that is wanted.
pub fn listed(difference: &Difference, with_kept: bool) -> Vec<&Change> {
    let rank = |change: &&Change| match change {
        Change::Removed(_) | Change::SealedDropped(_) => 0,
        Change::Changed { .. } => 1,
        Change::Renamed { .. } => 2,
        Change::Added(_) => 3,
        Change::SealedKept(_) => 4,
        Change::Kept(_) => 5,
    };
    let mut listed: Vec<&Change> = difference.changes.iter().collect();
    listed.retain(|change| with_kept || !matches!(change, Change::Kept(_)));
    listed.sort_by_key(rank);
    listed
}

/// One change: a sign, the name, and what about it changes.
pub fn line(change: &Change, is_selected: bool, width: usize, look: &Look<'_>) -> Line<'static> {
    let theme = look.theme;
    let mask = look.mask();
    let (sign, style, name, what): (&str, Style, String, String) = match change {
        Change::Added(name) => ("+", theme.good, name.to_string(), format!("added      {mask}")),
        Change::Changed { name, value, description } => {
            let what = match (value, description) {
                (true, true) => words::VALUE_AND_DESCRIPTION,
                (true, false) => "value",
                (false, _) => "description",
            };
            ("~", theme.warning, name.to_string(), format!("changed    {what}"))
        }
        Change::Renamed { from, to, description } => {
            let arrow = if theme.plain { "->" } else { "→" };
            (arrow, theme.warning, to.to_string(), words::renamed(from, *description))
        }
        Change::Removed(name) => ("-", theme.bad, name.to_string(), "removed".to_owned()),
        Change::Kept(name) => ("=", theme.dim, name.to_string(), "unchanged".to_owned()),
        Change::SealedKept(name) => {
            (theme.sealed_sign(), theme.warning, name.to_string(), words::SEALED_KEPT.to_owned())
        }
        Change::SealedDropped(name) => ("-", theme.bad, name.to_string(), "sealed     deleted".to_owned()),
    };
    let pointer = if is_selected { theme.pointer() } else { " " };
    let names = (width / 2).clamp(8, 40);
    let head = format!("{pointer}{sign} {}", text::pad(&name, names, theme.plain));
    let rest = width.saturating_sub(text::width(&head) + 1);
    Line::from(vec![
        Span::styled(head, if is_selected { style.patch(theme.marked) } else { style }),
        Span::raw(" "),
        Span::styled(text::fit(&what, rest, theme.plain).into_owned(), theme.dim),
    ])
}
