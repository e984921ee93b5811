use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{PhoneCall, Scene, call};

askpro_testkit::on_both_databases! {
    async fn a_call_back_is_noted_once_with_a_due_time_that_is_said(ground) {
        let scene = Scene::open(ground).await;
        let args = json!({ "customer_name": "Erika Muster", "topic": "Frage zur Farbe" });
        let noted = scene.function(&call("c1"), Some("t1"), "request_callback", args.clone()).await;
        assert_eq!(noted["status"], "noted", "{noted}");
        // Monday 09:00, open from eight to six: two hours of opening time.
        assert_eq!(noted["data"]["due"], "2026-11-23T11:00:00+01:00");
        assert!(noted["say"].as_str().unwrap().contains("11 Uhr"), "{noted}");
        scene.ground.clock.advance(SignedDuration::from_mins(4));
        assert_eq!(scene.function(&call("c1"), Some("t1"), "request_callback", args.clone()).await, noted);
        assert_eq!(scene.count("SELECT count(*) FROM tasks WHERE kind = 'call_back' AND status = 'open'"), 1);
        let file = scene.ground.as_owner(&["SELECT kind FROM tasks"]).unwrap();
        assert_eq!(file, [["call_back"]]);
    }

    async fn late_in_the_day_the_rest_is_counted_from_the_next_opening(ground) {
        let scene = Scene::open(ground).await;
        let ask = |id: &'static str| {
            let scene = &scene;
            async move {
                let args = json!({ "customer_name": "Erika Muster", "topic": "x" });
                scene.function(&call(id), None, "request_callback", args).await["data"]["due"].as_str().unwrap().to_owned()
            }
        };
        scene.ground.clock.advance(SignedDuration::from_hours(8));
        assert_eq!(ask("c1").await, "2026-11-24T09:00:00+01:00", "an hour today, an hour tomorrow");
        scene.ground.clock.advance(SignedDuration::from_hours(3));
        assert_eq!(ask("c2").await, "2026-11-24T10:00:00+01:00", "closed: two hours tomorrow");
        let args = json!({ "customer_name": "Erika Muster", "when": "übermorgen um zehn" });
        let wished = scene.function(&call("c3"), None, "request_callback", args).await;
        assert_eq!(wished["data"]["due"], "2026-11-25T10:00:00+01:00", "the wished time counts");
    }

    async fn a_call_back_needs_a_name_and_a_number_and_works_without_the_envelope(ground) {
        let scene = Scene::open(ground).await;
        let withheld = PhoneCall { from: "anonymous", ..call("c1") };
        let missing = |answer: Value| answer["data"]["missing"].as_str().unwrap_or_default().to_owned();
        assert_eq!(missing(scene.function(&withheld, None, "request_callback", json!({})).await), "customer_name");
        let named = json!({ "customer_name": "Erika Muster" });
        assert_eq!(missing(scene.function(&withheld, None, "request_callback", named).await), "customer_phone");
        let alone = json!({ "customer_name": "Erika Muster", "customer_phone": "0151 12345678", "topic": "Preise" });
        for _ in 0..2 {
            let (_, body) = scene.post("functions/request_callback", alone.to_string().into_bytes()).await;
            assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["status"], "noted");
        }
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 1);
    }

    async fn the_business_is_told_and_a_person_is_reached_in_opening_hours(ground) {
        let scene = Scene::open(ground).await;
        let told = scene.function(&call("c1"), None, "get_business_info", json!({ "topic": "Öffnungszeiten" })).await;
        assert_eq!(told["status"], "ok");
        assert_eq!(told["say"], "Wir haben jetzt geöffnet, bis 18 Uhr. Unsere Adresse ist Lindenstraße 12, Berlin.");
        assert_eq!(told["data"]["hours"][0]["open"][0]["to"], "2026-11-23T18:00:00+01:00");
        assert_eq!(told["data"]["services"][0]["price_cents"], 3200);
        let human = scene.function(&call("c1"), None, "transfer_target", json!({})).await;
        assert_eq!((human["status"].as_str(), human["data"]["number"].as_str()), (Some("ok"), Some("+493012345678")));
        scene.ground.clock.advance(SignedDuration::from_hours(10));
        let nobody = scene.function(&call("c2"), None, "transfer_target", json!({})).await;
        assert_eq!((nobody["status"].as_str(), nobody["data"]["number"].as_str()), (Some("unavailable"), None));
        let english = PhoneCall { language: "en", ..call("c3") };
        let closed = scene.function(&english, None, "get_business_info", json!({})).await;
        assert!(closed["say"].as_str().unwrap().starts_with("We open again tomorrow at 8 am."), "{closed}");
    }
}
