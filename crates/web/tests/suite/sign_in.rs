use askpro_app::Purpose;
use askpro_domain::{access::Role, actor::Actor};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use serde_json::Value;

use crate::{
    browser::{Browser, PASSWORD, form, person},
    scene::Scene,
};

const CORPUS: &str = include_str!("../../../../corpora/security.json");

const ANNA: &str = "anna@example.com";

async fn signed_in<'s>(scene: &'s Scene, email: &str) -> Browser<'s> {
    let browser = Browser::open(scene);
    let entered = browser.sign_in(email, PASSWORD).await;
    assert_eq!((entered.status, entered.goes_to()), (StatusCode::SEE_OTHER, "/"), "{}", entered.text);
    browser
}

/// The same page but for what was typed into it.
fn without(text: &str, typed: &str) -> String {
    text.replace(typed, "")
}

askpro_testkit::on_both_databases! {
    async fn every_role_signs_in_sees_its_account_and_signs_out(ground) {
        let scene = Scene::open(ground).await;
        for role in Role::ALL {
            let email = format!("{}@example.com", role.word());
            person(&scene, &email, *role).await;
            let browser = Browser::open(&scene);
            assert_eq!(browser.get("/profile").await.goes_to(), "/login?return_to=/profile");
            let entered = browser.post("/login", &[("email", &format!(" {} ", email.to_uppercase())), ("password", PASSWORD), ("return_to", "/profile")]).await;
            assert_eq!((entered.status, entered.goes_to()), (StatusCode::SEE_OTHER, "/profile"));
            let profile = browser.get("/profile").await;
            assert_eq!(profile.status, StatusCode::OK);
            assert!(profile.text.contains(&email) && profile.text.contains("Katrin Probe"));
            assert!(!profile.text.contains("argon2"), "a hash is nobody's to see");

            let left = browser.cookie.borrow().clone();
            let out = browser.post("/logout", &[("_token", &profile.token())]).await;
            assert_eq!(out.goes_to(), "/login?said=out");
            assert!(browser.cookie.borrow().is_none());
            *browser.cookie.borrow_mut() = left;
            assert_eq!(browser.get("/profile").await.goes_to(), "/login?return_to=/profile", "the old cookie is worth nothing");
        }
    }

    async fn a_wrong_sign_in_tells_nothing_about_who_exists(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        person(&scene, "gone@example.com", Role::Staff).await;
        scene.app.set_user_active("gone@example.com", false, &Actor::system("test")).await.unwrap();
        scene.app.create_user_without_password("new@example.com", "N", Role::Staff, Some(scene.salon.company)).await.unwrap();
        let mut pages = Vec::new();
        for (email, password) in [
            (ANNA, "another password"), ("nobody@example.com", PASSWORD), ("gone@example.com", PASSWORD),
            ("new@example.com", "!"), ("new@example.com", ""), (ANNA, ""),
        ] {
            let before = scene.app.passwords.done();
            let page = Browser::open(&scene).sign_in(email, password).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{email}");
            assert_eq!(scene.app.passwords.done() - before, 1, "{email} costs one hashing");
            assert!(page.headers.get("set-cookie").is_none());
            pages.push(without(&page.text, email));
        }
        pages.dedup();
        assert_eq!(pages.len(), 1, "all answers are the same");

        // The reset page asks for nothing, so it has nothing to tell.
        assert!(!Browser::open(&scene).get("/forgotten").await.text.contains("<input"));
    }

    async fn waiting_concerns_whoever_guesses_and_nobody_else(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        for email in [ANNA, "nobody@example.com"] {
            let stranger = Browser::at(&scene, if email == ANNA { "203.0.113.9" } else { "203.0.113.10" });
            for _ in 0..5 {
                assert_eq!(stranger.sign_in(email, "guess after guess").await.status, StatusCode::UNAUTHORIZED);
            }
            let refused = stranger.sign_in(email, PASSWORD).await;
            assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits: {email}");
            assert_eq!(refused.headers["retry-after"], "15");
        }
        signed_in(&scene, ANNA).await;

        scene.ground.clock.advance(SignedDuration::from_secs(16));
        let stranger = Browser::at(&scene, "203.0.113.9");
        assert_eq!(stranger.sign_in(ANNA, "guess").await.status, StatusCode::UNAUTHORIZED, "waiting ends");
        assert_eq!(stranger.sign_in(ANNA, "guess").await.headers["retry-after"], "30", "and grows");
    }

    async fn attempts_side_by_side_are_all_counted(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let statuses: Vec<StatusCode> = stream::iter(0..40)
            .map(|_| async { Browser::at(&scene, "203.0.113.9").sign_in(ANNA, "guess after guess").await.status })
            .buffer_unordered(40)
            .collect()
            .await;
        let looked_at = statuses.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count();
        assert!(looked_at <= 5, "{looked_at} passwords were looked at: {statuses:?}");
    }

    async fn a_session_ends_by_idleness_by_age_and_when_its_person_is_kept_out(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let idle = signed_in(&scene, ANNA).await;
        scene.ground.clock.advance(SignedDuration::from_mins(121));
        assert_eq!(idle.get("/profile").await.status, StatusCode::SEE_OTHER, "idle");

        let busy = signed_in(&scene, ANNA).await;
        for _ in 0..11 {
            scene.ground.clock.advance(SignedDuration::from_mins(65));
            assert_eq!(busy.get("/profile").await.status, StatusCode::OK);
        }
        scene.ground.clock.advance(SignedDuration::from_mins(10));
        assert_eq!(busy.get("/profile").await.status, StatusCode::SEE_OTHER, "twelve hours are the most");

        let kept_out = signed_in(&scene, ANNA).await;
        let no = if scene.ground.url.starts_with("sqlite:") { "0" } else { "false" };
        scene.ground.as_owner(&[&format!("UPDATE users SET active = {no}")]).unwrap();
        assert_eq!(kept_out.get("/profile").await.status, StatusCode::SEE_OTHER, "by whatever way it was done");
        scene.app.set_user_active(ANNA, false, &Actor::system("test")).await.unwrap();
        assert_eq!(kept_out.get("/profile").await.status, StatusCode::SEE_OTHER);
        scene.app.set_user_active(ANNA, true, &Actor::system("test")).await.unwrap();
        assert_eq!(kept_out.get("/profile").await.status, StatusCode::SEE_OTHER, "an ended session does not come back");
    }

    async fn sessions_are_listed_and_ended_by_their_owner_alone(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        person(&scene, "eve@example.com", Role::CompanyAdmin).await;
        let (here, there) = (signed_in(&scene, ANNA).await, signed_in(&scene, ANNA).await);
        let eve = signed_in(&scene, "eve@example.com").await;
        let page = here.get("/profile").await;
        let other = page.between("name=\"session\" value=\"", "\"");
        assert_eq!(page.text.matches("name=\"session\"").count(), 1, "one's own session is not among them");

        let token = eve.get("/profile").await.token();
        let refused = eve.post("/profile/sessions", &[("_token", &token), ("session", &other)]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert_eq!(there.get("/profile").await.status, StatusCode::OK);

        let ended = here.post("/profile/sessions", &[("_token", &page.token()), ("session", &other)]).await;
        assert_eq!(ended.goes_to(), "/profile?done=session");
        assert_eq!(there.get("/profile").await.status, StatusCode::SEE_OTHER);
        assert_eq!(here.get("/profile").await.status, StatusCode::OK);
    }

    async fn another_password_ends_the_other_sessions_and_changes_ones_own_secret(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let (here, there) = (signed_in(&scene, ANNA).await, signed_in(&scene, ANNA).await);
        let token = here.get("/profile").await.token();
        for (present, chosen, says) in [
            ("another one", "Sieben Schwäne 7", "ein anderes"),
            (PASSWORD, "kurz", "mindestens 12"),
            (PASSWORD, "Passwort2026!", "ausprobiert"),
            (PASSWORD, "katrinprobe12", "Name"),
        ] {
            let page = here.post("/profile/password", &[("_token", &token), ("present", present), ("chosen", chosen)]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.text.contains(says), "{says}");
        }
        scene.ground.clock.advance(SignedDuration::from_mins(20));
        let before = here.cookie.borrow().clone();
        let fields = [("_token", token.as_str()), ("present", PASSWORD), ("chosen", "Sieben Schwäne 7")];
        let changed = here.post("/profile/password", &fields).await;
        assert_eq!(changed.goes_to(), "/profile?done=password");
        assert_ne!(before, *here.cookie.borrow(), "the secret is a new one");
        assert_eq!(here.get("/profile").await.status, StatusCode::OK);
        assert_eq!(there.get("/profile").await.status, StatusCode::SEE_OTHER);
        *there.cookie.borrow_mut() = before;
        assert_eq!(there.get("/profile").await.status, StatusCode::SEE_OTHER, "the old secret opens nothing");
        assert_eq!(Browser::open(&scene).sign_in(ANNA, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(Browser::open(&scene).sign_in(ANNA, "Sieben Schwäne 7").await.status, StatusCode::SEE_OTHER);
    }

    async fn two_changes_of_a_password_side_by_side_leave_one_password_and_one_session(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let (one, two) = (signed_in(&scene, ANNA).await, signed_in(&scene, ANNA).await);
        let (token_one, token_two) = (one.get("/profile").await.token(), two.get("/profile").await.token());
        let first_fields = [("_token", token_one.as_str()), ("present", PASSWORD), ("chosen", "Sieben Schwäne 7")];
        let second_fields = [("_token", token_two.as_str()), ("present", PASSWORD), ("chosen", "Neun Reiher 999")];
        let (first, second, _) = tokio::join!(
            one.post("/profile/password", &first_fields),
            two.post("/profile/password", &second_fields),
            one.get("/profile"),
        );
        let done = [&first, &second].iter().filter(|page| page.goes_to() == "/profile?done=password").count();
        assert_eq!(done, 1, "{} {}", first.status, second.status);
        assert_eq!(scene.count("SELECT count(*) FROM sessions WHERE revoked_at IS NULL"), 1);
    }

    async fn what_is_no_session_of_ours_is_nobody(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::SuperAdmin).await;
        let browser = signed_in(&scene, ANNA).await;
        let secret = browser.cookie.borrow().clone().unwrap();
        let hash = scene.count("SELECT count(*) FROM sessions");
        assert_eq!(hash, 1);
        let foreign = ["", &secret[..42], &format!("{secret}a"), &secret.to_uppercase(), &"A".repeat(43), "' OR 1=1--", &"x".repeat(8_000), "ä"];
        for cookie in foreign {
            *browser.cookie.borrow_mut() = Some(cookie.to_owned());
            for path in ["/profile", "/", "/profile/second-factor", "/login/code"] {
                let page = browser.get(path).await;
                assert_eq!(page.status, StatusCode::SEE_OTHER, "{path} with {cookie:?}");
                assert!(page.goes_to().starts_with("/login"));
            }
        }
        // A session is no token and a token no session.
        let (status, _) = scene.get("/api/v1/me", Some(&secret)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }

    async fn a_session_or_a_token_opens_the_api(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::CompanyAdmin).await;
        let browser = signed_in(&scene, ANNA).await;
        for path in ["/api/v1/me", "/api/v1/appointments", "/api/v1/companies"] {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
        }
        let me: Value = serde_json::from_str(&browser.get("/api/v1/me").await.text).unwrap();
        assert_eq!((me["email"].as_str(), me["memberships"][0]["role"].as_str()), (Some(ANNA), Some("company_admin")));
        let token = scene.app.create_token(ANNA, "t", SignedDuration::from_hours(1)).await.unwrap();
        let (status, same) = scene.get("/api/v1/me", Some(token.expose())).await;
        assert_eq!((status, same), (StatusCode::OK, me));
        // A wrong token is refused even beside a good session: what was sent on purpose counts.
        let both = Request::get("/api/v1/me").header("authorization", "Bearer nonsense").body(Body::empty()).unwrap();
        assert_eq!(browser.send(both).await.status, StatusCode::UNAUTHORIZED);
        // A token has no browser: pages are not for it.
        let (status, _) = scene.get("/profile", Some(token.expose())).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }

    async fn what_another_sites_page_sends_changes_nothing(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let (browser, other) = (signed_in(&scene, ANNA).await, signed_in(&scene, ANNA).await);
        let (token, foreign) = (browser.get("/profile").await.token(), other.get("/profile").await.token());
        let forged = |path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]| {
            let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            request.body(form(fields)).unwrap()
        };
        let mut tried = 0;
        for route in askpro_web::listed_routes() {
            let is_form = route.method == "POST" && !route.path.starts_with("/retell") && !route.path.starts_with("/calcom");
            if !is_form {
                continue;
            }
            let path = route.path.replace("{secret}", "x");
            for headers in [
                &[("origin", "https://evil.example")][..], &[("origin", "null")], &[("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "same-site"), ("origin", "https://console.example")],
            ] {
                let page = browser.send(forged(&path, headers, &[("_token", &token)])).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
                tried += 1;
            }
            if matches!(route.access, askpro_web::Access::SignedIn | askpro_web::Access::Enrolling) {
                for wrong in ["", "x", &foreign, &token[..63]] {
                    let page = browser.send(forged(&path, &[], &[("_token", wrong)])).await;
                    assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} with token {wrong:?}");
                    tried += 1;
                }
            }
        }
        assert!(tried >= 40, "{tried}");
        assert_eq!(browser.get("/profile").await.status, StatusCode::OK, "still signed in");
    }

    async fn every_route_behind_a_session_refuses_nobody_and_half_sessions(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::SuperAdmin).await;
        let (nobody, half, enrolling) = (Browser::open(&scene), Browser::open(&scene), Browser::open(&scene));
        signed_in(&scene, ANNA).await.enrol().await;
        assert!(half.sign_in(ANNA, PASSWORD).await.goes_to().starts_with("/login/code"));
        scene.ground.as_owner(&["UPDATE installation SET environment = 'production'"]).unwrap();
        person(&scene, "new@example.com", Role::SuperAdmin).await;
        assert_eq!(enrolling.sign_in("new@example.com", PASSWORD).await.goes_to(), "/profile/second-factor");
        let mut tried = 0;
        for route in askpro_web::listed_routes() {
            use askpro_web::Access;
            let path = route.path.replace("{id}", "019ab000-0000-7000-8000-000000000000");
            for (browser, stage, comes_in) in [
                (&nobody, "nobody", matches!(route.access, Access::Public | Access::SignedByRetell | Access::SignedByCalcom)),
                (&half, "half", !matches!(route.access, Access::Requires(_) | Access::SignedIn | Access::Enrolling)),
                (&enrolling, "enrolling", !matches!(route.access, Access::Requires(_) | Access::SignedIn | Access::AwaitingCode)),
            ] {
                if comes_in {
                    continue;
                }
                let request = Request::builder().method(route.method.clone()).uri(&path).body(Body::empty()).unwrap();
                let page = browser.send(request).await;
                let is_led_away = page.status == StatusCode::SEE_OTHER && !page.goes_to().is_empty() && page.goes_to() != path;
                assert!(is_led_away || page.status == StatusCode::UNAUTHORIZED, "{stage} at {path}: {}", page.status);
                tried += 1;
            }
        }
        assert!(tried >= 40, "{tried}");
    }

    async fn an_invitation_opens_once_and_a_new_one_closes_the_old(ground) {
        let scene = Scene::open(ground).await;
        scene.app.create_user_without_password(ANNA, "Anna", Role::Staff, Some(scene.salon.company)).await.unwrap();
        let invite = async || scene.app.create_password_link(ANNA, Purpose::Invitation, &Actor::system("test")).await.unwrap().expose().to_owned();
        let old = invite().await;
        let link = invite().await;
        let browser = Browser::open(&scene);
        assert_eq!(browser.get(&format!("/invitation/{old}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&format!("/reset/{link}")).await.status, StatusCode::NOT_FOUND, "for another purpose");
        let path = format!("/invitation/{link}");
        assert_eq!(browser.get(&path).await.status, StatusCode::OK);
        assert_eq!(browser.post(&path, &[("password", "kurz")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.post(&path, &[("password", PASSWORD)]).await.goes_to(), "/login?said=changed");
        assert_eq!(browser.post(&path, &[("password", "Sieben Schwäne 7")]).await.status, StatusCode::NOT_FOUND, "once");
        assert_eq!(browser.sign_in(ANNA, PASSWORD).await.status, StatusCode::SEE_OTHER);

        let reset = scene.app.create_password_link(ANNA, Purpose::Reset, &Actor::system("test")).await.unwrap();
        let path = format!("/reset/{}", reset.expose());
        scene.ground.clock.advance(SignedDuration::from_mins(59));
        assert_eq!(browser.post(&path, &[("password", "Sieben Schwäne 7")]).await.goes_to(), "/login?said=changed");
        assert_eq!(browser.get("/profile").await.status, StatusCode::SEE_OTHER, "signed out everywhere");
        let late = scene.app.create_password_link(ANNA, Purpose::Reset, &Actor::system("test")).await.unwrap();
        scene.ground.clock.advance(SignedDuration::from_mins(60));
        assert_eq!(browser.get(&format!("/reset/{}", late.expose())).await.status, StatusCode::NOT_FOUND, "an hour is over");
    }

    async fn a_change_of_rights_asks_for_a_new_sign_in(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let browser = signed_in(&scene, ANNA).await;
        let user = askpro_domain::ids::UserId::parse(&scene.text("SELECT id FROM users")).unwrap();
        let now = askpro_domain::ids::Clock::now(scene.ground.clock.as_ref());
        scene.ground.store.platform_write(askpro_store::Platform { because: "test" }, askpro_testkit::PATIENCE, move |tx| {
            let everything = askpro_domain::access::Membership::new(None, Role::SuperAdmin);
            askpro_store::people::add_membership(tx, user, everything, None, &Actor::system("test"), now)
        }).await.unwrap();
        assert_eq!(browser.get("/profile").await.status, StatusCode::SEE_OTHER);
    }

    async fn every_hostile_input_in_every_field_is_refused_or_escaped(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let corpus: Value = serde_json::from_str(CORPUS).unwrap();
        let mut tried = 0;
        for (number, case) in corpus["cases"].as_array().unwrap().iter().enumerate() {
            let Some(value) = case["input"]["value"].as_str() else { continue };
            let browser = Browser::at(&scene, &format!("198.51.100.{number}"));
            let inside = Browser::at(&scene, &format!("198.51.100.{number}"));
            assert_eq!(inside.sign_in(ANNA, PASSWORD).await.status, StatusCode::SEE_OTHER);
            let token = inside.get("/profile").await.token();
            let pages = [
                browser.post("/login", &[("email", value), ("password", "x")]).await,
                browser.post("/login", &[("email", ANNA), ("password", value)]).await,
                browser.post("/login", &[("email", value), ("password", value), ("return_to", value), (value, value)]).await,
                browser.post("/invitation/x", &[("password", value)]).await,
                browser.get(&format!("/reset/{}", value.bytes().take(2_000).map(|byte| format!("%{byte:02X}")).collect::<String>())).await,
                inside.post("/profile/sessions", &[("_token", &token), ("session", value)]).await,
                inside.post("/profile/password", &[("_token", &token), ("present", value), ("chosen", value)]).await,
                inside.post("/profile/recovery-codes", &[("_token", &token), ("code", value)]).await,
                inside.post("/profile/second-factor", &[("_token", &token), ("code", value)]).await,
                inside.post("/profile/sessions", &[("_token", value)]).await,
            ];
            for (field, page) in pages.iter().enumerate() {
                assert!(page.status.is_client_error(), "{} in {field}: {}", case["id"], page.status);
                if value.contains('<') || value.contains('"') {
                    assert!(!page.text.contains(value), "{} in {field} stands there as it came", case["id"]);
                }
                tried += 1;
            }
            // Signing in with it leads nowhere else.
            let entered = browser.post("/login", &[("email", ANNA), ("password", PASSWORD), ("return_to", value)]).await;
            let goes_to = entered.goes_to();
            assert!(goes_to.starts_with('/') && !goes_to.starts_with("//") && !goes_to.contains("evil"), "{goes_to}");
        }
        assert!(tried >= 500, "{tried}");
    }

    async fn a_flood_of_sign_ins_is_turned_away_while_the_rest_goes_on(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let inside = signed_in(&scene, ANNA).await;
        let flood = stream::iter(0..1_000_u32)
            .map(|number| {
                let scene = &scene;
                async move {
                    let address = format!("198.18.{}.{}", number / 250, number % 250);
                    Browser::at(scene, &address).sign_in(&format!("{number}@example.com"), "guess").await.status
                }
            })
            .buffer_unordered(200)
            .collect::<Vec<_>>();
        let (statuses, alive) = tokio::join!(flood, inside.get("/profile"));
        assert_eq!(alive.status, StatusCode::OK);
        for status in &statuses {
            assert!([StatusCode::UNAUTHORIZED, StatusCode::SERVICE_UNAVAILABLE].contains(status), "{status}");
        }
        assert_eq!(Browser::at(&scene, "192.0.2.77").sign_in(ANNA, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    async fn every_answer_carries_the_headers_that_keep_browsers_safe(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let inside = signed_in(&scene, ANNA).await;
        let nobody = Browser::open(&scene);
        let mut pages = 0;
        for route in askpro_web::listed_routes() {
            let path = route.path.replace("{id}", "x").replace("{secret}", "x").replace("{name}", "x").replace("{connection}", "x").replace("{function}", "x");
            for browser in [&inside, &nobody] {
                let request = Request::builder().method(route.method.clone()).uri(&path).body(Body::empty()).unwrap();
                let answer = browser.send(request).await;
                assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
                let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
                assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
                assert_eq!(header("x-frame-options"), "DENY");
                assert_eq!(header("referrer-policy"), "no-referrer");
                assert!(header("permissions-policy").contains("microphone=()"));
                let policy = header("content-security-policy");
                assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
                if header("content-type").starts_with("text/html") {
                    let scripts = |start: &str| answer.text.matches(start).count();
                    assert_eq!(scripts("<script"), scripts("<script src=\"/assets/"), "{path}");
                    assert!(!answer.text.contains("style=") && !answer.text.contains(" onclick"), "{path}");
                    assert_eq!(header("cache-control"), "no-store");
                    pages += 1;
                }
            }
        }
        assert!(pages >= 20, "{pages}");
        let lost = nobody.get("/nothing/here").await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
        assert!(lost.text.contains("Diese Seite gibt es nicht."));
        assert!(nobody.get("/nothing?lang=en").await.text.contains("This page does not exist."));
        let (_, problem) = scene.get("/nothing/here", None).await;
        assert_eq!(problem["type"], "/problems/not_found", "programs get the same as JSON");
    }

    async fn a_fault_of_ours_is_a_page_with_a_number_that_tells_nothing_else(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let inside = signed_in(&scene, ANNA).await;
        scene.ground.as_owner(&["ALTER TABLE second_factors RENAME TO gone"]).unwrap();
        let page = inside.get("/profile").await;
        assert!(page.status.is_server_error());
        assert!(page.text.contains("Das Telefon ist nicht betroffen") && page.text.contains("<code>E-"));
        assert!(!page.text.contains("second_factors") && !page.text.contains("SELECT"));
    }

    async fn browsers_are_told_to_stay_encrypted_where_they_come_encrypted(ground) {
        let mut scene = Scene::open(ground).await;
        assert!(Browser::open(&scene).get("/login").await.headers.get("strict-transport-security").is_none());
        scene.encrypted();
        let page = Browser::open(&scene).get("/login").await;
        assert_eq!(page.headers["strict-transport-security"], "max-age=31536000");
    }

    async fn styles_font_and_icon_are_kept_for_ever_under_their_hash(ground) {
        let scene = Scene::open(ground).await;
        let browser = Browser::open(&scene);
        let login = browser.get("/login").await;
        let styles = login.between("rel=\"stylesheet\" href=\"", "\"");
        let given = browser.get(&styles).await;
        assert_eq!((given.status, given.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "text/css; charset=utf-8"));
        assert!(given.headers["cache-control"].to_str().unwrap().contains("immutable"));
        let font = given.between("url(\"", "\"");
        assert_eq!(browser.get(&format!("/assets/{font}")).await.status, StatusCode::OK);
        for other in ["/assets/console.css", "/assets/..%2f..%2fetc%2fpasswd", "/assets/%00"] {
            assert_eq!(browser.get(other).await.status, StatusCode::NOT_FOUND, "{other}");
        }
    }

    async fn a_hash_made_at_another_cost_is_renewed_by_the_next_sign_in(ground) {
        let mut scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let cheap = scene.text("SELECT password_hash FROM users");
        scene.dear();
        signed_in(&scene, ANNA).await;
        let renewed = scene.text("SELECT password_hash FROM users");
        assert!(cheap != renewed && renewed.contains("$m=128,t=1,p=1$"), "{renewed}");
        signed_in(&scene, ANNA).await;
        assert_eq!(scene.text("SELECT password_hash FROM users"), renewed);
    }
}
