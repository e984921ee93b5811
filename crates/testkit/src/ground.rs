use std::{future::Future, sync::Arc};

use askpro_domain::ids::{Chance, Clock};
use askpro_store::{
    Store, StoreOptions,
    migrate::{self, Environment},
    seal::KeyRing,
};
use tempfile::TempDir;

use crate::{HandClock, SeededChance};

/// Monday 2026-11-23, 09:00 in Berlin: when tests take place unless they say otherwise.
const MONDAY_MORNING: &str = "2026-11-23T09:00:00+01:00";

/// A fresh, migrated scratch database with a clock and chance of its own. It is
/// removed when the test ends.
pub struct Ground {
    /// The database.
    pub store: Store,
    /// Its address.
    pub url: String,
    /// The master keys, as text.
    pub ring: String,
    /// Time, moved by hand.
    pub clock: Arc<HandClock>,
    /// Chance from a seed.
    pub chance: Arc<SeededChance>,
    /// A folder for whatever the test needs.
    pub folder: TempDir,
    server: Option<(String, String)>,
}

impl Ground {
    /// On SQLite, in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("askpro.db").display());
        Self::build(url, folder, None)
    }

    /// On PostgreSQL, in a database of its own.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one thing tests are told from outside: where the server is"
    )]
    pub fn postgres() -> Self {
        let server = std::env::var("ASKPRO_TEST_POSTGRES").expect(
            "ASKPRO_TEST_POSTGRES is not set: run the tests with `make test` or scripts/with-postgres",
        );
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let name = folder
            .path()
            .file_name()
            .expect("a temporary folder has a name")
            .to_string_lossy()
            .to_lowercase();
        let database = format!("t_{}_{}", std::process::id(), name.trim_start_matches('.'));
        on_server(&server, &[&format!("CREATE DATABASE \"{database}\"")]);
        Self::build(format!("{server}/{database}"), folder, Some((server, database)))
    }

    fn build(url: String, folder: TempDir, server: Option<(String, String)>) -> Self {
        let clock = Arc::new(HandClock::at(MONDAY_MORNING.parse().expect("the constant is a time")));
        let chance = Arc::new(SeededChance::new(1));
        let ring = KeyRing::generate(chance.as_ref());
        migrate::up(&url, Environment::Scratch, clock.now(), chance.as_ref())
            .expect("a fresh database migrates");
        let store = Self::open(&url, &ring, chance.clone());
        Self { store, url, ring, clock, chance, folder, server }
    }

    fn open(url: &str, ring: &str, chance: Arc<SeededChance>) -> Store {
        let ring = KeyRing::parse(ring).expect("the ring was just made");
        Store::open(StoreOptions {
            url: url.into(),
            ring,
            chance: chance as Arc<dyn Chance>,
            connections: 8,
            time: askpro_store::SharedTime::Caller,
        })
        .expect("a migrated database opens")
    }

    /// The same database opened once more, as another process would.
    pub fn another_store(&self) -> Store {
        Self::open(&self.url, &self.ring, self.chance.clone())
    }

    /// A store under the same keys whose database is away.
    pub fn store_without_database(&self) -> Store {
        // Nobody listens on the port that is reserved for multiplexing services.
        Self::open("postgres://nobody@127.0.0.1:1/away", &self.ring, self.chance.clone())
    }

    /// Runs statements as the database's owner, past every wall of ours.
    pub fn as_owner(&self, statements: &[&str]) -> Result<Vec<Vec<String>>, String> {
        match &self.server {
            Some((server, database)) => raw_postgres(&format!("{server}/{database}"), statements),
            None => raw_sqlite(&self.url, statements),
        }
    }

    /// Runs a test to its end and removes what it stood on.
    pub fn run<F: Future<Output = ()>>(self, test: impl FnOnce(Ground) -> F) {
        let remove = self.server.clone().map(DropDatabase);
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime can be started")
            .block_on(test(self));
        drop(remove);
    }
}

struct DropDatabase((String, String));

impl Drop for DropDatabase {
    fn drop(&mut self) {
        let (server, database) = &self.0;
        let (app, platform) = (format!("askpro_{database}_app"), format!("askpro_{database}_platform"));
        on_server(
            server,
            &[
                &format!("DROP DATABASE \"{database}\" WITH (FORCE)"),
                &format!("DROP ROLE IF EXISTS \"{app}\", \"{platform}\""),
            ],
        );
    }
}

fn on_server(server: &str, statements: &[&str]) {
    raw_postgres(&format!("{server}/postgres"), statements).expect("the test server carries out statements");
}

fn raw_postgres(url: &str, statements: &[&str]) -> Result<Vec<Vec<String>>, String> {
    std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(async {
                    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                        .await
                        .map_err(|e| e.to_string())?;
                    tokio::spawn(connection);
                    let mut rows = Vec::new();
                    for statement in statements {
                        for message in client.simple_query(statement).await.map_err(|e| format!("{e:?}"))? {
                            if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                                rows.push(
                                    (0..row.len())
                                        .map(|i| row.get(i).unwrap_or_default().to_owned())
                                        .collect(),
                                );
                            }
                        }
                    }
                    Ok(rows)
                })
            })
            .join()
            .expect("the raw connection does not panic")
    })
}

fn raw_sqlite(url: &str, statements: &[&str]) -> Result<Vec<Vec<String>>, String> {
    let path = url.strip_prefix("sqlite:").expect("a SQLite address");
    let connection = rusqlite::Connection::open(path).map_err(|e| e.to_string())?;
    connection.busy_timeout(crate::PATIENCE).map_err(|e| e.to_string())?;
    let mut rows = Vec::new();
    for sql in statements {
        let mut statement = connection.prepare(sql).map_err(|e| e.to_string())?;
        let columns = statement.column_count();
        let mut found = statement.query([]).map_err(|e| e.to_string())?;
        while let Some(row) = found.next().map_err(|e| e.to_string())? {
            rows.push(
                (0..columns)
                    .map(|i| match row.get_ref(i) {
                        Ok(rusqlite::types::ValueRef::Integer(n)) => n.to_string(),
                        Ok(rusqlite::types::ValueRef::Text(t)) => String::from_utf8_lossy(t).into_owned(),
                        _ => String::new(),
                    })
                    .collect(),
            );
        }
    }
    Ok(rows)
}
