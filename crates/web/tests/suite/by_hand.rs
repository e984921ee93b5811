//! What people and programs change by hand: through the API, in one transaction
//! each, never against a rule, never twice.

use askpro_domain::access::Role;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    scene::{Scene, call},
    two_companies::{busy_scene, token_in},
};

/// Somebody with a token.
pub(crate) struct Hand<'s> {
    pub(crate) scene: &'s Scene,
    pub(crate) token: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Hand<'_> {
    pub(crate) async fn send(&self, line: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.scene.exchange(request.body(Body::from(body.to_string())).unwrap()).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    /// Makes something new.
    async fn make(&self, path: &str, body: Value) -> Value {
        let made = self.send(&format!("POST /api/v1/{path}"), &[], body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
        assert_eq!(made.headers["etag"], format!("\"{}\"", made.body["revision"]).as_str());
        made.body
    }

    /// Changes an object as it was seen.
    async fn change(&self, line: &str, seen: &Value, body: Value) -> Answer {
        let line = line.replace("{id}", seen["id"].as_str().unwrap());
        let (method, path) = line.split_once(' ').unwrap();
        let tag = format!("\"{}\"", seen["revision"]);
        self.send(&format!("{method} /api/v1/{path}"), &[("if-match", &tag)], body).await
    }

    async fn changed(&self, line: &str, seen: &Value, body: Value) -> Value {
        let answer = self.change(line, seen, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{line}: {}", answer.body);
        answer.body
    }

    async fn list(&self, path: &str) -> Vec<Value> {
        let (status, page) = self.scene.get(&format!("/api/v1/{path}"), Some(&self.token)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        page["data"].as_array().unwrap().clone()
    }

    async fn see(&self, path: &str) -> Value {
        self.scene.get(&format!("/api/v1/{path}"), Some(&self.token)).await.1
    }
}

async fn boss(scene: &Scene) -> Hand<'_> {
    Hand { scene, token: token_in(scene, Role::CompanyAdmin, Some(scene.salon.company)).await }
}

fn refused(answer: &Answer, rule: &str) {
    assert_eq!(
        (answer.status, answer.body["type"].as_str()),
        (StatusCode::CONFLICT, Some(format!("/problems/{rule}").as_str())),
        "{}",
        answer.body
    );
}

askpro_testkit::on_both_databases! {
    async fn an_appointment_is_made_moved_called_off_and_had_back_by_hand(ground) {
        let scene = Scene::open(ground).await;
        let hand = boss(&scene).await;
        let [anna, ben] = scene.salon.people[..] else { panic!("two people work there") };
        let at = |time: &str| format!("2026-11-24T{time}:00+01:00");
        let wanted = |time: &str, name: &str| json!({ "service_id": scene.salon.haircut.to_string(), "staff_id": anna.to_string(),
            "start": at(time), "customer": { "name": name, "phone": "030 1234567" } });
        let made = hand.make("appointments", wanted("10:05", "Erika Muster")).await;
        assert_eq!((&made["status"], &made["start"], &made["customer"]["name"]), (&json!("confirmed"), &json!(at("10:05")), &json!("Erika Muster")));
        // Off the grid is a person's right; twice the same person is nobody's.
        let twice = hand.send("POST /api/v1/appointments", &[], wanted("10:20", "Hans Probe")).await;
        refused(&twice, "occupied");
        assert_eq!(hand.list("customers").await.len(), 1, "who could not be booked is not written down");
        let night = hand.send("POST /api/v1/appointments", &[], wanted("22:00", "Hans Probe")).await;
        refused(&night, "not_working");
        let mut on_purpose = wanted("22:00", "Hans Probe");
        on_purpose["outside_hours"] = json!(true);
        hand.make("appointments", on_purpose).await;
        let past = hand.send("POST /api/v1/appointments", &[], json!({ "service_id": scene.salon.haircut.to_string(), "start": "2026-11-20T10:00:00+01:00", "customer": { "name": "Uwe" } })).await;
        refused(&past, "in_the_past");

        // Without having seen it, or having seen something else, nobody changes it.
        let path = format!("POST /api/v1/appointments/{}/move", made["id"].as_str().unwrap());
        assert_eq!(hand.send(&path, &[], json!({ "start": at("11:00") })).await.status, StatusCode::PRECONDITION_REQUIRED);
        let stale = hand.send(&path, &[("if-match", "\"7\"")], json!({ "start": at("11:00") })).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.body);
        let moved = hand.changed("POST appointments/{id}/move", &made, json!({ "start": at("10:20") })).await;
        assert_eq!((&moved["start"], &moved["reference"], moved["revision"].as_u64()), (&json!(at("10:20")), &made["reference"], Some(2)));
        let other = hand.changed("POST appointments/{id}/move", &moved, json!({ "start": at("12:00"), "staff_id": ben.to_string() })).await;
        assert_eq!(other["staff_id"], ben.to_string().as_str());
        let back = hand.changed("POST appointments/{id}/undo", &other, json!({})).await;
        assert_eq!((&back["start"], &back["staff_id"]), (&json!(at("10:20")), &json!(anna.to_string())));
        refused(&hand.change("POST appointments/{id}/undo", &back, json!({})).await, "nothing_to_undo");

        let off = hand.changed("POST appointments/{id}/cancel", &back, json!({ "reason": "krank" })).await;
        assert_eq!((&off["status"], off["occupancy"].as_array().unwrap().len()), (&json!("cancelled"), 0));
        refused(&hand.change("POST appointments/{id}/move", &off, json!({ "start": at("15:00") })).await, "not_standing");
        let again = hand.changed("POST appointments/{id}/undo", &off, json!({})).await;
        assert_eq!((&again["status"], &again["occupancy"]), (&json!("confirmed"), &back["occupancy"]));
        // Somebody else got the time: it cannot be had back.
        let off = hand.changed("POST appointments/{id}/cancel", &again, json!({})).await;
        hand.make("appointments", wanted("10:10", "Hans Probe")).await;
        refused(&hand.change("POST appointments/{id}/undo", &off, json!({})).await, "occupied");
        scene.ground.clock.advance(SignedDuration::from_mins(16));
        refused(&hand.change("POST appointments/{id}/undo", &off, json!({})).await, "undo_over");
        let mut actions: Vec<String> = hand.list(&format!("audit?subject={}", made["id"].as_str().unwrap())).await.iter().map(|one| one["action"].as_str().unwrap().replace("appointment.", "")).collect();
        actions.sort();
        assert_eq!(actions, ["booked", "cancelled", "cancelled", "moved", "moved", "undone", "undone"]);
    }

    async fn what_belongs_to_calcom_is_held_and_brought_there(ground) {
        let scene = Scene::open(ground).await;
        let hand = boss(&scene).await;
        let beard = scene.salon.beard.unwrap().to_string();
        let wanted = json!({ "service_id": beard, "staff_id": scene.salon.people[0].to_string(), "start": "2026-11-24T10:00:00+01:00", "customer": { "name": "Erika Muster" } });
        let made = hand.make("appointments", wanted).await;
        assert_eq!(made["status"], "provisional");
        refused(&hand.change("POST appointments/{id}/move", &made, json!({ "start": "2026-11-24T12:00:00+01:00" })).await, "not_settled");
        let path = format!("appointments/{}", made["id"].as_str().unwrap());
        let settled = async || {
            scene.later(SignedDuration::from_secs(1)).await;
            hand.see(&path).await
        };
        let confirmed = settled().await;
        assert_eq!(confirmed["status"], "confirmed");
        let moving = hand.changed("POST appointments/{id}/move", &confirmed, json!({ "start": "2026-11-24T12:00:00+01:00" })).await;
        assert_eq!(moving["status"], "provisional");
        let moved = settled().await;
        assert_eq!((&moved["status"], &moved["start"]), (&json!("confirmed"), &json!("2026-11-24T12:00:00+01:00")));
        let back = hand.changed("POST appointments/{id}/undo", &moved, json!({})).await;
        assert_eq!(back["status"], "provisional");
        let back = settled().await;
        assert_eq!((&back["status"], &back["start"]), (&json!("confirmed"), &json!("2026-11-24T10:00:00+01:00")));
        hand.changed("POST appointments/{id}/cancel", &back, json!({})).await;
        let off = settled().await;
        assert_eq!((&off["status"], off["occupancy"].as_array().unwrap().len()), (&json!("cancelled"), 0));
        let again = hand.changed("POST appointments/{id}/undo", &off, json!({})).await;
        assert_eq!(again["status"], "provisional");
        let again = settled().await;
        assert_eq!((&again["status"], &again["start"]), (&json!("confirmed"), &json!("2026-11-24T10:00:00+01:00")));
    }

    async fn the_same_request_under_a_key_is_done_once(ground) {
        let scene = Scene::open(ground).await;
        let hand = boss(&scene).await;
        let body = json!({ "name": "Erika Muster" });
        let key = [("idempotency-key", "k-1")];
        let first = hand.send("POST /api/v1/customers", &key, body.clone()).await;
        let second = hand.send("POST /api/v1/customers", &key, body.clone()).await;
        assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!((&first.body, first.headers.get("etag")), (&second.body, second.headers.get("etag")));
        assert_eq!(second.headers["idempotent-replayed"], "true");
        assert_eq!(hand.list("customers").await.len(), 1);
        let other = hand.send("POST /api/v1/customers", &key, json!({ "name": "Hans Probe" })).await;
        assert_eq!((other.status, other.body["errors"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("Idempotency-Key")));
        // Somebody else's keys are theirs; what was refused is not kept; a day later it is a new request.
        let colleague = boss(&scene).await;
        assert_eq!(colleague.send("POST /api/v1/customers", &key, json!({ "name": "Hans Probe" })).await.status, StatusCode::CREATED);
        let wrong = hand.send("POST /api/v1/customers", &[("idempotency-key", "k-2")], json!({ "name": " " })).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(hand.send("POST /api/v1/customers", &[("idempotency-key", "k-2")], json!({ "name": "Uwe" })).await.status, StatusCode::CREATED);
        scene.ground.clock.advance(SignedDuration::from_hours(24));
        let fresh = boss(&scene).await;
        assert_eq!(fresh.send("POST /api/v1/customers", &key, body).await.status, StatusCode::CREATED);
        // Ten at once are one.
        let burst = futures_util::future::join_all((0..10).map(|_| fresh.send("POST /api/v1/customers", &[("idempotency-key", "k-3")], json!({ "name": "Karl Eilig" })))).await;
        let ids: std::collections::BTreeSet<String> = burst.iter().map(|one| one.body["id"].to_string()).collect();
        assert_eq!(ids.len(), 1, "{:?}", burst.iter().map(|one| one.status).collect::<Vec<_>>());
    }

    async fn two_records_of_one_person_become_one_and_two_again(ground) {
        let scene = Scene::open(ground).await;
        let hand = boss(&scene).await;
        let booked = scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        assert_eq!(booked["status"], "confirmed");
        let called = hand.list("customers").await.remove(0);
        let typed = hand.make("customers", json!({ "name": "Erika Muster", "email": "erika@example.com" })).await;
        let kept = hand.changed("POST customers/{id}/merge", &typed, json!({ "other_id": called["id"] })).await;
        assert_eq!((&kept["phone"], &kept["email"]), (&called["phone"], &typed["email"]));
        assert_eq!(hand.list("customers").await.len(), 1);
        let own = format!("appointments?customer_id={}", typed["id"].as_str().unwrap());
        assert_eq!(hand.list(&own).await.len(), 1);
        let gone = hand.see(&format!("customers/{}", called["id"].as_str().unwrap())).await;
        assert_eq!(gone["merged_into"], typed["id"]);
        refused(&hand.change("POST customers/{id}/merge", &kept, json!({ "other_id": called["id"] })).await, "merged");
        refused(&hand.change("POST customers/{id}/unmerge", &kept, json!({})).await, "not_merged");
        // The caller is found under the record that stayed.
        let found = scene.function(&call("c2"), None, "find_appointments", json!({ "customer_name": "Erika Muster" })).await;
        assert_eq!(found["status"], "found", "{found}");
        let free = hand.changed("POST customers/{id}/unmerge", &gone, json!({})).await;
        assert_eq!((&free["merged_into"], &free["phone"]), (&Value::Null, &called["phone"]));
        assert_eq!(hand.list(&own).await.len(), 0);
        let kept = hand.see(&format!("customers/{}", typed["id"].as_str().unwrap())).await;
        assert_eq!((&kept["phone"], &kept["email"]), (&Value::Null, &typed["email"]));
    }

    async fn a_task_is_taken_closed_with_its_outcome_and_opened_again(ground) {
        let scene = busy_scene(ground).await;
        let hand = boss(&scene).await;
        let task = hand.list("tasks?status=open").await.remove(0);
        let taken = hand.changed("POST tasks/{id}/take", &task, json!({})).await;
        let me = hand.see("me").await;
        assert_eq!(taken["taken_by"], me["id"]);
        let done = hand.changed("POST tasks/{id}/close", &taken, json!({ "outcome": "reached", "remark": "Rechnung erklärt" })).await;
        assert_eq!((&done["status"], &done["outcome"], &done["remark"]), (&json!("done"), &json!("reached"), &json!("Rechnung erklärt")));
        refused(&hand.change("POST tasks/{id}/close", &done, json!({ "outcome": "reached" })).await, "task_done");
        let open = hand.changed("POST tasks/{id}/reopen", &done, json!({})).await;
        assert_eq!((&open["status"], &open["outcome"]), (&json!("open"), &Value::Null));
        refused(&hand.change("POST tasks/{id}/reopen", &open, json!({})).await, "task_open");
    }

    async fn a_business_is_changed_and_callers_notice(ground) {
        let scene = Scene::open(ground).await;
        let hand = boss(&scene).await;
        let branch = hand.list("branches").await.remove(0);
        let free = format!("availability?from=2026-11-24T00:00:00%2B01:00&to=2026-11-25T00:00:00%2B01:00&limit=200&service_id={}", scene.salon.haircut);
        assert_eq!(hand.list(&free).await.len(), 40);
        let closed = hand.changed("PATCH branches/{id}", &branch, json!({ "exceptions": [{ "date": "2026-11-24", "intervals": [] }] })).await;
        assert_eq!(hand.list(&free).await.len(), 0, "a holiday of the branch is everybody's");
        let asked = scene.function(&call("c1"), None, "check_availability", json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn" })).await;
        assert_eq!(asked["status"], "alternatives", "{asked}");
        let short = json!({ "exceptions": [], "hours": { "tue": [["09:00", "12:00"]] } });
        let open = hand.changed("PATCH branches/{id}", &closed, short).await;
        assert_eq!(hand.list(&free).await.len(), 12);
        let anna = hand.list("staff").await.remove(0);
        let absent = hand.changed("PATCH staff/{id}", &anna, json!({ "exceptions": [{ "date": "2026-11-24", "intervals": [] }] })).await;
        assert_eq!(hand.list(&free).await.len(), 6, "one of two is away");
        hand.changed("PATCH staff/{id}", &absent, json!({ "exceptions": [] })).await;
        let open = hand.changed("PATCH branches/{id}", &open, json!({ "hours": null, "phone": null, "name": "Mitte" })).await;
        assert_eq!((&open["hours"], &open["phone"], &open["name"]), (&Value::Null, &Value::Null, &json!("Mitte")));
        let service = hand.list("services").await.into_iter().find(|one| one["name"] == "Herrenhaarschnitt").unwrap();
        let longer = hand.changed("PATCH services/{id}", &service, json!({ "segments": [{ "minutes": 60, "staff_needed": true }], "price_cents": 3500, "synonyms": ["Männerschnitt"] })).await;
        assert_eq!((longer["duration_minutes"].as_u64(), longer["price_cents"].as_u64()), (Some(60), Some(3500)));
        assert_eq!(hand.list(&free).await.len(), 38);
        scene.book(&call("c2"), None, "morgen um zehn", "Erika Muster").await;
        refused(&hand.change("PATCH services/{id}", &longer, json!({ "active": false })).await, "has_coming_appointments");

        let made = hand.make("branches", json!({ "name": "Nord", "zone": "Europe/Berlin", "language": "de" })).await;
        let person = hand.make("staff", json!({ "branch_id": made["id"], "name": "Cem", "hours": { "mon": [["08:00", "12:00"]] } })).await;
        let offered = hand.make("services", json!({ "branch_id": made["id"], "name": "Farbe", "segments": [{ "minutes": 30, "staff_needed": true }, { "minutes": 30, "staff_needed": false }], "staff_ids": [person["id"]] })).await;
        assert_eq!((&offered["staff_ids"][0], offered["duration_minutes"].as_u64()), (&person["id"], Some(60)));
        for (path, body, field) in [
            ("branches", json!({ "name": "X", "zone": "Mars/Olympus", "language": "de" }), "zone"),
            ("branches", json!({ "name": "", "zone": "Europe/Berlin", "language": "de" }), "name"),
            ("branches", json!({ "name": "X", "zone": "Europe/Berlin", "language": "fr" }), "language"),
            ("branches", json!({ "name": "X", "zone": "Europe/Berlin", "language": "de", "hours": { "mon": [["12:00", "08:00"]] } }), "hours"),
            ("staff", json!({ "branch_id": "019ab000-0000-7000-8000-000000000000", "name": "X" }), "branch_id"),
            ("services", json!({ "branch_id": made["id"], "name": "X", "segments": [] }), "segments"),
            ("services", json!({ "branch_id": made["id"], "name": "X", "segments": [{ "minutes": 30, "staff_needed": true }], "staff_ids": [scene.salon.people[0].to_string()] }), "staff_ids"),
            ("customers", json!({ "name": "A\u{202e}B" }), "name"),
            ("customers", json!({ "name": "X", "phone": "nein" }), "phone"),
            ("customers", json!({ "name": "X", "email": "nein" }), "email"),
            ("customers", json!({ "name": "X", "company_id": "1" }), "company_id"),
        ] {
            let wrong = hand.send(&format!("POST /api/v1/{path}"), &[], body.clone()).await;
            assert_eq!((wrong.status, wrong.body["errors"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(field)), "{path} {body}: {}", wrong.body);
        }
    }

    async fn a_key_is_taken_once_and_never_shown(ground) {
        let scene = Scene::open(ground).await;
        let hand = boss(&scene).await;
        let made = hand.make("connections", json!({ "kind": "calcom", "name": "Kalender", "key": "cal_live_topsecret123" })).await;
        assert!(!made.to_string().contains("topsecret") && made["webhook_secret"].as_str().unwrap().len() >= 40);
        let shown = hand.see(&format!("connections/{}", made["id"].as_str().unwrap())).await;
        assert!(!shown.to_string().contains("topsecret") && shown.get("webhook_secret").is_none(), "{shown}");
        let off = hand.changed("PATCH connections/{id}", &made, json!({ "active": false })).await;
        assert_eq!(off["active"], false);
        // Its numbers are the business of whoever manages numbers.
        let manager = Hand { scene: &scene, token: token_in(&scene, Role::RetellManager, Some(scene.salon.company)).await };
        let number = json!({ "number": "030 7654321", "connection_id": scene.salon.retell.as_str(), "branch_id": scene.salon.branch.to_string(), "agent_version": "latest_published" });
        let number = manager.make("phone-numbers", number).await;
        assert_eq!(number["number"], "+49307654321");
        let twice = json!({ "number": "+49 30 7654321", "connection_id": scene.salon.retell.as_str(), "branch_id": scene.salon.branch.to_string() });
        refused(&manager.send("POST /api/v1/phone-numbers", &[], twice).await, "number_taken");
        let draft = manager.change("PATCH phone-numbers/{id}", &number, json!({ "agent_version": "latest" })).await;
        assert_eq!((draft.status, draft.body["errors"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("agent_version")));
        let elsewhere = manager.changed("PATCH phone-numbers/{id}", &number, json!({ "agent_id": "agent_1", "fallback_number": "+4930999999" })).await;
        assert_eq!((&elsewhere["agent_id"], &elsewhere["agent_version"]), (&json!("agent_1"), &json!("latest_published")));
    }
}
