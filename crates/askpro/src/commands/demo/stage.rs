//! Everything a demo stands on: stand-ins, database, server, businesses, people.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context, bail};
use askpro_app::{App, Pace, Scope, SystemChance, SystemClock, lists::business::Staff};
use askpro_domain::{
    access::Role,
    actor::Actor,
    business::CompanySettings,
    ids::{Chance, Clock, CompanyId, ConnectionId, random_text},
    language::Language,
    secret::Secret,
};
use askpro_simulators::{Running, calcom, retell};
use askpro_store::{
    Company, CompanyTx,
    connections::ConnectionKind,
    migrate::{self, Environment, Outage},
    schedule,
    seal::KeyRing,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use super::businesses::{Business, Cast, Line};
use crate::{
    commands::simulate::event_types,
    wiring::{self, Roles},
};

/// In a demonstration nobody waits ninety seconds: the stand-in carries out a request
/// at once or never, so soon after a time-out none can still be running.
const PACE: Pace = Pace {
    uncertain: SignedDuration::from_secs(3),
    pause: SignedDuration::from_millis(500),
    give_up: SignedDuration::from_mins(10),
};

/// How long the demo waits for its own database.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What `--resume` must know again. Kept in a file that only its owner can read.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Props {
    pub(super) database_url: String,
    pub(super) server: SocketAddr,
    pub(super) retell: SocketAddr,
    pub(super) calcom: SocketAddr,
    pub(super) ring: String,
    pub(super) retell_keys: Vec<String>,
    pub(super) calcom_key: String,
    pub(super) companies: Vec<PlayedCompany>,
    pub(super) connections: Vec<Value>,
    pub(super) users: Vec<Value>,
    pub(super) api_token: String,
}

/// A company of the demo.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PlayedCompany {
    pub(super) id: String,
    pub(super) name: String,
    /// Its Retell connection and workspace key.
    pub(super) connection: String,
    pub(super) key: String,
}

pub(super) struct Stage {
    pub(super) app: App,
    pub(super) props: Props,
    pub(super) http: reqwest::Client,
    /// The database, while it is away on purpose.
    pub(super) outage: Arc<Mutex<Option<Outage>>>,
    retell: Option<Running>,
    calcom: Option<Running>,
    server: Option<JoinHandle<anyhow::Result<()>>>,
    _alone: Option<fs::File>,
}

fn hex(length: usize) -> String {
    random_text(&SystemChance, b"0123456789abcdef", length)
}

impl Stage {
    /// Sets the stage anew for a cast, or as an earlier demo left it.
    pub(super) async fn set(
        data: &Path,
        database_url: Option<String>,
        listen: Option<SocketAddr>,
        cast: Option<&Cast>,
        stopped: watch::Receiver<bool>,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        let file = data.join("demo.json");
        let props = match cast {
            Some(_) => fresh_props(data, database_url)?,
            None => {
                let props = read_props(&file)?;
                Outage::end(&props.database_url)?;
                props
            }
        };
        let mut stage = Self::start(props, listen, stopped).await?;
        if let Some(cast) = cast {
            stage.open_businesses(cast).await?;
        }
        stage.provision_agents(cast.is_none()).await?;
        write_props(&file, &stage.props)?;
        Ok(stage)
    }

    async fn start(
        mut props: Props,
        listen: Option<SocketAddr>,
        stopped: watch::Receiver<bool>,
    ) -> anyhow::Result<Self> {
        let retell = retell::router(retell::Options { keys: props.retell_keys.clone() });
        let retell = askpro_simulators::serve(retell, props.retell)
            .await
            .context("the Retell simulator cannot listen")?;
        let calcom = calcom::router(calcom::Options {
            keys: vec![props.calcom_key.clone()],
            event_types: event_types(),
            ..calcom::Options::default()
        });
        let calcom = askpro_simulators::serve(calcom, props.calcom)
            .await
            .context("the Cal.com simulator cannot listen")?;
        let app = wiring::app(&props.database_url, KeyRing::parse(&props.ring)?, PACE)?;
        let alone = wiring::sole_server(&app)?;
        let wanted = listen.unwrap_or(props.server);
        let bound =
            askpro_web::bind(wanted).await.with_context(|| format!("{wanted} cannot be listened on"))?;
        props.server = bound.address;
        props.retell = retell.address;
        props.calcom = calcom.address;
        let server =
            tokio::spawn(wiring::run(app.clone(), bound, Roles { serves: true, works: true }, stopped));
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build()?;
        Ok(Self {
            app,
            props,
            http,
            outage: Arc::default(),
            retell: Some(retell),
            calcom: Some(calcom),
            server: Some(server),
            _alone: alone,
        })
    }

    /// Ends everything; what is under way may end first.
    pub(super) async fn strike(&mut self) {
        if let Some(server) = self.server.take() {
            let _ = tokio::time::timeout(Duration::from_secs(3), server).await;
        }
        for running in [self.retell.take(), self.calcom.take()].into_iter().flatten() {
            running.stop().await;
        }
    }

    pub(super) fn server_url(&self) -> String {
        format!("http://{}", self.props.server)
    }

    pub(super) fn retell_url(&self) -> String {
        format!("http://{}", self.props.retell)
    }

    pub(super) fn calcom_url(&self) -> String {
        format!("http://{}", self.props.calcom)
    }

    pub(super) fn company(&self, line: Line) -> &PlayedCompany {
        &self.props.companies[line.company()]
    }

    /// What a company chose.
    pub(super) async fn settings(&self, id: CompanyId) -> anyhow::Result<CompanySettings> {
        let find = move |tx: &mut CompanyTx<'_>| schedule::find_company(tx, id);
        let found = self.app.store.read(Company(id), PATIENCE, find).await?;
        Ok(found.context("the demo's company is in its database")?.settings)
    }

    async fn open_businesses(&mut self, cast: &Cast) -> anyhow::Result<()> {
        for (index, business) in cast.businesses.iter().enumerate() {
            self.open_business(index, business).await?;
        }
        self.add_user("super_admin", Role::SuperAdmin, None).await?;
        let first = self.props.companies[0].clone();
        for (word, role) in [("retell_manager", Role::RetellManager), ("auditor", Role::Auditor)] {
            self.add_user(word, role, Some(&first)).await?;
        }
        for company in self.props.companies.clone() {
            for (word, role) in [("company_admin", Role::CompanyAdmin), ("staff", Role::Staff)] {
                self.add_user(word, role, Some(&company)).await?;
            }
        }
        Ok(())
    }

    async fn open_business(&mut self, index: usize, business: &Business) -> anyhow::Result<()> {
        let name = business.plans.first().context("a business has a plan")?.name.clone();
        let id = self.app.create_company(&name, Language::De).await?;
        let key = self.props.retell_keys[index].clone();
        let retell = (ConnectionKind::Retell, "Retell", self.retell_url(), None);
        let connection = self.connect(id, &name, &key, retell).await?;
        let uses_calcom = business
            .plans
            .iter()
            .flat_map(|plan| &plan.branches)
            .flat_map(|branch| &branch.services)
            .any(|one| one.calcom_event_type.is_some());
        let calcom = if uses_calcom {
            let key = self.props.calcom_key.clone();
            let email = Some("termine@tierarztpraxis.example".to_owned());
            let calcom = (ConnectionKind::Calcom, "Cal.com", self.calcom_url(), email);
            Some(self.connect(id, &name, &key, calcom).await?)
        } else {
            None
        };
        for plan in &business.plans {
            self.app.furnish(id, plan.clone(), calcom.clone()).await?;
        }
        let settings =
            CompanySettings { calcom_budget_ms: business.calcom_budget_ms, ..self.settings(id).await? };
        let now = self.app.clock.now();
        let choose = move |tx: &mut CompanyTx<'_>| {
            schedule::change_settings(tx, settings, &Actor::system("demo"), now)
        };
        self.app.store.write(Company(id), PATIENCE, choose).await?;
        self.props.companies.push(PlayedCompany {
            id: id.to_string(),
            name,
            connection: connection.as_str().to_owned(),
            key,
        });
        Ok(())
    }

    /// Adds a connection and notes it for the document.
    async fn connect(
        &mut self,
        id: CompanyId,
        company: &str,
        key: &str,
        (kind, name, url, email): (ConnectionKind, &str, String, Option<String>),
    ) -> anyhow::Result<ConnectionId> {
        let secret = Secret::new(key.to_owned());
        let (connection, _) = self.app.create_connection(id, kind, name, secret, Some(url), email).await?;
        let word = if kind == ConnectionKind::Retell { "retell" } else { "calcom" };
        self.props
            .connections
            .push(json!({ "id": connection.as_str(), "company": company, "kind": word, "key": key }));
        Ok(connection)
    }

    async fn add_user(
        &mut self,
        word: &str,
        role: Role,
        company: Option<&PlayedCompany>,
    ) -> anyhow::Result<()> {
        let number = self.props.users.len() + 1;
        let email = format!("{}{number}@askpro.example", word.replace('_', "."));
        let password = random_text(&SystemChance, b"abcdefghjkmnpqrstuvwxyz23456789", 16);
        let id = company.and_then(|company| CompanyId::parse(&company.id));
        let user = self.app.create_user(&email, word, &Secret::new(password.clone()), role, id).await?;
        if let (Role::Staff, Some(company)) = (role, id) {
            let wanted = Staff { active: Some(true), ..Staff::default() };
            if let Some(first) = self.app.list(Scope::Company(company), wanted, 1).await?.first() {
                self.app.give_calendar(user, company, first.of.id).await?;
            }
        }
        let token = self.app.create_token(&email, "demo", SignedDuration::from_hours(24 * 30)).await?;
        if role == Role::SuperAdmin {
            self.props.api_token = token.expose().to_owned();
        }
        // As it is in production: whoever may do everything needs more than a password.
        let totp_secret = match role {
            Role::SuperAdmin => Some(self.app.give_second_factor(user, &Actor::system("demo")).await?),
            _ => None,
        };
        self.props.users.push(json!({ "email": email, "password": password, "role": word,
            "company": company.map(|company| company.name.clone()), "api_token": token.expose(),
            "totp_secret": totp_secret.as_ref().map(Secret::expose) }));
        Ok(())
    }
}

fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// Empties what an earlier demo left and makes new secrets.
fn fresh_props(data: &Path, database_url: Option<String>) -> anyhow::Result<Props> {
    let database_url = match database_url {
        Some(url) => url,
        None => format!("sqlite:{}", data.join("askpro.db").display()),
    };
    // A demo that was killed while its database was away on purpose.
    Outage::end(&database_url)?;
    match migrate::fitness(&database_url)? {
        migrate::Fitness::Empty => {}
        migrate::Fitness::Foreign => {
            bail!("the database holds tables of another program; the demo needs an empty one")
        }
        _ => match migrate::environment(&database_url)? {
            Some(Environment::Demo) => migrate::down_all(&database_url)?,
            Some(other) => {
                bail!("this is a {} database; the demo needs an empty one, or one of its own", other.word())
            }
            None => bail!("the database is not empty; the demo needs an empty one"),
        },
    }
    let chance: &dyn Chance = &SystemChance;
    migrate::up(&database_url, Environment::Demo, SystemClock.now(), chance)?;
    Ok(Props {
        database_url,
        server: any_port(),
        retell: any_port(),
        calcom: any_port(),
        ring: KeyRing::generate(chance),
        retell_keys: (0..3).map(|_| format!("key_{}", hex(28))).collect(),
        calcom_key: format!("cal_live_{}", hex(32)),
        companies: Vec::new(),
        connections: Vec::new(),
        users: Vec::new(),
        api_token: String::new(),
    })
}

fn read_props(file: &PathBuf) -> anyhow::Result<Props> {
    let text = fs::read_to_string(file).with_context(|| {
        format!("there is no earlier demo in {}; start one without --resume", file.display())
    })?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is damaged; start a demo without --resume", file.display()))
}

fn write_props(file: &Path, props: &Props) -> anyhow::Result<()> {
    let _ = fs::remove_file(file);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(file).with_context(|| format!("{} cannot be written", file.display()))?;
    serde_json::to_writer(opened, props)?;
    Ok(())
}
