//! Two companies, with something of every kind in the first, and everybody of the
//! second trying to see it.

use std::collections::BTreeMap;

use askpro_app::setup::NumberPlan;
use askpro_domain::{access::Role, ids::CompanyId, secret::Secret};
use askpro_testkit::{Salon, SalonOptions};
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{Scene, call};

#[expect(clippy::print_stdout, reason = "figures for whoever runs this without capture")]
fn report(what: &str) {
    println!("{what}");
}

/// Lists that are about whoever asks, not about a company.
const PERSONAL: [&str; 3] = ["/api/v1/me", "/api/v1/tokens", "/api/v1/openapi.json"];

/// A company in which everything has happened that a list could show.
pub(crate) async fn busy_scene(ground: askpro_testkit::Ground) -> Scene {
    let scene = Scene::open(ground).await;
    let booked = scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
    assert_eq!(booked["status"], "confirmed");
    let row = json!({ "service": "Herrenhaarschnitt", "when": "übermorgen um elf", "customer_name": "Hans Probe",
        "repeat": { "count": 3, "rhythm": "weekly" } });
    let row = scene.function(&call("c2"), None, "book_appointment", row).await;
    assert_eq!(row["status"], "confirmed", "{row}");
    let back =
        json!({ "customer_name": "Uwe Beispiel", "customer_phone": "+4915198765432", "topic": "Rechnung" });
    assert_eq!(scene.function(&call("c3"), None, "request_callback", back).await["status"], "noted");
    let event =
        json!({ "event": "call_started", "call": { "call_id": "c1", "from_number": "+4915112345678" } });
    assert!(scene.post("webhook", event.to_string().into_bytes()).await.0.is_success());
    scene.app.write_journal().await.unwrap();
    let number = NumberPlan {
        connection: scene.salon.retell.clone(),
        number: "+493012345678".into(),
        branch: None,
        agent: None,
        agent_version: None,
        fallback: None,
    };
    scene.app.add_phone_number(scene.salon.company, number).await.unwrap();
    scene
}

/// A token of somebody in a role there.
pub(crate) async fn token_in(scene: &Scene, role: Role, company: Option<CompanyId>) -> String {
    let email = format!("{}-{}@example.com", role.word(), scene.count("SELECT count(*) FROM users"));
    let password = Secret::new("a long enough password".into());
    scene.app.create_user(&email, "Somebody", &password, role, company).await.unwrap();
    let token = scene.app.create_token(&email, "test", SignedDuration::from_hours(24)).await.unwrap();
    token.expose().to_owned()
}

fn lists() -> Vec<&'static str> {
    let of_companies =
        |path: &&str| path.starts_with("/api/v1/") && !path.contains('{') && !PERSONAL.contains(path);
    askpro_web::listed_routes()
        .into_iter()
        .filter(|route| route.method == Method::GET)
        .map(|route| route.path)
        .filter(of_companies)
        .collect()
}

fn ids(page: &Value) -> Vec<String> {
    let id = |one: &Value| one["id"].as_str().map(str::to_owned);
    page["data"].as_array().map(|rows| rows.iter().filter_map(id).collect()).unwrap_or_default()
}

askpro_testkit::on_both_databases! {
    async fn what_one_company_has_does_not_exist_for_another(ground) {
        let scene = busy_scene(ground).await;
        let other = Salon::open(&scene.ground, SalonOptions { name: "Salon Fremd".into(), ..SalonOptions::default() }).await;
        let ours = token_in(&scene, Role::CompanyAdmin, Some(scene.salon.company)).await;
        let boss = token_in(&scene, Role::SuperAdmin, None).await;
        let mut known: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for path in lists() {
            let (status, page) = scene.get(&format!("{path}?limit=200"), Some(&ours)).await;
            assert_eq!(status, StatusCode::OK, "{path}: {page}");
            assert!(!page["data"].as_array().unwrap().is_empty(), "{path} has nothing that could leak");
            known.insert(path, ids(&page));
            let (_, everything) = scene.get(&format!("{path}?limit=200&company={}", scene.salon.company), Some(&boss)).await;
            assert_eq!(ids(&everything), ids(&page), "{path}: the same for whoever sees all companies");
        }
        assert!(known.len() >= 15, "{:?}", known.keys());
        let (mut tried, mut found) = (0, 0);
        for role in [Role::CompanyAdmin, Role::RetellManager, Role::Staff, Role::Auditor] {
            let theirs = token_in(&scene, role, Some(other.company)).await;
            for (path, objects) in &known {
                for query in ["?limit=200".to_owned(), format!("?company={}", scene.salon.company)] {
                    let (status, page) = scene.get(&format!("{path}{query}"), Some(&theirs)).await;
                    tried += 1;
                    assert!([StatusCode::OK, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&status), "{path}{query}: {status}");
                    let text = page.to_string();
                    assert!(objects.iter().all(|id| !text.contains(id)), "{path}{query} as {} shows {text}", role.word());
                    assert!(!text.contains("Erika") && !text.contains("Salon Probe"), "{path}{query} as {}", role.word());
                }
                for id in objects {
                    let (status, problem) = scene.get(&format!("{path}/{id}"), Some(&theirs)).await;
                    tried += 1;
                    assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&status), "{path}/{id} as {}: {status}", role.word());
                    assert!(!problem.to_string().contains("Salon"), "{problem}");
                }
            }
        }
        for (path, objects) in &known {
            for id in objects {
                let (status, one) = scene.get(&format!("{path}/{id}"), Some(&ours)).await;
                assert_eq!((status, one["id"].as_str()), (StatusCode::OK, Some(id.as_str())), "{path}/{id}");
                found += 1;
            }
        }
        report(&format!("{found} objects of {} kinds, {tried} operations by another company, 0 leaks", known.len()));
        assert!(tried > 150);
    }
}
