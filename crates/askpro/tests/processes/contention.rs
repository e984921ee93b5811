//! Many callers after few slots, against real processes, with the plug pulled in
//! the middle. What was promised is kept, nobody is booked over, and a repeated
//! request hears the same.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use askpro_domain::secret::Secret;
use askpro_providers::{retell, transport::Http};
use askpro_testkit::Ground;
use serde_json::{Value, json};

use crate::office::{Office, Server};

const KEY: &str = "key_contention_0123456789";
const CLIENTS: usize = 32;

/// How many bookings are tried; a longer run names another number.
#[expect(clippy::disallowed_methods, reason = "a longer run by hand is asked for from outside")]
fn bookings() -> usize {
    std::env::var("ASKPRO_TEST_BOOKINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(480)
}

struct Booth {
    office: Office,
    connection: String,
    token: String,
}

fn set_up(office: Office) -> Booth {
    office.ok(&["init", "--email", "chef@example.com"], "correct horse battery\n");
    let hours = r#"{ mon = ["08:00-18:00"], tue = ["08:00-18:00"], wed = ["08:00-18:00"], thu = ["08:00-18:00"], fri = ["08:00-18:00"] }"#;
    let staff: String =
        (0..3).map(|n| format!("[[branches.staff]]\nname = \"Person {n}\"\nhours = {hours}\n")).collect();
    let plan = format!(
        "name = \"Salon\"\n[[branches]]\nname = \"Mitte\"\n{staff}[[branches.services]]\nname = \"Schnitt\"\nminutes = [30]\nslot_interval_minutes = 30\n"
    );
    let file = office.write("plan.toml", &plan);
    let company = office.ok(&["company", "create", "--file", file.to_str().unwrap()], "");
    let connection = office.ok(
        &["connection", "create", "--company", &company, "--kind", "retell", "--name", "T"],
        &format!("{KEY}\n"),
    );
    let token = office.ok(&["token", "create", "--email", "chef@example.com", "--name", "t"], "");
    Booth { office, connection, token }
}

/// What one request was answered, each time it was sent.
type Answers = Arc<Mutex<BTreeMap<usize, Vec<Value>>>>;

/// Sends one booking until it is answered, from whichever process lives, and once more.
async fn book(
    http: &reqwest::Client,
    urls: &Mutex<Vec<String>>,
    connection: &str,
    number: usize,
    answers: &Answers,
) -> Duration {
    // Sixty starts on three days for three people: most callers come too late.
    let (day, half_hours) = (24 + number % 3, number / 3 % 20);
    let time = format!("{:02}:{:02}", 8 + half_hours / 2, half_hours % 2 * 30);
    let letters: String = number.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect();
    let args = json!({ "service": "Schnitt", "date": next_weekday(day), "time": time, "customer_name": format!("Frau {letters}") });
    let body = json!({ "name": "book_appointment", "args": args, "call": { "call_id": format!("call_{number}"),
        "from_number": "anonymous", "transcript_with_tool_calls": [
            { "role": "tool_call_invocation", "tool_call_id": format!("tool_{number}"), "name": "book_appointment" }] } })
    .to_string();
    let mut slowest = Duration::ZERO;
    let mut heard = 0;
    for attempt in 0..400 {
        let base = {
            let urls = urls.lock().unwrap();
            urls[(number + attempt) % urls.len()].clone()
        };
        let url = format!("{base}/retell/{connection}/functions/book_appointment");
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
        let signature = retell::sign(&Secret::new(KEY.into()), body.as_bytes(), i64::try_from(now).unwrap());
        let begun = Instant::now();
        let sent = http.post(&url).header("x-retell-signature", signature).body(body.clone()).send().await;
        let answer = match sent {
            Ok(response) if response.status() == 200 => response.json::<Value>().await.ok(),
            _ => None,
        };
        match answer {
            Some(answer) if answer["status"] != "unavailable" => {
                slowest = slowest.max(begun.elapsed());
                answers.lock().unwrap().entry(number).or_default().push(answer);
                heard += 1;
                if heard == 2 {
                    return slowest;
                }
            }
            // The process is gone or busy: as Retell does, again.
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("request {number} was never answered");
}

/// A weekday at least a week ahead, spread by number.
fn next_weekday(number: usize) -> String {
    let today = jiff::tz::TimeZone::UTC.to_datetime(now()).date();
    let monday = today.saturating_sub(jiff::ToSpan::days(i64::from(today.weekday().to_monday_zero_offset())));
    monday.saturating_add(jiff::ToSpan::days(7 + i64::try_from(number % 5).unwrap())).to_string()
}

#[expect(clippy::disallowed_methods, reason = "real processes run in real time")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

async fn all_appointments(http: &reqwest::Client, url: &str, token: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page: Value = http
            .get(format!("{url}/api/v1/appointments?limit=200{cursor}"))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap()
            .json()
            .await
            .unwrap();
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// 32 clients, a plug pulled half-way, everything checked afterwards.
fn contend(booth: &Booth, processes: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut servers: Vec<Server> = (0..processes).map(|_| booth.office.serve()).collect();
    let (total, done, answers) = (bookings(), Arc::new(AtomicUsize::new(0)), Answers::default());
    // Installs the cipher provider that every client of the process shares.
    let _ = Http::new().unwrap();
    let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let slowest = runtime.block_on(async {
        let urls: Arc<Mutex<Vec<String>>> =
            Arc::new(Mutex::new(servers.iter().map(|one| one.url.clone()).collect()));
        let next = Arc::new(AtomicUsize::new(0));
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let (next, done, answers, urls, http) =
                (next.clone(), done.clone(), answers.clone(), urls.clone(), http.clone());
            let connection = booth.connection.clone();
            clients.push(tokio::spawn(async move {
                let mut slowest = Duration::ZERO;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= total {
                        return slowest;
                    }
                    slowest = slowest.max(book(&http, &urls, &connection, number, &answers).await);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        while done.load(Ordering::Relaxed) < total / 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Half-way: one process dies without a word, and another one takes its place.
        let victim = servers.remove(0);
        let address = victim.url.clone();
        victim.pull_the_plug();
        let successor = booth.office.serve();
        for url in urls.lock().unwrap().iter_mut().filter(|url| **url == address) {
            url.clone_from(&successor.url);
        }
        servers.push(successor);
        let mut slowest = Duration::ZERO;
        for client in clients {
            slowest = slowest.max(client.await.unwrap());
        }
        slowest
    });

    let answers = answers.lock().unwrap();
    let unequal = answers.values().filter(|heard| heard.windows(2).any(|pair| pair[0] != pair[1])).count();
    let promised: Vec<&str> = answers
        .values()
        .filter(|heard| heard[0]["status"] == "confirmed")
        .map(|heard| heard[0]["data"]["appointment"]["id"].as_str().unwrap())
        .collect();
    let stored = runtime.block_on(all_appointments(&http, &servers[0].url, &booth.token));
    let kept = promised
        .iter()
        .filter(|id| stored.iter().any(|one| one["id"] == **id && one["status"] == "confirmed"))
        .count();
    let mut overlaps = 0;
    for (index, one) in stored.iter().enumerate() {
        for other in &stored[index + 1..] {
            let (a, b) = (&one["occupancy"][0], &other["occupancy"][0]);
            let text = |value: &Value, field: &str| value[field].as_str().unwrap().to_owned();
            if a["resource_id"] == b["resource_id"]
                && text(a, "start") < text(b, "end")
                && text(b, "start") < text(a, "end")
            {
                overlaps += 1;
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{processes} process(es), {CLIENTS} clients: {} requests, each sent twice; promised {}, kept {kept}, stored {}, overlaps {overlaps}, unequal repetitions {unequal}, slowest answer {} ms",
        answers.len(),
        promised.len(),
        stored.len(),
        slowest.as_millis()
    );
    assert_eq!(answers.len(), total);
    assert_eq!((overlaps, unequal), (0, 0));
    assert_eq!(kept, promised.len(), "what was promised is kept");
    assert_eq!(stored.len(), promised.len(), "and nothing else stands there");
    assert_eq!(promised.len(), 60 * 3, "every slot was sold, once");
    let logs = booth.office.logs();
    for private in [KEY, "Frau ", "anonymous"] {
        assert!(!logs.contains(private), "the log holds {private:?}");
    }
}

#[test]
fn one_process_on_sqlite_keeps_its_promises_through_a_crash() {
    contend(&set_up(Office::on_sqlite()), 1);
}

#[test]
fn two_processes_on_postgres_keep_their_promises_through_a_crash() {
    Ground::postgres().run(async |ground| {
        // A database of its own beside the ground's, empty as a first start finds it.
        let url = format!("{}_processes", ground.url);
        let name = url.rsplit('/').next().unwrap().to_owned();
        ground.as_owner(&[&format!("CREATE DATABASE \"{name}\"")]).unwrap();
        let contended = tokio::task::spawn_blocking({
            let url = url.clone();
            move || {
                let booth = set_up(Office::open(|_| url.clone()));
                contend(&booth, 2);
            }
        })
        .await;
        ground
            .as_owner(&[
                &format!("DROP DATABASE \"{name}\" WITH (FORCE)"),
                &format!("DROP ROLE IF EXISTS \"askpro_{name}_app\", \"askpro_{name}_platform\""),
            ])
            .unwrap();
        contended.unwrap();
    });
}
