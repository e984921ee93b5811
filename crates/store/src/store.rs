//! The database, open.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use askpro_domain::ids::Chance;

use crate::{
    engine::{Access, Engine, Postgres, Sqlite, Statements, Wall},
    error::{Error, Result},
    scope::{Company, Platform},
    seal::{KeyRing, Seals},
    tx::{CompanyTx, PlatformTx, SharedTime},
    value::{Row, Value},
};

/// How a store is opened.
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// The master keys that wrap every other key.
    pub ring: KeyRing,
    /// Where nonces and new keys come from.
    pub chance: Arc<dyn Chance>,
    /// Connections to PostgreSQL; SQLite has one writer and two readers.
    pub connections: usize,
    /// Whose time counts for jobs.
    pub time: SharedTime,
}

enum Open {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    open: Arc<Open>,
    seals: Arc<Seals>,
    time: SharedTime,
    url: Arc<str>,
    statements: Arc<AtomicU64>,
}

/// Counts what passes.
struct Counted<'s> {
    inner: &'s mut dyn Statements,
    count: &'s AtomicU64,
}

impl Statements for Counted<'_> {
    fn engine(&self) -> Engine {
        self.inner.engine()
    }

    fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64> {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.inner.execute(sql, arguments)
    }

    fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.inner.query(sql, arguments)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.inner.batch(sql)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine()).finish_non_exhaustive()
    }
}

/// Where a database is.
pub(crate) enum Address {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL server's address, with everything in it.
    Server(String),
}

impl Address {
    /// Reads `sqlite:PATH` or `postgres://…`.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Unfit("the database address lacks a path; write sqlite:askpro.db".into()));
            }
            Ok(Self::File(PathBuf::from(path)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Server(url.to_owned()))
        } else {
            Err(Error::Unfit("the database address must begin with sqlite: or postgres://".into()))
        }
    }
}

impl Store {
    /// Opens the database. A PostgreSQL that is away is found out at the first
    /// transaction; a SQLite file is opened now and created where it is missing.
    pub fn open(options: StoreOptions) -> Result<Self> {
        let open = match Address::parse(&options.url)? {
            Address::File(path) => {
                make_private(&path)?;
                Open::Sqlite(Sqlite::open(&path)?)
            }
            Address::Server(url) => Open::Postgres(Postgres::open(&url, options.connections)?),
        };
        Ok(Self {
            open: Arc::new(open),
            seals: Arc::new(Seals::new(options.ring, options.chance)),
            time: options.time,
            url: options.url.into(),
            statements: Arc::default(),
        })
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match *self.open {
            Open::Sqlite(_) => Engine::Sqlite,
            Open::Postgres(_) => Engine::Postgres,
        }
    }

    /// The file, where the engine is SQLite.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &*self.open {
            Open::Sqlite(sqlite) => Some(sqlite.path()),
            Open::Postgres(_) => None,
        }
    }

    /// The address it was opened with; it may hold a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many statements were sent through this store since it was opened, without
    /// those that begin and end transactions.
    pub fn statements_sent(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// What seals and opens values under this store's keys.
    pub fn seals(&self) -> &Seals {
        &self.seals
    }

    /// Changes something inside one company, in one transaction. The work may be
    /// run again after a collision; it is kept only if it returns `Ok`.
    pub async fn write<T: Send + 'static>(
        &self,
        company: Company,
        patience: Duration,
        work: impl Fn(&mut CompanyTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.in_company(Access::Write, company, patience, work).await
    }

    /// Reads inside one company.
    pub async fn read<T: Send + 'static>(
        &self,
        company: Company,
        patience: Duration,
        work: impl Fn(&mut CompanyTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.in_company(Access::Read, company, patience, work).await
    }

    /// Changes something across companies.
    pub async fn platform_write<T: Send + 'static>(
        &self,
        platform: Platform,
        patience: Duration,
        work: impl Fn(&mut PlatformTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.across(Access::Write, platform, patience, work).await
    }

    /// Reads across companies.
    pub async fn platform_read<T: Send + 'static>(
        &self,
        platform: Platform,
        patience: Duration,
        work: impl Fn(&mut PlatformTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.across(Access::Read, platform, patience, work).await
    }

    async fn in_company<T: Send + 'static>(
        &self,
        access: Access,
        company: Company,
        patience: Duration,
        work: impl Fn(&mut CompanyTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (seals, time, count) = (Arc::clone(&self.seals), self.time, Arc::clone(&self.statements));
        let work: crate::engine::Work<T> = Box::new(move |statements| {
            let mut counted = Counted { inner: statements, count: &count };
            work(&mut CompanyTx::new(&mut counted, &seals, time, company))
        });
        match &*self.open {
            Open::Sqlite(sqlite) => sqlite.run(access, patience, work).await,
            Open::Postgres(postgres) => {
                postgres.run(access, Wall::Company(company.0.0), patience, work).await
            }
        }
    }

    async fn across<T: Send + 'static>(
        &self,
        access: Access,
        platform: Platform,
        patience: Duration,
        work: impl Fn(&mut PlatformTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        tracing::debug!(because = platform.because, "working across companies");
        let (seals, time, count) = (Arc::clone(&self.seals), self.time, Arc::clone(&self.statements));
        let work: crate::engine::Work<T> = Box::new(move |statements| {
            let mut counted = Counted { inner: statements, count: &count };
            work(&mut PlatformTx::new(&mut counted, &seals, time))
        });
        match &*self.open {
            Open::Sqlite(sqlite) => sqlite.run(access, patience, work).await,
            Open::Postgres(postgres) => postgres.run(access, Wall::Platform, patience, work).await,
        }
    }
}

/// Makes the folder and the file for their owner alone: names and numbers of
/// customers stand in it.
pub(crate) fn make_private(file: &Path) -> Result<()> {
    let failed =
        |error: std::io::Error| Error::Unavailable(format!("the database file cannot be made: {error}"));
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    // SQLite gives its journal the same mode.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop).map_err(failed)
}
