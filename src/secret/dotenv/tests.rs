use super::*;
use proptest::prelude::*;

fn pairs(text: &str) -> Vec<(String, String)> {
    let read = parse(text).unwrap();
    read.iter().map(|one| (one.name.as_str().to_owned(), one.value.expose().to_owned())).collect()
}

fn value(line: &str) -> String {
    pairs(line).remove(0).1
}

fn problem(text: &str) -> (usize, DotenvProblem) {
    let error = parse(text).unwrap_err();
    (error.line, error.reason)
}

#[test]
fn what_other_readers_lose_is_kept() {
    assert_eq!(value("A=pa$$word${HOME}`id`"), "pa$$word${HOME}`id`");
    assert_eq!(value("A=abc#def"), "abc#def");
    assert_eq!(value("A='it is $HOME\\'"), "it is $HOME\\");
    assert_eq!(value("A=\"\\$HOME \\q\""), "\\$HOME \\q");
    assert_eq!(value("A=`x`"), "`x`");
    assert_eq!(value("A=back\\slash\\n"), "back\\slash\\n");
}

#[test]
fn comments_blank_lines_and_export_are_passed_over() {
    let text = "\u{feff}# head\n\n  export A = 1 # one\r\nB=2\t# two\n   \nexport\tC='3' # three\nD=#none\nE=";
    let expected = [("A", "1"), ("B", "2"), ("C", "3"), ("D", ""), ("E", "")];
    assert_eq!(pairs(text), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn quotes_hold_line_breaks_and_lines_are_counted_through_them() {
    let read = parse("KEY='one\ntwo\n'\nB=\"a\nb\\tc\\\\\\\"\"\n").unwrap();
    assert_eq!(read.iter().map(|one| one.line).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(read[0].value.expose(), "one\ntwo\n");
    assert_eq!(read[1].value.expose(), "a\nb\tc\\\"");
}

#[test]
fn equal_names_are_both_there_for_the_caller_to_refuse() {
    assert_eq!(pairs("A=1\nA=2").len(), 2);
}

#[test]
fn what_is_no_assignment_is_refused_with_its_line() {
    assert_eq!(problem("A=1\nCANARY\n"), (2, DotenvProblem::NoAssignment));
    assert_eq!(problem("my secret=1"), (1, DotenvProblem::BadName));
    assert_eq!(problem("=1"), (1, DotenvProblem::BadName));
    assert_eq!(problem("\nA='1\n2\n"), (2, DotenvProblem::Unclosed));
    assert_eq!(problem("A=\"1\\\""), (1, DotenvProblem::Unclosed));
    assert_eq!(problem("A='1\n' x"), (2, DotenvProblem::Trailing));
    assert_eq!(problem("A=\0"), (1, DotenvProblem::Nul));
}

#[test]
fn what_cannot_be_written_is_named() {
    let mut out = Zeroizing::new(String::new());
    let odd = SecretName::new("my secret").unwrap();
    assert_eq!(write(&mut out, &odd, &Secret::new("v")), Err(Unwritable::Name(odd)));
    let name = SecretName::new("A").unwrap();
    assert_eq!(write(&mut out, &name, &Secret::new("a\0b")), Err(Unwritable::Nul(name)));
    assert!(out.is_empty());
}

#[test]
fn quotes_are_used_only_where_something_needs_them() {
    let written = |value: &str| {
        let mut out = Zeroizing::new(String::new());
        write(&mut out, &SecretName::new("A").unwrap(), &Secret::new(value)).unwrap();
        out.to_string()
    };
    assert_eq!(written("ghp_a1/b=="), "A=ghp_a1/b==\n");
    assert_eq!(written(""), "A=''\n");
    assert_eq!(written("$HOME \"x\"\n"), "A='$HOME \"x\"\n'\n");
    assert_eq!(written("it's"), "A=\"it's\"\n");
    assert_eq!(written("a\r\nb"), "A=\"a\\r\\nb\"\n");
}

proptest! {
    #[test]
    fn any_value_without_a_nul_reads_back_the_same(values in prop::collection::vec("[^\0]*|[ '\"\\\\#$`\r\n\t=a]*", 0..6)) {
        let mut out = Zeroizing::new(String::new());
        for (number, value) in values.iter().enumerate() {
            let name = SecretName::new(format!("NAME_{number}")).unwrap();
            write(&mut out, &name, &Secret::new(value.as_str())).unwrap();
        }
        let read: Vec<String> = pairs(&out).into_iter().map(|(_, value)| value).collect();
        prop_assert_eq!(read, values);
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "[A-Z='\"\\\\# \r\n\t\u{feff}é\0]*") {
        let _ = parse(&text);
    }
}
