use askpro_domain::{access::Role, secret::Secret};
use askpro_testkit::{Salon, SalonOptions};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{Scene, call};

async fn token(scene: &Scene, email: &str, role: Role, salon: Option<&Salon>) -> String {
    let password = Secret::new("a long enough password".into());
    scene
        .app
        .create_user(email, "Somebody", &password, role, salon.map(|salon| salon.company))
        .await
        .unwrap();
    let token = scene.app.create_token(email, "test", SignedDuration::from_hours(24)).await.unwrap();
    token.expose().to_owned()
}

/// A token of somebody in this role; of the salon where the role is not everywhere.
pub(crate) async fn token_of(scene: &Scene, role: Role) -> String {
    let email = format!("{}-{}@example.com", role.word(), scene.count("SELECT count(*) FROM users"));
    let salon = (!role.is_platform_wide()).then_some(&scene.salon);
    token(scene, &email, role, salon).await
}

askpro_testkit::on_both_databases! {
    async fn every_guarded_route_refuses_whoever_has_no_valid_token(ground) {
        let scene = Scene::open(ground).await;
        let expired = token(&scene, "late@example.com", Role::SuperAdmin, None).await;
        scene.ground.clock.advance(SignedDuration::from_hours(25));
        let mut tried = 0;
        for route in askpro_web::listed_routes() {
            if route.access.may(Role::SuperAdmin).is_some() {
                let path = route.path.replace("{id}", "019ab000-0000-7000-8000-000000000000");
                for token in [None, Some("nonsense"), Some(""), Some(expired.as_str())] {
                    let mut request = Request::builder().method(route.method.clone()).uri(path.as_str());
                    if let Some(token) = token {
                        request = request.header("authorization", format!("Bearer {token}"));
                    }
                    let (status, body) = scene.send(request.body(Body::empty()).unwrap()).await;
                    let problem: Value = serde_json::from_slice(&body).unwrap();
                    assert_eq!(status, StatusCode::UNAUTHORIZED, "{} {path} with {token:?}", route.method);
                    assert_eq!(problem["type"], "/problems/unauthenticated");
                    tried += 1;
                }
            }
        }
        assert!(tried >= 16, "the list of routes was empty");
    }

    async fn a_token_sees_its_own_company_and_no_other(ground) {
        let scene = Scene::open(ground).await;
        let other = Salon::open(&scene.ground, SalonOptions { name: "Salon Fremd".into(), ..SalonOptions::default() }).await;
        let booked = scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        let id = booked["data"]["appointment"]["id"].as_str().unwrap().to_owned();
        let ours = token(&scene, "anna@example.com", Role::CompanyAdmin, Some(&scene.salon)).await;
        let theirs = token(&scene, "fremd@example.com", Role::CompanyAdmin, Some(&other)).await;
        let boss = token(&scene, "boss@example.com", Role::SuperAdmin, None).await;

        let (status, seen) = scene.get("/api/v1/appointments", Some(&ours)).await;
        assert_eq!(status, StatusCode::OK);
        let one = &seen["data"][0];
        assert_eq!(one["id"], id.as_str());
        assert_eq!(one["start"], "2026-11-24T10:00:00+01:00");
        assert_eq!(one["customer"]["name"], "Erika Muster");
        assert_eq!(one["occupancy"][0]["resource_id"], one["staff_id"]);
        assert_eq!(seen["next_cursor"], serde_json::Value::Null);

        assert_eq!(scene.get("/api/v1/appointments", Some(&theirs)).await.1["data"].as_array().unwrap().len(), 0);
        let (status, _) = scene.get(&format!("/api/v1/appointments/{id}"), Some(&theirs)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "another company's appointment does not exist");
        let (status, _) = scene.get(&format!("/api/v1/appointments?company={}", scene.salon.company), Some(&theirs)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(scene.get(&format!("/api/v1/appointments/{id}"), Some(&ours)).await.0, StatusCode::OK);

        assert_eq!(scene.get("/api/v1/companies", Some(&ours)).await.1["data"].as_array().unwrap().len(), 1);
        assert_eq!(scene.get("/api/v1/companies", Some(&boss)).await.1["data"].as_array().unwrap().len(), 2);
        let path = format!("/api/v1/services?company={}", other.company);
        let (_, services) = scene.get(&path, Some(&boss)).await;
        assert!(services["data"].as_array().unwrap().iter().all(|one| one["company_id"] == other.company.to_string().as_str()));
    }

    async fn staff_see_their_own_calendar_and_customers_and_nothing_else(ground) {
        let scene = Scene::open(ground).await;
        let [anna, ben] = scene.salon.people[..] else { panic!("two people work there") };
        for (number, (person, name)) in [(anna, "Erika Muster"), (ben, "Hans Probe"), (anna, "Uwe Beispiel")].into_iter().enumerate() {
            let args = json!({ "service": "Herrenhaarschnitt", "when": format!("morgen um {}", 9 + number), "customer_name": name, "staff": person.to_string() });
            let booked = scene.function(&call(&format!("c{number}")), None, "book_appointment", args).await;
            assert_eq!(booked["status"], "confirmed", "{booked}");
        }
        let password = Secret::new("a long enough password".into());
        let user = scene.app.create_user("anna@example.com", "Anna", &password, Role::Staff, Some(scene.salon.company)).await.unwrap();
        let token = scene.app.create_token("anna@example.com", "test", SignedDuration::from_hours(1)).await.unwrap();
        let token = Some(token.expose());
        let names = |page: &Value| -> Vec<String> {
            let name = |one: &Value| one["name"].as_str().or(one["customer"]["name"].as_str()).unwrap().to_owned();
            let mut names: Vec<String> = page["data"].as_array().unwrap().iter().map(name).collect();
            names.sort();
            names
        };
        // Whose calendar it is was not said yet.
        for path in ["/api/v1/appointments", "/api/v1/customers", "/api/v1/availability"] {
            let (status, page) = scene.get(path, token).await;
            assert_eq!((status, page["data"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)), "{path}");
        }
        scene.app.give_calendar(user, scene.salon.company, anna).await.unwrap();
        let (_, own) = scene.get("/api/v1/appointments", token).await;
        assert_eq!(names(&own), ["Erika Muster", "Uwe Beispiel"]);
        assert_eq!(names(&scene.get("/api/v1/customers", token).await.1), ["Erika Muster", "Uwe Beispiel"]);
        let (_, bens) = scene.get(&format!("/api/v1/appointments?staff_id={ben}"), token).await;
        assert!(names(&bens).is_empty());
        let (_, free) = scene.get("/api/v1/availability?limit=200", token).await;
        let free = free["data"].as_array().unwrap();
        assert!(!free.is_empty() && free.iter().all(|one| one["staff_id"] == anna.to_string().as_str()));
        let boss = token_of(&scene, Role::CompanyAdmin).await;
        let (_, all) = scene.get("/api/v1/appointments", Some(&boss)).await;
        for one in all["data"].as_array().unwrap() {
            for (list, id) in [("appointments", &one["id"]), ("customers", &one["customer_id"])] {
                let expected = if one["staff_id"] == anna.to_string().as_str() { StatusCode::OK } else { StatusCode::NOT_FOUND };
                let path = format!("/api/v1/{list}/{}", id.as_str().unwrap());
                assert_eq!(scene.get(&path, token).await.0, expected, "{path}");
            }
        }
        for route in askpro_web::listed_routes() {
            if route.path.starts_with("/api/v1") && route.access.may(Role::Staff) == Some(false) {
                let path = route.path.replace("{id}", &anna.to_string());
                if route.method == axum::http::Method::GET {
                    assert_eq!(scene.get(&path, token).await.0, StatusCode::FORBIDDEN, "{path}");
                }
            }
        }
    }

    async fn free_time_is_told_for_a_service_and_for_people(ground) {
        let scene = Scene::open(ground).await;
        let token = token_of(&scene, Role::Auditor).await;
        scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        let day = "from=2026-11-24T00:00:00%2B01:00&to=2026-11-25T00:00:00%2B01:00&limit=200";
        let path = format!("/api/v1/availability?{day}&service_id={}", scene.salon.haircut);
        let (status, starts) = scene.get(&path, Some(&token)).await;
        assert_eq!(status, StatusCode::OK);
        // Twenty half hours for each of two people, less the booked one.
        let starts = starts["data"].as_array().unwrap();
        assert_eq!(starts.len(), 39);
        assert_eq!((&starts[0]["start"], &starts[0]["end"]), (&json!("2026-11-24T08:00:00+01:00"), &json!("2026-11-24T08:30:00+01:00")));
        let (_, idle) = scene.get(&format!("/api/v1/availability?{day}"), Some(&token)).await;
        let idle: Vec<(&str, &str)> = idle["data"].as_array().unwrap().iter().map(|one| (one["start"].as_str().unwrap(), one["end"].as_str().unwrap())).collect();
        let mut expected = [("2026-11-24T08:00:00+01:00", "2026-11-24T10:00:00+01:00"), ("2026-11-24T08:00:00+01:00", "2026-11-24T18:00:00+01:00"), ("2026-11-24T10:30:00+01:00", "2026-11-24T18:00:00+01:00")];
        expected.sort();
        let mut idle = idle;
        idle.sort();
        assert_eq!(idle, expected);
        let (status, problem) = scene.get("/api/v1/availability?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", Some(&token)).await;
        assert_eq!((status, problem["errors"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("to")));
    }

    async fn a_list_is_read_page_by_page_without_gap_or_repetition(ground) {
        let scene = Scene::open(ground).await;
        for (number, when) in ["neun", "zehn", "elf", "zwölf", "eins"].iter().enumerate() {
            for person in ["Erika Muster", "Hans Probe"] {
                let booked = scene.book(&call(&format!("c{number}{person}")), None, &format!("morgen um {when}"), person).await;
                assert_eq!(booked["status"], "confirmed");
            }
        }
        let token = token(&scene, "anna@example.com", Role::CompanyAdmin, Some(&scene.salon)).await;
        let mut seen: Vec<String> = Vec::new();
        let mut path = "/api/v1/appointments?limit=3".to_owned();
        loop {
            let (_, page) = scene.get(&path, Some(&token)).await;
            seen.extend(page["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/v1/appointments?limit=3&cursor={cursor}");
        }
        assert_eq!(seen.len(), 10);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 10);

        let from = "/api/v1/appointments?from=2026-11-24T12:00:00%2B01:00&to=2026-11-24T13:00:00%2B01:00";
        assert_eq!(scene.get(from, Some(&token)).await.1["data"].as_array().unwrap().len(), 2);
        for wrong in ["from=yesterday", "staff_id=7", "status=lost", "cursor=%00", "company=x"] {
            let (status, _) = scene.get(&format!("/api/v1/appointments?{wrong}"), Some(&token)).await;
            assert!([StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_FOUND].contains(&status), "{wrong}: {status}");
        }
        for wrong in ["limit=abc", "limit=-1", "limit=99999999999999999999"] {
            let (status, problem) = scene.get(&format!("/api/v1/appointments?{wrong}"), Some(&token)).await;
            assert_eq!((status, problem["type"].as_str()), (StatusCode::BAD_REQUEST, Some("/problems/malformed")), "{wrong}");
        }
        assert_eq!(scene.get("/api/v1/appointments?limit=0", Some(&token)).await.1["data"].as_array().unwrap().len(), 1);
    }

    async fn health_stays_ready_and_names_what_is_missing(ground) {
        let scene = Scene::open(ground).await;
        assert_eq!(scene.get("/health/live", None).await.0, StatusCode::OK);
        let (status, ready) = scene.get("/health/ready", None).await;
        assert_eq!((status, ready["degraded"].as_array().unwrap().len()), (StatusCode::OK, 0));
        scene.ground.as_owner(&["ALTER TABLE installation RENAME TO gone"]).unwrap();
        let (status, ready) = scene.get("/health/ready", None).await;
        assert_eq!((status, ready["degraded"][0].as_str()), (StatusCode::OK, Some("database")));
    }
}
