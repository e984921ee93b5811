//! The database is away: what callers hear, what is kept, and what becomes of it.

use std::{fs, path::PathBuf, sync::Arc, time::Instant};

use askpro_app::{App, StateFolder, setup::NumberPlan};
use askpro_domain::ids::Chance;
use askpro_providers::transport::Http;
use askpro_store::Store;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::scene::{PhoneCall, Scene, call};

const NUMBER: &str = "+493099887766";

fn state(scene: &Scene) -> PathBuf {
    scene.ground.folder.path().join("state")
}

fn spool(scene: &Scene) -> Vec<PathBuf> {
    let kept = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "kept");
    let mut files: Vec<PathBuf> = fs::read_dir(state(scene).join("spool"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(kept)
        .collect();
    files.sort();
    files
}

/// A process that was started on what the state directory holds.
fn started(scene: &Scene, store: Store) -> App {
    let folder = StateFolder::open(state(scene)).unwrap();
    let app = App::new(
        store,
        scene.ground.clock.clone(),
        scene.ground.chance.clone() as Arc<dyn Chance>,
        Arc::new(Http::new().unwrap()),
        scene.app.pace,
    );
    let app = app.keeping_state_in(folder);
    app.recall();
    app
}

/// A scene whose process has looked at everything once.
async fn seen(ground: askpro_testkit::Ground) -> Scene {
    let mut scene = Scene::open(ground).await;
    let plan = NumberPlan {
        connection: scene.salon.retell.clone(),
        number: NUMBER.into(),
        branch: None,
        agent: Some("agent_7".into()),
        agent_version: Some("3".into()),
        fallback: None,
    };
    scene.app.add_phone_number(scene.salon.company, plan).await.unwrap();
    let app = started(&scene, scene.ground.store.clone());
    app.refresh_last_known(None).await.unwrap();
    scene.served_by(app);
    scene
}

/// The database goes away, and the process is started anew without it.
fn restart_without_database(scene: &mut Scene) {
    let app = started(scene, scene.ground.store_without_database());
    scene.served_by(app);
}

fn restart(scene: &mut Scene) {
    let app = started(scene, scene.ground.store.clone());
    scene.served_by(app);
}

fn wish() -> Value {
    json!({ "customer_name": "Erika Muster", "topic": "Frage zur Farbe" })
}

async fn ready(scene: &Scene) -> (StatusCode, Value) {
    scene.get("/health/ready", None).await
}

askpro_testkit::on_both_databases! {
    async fn after_a_restart_without_the_database_every_function_answers_in_time(ground) {
        let mut scene = seen(ground).await;
        let fresh = scene.function(&call("c0"), None, "get_business_info", json!({})).await;
        restart_without_database(&mut scene);
        for function in askpro_app::call::FUNCTIONS {
            let begun = Instant::now();
            let answer = scene.function(&call("c1"), None, function, wish()).await;
            assert!(begun.elapsed().as_millis() < 2_000, "{function} took {:?}", begun.elapsed());
            assert!(!answer["say"].as_str().unwrap().is_empty(), "{function}: {answer}");
        }
        let told = scene.function(&call("c1"), None, "get_business_info", json!({})).await;
        assert_eq!(told["data"], fresh["data"]);
        assert!(told["say"].as_str().unwrap().starts_with("Ich kann gerade nicht nachsehen"), "{told}");
        let human = scene.function(&call("c1"), None, "transfer_target", json!({})).await;
        assert_eq!(human["data"]["number"], "+493012345678");
        let booked = scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        assert_eq!(booked["status"], "unavailable");
        assert!(booked["say"].as_str().unwrap().ends_with("Sollen wir Sie zurückrufen?"), "{booked}");
        let (status, health) = ready(&scene).await;
        assert_eq!((status, &health["degraded"]), (StatusCode::OK, &json!(["database", "spool"])));
    }

    async fn a_ringing_call_is_routed_after_a_restart_without_the_database(ground) {
        let mut scene = seen(ground).await;
        let ring = json!({ "event": "call_inbound", "call_inbound": { "from_number": "anonymous", "to_number": NUMBER } });
        let before = scene.post("inbound", ring.to_string().into_bytes()).await;
        restart_without_database(&mut scene);
        let begun = Instant::now();
        assert_eq!(scene.post("inbound", ring.to_string().into_bytes()).await, before);
        assert!(begun.elapsed().as_millis() < 1_000, "{:?}", begun.elapsed());
        let (_, answer) = before;
        assert!(String::from_utf8(answer).unwrap().contains("agent_7"));
    }

    async fn a_call_back_noted_without_the_database_becomes_one_task(ground) {
        let mut scene = seen(ground).await;
        restart_without_database(&mut scene);
        let noted = scene.function(&call("c1"), Some("t1"), "request_callback", wish()).await;
        assert_eq!((&noted["status"], &noted["data"]["due"]), (&json!("noted"), &json!("2026-11-23T11:00:00+01:00")));
        assert_eq!(scene.function(&call("c1"), Some("t1"), "request_callback", wish()).await, noted, "told once more");
        scene.function(&call("c2"), Some("t2"), "request_callback", wish()).await;
        assert_eq!(spool(&scene).len(), 2);
        assert!(scene.app.deliver_kept().await.is_err(), "the database is still away");
        restart(&mut scene);
        assert_eq!(scene.app.deliver_kept().await.unwrap(), 2);
        assert_eq!(scene.app.deliver_kept().await.unwrap(), 0);
        assert_eq!(scene.count("SELECT count(*) FROM tasks WHERE kind = 'call_back' AND status = 'open'"), 2);
        assert!(spool(&scene).is_empty());
        let id = noted["data"]["task_id"].as_str().unwrap();
        assert_eq!(scene.count(&format!("SELECT count(*) FROM tasks WHERE id = '{id}'")), 1, "the task that was told");
        assert_eq!(scene.function(&call("c1"), Some("t1"), "request_callback", wish()).await, noted, "asked afterwards");
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 2);
        assert_eq!(ready(&scene).await.1["degraded"], json!([]));
    }

    async fn a_delivery_that_was_cut_off_before_its_file_was_removed_is_not_repeated(ground) {
        let mut scene = seen(ground).await;
        restart_without_database(&mut scene);
        scene.function(&call("c1"), Some("t1"), "request_callback", wish()).await;
        let file = spool(&scene).remove(0);
        let content = fs::read(&file).unwrap();
        restart(&mut scene);
        assert_eq!(scene.app.deliver_kept().await.unwrap(), 1);
        // The kill came between commit and removal; somebody also copied the file.
        fs::write(&file, &content).unwrap();
        fs::write(file.with_file_name("copy.kept"), &content).unwrap();
        assert_eq!(scene.app.deliver_kept().await.unwrap(), 0);
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 1);
        assert!(spool(&scene).is_empty());
        // Long afterwards the stored answer is gone; the task is still the same one.
        scene.ground.as_owner(&["DELETE FROM answers"]).unwrap();
        fs::write(&file, &content).unwrap();
        assert_eq!(scene.app.deliver_kept().await.unwrap(), 0);
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 1);
    }

    async fn what_is_no_promise_of_ours_is_set_aside_and_shown(ground) {
        let mut scene = seen(ground).await;
        restart_without_database(&mut scene);
        scene.function(&call("c1"), Some("t1"), "request_callback", wish()).await;
        let file = spool(&scene).remove(0);
        let content = fs::read(&file).unwrap();
        for cut in [0, 1, 20, content.len() / 2, content.len() - 1] {
            fs::write(file.with_file_name(format!("cut{cut}.kept")), &content[..cut]).unwrap();
        }
        // Written by an installation with other keys, and left over by a kill while writing.
        fs::write(file.with_file_name("foreign.kept"), content.iter().rev().copied().collect::<Vec<_>>()).unwrap();
        fs::write(file.with_file_name("half.1-1.new"), &content[..9]).unwrap();
        restart(&mut scene);
        assert_eq!(scene.app.deliver_kept().await.unwrap(), 1, "the whole one is delivered all the same");
        assert_eq!(scene.app.spooled().unwrap().set_aside, 6);
        assert_eq!(ready(&scene).await.1["degraded"], json!(["spool"]), "somebody must look");
    }

    async fn a_promise_made_for_another_database_is_not_delivered_here(ground) {
        let mut scene = seen(ground).await;
        restart_without_database(&mut scene);
        scene.function(&call("c1"), Some("t1"), "request_callback", wish()).await;
        scene.ground.as_owner(&["UPDATE installation SET id = '01900000-0000-7000-8000-000000000000'"]).unwrap();
        fs::remove_file(state(&scene).join("last-known.sealed")).unwrap();
        restart(&mut scene);
        scene.app.refresh_last_known(None).await.unwrap();
        assert_eq!(scene.app.deliver_kept().await.unwrap(), 0);
        assert_eq!(scene.app.spooled().unwrap().set_aside, 1);
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 0);
    }

    async fn where_nothing_can_be_kept_nothing_is_promised(ground) {
        let mut scene = seen(ground).await;
        restart_without_database(&mut scene);
        // A full disk and a missing folder look alike: the file cannot be written.
        fs::remove_dir_all(state(&scene).join("spool")).unwrap();
        let answer = scene.function(&call("c1"), Some("t1"), "request_callback", wish()).await;
        assert_eq!(answer["status"], "unavailable");
        assert!(answer["error_id"].as_str().unwrap().starts_with("E-"), "{answer}");
        assert!(ready(&scene).await.1["degraded"].as_array().unwrap().contains(&json!("spool")));
    }

    async fn a_damaged_snapshot_is_as_good_as_none_and_is_written_anew(ground) {
        let mut scene = seen(ground).await;
        let file = state(&scene).join("last-known.sealed");
        let whole = fs::read(&file).unwrap();
        assert!(!whole.windows(6).any(|part| part == b"Herren"), "sealed");
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        restart_without_database(&mut scene);
        let (status, _) = scene.post("functions/get_business_info", scene.body(&call("c1"), None, "get_business_info", &json!({}))).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "nobody knows whose connection it is");
        restart(&mut scene);
        scene.app.refresh_last_known(None).await.unwrap();
        restart_without_database(&mut scene);
        assert_eq!(scene.function(&call("c1"), None, "get_business_info", json!({})).await["status"], "ok");
    }

    async fn the_snapshot_follows_what_people_change(ground) {
        let scene = seen(ground).await;
        let mark = scene.app.refresh_last_known(None).await.unwrap();
        assert!(mark.is_some());
        assert_eq!(scene.app.refresh_last_known(mark.as_deref()).await.unwrap(), None, "nothing changed");
        scene.add_branch("Nord", "+493055554444").await;
        let after = scene.app.refresh_last_known(mark.as_deref()).await.unwrap();
        assert!(after.is_some_and(|after| Some(&after) != mark.as_ref()));
        let mut scene = scene;
        restart_without_database(&mut scene);
        let nord = PhoneCall { to: Some(NUMBER), ..call("c1") };
        let told = scene.function(&nord, None, "get_business_info", json!({ "branch": "Nord" })).await;
        assert_eq!(told["data"]["phone"], "+493055554444", "{told}");
    }
}
