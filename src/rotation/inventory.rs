//! What is encrypted how, and under which key: the first step of a rotation, and `strongroom db status`.

use super::RotationError;
use super::orgs::{ByOrg, Counter};
use super::place::{Place, Plan, What};
use super::turn::encrypted;
use crate::cipher::{Cipher, Format};
use crate::database::{CellKey, CellRow, Database, StoredRow, StoredText};
use crate::keyring::KeyId;
use std::collections::{BTreeMap, BTreeSet};

/// How many rows are looked at between two questions to the database.
const BATCH: usize = 1_000;

/// Rows by what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub rows: u64,
    /// Those that open, by the format of the value.
    pub by_format: BTreeMap<&'static str, u64>,
    /// Those that open, by the id of the key that opens the value.
    pub by_key: BTreeMap<String, u64>,
    /// Those of which the value or the description opens under no known key.
    pub sealed: u64,
    /// Sealed ones of which the other half needs this key.
    pub half_open: BTreeMap<String, u64>,
    /// Those that open, and whose description is under another key than the value.
    pub mixed: BTreeMap<String, u64>,
    /// Those that are no ciphertext.
    pub plain: u64,
    /// Those in which there is nothing.
    pub null: u64,
}

impl Tally {
    /// How many rows need the key `id`, for whatever of them.
    pub fn need(&self, id: &KeyId) -> u64 {
        [&self.by_key, &self.half_open, &self.mixed].iter().filter_map(|by| by.get(&id.0)).sum()
    }

    /// Counts a row of one or two texts; the key that opens its first one, if it opens.
    fn count(&mut self, cipher: &Cipher, texts: &[Option<StoredText>], has_plain: bool) -> Option<String> {
        self.rows += 1;
        if texts.iter().all(Option::is_none) {
            self.null += 1;
            return None;
        }
        let mut keys = Vec::with_capacity(2);
        let (mut is_sealed, mut is_plain) = (false, false);
        let mut format: Option<Format> = None;
        for text in texts.iter().flatten() {
            match cipher.open(text) {
                Some(opened) => {
                    format.get_or_insert(opened.format);
                    keys.push(opened.key.0);
                }
                None if has_plain && !Cipher::is_token(text) => is_plain = true,
                None => is_sealed = true,
            }
        }
        if is_sealed {
            self.sealed += 1;
            for key in keys {
                *self.half_open.entry(key).or_default() += 1;
            }
            return None;
        }
        if is_plain {
            self.plain += 1;
            return None;
        }
        let mut keys = keys.into_iter();
        let (format, first) = (format?, keys.next()?);
        *self.by_format.entry(format.name()).or_default() += 1;
        for other in keys.filter(|other| *other != first) {
            *self.mixed.entry(other).or_default() += 1;
        }
        *self.by_key.entry(first.clone()).or_default() += 1;
        Some(first)
    }
}

/// A column outside `custom_secrets`, or the kept sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnTally {
    /// `org._llm_api_key`.
    pub name: String,
    /// Whether a rotation turns it.
    pub rotates: bool,
    /// What is in it.
    pub tally: Tally,
}

/// What is in a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The rows of `custom_secrets`.
    pub secrets: Tally,
    /// How many of them are shared.
    pub shared: u64,
    /// The same by whose they are.
    pub orgs: ByOrg,
    /// (org, user) of the personal sets that the server cannot load: each has a sealed row.
    pub locked_out: BTreeSet<(String, String)>,
    /// The kept sets and the other columns.
    pub columns: Vec<ColumnTally>,
    /// Known columns that this role may not read.
    pub hidden: Vec<String>,
    /// Whether a rotation turns columns that the server reads with its default key only.
    pub has_default_only: bool,
    /// The key that the trail's own key is wrapped with, where the database keeps a trail.
    pub trail_key: Option<String>,
}

impl Inventory {
    /// Looks at every row of every place of `plan`.
    ///
    /// # Errors
    /// [`RotationError::Database`].
    pub fn take(database: &mut dyn Database, cipher: &Cipher, plan: &Plan) -> Result<Self, RotationError> {
        let mut inventory =
            Self { hidden: plan.hidden.clone(), has_default_only: plan.has_default_only(), ..Self::default() };
        let mut orgs = Counter::default();
        database.scan(&mut |row| inventory.count(cipher, row, &mut orgs))?;
        inventory.orgs = orgs.named(database)?;
        for place in plan.places.iter().filter(|place| place.what != What::Secrets) {
            let mut tally = Tally::default();
            each_row(database, place, &mut |row| {
                let texts: Vec<Option<StoredText>> =
                    row.texts.iter().map(|text| text.as_ref().map(|text| shown(place, text))).collect();
                let _ = tally.count(cipher, &texts, place.what == What::Column);
            })?;
            inventory.columns.push(ColumnTally { name: place.name(), rotates: place.rotates, tally });
        }
        if database.about().keeps_trail {
            inventory.trail_key = database.trail_key()?.and_then(|key| cipher.open(&key)).map(|opened| opened.key.0);
        }
        Ok(inventory)
    }

    fn count(&mut self, cipher: &Cipher, row: StoredRow, orgs: &mut Counter) {
        let StoredRow { org, user, value, description, shared, .. } = row;
        self.shared += u64::from(shared);
        let key = self.secrets.count(cipher, &[Some(value), description], false);
        let is_sealed = key.is_none();
        orgs.count(org.as_ref(), user.as_ref(), key);
        if let (true, false, Some(org), Some(user)) = (is_sealed, shared, org, user) {
            self.locked_out.insert((org.as_str().to_owned(), user.as_str().to_owned()));
        }
    }

    /// How many rows, anywhere, need the key `id`: (those that a rotation can turn, those that are sealed).
    pub fn need(&self, id: &KeyId) -> (u64, u64) {
        let tallies = std::iter::once(&self.secrets).chain(self.columns.iter().map(|column| &column.tally));
        let mut need = (u64::from(self.trail_key.as_deref() == Some(id.0.as_str())), 0);
        for tally in tallies {
            let half_open = tally.half_open.get(&id.0).copied().unwrap_or_default();
            need.0 += tally.need(id) - half_open;
            need.1 += half_open;
        }
        need
    }

    /// How many rows, anywhere, are not under the key `id` alone, sealed ones and plaintext not counted.
    pub fn not_under(&self, id: &KeyId) -> u64 {
        let tallies = std::iter::once(&self.secrets).chain(self.columns.iter().map(|column| &column.tally));
        let others =
            |by: &BTreeMap<String, u64>| by.iter().filter(|(key, _)| **key != id.0).map(|(_, n)| n).sum::<u64>();
        let rows: u64 = tallies.map(|tally| others(&tally.by_key) + others(&tally.mixed)).sum();
        rows + u64::from(self.trail_key.as_ref().is_some_and(|key| *key != id.0))
    }
}

fn shown(place: &Place, text: &StoredText) -> StoredText {
    encrypted(&place.encoding, text).unwrap_or_else(|| text.clone())
}

fn each_row(database: &mut dyn Database, place: &Place, each: &mut dyn FnMut(&CellRow)) -> Result<(), RotationError> {
    let mut after: Option<CellKey> = None;
    loop {
        let page = database.cells(&place.table, after.as_ref(), BATCH)?;
        page.iter().for_each(&mut *each);
        match page.last() {
            Some(last) if page.len() == BATCH => after = Some(last.key.clone()),
            Some(_) | None => return Ok(()),
        }
    }
}
