//! What is in the file: the server's tables as far as they are there, and Strongroom's own.

use crate::database::DatabaseError;
use rusqlite::{Connection, OptionalExtension as _};

/// The version of `strongroom_meta` and of the tables that go with it.
pub(super) const OWN_VERSION: i64 = 3;

/// What was found. Every statement is built from this and names only what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schema {
    /// `PRAGMA schema_version`: whether this still holds.
    pub(super) version: i64,
    /// `custom_secrets.is_org_shared` exists.
    pub(super) has_shared: bool,
    /// A unique index on (user, org, name) exists.
    pub(super) has_unique_index: bool,
    /// `strongroom_meta` exists and says its version.
    pub(super) has_own_tables: bool,
    /// They are of the version that keeps replaced sets.
    pub(super) keeps_history: bool,
    /// They are of the version that holds the audit trail.
    pub(super) keeps_trail: bool,
    /// `"user".email` exists.
    pub(super) has_email: bool,
    /// A member's role can be looked up.
    pub(super) has_role: bool,
    /// The column of `custom_secrets` that an insert of ours would leave without a value, if there is one.
    pub(super) unfillable: Option<String>,
    /// `custom_secrets.keycloak_user_id` takes no NULL: no shared row can be added.
    pub(super) needs_user: bool,
}

/// A column as `table_xinfo` describes it.
pub(super) struct Column {
    pub(super) name: String,
    not_null: bool,
    default: Option<String>,
    generated: bool,
}

impl Column {
    /// Whether a row can do without a value of ours.
    fn fills_itself(&self) -> bool {
        let null_default = self.default.as_deref().is_none_or(|text| text.eq_ignore_ascii_case("null"));
        self.generated || !self.not_null || !null_default
    }
}

/// Columns of `custom_secrets` that an insert of ours fills.
const OURS: [&str; 7] =
    ["id", "keycloak_user_id", "org_id", "secret_name", "secret_value", "description", "is_org_shared"];

impl Schema {
    /// Looks at the tables.
    ///
    /// [`DatabaseError::NotTheServers`] if one of the server's is missing, [`DatabaseError::NewerSchema`] if ours are
    /// of a later version than [`OWN_VERSION`].
    pub(super) fn detect(connection: &Connection) -> Result<Self, DatabaseError> {
        let version = version(connection)?;
        let secrets = required(connection, "custom_secrets", &OURS[..6])?;
        required(connection, "org", &["id", "name"])?;
        let user = required(connection, "user", &["id"])?;
        let member = required(connection, "org_member", &["org_id", "user_id"])?;
        let role = columns(connection, "role")?;
        let own = own_version(connection)?;
        let unfillable = secrets.iter().find(|column| !is_one_of(&column.name, &OURS) && !column.fills_itself());
        let needs_user = secrets.iter().any(|column| column.name == "keycloak_user_id" && column.not_null);
        Ok(Self {
            version,
            has_shared: has(&secrets, "is_org_shared"),
            has_unique_index: has_unique_index(connection)?,
            has_own_tables: own.is_some(),
            keeps_history: own.is_some_and(|version| version >= 2),
            keeps_trail: own.is_some_and(|version| version >= 3),
            has_email: has(&user, "email"),
            has_role: has(&member, "role_id") && has(&role, "id") && has(&role, "name"),
            unfillable: unfillable.map(|column| column.name.clone()),
            needs_user,
        })
    }

    /// The condition that makes a row of `custom_secrets` personal. Anything but 0 shares it.
    pub(super) fn personal(&self) -> &'static str {
        if self.has_shared { "is_org_shared = 0" } else { "TRUE" }
    }

    /// The expression that says whether a row of `custom_secrets` is shared.
    pub(super) fn shared(&self) -> &'static str {
        if self.has_shared { "is_org_shared IS NOT 0" } else { "FALSE" }
    }
}

/// `PRAGMA schema_version`, which changes with every table, column or index that comes or goes.
pub(super) fn version(connection: &Connection) -> Result<i64, DatabaseError> {
    Ok(connection.query_row("PRAGMA main.schema_version", [], |row| row.get(0))?)
}

/// The version of our own tables; `None` where there are none.
pub(super) fn own_version(connection: &Connection) -> Result<Option<i64>, DatabaseError> {
    if columns(connection, "strongroom_meta")?.is_empty() {
        return Ok(None);
    }
    let found: Option<Option<i64>> = connection
        .query_row("SELECT CAST(value AS INTEGER) FROM main.strongroom_meta WHERE key = 'schema_version'", [], |row| {
            row.get(0)
        })
        .optional()?;
    match found.flatten() {
        Some(found) if found > OWN_VERSION => Err(DatabaseError::NewerSchema { found, known: OWN_VERSION }),
        found => Ok(found),
    }
}

/// The columns of `table`, which must have those `named`.
fn required(connection: &Connection, table: &str, named: &[&str]) -> Result<Vec<Column>, DatabaseError> {
    let columns = columns(connection, table)?;
    if columns.is_empty() {
        return Err(DatabaseError::NotTheServers(table.to_owned()));
    }
    match named.iter().find(|name| !has(&columns, name)) {
        Some(name) => Err(DatabaseError::NotTheServers(format!("{table} with a column {name}"))),
        None => Ok(columns),
    }
}

/// The columns of a table in the file itself; none if there is no such table. A view is no table.
pub(super) fn columns(connection: &Connection, table: &str) -> Result<Vec<Column>, DatabaseError> {
    let mut statement = connection.prepare(
        "SELECT c.name, c.\"notnull\", c.dflt_value, c.hidden > 1
           FROM main.sqlite_schema AS t, pragma_table_xinfo(t.name, 'main') AS c
          WHERE t.type = 'table' AND t.name = ?1 COLLATE NOCASE",
    )?;
    let columns = statement.query_map([table], |row| {
        Ok(Column {
            name: row.get::<_, String>(0)?.to_ascii_lowercase(),
            not_null: row.get(1)?,
            default: row.get(2)?,
            generated: row.get(3)?,
        })
    })?;
    Ok(columns.collect::<Result<_, _>>()?)
}

fn has(columns: &[Column], name: &str) -> bool {
    columns.iter().any(|column| column.name == name)
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.contains(&name)
}

/// Whether a unique index covers exactly (user, org, name), in any order.
fn has_unique_index(connection: &Connection) -> Result<bool, DatabaseError> {
    let mut statement = connection.prepare(
        "SELECT (SELECT group_concat(name) FROM
                   (SELECT lower(c.name) AS name FROM pragma_index_info(i.name, 'main') AS c ORDER BY 1))
           FROM pragma_index_list('custom_secrets', 'main') AS i
          WHERE i.\"unique\"",
    )?;
    let mut indexes = statement.query([])?;
    while let Some(index) = indexes.next()? {
        if index.get::<_, Option<String>>(0)?.as_deref() == Some("keycloak_user_id,org_id,secret_name") {
            return Ok(true);
        }
    }
    Ok(false)
}
