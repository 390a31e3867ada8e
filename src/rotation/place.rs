//! Where encrypted text is: the secrets, the kept sets, and other columns.

use super::RotationError;
use super::columns::KNOWN;
use crate::config::file::{ColumnSetting, Encoding, RotationSetting};
use crate::database::{CellTable, Database, DatabaseError};

/// What a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The rows of `custom_secrets`: value and description.
    Secrets,
    /// The rows of kept sets.
    History,
    /// One column of another table, in which plaintext may stand, too.
    Column,
}

/// Columns that are read and written together.
#[derive(Debug, Clone)]
pub struct Place {
    /// The table and its columns.
    pub table: CellTable,
    /// How they are encrypted.
    pub encoding: Encoding,
    /// What they hold.
    pub what: What,
    /// Whether a rotation turns them; if not, they are counted only.
    pub rotates: bool,
}

impl Place {
    /// `custom_secrets`, or `org._llm_api_key`.
    pub fn name(&self) -> String {
        match (self.what, self.table.columns.first()) {
            (What::Column, Some(column)) => format!("{}.{}", self.table.name, column.name),
            (_, _) => self.table.name.clone(),
        }
    }
}

/// Every place of one database.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The secrets first.
    pub places: Vec<Place>,
    /// Where the trail's own key is kept.
    trail_key: Option<CellTable>,
    /// Known columns that this role may not read, so that nobody can say what is in them.
    pub hidden: Vec<String>,
}

impl Plan {
    /// Looks the places up: the secrets, the kept sets, the known columns that exist, and those that `setting` names.
    ///
    /// # Errors
    /// [`RotationError::NoColumn`] for a named one that does not exist; [`RotationError::Database`].
    pub fn find(database: &mut dyn Database, setting: &RotationSetting) -> Result<Self, RotationError> {
        let (mut places, mut hidden) = (Vec::new(), Vec::new());
        let rows = [
            (What::Secrets, "custom_secrets", &["id"][..], &["secret_value", "description"][..]),
            (What::History, "strongroom_history_row", &["history_id", "position"], &["secret_value", "description"]),
        ];
        for (what, table, key, columns) in rows {
            if let Some(table) = database.find_cells(table, key, columns)? {
                places.push(Place { table, encoding: Encoding::Value, what, rotates: true });
            }
        }
        for (known, column) in KNOWN.iter().flat_map(|known| known.columns.iter().map(move |column| (known, *column))) {
            let is_named = |named: &ColumnSetting| named.table == known.table && named.column == column;
            if setting.column.iter().any(is_named) {
                continue;
            }
            match database.find_cells(known.table, known.key, &[column]) {
                Ok(None) => {}
                Ok(Some(table)) => {
                    let encoding = known.encoding.clone();
                    places.push(Place { table, encoding, what: What::Column, rotates: setting.known_columns });
                }
                Err(DatabaseError::Forbidden(_)) if !setting.known_columns => {
                    hidden.push(format!("{}.{column}", known.table));
                }
                Err(error) => return Err(error.into()),
            }
        }
        for named in &setting.column {
            places.push(find_named(database, named)?);
        }
        let trail_key = database.find_cells("strongroom_meta", &["key"], &["value"])?;
        Ok(Self { places, trail_key, hidden })
    }

    /// The places that a rotation turns.
    pub fn rotating(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.rotates)
    }

    /// The tables that a backup has to hold, in the order in which they are to be put back.
    pub fn backup(&self) -> Vec<CellTable> {
        self.rotating().map(|place| place.table.clone()).chain(self.trail_key.clone()).collect()
    }

    /// Whether there are columns that the server reads with its default key only: they turn in the minute in which the
    /// servers do.
    pub fn has_default_only(&self) -> bool {
        self.rotating().any(|place| place.encoding == Encoding::FernetDefault)
    }
}

fn find_named(database: &mut dyn Database, named: &ColumnSetting) -> Result<Place, RotationError> {
    let key: Vec<&str> = named.key.iter().map(String::as_str).collect();
    let missing = || RotationError::NoColumn { table: named.table.clone(), column: named.column.clone() };
    let table = database.find_cells(&named.table, &key, &[&named.column])?.filter(|_| !key.is_empty());
    let table = table.ok_or_else(missing)?;
    Ok(Place { table, encoding: named.encoding.clone(), what: What::Column, rotates: true })
}
