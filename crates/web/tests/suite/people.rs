//! The page on which a company looks after who works in its control center.

use askpro_domain::{access::Role, secret::Secret};
use askpro_testkit::{Salon, SalonOptions};
use axum::http::StatusCode;

use crate::{
    browser::{Browser, PASSWORD, Page, person},
    scene::Scene,
};

const CORPUS: &str = include_str!("../../../../corpora/security.json");
const ADMIN: &str = "admin@example.com";
const STAFF: &str = "staff@example.com";

async fn scene_with_people(ground: askpro_testkit::Ground) -> (Scene, Salon) {
    let mut scene = Scene::open(ground).await;
    let folder = scene.ground.folder.path().join("mails");
    scene.post_to(&format!("file:{}", folder.display()));
    person(&scene, ADMIN, Role::CompanyAdmin).await;
    person(&scene, STAFF, Role::Staff).await;
    let other =
        Salon::open(&scene.ground, SalonOptions { name: "Salon Fremd".into(), ..SalonOptions::default() })
            .await;
    let password = Secret::new(PASSWORD.into());
    scene
        .app
        .create_user("fremd@example.com", "Frau Fremd", &password, Role::Staff, Some(other.company))
        .await
        .unwrap();
    (scene, other)
}

async fn signed_in<'s>(scene: &'s Scene, email: &str) -> Browser<'s> {
    let browser = Browser::open(scene);
    assert_eq!(browser.sign_in(email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    browser
}

/// Sends a form of the page for the salon.
async fn send(scene: &Scene, browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let company = scene.salon.company.to_string();
    let token = browser.get("/people").await.token();
    let mut all = vec![("_token", token.as_str()), ("company", company.as_str())];
    all.extend_from_slice(fields);
    browser.post(path, &all).await
}

fn id_of(page: &Page, name: &str) -> String {
    let row = page.text.split("<tr>").find(|row| row.contains(name)).expect("they are listed");
    row.split("name=\"user\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn id_in_database(scene: &Scene, email: &str) -> String {
    scene.text(&format!("SELECT id FROM users WHERE email = '{email}'"))
}

askpro_testkit::on_both_databases! {
    async fn an_admin_invites_changes_and_removes_and_nobody_else_does(ground) {
        let (scene, other) = scene_with_people(ground).await;
        let admin = signed_in(&scene, ADMIN).await;
        let staff = signed_in(&scene, STAFF).await;
        assert_eq!(staff.get("/people").await.status, StatusCode::FORBIDDEN);

        let invited = send(&scene, &admin, "/people/invite", &[("email", "Neu@Example.com"), ("name", "Nina Neu"), ("role", "staff")]).await;
        assert!(invited.goes_to().ends_with("said=invited"), "{} {}", invited.status, invited.text);
        let page = admin.get("/people").await;
        assert!(page.text.contains("neu@example.com") && page.text.contains("Eingeladen"), "{}", page.text);
        assert!(!page.text.contains("fremd@example.com"), "another company's people are not shown");
        assert_eq!(scene.app.send_mails_once("test").await.unwrap(), 1);

        let user = id_of(&page, STAFF);
        let changed = send(&scene, &admin, "/people/role", &[("user", &user), ("role", "auditor")]).await;
        assert!(changed.goes_to().ends_with("said=done"), "{}", changed.text);
        assert_eq!(staff.get("/profile").await.goes_to(), "/login?return_to=/profile", "they sign in anew");
        let staff = signed_in(&scene, STAFF).await;
        assert_eq!(staff.get("/api/v1/calls").await.status, StatusCode::OK, "as an auditor");

        for role in ["super_admin", "king", ""] {
            let refused = send(&scene, &admin, "/people/role", &[("user", &user), ("role", role)]).await;
            assert!(refused.goes_to().ends_with("said=unfit"), "{role}");
        }
        let oneself = id_in_database(&scene, ADMIN);
        for path in ["/people/role", "/people/remove", "/people/sign-out"] {
            let refused = send(&scene, &admin, path, &[("user", &oneself), ("role", "staff")]).await;
            assert!(refused.goes_to().ends_with("said=oneself"), "{path}");
        }
        // Whoever works elsewhere, and another company's form.
        let stranger = id_in_database(&scene, "fremd@example.com");
        for path in ["/people/role", "/people/remove", "/people/sign-out"] {
            let refused = send(&scene, &admin, path, &[("user", &stranger), ("role", "staff")]).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        }
        let theirs = other.company.to_string();
        let token = admin.get("/people").await.token();
        for path in ["/people/invite", "/people/role", "/people/remove", "/people/sign-out", "/people/second-factor"] {
            let fields = [("_token", token.as_str()), ("company", theirs.as_str()), ("user", stranger.as_str()),
                ("role", "staff"), ("email", "x@example.com"), ("name", "X"), ("required", "yes")];
            assert_eq!(admin.post(path, &fields).await.status, StatusCode::NOT_FOUND, "{path}");
            let without_token: Vec<_> = fields.iter().copied().filter(|(name, _)| *name != "_token").collect();
            assert_eq!(admin.post(path, &without_token).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(admin.get(&format!("/people?company={theirs}")).await.status, StatusCode::NOT_FOUND);

        let removed = send(&scene, &admin, "/people/remove", &[("user", &user)]).await;
        assert!(removed.goes_to().ends_with("said=done"));
        assert_eq!(staff.get("/profile").await.goes_to(), "/login?return_to=/profile");
        let staff = signed_in(&scene, STAFF).await;
        assert_eq!(staff.get("/api/v1/calls").await.status, StatusCode::FORBIDDEN, "the account is theirs, the role is gone");
    }

    async fn inviting_tells_nothing_about_who_has_an_account_and_takes_nobody_over(ground) {
        let (scene, _) = scene_with_people(ground).await;
        let admin = signed_in(&scene, ADMIN).await;
        let mut answers = Vec::new();
        for email in ["fremd@example.com", "neu@example.com", STAFF] {
            let invited = send(&scene, &admin, "/people/invite", &[("email", email), ("name", "N"), ("role", "staff")]).await;
            answers.push((invited.status, invited.goes_to().to_owned()));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        while scene.app.send_mails_once("test").await.unwrap() > 0 {}
        let mails = std::fs::read_dir(scene.ground.folder.path().join("mails")).unwrap().count();
        assert_eq!(mails, 1, "only who has no password yet gets a link to choose one");
        assert_eq!(scene.count("SELECT count(*) FROM users WHERE email = 'fremd@example.com' AND password_hash <> '!'"), 1);
    }

    async fn a_company_makes_the_second_factor_mandatory_on_the_page(ground) {
        let (scene, _) = scene_with_people(ground).await;
        let admin = signed_in(&scene, ADMIN).await;
        let set = send(&scene, &admin, "/people/second-factor", &[("required", "yes")]).await;
        assert!(set.goes_to().ends_with("said=done"));
        assert_eq!(Browser::open(&scene).sign_in(STAFF, PASSWORD).await.goes_to(), "/profile/second-factor");
    }

    async fn whatever_is_typed_into_an_invitation_is_refused_or_escaped(ground) {
        let (scene, _) = scene_with_people(ground).await;
        let admin = signed_in(&scene, ADMIN).await;
        let corpus: serde_json::Value = serde_json::from_str(CORPUS).unwrap();
        let (company, token) = (scene.salon.company.to_string(), admin.get("/people").await.token());
        let mut tried = 0;
        for case in corpus["cases"].as_array().unwrap() {
            let Some(text) = case["input"]["value"].as_str() else { continue };
            for field in ["email", "name", "role", "user", "company"] {
                for path in ["/people/invite", "/people/role", "/people/remove"] {
                    let fields = [("_token", token.as_str()), ("company", company.as_str()), ("email", "e@example.com"),
                        ("name", "N"), ("role", "staff"), ("user", "x")];
                    let fields = fields.map(|(name, value)| (name, if name == field { text } else { value }));
                    let answer = admin.post(path, &fields).await;
                    tried += 1;
                    assert!(answer.status.as_u16() < 500, "{path} {field} {text:?}: {}", answer.status);
                }
            }
        }
        assert!(tried > 100, "{tried}");
        let page = admin.get("/people").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "{}", page.text);
    }

    async fn refused_sign_ins_stand_in_the_record(ground) {
        let (scene, _) = scene_with_people(ground).await;
        let before = scene.count("SELECT count(*) FROM audit WHERE action = 'sign_in.refused'");
        Browser::open(&scene).sign_in(STAFF, "another password").await;
        Browser::open(&scene).sign_in("nobody@example.com", "another password").await;
        assert_eq!(scene.count("SELECT count(*) FROM audit WHERE action = 'sign_in.refused'") - before, 2);
    }
}
