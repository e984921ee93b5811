//! The first killer: anybody could open the control center and load every agent.
//! A scratch server with two companies is attacked through HTTP: every route as
//! nobody, with forged and foreign signatures, as every role, and as every role of
//! the other company.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use anyhow::{Context, ensure};
use askpro_app::{
    App, Pace, SystemChance, SystemClock,
    setup::{BranchPlan, CompanyPlan, PolicyPlan, ServicePlan, StaffPlan},
};
use askpro_domain::{
    access::Role,
    ids::{Clock, CompanyId, ConnectionId, random_text},
    language::Language,
    secret::Secret,
};
use askpro_providers::retell;
use askpro_store::{
    connections::ConnectionKind,
    migrate::{self, Environment},
    seal::KeyRing,
};
use askpro_web::{Access, Listed};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Attack;
use crate::{
    commands::block_on,
    terminal::remark,
    wiring::{self, Roles},
};

/// The record that people review: which route needs what. The router is held
/// against it, so that a route that was opened shows.
const RECORD: &str = include_str!("../../../../../docs/permissions.md");

/// A scratch company with everything that could leak.
struct Victim {
    company: CompanyId,
    connection: ConnectionId,
    key: Secret,
    /// A token of each role.
    tokens: Vec<(Role, Secret)>,
    /// What must never stand in an answer to somebody else.
    marks: Vec<String>,
    /// Ids of objects, to be asked for by others.
    objects: Vec<String>,
}

struct Ground {
    http: reqwest::Client,
    base: String,
    routes: Vec<Listed>,
    boss: Secret,
    ours: Victim,
    theirs: Victim,
}

pub(super) fn attack(url: &str, engine: &str) -> anyhow::Result<Vec<Attack>> {
    remark(format!("attacking access on {engine} …"));
    block_on(async {
        let ring = KeyRing::generate(&SystemChance);
        migrate::up(url, Environment::Scratch, SystemClock.now(), &SystemChance)?;
        let app = wiring::app(url, KeyRing::parse(&ring)?, Pace::default())?;
        let bound = askpro_web::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let base = format!("http://{}", bound.address);
        let (stop, stopped) = watch::channel(false);
        let server =
            tokio::spawn(wiring::run(app.clone(), bound, Roles { serves: true, works: true }, stopped));
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
        let boss = token(&app, Role::SuperAdmin, None, "boss").await?;
        let ours = victim(&app, &http, &base, "Salon Verborgen").await?;
        let theirs = victim(&app, &http, &base, "Salon Nebenan").await?;
        let ground = Ground { http, base, routes: askpro_web::listed_routes(), boss, ours, theirs };
        let attacks = vec![
            ground.against_the_record(engine),
            ground.as_nobody(engine).await?,
            ground.with_forged_signatures(engine).await?,
            ground.as_every_role(engine).await?,
            ground.as_the_other_company(engine).await?,
            ground.led_by_another_site(engine, &app).await?,
        ];
        let _ = stop.send(true);
        let _ = server.await;
        Ok(attacks)
    })
}

fn told(engine: &str, what: &str, tried: usize, broken: &[String], held: &str) -> Attack {
    let saw = match broken.first() {
        None => held.to_owned(),
        Some(first) => format!("{} times let in: {first}", broken.len()),
    };
    Attack { what: format!("{engine}: {what}"), tried, saw, ok: tried > 0 && broken.is_empty() }
}

impl Ground {
    /// Every route, with what it needs, as it was reviewed.
    fn against_the_record(&self, engine: &str) -> Attack {
        let reviewed: BTreeSet<String> = RECORD
            .lines()
            .filter_map(|line| {
                let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
                match cells[..] {
                    [method, path, needs, ..] if path.starts_with("`/") => {
                        Some(format!("{method} {} {needs}", path.trim_matches('`')))
                    }
                    _ => None,
                }
            })
            .collect();
        let strange: Vec<String> = self
            .routes
            .iter()
            .map(|route| {
                let needs = route.access.word().unwrap_or("public");
                format!("{} {} {needs}", route.method, route.path)
            })
            .filter(|route| !reviewed.contains(route))
            .collect();
        let tried = self.routes.len();
        told(engine, "route beside the reviewed list", tried, &strange, "every route needs what was reviewed")
    }

    async fn as_nobody(&self, engine: &str) -> anyhow::Result<Attack> {
        let (mut tried, mut let_in) = (0, Vec::new());
        for route in self.routes.iter().filter(|route| !matches!(route.access, Access::Public)) {
            let bearer = Some("askpro_0000000000000000000000000000000000000000000".to_owned());
            for token in [None, Some(String::new()), Some("x".into()), bearer] {
                tried += 1;
                let (status, body) = self.send(route, &self.ours, token.map(Secret::new), None).await?;
                if status != 401 || self.ours.is_shown_in(&body, route.path) {
                    let_in.push(format!("{} {} answered {status}", route.method, route.path));
                }
            }
        }
        Ok(told(
            engine,
            "route as nobody, with no, empty and made-up tokens",
            tried,
            &let_in,
            "401 every time",
        ))
    }

    async fn with_forged_signatures(&self, engine: &str) -> anyhow::Result<Attack> {
        let (mut tried, mut let_in) = (0, Vec::new());
        let now = SystemClock.now().as_millisecond();
        for route in self.routes.iter().filter(|route| route.access.is_signed()) {
            let body = b"{}";
            let signatures = [
                "v=1,d=00".to_owned(),
                format!("v={now},d={}", "0".repeat(64)),
                // Another company's key is a real one, only not this connection's.
                retell::sign(&self.theirs.key, body, now),
                retell::sign(&self.ours.key, b"other bytes", now),
                retell::sign(&self.ours.key, body, now - 600_000),
            ];
            for signature in signatures {
                tried += 1;
                let (status, _) = self.send(route, &self.ours, None, Some(&signature)).await?;
                if status != 401 {
                    let_in.push(format!("{} {} answered {status}", route.method, route.path));
                }
            }
        }
        Ok(told(
            engine,
            "provider's request with a forged, foreign or old signature",
            tried,
            &let_in,
            "401 every time",
        ))
    }

    async fn as_every_role(&self, engine: &str) -> anyhow::Result<Attack> {
        let (mut tried, mut wrong) = (0, Vec::new());
        for route in &self.routes {
            if route.access.may(Role::SuperAdmin).is_none() {
                continue;
            }
            let boss = [(Role::SuperAdmin, self.boss.clone())];
            for (role, token) in self.ours.tokens.iter().chain(&boss) {
                tried += 1;
                let (status, _) = self.send(route, &self.ours, Some(token.clone()), None).await?;
                let may = route.access.may(*role) == Some(true);
                // Whoever may gets an answer of the route's own, found or not.
                let is_right = if may { !matches!(status, 401 | 403) && status < 500 } else { status == 403 };
                if !is_right {
                    wrong.push(format!(
                        "{} {} as {} answered {status}",
                        route.method,
                        route.path,
                        role.word()
                    ));
                }
            }
        }
        Ok(told(engine, "route as a role", tried, &wrong, "each role got in where it may and 403 elsewhere"))
    }

    async fn as_the_other_company(&self, engine: &str) -> anyhow::Result<Attack> {
        let (mut tried, mut leaks) = (0, Vec::new());
        for route in &self.routes {
            if route.access.may(Role::SuperAdmin).is_none() {
                continue;
            }
            for (role, token) in &self.theirs.tokens {
                let asked = self.objects_of(route);
                for path in asked {
                    tried += 1;
                    let response = self
                        .http
                        .request(route.method.clone(), format!("{}{path}", self.base))
                        .bearer_auth(token.expose())
                        .send()
                        .await?;
                    let status = response.status().as_u16();
                    let body = response.text().await?;
                    let names_an_object = path != route.path && !path.contains('?');
                    let is_hidden = !names_an_object || matches!(status, 403 | 404 | 405 | 415 | 422 | 428);
                    if self.ours.is_shown_in(&body, &path) || !is_hidden {
                        leaks.push(format!("{} {path} as {} answered {status}", route.method, role.word()));
                    }
                }
            }
        }
        Ok(told(
            engine,
            "object asked for by another company",
            tried,
            &leaks,
            "nothing shown, not even that it exists",
        ))
    }

    /// A signed-in person's browser, led by another site's page: every change with
    /// the session's cookie, without and with a made-up token, and from elsewhere.
    async fn led_by_another_site(&self, engine: &str, app: &App) -> anyhow::Result<Attack> {
        let (mut tried, mut let_in) = (0, Vec::new());
        let email = format!("browser-{}@verify.example", random_text(&SystemChance, b"abcdefghij", 8));
        let password = random_text(&SystemChance, b"abcdefghijkmnpqrstuvwxyz23456789", 20);
        let (role, company) = (Role::CompanyAdmin, Some(self.ours.company));
        app.create_user(&email, "Browser", &Secret::new(password.clone()), role, company).await?;
        let browser = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let form = |text: String, address: String| {
            let form = "application/x-www-form-urlencoded";
            browser.post(address).header("content-type", form).body(text)
        };
        let entered = form(format!("email={email}&password={password}"), format!("{}/login", self.base));
        let entered = entered.send().await?;
        let cookie = entered.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie =
            cookie.and_then(|value| value.split(';').next()).context("nobody could sign in")?.to_owned();
        for route in &self.routes {
            let by_session = matches!(
                route.access,
                Access::Requires(_) | Access::RequiresOrOwn(_) | Access::SignedIn | Access::Enrolling
            );
            if !by_session || route.method != reqwest::Method::POST {
                continue;
            }
            let object = self.ours.objects.first().map_or("", String::as_str);
            let address = format!("{}{}", self.base, route.path.replace("{id}", object));
            let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
            for (token, header) in [
                ("", None),
                ("_token=0123456789abcdef", None),
                ("", Some(foreign[0])),
                ("", Some(foreign[1])),
            ] {
                tried += 1;
                let mut request = form(token.to_owned(), address.clone()).header("cookie", &cookie);
                if let Some((name, value)) = header {
                    request = request.header(name, value);
                }
                let status = request.send().await?.status().as_u16();
                if status != 403 {
                    let_in.push(format!("POST {} answered {status}", route.path));
                }
            }
        }
        let held = "403 every time";
        Ok(told(engine, "change by a signed-in browser that another site leads", tried, &let_in, held))
    }

    /// The addresses of the first company's objects behind a route, plain and with
    /// its company asked for.
    fn objects_of(&self, route: &Listed) -> Vec<String> {
        if route.path.contains("{id}") {
            return self.ours.objects.iter().map(|id| route.path.replace("{id}", id)).collect();
        }
        vec![
            route.path.to_owned(),
            format!("{}?company={}", route.path, self.ours.company),
            format!("{}?limit=200", route.path),
        ]
    }

    async fn send(
        &self,
        route: &Listed,
        whose: &Victim,
        token: Option<Secret>,
        signature: Option<&str>,
    ) -> anyhow::Result<(u16, String)> {
        let object = whose.objects.first().map_or("", String::as_str);
        let path = route
            .path
            .replace("{connection}", whose.connection.as_str())
            .replace("{function}", "check_availability")
            .replace("{id}", object);
        let mut request = self
            .http
            .request(route.method.clone(), format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .body("{}");
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        if let Some(signature) = signature {
            request = request.header(retell::SIGNATURE_HEADER, signature);
        }
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.text().await?))
    }
}

impl Victim {
    /// Whether an answer holds anything of this company that the asker did not
    /// write into the address.
    fn is_shown_in(&self, body: &str, asked: &str) -> bool {
        let known = self.marks.iter().chain(&self.objects);
        known.filter(|mark| !asked.contains(mark.as_str())).any(|mark| body.contains(mark.as_str()))
    }
}

pub(super) async fn token(
    app: &App,
    role: Role,
    company: Option<CompanyId>,
    name: &str,
) -> anyhow::Result<Secret> {
    let email = format!("{name}-{}@verify.example", random_text(&SystemChance, b"abcdefghij", 8));
    let password = Secret::new(random_text(&SystemChance, b"abcdefghijkmnpqrstuvwxyz23456789", 20));
    app.create_user(&email, name, &password, role, company).await?;
    Ok(app.create_token(&email, "verify", SignedDuration::from_hours(1)).await?)
}

/// A company with people of every role, an appointment and a call.
async fn victim(app: &App, http: &reqwest::Client, base: &str, name: &str) -> anyhow::Result<Victim> {
    let company = app.create_company(name, Language::De).await?;
    let key = Secret::new(format!("key_{}", random_text(&SystemChance, b"0123456789abcdef", 28)));
    let (connection, _) =
        app.create_connection(company, ConnectionKind::Retell, "Retell", key.clone(), None, None).await?;
    app.furnish(company, plan(name), None).await?;
    let mut tokens = Vec::new();
    for role in Role::ALL.iter().filter(|role| !role.is_platform_wide()) {
        tokens.push((*role, token(app, *role, Some(company), role.word()).await?));
    }
    let customer = format!("Zeugin {name}");
    let args =
        json!({ "service": "Verdeckte Leistung", "when": "in 9 Tagen um 10 Uhr", "customer_name": customer });
    let call_id = format!("call_{}", random_text(&SystemChance, b"0123456789abcdef", 20));
    let body = json!({ "name": "book_appointment", "args": args,
        "call": { "call_id": call_id, "from_number": "+4915112345678" } })
    .to_string();
    let signature = retell::sign(&key, body.as_bytes(), SystemClock.now().as_millisecond());
    let answer: Value = http
        .post(format!("{base}/retell/{connection}/functions/book_appointment"))
        .header(retell::SIGNATURE_HEADER, signature)
        .body(body)
        .send()
        .await?
        .json()
        .await?;
    ensure!(answer["status"] == json!("confirmed"), "the scratch company could not book: {answer}");
    app.write_journal().await?;
    let scope = askpro_app::Scope::Company(company);
    let call = app.list_calls(scope, askpro_app::calls::Filter::default(), 1).await?;
    let call = call.first().context("the scratch company has a call")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let appointment = text(&answer["data"]["appointment"]["id"]);
    Ok(Victim {
        company,
        connection,
        key,
        tokens,
        marks: vec![name.to_owned(), customer, call_id, text(&answer["data"]["appointment"]["reference"])],
        objects: vec![appointment, call.id.to_string()],
    })
}

pub(super) fn plan(name: &str) -> CompanyPlan {
    let hours = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| (day.to_owned(), vec!["08:00-18:00".to_owned()]));
    CompanyPlan {
        name: name.to_owned(),
        language: "de".into(),
        policy: PolicyPlan::default(),
        requires_reference: false,
        greets_by_name: false,
        branches: vec![BranchPlan {
            name: format!("Filiale {name}"),
            zone: "Europe/Berlin".into(),
            phone: None,
            address: None,
            policy: PolicyPlan::default(),
            staff: vec![StaffPlan { name: format!("Person {name}"), hours: hours.into() }],
            services: vec![ServicePlan {
                name: "Verdeckte Leistung".into(),
                synonyms: Vec::new(),
                minutes: vec![30],
                price_cents: None,
                buffer_before_minutes: 0,
                buffer_after_minutes: 0,
                slot_interval_minutes: 30,
                min_notice_minutes: 0,
                booking_horizon_days: 60,
                staff: Vec::new(),
                policy: PolicyPlan::default(),
                calcom_event_type: None,
            }],
        }],
    }
}
