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
    scratch::Scratch,
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
    let (address, ending) = match Address::parse(url)? {
        address @ Address::File(_) => (address, "db"),
        address @ Address::Server(_) => (address, "sql"),
    };
    let file = folder.join(format!("askpro-{stamp}.{ending}"));
    let out = private_file(&file)?;
    let outcome = match address {
        Address::File(path) => copy_file(&path, &file),
        Address::Server(url) => copy_tables(&url, out, &file, &stamp),
    };
    if outcome.is_err() {
        // What was not restored must not lie there as if it had been.
        let _ = fs::remove_file(&file);
    }
    outcome
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

fn copy_tables(url: &str, out: fs::File, file: &Path, stamp: &str) -> Result<Backup> {
    let (original, applied) = postgres::apart(url, A_DAY, |link| write_tables(link, out))?;
    let name = format!("askpro_check_{}_{}", std::process::id(), stamp.to_lowercase());
    let scratch = Scratch::beside(url, &name).map_err(|error| {
        failed(&format!(
            "the scratch database in which it is verified cannot be made (the login role needs CREATEDB): {error}"
        ))
    })?;
    let restored = restore(&scratch.url(), file, &applied)?;
    compared(file, &original, &restored)
}

/// Writes every table, as of one moment; what was written, and at which schema.
fn write_tables(link: &mut Link, out: fs::File) -> Result<(Counted, Vec<Migration>)> {
    let mut out = BufWriter::new(out);
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
        // Rows come back as they were; triggers would write some of them again.
        let name = quoted(&table);
        put(format!("ALTER TABLE {name} DISABLE TRIGGER USER;\nCOPY {name} ({columns}) FROM stdin;\n")
            .as_bytes())?;
        let counted = copied(link, &table, &columns, &mut put)?;
        put(format!("\\.\nALTER TABLE {name} ENABLE TRIGGER USER;\n").as_bytes())?;
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
