//! The whole picture: header, the screen on top, bottom bar, and what stands before them.

use super::lock;
use super::state::{Phase, State};
use super::update::hints;
use super::widgets::dialog::{self, Dialog};
use super::widgets::{footer, header, toast};
use super::words;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

/// Draws `state`.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let Some(top) = state.layers.last() else { return };
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(1)]).areas(frame.area());
    let left = lock::left(state.policy, state.idle_since, state.now).filter(|_| state.is_open());
    if let Phase::Locked(locked) = &state.phase {
        header::draw(frame, head, "locked", &state.opened, &[], &state.theme);
        let goes_on = state.layers.len() > 1;
        lock::draw(frame, body, locked, &state.opened, state.policy.how, goes_on, &state.theme);
        return footer::draw(frame, foot, &lock::commands(), &state.theme);
    }
    let locks = left.and_then(|left| lock::in_header(state.policy, left));
    let copied = state.copied_for().map(words::clipboard);
    let notes: Vec<String> = copied.into_iter().chain(locks).collect();
    header::draw(frame, head, &top.screen.title(), &state.opened, &notes, &state.theme);
    top.screen.view(frame, body, &state.look());
    if let Some(warning) = left.and_then(lock::warning) {
        footer::warning(frame, foot, &warning, &state.theme);
    } else {
        draw_footer(state, frame, foot);
    }
    if let Some((text, _)) = &state.toast {
        toast::draw(frame, body, text, &state.theme);
    }
    if matches!(state.phase, Phase::AskingToQuit) {
        let dialog = Dialog { title: "Quit", text: words::QUIT, choices: words::QUIT_CHOICES };
        dialog::draw(frame, body, &dialog, &state.theme);
    }
}

fn draw_footer(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let Some(top) = state.layers.last() else { return };
    match state.wait() {
        Some(seconds) => footer::waiting(frame, area, seconds, &state.theme),
        None => footer::draw(frame, area, &hints(&*top.screen), &state.theme),
    }
}
