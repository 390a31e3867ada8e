//! A copy of what a rotation touches, as plain SQL for psql, from one snapshot.
//!
//! The secrets and the kept sets are copied row by row with all their columns; of other tables the key and the encrypted
//! column. Loading the file puts them back as they were, and undoes what was saved since.

use super::cell::{quoted, table_of};
use super::error::Failure;
use super::link::DEADLINE;
use super::schema::Schema;
use crate::database::{CellTable, DatabaseError};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::Path;
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

const HEAD: &str = "\
-- A backup by Strongroom, with secrets as they are encrypted. Load it with: psql -v ON_ERROR_STOP=1 -f FILE DATABASE
-- It puts the rows back as they were when it was made: what was saved since is undone. The keys are not in it.
BEGIN;
";

/// Tables that are copied with all their columns, and deleted before they are loaded.
const WHOLE: [&str; 3] = ["custom_secrets", "strongroom_history", "strongroom_history_row"];

/// A file under a name of its own until it is whole.
struct Draft {
    out: BufWriter<tempfile::NamedTempFile>,
    digest: Sha256,
}

impl Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.out.write_all(bytes)
    }

    /// Puts the file at `path`, after reading it back.
    fn finish(self, path: &Path) -> io::Result<()> {
        let mut file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let mut read = Sha256::new();
        let mut copy = File::open(file.path())?;
        let mut part = vec![0; 64 * 1024];
        loop {
            let count = copy.read(&mut part)?;
            if count == 0 {
                break;
            }
            read.update(part.get(..count).unwrap_or_default());
        }
        if read.finalize() != self.digest.finalize() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not read back as it was written"));
        }
        file.flush()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

/// Writes the backup to a new file at `to`, in an open transaction that reads one snapshot.
pub(super) async fn backup(client: &Client, schema: &Schema, to: &Path, cells: &[CellTable]) -> Result<(), Failure> {
    let unwritable = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => DatabaseError::Exists(to.to_owned()),
        io::ErrorKind::StorageFull => DatabaseError::Full,
        _ => DatabaseError::Unopenable { path: to.to_owned(), reason: error.to_string() },
    };
    if to.exists() {
        return Err(DatabaseError::Exists(to.to_owned()).into());
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".strongroom-").tempfile_in(folder).map_err(unwritable)?;
    let mut draft = Draft { out: BufWriter::new(file), digest: Sha256::new() };
    draft.write(HEAD.as_bytes()).map_err(unwritable)?;
    for table in WHOLE {
        whole(client, schema, table, &mut draft, &unwritable).await?;
    }
    for (number, table) in cells.iter().filter(|table| !WHOLE.contains(&table.name.as_str())).enumerate() {
        part(client, schema, table, number, &mut draft, &unwritable).await?;
    }
    draft.write(b"COMMIT;\n").map_err(unwritable)?;
    Ok(draft.finish(to).map_err(unwritable)?)
}

/// All rows of a table, if it exists.
async fn whole(
    client: &Client,
    schema: &Schema,
    table: &str,
    draft: &mut Draft,
    unwritable: &impl Fn(io::Error) -> DatabaseError,
) -> Result<(), Failure> {
    let name = format!("{}.{}", schema.name, quoted(table));
    let sql = "SELECT string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
                 FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.attgenerated = ''";
    let columns: Option<String> = client.query_typed_one(sql, &[(&name, Type::TEXT)]).await?.try_get(0)?;
    let Some(columns) = columns else { return Ok(()) };
    let lock =
        if table == "custom_secrets" { format!("LOCK TABLE {name} IN EXCLUSIVE MODE;\n") } else { String::new() };
    let begin = format!("{lock}DELETE FROM {name};\nCOPY {name} ({columns}) FROM stdin;\n");
    draft.write(begin.as_bytes()).map_err(unwritable)?;
    rows(client, &format!("COPY {name} ({columns}) TO STDOUT"), draft, unwritable).await?;
    let number = format!(
        "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('{}', 'id'), max(id)) FROM {name} HAVING max(id) > 0;\n",
        name.replace('\'', "''")
    );
    let end = if table == "strongroom_history_row" { "" } else { number.as_str() };
    draft.write(end.as_bytes()).map_err(unwritable)?;
    Ok(())
}

/// The key and the encrypted columns of a table.
async fn part(
    client: &Client,
    schema: &Schema,
    table: &CellTable,
    number: usize,
    draft: &mut Draft,
    unwritable: &impl Fn(io::Error) -> DatabaseError,
) -> Result<(), Failure> {
    let name = table_of(schema, table);
    let both = || table.key.iter().chain(&table.columns);
    let columns = both().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ");
    let declared =
        both().map(|column| format!("{} {}", quoted(&column.name), column.type_name)).collect::<Vec<_>>().join(", ");
    let begin = format!(
        "CREATE TEMPORARY TABLE strongroom_backup_{number} ({declared}) ON COMMIT DROP;\n\
         COPY strongroom_backup_{number} ({columns}) FROM stdin;\n"
    );
    draft.write(begin.as_bytes()).map_err(unwritable)?;
    rows(client, &format!("COPY {name} ({columns}) TO STDOUT"), draft, unwritable).await?;
    let each = |columns: &[crate::database::cell::CellColumn], left: &str, between: &str| {
        let parts = columns.iter().map(|column| format!("{left}{0} = b.{0}", quoted(&column.name)));
        parts.collect::<Vec<_>>().join(between)
    };
    let end = format!(
        "UPDATE {name} t SET {} FROM strongroom_backup_{number} b WHERE {};\n",
        each(&table.columns, "", ", "),
        each(&table.key, "t.", " AND ")
    );
    Ok(draft.write(end.as_bytes()).map_err(unwritable)?)
}

async fn rows(
    client: &Client,
    sql: &str,
    draft: &mut Draft,
    unwritable: &impl Fn(io::Error) -> DatabaseError,
) -> Result<(), Failure> {
    let mut stream = std::pin::pin!(client.copy_out(sql).await?);
    loop {
        match timeout(DEADLINE, stream.next()).await {
            Err(_) => return Err(Failure::Late),
            Ok(None) => break,
            Ok(Some(part)) => draft.write(&part?).map_err(unwritable)?,
        }
    }
    Ok(draft.write(b"\\.\n").map_err(unwritable)?)
}
