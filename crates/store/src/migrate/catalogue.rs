//! The migrations themselves, embedded in the binary.

use sha2::{Digest, Sha256};

use super::statements::{Effect, Statement, split};
use crate::{
    engine::Engine,
    error::{Error, Result},
};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Counted from 1, without gaps.
    pub version: u32,
    /// What it is about, as in the file name.
    pub name: &'static str,
    /// How it runs.
    pub kind: Kind,
    /// What taking it back costs.
    pub undo: Undo,
    /// Tables from which it means to delete rows. From any other it must not lose one.
    pub sheds: &'static [&'static str],
    /// For SQLite.
    pub sqlite: Script,
    /// For PostgreSQL.
    pub postgres: Script,
}

/// The statements that apply a migration and those that take it back.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    /// Apply.
    pub up: &'static str,
    /// Take back.
    pub down: &'static str,
}

/// How a migration runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// All of it in one transaction, or nothing.
    Transactional,
    /// One index, built on PostgreSQL beside the work of others and therefore
    /// outside a transaction. Killed, it leaves at most an invalid index, which
    /// the next run drops. On SQLite it is transactional.
    Online,
}

impl Kind {
    /// The word in plans.
    pub fn word(self) -> &'static str {
        match self {
            Self::Transactional => "transactional",
            Self::Online => "online",
        }
    }
}

/// What taking a migration back costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undo {
    /// Nothing that anybody wrote.
    Free,
    /// What was written into that which it brought; said in words.
    Loses(&'static str),
    /// Everything. Only a database that may be emptied lets it happen.
    Empties,
}

/// Which way a migration is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Applied.
    Up,
    /// Taken back.
    Down,
}

macro_rules! sheds {
    () => {
        &[]
    };
    ($tables:expr) => {
        $tables
    };
}

macro_rules! migrations {
    ($($version:literal $name:literal $kind:ident $undo:expr $(, sheds $sheds:expr)?;)*) => {
        &[$(Migration {
            version: $version,
            name: $name,
            kind: Kind::$kind,
            undo: $undo,
            sheds: sheds!($($sheds)?),
            sqlite: Script {
                up: include_str!(concat!("../../migrations/sqlite/", $name, ".up.sql")),
                down: include_str!(concat!("../../migrations/sqlite/", $name, ".down.sql")),
            },
            postgres: Script {
                up: include_str!(concat!("../../migrations/postgres/", $name, ".up.sql")),
                down: include_str!(concat!("../../migrations/postgres/", $name, ".down.sql")),
            },
        },)*]
    };
}

/// Every migration this program knows, in order.
pub const MIGRATIONS: &[Migration] = migrations! {
    1 "0001_foundation" Transactional Undo::Empties;
    2 "0002_series" Transactional Undo::Loses("which appointments are of one series, and its rule");
    3 "0003_appointments_series_index" Online Undo::Free;
    4 "0004_conversations" Transactional Undo::Loses("policies of branches and services, and who was recognised in a call"),
        sheds &["call_identities", "wrong_references"];
    5 "0005_calls" Transactional Undo::Loses("calls with their functions, phone numbers, and secrets of Cal.com's webhooks"),
        sheds &["phone_numbers", "calls", "function_calls"];
    6 "0006_people" Transactional Undo::Loses("who is signed in, second factors with their recovery codes, and open invitations"),
        sheds &["installation_keys", "sessions", "second_factors", "recovery_codes", "password_links", "sign_in_failures"];
    7 "0007_mails" Transactional Undo::Loses("mails that have not left yet"),
        sheds &["mails"];
    8 "0008_record" Transactional Undo::Loses("the chain over the record; the entries themselves stay"),
        sheds &["audit_links", "audit_unlinked"];
    9 "0009_rights" Transactional Undo::Loses("what people took away from roles"),
        sheds &["role_permissions", "narrowed_rights"];
    10 "0010_provider_budgets" Transactional Undo::Loses("incidents, and how many requests were made to providers lately"),
        sheds &["request_windows", "incidents"];
    11 "0011_changes" Transactional Undo::Loses("opening times of branches, what tokens were narrowed to, what came of tasks, and which customers were made one"),
        sheds &["customer_merges", "request_keys", "request_counts"];
    12 "0012_passkeys" Transactional Undo::Loses("passkeys; whoever has no other second factor sets one up anew"),
        sheds &["passkeys"];
    13 "0013_keys" Transactional Undo::Loses("keys of customers with everything personal that they seal, and earlier keys of connections"),
        sheds &["customer_keys"];
    14 "0014_background" Transactional Undo::Loses("what others put into calendars, and which jobs are there once"),
        sheds &["calendar_entries"];
    15 "0015_jobs_ready_index" Online Undo::Free;
};

impl Migration {
    /// Its text for one engine and direction.
    pub fn text(&self, engine: Engine, direction: Direction) -> &'static str {
        let script = match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        };
        match direction {
            Direction::Up => script.up,
            Direction::Down => script.down,
        }
    }

    /// Its statements, after checking that the runner can keep its promise with them.
    pub fn statements(&self, engine: Engine, direction: Direction) -> Result<Vec<Statement<'static>>> {
        let refused = |why: &str| Err(Error::Statement(format!("migration {}: {why}", self.name)));
        let statements = split(engine, self.text(engine, direction))?;
        if statements.iter().any(Statement::meddles_with_transactions) {
            return refused("it may not begin, end or leave its transaction");
        }
        let is_concurrent = |statement: &Statement<'_>| {
            matches!(statement.effect(), Effect::CreateIndexConcurrently | Effect::DropIndexConcurrently)
        };
        if self.runs_outside(engine) {
            // Repeated after a kill, the statement must find its own work done.
            match &statements[..] {
                [one] if is_concurrent(one) && one.index().is_some() && says_if(one) => {}
                _ => return refused("online means one index, CONCURRENTLY and IF [NOT] EXISTS"),
            }
        } else if statements.iter().any(is_concurrent) {
            return refused("CONCURRENTLY needs the kind Online");
        }
        Ok(statements)
    }

    /// Whether it runs outside a transaction.
    pub(super) fn runs_outside(&self, engine: Engine) -> bool {
        self.kind == Kind::Online && engine == Engine::Postgres
    }

    /// Whether one of its statements takes away what somebody may have written.
    pub fn is_destructive(&self, engine: Engine, direction: Direction) -> Result<bool> {
        Ok(self.statements(engine, direction)?.iter().any(Statement::is_destructive))
    }

    /// Whether it can be taken back outside a database that may be emptied.
    pub fn is_reversible(&self) -> bool {
        self.undo != Undo::Empties
    }

    /// SHA-256 of the statements, in hexadecimal: an applied migration never changes.
    pub fn checksum(&self, engine: Engine) -> String {
        let text = self.text(engine, Direction::Up);
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn says_if(statement: &Statement<'_>) -> bool {
    let text = statement.text.to_ascii_uppercase();
    text.contains("IF NOT EXISTS") || text.contains("IF EXISTS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_can_be_run_both_ways_by_the_rules() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version as usize, index + 1, "versions count from 1 without gaps");
            assert!(migration.name.starts_with(&format!("{:04}_", migration.version)));
            for engine in [Engine::Sqlite, Engine::Postgres] {
                for direction in [Direction::Up, Direction::Down] {
                    assert!(!migration.statements(engine, direction).unwrap().is_empty());
                }
            }
        }
    }

    #[test]
    fn what_would_break_the_promise_is_refused() {
        let script = |up| Script { up, down: "SELECT 1" };
        let wrong = |kind, up| Migration { kind, postgres: script(up), ..MIGRATIONS[0] };
        for (kind, up) in [
            (Kind::Transactional, "CREATE TABLE a (x int); COMMIT; CREATE TABLE b (x int)"),
            (Kind::Transactional, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x)"),
            (Kind::Online, "CREATE INDEX CONCURRENTLY i ON a (x)"),
            (Kind::Online, "CREATE INDEX IF NOT EXISTS i ON a (x)"),
            (Kind::Online, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x); SELECT 1"),
        ] {
            assert!(wrong(kind, up).statements(Engine::Postgres, Direction::Up).is_err(), "{up}");
        }
    }
}
