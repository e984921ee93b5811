use std::{net::SocketAddr, sync::Arc, time::Duration};

use askpro_app::{
    App, Pace,
    passwords::{Cost, Passwords},
};
use askpro_domain::{
    actor::Actor,
    business::Branch,
    ids::{BranchId, Chance, Clock},
    language::Language,
    policy::Policy,
    secret::Secret,
};
use askpro_providers::{retell, transport::Http};
use askpro_simulators::{Running, SimClock, calcom};
use askpro_store::{
    Company,
    connections::{self, ConnectionLimits},
    schedule,
};
use askpro_testkit::{CALCOM_SECRET, Ground, Salon, SalonOptions};
use askpro_web::{Outside, Web};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A salon with the whole server around it and a Cal.com stand-in beside it.
pub(crate) struct Scene {
    pub(crate) ground: Ground,
    pub(crate) salon: Salon,
    pub(crate) app: App,
    pub(crate) calcom: Running,
    router: Router,
}

/// The same server as another company's agent calls it.
pub(crate) struct Line<'s> {
    scene: &'s Scene,
    salon: &'s Salon,
}

/// One phone call.
#[derive(Clone, Debug)]
pub(crate) struct PhoneCall {
    pub(crate) id: String,
    pub(crate) from: &'static str,
    pub(crate) to: Option<&'static str>,
    pub(crate) language: &'static str,
}

pub(crate) fn call(id: &str) -> PhoneCall {
    PhoneCall { id: id.into(), from: "+4915112345678", to: None, language: "de" }
}

impl Scene {
    pub(crate) async fn open(ground: Ground) -> Self {
        Self::with(ground, SalonOptions::default()).await
    }

    pub(crate) async fn with(ground: Ground, options: SalonOptions) -> Self {
        let clock = Arc::clone(&ground.clock);
        let stand_in = calcom::router(calcom::Options {
            keys: vec!["cal_test_0123456789".into()],
            event_types: vec![calcom::EventType { id: 101, length_minutes: 30, hosts: 2 }],
            clock: SimClock::new(move || clock.now()),
        });
        let calcom = askpro_simulators::serve(stand_in, SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let salon = Salon::open(&ground, SalonOptions { calcom: Some(calcom.url()), ..options }).await;
        let mut app = App::new(
            ground.store.clone(),
            ground.clock.clone(),
            ground.chance.clone() as Arc<dyn Chance>,
            Arc::new(Http::new().unwrap()),
            Pace { pause: SignedDuration::from_secs(5), ..Pace::default() },
        );
        app.passwords = Arc::new(Passwords::with(Cost::CHEAP));
        let router = askpro_web::router(Web::new(app.clone()));
        Self { ground, salon, app, calcom, router }
    }

    /// From now on passwords are hashed at another cost.
    pub(crate) fn dear(&mut self) {
        self.app.passwords = Arc::new(Passwords::with(Cost { memory_kib: 128, passes: 1 }));
        self.router = askpro_web::router(Web::new(self.app.clone()));
    }

    /// From now on browsers know it by a name.
    pub(crate) fn known_as(&mut self, origin: &str) {
        let outside = Outside { is_https: true, origin: Some(origin.into()), ..Outside::default() };
        self.router = askpro_web::router(Web::new(self.app.clone()).seen_from(outside));
    }

    /// From now on mails go there.
    pub(crate) fn post_to(&mut self, mail_url: &str) {
        self.app.mail = Some(askpro_app::mail::Office::open(mail_url, "https://askpro.example.com").unwrap());
        self.router = askpro_web::router(Web::new(self.app.clone()));
    }

    /// From now on another process answers.
    pub(crate) fn served_by(&mut self, app: App) {
        self.router = askpro_web::router(Web::new(app.clone()));
        self.app = app;
    }

    /// From now on browsers come by https.
    pub(crate) fn encrypted(&mut self) {
        let outside = Outside { is_https: true, ..Outside::default() };
        self.router = askpro_web::router(Web::new(self.app.clone()).seen_from(outside));
    }

    /// The whole answer, with its headers.
    pub(crate) async fn exchange(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        (status, to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec())
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> (StatusCode, Value) {
        let mut request = Request::get(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let (status, body) = self.send(request.body(Body::empty()).unwrap()).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    pub(crate) fn as_salon<'s>(&'s self, salon: &'s Salon) -> Line<'s> {
        Line { scene: self, salon }
    }

    pub(crate) fn sign(&self, body: &[u8]) -> String {
        self.as_salon(&self.salon).sign(body)
    }

    /// Posts raw bytes, signed, to an address below the salon's connection.
    pub(crate) async fn post(&self, path: &str, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let signature = self.sign(&body);
        self.post_signed_as(path, body, &signature).await
    }

    pub(crate) async fn post_signed_as(
        &self,
        path: &str,
        body: Vec<u8>,
        signature: &str,
    ) -> (StatusCode, Vec<u8>) {
        let request = Request::post(format!("/retell/{}/{path}", self.salon.retell))
            .header("content-type", "application/json")
            .header("x-retell-signature", signature);
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) fn body(
        &self,
        call: &PhoneCall,
        tool_call: Option<&str>,
        function: &str,
        args: &Value,
    ) -> Vec<u8> {
        let invocation = match tool_call {
            Some(id) => {
                json!([{ "role": "tool_call_invocation", "tool_call_id": id, "name": function, "arguments": args.to_string() }])
            }
            None => json!([]),
        };
        json!({ "name": function, "args": args, "call": {
            "call_id": call.id, "from_number": call.from, "to_number": call.to, "call_status": "ongoing", "transcript": "Agent: …",
            "retell_llm_dynamic_variables": { "language": call.language }, "transcript_with_tool_calls": invocation } })
        .to_string()
        .into_bytes()
    }

    /// Calls a function as Retell does and gives its answer, which is always a 200 with a sentence.
    pub(crate) async fn function(
        &self,
        call: &PhoneCall,
        tool_call: Option<&str>,
        function: &str,
        args: Value,
    ) -> Value {
        self.as_salon(&self.salon).function(call, tool_call, function, args).await
    }

    /// Books with service and time, under a name.
    pub(crate) async fn book(
        &self,
        call: &PhoneCall,
        tool_call: Option<&str>,
        when: &str,
        name: &str,
    ) -> Value {
        let args = json!({ "service": "Herrenhaarschnitt", "when": when, "customer_name": name });
        self.function(call, tool_call, "book_appointment", args).await
    }

    /// Opens another branch of the salon.
    pub(crate) async fn add_branch(&self, name: &str, phone: &str) {
        let (now, chance) = (self.ground.clock.now(), self.ground.chance.clone());
        let branch = Branch {
            id: BranchId::new(now + SECOND, chance.as_ref()),
            company: self.salon.company,
            name: name.into(),
            zone: "Europe/Berlin".into(),
            language: Language::De,
            phone: Some(phone.into()),
            address: None,
            policy: Policy::NONE,
            revision: 1,
        };
        self.ground
            .store
            .write(Company(self.salon.company), SOON, move |tx| {
                schedule::create_branch(tx, &branch, &Actor::system("test"), now)
            })
            .await
            .unwrap();
    }

    /// A number out of the database, past every wall.
    pub(crate) fn count(&self, sql: &str) -> u64 {
        self.ground.as_owner(&[sql]).unwrap()[0][0].parse().unwrap()
    }

    /// A single text out of the database, past every wall.
    pub(crate) fn text(&self, sql: &str) -> String {
        self.ground.as_owner(&[sql]).unwrap()[0][0].clone()
    }

    /// Sets the limits of the salon's Cal.com connection. A breaker counts real
    /// time, which no test moves.
    pub(crate) async fn limit_calcom(&self, limits: ConnectionLimits) {
        let connection = self.salon.calcom.clone();
        self.ground
            .store
            .write(Company(self.salon.company), SOON, move |tx| {
                connections::set_limits(tx, &connection, limits)
            })
            .await
            .unwrap();
    }

    pub(crate) async fn faults(&self, rules: Value) {
        let http = reqwest::Client::new();
        let url = format!("{}/_sim/faults", self.calcom.url());
        http.put(url).json(&json!({ "rules": rules })).send().await.unwrap().error_for_status().unwrap();
    }

    /// (method, path, status) of every request that the Cal.com stand-in got.
    pub(crate) async fn calcom_requests(&self) -> Vec<(String, String, u64)> {
        let url = format!("{}/_sim/requests", self.calcom.url());
        let journal: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        journal["requests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(&one["method"]), text(&one["path"]), one["status"].as_u64().unwrap()))
            .collect()
    }

    /// The bookings that Cal.com holds: (uid, status, our appointment's id).
    pub(crate) async fn calcom_bookings(&self) -> Vec<(String, String, String)> {
        let answer: Value = reqwest::Client::new()
            .get(format!("{}/v2/bookings?take=250", self.calcom.url()))
            .header("cal-api-version", "2024-08-13")
            .bearer_auth("cal_test_0123456789")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (text(&one["uid"]), text(&one["status"]), text(&one["metadata"]["askpro_appointment"]))
            })
            .collect()
    }

    /// Posts a webhook as Cal.com does, with its own signature unless another is given; the status.
    pub(crate) async fn calcom_webhook(&self, event: &str, uid: &str, signature: Option<String>) -> u16 {
        let body = json!({ "triggerEvent": event, "createdAt": self.ground.clock.now().to_string(), "payload": { "uid": uid } })
            .to_string()
            .into_bytes();
        let signature = signature
            .unwrap_or_else(|| askpro_providers::calcom::sign(&Secret::new(CALCOM_SECRET.into()), &body));
        let request = Request::post(format!("/calcom/{}/webhook", self.salon.calcom))
            .header("x-cal-signature-256", signature);
        self.send(request.body(Body::from(body)).unwrap()).await.0.as_u16()
    }

    /// Moves time and lets the worker do what is due.
    pub(crate) async fn later(&self, by: SignedDuration) {
        self.ground.clock.advance(by);
        self.app.write_journal().await.unwrap();
        while self.app.work_once("test").await.unwrap() > 0 {}
    }
}

impl Line<'_> {
    fn sign(&self, body: &[u8]) -> String {
        let now = self.scene.ground.clock.now().as_millisecond();
        retell::sign(&Secret::new(self.salon.retell_key.clone()), body, now)
    }

    pub(crate) async fn function(
        &self,
        call: &PhoneCall,
        tool_call: Option<&str>,
        function: &str,
        args: Value,
    ) -> Value {
        let sent = self.scene.body(call, tool_call, function, &args);
        let request = Request::post(format!("/retell/{}/functions/{function}", self.salon.retell))
            .header("x-retell-signature", self.sign(&sent));
        let (status, body) = self.scene.send(request.body(Body::from(sent)).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{function} {args}: {}", String::from_utf8_lossy(&body));
        let answer: Value = serde_json::from_slice(&body).unwrap();
        let sentence = answer["say"].as_str().unwrap();
        assert!(!sentence.is_empty() && body.len() <= 4_000, "{function} {args}: {answer}");
        answer
    }
}

pub(crate) const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// Generous: what is asserted about time is asserted with ratios and budgets, not with this.
pub(crate) const SOON: Duration = Duration::from_secs(10);
