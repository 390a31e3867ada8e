//! The program's own source as tokens: what each file names, without comments, strings and test code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::path::Path;

/// One file of `src`.
pub(crate) struct Source {
    /// Its path from the root of the repository, `src/store/saas.rs`.
    pub(crate) path: String,
    tokens: Vec<TokenTree>,
}

/// A path that a file names, `crate::store::Revision`, every segment on its own.
pub(crate) type Named = Vec<String>;

/// Every file of `src` that is not test code.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    files.sort();
    let read = |file: std::path::PathBuf| {
        let path = file.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        Source { path, tokens: without_tests(stream) }
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "tests" {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
            files.push(path);
        }
    }
}

/// `stream` without the items under `#[cfg(test)]`, at any depth.
fn without_tests(stream: TokenStream) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut rest = stream.into_iter().peekable();
    while let Some(token) = rest.next() {
        let is_test = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '#')
            && rest.peek().is_some_and(|next| next.to_string().replace(' ', "") == "[cfg(test)]");
        if is_test {
            // The item ends with its braces, or with a semicolon if it has none.
            for skipped in rest.by_ref() {
                let ends = match &skipped {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(mark) => mark.as_char() == ';',
                    TokenTree::Ident(_) | TokenTree::Literal(_) => false,
                };
                if ends {
                    break;
                }
            }
        } else if let TokenTree::Group(group) = &token {
            let inside = without_tests(group.stream()).into_iter().collect();
            let mut cleaned = proc_macro2::Group::new(group.delimiter(), inside);
            cleaned.set_span(group.span());
            kept.push(TokenTree::Group(cleaned));
        } else {
            kept.push(token);
        }
    }
    kept
}

impl Source {
    /// The room that the file belongs to: `store` for `src/store.rs` and for all below `src/store/`.
    pub(crate) fn room(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap();
        below.split(['/', '.']).next().unwrap()
    }

    /// Every path that the file names, with `crate`, `self` and `super` resolved to `crate::…`.
    pub(crate) fn names(&self) -> Vec<Named> {
        let mut found = Vec::new();
        paths(&self.tokens, &[], &mut found);
        found.into_iter().map(|name| self.resolve(name)).collect()
    }

    /// The tokens themselves.
    pub(crate) fn tokens(&self) -> &[TokenTree] {
        &self.tokens
    }

    /// Whether the file calls the method `name`.
    pub(crate) fn calls(&self, name: &str) -> bool {
        any_run(&self.tokens, &mut |run| {
            matches!(run, [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(_), ..]
                if dot.as_char() == '.' && method == name)
        })
    }

    /// Whether the file uses the macro `name`.
    pub(crate) fn uses_macro(&self, name: &str) -> bool {
        any_run(&self.tokens, &mut |run| {
            matches!(run, [TokenTree::Ident(macro_name), TokenTree::Punct(mark), TokenTree::Group(_), ..]
                if macro_name == name && mark.as_char() == '!')
        })
    }

    fn resolve(&self, name: Named) -> Named {
        let file: Vec<&str> = self.path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
        let module = if matches!(file[..], ["lib" | "main"]) { &[][..] } else { &file[..] };
        let ups = name.iter().take_while(|segment| *segment == "super").count();
        let relative = ups > 0 || name[0] == "self";
        if !relative {
            return name;
        }
        let base = &module[..module.len().saturating_sub(ups)];
        let rest = name.into_iter().filter(|segment| segment != "super" && segment != "self");
        std::iter::once("crate".to_owned()).chain(base.iter().map(|&part| part.to_owned())).chain(rest).collect()
    }
}

/// Collects the paths in `tokens`, those of a `use` with braces included.
fn paths(tokens: &[TokenTree], prefix: &[String], found: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Ident(first) => {
                let mut name = prefix.to_vec();
                name.push(first.to_string());
                while is_path_separator(tokens, at) {
                    match tokens.get(at + 2) {
                        Some(TokenTree::Ident(next)) => name.push(next.to_string()),
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                            paths(&inside, &name, found);
                        }
                        _ => break,
                    }
                    at += 3;
                }
                found.push(name);
            }
            TokenTree::Group(group) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                paths(&inside, &[], found);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// Whether `holds` of the tokens from any place on, at any depth.
fn any_run(tokens: &[TokenTree], holds: &mut impl FnMut(&[TokenTree]) -> bool) -> bool {
    (0..tokens.len()).any(|at| {
        holds(&tokens[at..])
            || matches!(&tokens[at], TokenTree::Group(group)
                if any_run(&group.stream().into_iter().collect::<Vec<_>>(), holds))
    })
}
