//! The console: who sees what, in how many statements, and that no page shows
//! another company.

use askpro_domain::{access::Role, secret::Secret};
use askpro_testkit::{Salon, SalonOptions};
use serde_json::json;

use crate::{
    browser::{Browser, PASSWORD},
    scene::{Scene, call},
};

const PAGES: [&str; 8] = [
    "/",
    "/calls",
    "/calendar",
    "/calendar?view=day",
    "/tasks",
    "/customers",
    "/search?q=vogt",
    "/components",
];

/// A statement more than these, and a page asks too often.
const STATEMENTS_AT_MOST: u64 = 12;

async fn book(scene: &Scene, id: &str, name: &str, time: &str) -> String {
    let arguments = json!({ "service": "Herrenhaarschnitt", "date": "2026-11-24", "time": time,
        "customer_name": name, "customer_phone": "+4915112345678" });
    let answer = scene.function(&call(id), None, "book_appointment", arguments).await;
    assert_eq!(answer["status"], "confirmed", "{answer}");
    scene.app.write_journal().await.unwrap();
    answer["data"]["appointment"]["reference"].as_str().unwrap().to_owned()
}

/// The first address on a page that begins so.
fn link(text: &str, start: &str) -> String {
    let (_, rest) =
        text.split_once(&format!("href=\"{start}")).unwrap_or_else(|| panic!("no {start}: {text}"));
    format!("{start}{}", rest.split('"').next().unwrap()).replace("&#38;", "&").replace("&amp;", "&")
}

askpro_testkit::on_both_databases! {
    async fn pages_ask_few_statements_however_many_rows_they_show(ground) {
        let scene = Scene::open(ground).await;
        let browser = signed_in(&scene, Role::CompanyAdmin, "chefin@salon.example").await;
        let mut few = Vec::new();
        for round in 0..2 {
            let from = round * 8;
            for index in from..from + 1 + round * 7 {
                let time = format!("{:02}:{:02}", 9 + index / 2, (index % 2) * 30);
                book(&scene, &format!("call-{index}"), &format!("Sabine Vogt{index}"), &time).await;
            }
            let calls = browser.get("/calls").await;
            let one = link(&calls.text, "/calls/");
            let customer = link(&browser.get("/customers").await.text, "/customers/");
            let pages = PAGES.iter().map(|page| (*page).to_owned()).chain([one, customer]);
            for (index, page) in pages.enumerate() {
                browser.get(&page).await;
                let before = scene.app.store.statements_sent();
                let answer = browser.get(&page).await;
                let sent = scene.app.store.statements_sent() - before;
                assert_eq!(answer.status, 200, "{page}: {}", answer.text);
                assert!(sent <= STATEMENTS_AT_MOST, "{page} sends {sent} statements");
                if round == 0 {
                    few.push(sent);
                } else {
                    // Where nothing ran, one question is not asked.
                    assert!(sent <= few[index] + 1, "{page}: {sent} instead of {}", few[index]);
                }
            }
        }
    }

    async fn a_call_says_first_why_it_booked_and_its_words_only_to_who_may_read_them(ground) {
        let scene = Scene::open(ground).await;
        let reference = book(&scene, "call-1", "Sabine Vogt", "14:30").await;
        let admin = signed_in(&scene, Role::CompanyAdmin, "chefin@salon.example").await;
        let list = admin.get("/calls").await;
        assert!(list.text.contains("Sabine Vogt") && list.text.contains("Di 24.11., 14:30"), "{}", list.text);
        let page = link(&list.text, "/calls/");
        let call = admin.get(&page).await;
        assert!(call.text.contains("book_appointment") && call.text.contains(&reference), "{}", call.text);
        assert!(call.text.contains("MEZ"));
        let english = admin.get(&format!("{page}?lang=en")).await;
        assert!(english.text.contains("lang=\"en\"") && english.text.contains("CET"));

        let auditor = signed_in(&scene, Role::Auditor, "revision@salon.example").await;
        let seen = auditor.get(&page).await;
        assert_eq!(seen.status, 200);
        assert!(seen.text.contains("Den Wortlaut sehen nur"), "{}", seen.text);
        // Somebody who changes agents learns no names.
        let engineer = signed_in(&scene, Role::RetellManager, "agenten@salon.example").await;
        for page in ["/", "/calls", &page] {
            let seen = engineer.get(page).await;
            assert_eq!(seen.status, 200, "{page}");
            assert!(!seen.text.contains("Sabine"), "{page}: {}", seen.text);
        }
        assert_eq!(engineer.get("/customers").await.status, 403);
    }

    async fn staff_see_their_own_calendar_and_customers_and_nobody_elses(ground) {
        let scene = Scene::open(ground).await;
        book(&scene, "call-1", "Sabine Vogt", "14:30").await;
        let stranger = signed_in(&scene, Role::Staff, "niemand@salon.example").await;
        for page in ["/calendar?date=2026-11-24", "/customers"] {
            let seen = stranger.get(page).await;
            assert_eq!(seen.status, 200, "{page}: {}", seen.text);
            assert!(!seen.text.contains("Vogt"), "{page}: whoever has no calendar sees none: {}", seen.text);
        }
        for page in ["/calls", "/tasks"] {
            assert_eq!(stranger.get(page).await.status, 403, "{page}");
        }
        assert_eq!(stranger.get("/").await.goes_to(), "/calendar");
    }

    async fn another_companys_pages_are_as_unknown_as_made_up_ones(ground) {
        let scene = Scene::open(ground).await;
        let other = Salon::open(&scene.ground, SalonOptions { name: "Salon Fremd".into(), ..SalonOptions::default() }).await;
        book(&scene, "call-1", "Sabine Vogt", "14:30").await;
        let admin = signed_in(&scene, Role::CompanyAdmin, "chefin@salon.example").await;
        let (call, customer) = (
            link(&admin.get("/calls").await.text, "/calls/"),
            link(&admin.get("/customers").await.text, "/customers/"),
        );
        let stranger = signed_in_at(&scene, Role::CompanyAdmin, "fremd@fremd.example", &other).await;
        for page in [call, customer, format!("/calls?company={}", scene.salon.company)] {
            let page = page.split("?company").next().filter(|_| !page.starts_with("/calls?")).unwrap_or(&page).to_owned();
            assert_eq!(stranger.get(&page).await.status, 404, "{page}");
        }
        for page in PAGES {
            let seen = stranger.get(page).await;
            assert!(!seen.text.contains("Sabine") && !seen.text.contains("Salon Probe"), "{page}");
        }
    }
}

async fn signed_in<'s>(scene: &'s Scene, role: Role, email: &str) -> Browser<'s> {
    signed_in_at(scene, role, email, &scene.salon).await
}

async fn signed_in_at<'s>(scene: &'s Scene, role: Role, email: &str, salon: &Salon) -> Browser<'s> {
    let password = Secret::new(PASSWORD.into());
    scene.app.create_user(email, "Katrin Probe", &password, role, Some(salon.company)).await.unwrap();
    let browser = Browser::open(scene);
    browser.sign_in(email, PASSWORD).await;
    browser
}
