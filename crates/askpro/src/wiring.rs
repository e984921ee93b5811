//! Puts the parts together: keys, database, use cases, server, worker.

use std::{fs, io::Write, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use askpro_app::{App, Pace, StateFolder, SteadyClock, SystemChance, mail::Office};
use askpro_domain::{
    ids::{Chance, Clock},
    secret::Secret,
};
use askpro_providers::transport::Http;
use askpro_store::{
    Store, StoreOptions, migrate,
    seal::{KeyRing, rotation},
};
use askpro_web::{Bound, Outside, Web};
use tokio::sync::watch;

use crate::config::{Config, MasterKey};

/// Connections to PostgreSQL per process.
const CONNECTIONS: usize = 16;

/// How long requests under way may take to end once the process was told to stop.
const LAST_WORDS: Duration = Duration::from_secs(8);

/// Where `init` puts the master keys unless told otherwise.
pub(crate) const DEFAULT_KEY_FILE: &str = "askpro-data/master.key";

/// The master keys, or how to get some.
pub(crate) fn key_ring(config: &Config) -> anyhow::Result<KeyRing> {
    let text = match config.master_key() {
        Some(MasterKey::Text(text)) => text.expose().to_owned(),
        Some(MasterKey::File(file)) => read_ring(&file)?,
        None if Path::new(DEFAULT_KEY_FILE).exists() => read_ring(Path::new(DEFAULT_KEY_FILE))?,
        None => bail!("there is no master key; run `askpro init` to make one, or set ASKPRO_MASTER_KEY_FILE"),
    };
    KeyRing::parse(&text).context("the master key ring cannot be used")
}

fn read_ring(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("the master key file {} cannot be read", file.display()))
}

/// Writes a fresh ring that only its owner can read. An existing file is never
/// touched: it may be the only key to everything.
pub(crate) fn write_ring(file: &Path, chance: &dyn Chance) -> anyhow::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file).with_context(|| format!("{} cannot be made", file.display()))?;
    opened.write_all(KeyRing::generate(chance).as_bytes())?;
    opened.sync_all()?;
    Ok(())
}

/// An error where a database is there already: a fresh ring could not open it.
pub(crate) fn must_be_new(url: &str) -> anyhow::Result<()> {
    // What cannot be asked has nothing of ours in it, or tells so itself afterwards.
    let masters = rotation::masters_in_use(url).unwrap_or_default();
    if masters.is_empty() {
        return Ok(());
    }
    bail!(
        "there is a database, sealed under the master key {}, and no key ring: put the ring that belongs to it in \
         its place; a fresh one could not open it (nothing was made)",
        masters.join(", ")
    )
}

/// An error where the database is sealed under a key that the ring lacks. Whoever
/// went on would write what the right ring cannot read, beside what this one cannot.
fn check_ring(url: &str, ring: &KeyRing) -> anyhow::Result<()> {
    let missing: Vec<String> = rotation::masters_in_use(url)?
        .into_iter()
        .filter(|id| !ring.ids().any(|known| known == *id))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "this database is sealed under the master key {}, and the key ring holds {}; set ASKPRO_MASTER_KEY_FILE to \
         the ring that belongs to this database (nothing was changed)",
        missing.join(", "),
        ring.ids().collect::<Vec<_>>().join(", ")
    )
}

/// Lets a running process follow when the ring's file changes.
fn following_ring(app: App, config: &Config) -> App {
    let file = match config.master_key() {
        Some(MasterKey::Text(_)) => return app,
        Some(MasterKey::File(file)) => file,
        None => DEFAULT_KEY_FILE.into(),
    };
    app.store.seals().reread_with(move || KeyRing::parse(&fs::read_to_string(&file).ok()?).ok());
    app
}

/// The use cases on a database that fits this program.
pub(crate) fn app(url: &str, ring: KeyRing, pace: Pace) -> anyhow::Result<App> {
    if let Some(advice) = migrate::fitness(url)?.advice() {
        bail!("{advice}");
    }
    check_ring(url, &ring)?;
    unchecked_app(url, ring, pace)
}

fn unchecked_app(url: &str, ring: KeyRing, pace: Pace) -> anyhow::Result<App> {
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let store = Store::open(StoreOptions {
        url: url.to_owned(),
        ring,
        chance: Arc::clone(&chance),
        connections: CONNECTIONS,
        time: askpro_store::SharedTime::Database,
    })?;
    let clock: Arc<dyn Clock> = Arc::new(SteadyClock::default());
    Ok(App::new(store, clock, chance, Arc::new(Http::new()?), pace))
}

/// The use cases as the configuration says.
pub(crate) fn configured_app(config: &Config) -> anyhow::Result<App> {
    let app = app(config.database_url(), key_ring(config)?, Pace::default())?;
    with_mail(following_ring(app, config), config)
}

fn with_mail(mut app: App, config: &Config) -> anyhow::Result<App> {
    if let Some(url) = config.mail_url() {
        let office = Office::open(url, &config.address_for_people()?);
        app.mail = Some(office.map_err(|reason| anyhow::anyhow!("ASKPRO_MAIL_URL: {reason}"))?);
    }
    Ok(app)
}

/// The same for answering calls, with what was last known. A database that is away
/// is no reason to leave callers without a voice: what stands in the state
/// directory answers until it is back.
pub(crate) fn answering_app(config: &Config) -> anyhow::Result<App> {
    let (url, folder) = (config.database_url(), config.state_dir());
    let state = StateFolder::open(folder.clone())
        .with_context(|| format!("the state directory {} cannot be made", folder.display()))?;
    let fitness = migrate::fitness(url);
    if let Ok(Some(advice)) = fitness.as_ref().map(|fitness| fitness.advice()) {
        bail!("{advice}");
    }
    let ring = key_ring(config)?;
    if fitness.is_ok() {
        check_ring(url, &ring)?;
    }
    let app = unchecked_app(url, ring, Pace::default())?.keeping_state_in(state);
    let app = with_mail(following_ring(app, config), config)?;
    match (app.recall(), fitness) {
        (_, Ok(_)) => Ok(app),
        (Some(since), Err(error)) if error.is_passing() => {
            tracing::warn!(%error, %since, "starting without the database; callers are answered from what was last known");
            Ok(app)
        }
        (_, Err(error)) => Err(error.into()),
    }
}

/// Which parts of the program run in this process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Roles {
    pub(crate) serves: bool,
    pub(crate) works: bool,
}

/// How this server is reached.
#[derive(Default)]
pub(crate) struct Reached {
    /// How browsers reach it.
    outside: Outside,
    /// Metrics at an address of their own.
    metrics: Option<Bound>,
    /// What else opens metrics.
    metrics_token: Option<Secret>,
}

/// How this server is reached, as the configuration says.
pub(crate) async fn reached(config: &Config) -> anyhow::Result<Reached> {
    let public_url = config.public_url().unwrap_or_default();
    let outside = Outside {
        is_https: public_url.starts_with("https://"),
        proxies: config.trusted_proxies()?,
        origin: config.public_url(),
    };
    let metrics = match config.metrics_listen()? {
        Some(listen) => Some(askpro_web::bind(listen).await.with_context(|| {
            format!(
                "{listen} cannot be listened on for metrics; set ASKPRO_METRICS_LISTEN to another address"
            )
        })?),
        None => None,
    };
    Ok(Reached { outside, metrics, metrics_token: config.metrics_token() })
}

/// Serves and works until `stop` says so, reached over plain HTTP without a proxy.
pub(crate) async fn run(
    app: App,
    bound: Bound,
    roles: Roles,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    run_reached(Reached::default(), app, bound, roles, stop).await
}

/// Serves and works until `stop` says so.
pub(crate) async fn run_reached(
    reached: Reached,
    app: App,
    bound: Bound,
    roles: Roles,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    App::warm_up();
    let worker = format!(
        "{}-{}",
        std::process::id(),
        askpro_domain::ids::random_text(&SystemChance, b"abcdefghij", 6)
    );
    let working = {
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            if roles.works {
                tokio::join!(
                    app.work(&worker, stop.clone()),
                    app.send_mails(&worker, stop.clone()),
                    app.keep_record(stop)
                );
            }
        }
    };
    let writing = {
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            if roles.serves {
                tokio::join!(
                    app.keep_uses(stop.clone()),
                    app.keep_journal(stop.clone()),
                    app.keep_last_known(stop.clone()),
                    app.keep_delivering(stop)
                );
            }
        }
    };
    let watching = {
        let (app, stop) = (app.clone(), stop.clone());
        async move { app.watch_lines(stop).await }
    };
    let Reached { outside, metrics, metrics_token } = reached;
    let web = Web::new(app).seen_from(outside).with_metrics_token(metrics_token);
    let measuring = {
        let (web, stop) = (web.clone(), stop.clone());
        async move {
            match metrics {
                Some(bound) => bound.serve_metrics(web, stop).await,
                None => Ok(()),
            }
        }
    };
    let serving = async move {
        if roles.serves {
            let mut stopping = stop.clone();
            let late = async move {
                let _ = stopping.wait_for(|stopped| *stopped).await;
                tokio::time::sleep(LAST_WORDS).await;
            };
            tokio::select! {
                served = bound.serve(web, stop) => served,
                // A client that never finishes its request must not hold up a release.
                () = late => Ok(()),
            }
        } else {
            let mut stop = stop;
            let _ = stop.wait_for(|stopped| *stopped).await;
            Ok(())
        }
    };
    let (served, measured, (), (), ()) = tokio::join!(serving, measuring, working, writing, watching);
    served.context("the server ended")?;
    measured.context("the server for metrics ended")
}

/// A lock that one serving process holds on a SQLite database; two would each
/// believe to be alone. PostgreSQL serves any number.
pub(crate) fn sole_server(app: &App) -> anyhow::Result<Option<fs::File>> {
    let Some(path) = app.store.sqlite_path() else { return Ok(None) };
    let lock = path.with_extension("lock");
    let file = fs::File::create(&lock).with_context(|| format!("{} cannot be made", lock.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => {
            bail!(
                "another askpro serves this SQLite database; stop it, or use PostgreSQL for several processes"
            )
        }
        Err(fs::TryLockError::Error(error)) => Err(error).context("the lock on the database cannot be taken"),
    }
}
