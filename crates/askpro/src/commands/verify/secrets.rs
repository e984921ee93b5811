//! The fourth killer: provider keys stood in the page. A scratch server with
//! planted secrets is used through HTTP, and then searched: every answer to the
//! most powerful reader, its logs at their loudest, the database and a backup of
//! it, in every form in which a secret may be written. Sealed values are put where
//! they do not belong. A secret that is logged on purpose must be found.

use std::{
    fs,
    io::Write,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use anyhow::{Context, ensure};
use askpro_app::{App, Pace, SystemChance, SystemClock};
use askpro_domain::{
    access::Role,
    ids::{Clock, CompanyId, ConnectionId, random_text},
    language::Language,
    secret::Secret,
};
use askpro_providers::retell;
use askpro_store::{
    Company, Error as StoreError,
    connections::{self, ConnectionKind},
    migrate::{self, Environment},
    seal::{
        KeyRing,
        trial::{self, Column},
    },
};
use serde_json::json;
use tokio::sync::watch;

use super::{
    Attack,
    access::{plan, token},
};
use crate::{
    commands::block_on,
    terminal::remark,
    wiring::{self, Roles},
};

/// How long reading a scratch connection may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A planted text with its name.
struct Planted {
    name: &'static str,
    text: String,
    /// Whether it may stand in the database as it is: names and numbers are searched for there.
    is_searchable: bool,
    /// Whether people may read it through HTTP.
    is_shown: bool,
}

pub(super) fn attack(url: &str, engine: &str) -> anyhow::Result<Vec<Attack>> {
    remark(format!("searching for secrets on {engine} …"));
    let logs = listen_to_logs();
    block_on(async {
        let ring = KeyRing::generate(&SystemChance);
        migrate::up(url, Environment::Scratch, SystemClock.now(), &SystemChance)?;
        let app = wiring::app(url, KeyRing::parse(&ring)?, Pace::default())?;
        let bound = askpro_web::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let base = format!("http://{}", bound.address);
        let (stop, stopped) = watch::channel(false);
        let server =
            tokio::spawn(wiring::run(app.clone(), bound, Roles { serves: true, works: true }, stopped));
        let scene = Scene::play(&app, &base).await?;
        let bodies = scene.bodies().await?;
        let _ = stop.send(true);
        server.await??;
        let mut attacks =
            vec![search(engine, "answers to a super admin", &scene.planted, &[bodies], |one| !one.is_shown)];
        let control = random_text(&SystemChance, b"abcdefghij0123456789", 24);
        tracing::error!(control, "a secret that is logged on purpose");
        let logged = logs.lock().map(|logs| logs.clone()).unwrap_or_default();
        attacks.push(search(
            engine,
            "logs at trace level",
            &scene.planted,
            std::slice::from_ref(&logged),
            |_| true,
        ));
        attacks.push(control_is_found(engine, &control, &logged));
        let (files, backup) = files(url)?;
        if !files.is_empty() {
            attacks.push(search(engine, "the database's files", &scene.planted, &files, |one| {
                !one.is_searchable
            }));
        }
        attacks.push(search(engine, "a backup", &scene.planted, &[backup], |one| !one.is_searchable));
        attacks.push(misplaced(engine, url, &ring, &scene).await?);
        Ok(attacks)
    })
}

/// Everything that is logged from now on, at every level.
fn listen_to_logs() -> Arc<Mutex<Vec<u8>>> {
    static LOGS: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();
    #[derive(Clone)]
    struct Into(Arc<Mutex<Vec<u8>>>);
    impl Write for Into {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if let Ok(mut logs) = self.0.lock() {
                logs.extend_from_slice(bytes);
            }
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let logs = LOGS.get_or_init(|| {
        let logs: Arc<Mutex<Vec<u8>>> = Arc::default();
        let into = Into(Arc::clone(&logs));
        let _ = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || into.clone())
            .try_init();
        logs
    });
    Arc::clone(logs)
}

struct Scene {
    http: reqwest::Client,
    base: String,
    boss: Secret,
    company: CompanyId,
    /// The connection whose key others are put over.
    victim: ConnectionId,
    /// Ours and another company's.
    others: [ConnectionId; 2],
    objects: Vec<String>,
    planted: Vec<Planted>,
}

impl Scene {
    /// A company with keys, people and tokens; somebody rings, books and says
    /// something personal.
    async fn play(app: &App, base: &str) -> anyhow::Result<Self> {
        let fresh = |prefix: &str| format!("{prefix}{}", random_text(&SystemChance, b"0123456789abcdef", 28));
        let company = app.create_company("Salon Geheim", Language::De).await?;
        let stranger = app.create_company("Salon Fremd", Language::De).await?;
        let (retell_key, calcom_key) = (Secret::new(fresh("key_")), Secret::new(fresh("cal_live_")));
        let (retell_connection, _) = app
            .create_connection(company, ConnectionKind::Retell, "Retell", retell_key.clone(), None, None)
            .await?;
        let (victim, webhook_secret) = app
            .create_connection(company, ConnectionKind::Calcom, "Cal.com", calcom_key.clone(), None, None)
            .await?;
        let (foreign, _) = app
            .create_connection(
                stranger,
                ConnectionKind::Calcom,
                "Cal.com",
                Secret::new(fresh("cal_")),
                None,
                None,
            )
            .await?;
        app.furnish(company, plan("Salon Geheim"), None).await?;
        let boss = token(app, Role::SuperAdmin, None, "boss").await?;
        let number = format!("+49151{}", random_text(&SystemChance, b"123456789", 8));
        let name = format!("Zeugin Q{}", random_text(&SystemChance, b"abcdefghij", 10));
        let note = format!("Allergie {}", fresh(""));
        let said = format!("mein Geheimnis ist {}", fresh(""));
        let email = format!("q{}@verify.example", random_text(&SystemChance, b"abcdefghij", 10));
        let planted = |name, text: &str, is_searchable, is_shown| Planted {
            name,
            text: text.to_owned(),
            is_searchable,
            is_shown,
        };
        let mut scene = Self {
            http: reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?,
            base: base.to_owned(),
            planted: vec![
                planted("the Retell key", retell_key.expose(), false, false),
                planted("the Cal.com key", calcom_key.expose(), false, false),
                planted(
                    "the webhook's secret",
                    webhook_secret.as_ref().context("Cal.com has a webhook")?.expose(),
                    false,
                    false,
                ),
                planted("an API token", boss.expose(), false, false),
                planted("a note", &note, false, true),
                planted("what a caller said", &said, false, true),
                planted("a caller's name", &name, true, true),
                planted("a caller's number", &number, true, true),
                planted("a caller's address", &email, true, true),
            ],
            boss,
            company,
            victim,
            others: [retell_connection.clone(), foreign],
            objects: Vec::new(),
        };
        let call_id = fresh("call_");
        let args = json!({ "service": "Verdeckte Leistung", "when": "in 9 Tagen um 10 Uhr", "customer_name": name,
            "customer_email": email, "notes": note });
        let booking = json!({ "name": "book_appointment", "args": args,
            "call": { "call_id": call_id, "from_number": number } });
        let path = format!("/retell/{retell_connection}/functions/book_appointment");
        let answer = scene.signed(&path, &retell_key, &booking.to_string()).await?;
        ensure!(answer.contains("confirmed"), "the scratch company could not book: {answer}");
        let ended = json!({ "event": "call_ended", "call": { "call_id": call_id, "call_type": "phone_call",
            "agent_id": "agent_1", "from_number": number, "to_number": "+4930123", "direction": "inbound",
            "start_timestamp": 1_790_000_000_000_i64, "end_timestamp": 1_790_000_060_000_i64, "transcript": said,
            "transcript_object": [{ "role": "user", "content": said }] } });
        let path = format!("/retell/{retell_connection}/webhook");
        scene.signed(&path, &retell_key, &ended.to_string()).await?;
        // What is refused, broken or unknown is answered and logged as well.
        scene.signed(&path, &Secret::new(fresh("key_")), &ended.to_string()).await?;
        scene.signed(&path, &retell_key, &ended.to_string()[..60]).await?;
        scene.signed(&path, &retell_key, &json!({ "event": said, "call": name }).to_string()).await?;
        app.write_journal().await?;
        let calls = askpro_app::calls::Filter::default();
        for _ in 0..200 {
            let found = app.list_calls(askpro_app::Scope::Company(company), calls.clone(), 1).await?;
            if let Some(call) = found.first() {
                let reason = Some("verify".to_owned());
                let reader = askpro_domain::actor::Actor::system("verify");
                if app.read_transcript(company, call.id, reader, reason).await?.is_some() {
                    scene.objects = vec![call.id.to_string(), scene.victim.to_string()];
                    return Ok(scene);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the scratch server did not take the call's events up")
    }

    async fn signed(&self, path: &str, key: &Secret, body: &str) -> anyhow::Result<String> {
        let signature = retell::sign(key, body.as_bytes(), SystemClock.now().as_millisecond());
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header(retell::SIGNATURE_HEADER, signature)
            .body(body.to_owned());
        Ok(request.send().await?.text().await?)
    }

    /// What a super admin gets to see: every route that can be read, headers included.
    async fn bodies(&self) -> anyhow::Result<Vec<u8>> {
        let mut seen = Vec::new();
        for route in askpro_web::listed_routes() {
            // What never ends is not waited for.
            if route.method != reqwest::Method::GET || route.path.contains("events") {
                continue;
            }
            for object in &self.objects {
                let path = route.path.replace("{id}", object).replace("{connection}", self.victim.as_str());
                let request =
                    self.http.get(format!("{}{path}?limit=200", self.base)).bearer_auth(self.boss.expose());
                let Ok(response) = request.timeout(Duration::from_secs(5)).send().await else { continue };
                seen.extend_from_slice(format!("{:?}", response.headers()).as_bytes());
                seen.extend_from_slice(&response.bytes().await.unwrap_or_default());
            }
        }
        Ok(seen)
    }
}

/// The database's own files, where it has any here, and a backup of it.
fn files(url: &str) -> anyhow::Result<(Vec<Vec<u8>>, Vec<u8>)> {
    let mut found = Vec::new();
    if let Some(path) = url.strip_prefix("sqlite:") {
        for ending in ["", "-wal"] {
            found.push(fs::read(format!("{path}{ending}")).unwrap_or_default());
        }
    }
    let folder = super::Folder(std::env::temp_dir().join(format!(
        "askpro_verify_backup_{}",
        random_text(&SystemChance, b"abcdefghjkmnpqrstuvwxyz23456789", 10)
    )));
    let backup = migrate::backup(url, Path::new(&folder.0), SystemClock.now())?;
    Ok((found, fs::read(&backup.file)?))
}

fn search(
    engine: &str,
    place: &str,
    planted: &[Planted],
    haystacks: &[Vec<u8>],
    counts: impl Fn(&Planted) -> bool,
) -> Attack {
    let (mut tried, mut hits) = (0, Vec::new());
    for one in planted.iter().filter(|one| counts(one)) {
        for (form, needle) in forms(&one.text) {
            tried += 1;
            if haystacks.iter().any(|haystack| contains(haystack, &needle)) {
                hits.push(format!("{} as {form}", one.name));
            }
        }
    }
    let bytes: usize = haystacks.iter().map(Vec::len).sum();
    Attack {
        what: format!("secret searched for in {place} ({engine})"),
        tried,
        saw: if hits.is_empty() {
            format!("0 hits in {bytes} bytes")
        } else {
            format!("found {}", hits.join(", "))
        },
        ok: hits.is_empty() && bytes > 0 && tried > 0,
    }
}

/// The search itself is tried: what was logged on purpose must be found, in every form.
fn control_is_found(engine: &str, control: &str, logged: &[u8]) -> Attack {
    let forms = forms(control);
    let missed: Vec<&str> = forms
        .iter()
        .filter(|(_, needle)| !contains(&[b"xx".as_slice(), needle, b"yy"].concat(), needle))
        .map(|(form, _)| *form)
        .collect();
    let is_found = contains(logged, control.as_bytes());
    Attack {
        what: format!("control: a secret that was logged on purpose ({engine})"),
        tried: forms.len(),
        saw: if is_found { "found".into() } else { "NOT found: the search sees nothing".into() },
        ok: is_found && missed.is_empty(),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && haystack.windows(needle.len()).any(|window| window == needle)
}

/// Forms in which a text may be written: as it is, hexadecimal, Base64 wherever it
/// begins within a group of three, and as in an address.
fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = text.as_bytes();
    let hex = |upper: bool| -> Vec<u8> {
        let digit = |byte: &u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
        bytes.iter().map(digit).collect::<String>().into_bytes()
    };
    let url: String = bytes
        .iter()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(*byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    let mut forms = vec![
        ("plain", bytes.to_vec()),
        ("hex", hex(false)),
        ("HEX", hex(true)),
        ("URL-encoded", url.into_bytes()),
        ("reversed", bytes.iter().rev().copied().collect()),
    ];
    for offset in 0..3 {
        // Whole groups alone: what stands beside the text decides the rest.
        let inside = bytes.get((3 - offset) % 3..).unwrap_or_default();
        forms.push(("Base64", base64(&inside[..inside.len() / 3 * 3])));
    }
    forms
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::with_capacity(bytes.len() / 3 * 4);
    for group in bytes.chunks_exact(3) {
        let whole = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        text.extend([18, 12, 6, 0].map(|shift| DIGITS[(whole >> shift & 63) as usize]));
    }
    text
}

/// Sealed values put over a key, from another row, column and company.
async fn misplaced(engine: &str, url: &str, ring: &str, scene: &Scene) -> anyhow::Result<Attack> {
    let moves = [
        (Column::WebhookSecret, &scene.victim),
        (Column::Key, &scene.others[0]),
        (Column::Key, &scene.others[1]),
        (Column::WebhookSecret, &scene.others[1]),
    ];
    let mut opened = Vec::new();
    for (column, from) in moves {
        let (address, from, to) = (url.to_owned(), from.clone(), scene.victim.clone());
        tokio::task::spawn_blocking(move || trial::misplace_key(&address, column, &from, &to)).await??;
        let app = wiring::app(url, KeyRing::parse(ring)?, Pace::default())?;
        let id = scene.victim.clone();
        let read = app
            .store
            .read(Company(scene.company), PATIENCE, move |tx| connections::find(tx, &id).map(drop))
            .await;
        if !matches!(read, Err(StoreError::Sealed(_))) {
            opened.push(format!("{column:?} of {:?}", scene.victim));
        }
    }
    Ok(Attack {
        what: format!("sealed value put into another row, column or company ({engine})"),
        tried: moves.len(),
        saw: if opened.is_empty() { "all refused".into() } else { format!("opened: {}", opened.join(", ")) },
        ok: opened.is_empty(),
    })
}
