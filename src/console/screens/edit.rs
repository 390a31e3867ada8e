//! The form: one full set of secrets, edited row by row.
//!
//! It changes nothing but its own rows. What is to stand goes to the review as a whole set, in which every text that
//! was not edited is the very one that was loaded.

mod keys;
mod list;
mod model;
mod pane;
mod panel;
mod paste;
mod row;
mod validate;
mod view;
mod writing;

use crate::audit;
use crate::console::effect::{Action, EditTarget, Request, ReviewTarget, Toast, Tone, Typed};
use crate::console::keymap::{Group, Hint};
use crate::console::message::Reply;
use crate::console::screen::{Context, Event, Look, Screen};
use crate::console::widgets::scroll::{self, Move};
use crate::console::words;
use crate::error::Error;
use crate::secret::{Secret, escape};
use crate::store::NewSet;
use crate::store::json::Incoming;
use crossterm::event::{KeyEvent, MouseEventKind};
use keys::{Answer, FieldAct, LEAVING, LINE, LIST, ListAct, VALUE};
use model::{Marked, Model};
use ratatui::Frame;
use ratatui::layout::Rect;
use row::Content;
use std::sync::Arc;
use std::time::Instant;
use validate::problems;
use writing::{Focus, Writing};

/// The form on one set.
pub struct State {
    target: EditTarget,
    model: Model,
    chosen: usize,
    mode: Mode,
}

/// What the keys go to.
enum Mode {
    /// The rows.
    List,
    /// A field of the chosen row.
    Writing(Box<Writing>),
    /// The question whether to leave.
    Leaving,
}

impl State {
    /// The form on the set of `target`, as it was loaded.
    pub fn new(target: EditTarget) -> Self {
        let model = Model::new(&target.set);
        Self { target, model, chosen: 0, mode: Mode::List }
    }

    /// A form on `target` in which everything is as `new` wants it.
    pub fn rebased(target: EditTarget, new: &NewSet) -> Self {
        let model = Model::rebased(&target.set, new);
        Self { target, model, chosen: 0, mode: Mode::List }
    }

    fn key(&mut self, key: &KeyEvent, context: &Context<'_>) -> Vec<Action> {
        match &mut self.mode {
            Mode::List => {
                let act = LIST.find(key).or_else(|| scroll::pressed(key).map(ListAct::Go));
                act.map_or_else(Vec::new, |act| self.list_act(act, context))
            }
            Mode::Leaving => match LEAVING.find(key) {
                Some(Answer::Leave) => vec![Action::Pop],
                Some(Answer::Stay) => {
                    self.mode = Mode::List;
                    Vec::new()
                }
                Some(Answer::Review) => {
                    self.mode = Mode::List;
                    self.review()
                }
                None => Vec::new(),
            },
            Mode::Writing(writing) => {
                if let Some(act) = field_keys(writing.focus).find(key) {
                    return self.field_act(act);
                }
                writing.field.key(key);
                self.put_name();
                Vec::new()
            }
        }
    }

    fn list_act(&mut self, act: ListAct, context: &Context<'_>) -> Vec<Action> {
        let page = usize::from(context.size.height.saturating_sub(4)).max(1);
        match act {
            ListAct::Go(to) => self.choose(match to {
                Move::Down => self.chosen.saturating_add(1),
                Move::Up => self.chosen.saturating_sub(1),
                Move::PageDown => self.chosen.saturating_add(page),
                Move::PageUp => self.chosen.saturating_sub(page),
                Move::First => 0,
                Move::Last => usize::MAX,
            }),
            ListAct::Edit => return self.edit(),
            ListAct::Add => self.add(),
            ListAct::Remove => return self.toggle_removal(),
            ListAct::Duplicate => return self.duplicate(),
            ListAct::Undo => return self.undo(),
            ListAct::Review => return self.review(),
            ListAct::Leave if self.has_changes() => self.mode = Mode::Leaving,
            ListAct::Leave => return vec![Action::Pop],
        }
        Vec::new()
    }

    fn field_act(&mut self, act: FieldAct) -> Vec<Action> {
        let Mode::Writing(writing) = &mut self.mode else { return Vec::new() };
        match act {
            FieldAct::GoOn if writing.focus == Focus::Description => self.end_row(),
            FieldAct::GoOn | FieldAct::Next => writing.go_to(&mut self.model, writing.focus.next()),
            FieldAct::Previous => writing.go_to(&mut self.model, writing.focus.previous()),
            FieldAct::Reveal if writing.field.is_masked() => {
                let name = self.model.row(self.chosen).map(row::FormRow::name).unwrap_or_default();
                let event = audit::Event::of(audit::Action::Reveal, &self.target.set.scope).named(name);
                return vec![Action::Request(Request::Record(event))];
            }
            FieldAct::Reveal => writing.field.toggle(),
            FieldAct::Clear => {
                writing.field.clear();
                self.put_name();
            }
            FieldAct::Done => self.end_row(),
            FieldAct::Review => return self.review(),
        }
        Vec::new()
    }

    /// The trail has its record of the reveal, or it does not happen.
    fn recorded(&mut self, recorded: Result<(), Error>) -> Vec<Action> {
        match (recorded, &mut self.mode) {
            (Ok(()), Mode::Writing(writing)) if writing.field.is_masked() => writing.field.toggle(),
            (Ok(()), _) => {}
            (Err(error), _) => return toast(Tone::Bad, &error.message),
        }
        Vec::new()
    }

    /// The secrets of a file become rows, as those of a paste do.
    fn imported(&mut self, read: Result<Vec<Incoming>, Error>) -> Vec<Action> {
        match read {
            Ok(found) if found.is_empty() => toast(Tone::Warning, words::EMPTY_FILE),
            Ok(found) => {
                self.end_row();
                let pasted = paste::apply(&mut self.model, found);
                self.choose(pasted.last);
                toast(Tone::Good, &pasted.sentence())
            }
            Err(error) => toast(Tone::Bad, &error.message),
        }
    }

    fn choose(&mut self, row: usize) {
        self.chosen = row.min(self.model.rows().len().saturating_sub(1));
    }

    fn edit(&mut self) -> Vec<Action> {
        let Some(row) = self.model.row(self.chosen) else {
            return toast(Tone::Info, words::NO_ROW_TO_EDIT);
        };
        if row.mark() == row::Mark::Removed {
            return toast(Tone::Info, words::ROW_GOES);
        }
        match Writing::begin(&self.model, self.chosen, Focus::Name) {
            Some(writing) => {
                self.mode = Mode::Writing(Box::new(writing));
                Vec::new()
            }
            None => toast(Tone::Warning, words::ROW_SEALED),
        }
    }

    fn add(&mut self) {
        let at = (self.chosen + 1).min(self.model.rows().len());
        self.model.add(at, Content::empty());
        self.chosen = at;
        if let Some(writing) = Writing::begin_fresh(&self.model, at) {
            self.mode = Mode::Writing(Box::new(writing));
        }
    }

    fn toggle_removal(&mut self) -> Vec<Action> {
        match self.model.toggle_removal(self.chosen) {
            Some(Marked::Goes | Marked::Stays) => self.choose(self.chosen.saturating_add(1)),
            Some(Marked::Gone) => self.choose(self.chosen),
            None => return toast(Tone::Info, words::NO_ROW_TO_REMOVE),
        }
        Vec::new()
    }

    fn duplicate(&mut self) -> Vec<Action> {
        if self.model.rows().is_empty() {
            return toast(Tone::Info, words::NO_ROW_TO_DUPLICATE);
        }
        if !self.model.duplicate(self.chosen) {
            return toast(Tone::Warning, words::ROW_SEALED);
        }
        self.choose(self.chosen + 1);
        Vec::new()
    }

    fn undo(&mut self) -> Vec<Action> {
        match self.model.undo() {
            Some(row) => {
                self.choose(row);
                Vec::new()
            }
            None => toast(Tone::Info, words::NOTHING_TO_UNDO),
        }
    }

    /// Shows a name in the list as it is typed, so that its problems show too.
    fn put_name(&mut self) {
        if let Mode::Writing(writing) = &self.mode
            && writing.focus == Focus::Name
        {
            writing.put(&mut self.model);
        }
    }

    fn end_row(&mut self) {
        if let Mode::Writing(writing) = std::mem::replace(&mut self.mode, Mode::List) {
            writing.end(&mut self.model);
            self.choose(self.chosen);
        }
    }

    fn review(&mut self) -> Vec<Action> {
        self.end_row();
        let problems = problems(self.model.rows());
        let first = problems.iter().enumerate().find_map(|(at, problem)| Some((at, problem.filter(|it| it.blocks())?)));
        if let Some((at, problem)) = first {
            self.choose(at);
            let name = self.model.row(at).map(row::FormRow::name).filter(|name| !name.is_empty());
            let of = name.map(|name| format!("{}: ", escape::line(name))).unwrap_or_default();
            return toast(Tone::Bad, &format!("{of}{}", problem.sentence()));
        }
        if !self.has_changes() {
            return toast(Tone::Info, words::NOTHING_TO_REVIEW);
        }
        let (base, title) = (Arc::clone(&self.target.set), self.target.title.clone());
        vec![Action::Review(ReviewTarget { new: self.model.to_set(&base), base, title })]
    }

    fn paste(&mut self, text: &Secret) -> Vec<Action> {
        match &mut self.mode {
            Mode::List => self.paste_rows(text),
            Mode::Leaving => Vec::new(),
            Mode::Writing(writing) => {
                let rows = match writing.focus {
                    Focus::Name => paste::is_rows(text),
                    Focus::Value => false,
                    Focus::Description => paste::is_lines(text),
                };
                if rows && paste::read(text).is_ok_and(|found| !found.is_empty()) {
                    self.end_row();
                    return self.paste_rows(text);
                }
                let taken = writing.field.paste(text);
                let focus = writing.focus;
                self.put_name();
                match taken {
                    Ok(()) => Vec::new(),
                    Err(_) if focus == Focus::Name => toast(Tone::Warning, words::NAME_NOT_PASTED),
                    Err(_) => toast(Tone::Warning, words::DESCRIPTION_NOT_PASTED),
                }
            }
        }
    }

    fn paste_rows(&mut self, text: &Secret) -> Vec<Action> {
        match paste::read(text) {
            Ok(found) if found.is_empty() => toast(Tone::Warning, words::EMPTY_PASTE),
            Ok(found) => {
                let pasted = paste::apply(&mut self.model, found);
                self.choose(pasted.last);
                toast(Tone::Good, &pasted.sentence())
            }
            Err(error) => toast(Tone::Warning, &words::paste_not_read(error)),
        }
    }
}

fn toast(tone: Tone, text: &str) -> Vec<Action> {
    vec![Action::Toast(Toast { tone, text: text.to_owned() })]
}

fn field_keys(focus: Focus) -> Group<FieldAct> {
    match focus {
        Focus::Name | Focus::Description => LINE,
        Focus::Value => VALUE,
    }
}

/// The commands of this screen.
pub fn commands() -> Vec<Hint> {
    [LIST.hints(), LINE.hints(), VALUE.hints(), LEAVING.hints()].concat()
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &Context<'_>) -> Vec<Action> {
        match event {
            Event::Key(key) => self.key(&key, context),
            Event::Paste(text) => self.paste(&text),
            Event::Mouse(mouse) => {
                match (mouse.kind, &self.mode) {
                    (MouseEventKind::ScrollDown, Mode::List) => self.choose(self.chosen.saturating_add(1)),
                    (MouseEventKind::ScrollUp, Mode::List) => self.choose(self.chosen.saturating_sub(1)),
                    _ => {}
                }
                Vec::new()
            }
            Event::Hide => {
                if let Mode::Writing(writing) = &mut self.mode {
                    writing.field.hide();
                }
                Vec::new()
            }
            Event::Reply(Reply::Recorded(recorded)) => self.recorded(recorded),
            Event::Reply(Reply::Import(read)) => self.imported(read),
            Event::Typed(Typed::Import(path)) => vec![Action::Request(Request::Import(path))],
            Event::Typed(Typed::Export(_)) => toast(Tone::Warning, words::EXPORT_ELSEWHERE),
            Event::Typed(Typed::Compare(_)) => toast(Tone::Warning, words::COMPARE_ELSEWHERE),
            Event::Started | Event::Reply(_) | Event::Due | Event::Committed(_) | Event::Jump(_) => Vec::new(),
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look<'_>) {
        view::draw(self, frame, area, look);
    }

    fn due(&self, _: Instant) -> Option<Instant> {
        None
    }

    fn hints(&self) -> Vec<Hint> {
        match &self.mode {
            Mode::List => scroll::hints(&LIST),
            Mode::Writing(writing) => field_keys(writing.focus).hints(),
            Mode::Leaving => LEAVING.hints(),
        }
    }

    fn title(&self) -> String {
        self.target.title.clone()
    }

    fn has_changes(&self) -> bool {
        let typed = matches!(&self.mode, Mode::Writing(writing) if writing.field.is_changed());
        typed || self.model.changes() > 0
    }

    fn park(&mut self) -> Option<ReviewTarget> {
        self.end_row();
        let (base, title) = (Arc::clone(&self.target.set), self.target.title.clone());
        self.has_changes().then(|| ReviewTarget { new: self.model.to_set(&base), base, title })
    }

    fn takes_text(&self) -> bool {
        matches!(self.mode, Mode::Writing(_))
    }
}

#[cfg(test)]
mod tests;
