//! Everything a demo stands on: stand-ins, database, server, businesses, people.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use askpro_app::{App, Pace, SystemChance, SystemClock, setup::CompanyPlan};
use askpro_domain::{
    access::Role,
    ids::{Chance, Clock, CompanyId, ConnectionId, random_text},
    language::Language,
    secret::Secret,
};
use askpro_simulators::{Running, calcom, retell};
use askpro_store::{
    connections::ConnectionKind,
    migrate::{self, Environment},
    seal::KeyRing,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use super::{businesses, conversations::Business};
use crate::{
    commands::simulate::event_types,
    wiring::{self, Roles},
};

/// In a demonstration nobody waits ninety seconds for a certain failure.
const PACE: Pace = Pace {
    uncertain: SignedDuration::from_secs(90),
    pause: SignedDuration::from_millis(500),
    give_up: SignedDuration::from_mins(10),
};

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
    /// Its Retell connection, workspace key and phone number.
    pub(super) connection: String,
    pub(super) key: String,
    pub(super) number: String,
}

pub(super) struct Stage {
    pub(super) app: App,
    pub(super) props: Props,
    pub(super) http: reqwest::Client,
    retell: Option<Running>,
    calcom: Option<Running>,
    server: Option<JoinHandle<anyhow::Result<()>>>,
    _alone: Option<fs::File>,
}

fn hex(length: usize) -> String {
    random_text(&SystemChance, b"0123456789abcdef", length)
}

impl Stage {
    /// Sets the stage anew, or as an earlier demo left it.
    pub(super) async fn set(
        data: &Path,
        database_url: Option<String>,
        listen: Option<SocketAddr>,
        seed: u64,
        resume: bool,
        stopped: watch::Receiver<bool>,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        let file = data.join("demo.json");
        let props = if resume { read_props(&file)? } else { fresh_props(data, database_url)? };
        let mut stage = Self::start(props, listen, stopped).await?;
        if resume {
            stage.provision_agents().await?;
        } else {
            stage.open_businesses(seed).await?;
        }
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

    pub(super) fn company(&self, business: Business) -> &PlayedCompany {
        let index = match business {
            Business::Salon => 0,
            Business::Physio => 1,
            Business::Vet => 2,
        };
        &self.props.companies[index]
    }

    async fn open_businesses(&mut self, seed: u64) -> anyhow::Result<()> {
        let cast = businesses::cast(seed);
        for (index, plan) in [cast.salon, cast.physio, cast.vet].into_iter().enumerate() {
            self.open_business(index, plan).await?;
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
        self.provision_agents().await
    }

    async fn open_business(&mut self, index: usize, plan: CompanyPlan) -> anyhow::Result<()> {
        let name = plan.name.clone();
        let id = self.app.create_company(&name, Language::De).await?;
        let key = self.props.retell_keys[index].clone();
        let (connection, _) = self
            .app
            .create_connection(
                id,
                ConnectionKind::Retell,
                "Retell",
                Secret::new(key.clone()),
                Some(self.retell_url()),
                None,
            )
            .await?;
        self.note_connection(&connection, &name, "retell", &key);
        let uses_calcom = plan
            .branches
            .iter()
            .flat_map(|branch| &branch.services)
            .any(|one| one.calcom_event_type.is_some());
        let calcom = if uses_calcom {
            let key = self.props.calcom_key.clone();
            let email = Some("termine@tierarztpraxis.example".to_owned());
            let (calcom, _) = self
                .app
                .create_connection(
                    id,
                    ConnectionKind::Calcom,
                    "Cal.com",
                    Secret::new(key.clone()),
                    Some(self.calcom_url()),
                    email,
                )
                .await?;
            self.note_connection(&calcom, &name, "calcom", &key);
            Some(calcom)
        } else {
            None
        };
        self.app.furnish(id, plan, calcom).await?;
        self.props.companies.push(PlayedCompany {
            id: id.to_string(),
            name,
            connection: connection.as_str().to_owned(),
            key,
            number: format!("+49302233440{index}"),
        });
        Ok(())
    }

    fn note_connection(&mut self, id: &ConnectionId, company: &str, kind: &str, key: &str) {
        self.props
            .connections
            .push(json!({ "id": id.as_str(), "company": company, "kind": kind, "key": key }));
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
        self.app.create_user(&email, word, &Secret::new(password.clone()), role, id).await?;
        let token = self.app.create_token(&email, "demo", SignedDuration::from_hours(24 * 30)).await?;
        if role == Role::SuperAdmin {
            self.props.api_token = token.expose().to_owned();
        }
        self.props.users.push(json!({ "email": email, "password": password, "role": word,
            "company": company.map(|company| company.name.clone()), "api_token": token.expose(), "totp_secret": null }));
        Ok(())
    }

    /// Makes each company's engine, agent and number at the stand-in, through the
    /// same calls that a person's tools would use.
    async fn provision_agents(&self) -> anyhow::Result<()> {
        for company in &self.props.companies {
            let base = format!("{}/retell/{}", self.server_url(), company.connection);
            let tool = |name: &str, timeout_ms: u32| {
                json!({ "type": "custom", "name": name, "url": format!("{base}/functions/{name}"), "method": "POST",
                    "speak_during_execution": true, "speak_after_execution": true, "timeout_ms": timeout_ms })
            };
            let greeting = format!(
                "Guten Tag, hier spricht die KI-Assistentin von {}. Was kann ich für Sie tun?",
                company.name
            );
            let english = format!("{greeting} I am an AI assistant, and I speak English too.");
            let begin_message = if company.name.starts_with("Physio") { english } else { greeting };
            let engine = json!({ "model": "gpt-4.1", "start_speaker": "agent", "begin_message": begin_message,
                "general_tools": [tool("check_availability", 4_000), tool("book_appointment", 8_000)] });
            let engine = self.at_retell(company, "/create-retell-llm", &engine).await?;
            let agent = json!({ "agent_name": company.name, "voice_id": "11labs-Anna", "language": ["de-DE", "en-US"],
                "timezone": "Europe/Berlin", "webhook_url": format!("{base}/webhook"), "data_storage_retention_days": 30,
                "response_engine": { "type": "retell-llm", "llm_id": engine["llm_id"] } });
            let agent = self.at_retell(company, "/create-agent", &agent).await?;
            let number = json!({ "phone_number": company.number, "termination_uri": "sip.example.com",
                "inbound_agents": [{ "agent_id": agent["agent_id"], "agent_version": 0, "weight": 1 }] });
            self.at_retell(company, "/import-phone-number", &number).await?;
        }
        Ok(())
    }

    async fn at_retell(&self, company: &PlayedCompany, path: &str, body: &Value) -> anyhow::Result<Value> {
        let response = self
            .http
            .post(format!("{}{path}", self.retell_url()))
            .bearer_auth(&company.key)
            .json(body)
            .send()
            .await?;
        ensure!(response.status().is_success(), "the Retell simulator refuses {path}: {}", response.status());
        Ok(response.json().await?)
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

/// The map that the Cal.com stand-in's bookings are compared with: appointment id → (uid, status).
pub(super) type Bookings = BTreeMap<String, (String, String)>;
