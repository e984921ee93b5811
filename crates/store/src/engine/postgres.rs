//! PostgreSQL: a thread per connection, each with a small runtime of its own, so
//! that the same synchronous transaction runs here as on SQLite.

use std::{
    collections::{HashMap, VecDeque},
    future::Future,
    rc::Rc,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt, future::join3};
use jiff::Timestamp;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::Runtime,
    sync::oneshot,
};
use tokio_postgres::{
    Client, NoTls, Statement,
    config::SslMode,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use super::{Access, Engine, Order, QUEUE_AT_MOST, RUNS_AT_MOST, Statements, Wall, Work, caught, wait};
use crate::{
    error::{Error, Result},
    value::{Row, Value},
};

/// How long a connection attempt may take before callers are told that the
/// database is away.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);

/// After a failed attempt nobody tries again for this long, so that a database
/// that is away costs a caller no waiting.
const CONNECT_PAUSE: Duration = Duration::from_millis(500);

/// Prepared statements kept per connection; past that all are prepared anew.
const STATEMENTS_AT_MOST: usize = 256;

trait Erased: Send {
    fn run(self: Box<Self>, on: Result<&mut Link>);
    fn deadline(&self) -> Instant;
}

struct Piece<T> {
    order: Order<T>,
    access: Access,
    wall: Wall,
}

impl<T: Send> Erased for Piece<T> {
    fn run(self: Box<Self>, on: Result<&mut Link>) {
        let outcome = match on {
            Err(error) => Err(error),
            Ok(_) if Instant::now() >= self.order.deadline || self.order.reply.is_closed() => {
                Err(Error::Timeout)
            }
            Ok(link) => self.run_until_settled(link),
        };
        // A caller that no longer waits has already been told that time ran out.
        let _ = self.order.reply.send(outcome);
    }

    fn deadline(&self) -> Instant {
        self.order.deadline
    }
}

impl<T: Send> Piece<T> {
    fn run_until_settled(&self, link: &mut Link) -> Result<T> {
        let mut run = 1;
        loop {
            let outcome = link.transaction(self.access, self.wall, self.order.deadline, &self.order.work);
            match outcome {
                Err(Error::Contended) if run < RUNS_AT_MOST && Instant::now() < self.order.deadline => {
                    run += 1
                }
                settled => return settled,
            }
        }
    }
}

struct Shared {
    queue: Mutex<(VecDeque<Box<dyn Erased>>, bool)>,
    filled: Condvar,
    config: tokio_postgres::Config,
    app_role: String,
    platform_role: String,
    last_failure: Mutex<Option<(Instant, String)>>,
}

/// A PostgreSQL database, with its connections open for as long as this value lives.
pub(crate) struct Postgres {
    shared: Arc<Shared>,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Ok(mut guard) = self.shared.queue.lock() {
            guard.1 = true;
            self.shared.filled.notify_all();
        }
    }
}

impl Postgres {
    /// Prepares `connections` threads. Nothing is connected yet: a database that
    /// is away must not keep the process from starting.
    pub(crate) fn open(url: &str, connections: usize) -> Result<Self> {
        let config = config(url)?;
        let database = config.get_dbname().unwrap_or_default().to_owned();
        let shared = Arc::new(Shared {
            queue: Mutex::new((VecDeque::new(), false)),
            filled: Condvar::new(),
            app_role: role_name(&database, "app"),
            platform_role: role_name(&database, "platform"),
            config,
            last_failure: Mutex::new(None),
        });
        for _ in 0..connections.max(1) {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name("postgres".into())
                .spawn(move || serve(&shared))
                .map_err(|error| Error::Unavailable(format!("no thread for PostgreSQL: {error}")))?;
        }
        Ok(Self { shared })
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        access: Access,
        wall: Wall,
        patience: Duration,
        work: Work<T>,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let deadline = Instant::now() + patience;
        let piece = Piece { order: Order { work, deadline, reply }, access, wall };
        {
            let Ok(mut guard) = self.shared.queue.lock() else {
                return Err(Error::Unavailable("the queue is broken".into()));
            };
            if guard.0.len() >= QUEUE_AT_MOST {
                return Err(Error::Unavailable("too much work is waiting".into()));
            }
            guard.0.push_back(Box::new(piece));
        }
        self.shared.filled.notify_one();
        wait(answer, patience).await
    }
}

/// The settings of a `postgres://` address. Always with an application name and
/// limits on what a lost peer or a forgotten lock can cost.
pub(crate) fn config(url: &str) -> Result<tokio_postgres::Config> {
    let mut config: tokio_postgres::Config = url.parse().map_err(|_| {
        Error::Unfit(
            "the database address cannot be read; write postgres://user:password@host:5432/name".into(),
        )
    })?;
    if config.get_dbname().is_none() {
        let name = config.get_user().unwrap_or("postgres").to_owned();
        config.dbname(name);
    }
    config
        .application_name("askpro")
        .connect_timeout(CONNECT_PATIENCE)
        .keepalives_idle(Duration::from_secs(30));
    Ok(config)
}

/// The name of a role of this database. Roles belong to the whole server, so the
/// database's name is in it; a long name is shortened and told apart by a hash.
pub(crate) fn role_name(database: &str, kind: &str) -> String {
    use sha2::{Digest, Sha256};
    let plain = format!("askpro_{database}_{kind}");
    if plain.len() <= 63 {
        return plain;
    }
    let hash: String =
        Sha256::digest(database.as_bytes()).iter().take(6).map(|b| format!("{b:02x}")).collect();
    let short: String = database
        .chars()
        .scan(0, |n, c| {
            *n += c.len_utf8();
            (*n <= 28).then_some(c)
        })
        .collect();
    format!("askpro_{short}_{hash}_{kind}")
}

/// A name as SQL writes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn serve(shared: &Shared) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let runtime = Rc::new(runtime);
    let mut link: Option<Link> = None;
    loop {
        let Ok(mut guard) = shared.queue.lock() else { return };
        let piece = loop {
            if let Some(piece) = guard.0.pop_front() {
                break piece;
            }
            if guard.1 {
                return;
            }
            let Ok(next) = shared.filled.wait(guard) else { return };
            guard = next;
        };
        drop(guard);
        if link.as_ref().is_some_and(Link::is_broken) {
            link = None;
        }
        if link.is_none() {
            match connect(shared, &runtime, piece.deadline()) {
                Ok(fresh) => link = Some(fresh),
                Err(error) => {
                    piece.run(Err(error));
                    continue;
                }
            }
        }
        match link.as_mut() {
            Some(link) => piece.run(Ok(link)),
            None => piece.run(Err(Error::Unavailable("not connected".into()))),
        }
    }
}

fn connect(shared: &Shared, runtime: &Rc<Runtime>, deadline: Instant) -> Result<Link> {
    let now = Instant::now();
    if let Ok(failure) = shared.last_failure.lock()
        && let Some((at, why)) = failure.as_ref()
        && now.duration_since(*at) < CONNECT_PAUSE
    {
        return Err(Error::Unavailable(why.clone()));
    }
    let patience = CONNECT_PATIENCE.min(deadline.saturating_duration_since(now));
    let attempt = runtime.block_on(async {
        tokio::time::timeout(patience, Link::open(&shared.config, &shared.app_role, runtime)).await
    });
    let why = match attempt {
        Ok(Ok(mut link)) => {
            link.platform_role = quoted(&shared.platform_role);
            return Ok(link);
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "PostgreSQL did not answer".into(),
    };
    if let Ok(mut failure) = shared.last_failure.lock() {
        *failure = Some((now, why.clone()));
    }
    Err(Error::Unavailable(why))
}

/// One connection, with its prepared statements.
pub(crate) struct Link {
    runtime: Rc<Runtime>,
    client: Client,
    statements: HashMap<String, Statement>,
    platform_role: String,
    /// How the transaction begins; sent together with its first statement, so
    /// that beginning costs no trip of its own.
    begin: Option<String>,
    failed: bool,
    /// Whether the end was sent together with the last statement.
    ended: bool,
    deadline: Instant,
}

impl Link {
    /// Connects; every later statement works as `role`, which row-level security binds.
    async fn open(config: &tokio_postgres::Config, role: &str, runtime: &Rc<Runtime>) -> Result<Self> {
        let link = Self::open_as_owner(config, runtime).await?;
        link.client.batch_execute(&format!("SET ROLE {}", quoted(role))).await.map_err(
            |error| match error.code() {
                Some(&SqlState::UNDEFINED_OBJECT | &SqlState::INVALID_PARAMETER_VALUE) => {
                    Error::Unfit("the database has no schema yet; run `askpro migrate up`".into())
                }
                _ => translate(&error),
            },
        )?;
        Ok(link)
    }

    /// Connects as the login role itself, which owns the schema: for migrations.
    async fn open_as_owner(config: &tokio_postgres::Config, runtime: &Rc<Runtime>) -> Result<Self> {
        let client = match config.get_ssl_mode() {
            SslMode::Require => {
                let (client, connection) =
                    config.connect(verified_tls()?).await.map_err(|error| translate(&error))?;
                runtime.spawn(drive(connection));
                client
            }
            _ => {
                let (client, connection) = config.connect(NoTls).await.map_err(|error| translate(&error))?;
                runtime.spawn(drive(connection));
                client
            }
        };
        let deadline = Instant::now();
        Ok(Self {
            runtime: Rc::clone(runtime),
            client,
            statements: HashMap::new(),
            platform_role: String::new(),
            begin: None,
            failed: false,
            ended: false,
            deadline,
        })
    }

    fn is_broken(&self) -> bool {
        self.client.is_closed()
    }

    fn transaction<T>(&mut self, access: Access, wall: Wall, deadline: Instant, work: &Work<T>) -> Result<T> {
        let remaining = deadline.saturating_duration_since(Instant::now()).as_millis().max(1);
        let mode = if access == Access::Read { "BEGIN READ ONLY" } else { "BEGIN" };
        let wall = match wall {
            Wall::Company(id) => format!("SELECT set_config('askpro.company', '{id}', true)"),
            Wall::Platform => format!("SET LOCAL ROLE {}", self.platform_role),
        };
        self.begin = Some(format!(
            "{mode}; SET LOCAL statement_timeout = {remaining}; SET LOCAL lock_timeout = {remaining}; {wall}"
        ));
        self.failed = false;
        self.ended = false;
        self.deadline = deadline;
        let outcome = caught(|| work(self));
        if self.begin.take().is_some() {
            return outcome; // No statement was sent: there is nothing to end.
        }
        if self.ended {
            return outcome;
        }
        match outcome {
            // After a failed statement PostgreSQL answers COMMIT with a rollback and no error.
            Ok(_) if self.failed => {
                let _ = self.end("ROLLBACK");
                Err(Error::Statement("a failed statement was passed over".into()))
            }
            Ok(value) => self.end("COMMIT").map(|()| value),
            Err(error) => {
                let _ = self.end("ROLLBACK");
                Err(error)
            }
        }
    }

    fn end(&mut self, how: &str) -> Result<()> {
        let Self { runtime, client, deadline, .. } = self;
        patiently(runtime, *deadline, client.batch_execute(how))
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = patiently(&self.runtime, self.deadline, self.client.prepare(sql))?;
        if self.statements.len() >= STATEMENTS_AT_MOST {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Sends a statement, together with the transaction's beginning where that
    /// has not been sent yet.
    fn send<'a, R>(
        &'a mut self,
        sql: &str,
        arguments: &'a [Value],
        ends: bool,
        how: impl AsyncFnOnce(&'a Client, Statement, Vec<&'a (dyn ToSql + Sync)>) -> PgResult<R>,
    ) -> Result<R> {
        if self.ended {
            return Err(Error::Statement("a statement after the end of its transaction".into()));
        }
        let statement = match self.prepared(sql) {
            Ok(statement) => statement,
            Err(error) => {
                self.failed = true;
                return Err(error);
            }
        };
        let begin = self.begin.take();
        // A statement that fails makes the end a rollback.
        self.ended = ends;
        let Self { runtime, client, deadline, failed, .. } = self;
        let client: &'a Client = client;
        let arguments = arguments.iter().map(|argument| argument as &(dyn ToSql + Sync)).collect();
        let outcome = patiently(runtime, *deadline, async {
            let begun = async {
                match &begin {
                    Some(begin) => client.batch_execute(begin).await,
                    None => Ok(()),
                }
            };
            let over = async { if ends { client.batch_execute("COMMIT").await } else { Ok(()) } };
            // All of it is sent before the first answer is waited for.
            let (begun, answer, over) = join3(begun, how(client, statement, arguments), over).await;
            begun?;
            let answer = answer?;
            over.map(|()| answer)
        });
        *failed |= outcome.is_err();
        outcome
    }
}

/// Carries a connection's traffic until it ends.
async fn drive<S, T>(connection: tokio_postgres::Connection<S, T>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    if let Err(error) = connection.await {
        tracing::warn!(reason = %translate(&error), "a PostgreSQL connection ended");
    }
}

/// Encryption with the server's certificate checked against the system's roots.
fn verified_tls() -> Result<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(|error| Error::Unfit(format!("encryption to PostgreSQL cannot be set up: {error}")))?
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

impl Link {
    /// Hands what `COPY … TO STDOUT` sends to `take`, piece by piece.
    pub(crate) fn copy_out(&mut self, sql: &str, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let Self { runtime, client, .. } = self;
        runtime.block_on(async {
            let stream = client.copy_out(sql).await.map_err(|error| translate(&error))?;
            let mut stream = std::pin::pin!(stream);
            while let Some(piece) = stream.next().await {
                take(&piece.map_err(|error| translate(&error))?)?;
            }
            Ok(())
        })
    }

    /// Feeds `COPY … FROM STDIN` with what `give` gives until it gives nothing; how many rows came.
    pub(crate) fn copy_in(
        &mut self,
        sql: &str,
        mut give: impl FnMut() -> Result<Option<Vec<u8>>>,
    ) -> Result<u64> {
        let Self { runtime, client, .. } = self;
        runtime.block_on(async {
            let sink = client.copy_in(sql).await.map_err(|error| translate(&error))?;
            let mut sink = std::pin::pin!(sink);
            while let Some(piece) = give()? {
                sink.send(std::io::Cursor::new(piece)).await.map_err(|error| translate(&error))?;
            }
            sink.finish().await.map_err(|error| translate(&error))
        })
    }
}

type PgResult<T> = std::result::Result<T, tokio_postgres::Error>;

/// Waits for an answer a little longer than the server itself was told to take;
/// after that the peer is taken for lost.
fn patiently<T>(
    runtime: &Runtime,
    deadline: Instant,
    answer: impl Future<Output = PgResult<T>>,
) -> Result<T> {
    let patience = deadline.saturating_duration_since(Instant::now()) + Duration::from_secs(1);
    runtime.block_on(async {
        match tokio::time::timeout(patience, answer).await {
            Ok(outcome) => outcome.map_err(|error| translate(&error)),
            Err(_) => Err(Error::Unavailable("PostgreSQL stopped answering".into())),
        }
    })
}

impl Statements for Link {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64> {
        self.send(sql, arguments, false, async |client, statement, arguments| {
            client.execute(&statement, &arguments).await
        })
    }

    fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        let rows = self.send(sql, arguments, false, async |client, statement, arguments| {
            client.query(&statement, &arguments).await
        })?;
        rows_of(&rows)
    }

    fn last_query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        let rows = self.send(sql, arguments, true, async |client, statement, arguments| {
            client.query(&statement, &arguments).await
        })?;
        rows_of(&rows)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        let begin = self.begin.take().map(|begin| format!("{begin}; ")).unwrap_or_default();
        let Self { runtime, client, deadline, failed, .. } = self;
        let outcome = patiently(runtime, *deadline, client.batch_execute(&format!("{begin}{sql}")));
        *failed |= outcome.is_err();
        outcome
    }
}

fn rows_of(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>> {
    rows.iter()
        .map(|row| {
            (0..row.len())
                .map(|column| {
                    row.try_get::<_, Value>(column)
                        .map_err(|_| Error::Impossible(format!("column {column} is of an unknown type")))
                })
                .collect::<Result<Vec<_>>>()
                .map(Row)
        })
        .collect()
}

/// Microseconds between 1970-01-01 and 2000-01-01, PostgreSQL's own zero.
const POSTGRES_EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Bool(value) => out.extend_from_slice(&[u8::from(*value)]),
            Self::Int(value) => match *ty {
                Type::INT2 => out.extend_from_slice(&i16::try_from(*value)?.to_be_bytes()),
                Type::INT4 => out.extend_from_slice(&i32::try_from(*value)?.to_be_bytes()),
                Type::INT8 => out.extend_from_slice(&value.to_be_bytes()),
                _ => return Err(format!("a number does not fit {ty}").into()),
            },
            Self::Text(value) | Self::Json(value) => {
                if *ty == Type::JSONB {
                    out.extend_from_slice(&[1]);
                }
                out.extend_from_slice(value.as_bytes());
            }
            Self::Bytes(value) => out.extend_from_slice(value),
            Self::Uuid(value) => out.extend_from_slice(value.as_bytes()),
            Self::Time(value) => {
                out.extend_from_slice(&(value.as_microsecond() - POSTGRES_EPOCH_MICROSECONDS).to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *ty {
            Type::BOOL => Self::Bool(raw.first().is_some_and(|byte| *byte != 0)),
            Type::INT2 => Self::Int(i64::from(i16::from_be_bytes(raw.try_into()?))),
            Type::INT4 => Self::Int(i64::from(i32::from_be_bytes(raw.try_into()?))),
            Type::INT8 => Self::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => {
                Self::Text(std::str::from_utf8(raw)?.into())
            }
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            Type::UUID => Self::Uuid(Uuid::from_slice(raw)?),
            Type::TIMESTAMPTZ => Self::Time(Timestamp::from_microsecond(
                i64::from_be_bytes(raw.try_into()?) + POSTGRES_EPOCH_MICROSECONDS,
            )?),
            Type::JSONB => Self::Json(std::str::from_utf8(raw.get(1..).unwrap_or_default())?.into()),
            Type::JSON => Self::Json(std::str::from_utf8(raw)?.into()),
            _ => return Err(format!("no value for {ty}").into()),
        })
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// PostgreSQL's error in our words; never with a value, which may be somebody's name.
pub(crate) fn translate(error: &tokio_postgres::Error) -> Error {
    let Some(refusal) = error.as_db_error() else {
        return Error::Unavailable(if error.is_closed() {
            "the connection to PostgreSQL was lost".into()
        } else {
            format!("PostgreSQL cannot be reached: {error}")
        });
    };
    let code = refusal.code().code();
    match code {
        "40001" | "40P01" => Error::Contended,
        "57014" | "55P03" => Error::Timeout,
        "23505" | "23503" | "23514" | "23P01" | "23502" => {
            Error::Conflict(refusal.constraint().or(refusal.column()).unwrap_or(code).to_owned())
        }
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            Error::Unavailable(format!("PostgreSQL says {}", refusal.message()))
        }
        // Data errors quote the value they refuse.
        _ if code.starts_with("22") => Error::Statement(format!("a value was refused with {code}")),
        _ => Error::Statement(format!("{code} {}", refusal.message())),
    }
}

/// Runs work on a connection of its own as the login role, outside every queue:
/// for migrations.
pub(crate) fn apart<T>(
    url: &str,
    patience: Duration,
    work: impl FnOnce(&mut Link) -> Result<T> + Send,
) -> Result<T>
where
    T: Send,
{
    let config = config(url)?;
    // A thread of its own, because a runtime cannot be entered from within another.
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| Error::Unavailable(error.to_string()))?;
            let runtime = Rc::new(runtime);
            let mut link = runtime.block_on(async {
                match tokio::time::timeout(CONNECT_PATIENCE, Link::open_as_owner(&config, &runtime)).await {
                    Ok(link) => link,
                    Err(_) => Err(Error::Unavailable("PostgreSQL did not answer".into())),
                }
            })?;
            link.deadline = Instant::now() + patience;
            work(&mut link)
        });
        worker.join().unwrap_or_else(|_| Err(Error::Statement("a panic in work apart".into())))
    })
}
