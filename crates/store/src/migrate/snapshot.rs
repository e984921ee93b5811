//! All of a database as text, schema and rows, so that two states can be compared.

use std::{collections::BTreeMap, time::Duration};

use super::session::{at_one_moment, tables, with_connection};
use crate::{
    engine::{Engine, Statements, postgres::quoted},
    error::Result,
};

/// One state of a database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Every object of the schema, a line each, sorted.
    pub schema: Vec<String>,
    /// Every row of every table, sorted.
    pub rows: BTreeMap<String, Vec<String>>,
}

impl Snapshot {
    /// The first few lines that stand in one of the two only; `None` where they are equal.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let lines = |of: &Self| {
            let mut lines: Vec<String> = of.schema.clone();
            for (table, rows) in &of.rows {
                lines.extend(rows.iter().map(|row| format!("{table}: {row}")));
            }
            lines
        };
        let (ours, theirs) = (lines(self), lines(other));
        let only = |sign: char, from: &[String], missing_in: &[String]| -> Vec<String> {
            from.iter()
                .filter(|line| !missing_in.contains(line))
                .map(|line| format!("{sign} {line}"))
                .collect()
        };
        let mut found = only('-', &ours, &theirs);
        found.extend(only('+', &theirs, &ours));
        found.truncate(6);
        (self != other)
            .then(|| if found.is_empty() { "a line more or less".into() } else { found.join("\n") })
    }
}

/// A column as the catalogue has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Column {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Its type, in the engine's words.
    pub kind: String,
    /// Whether a row can be written without naming it.
    pub may_be_left_out: bool,
}

/// Takes a picture of everything. Blocks the calling thread; for small databases.
pub fn snapshot(url: &str) -> Result<Snapshot> {
    with_connection(url, PATIENCE, |on| {
        at_one_moment(on, |on| {
            let mut rows = BTreeMap::new();
            for table in tables(on)? {
                let found = rows_of(on, &table)?;
                rows.insert(table, found);
            }
            Ok(Snapshot { schema: schema(on)?, rows })
        })
    })
}

/// Every column of every table, sorted. Blocks the calling thread.
pub fn columns(url: &str) -> Result<Vec<Column>> {
    with_connection(url, PATIENCE, |on| at_one_moment(on, columns_on))
}

const PATIENCE: Duration = Duration::from_secs(5);

fn texts(on: &mut dyn Statements, sql: &str) -> Result<Vec<String>> {
    on.query(sql, &[])?.iter().map(|row| row.get(0)).collect()
}

fn schema(on: &mut dyn Statements) -> Result<Vec<String>> {
    let sql = match on.engine() {
        Engine::Sqlite => {
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        Engine::Postgres => POSTGRES_SCHEMA,
    };
    let mut lines = texts(on, sql)?;
    lines.sort();
    Ok(lines)
}

/// Tables with rights and row-level security, columns in order, constraints,
/// indexes with their validity, triggers, functions, policies, extensions, roles.
const POSTGRES_SCHEMA: &str = "
    WITH ours AS (SELECT current_schema()::regnamespace AS id)
    SELECT 'table ' || relname || ' ' || relrowsecurity || ' ' || coalesce(relacl::text, '')
        FROM pg_class, ours WHERE relnamespace = ours.id AND relkind IN ('r', 'p', 'v', 'm', 'S')
    UNION ALL SELECT 'column ' || c.relname || ' '
            || lpad((row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum))::text, 3, '0') || ' '
            || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        FROM ours JOIN pg_class c ON c.relnamespace = ours.id AND c.relkind IN ('r', 'p')
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    UNION ALL SELECT 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint, ours WHERE connamespace = ours.id AND conrelid <> 0
    UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
        FROM ours JOIN pg_class c ON c.relnamespace = ours.id JOIN pg_index i ON i.indexrelid = c.oid
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid)
        FROM ours JOIN pg_class c ON c.relnamespace = ours.id JOIN pg_trigger t ON t.tgrelid = c.oid
        WHERE NOT t.tgisinternal
    UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid)
        FROM ours JOIN pg_proc p ON p.pronamespace = ours.id AND p.prokind IN ('f', 'p')
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT 'policy ' || tablename || ' ' || policyname || ' ' || roles::text || ' ' || cmd
            || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '')
        FROM pg_policies WHERE schemaname = current_schema()
    UNION ALL SELECT 'extension ' || extname FROM pg_extension
    UNION ALL SELECT 'role ' || rolname FROM pg_roles
        WHERE rolname IN ('askpro_' || current_database() || '_app', 'askpro_' || current_database() || '_platform')";

fn rows_of(on: &mut dyn Statements, table: &str) -> Result<Vec<String>> {
    let table_name = quoted(table);
    match on.engine() {
        Engine::Postgres => {
            texts(on, &format!("SELECT t::text FROM {table_name} t ORDER BY t::text COLLATE \"C\""))
        }
        Engine::Sqlite => {
            let columns = texts(on, &format!("SELECT name FROM pragma_table_info('{table}')"))?;
            let values: Vec<String> =
                columns.iter().map(|column| format!("quote({})", quoted(column))).collect();
            texts(on, &format!("SELECT {} FROM {table_name} ORDER BY 1", values.join(" || ',' || ")))
        }
    }
}

fn columns_on(on: &mut dyn Statements) -> Result<Vec<Column>> {
    let sql = match on.engine() {
        Engine::Sqlite => {
            "SELECT m.name, c.name, lower(c.type), (c.\"notnull\" = 0 AND c.pk = 0) OR c.dflt_value IS NOT NULL
             FROM sqlite_master m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        Engine::Postgres => {
            "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
                 NOT a.attnotnull OR a.atthasdef
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')"
        }
    };
    let mut columns = on
        .query(sql, &[])?
        .iter()
        .map(|row| {
            Ok(Column {
                table: row.get(0)?,
                name: row.get(1)?,
                kind: row.get(2)?,
                may_be_left_out: row.get(3)?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    columns.sort();
    Ok(columns)
}
