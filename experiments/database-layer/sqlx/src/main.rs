//! Candidate B: one async API over both engines. The statements are the store's,
//! letter by letter and in the same order, on the database that candidate A prepared.
//!
//! `bench-sqlx run URL WORLD CLIENTS SECONDS LABEL [grouped]` measures;
//! `bench-sqlx statistics URL` gives an empty SQLite database the table statistics of a filled one;
//! `bench-sqlx count URL` says how many appointments, pieces and settled answers stand there.

#[path = "../../common.rs"]
mod common;

use std::{future::Future, pin::Pin, str::FromStr, sync::Arc, time::Duration};

use askpro_domain::{
    booking::Reference,
    calendar::{ZONE_DATA_VERSION, zone},
    ids::{Chance, SeededChance, uuid_v7},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use common::{ACTOR, ANSWER, NAME, NOTES, key_of, measure, now, phone_of, start_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use sqlx::{
    AssertSqlSafe, Column as _, Connection, Decode, Encode, Executor, PgPool, Postgres, Row as _, Sqlite,
    SqlitePool, Type, TypeInfo, ValueRef,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgConnection, PgPoolOptions, PgTypeInfo, PgValueRef, types::Oid},
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    },
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

const CONNECTIONS: u32 = 16;
const GROUP_AT_MOST: usize = 64;
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

type Result<T> = std::result::Result<T, sqlx::Error>;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    match words[..] {
        ["count", url] => runtime.block_on(count(url)),
        ["statistics", url] => runtime.block_on(statistics(url)),
        ["run", url, world, clients, seconds, label, ref rest @ ..] => runtime.block_on(run(
            url,
            world,
            clients.parse().expect("a number of clients"),
            seconds.parse().expect("a number of seconds"),
            label,
            rest == ["grouped"],
        )),
        _ => panic!("run URL WORLD CLIENTS SECONDS LABEL [grouped] | statistics URL | count URL"),
    }
}

// Values on their way to and from a database, as the store has them.

#[derive(Clone, Debug)]
enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    Time(Timestamp),
    Json(Json),
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
macro_rules! into_value {
    ($($from:ty => $kind:ident),*) => {$(
        impl From<$from> for Value { fn from(value: $from) -> Self { Self::$kind(value) } }
    )*};
}
into_value! { bool => Bool, i64 => Int, String => Text, Vec<u8> => Bytes, Uuid => Uuid, Timestamp => Time }

macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$(Value::from($value)),*] };
}

struct PgTime(i64);
impl Type<Postgres> for PgTime {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1184))
    }
}
impl Encode<'_, Postgres> for PgTime {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        buf.extend_from_slice(&(self.0 - POSTGRES_EPOCH).to_be_bytes());
        Ok(IsNull::No)
    }
}

/// Nothing, of a type that the server infers.
struct PgNull;
impl Type<Postgres> for PgNull {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(705))
    }
}
impl Encode<'_, Postgres> for PgNull {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

macro_rules! bound {
    ($sql:expr, $arguments:expr, $database:ty, $null:expr, $uuid:expr, $time:expr) => {{
        let mut query = sqlx::query::<$database>($sql);
        for argument in $arguments {
            query = match argument {
                Value::Null => query.bind($null),
                Value::Bool(value) => query.bind(value),
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Json(value) => query.bind(value.to_string()),
                Value::Bytes(value) => query.bind(value),
                Value::Uuid(value) => query.bind($uuid(value)),
                Value::Time(value) => query.bind($time(value.as_microsecond())),
            };
        }
        query
    }};
}
macro_rules! bound_sqlite {
    ($sql:expr, $arguments:expr) => {
        bound!($sql, $arguments, Sqlite, None::<String>, |id: Uuid| id.to_string(), |at: i64| at)
    };
}
macro_rules! bound_postgres {
    ($sql:expr, $arguments:expr) => {
        bound!($sql, $arguments, Postgres, PgNull, |id: Uuid| id, PgTime)
    };
}

fn from_sqlite(row: &sqlx::sqlite::SqliteRow) -> Result<Vec<Value>> {
    let read = |index: usize| -> std::result::Result<Value, BoxDynError> {
        let raw = row.try_get_raw(index)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        let kind = raw.type_info().name().to_owned();
        Ok(match kind.as_str() {
            "INTEGER" => Value::Int(<i64 as Decode<Sqlite>>::decode(raw)?),
            "TEXT" => {
                let text = <String as Decode<Sqlite>>::decode(raw)?;
                if text.starts_with(['{', '[']) {
                    Value::Json(serde_json::from_str(&text)?)
                } else {
                    Value::Text(text)
                }
            }
            _ => Value::Bytes(<Vec<u8> as Decode<Sqlite>>::decode(raw)?),
        })
    };
    row.columns().iter().map(|column| read(column.ordinal()).map_err(sqlx::Error::Decode)).collect()
}

fn from_postgres(row: &sqlx::postgres::PgRow) -> Result<Vec<Value>> {
    fn whole<const N: usize>(raw: &PgValueRef<'_>) -> std::result::Result<[u8; N], BoxDynError> {
        Ok(raw.as_bytes()?.try_into()?)
    }
    let read = |index: usize| -> std::result::Result<Value, BoxDynError> {
        let raw = row.try_get_raw(index)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        let oid = raw.type_info().oid().map_or(0, |oid| oid.0);
        Ok(match oid {
            16 => Value::Bool(raw.as_bytes()? != [0]),
            20 => Value::Int(i64::from_be_bytes(whole(&raw)?)),
            23 => Value::Int(i32::from_be_bytes(whole(&raw)?).into()),
            17 => Value::Bytes(raw.as_bytes()?.to_vec()),
            2950 => Value::Uuid(Uuid::from_slice(raw.as_bytes()?)?),
            1184 => {
                Value::Time(Timestamp::from_microsecond(i64::from_be_bytes(whole(&raw)?) + POSTGRES_EPOCH)?)
            }
            3802 => Value::Json(serde_json::from_slice(&raw.as_bytes()?[1..])?),
            _ => Value::Text(raw.as_str()?.to_owned()),
        })
    };
    row.columns().iter().map(|column| read(column.ordinal()).map_err(sqlx::Error::Decode)).collect()
}

/// An open transaction of either engine.
enum Tx<'t> {
    Sqlite(&'t mut SqliteConnection),
    Postgres(&'t mut PgConnection),
}

impl Tx<'_> {
    async fn execute(&mut self, sql: &'static str, arguments: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(on) => bound_sqlite!(sql, arguments).execute(&mut **on).await?.rows_affected(),
            Self::Postgres(on) => bound_postgres!(sql, arguments).execute(&mut **on).await?.rows_affected(),
        })
    }

    async fn query(&mut self, sql: &'static str, arguments: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        match self {
            Self::Sqlite(on) => {
                bound_sqlite!(sql, arguments).fetch_all(&mut **on).await?.iter().map(from_sqlite).collect()
            }
            Self::Postgres(on) => bound_postgres!(sql, arguments)
                .fetch_all(&mut **on)
                .await?
                .iter()
                .map(from_postgres)
                .collect(),
        }
    }
}

struct World {
    company: Uuid,
    branch: Uuid,
    connection: String,
    clients: Vec<(Uuid, [Uuid; 2])>,
    chance: SeededChance,
    cipher: XChaCha20Poly1305,
}

impl World {
    fn read(path: &str) -> Self {
        let text: Json =
            serde_json::from_str(&std::fs::read_to_string(path).expect("a world")).expect("JSON");
        let word = |json: &Json| json.as_str().expect("a text").to_owned();
        let id = |json: &Json| Uuid::from_str(json.as_str().expect("a text")).expect("an id");
        let clients = text["clients"].as_array().expect("clients").iter();
        Self {
            company: id(&text["company"]),
            branch: id(&text["branch"]),
            connection: word(&text["connection"]),
            clients: clients
                .map(|one| (id(&one["service"]), [id(&one["staff"][0]), id(&one["staff"][1])]))
                .collect(),
            chance: SeededChance::new(2),
            cipher: XChaCha20Poly1305::new(&[7; 32].into()),
        }
    }

    fn id(&self) -> Uuid {
        uuid_v7(now(), &self.chance)
    }

    /// The work of sealing, with a key that is at hand.
    fn sealed(&self, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; 24];
        self.chance.fill(&mut nonce);
        let nonce_of = XNonce::from(nonce);
        let payload = Payload { msg: plain, aad: b"company table column row key" };
        let mut sealed = vec![1];
        sealed.extend_from_slice(&[0; 16]);
        sealed.extend_from_slice(&nonce);
        sealed.extend(self.cipher.encrypt(&nonce_of, payload).expect("sealing"));
        sealed
    }
}

async fn book(tx: &mut Tx<'_>, world: &World, client: usize, number: u32) -> Result<()> {
    let company = world.company;
    let key = key_of(client, number);
    let (service, people) = world.clients[client];
    let person = people[(number % 2) as usize];
    let start = start_of(number);
    let fresh = tx
        .execute(
            "INSERT INTO answers (company_id, key, settled, answer_sealed, appointment_id, effect_stands, created_at)
         VALUES ($1, $2, $3, NULL, NULL, $3, $4) ON CONFLICT (company_id, key) DO NOTHING",
            args![company, key.as_str(), false, now()],
        )
        .await?;
    assert_eq!(fresh, 1, "a key that was used before");
    let found = tx
        .query(
            "SELECT id, company_id, branch_id, name, synonyms, price_cents, currency, segments,
     buffer_before_minutes, buffer_after_minutes, slot_interval_minutes, min_notice_minutes,
     booking_horizon_days, calendar, connection_id, event_type_id, revision FROM services WHERE company_id = $1 AND id = $2 AND active",
            args![company, service],
        )
        .await?;
    assert_eq!(found.len(), 1, "the service");
    let branches = tx
        .query(
            "SELECT id, company_id, name, zone, language, phone, address, revision FROM branches
         WHERE company_id = $1 AND active ORDER BY id LIMIT 1000",
            args![company],
        )
        .await?;
    let Some(Value::Text(zone_name)) = branches[0].get(3).cloned() else { panic!("the branch") };
    staff_of_service(tx, company, service).await?;
    if let Tx::Postgres(_) = tx {
        let (high, low) = person.as_u64_pair();
        tx.query("SELECT pg_advisory_xact_lock($1)::text", args![(high ^ low).cast_signed()]).await?;
    }
    let phone = phone_of(client, number);
    let known = tx
        .query(
            "SELECT id, name, phone, email FROM customers WHERE company_id = $1 AND phone = $2 ORDER BY id LIMIT $3",
            args![company, phone.as_str(), 20_i64],
        )
        .await?;
    assert!(known.is_empty(), "a customer of another booking");
    let customer = world.id();
    tx.execute(
        "INSERT INTO customers (id, company_id, name, phone, email, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6)",
        vec![customer.into(), company.into(), NAME.into(), phone.into(), Value::Null, now().into()],
    )
    .await?;
    let call = format!("call_{client}_{number}");
    let made = tx
        .query(
            "SELECT a.id, a.company_id, a.branch_id, a.service_id, a.staff_id, a.customer_id,
     a.reference, a.status, a.local_start, a.zone, a.starts_at, a.ends_at, a.calendar, a.calendar_uid,
     a.connection_id, a.provider_call_id, a.revision, c.name
     FROM appointments a JOIN customers c ON c.company_id = a.company_id AND c.id = a.customer_id WHERE a.company_id = $1 AND a.connection_id = $2 AND a.provider_call_id = $3
                 AND a.customer_id = $4 AND a.service_id = $5 AND a.starts_at = $6
                 AND a.status IN ('provisional', 'confirmed')",
            args![company, world.connection.as_str(), call.as_str(), customer, service, start],
        )
        .await?;
    assert!(made.is_empty(), "a call that was made before");
    staff_of_service(tx, company, service).await?;
    let (from, to) = (start - SignedDuration::from_hours(24), start + SignedDuration::from_hours(14 * 24));
    tx.query(
        "SELECT o.resource_id, o.from_at, o.to_at FROM service_staff d
         JOIN occupancy o ON o.company_id = d.company_id AND o.resource_id = d.staff_id
         WHERE d.company_id = $1 AND d.service_id = $2
           AND o.from_at >= $3 AND o.from_at < $4 AND o.to_at > $5
           AND (o.expires_at IS NULL OR o.expires_at > $6)",
        args![company, service, from - SignedDuration::from_hours(31 * 24), to, from, now()],
    )
    .await?;
    let mut reference = Reference::new(&world.chance);
    while has_reference(tx, company, &reference).await? {
        reference = Reference::new(&world.chance);
    }
    let end = start + SignedDuration::from_mins(30);
    let local = start.to_zoned_datetime(zone(&zone_name).expect("a zone")).datetime().to_string();
    let appointment = world.id();
    tx.execute(
        "INSERT INTO appointments (id, company_id, branch_id, service_id, staff_id, customer_id, reference, status,
             local_start, zone, zone_data_version, starts_at, ends_at, calendar, calendar_uid, connection_id,
             provider_call_id, notes_sealed, revision, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)",
        vec![
            appointment.into(),
            company.into(),
            world.branch.into(),
            service.into(),
            person.into(),
            customer.into(),
            reference.as_str().into(),
            "confirmed".into(),
            local.into(),
            zone_name.into(),
            ZONE_DATA_VERSION.into(),
            start.into(),
            end.into(),
            "own".into(),
            Value::Null,
            world.connection.as_str().into(),
            call.into(),
            world.sealed(NOTES.as_bytes()).into(),
            1_i64.into(),
            now().into(),
        ],
    )
    .await?;
    let occupy = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO occupancy (id, company_id, resource_id, appointment_id, kind, from_at, to_at) VALUES ($5, $1, $2, $3, $4, $6, $7)"
        }
        Tx::Postgres(_) => {
            "INSERT INTO occupancy (id, company_id, resource_id, appointment_id, kind, from_at, to_at) VALUES ($5, $1, $2, $3, $4, $6, $7) ON CONFLICT DO NOTHING"
        }
    };
    let kept = tx
        .execute(occupy, args![company, person, appointment, "appointment", world.id(), start, end])
        .await?;
    assert_eq!(kept, 1, "an own slot that is taken");
    let (row, subject) = (world.id(), appointment.to_string());
    let mut hash = Sha256::new();
    for part in
        [row.as_bytes(), &company.as_bytes()[..], ACTOR.as_bytes(), b"appointment.booked", subject.as_bytes()]
    {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    tx.execute(
        "INSERT INTO audit (id, company_id, at, actor, action, subject, detail_sealed, row_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            row.into(),
            company.into(),
            now().into(),
            ACTOR.into(),
            "appointment.booked".into(),
            subject.into(),
            Value::Null,
            hash.finalize().to_vec().into(),
        ],
    )
    .await?;
    let changed = tx
        .execute(
            "UPDATE answers SET settled = $3, answer_sealed = $4, appointment_id = $5, effect_stands = $6
         WHERE company_id = $1 AND key = $2",
            args![company, key, true, world.sealed(ANSWER), appointment, true],
        )
        .await?;
    assert_eq!(changed, 1, "an answer without its claimed key");
    Ok(())
}

async fn has_reference(tx: &mut Tx<'_>, company: Uuid, reference: &Reference) -> Result<bool> {
    let found = tx
        .query(
            "SELECT 1 FROM appointments WHERE company_id = $1 AND reference = $2",
            args![company, reference.as_str()],
        )
        .await?;
    Ok(!found.is_empty())
}

async fn staff_of_service(tx: &mut Tx<'_>, company: Uuid, service: Uuid) -> Result<()> {
    let people = tx
        .query(
            "SELECT s.id, s.branch_id, s.name, s.hours, s.overrides, s.revision FROM staff s JOIN service_staff d ON d.company_id = s.company_id AND d.staff_id = s.id
             WHERE s.company_id = $1 AND d.service_id = $2 AND s.active ORDER BY s.id LIMIT 500",
            args![company, service],
        )
        .await?;
    assert_eq!(people.len(), 2, "the service's people");
    Ok(())
}

fn sqlite_options(url: &str) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(url.strip_prefix("sqlite:").expect("a SQLite address"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(256)
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
        .pragma("journal_size_limit", "67108864")
}

/// One connection that writes: with more, writers wait for each other by sleeping.
async fn sqlite_pool(url: &str) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(sqlite_options(url))
        .await
        .expect("the database opens")
}

async fn run(url: &str, world: &str, clients: usize, seconds: u64, label: &str, grouped: bool) {
    let world = Arc::new(World::read(world));
    if url.starts_with("postgres") {
        let database = url.rsplit('/').next().expect("a database").to_owned();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .min_connections(CONNECTIONS)
            .after_connect(move |on, _| {
                let role = format!("SET ROLE \"askpro_{database}_app\"");
                Box::pin(async move { on.execute(AssertSqlSafe(role)).await.map(drop) })
            })
            .connect(url)
            .await
            .expect("the database opens");
        let company = world.company;
        measure(label, clients, seconds, move |client, number| {
            let (pool, world) = (pool.clone(), Arc::clone(&world));
            async move {
                let begin = format!(
                    "BEGIN; SET LOCAL statement_timeout = 10000; SET LOCAL lock_timeout = 10000; SELECT set_config('askpro.company', '{company}', true)"
                );
                let mut open = pool.begin_with(AssertSqlSafe(begin)).await.expect("a transaction");
                book(&mut Tx::Postgres(&mut open), &world, client, number).await.expect("a booking");
                open.commit().await.expect("a commit");
            }
        })
        .await;
    } else if grouped {
        let (orders, queue) = mpsc::channel(4096);
        tokio::spawn(write_groups(url.to_owned(), Arc::clone(&world), queue));
        measure(label, clients, seconds, move |client, number| {
            let orders = orders.clone();
            async move {
                let (reply, answer) = oneshot::channel();
                orders.send(Order { client, number, reply }).await.expect("a writer");
                answer.await.expect("an answer").expect("a booking");
            }
        })
        .await;
    } else {
        let pool = sqlite_pool(url).await;
        measure(label, clients, seconds, move |client, number| {
            let (pool, world) = (pool.clone(), Arc::clone(&world));
            async move {
                let mut open = pool.begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
                book(&mut Tx::Sqlite(&mut open), &world, client, number).await.expect("a booking");
                open.commit().await.expect("a commit");
            }
        })
        .await;
    }
}

struct Order {
    client: usize,
    number: u32,
    reply: oneshot::Sender<std::result::Result<(), String>>,
}

/// What waits goes into one transaction, each booking in a savepoint of its own.
async fn write_groups(url: String, world: Arc<World>, mut queue: mpsc::Receiver<Order>) {
    let mut on = SqliteConnection::connect_with(&sqlite_options(&url)).await.expect("the database opens");
    let mut orders = Vec::new();
    while queue.recv_many(&mut orders, GROUP_AT_MOST).await > 0 {
        let mut done = Vec::new();
        let commit = {
            let mut open = on.begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
            for order in orders.drain(..) {
                let mut piece = open.begin().await.expect("a savepoint");
                let outcome = book(&mut Tx::Sqlite(&mut piece), &world, order.client, order.number).await;
                match &outcome {
                    Ok(()) => piece.commit().await.expect("a release"),
                    Err(_) => piece.rollback().await.expect("a rollback"),
                }
                done.push((order.reply, outcome));
            }
            open.commit().await.map_err(|error| error.to_string())
        };
        for (reply, outcome) in done {
            let _ = reply.send(commit.clone().and(outcome.map_err(|error| error.to_string())));
        }
    }
}

/// As ANALYZE leaves them after some thousand bookings: rows of the table, then
/// rows per value of the index's first column, first two, and so on.
async fn statistics(url: &str) {
    let pool = sqlite_pool(url).await;
    pool.execute(
        "ANALYZE; DELETE FROM sqlite_stat1 WHERE tbl IN ('customers', 'occupancy', 'appointments');
         INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
             ('customers', 'customers_phone', '4000 4000 1'),
             ('customers', 'sqlite_autoindex_customers_2', '4000 4000 1'),
             ('customers', 'sqlite_autoindex_customers_1', '4000 1'),
             ('occupancy', 'occupancy_resource', '4000 4000 125 1'),
             ('occupancy', 'sqlite_autoindex_occupancy_2', '4000 4000 1')",
    )
    .await
    .expect("statistics");
}

type Counted = Pin<Box<dyn Future<Output = Result<Vec<i64>>>>>;

async fn count(url: &str) {
    const COUNT: &str = "SELECT (SELECT count(*) FROM appointments), (SELECT count(*) FROM occupancy),
        (SELECT count(*) FROM answers WHERE settled AND appointment_id IS NOT NULL)";
    let counted: Counted = if url.starts_with("postgres") {
        let pool = PgPool::connect(url).await.expect("the database opens");
        Box::pin(async move {
            let row = pool.fetch_one(COUNT).await?;
            (0..3).map(|index| row.try_get(index)).collect()
        })
    } else {
        let pool = sqlite_pool(url).await;
        Box::pin(async move {
            let row = pool.fetch_one(COUNT).await?;
            (0..3).map(|index| row.try_get(index)).collect()
        })
    };
    let counted = counted.await.expect("a count");
    println!("{} {} {}", counted[0], counted[1], counted[2]);
}
