use std::sync::Arc;

use askpro_testkit::{Salon, SalonOptions};
use jiff::SignedDuration;
use serde_json::json;

use crate::scene::{PhoneCall, Scene, call};

askpro_testkit::on_both_databases! {
    async fn a_call_checks_and_books_and_the_row_is_what_was_said(ground) {
        let scene = Scene::open(ground).await;
        let caller = call("c1");
        let wish = json!({ "service": "haare schneiden", "when": "morgen um zehn" });
        let offer = scene.function(&caller, Some("t1"), "check_availability", wish).await;
        assert_eq!(offer["status"], "available");
        assert_eq!(offer["data"]["slots"][0]["start"], "2026-11-24T10:00:00+01:00");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0, "asking holds nothing");

        let slot = offer["data"]["slots"][0]["slot_id"].as_str().unwrap();
        assert!(slot.len() <= 120, "{} characters", slot.len());
        let booked = scene.function(&caller, Some("t2"), "book_appointment", json!({ "slot_id": slot, "customer_name": "Erika Muster" })).await;
        assert_eq!(booked["status"], "confirmed");
        let appointment = &booked["data"]["appointment"];
        assert_eq!(appointment["start"], "2026-11-24T10:00:00+01:00");
        assert_eq!(appointment["end"], "2026-11-24T10:30:00+01:00");
        assert!(booked["say"].as_str().unwrap().contains("Dienstag, den 24. November um 10 Uhr"), "{booked}");
        assert_eq!(scene.text("SELECT reference FROM appointments"), appointment["reference"].as_str().unwrap());
        assert_eq!(scene.text("SELECT local_start FROM appointments"), "2026-11-24T10:00:00");
        assert_eq!(scene.text("SELECT phone FROM customers"), "+4915112345678", "the network's number");
        assert_eq!(scene.count("SELECT count(*) FROM audit WHERE action = 'appointment.booked'"), 1);
    }

    async fn english_callers_hear_english(ground) {
        let scene = Scene::open(ground).await;
        let caller = PhoneCall { language: "en-GB", ..call("c1") };
        let args = json!({ "service": "haircut", "when": "next tuesday at three", "customer_name": "Jane Doe" });
        let booked = scene.function(&caller, None, "book_appointment", args).await;
        assert_eq!(booked["status"], "confirmed", "{booked}");
        assert!(booked["say"].as_str().unwrap().starts_with("Booked: Tuesday, November 24 at 3 pm"), "{booked}");
    }

    async fn the_second_caller_is_offered_alternatives_when_the_slot_is_taken(ground) {
        let scene = Scene::with(ground, SalonOptions { people: 1, ..SalonOptions::default() }).await;
        assert_eq!(scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await["status"], "confirmed");
        let second = scene.book(&call("c2"), None, "morgen um zehn", "Hans Probe").await;
        assert_eq!(second["status"], "alternatives");
        let starts: Vec<&str> = second["data"]["slots"].as_array().unwrap().iter().map(|slot| slot["start"].as_str().unwrap()).collect();
        assert!(starts.contains(&"2026-11-24T09:30:00+01:00") && !starts.contains(&"2026-11-24T10:00:00+01:00"), "{starts:?}");
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 1);
        assert_eq!(scene.count("SELECT count(*) FROM answers WHERE appointment_id IS NULL"), 1, "the answer is stored all the same");
    }

    async fn a_repeated_request_books_once_and_hears_the_same(ground) {
        let scene = Scene::open(ground).await;
        for tool_call in [Some("t1"), None] {
            let caller = call(&format!("c{tool_call:?}"));
            let when = if tool_call.is_some() { "morgen um zehn" } else { "morgen um elf" };
            let first = scene.book(&caller, tool_call, when, "Erika Muster").await;
            assert_eq!(first["status"], "confirmed");
            scene.ground.clock.advance(SignedDuration::from_secs(20));
            assert_eq!(scene.book(&caller, tool_call, when, "Erika Muster").await, first);
        }
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 2);
    }

    async fn the_same_words_in_another_call_are_another_wish(ground) {
        let scene = Scene::open(ground).await;
        let neighbour = PhoneCall { from: "+4915187654321", ..call("c2") };
        let one = scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        let two = scene.book(&neighbour, None, "morgen um zehn", "Erika Muster").await;
        assert_eq!((one["status"].as_str(), two["status"].as_str()), (Some("confirmed"), Some("confirmed")), "two people work there");
        assert_ne!(one["data"]["appointment"]["reference"], two["data"]["appointment"]["reference"], "nobody hears of somebody else's booking");
    }

    async fn a_model_that_books_twice_in_one_call_hears_of_its_first_booking(ground) {
        let scene = Scene::open(ground).await;
        let one = scene.book(&call("c1"), Some("t1"), "morgen um zehn", "Erika Muster").await;
        let two = scene.book(&call("c1"), Some("t2"), "morgen um zehn", "Erika Muster").await;
        assert_eq!(two["data"]["appointment"]["id"], one["data"]["appointment"]["id"]);
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 1);
    }

    async fn however_a_call_repeats_itself_one_person_is_booked_once(ground) {
        let scene = Scene::open(ground).await;
        let withheld = PhoneCall { from: "anonymous", ..call("c1") };
        let one = scene.book(&withheld, Some("t1"), "morgen um zehn", "Anonym Mann").await;
        let args = json!({ "service": "Herrenhaarschnitt", "date": "2026-11-24", "time": "10:00", "customer_name": "Herr Anonym Mann",
            "customer_phone": "0151 22334455" });
        let two = scene.function(&withheld, Some("t2"), "book_appointment", args).await;
        assert_eq!(two["data"]["appointment"]["id"], one["data"]["appointment"]["id"], "{two}");
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 1);
        assert_eq!(scene.text("SELECT phone FROM customers"), "+4915122334455", "the number that was brought is kept");
    }

    async fn mother_and_daughter_are_two_people(ground) {
        let scene = Scene::open(ground).await;
        let one = scene.book(&call("c1"), Some("t1"), "morgen um zehn", "Berger").await;
        let two = scene.book(&call("c1"), Some("t2"), "morgen um zehn", "Lisa Berger").await;
        assert_eq!((one["status"].as_str(), two["status"].as_str()), (Some("confirmed"), Some("confirmed")));
        assert_ne!(one["data"]["appointment"]["id"], two["data"]["appointment"]["id"]);
        assert_eq!(scene.count("SELECT count(*) FROM customers WHERE name IN ('Berger', 'Lisa Berger')"), 2);
    }

    async fn who_is_not_booked_is_not_written_down(ground) {
        let scene = Scene::with(ground, SalonOptions { people: 1, ..SalonOptions::default() }).await;
        for (id, name) in [("c1", "Erika Muster"), ("c2", "Hans Probe"), ("c3", "Olga Beispiel")] {
            scene.book(&call(id), None, "morgen um zehn", name).await;
        }
        scene.book(&call("c4"), None, "am Sonntag um zehn", "Max Sonntag").await;
        assert_eq!(scene.count("SELECT count(*) FROM customers"), 1);
    }

    async fn an_offer_beside_another_time_is_asked_about(ground) {
        let scene = Scene::open(ground).await;
        let wish = json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn" });
        let slot = scene.function(&call("c1"), None, "check_availability", wish).await["data"]["slots"][0]["slot_id"].clone();
        let args = json!({ "slot_id": slot, "when": "übermorgen um zwölf", "customer_name": "Erika Muster" });
        let answer = scene.function(&call("c1"), None, "book_appointment", args).await;
        assert_eq!(answer["data"]["suggested"], "2026-11-24T10:00:00+01:00", "{answer}");
        let args = json!({ "slot_id": slot, "when": "morgen um zehn", "customer_name": "Erika Muster" });
        assert_eq!(scene.function(&call("c1"), None, "book_appointment", args).await["status"], "confirmed");
    }

    async fn as_soon_as_possible_is_soon(ground) {
        let scene = Scene::open(ground).await;
        let wish = json!({ "service": "Herrenhaarschnitt", "when": "so bald wie möglich" });
        let answer = scene.function(&call("c1"), None, "check_availability", wish).await;
        for slot in answer["data"]["slots"].as_array().unwrap() {
            assert!(slot["start"].as_str().unwrap() < "2026-11-25", "{slot}");
        }
    }

    async fn an_offer_is_not_taken_from_another_company_nor_after_a_quarter_of_an_hour(ground) {
        let scene = Scene::open(ground).await;
        let other = Salon::open(&scene.ground, SalonOptions::default()).await;
        let wish = json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn" });
        let slot = scene.function(&call("c1"), None, "check_availability", wish).await["data"]["slots"][0]["slot_id"].clone();
        let args = json!({ "slot_id": slot, "customer_name": "Erika Muster" });

        let answer = scene.as_salon(&other).function(&call("c2"), None, "book_appointment", args.clone()).await;
        assert_eq!(answer["status"], "needs_input", "another company's offer says nothing");

        let mut forged = slot.as_str().unwrap().to_owned();
        forged.replace_range(30..31, if &forged[30..31] == "A" { "B" } else { "A" });
        let answer = scene.function(&call("c3"), None, "book_appointment", json!({ "slot_id": forged, "customer_name": "Erika Muster" })).await;
        assert_eq!(answer["status"], "needs_input");

        scene.ground.clock.advance(SignedDuration::from_mins(16));
        let answer = scene.function(&call("c4"), None, "book_appointment", args).await;
        assert_eq!(answer["status"], "alternatives", "an offer stands for a quarter of an hour");
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 0);
    }

    async fn a_stretch_of_time_is_not_booked_but_offered(ground) {
        let scene = Scene::open(ground).await;
        let answer = scene.book(&call("c1"), None, "morgen nachmittag", "Erika Muster").await;
        assert_eq!(answer["status"], "alternatives");
        assert_eq!(answer["data"]["slots"].as_array().unwrap().len(), 5);
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 0);
    }

    async fn withheld_numbers_share_no_customer(ground) {
        let scene = Scene::open(ground).await;
        let withheld = |id: &str| PhoneCall { from: "anonymous", ..call(id) };
        for (id, when, name) in [("c1", "morgen um neun", "Erika Muster"), ("c2", "morgen um zehn", "Hans Probe")] {
            assert_eq!(scene.book(&withheld(id), None, when, name).await["status"], "confirmed");
        }
        assert_eq!(scene.count("SELECT count(*) FROM customers WHERE phone IS NULL"), 2);
        let known = |id: &str| call(id);
        for (id, when, name) in [("c3", "morgen um elf", "Erika Muster"), ("c4", "morgen um zwölf", "Hans Probe"), ("c5", "morgen um eins", "Erika Muster")] {
            assert_eq!(scene.book(&known(id), None, when, name).await["status"], "confirmed");
        }
        assert_eq!(scene.count("SELECT count(*) FROM customers WHERE phone = '+4915112345678'"), 2, "one number, two names");
    }

    async fn thirty_two_callers_on_few_slots_never_overlap_and_repetitions_agree(ground) {
        let scene = Arc::new(Scene::with(ground, SalonOptions { people: 2, ..SalonOptions::default() }).await);
        let mut callers = Vec::new();
        for number in 0..32 {
            let scene = Arc::clone(&scene);
            callers.push(tokio::spawn(async move {
                for step in 0..4 {
                    let caller = call(&format!("c{number}-{step}"));
                    let when = format!("morgen um {}", ["neun", "zehn", "elf", "zwölf"][(number + step) % 4]);
                    let name = format!("Kundin Nummer{}", "abcdefghijklmnopqrstuvwxyzäöüßéè".chars().nth(number).unwrap());
                    let (one, two) = tokio::join!(
                        scene.book(&caller, Some("t1"), &when, &name),
                        scene.book(&caller, Some("t1"), &when, &name),
                    );
                    assert_eq!(one, two, "a repetition hears the same");
                    let status = one["status"].as_str().unwrap();
                    assert!(["confirmed", "alternatives"].contains(&status), "{one}");
                }
            }));
        }
        for caller in callers {
            caller.await.unwrap();
        }
        let overlaps = "SELECT count(*) FROM occupancy a JOIN occupancy b ON a.resource_id = b.resource_id AND a.id < b.id
            AND a.from_at < b.to_at AND b.from_at < a.to_at";
        assert_eq!(scene.count(overlaps), 0);
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 8, "every slot of both people, once");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 8);
    }
}
