//! The whole picture: header, the screen on top, bottom bar, and what stands before them.

use super::state::{Phase, State};
use super::update::hints;
use super::widgets::dialog::{self, Dialog};
use super::widgets::{footer, header, toast};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};

/// Draws `state`.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let Some(top) = state.layers.last() else { return };
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(1)]).areas(frame.area());
    header::draw(frame, head, &top.screen.title(), &state.opened, &state.theme);
    top.screen.view(frame, body, &state.look());
    match state.wait() {
        Some(seconds) => footer::waiting(frame, foot, seconds, &state.theme),
        None => footer::draw(frame, foot, &hints(&*top.screen), &state.theme),
    }
    if let Some((text, _)) = &state.toast {
        toast::draw(frame, body, text, &state.theme);
    }
    if state.phase == Phase::AskingToQuit {
        let dialog = Dialog {
            title: "Quit",
            text: "The form has changes that are not stored. Leave, and give them up?",
            choices: "y leave · n stay",
        };
        dialog::draw(frame, body, &dialog, &state.theme);
    }
}
