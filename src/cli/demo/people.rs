//! Who is in the demo: companies and the people who work there.

use super::dice::Dice;
use crate::database::{OrgId, UserId};

/// A company of the demo.
pub(super) struct Company {
    pub(super) id: OrgId,
    pub(super) name: &'static str,
    /// Where its people have their e-mail; `example` domains belong to nobody.
    pub(super) domain: &'static str,
    /// Everybody, the owner first.
    pub(super) people: Vec<Person>,
}

/// Somebody of the demo.
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) email: String,
}

/// Name, domain and how many people.
const COMPANIES: [(&str, &str, u8); 5] = [
    ("Acme Corp", "acme.example", 16),
    ("Globex", "globex.example", 11),
    ("Initech", "initech.example", 9),
    ("Bücher & Söhne GmbH", "buecher.example", 7),
    ("月光スタジオ", "moonlight.example", 5),
];

/// One for each person: no two e-mails are the same.
const FIRST: [&str; 48] = [
    "ada", "bruno", "chiara", "dmitri", "elif", "farid", "grace", "hiro", "ingrid", "jamal", "keiko", "lars", "mina",
    "noah", "olga", "pedro", "quinn", "rosa", "sven", "tariq", "uma", "viktor", "wanda", "xenia", "yusuf", "zoe",
    "amara", "basil", "cora", "dario", "esther", "felix", "gita", "hugo", "iris", "jonas", "kira", "leon", "maeve",
    "nils", "orla", "paul", "rania", "selma", "theo", "ulla", "vera", "wim",
];

const LAST: [&str; 24] = [
    "park", "silva", "rossi", "ivanov", "kaya", "haddad", "okafor", "tanaka", "berg", "brooks", "mori", "nilsen",
    "castro", "weber", "petrov", "gomez", "doyle", "lopez", "lund", "aziz", "rao", "novak", "klein", "moreau",
];

/// Everybody, always the same.
pub(super) fn companies(dice: &mut Dice) -> Vec<Company> {
    let mut names = FIRST.iter();
    let companies = COMPANIES.iter().map(|&(name, domain, size)| {
        let id = OrgId::new(&dice.uuid());
        let people = names.by_ref().take(size.into()).map(|first| person(first, domain, dice)).collect();
        Company { id, name, domain, people }
    });
    companies.collect()
}

fn person(first: &str, domain: &str, dice: &mut Dice) -> Person {
    let last = LAST.iter().cycle().nth(dice.below(24).into()).unwrap_or(&"park");
    Person { id: UserId::new(&dice.uuid()), email: format!("{first}.{last}@{domain}") }
}
