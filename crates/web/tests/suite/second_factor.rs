use askpro_domain::{access::Role, actor::Actor};
use axum::http::StatusCode;
use jiff::SignedDuration;
use tokio::join;

use crate::{
    browser::{Browser, PASSWORD, person},
    scene::Scene,
};

const ANNA: &str = "anna@example.com";
const STEP: SignedDuration = SignedDuration::from_secs(30);

/// Somebody whose password was right and whose code is awaited.
async fn at_the_code<'s>(scene: &'s Scene) -> Browser<'s> {
    let browser = Browser::open(scene);
    let entered = browser
        .post("/login", &[("email", ANNA), ("password", PASSWORD), ("return_to", "/profile?a=b")])
        .await;
    assert_eq!(entered.goes_to(), "/login/code?return_to=/profile%3Fa%3Db", "{}", entered.text);
    browser
}

askpro_testkit::on_both_databases! {
    async fn a_second_factor_is_set_up_and_then_asked_for(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::CompanyAdmin).await;
        let browser = Browser::open(&scene);
        browser.sign_in(ANNA, PASSWORD).await;
        let page = browser.get("/profile/second-factor").await;
        assert!(page.text.contains("<svg class=\"qr\"") && page.text.contains("otpauth://totp/AskPro:anna%40example.com?secret="));
        assert_eq!(page.between("secret=", "&"), browser.get("/profile/second-factor").await.between("secret=", "&"), "the picture stays");
        let wrong = browser.post("/profile/second-factor", &[("_token", &page.token()), ("code", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let before = browser.cookie.borrow().clone();
        let (seed, codes) = browser.enrol().await;
        assert_eq!(codes.len(), 10);
        assert_ne!(before, *browser.cookie.borrow(), "another stage, another secret");
        assert_eq!(browser.get("/profile/second-factor").await.goes_to(), "/profile", "a set-up seed is never shown again");
        let stored = scene.text("SELECT count(*) FROM recovery_codes");
        assert_eq!(stored, "10");

        let browser = at_the_code(&scene).await;
        for path in ["/profile", "/", "/profile/second-factor"] {
            assert!(browser.get(path).await.goes_to().starts_with("/login/code"), "{path} is not reached by half");
        }
        assert_eq!(browser.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
        scene.ground.clock.advance(STEP);
        let half = browser.cookie.borrow().clone();
        let through = browser.post("/login/code", &[("code", &browser.code(&seed, 0)), ("return_to", "/profile?a=b")]).await;
        assert_eq!(through.goes_to(), "/profile?a=b");
        assert_ne!(half, *browser.cookie.borrow());
        assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
        *browser.cookie.borrow_mut() = half;
        assert!(browser.get("/profile").await.goes_to().starts_with("/login?"), "the half session's secret is spent");
    }

    async fn a_code_opens_once_and_within_one_step_of_the_clock(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let browser = Browser::open(&scene);
        browser.sign_in(ANNA, PASSWORD).await;
        let (seed, _) = browser.enrol().await;
        let first = at_the_code(&scene).await;
        let used = first.code(&seed, 0);
        assert_eq!(first.post("/login/code", &[("code", &used)]).await.status, StatusCode::UNAUTHORIZED, "it set the factor up");
        for (off, opens) in [(-2, false), (2, false), (-1, true), (1, true)] {
            scene.ground.clock.advance(SignedDuration::from_mins(30));
            let browser = at_the_code(&scene).await;
            let answer = browser.post("/login/code", &[("code", &browser.code(&seed, off))]).await;
            assert_eq!(answer.status == StatusCode::SEE_OTHER, opens, "a clock {off} steps off");
        }

        // Two browsers with the same code at the same moment: one comes in.
        scene.ground.clock.advance(SignedDuration::from_mins(30));
        let (one, two) = (at_the_code(&scene).await, at_the_code(&scene).await);
        let code = one.code(&seed, 0);
        let typed = [("code", code.as_str())];
        let (a, b) = join!(one.post("/login/code", &typed), two.post("/login/code", &typed));
        let through = [a, b].iter().filter(|page| page.status == StatusCode::SEE_OTHER).count();
        assert_eq!(through, 1);
    }

    async fn codes_cannot_be_guessed(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let browser = Browser::open(&scene);
        browser.sign_in(ANNA, PASSWORD).await;
        let (seed, _) = browser.enrol().await;
        scene.ground.clock.advance(STEP);
        let thief = at_the_code(&scene).await;
        for _ in 0..4 {
            assert_eq!(thief.post("/login/code", &[("code", "000000")]).await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(thief.post("/login/code", &[("code", "000000")]).await.goes_to(), "/login?said=over");
        let again = at_the_code(&scene).await;
        let right = again.code(&seed, 0);
        assert_eq!(again.post("/login/code", &[("code", &right)]).await.status, StatusCode::TOO_MANY_REQUESTS, "from anywhere");
        scene.ground.clock.advance(SignedDuration::from_secs(16));
        let right = again.code(&seed, 0);
        assert_eq!(again.post("/login/code", &[("code", &right)]).await.status, StatusCode::SEE_OTHER, "waiting ends");
        // A right code forgives what was wrong before it.
        for _ in 0..8 {
            scene.ground.clock.advance(STEP);
            let browser = at_the_code(&scene).await;
            let code = browser.code(&seed, 0);
            assert_eq!(browser.post("/login/code", &[("code", &code)]).await.status, StatusCode::SEE_OTHER);
        }
    }

    async fn a_recovery_code_opens_once_however_it_is_written(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let browser = Browser::open(&scene);
        browser.sign_in(ANNA, PASSWORD).await;
        let (seed, codes) = browser.enrol().await;
        let written = codes[0].to_lowercase().replace('-', " ");
        assert_eq!(at_the_code(&scene).await.post("/login/code", &[("code", &written)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(at_the_code(&scene).await.post("/login/code", &[("code", &codes[0])]).await.status, StatusCode::UNAUTHORIZED, "used");
        let (one, two) = (at_the_code(&scene).await, at_the_code(&scene).await);
        let typed = [("code", codes[1].as_str())];
        let (a, b) = join!(one.post("/login/code", &typed), two.post("/login/code", &typed));
        assert_eq!([a, b].iter().filter(|page| page.status == StatusCode::SEE_OTHER).count(), 1);

        scene.ground.clock.advance(STEP);
        let page = browser.get("/profile").await;
        assert!(page.text.contains("noch 8 Wiederherstellungscodes"));
        let code = browser.code(&seed, 0);
        let renewed = browser.post("/profile/recovery-codes", &[("_token", &page.token()), ("code", &code)]).await;
        assert_eq!(renewed.status, StatusCode::OK);
        assert_eq!(at_the_code(&scene).await.post("/login/code", &[("code", &codes[2])]).await.status, StatusCode::UNAUTHORIZED, "the old ones are gone");
    }

    async fn who_may_do_everything_sets_up_a_second_factor_first_where_companies_are_real(ground) {
        let scene = Scene::open(ground).await;
        scene.ground.as_owner(&["UPDATE installation SET environment = 'production'"]).unwrap();
        person(&scene, ANNA, Role::SuperAdmin).await;
        person(&scene, "staff@example.com", Role::Staff).await;
        let browser = Browser::open(&scene);
        assert_eq!(browser.sign_in(ANNA, PASSWORD).await.goes_to(), "/profile/second-factor");
        for path in ["/", "/profile", "/login/code"] {
            assert_eq!(browser.get(path).await.goes_to(), "/profile/second-factor", "{path}");
        }
        assert_eq!(browser.get("/api/v1/companies").await.status, StatusCode::UNAUTHORIZED);
        browser.enrol().await;
        assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
        assert_eq!(browser.get("/api/v1/companies").await.status, StatusCode::OK);
        assert_eq!(Browser::open(&scene).sign_in("staff@example.com", PASSWORD).await.goes_to(), "/");
    }

    async fn a_company_may_ask_its_people_for_a_second_factor(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let browser = Browser::open(&scene);
        assert_eq!(browser.sign_in(ANNA, PASSWORD).await.goes_to(), "/");
        scene.app.require_second_factor(scene.salon.company, true, &Actor::system("test")).await.unwrap();
        assert_eq!(browser.get("/profile").await.goes_to(), "/login?return_to=/profile", "who was in signs in anew");
        assert_eq!(browser.sign_in(ANNA, PASSWORD).await.goes_to(), "/profile/second-factor");
        browser.enrol().await;
        assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
        scene.app.require_second_factor(scene.salon.company, false, &Actor::system("test")).await.unwrap();
        assert_eq!(Browser::open(&scene).sign_in(ANNA, PASSWORD).await.goes_to(), "/login/code?return_to=/", "what is set up is asked for");
    }

    async fn a_lost_telephone_is_taken_off_and_a_seed_stands_nowhere_in_the_clear(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let browser = Browser::open(&scene);
        browser.sign_in(ANNA, PASSWORD).await;
        let (seed, _) = browser.enrol().await;
        if let Some(path) = scene.ground.url.strip_prefix("sqlite:") {
            for file in [path.to_owned(), format!("{path}-wal")] {
                let bytes = std::fs::read(file).unwrap_or_default();
                assert!(!bytes.windows(20).any(|window| window == seed.expose()));
            }
        }
        scene.app.remove_second_factor(ANNA, &Actor::system("test")).await.unwrap();
        assert_eq!(browser.get("/profile").await.status, StatusCode::SEE_OTHER);
        assert_eq!(Browser::open(&scene).sign_in(ANNA, PASSWORD).await.goes_to(), "/");
    }
}
