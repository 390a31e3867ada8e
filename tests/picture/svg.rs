//! A terminal screen as an SVG: a dark window with every cell's text and colours in it.

use std::fmt::Write as _;
use vt100::{Cell, Color, Screen};

const CELL_WIDTH: f32 = 8.4;
/// What a letter of the fonts below takes, so that the lines of a box meet.
const CELL_HEIGHT: f32 = 16.5;
/// Where the letters stand in a cell, from its top.
const BASELINE: f32 = 12.8;
const MARGIN: f32 = 16.0;
const TITLE_HEIGHT: f32 = 34.0;

const PAPER: &str = "#14161b";
const INK: &str = "#d5d8df";
const FONTS: &str = "ui-monospace, 'Cascadia Mono', 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace";

/// The 16 colours that a terminal has names for.
const PALETTE: [&str; 16] = [
    "#2a2e37", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4", "#6b7280", "#ff8087",
    "#b5e08f", "#ffd68a", "#85c8ff", "#df9bf2", "#79d8e4", "#ffffff",
];

/// The look of a run of cells.
#[derive(Debug, Clone, PartialEq)]
struct Style {
    ink: String,
    paper: String,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        let (mut ink, mut paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut paper);
        }
        let (bold, dim, italic, underline) = (cell.bold(), cell.dim(), cell.italic(), cell.underline());
        Self { ink, paper, bold, dim, italic, underline }
    }

    /// What a `<text>` needs besides its place.
    fn attributes(&self) -> String {
        let mut attributes = format!(" fill=\"{}\"", self.ink);
        for (holds, attribute) in [
            (self.bold, " font-weight=\"bold\""),
            (self.dim, " opacity=\"0.6\""),
            (self.italic, " font-style=\"italic\""),
            (self.underline, " text-decoration=\"underline\""),
        ] {
            if holds {
                attributes.push_str(attribute);
            }
        }
        attributes
    }
}

/// Neighbours in one row that look alike.
struct Run {
    column: u16,
    width: u16,
    style: Style,
    text: String,
}

/// Draws `screen` under a title bar that says `title`.
pub(crate) fn draw(screen: &Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let width = f32::from(columns.get()) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(rows.get()) * CELL_HEIGHT + MARGIN + TITLE_HEIGHT;
    let title = escape(title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <rect width=\"{width:.1}\" height=\"{height:.1}\" rx=\"10\" fill=\"{PAPER}\" stroke=\"#3a3f4b\"/>\n"
    );
    for (at, button) in [(20, "#ff5f57"), (40, "#febc2e"), (60, "#28c840")] {
        writeln!(svg, "<circle cx=\"{at}\" cy=\"17\" r=\"6\" fill=\"{button}\"/>").unwrap();
    }
    writeln!(svg, "<g font-family=\"{FONTS}\" font-size=\"14\" xml:space=\"preserve\" style=\"white-space:pre\">")
        .unwrap();
    let middle = width / 2.0;
    writeln!(svg, "<text x=\"{middle:.1}\" y=\"22\" text-anchor=\"middle\" fill=\"#8b92a0\">{title}</text>").unwrap();
    for row in 0..rows.get() {
        for run in runs(screen, row, columns.get()) {
            draw_run(&mut svg, row, &run);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// The runs of a row. A wide character is a run of its own, so that no font can shift what follows it.
fn runs(screen: &Screen, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut after_wide = false;
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else { continue };
        let style = Style::of(cell);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some(last) if last.style == style && !after_wide && !cell.is_wide() => {
                last.width += 1;
                last.text.push_str(text);
            }
            Some(_) | None => {
                let width = if cell.is_wide() { 2 } else { 1 };
                runs.push(Run { column, width, style, text: text.to_owned() });
            }
        }
        after_wide = cell.is_wide();
    }
    runs
}

fn draw_run(svg: &mut String, row: u16, run: &Run) {
    let (x, top) = (MARGIN + f32::from(run.column) * CELL_WIDTH, TITLE_HEIGHT + f32::from(row) * CELL_HEIGHT);
    let width = f32::from(run.width) * CELL_WIDTH;
    if run.style.paper != PAPER {
        let paper = &run.style.paper;
        writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT:.1}\" fill=\"{paper}\"/>"
        )
        .unwrap();
    }
    let text = if run.style.underline { run.text.as_str() } else { run.text.trim_end_matches(' ') };
    if text.is_empty() {
        return;
    }
    // A space is one cell and one byte.
    let width = width - CELL_WIDTH * f32::from(u16::try_from(run.text.len() - text.len()).unwrap());
    let (y, attributes, text) = (top + BASELINE, run.style.attributes(), escape(text));
    // The length holds the cells in their columns whatever font the reader has.
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\"{attributes}>{text}</text>"
    )
    .unwrap();
}

fn colour(colour: Color, default: &str) -> String {
    match colour {
        Color::Default => default.to_owned(),
        Color::Idx(index) => indexed(index),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    }
}

/// A colour of the 256: 16 with names, a cube of 6×6×6, and 24 greys.
fn indexed(index: u8) -> String {
    if let Some(named) = PALETTE.get(usize::from(index)) {
        return (*named).to_owned();
    }
    if let Some(grey) = index.checked_sub(232) {
        let level = 8 + 10 * grey;
        return format!("#{level:02x}{level:02x}{level:02x}");
    }
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let cube = index - 16;
    format!("#{:02x}{:02x}{:02x}", level(cube / 36), level(cube / 6 % 6), level(cube % 6))
}

/// Text as XML holds it. What XML cannot hold becomes a replacement character.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
