//! The house rules that the compiler does not know: which room may name which, who may name which crate, who may look
//! at plaintext, who may write to the terminal.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails here")]

#[path = "common/source.rs"]
mod source;

use proc_macro2::{Delimiter, TokenTree};
use source::{Source, sources};

/// The rooms in the order in which they build on each other: a room names only those before it.
const ROOMS: [&str; 11] =
    ["error", "secret", "keyring", "cipher", "config", "database", "audit", "store", "rotation", "console", "cli"];

/// What a room may name of a later one, with the reason.
const EXCEPTIONS: [(&str, &[&str], &str); 1] = [(
    "cipher",
    &["crate", "database", "StoredText"],
    "the type that keeps plaintext out of a column is the database's, and only the cipher fills it",
)];

/// Which files may name which crate: a prefix of their path.
const CRATES: [(&str, &[&str]); 25] = [
    ("age", &["src/keyring/protect.rs"]),
    ("arboard", &["src/console/clipboard.rs"]),
    ("rusqlite", &["src/database/sqlite"]),
    ("tokio_postgres", &["src/database/postgres"]),
    ("tokio_postgres_rustls", &["src/database/postgres"]),
    ("tokio", &["src/database/postgres"]),
    ("rustls", &["src/database/postgres/tls.rs"]),
    ("futures_util", &["src/database/postgres"]),
    ("aes", &["src/cipher"]),
    ("aes_gcm", &["src/cipher"]),
    ("ratatui", &["src/console"]),
    ("crossterm", &["src/console"]),
    ("tui_textarea", &["src/console/widgets/secret_field"]),
    ("nucleo_matcher", &["src/console"]),
    ("unicode_width", &["src/console", "src/cli"]),
    ("clap", &["src/cli"]),
    ("clap_complete", &["src/cli"]),
    ("clap_mangen", &["src/cli"]),
    ("comfy_table", &["src/cli"]),
    ("tracing_subscriber", &["src/cli"]),
    ("strsim", &["src/cli"]),
    ("directories", &["src/config"]),
    ("toml", &["src/config"]),
    ("rpassword", &["src/cli", "src/keyring"]),
    ("zeroizing_alloc", &["src/main.rs"]),
];

/// The files that may look at a plaintext, each with what it does there.
const MAY_EXPOSE: [(&str, &str); 21] = [
    ("src/secret.rs", "defines it"),
    ("src/secret/dotenv.rs", "writes it as a line of a dotenv file"),
    ("src/keyring/id.rs", "digests a key secret into the key"),
    ("src/keyring/generate.rs", "writes a new key file"),
    ("src/keyring/protect.rs", "hands a passphrase to age"),
    ("src/keyring/source.rs", "copies JWT_SECRET, and a passphrase, into the ring"),
    ("src/cipher.rs", "encrypts it"),
    ("src/database/postgres/parameters.rs", "hands the database password to the driver"),
    ("src/cipher/mac.rs", "reads the audit trail's own key"),
    ("src/store/json.rs", "writes a set for an export"),
    ("src/cli/secret.rs", "lists descriptions, which an operator reads"),
    ("src/console/terminal.rs", "puts it on the terminal's clipboard"),
    ("src/console/start.rs", "takes a pasted passphrase into its field"),
    ("src/console/update/locking.rs", "takes a pasted passphrase into the lock's field"),
    ("src/console/clipboard.rs", "puts it on the desktop's and on tmux's"),
    ("src/console/screens/browse/view/secrets.rs", "draws descriptions"),
    ("src/console/widgets/value.rs", "draws what is revealed"),
    ("src/console/screens/rotate.rs", "takes a pasted key secret into its field"),
    ("src/console/screens/edit/paste.rs", "reads a paste as NAME=value lines"),
    ("src/console/widgets/secret_field.rs", "draws a name, a description and what was revealed"),
    ("src/console/widgets/secret_field/draft.rs", "puts it into a text area to be edited"),
];

/// The files that may take hold of stdout and stderr.
const MAY_WRITE: [(&str, &str); 2] =
    [("src/cli/output.rs", "answers to stdout, everything else to stderr"), ("src/console/terminal.rs", "the screen")];

/// Types that hold plaintext in the clear, so that a derived `Debug` around them would print it.
const BARE_PLAINTEXT: [&str; 3] = ["Zeroizing", "TextArea", "KeyEvent"];

/// The files of the command line and of the console that may hold sentences, by a prefix of their path, with the reason.
const MAY_SAY: [(&str, &str); 7] = [
    ("src/cli/words", "where the sentences of the command line are read together"),
    ("src/console/words", "where those of the console are"),
    ("src/cli/demo/people.rs", "names of the made-up tenant: its words, not the program's"),
    ("src/cli/demo/tenant.rs", "descriptions of its secrets"),
    ("src/cli/demo/secrets.rs", "the same"),
    ("src/cli/demo/unusual.rs", "the same"),
    ("src/cli/demo/keys.rs", "notes on its keys"),
];

#[track_caller]
fn assert_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn a_room_names_only_the_rooms_that_it_builds_on() {
    let mut broken = Vec::new();
    for source in sources() {
        let Some(own) = ROOMS.iter().position(|room| *room == source.room()) else {
            assert!(matches!(source.room(), "lib" | "main"), "{} belongs to no known room", source.path);
            continue;
        };
        for name in source.names() {
            let is_ours = name[0] == "crate" && name.len() > 1;
            let later = is_ours && ROOMS.iter().position(|room| *room == name[1]).is_some_and(|room| room > own);
            let excused =
                EXCEPTIONS.iter().any(|(room, path, _)| ROOMS[own] == *room && name.starts_with(&owned(path)));
            if later && !excused {
                broken.push(format!("{} names {}", source.path, name.join("::")));
            }
        }
    }
    assert_none("imports go one way", &broken);
}

#[test]
fn no_screen_knows_another() {
    let screen = |path: &str| {
        let below = path.strip_prefix("src/console/screens/")?;
        below.split(['/', '.']).next().map(str::to_owned)
    };
    let sources = sources();
    let all: Vec<String> = sources.iter().filter_map(|source| screen(&source.path)).collect();
    let mut broken = Vec::new();
    for source in &sources {
        let Some(own) = screen(&source.path) else { continue };
        for name in source.names() {
            let to_screen = name.len() > 3 && name[..3] == owned(&["crate", "console", "screens"])[..];
            if to_screen && name[3] != own && all.contains(&name[3]) {
                broken.push(format!("{} names {}", source.path, name.join("::")));
            }
        }
    }
    assert_none("a screen holds no other screen", &broken);
}

#[test]
fn every_crate_is_named_in_its_own_room_alone() {
    let mut broken = Vec::new();
    for source in sources() {
        for name in source.names().iter().filter(|name| name.len() > 1) {
            let home = CRATES.iter().find(|(crate_name, _)| name[0] == *crate_name);
            if home.is_some_and(|(_, homes)| !homes.iter().any(|home| source.path.starts_with(home))) {
                broken.push(format!("{} names {}", source.path, name.join("::")));
            }
        }
    }
    assert_none("a crate has one home", &broken);
}

#[test]
fn plaintext_is_looked_at_in_the_listed_places_alone() {
    let sources = sources();
    let exposing: Vec<&Source> = sources.iter().filter(|source| source.calls("expose")).collect();
    let allowed = |path: &str| MAY_EXPOSE.iter().any(|(file, _)| *file == path);
    let broken: Vec<String> =
        exposing.iter().filter(|source| !allowed(&source.path)).map(|source| source.path.clone()).collect();
    assert_none("Secret::expose() is called in files that are not on the list", &broken);
    let unneeded: Vec<String> = MAY_EXPOSE
        .iter()
        .filter(|(file, _)| *file != "src/secret.rs" && !exposing.iter().any(|source| source.path == *file))
        .map(|(file, _)| (*file).to_owned())
        .collect();
    assert_none("the list names files that do not need it", &unneeded);
}

#[test]
fn only_the_output_and_the_screen_take_hold_of_the_standard_streams() {
    let mut broken = Vec::new();
    for source in sources() {
        let may = MAY_WRITE.iter().any(|(file, _)| *file == source.path);
        let stream = source.names().iter().any(|name| {
            let last = name.last().map(String::as_str);
            matches!(last, Some("stdout" | "stderr" | "Stdout" | "Stderr")) && name.iter().any(|part| part == "io")
        });
        let prints = ["print", "println", "eprint", "eprintln", "dbg"].iter().any(|name| source.uses_macro(name));
        if (stream && !may) || prints {
            broken.push(source.path.clone());
        }
    }
    assert_none("writes past the one place that knows stdout from stderr", &broken);
}

#[test]
fn no_type_around_bare_plaintext_derives_debug() {
    let mut broken = Vec::new();
    for source in sources() {
        debug_around_plaintext(&source, source.tokens(), &mut broken);
    }
    assert_none("a derived Debug would print plaintext", &broken);
}

#[test]
fn the_types_of_plaintext_derive_nothing_that_copies_or_writes_it() {
    let forbidden = ["Clone", "Debug", "Serialize", "Deserialize", "Display"];
    let mut seen = 0;
    for (file, type_name) in [("src/secret.rs", "Secret"), ("src/keyring.rs", "Key")] {
        let source = sources().into_iter().find(|source| source.path == file).unwrap();
        for item in items(source.tokens()) {
            if item.name == type_name {
                seen += 1;
                // A key's Debug is a mask because the secret's is.
                let derived = item.derives.iter().filter(|name| file != "src/keyring.rs" || *name != "Debug");
                let bad: Vec<&String> = derived.filter(|name| forbidden.contains(&name.as_str())).collect();
                assert!(bad.is_empty(), "{type_name} derives {bad:?}");
            }
        }
    }
    assert_eq!(seen, 2, "both types were found");
}

#[test]
fn sentences_stand_where_they_are_read_together() {
    let sources = sources();
    let speaks = |source: &&Source| matches!(source.room(), "cli" | "console");
    let said = |source: &Source| {
        let sentences = sentences(source.tokens());
        sentences.into_iter().map(|sentence| format!("{} says {sentence}", source.path)).collect::<Vec<_>>()
    };
    let may_say = |path: &str| MAY_SAY.iter().any(|(home, _)| path.starts_with(home));
    let broken: Vec<String> =
        sources.iter().filter(speaks).filter(|source| !may_say(&source.path)).flat_map(said).collect();
    assert_none("a sentence stands outside the words of its room", &broken);
    let unneeded: Vec<String> = MAY_SAY
        .iter()
        .filter(|(home, _)| sources.iter().all(|source| !source.path.starts_with(home) || said(source).is_empty()))
        .map(|(home, _)| (*home).to_owned())
        .collect();
    assert_none("the list names files that say nothing", &unneeded);
}

/// The string literals among `tokens` that read as sentences. Attributes, doc comments among them, say what they say to
/// the compiler and to the help; the list of commands holds its own help.
fn sentences(tokens: &[TokenTree]) -> Vec<String> {
    let is_mark = |token: Option<&TokenTree>, wanted: char| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == wanted);
    let is_word =
        |token: Option<&TokenTree>, wanted: &str| matches!(token, Some(TokenTree::Ident(word)) if word == wanted);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let next = |by: usize| tokens.get(at + by);
        match &tokens[at] {
            TokenTree::Punct(_) if is_mark(next(0), '#') => at += if is_mark(next(1), '!') { 2 } else { 1 },
            TokenTree::Ident(_) if is_word(next(0), "Binding") && is_word(next(3), "new") => at += 4,
            TokenTree::Ident(_) if is_word(next(0), "when") && is_mark(next(1), ':') => at += 2,
            TokenTree::Group(group) => {
                found.extend(sentences(&group.stream().into_iter().collect::<Vec<_>>()));
            }
            TokenTree::Literal(literal) => found.extend(Some(literal.to_string()).filter(|text| is_sentence(text))),
            TokenTree::Punct(_) | TokenTree::Ident(_) => {}
        }
        at += 1;
    }
    found
}

/// Whether a literal is a text of three words or more, a placeholder counted as one, of which two stand there in letters.
fn is_sentence(literal: &str) -> bool {
    if !literal.starts_with(['"', 'r']) {
        return false;
    }
    let mut text = String::new();
    let mut characters = literal.chars();
    while let Some(character) = characters.next() {
        match character {
            // What is escaped ends a word.
            '\\' => text.extend(characters.next().map(|_| ' ')),
            '{' => {
                characters.by_ref().find(|&end| end == '}');
                text.push('1');
            }
            other => text.push(other),
        }
    }
    let words = |is_one: fn(char) -> bool| text.split_whitespace().filter(|word| word.contains(is_one)).count();
    words(char::is_alphanumeric) > 2 && words(char::is_alphabetic) > 1
}

#[test]
fn a_sentence_is_told_from_a_label() {
    for sentence in [r#""there is no key""#, r#""{} is sealed""#, r#"" Nothing was said yet.""#] {
        assert!(is_sentence(sentence), "{sentence}");
    }
    for label in
        [r#""E-MAIL""#, r#""{} {} {}\n""#, r#""in focus""#, r#""{count} under {}""#, r#""\n  {}  {}""#, "'x'", "17"]
    {
        assert!(!is_sentence(label), "{label}");
    }
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|&part| part.to_owned()).collect()
}

/// A struct or an enum: its name, what it derives, and the tokens of its fields.
struct Item {
    name: String,
    derives: Vec<String>,
    body: String,
}

fn debug_around_plaintext(source: &Source, tokens: &[TokenTree], broken: &mut Vec<String>) {
    for item in items(tokens) {
        let bare = BARE_PLAINTEXT.iter().find(|bare| item.body.split_whitespace().any(|word| word == **bare));
        if let (Some(bare), true) = (bare, item.derives.iter().any(|name| name == "Debug")) {
            broken.push(format!("{}: {} derives Debug around {bare}", source.path, item.name));
        }
    }
}

/// The structs and enums among `tokens`.
fn items(tokens: &[TokenTree]) -> Vec<Item> {
    let mut found = Vec::new();
    let mut derives: Vec<String> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => derives.extend(derived(group)),
            TokenTree::Ident(word) if word == "struct" || word == "enum" => {
                let end = (at..tokens.len()).find(|&at| ends_item(&tokens[at])).unwrap_or(tokens.len() - 1);
                let body: Vec<String> = tokens[at + 2..=end].iter().map(|token| spaced(token.clone())).collect();
                let name = tokens[at + 1].to_string();
                found.push(Item { name, derives: std::mem::take(&mut derives), body: body.join(" ") });
                at = end;
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => derives.clear(),
            TokenTree::Punct(mark) if mark.as_char() == ';' => derives.clear(),
            TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
    found
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}

/// The names in `[derive(…)]`.
fn derived(attribute: &proc_macro2::Group) -> Vec<String> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(word), TokenTree::Group(list)] if word == "derive" => list
            .stream()
            .into_iter()
            .filter_map(|token| if let TokenTree::Ident(name) = token { Some(name.to_string()) } else { None })
            .collect(),
        _ => Vec::new(),
    }
}

/// A token as text in which every identifier stands alone.
fn spaced(token: TokenTree) -> String {
    match token {
        TokenTree::Group(group) => group.stream().into_iter().map(spaced).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
