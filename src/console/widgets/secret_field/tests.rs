use super::*;
use proptest::prelude::*;

fn secret(text: &str) -> Arc<Secret> {
    Arc::new(Secret::new(text))
}

fn press(field: &mut SecretField, code: KeyCode) {
    field.key(&KeyEvent::new(code, KeyModifiers::NONE));
}

fn write(field: &mut SecretField, text: &str) {
    for character in text.chars() {
        press(field, KeyCode::Char(character));
    }
}

#[test]
fn typing_over_the_mask_replaces_the_value_unseen() {
    let mut field = SecretField::value(secret("old"));
    assert_eq!(field.state(), FieldState::Masked);
    write(&mut field, "new");
    assert_eq!(field.state(), FieldState::NewMasked);
    assert_eq!(field.text().expose(), "new");
}

#[test]
fn a_revealed_value_is_edited_in_place_and_keeps_its_line_breaks_and_tabs() {
    let mut field = SecretField::value(secret("a\r\n\tb\r\n"));
    field.toggle();
    assert_eq!(field.state(), FieldState::Editing);
    write(&mut field, "X");
    press(&mut field, KeyCode::Enter);
    assert_eq!(field.text().expose(), "X\r\na\r\n\tb\r\n");
}

#[test]
fn what_a_text_area_would_lose_is_shown_as_escapes_and_can_only_be_replaced() {
    for text in ["nul\0", "a\rb", "a\r\nb\nc", "esc\u{1b}[2J", "bidi\u{202e}"] {
        let mut field = SecretField::value(secret(text));
        field.toggle();
        assert_eq!(field.state(), FieldState::Escaped, "{text:?}");
        assert!(!field.is_changed());
        write(&mut field, "n");
        assert_eq!((field.state(), field.text().expose()), (FieldState::NewMasked, "n"));
    }
}

#[test]
fn a_paste_of_what_cannot_be_shown_masks_a_revealed_value() {
    let mut field = SecretField::value(secret("ab"));
    field.toggle();
    field.paste(&Secret::new("\u{202e}\n\u{1b}")).unwrap();
    assert_eq!(field.state(), FieldState::NewMasked);
    assert_eq!(field.text().expose(), "\u{202e}\n\u{1b}ab");
    field.toggle();
    assert_eq!(field.state(), FieldState::Escaped);
}

#[test]
fn hiding_keeps_what_was_typed_and_forgets_what_was_not() {
    let mut field = SecretField::value(secret("ab"));
    field.toggle();
    field.hide();
    assert_eq!(field.state(), FieldState::Masked);
    field.toggle();
    write(&mut field, "x");
    field.hide();
    write(&mut field, "y");
    assert_eq!(field.text().expose(), "xyab");
}

#[test]
fn a_cleared_field_is_empty() {
    let mut field = SecretField::value(secret("ab"));
    field.clear();
    assert_eq!((field.state(), field.text().is_empty()), (FieldState::Empty, true));
}

#[test]
fn a_line_takes_one_line_of_visible_characters() {
    let mut field = SecretField::line(secret("ü"));
    write(&mut field, "x\u{202e}");
    press(&mut field, KeyCode::Enter);
    assert_eq!(field.paste(&Secret::new("a\nb")), Err(NotOneLine));
    assert_eq!(field.paste(&Secret::new("日本")), Ok(()));
    assert_eq!(field.name(), "üx日本");
}

#[test]
fn a_line_that_holds_several_is_shown_as_escapes() {
    let field = SecretField::line(secret("a\nb"));
    assert_eq!(field.state(), FieldState::Escaped);
    assert!(!field.is_changed());
}

#[test]
fn a_deleted_word_does_not_wait_in_a_buffer() {
    let mut field = SecretField::value(secret("one two"));
    field.toggle();
    press(&mut field, KeyCode::End);
    field.key(&KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL));
    assert_eq!(field.text().expose(), "one ");
    let Content::Typed(draft) = &field.content else { panic!("it is being typed") };
    assert!(draft.area().yank_text().is_empty());
}

proptest! {
    #[test]
    fn any_value_that_was_looked_at_and_not_changed_is_the_one_that_was_given(text in "(?s)[a-c\t\r\n\0\u{202e}é]{0,12}") {
        let given = secret(&text);
        let mut field = SecretField::value(Arc::clone(&given));
        for _ in 0..3 {
            field.toggle();
            press(&mut field, KeyCode::Down);
            press(&mut field, KeyCode::End);
            prop_assert!(Arc::ptr_eq(&field.text(), &given));
        }
    }

    #[test]
    fn an_edit_at_the_end_adds_that_character_and_nothing_else(text in "[a-c\t\n]{0,12}", crlf: bool) {
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let mut field = SecretField::value(secret(&text));
        field.toggle();
        field.key(&KeyEvent::new(KeyCode::End, KeyModifiers::CONTROL));
        press(&mut field, KeyCode::Char('é'));
        let after = field.text();
        prop_assert_eq!(after.expose(), format!("{text}é"));
    }
}
