//! Mails through the whole server: what leaves, to whom, and that it leaves once.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use askpro_app::mail::{Message, enqueue};
use askpro_domain::{access::Role, actor::Actor, ids::Clock};
use askpro_store::{Company, mails};
use askpro_testkit::PATIENCE;
use axum::http::StatusCode;
use jiff::SignedDuration;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use crate::{
    browser::{Browser, PASSWORD, person},
    scene::Scene,
};

const ANNA: &str = "anna@example.com";
const TEST: Actor = Actor::system("test");
const OUTSIDE: &str = "https://askpro.example.com";

/// What a mail server got, and what it answers to the text of a mail.
#[derive(Clone)]
struct Inbox {
    got: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<&'static str>>,
}

const TAKEN: &str = "250 taken";

/// A mail server that says just enough of SMTP.
async fn mail_server() -> (SocketAddr, Inbox) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let inbox = Inbox { got: Arc::default(), answer: Arc::new(Mutex::new(TAKEN)) };
    let shared = inbox.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let inbox = shared.clone();
            tokio::spawn(async move {
                let (read, mut write) = socket.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 here\r\n").await.unwrap();
                let mut recipient = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    let word = line.get(..4).unwrap_or_default().to_uppercase();
                    let said: String = match word.as_str() {
                        "EHLO" => "250 8BITMIME".into(),
                        "RCPT" => {
                            recipient = line;
                            "250 ok".into()
                        }
                        "DATA" => {
                            write.write_all(b"354 go on\r\n").await.unwrap();
                            let mut mail = format!("{recipient}\n");
                            while let Ok(Some(line)) = lines.next_line().await {
                                if line == "." {
                                    break;
                                }
                                mail.push_str(&line);
                                mail.push('\n');
                            }
                            let said = *inbox.answer.lock().unwrap();
                            if said == TAKEN {
                                inbox.got.lock().unwrap().push(mail);
                            }
                            said.into()
                        }
                        _ => "250 ok".into(),
                    };
                    if write.write_all(format!("{said}\r\n").as_bytes()).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, inbox)
}

impl Inbox {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.got.lock().unwrap())
    }
}

async fn scene_with_server(ground: askpro_testkit::Ground) -> (Scene, Inbox) {
    let mut scene = Scene::open(ground).await;
    let (address, inbox) = mail_server().await;
    scene.post_to(&format!("smtp://{address}"));
    (scene, inbox)
}

/// The way to the link that stands in a mail.
fn link_in(mail: &str) -> String {
    // Long lines are folded with `=` at their end.
    let whole = mail.replace("=\n", "");
    let start = whole.find(OUTSIDE).expect("the mail has a link");
    whole[start + OUTSIDE.len()..].split_whitespace().next().unwrap().to_owned()
}

async fn until_nothing_is_due(scene: &Scene) {
    while scene.app.send_mails_once("test").await.unwrap() > 0 {}
}

askpro_testkit::on_both_databases! {
    async fn a_forgotten_password_is_chosen_anew_by_mail_and_nobody_learns_who_exists(ground) {
        let (scene, inbox) = scene_with_server(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        person(&scene, "gone@example.com", Role::Staff).await;
        scene.app.set_user_active("gone@example.com", false, &TEST).await.unwrap();
        let mut answers = Vec::new();
        for email in [ANNA, "gone@example.com", "nobody@example.com", "no address", "", "a\0b"] {
            let asked = Browser::open(&scene).post("/forgotten", &[("email", email)]).await;
            assert_eq!(asked.status, StatusCode::OK, "{email:?}");
            answers.push(asked.text);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "all answers are the same");
        assert!(answers[0].contains("Wenn es zu dieser Adresse einen Zugang gibt"));
        assert!(inbox.take().is_empty(), "whether somebody exists is looked at when nobody waits for it");

        until_nothing_is_due(&scene).await;
        let mails = inbox.take();
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(mails[0].starts_with("RCPT TO:<anna@example.com>"), "{}", mails[0]);
        let link = link_in(&mails[0]);
        assert!(link.starts_with("/reset/"), "{link}");
        let browser = Browser::open(&scene);
        assert_eq!(browser.get(&link).await.status, StatusCode::OK);
        let chosen = browser.post(&link, &[("password", "quite another passphrase")]).await;
        assert_eq!(chosen.goes_to(), "/login?said=changed", "{}", chosen.text);
        assert_eq!(browser.sign_in(ANNA, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.sign_in(ANNA, "quite another passphrase").await.status, StatusCode::SEE_OTHER);
    }

    async fn an_invitation_leaves_once_however_many_workers_look(ground) {
        let (scene, inbox) = scene_with_server(ground).await;
        let company = Some(scene.salon.company);
        scene.app.create_user_without_password(ANNA, "Anna Probe", Role::Staff, company).await.unwrap();
        assert!(scene.app.send_invitation(ANNA, &TEST).await.unwrap());
        let looks = (0..6).map(|worker| {
            let (app, worker) = (scene.app.clone(), format!("worker {worker}"));
            tokio::spawn(async move { app.send_mails_once(&worker).await.unwrap() })
        });
        let looks: Vec<_> = looks.collect();
        let mut sent = 0;
        for look in looks {
            sent += look.await.unwrap();
        }
        until_nothing_is_due(&scene).await;
        let mails = inbox.take();
        assert_eq!((sent, mails.len()), (1, 1), "{mails:?}");
        assert!(mails[0].contains("Guten Tag Anna Probe,"), "{}", mails[0]);
        assert!(!mails[0].contains("Content-Type: text/html"));
        assert_eq!(Browser::open(&scene).get(&link_in(&mails[0])).await.status, StatusCode::OK);
        assert_eq!(scene.count("SELECT count(*) FROM mails WHERE payload_sealed IS NOT NULL"), 0, "what it said is gone");
    }

    async fn a_server_that_is_away_is_tried_again_and_one_that_refuses_is_not(ground) {
        let (scene, inbox) = scene_with_server(ground).await;
        let company = Some(scene.salon.company);
        scene.app.create_user_without_password(ANNA, "A", Role::Staff, company).await.unwrap();
        *inbox.answer.lock().unwrap() = "451 come again";
        scene.app.send_invitation(ANNA, &TEST).await.unwrap();
        assert_eq!(scene.app.send_mails_once("test").await.unwrap(), 1);
        assert_eq!(scene.app.send_mails_once("test").await.unwrap(), 0, "there is a pause");
        *inbox.answer.lock().unwrap() = TAKEN;
        scene.ground.clock.advance(SignedDuration::from_secs(31));
        until_nothing_is_due(&scene).await;
        assert_eq!(inbox.take().len(), 1);

        *inbox.answer.lock().unwrap() = "550 no such mailbox anna@example.com";
        scene.app.send_invitation(ANNA, &TEST).await.unwrap();
        until_nothing_is_due(&scene).await;
        *inbox.answer.lock().unwrap() = TAKEN;
        scene.ground.clock.advance(SignedDuration::from_hours(12));
        until_nothing_is_due(&scene).await;
        assert!(inbox.take().is_empty());
        assert_eq!(scene.count("SELECT count(*) FROM mails WHERE status = 'dead'"), 1);
        let reason = scene.text("SELECT last_error FROM mails WHERE status = 'dead'");
        assert!(reason.contains("550") && !reason.contains("anna"), "{reason}");
    }

    async fn nobodys_mailbox_is_filled_by_strangers(ground) {
        let (scene, inbox) = scene_with_server(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        for stranger in 0..20 {
            let browser = Browser::at(&scene, &format!("192.0.2.{stranger}"));
            let asked = browser.post("/forgotten", &[("email", ANNA)]).await;
            assert_eq!(asked.status, StatusCode::OK, "they learn nothing");
        }
        until_nothing_is_due(&scene).await;
        let mails = inbox.take();
        assert_eq!(mails.len(), 3);
        // The latest opens, the others do not.
        let mut opening = 0;
        for mail in &mails {
            opening += u32::from(Browser::open(&scene).get(&link_in(mail)).await.status == StatusCode::OK);
        }
        assert_eq!(opening, 1);
        let mut refused = 0;
        for name in 0..80 {
            let asked = Browser::open(&scene).post("/forgotten", &[("email", &format!("{name}@example.com"))]).await;
            refused += u32::from(asked.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(refused > 20, "one address cannot ask without end: {refused}");
    }

    async fn a_text_of_a_company_leaves_when_its_transaction_is_kept_and_is_sealed_until_then(ground) {
        let (scene, inbox) = scene_with_server(ground).await;
        let now = scene.ground.clock.now();
        let message = Message { to: ANNA.into(), subject: "Störung".into(), text: "Der Rückruf für Frau Probe fehlt.".into() };
        let lost: Result<(), _> = {
            let message = message.clone();
            scene.ground.store.write(Company(scene.salon.company), PATIENCE, move |tx| {
                enqueue(tx, &message, now)?;
                Err(askpro_store::Error::Unfit("changed my mind".into()))
            }).await
        };
        assert!(lost.is_err());
        scene.ground.store.write(Company(scene.salon.company), PATIENCE, move |tx| enqueue(tx, &message, now)).await.unwrap();
        let kept = std::fs::read(scene.ground.folder.path().join("askpro.db")).unwrap_or_default();
        assert!(!kept.windows(10).any(|part| part == b"Frau Probe"), "it lies sealed");
        until_nothing_is_due(&scene).await;
        let mails = inbox.take();
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(mails[0].contains("Subject: =?utf-8?"), "{}", mails[0]);
    }

    async fn what_was_sealed_under_a_lost_key_keeps_nothing_from_leaving(ground) {
        let (scene, inbox) = scene_with_server(ground).await;
        let company = Some(scene.salon.company);
        scene.app.create_user_without_password(ANNA, "A", Role::Staff, company).await.unwrap();
        scene.app.send_invitation(ANNA, &TEST).await.unwrap();
        scene.ground.as_owner(&["UPDATE mails SET payload_sealed = NULL"]).ok();
        let spoil = if scene.ground.url.starts_with("sqlite:") { "x'0102'" } else { "'\\x0102'" };
        scene.ground.as_owner(&[&format!("UPDATE mails SET payload_sealed = {spoil}")]).unwrap();
        scene.app.send_invitation(ANNA, &TEST).await.unwrap();
        until_nothing_is_due(&scene).await;
        assert_eq!(inbox.take().len(), 1);
        assert_eq!(scene.count("SELECT count(*) FROM mails WHERE status = 'dead'"), 1);
    }

    async fn where_nothing_shall_leave_mails_are_files(ground) {
        let mut scene = Scene::open(ground).await;
        let folder: PathBuf = scene.ground.folder.path().join("mails");
        scene.post_to(&format!("file:{}", folder.display()));
        let company = Some(scene.salon.company);
        scene.app.create_user_without_password(ANNA, "A", Role::Staff, company).await.unwrap();
        scene.app.send_invitation(ANNA, &TEST).await.unwrap();
        until_nothing_is_due(&scene).await;
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let mail = std::fs::read_to_string(&files[0]).unwrap().replace("\r\n", "\n");
        assert_eq!(Browser::open(&scene).get(&link_in(&mail)).await.status, StatusCode::OK);
    }

    async fn without_mail_the_page_says_whom_to_ask(ground) {
        let scene = Scene::open(ground).await;
        let page = Browser::open(&scene).get("/forgotten").await;
        assert!(page.text.contains("askpro user reset") && !page.text.contains("<form"), "{}", page.text);
        let asked = Browser::open(&scene).post("/forgotten", &[("email", ANNA)]).await;
        assert!(asked.text.contains("askpro user reset"));
        assert_eq!(scene.count("SELECT count(*) FROM mails"), 0);
        assert!(!scene.app.send_invitation(ANNA, &TEST).await.unwrap());
    }
}

#[test]
fn a_kind_of_mail_is_one_word() {
    for kind in mails::MailKind::ALL {
        assert_eq!(mails::MailKind::parse(kind.word()), Some(*kind));
    }
}
