//! Tables for people: no lines, columns apart.

use comfy_table::{ContentArrangement, Table, presets};

/// A table under `headings`.
pub(super) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings.iter().copied());
    table
}

/// The table as text, without the spaces that the library leaves at the ends of lines and at their beginning.
pub(super) fn text(table: &Table) -> String {
    let lines = table.lines().map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned() + "\n");
    lines.collect()
}
