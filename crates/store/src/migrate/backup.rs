//! A copy of everything before something is taken away, believed only after it
//! was restored.
//!
//! On SQLite it is a database file. On PostgreSQL it is a text for `psql` with
//! every row of every table, to be read into an empty database at the same
//! schema version. Sealed values stay sealed; names and numbers are as readable
//! as in the database, so the file belongs to its owner alone.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    catalogue::{MIGRATIONS, Migration},
    environment::Environment,
    fitness::steps,
    runner::{self, Birth, Options},
    session::{count, tables},
};
use crate::{
    engine::{
        Statements,
        postgres::{self, Link, quoted},
        sqlite,
    },
    error::{Error, Result},
    store::Address,
};

/// A copy that was restored and compared.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Where it is.
    pub file: PathBuf,
    /// How many tables were compared.
    pub tables: usize,
    /// How many rows they have together.
    pub rows: u64,
}

/// How long copying may take.
const A_DAY: Duration = Duration::from_secs(86_400);

/// Copies the database into a new file in `folder`, restores the copy beside it
/// and compares the two. Blocks the calling thread.
pub fn backup(url: &str, folder: &Path, now: Timestamp) -> Result<Backup> {
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let stamp = now.strftime("%Y%m%dT%H%M%S%3fZ").to_string().replace('.', "");
    match Address::parse(url)? {
        Address::File(path) => copy_file(&path, &folder.join(format!("askpro-{stamp}.db"))),
        Address::Server(url) => copy_tables(&url, &folder.join(format!("askpro-{stamp}.sql")), &stamp),
    }
}

fn failed(why: &dyn std::fmt::Display) -> Error {
    Error::Unfit(format!("the backup failed, and so nothing was changed: {why}"))
}

/// A new, empty file that only its owner can read.
fn private_file(file: &Path) -> Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map_err(|error| failed(&format!("{}: {error}", file.display())))
}

fn copy_file(path: &Path, file: &Path) -> Result<Backup> {
    private_file(file)?;
    sqlite::apart(path, |original| {
        let original = &mut sqlite::Session { on: original };
        // Nobody writes between the copy and the comparison.
        original.batch("BEGIN IMMEDIATE")?;
        let name = file.to_string_lossy().replace('\'', "''");
        sqlite::apart(path, |beside| {
            beside.execute_batch(&format!("VACUUM INTO '{name}'")).map_err(sqlite::translate)
        })?;
        let counted = counts(original)?;
        let restored = sqlite::apart(file, |copy| {
            let copy = &mut sqlite::Session { on: copy };
            // One file that can be carried away, without a log beside it.
            copy.batch("PRAGMA journal_mode = DELETE")?;
            let verdict: String = match copy.query("PRAGMA integrity_check", &[])?.first() {
                Some(row) => row.get(0)?,
                None => String::new(),
            };
            if verdict != "ok" || !copy.query("PRAGMA foreign_key_check", &[])?.is_empty() {
                return Err(failed(&"the copy is damaged"));
            }
            counts(copy)
        })?;
        original.batch("ROLLBACK")?;
        sync(file)?;
        compared(file, &counted, &restored)
    })
}

fn sync(file: &Path) -> Result<()> {
    fs::File::open(file).and_then(|file| file.sync_all()).map_err(|error| failed(&error))
}

fn counts(on: &mut dyn Statements) -> Result<BTreeMap<String, (u64, String)>> {
    tables(on)?
        .into_iter()
        .map(|table| {
            let rows = count(on, &table)?.unsigned_abs();
            Ok((table, (rows, String::new())))
        })
        .collect()
}

/// Rows and, where there is one, checksum of each table.
type Counted = BTreeMap<String, (u64, String)>;

fn compared(file: &Path, original: &Counted, restored: &Counted) -> Result<Backup> {
    for (table, rows) in original {
        if restored.get(table) != Some(rows) {
            return Err(failed(&format!("restored from the copy, the table {table} is another one")));
        }
    }
    let rows = original.values().map(|(rows, _)| rows).sum();
    Ok(Backup { file: file.to_owned(), tables: original.len(), rows })
}

fn copy_tables(url: &str, file: &Path, stamp: &str) -> Result<Backup> {
    let (original, applied) = postgres::apart(url, A_DAY, |link| write_tables(link, file))?;
    let scratch = format!("askpro_check_{}_{}", std::process::id(), stamp.to_lowercase());
    on_database(
        url,
        &format!("CREATE DATABASE {}", quoted(&scratch)),
        "the login role may not create the scratch database in which the backup is verified (ALTER ROLE … CREATEDB)",
    )?;
    let restored = restore(&beside(url, &scratch), file, &applied);
    let _ = on_database(url, &format!("DROP DATABASE {} WITH (FORCE)", quoted(&scratch)), "");
    for kind in ["app", "platform"] {
        let role = quoted(&postgres::role_name(&scratch, kind));
        let _ = on_database(url, &format!("DROP ROLE IF EXISTS {role}"), "");
    }
    compared(file, &original, &restored?)
}

fn on_database(url: &str, sql: &str, advice: &str) -> Result<()> {
    postgres::apart(url, A_DAY, |link| link.batch(sql)).map_err(|error| failed(&format!("{advice}: {error}")))
}

/// The address of another database on the same server.
fn beside(url: &str, name: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    format!("{}/{name}{parameters}", &address[..end])
}

/// Writes every table, as of one moment; what was written, and at which schema.
fn write_tables(link: &mut Link, file: &Path) -> Result<(Counted, Vec<Migration>)> {
    let mut out = BufWriter::new(private_file(file)?);
    link.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let known = steps(link, MIGRATIONS)?;
    let is_applied = |migration: &&Migration| {
        known.iter().any(|step| step.version == migration.version && step.applied_at.is_some())
    };
    let applied: Vec<Migration> = MIGRATIONS.iter().filter(is_applied).copied().collect();
    let version = applied.last().map_or(0, |migration| migration.version);
    let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(|error| failed(&error));
    put(format!("-- askpro, schema version {version}\nBEGIN;\nDELETE FROM installation;\nDELETE FROM schema_migrations;\n").as_bytes())?;
    let mut written = Counted::new();
    for table in tables(link)? {
        let columns = columns(link, &table)?;
        put(format!("COPY {} ({columns}) FROM stdin;\n", quoted(&table)).as_bytes())?;
        let counted = copied(link, &table, &columns, &mut put)?;
        put(b"\\.\n")?;
        written.insert(table, counted);
    }
    put(b"COMMIT;\n")?;
    link.batch("COMMIT")?;
    out.into_inner().map_err(|error| failed(&error))?.sync_all().map_err(|error| failed(&error))?;
    Ok((written, applied))
}

fn columns(link: &mut Link, table: &str) -> Result<String> {
    let names = link.query(
        "SELECT a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relname = $1::text AND c.relnamespace = current_schema()::regnamespace
             AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        crate::args![table],
    )?;
    let names: Vec<String> =
        names.iter().map(|row| row.get::<String>(0).map(|name| quoted(&name))).collect::<Result<_>>()?;
    Ok(names.join(", "))
}

/// Copies one table out; its rows and checksum.
fn copied(
    link: &mut Link,
    table: &str,
    columns: &str,
    mut put: impl FnMut(&[u8]) -> Result<()>,
) -> Result<(u64, String)> {
    let (mut rows, mut hash) = (0, Sha256::new());
    link.copy_out(&format!("COPY {} ({columns}) TO STDOUT", quoted(table)), |piece| {
        // A line is a row: the format writes line breaks inside values as \n.
        rows += piece.iter().filter(|byte| **byte == b'\n').count() as u64;
        hash.update(piece);
        put(piece)
    })?;
    Ok((rows, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Reads the file into an empty database, and counts what is there then.
fn restore(url: &str, file: &Path, applied: &[Migration]) -> Result<Counted> {
    let birth =
        Birth { environment: Environment::Scratch, installation: Uuid::nil(), now: Timestamp::UNIX_EPOCH };
    runner::up(url, birth, Options { migrations: applied, ..Options::default() })?;
    let file = fs::File::open(file).map_err(|error| failed(&error))?;
    postgres::apart(url, A_DAY, |link| {
        let mut lines = BufReader::new(file);
        let mut next = || -> Result<Option<Vec<u8>>> {
            let mut line = Vec::new();
            lines.read_until(b'\n', &mut line).map_err(|error| failed(&error))?;
            Ok((!line.is_empty()).then_some(line))
        };
        while let Some(line) = next()? {
            let sql = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sql.starts_with("COPY ") {
                link.copy_in(&sql, || Ok(next()?.filter(|line| line != b"\\.\n")))?;
            } else {
                link.batch(&sql)?;
            }
        }
        let mut found = Counted::new();
        for table in tables(link)? {
            let columns = columns(link, &table)?;
            let counted = copied(link, &table, &columns, |_| Ok(()))?;
            found.insert(table, counted);
        }
        Ok(found)
    })
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn only_the_name_of_the_database_changes_in_an_address() {
        assert_eq!(
            beside("postgres://a:b@h:1/x?sslmode=disable", "y"),
            "postgres://a:b@h:1/y?sslmode=disable"
        );
        assert_eq!(beside("postgres://a@h", "y"), "postgres://a@h/y");
    }
}
