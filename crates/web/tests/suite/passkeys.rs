//! Passkeys, with an authenticator made of software: it signs what a browser would.

use askpro_app::passkeys::{base64, read_base64};
use askpro_domain::{access::Role, actor::Actor};
use askpro_store::migrate::Environment;
use axum::http::StatusCode;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use sha2::{Digest, Sha256};

use crate::{
    browser::{Browser, PASSWORD, Page, person},
    scene::Scene,
};

const ANNA: &str = "anna@example.com";
const HOST: &str = "askpro.example.com";
const ORIGIN: &str = "https://askpro.example.com";

/// A security key.
struct Authenticator {
    key: EcdsaKeyPair,
    credential: Vec<u8>,
    counter: u32,
}

/// What is sent, so that a test can spoil it.
#[derive(Clone)]
struct Said {
    kind: &'static str,
    challenge: String,
    origin: String,
    site: String,
    flags: u8,
}

impl Said {
    fn to(kind: &'static str, challenge: &str) -> Self {
        Self { kind, challenge: challenge.into(), origin: ORIGIN.into(), site: HOST.into(), flags: 1 }
    }

    fn client_data(&self) -> Vec<u8> {
        format!(
            r#"{{"type":"{}","challenge":"{}","origin":"{}","crossOrigin":false}}"#,
            self.kind, self.challenge, self.origin
        )
        .into_bytes()
    }
}

impl Authenticator {
    fn new(name: u8) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        Self { key, credential: vec![name; 32], counter: 0 }
    }

    fn public_key(&self) -> Vec<u8> {
        let head = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA";
        let mut info = read_base64(head).unwrap();
        info.truncate(26);
        info.extend(self.key.public_key().as_ref());
        info
    }

    fn data(&self, said: &Said, is_new: bool) -> Vec<u8> {
        let mut data = Sha256::digest(said.site.as_bytes()).to_vec();
        data.push(said.flags | if is_new { 0x40 } else { 0 });
        data.extend(self.counter.to_be_bytes());
        if is_new {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
            data.extend(&self.credential);
            data.extend([0xa0]);
        }
        data
    }

    async fn register(&self, browser: &Browser<'_>, page: &Page, said: &Said) -> Page {
        let fields = [
            ("_token", page.token()),
            ("name", "Laptop".into()),
            ("client_data", base64(&said.client_data())),
            ("authenticator_data", base64(&self.data(said, true))),
            ("public_key", base64(&self.public_key())),
        ];
        browser
            .post("/profile/passkeys", &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
            .await
    }

    /// Signs what was said and sends it; counts before.
    async fn open(&mut self, browser: &Browser<'_>, said: &Said) -> Page {
        self.counter += 1;
        let data = self.data(said, false);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(said.client_data()));
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let fields = [
            ("credential", base64(&self.credential)),
            ("client_data", base64(&said.client_data())),
            ("authenticator_data", base64(&data)),
            ("signature", base64(signature.as_ref())),
            ("return_to", "/profile".to_owned()),
        ];
        browser.post("/login/passkey", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    }
}

fn challenge_of(page: &Page) -> String {
    page.between("data-challenge=\"", "\"")
}

/// Somebody signed in with a passkey of this authenticator.
async fn with_passkey<'s>(scene: &'s Scene, email: &str, authenticator: &Authenticator) -> Browser<'s> {
    let browser = Browser::open(scene);
    browser.sign_in(email, PASSWORD).await;
    let page = browser.get("/profile").await;
    let said = Said::to("webauthn.create", &challenge_of(&page));
    let made = authenticator.register(&browser, &page, &said).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    assert!(made.text.contains("<ul class=\"codes\">"), "recovery codes come with the first second factor");
    browser
}

async fn at_the_code<'s>(scene: &'s Scene, email: &str) -> (Browser<'s>, Page) {
    let browser = Browser::open(scene);
    assert_eq!(browser.sign_in(email, PASSWORD).await.goes_to(), "/login/code?return_to=/");
    let page = browser.get("/login/code").await;
    (browser, page)
}

async fn scene_with_name(ground: askpro_testkit::Ground) -> Scene {
    let mut scene = Scene::open(ground).await;
    scene.known_as(ORIGIN);
    scene
}

askpro_testkit::on_both_databases! {
    async fn a_passkey_is_made_and_then_opens_in_place_of_a_code(ground) {
        let scene = scene_with_name(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let mut authenticator = Authenticator::new(1);
        with_passkey(&scene, ANNA, &authenticator).await;
        let (browser, page) = at_the_code(&scene, ANNA).await;
        assert_eq!(browser.get("/profile").await.goes_to(), "/login/code?return_to=/profile", "the password alone opens nothing");
        let before = browser.cookie.borrow().clone();
        let opened = authenticator.open(&browser, &Said::to("webauthn.get", &challenge_of(&page))).await;
        assert_eq!(opened.goes_to(), "/profile", "{}", opened.text);
        assert_ne!(*browser.cookie.borrow(), before, "the session has another secret");
        let profile = browser.get("/profile").await;
        assert!(profile.text.contains("Laptop"), "{}", profile.text);
    }

    async fn an_answer_to_another_question_site_or_time_opens_nothing(ground) {
        let scene = scene_with_name(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let mut authenticator = Authenticator::new(1);
        with_passkey(&scene, ANNA, &authenticator).await;
        let challenge = |page: &Page| Said::to("webauthn.get", &challenge_of(page));
        type Spoil = fn(Said) -> Said;
        let spoilt: [(&str, Spoil); 7] = [
            ("another kind", |said| Said { kind: "webauthn.create", ..said }),
            ("another challenge", |said| Said { challenge: base64(&[7; 32]), ..said }),
            ("no challenge", |said| Said { challenge: String::new(), ..said }),
            ("another origin", |said| Said { origin: "https://askpro.example.com.evil.example".into(), ..said }),
            ("another port", |said| Said { origin: "https://askpro.example.com:8443".into(), ..said }),
            ("another site", |said| Said { site: "evil.example".into(), ..said }),
            ("nobody there", |said| Said { flags: 0, ..said }),
        ];
        for (what, spoil) in spoilt {
            // Each anew, because a few wrong answers make the account wait.
            scene.ground.as_owner(&["DELETE FROM sign_in_failures"]).unwrap();
            let (browser, page) = at_the_code(&scene, ANNA).await;
            let refused = authenticator.open(&browser, &spoil(challenge(&page))).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{what}: {}", refused.text);
            assert_eq!(browser.get("/profile").await.goes_to(), "/login/code?return_to=/profile", "{what}");
        }
        // Another authenticator that calls itself the same.
        scene.ground.as_owner(&["DELETE FROM sign_in_failures"]).unwrap();
        let mut twin = Authenticator::new(1);
        let (browser, page) = at_the_code(&scene, ANNA).await;
        assert_eq!(twin.open(&browser, &challenge(&page)).await.status, StatusCode::UNAUTHORIZED);
        // One that counts backwards is perhaps a copy.
        authenticator.counter = 40;
        assert_eq!(authenticator.open(&browser, &challenge(&page)).await.goes_to(), "/profile");
        authenticator.counter = 20;
        let (browser, page) = at_the_code(&scene, ANNA).await;
        assert_eq!(authenticator.open(&browser, &challenge(&page)).await.status, StatusCode::UNAUTHORIZED);
        // What opened one session opens no other.
        authenticator.counter = 50;
        let (first, page) = at_the_code(&scene, ANNA).await;
        let (second, _) = at_the_code(&scene, ANNA).await;
        assert_eq!(authenticator.open(&second, &challenge(&page)).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(authenticator.open(&first, &challenge(&page)).await.goes_to(), "/profile");
    }

    async fn somebody_elses_passkey_opens_nothing_and_belongs_to_nobody_else(ground) {
        let scene = scene_with_name(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        person(&scene, "berta@example.com", Role::Staff).await;
        let (mut annas, bertas) = (Authenticator::new(1), Authenticator::new(2));
        let anna = with_passkey(&scene, ANNA, &annas).await;
        let berta = with_passkey(&scene, "berta@example.com", &bertas).await;
        let (browser, page) = at_the_code(&scene, "berta@example.com").await;
        assert!(!page.text.contains(&base64(&annas.credential)), "only one's own are asked for");
        let refused = annas.open(&browser, &Said::to("webauthn.get", &challenge_of(&page))).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        let page = berta.get("/profile").await;
        let known = annas.register(&berta, &page, &Said::to("webauthn.create", &challenge_of(&page))).await;
        assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY, "it is Anna's already");
        let id = anna.get("/profile").await.between("name=\"passkey\" value=\"", "\"");
        let fields = [("_token", page.token()), ("passkey", id.clone())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(berta.post("/profile/passkeys/remove", &fields).await.status, StatusCode::NOT_FOUND);
        let page = anna.get("/profile").await;
        let fields = [("_token", page.token()), ("passkey", id)];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(anna.post("/profile/passkeys/remove", &fields).await.goes_to(), "/profile?done=passkey-gone");
        let alone = Browser::open(&scene);
        assert_eq!(alone.sign_in(ANNA, PASSWORD).await.goes_to(), "/", "without one nothing is asked");
    }

    async fn answers_cannot_be_tried_without_end(ground) {
        let scene = scene_with_name(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let authenticator = Authenticator::new(1);
        with_passkey(&scene, ANNA, &authenticator).await;
        let mut twin = Authenticator::new(1);
        let mut answers = Vec::new();
        for _ in 0..3 {
            let (browser, page) = at_the_code(&scene, ANNA).await;
            for _ in 0..4 {
                answers.push(twin.open(&browser, &Said::to("webauthn.get", &challenge_of(&page))).await.status);
            }
        }
        assert_eq!(answers.iter().filter(|one| **one == StatusCode::UNAUTHORIZED).count(), 5, "{answers:?}");
        assert!(answers[5..].iter().all(|one| *one == StatusCode::TOO_MANY_REQUESTS), "{answers:?}");
    }

    async fn whoever_may_do_everything_may_take_a_passkey_instead_of_codes_and_keeps_one(ground) {
        let scene = scene_with_name(ground).await;
        scene.ground.as_owner(&[&format!("UPDATE installation SET environment = '{}'", Environment::Production.word())]).unwrap();
        person(&scene, ANNA, Role::SuperAdmin).await;
        let browser = Browser::open(&scene);
        assert_eq!(browser.sign_in(ANNA, PASSWORD).await.goes_to(), "/profile/second-factor");
        assert_eq!(browser.get("/profile").await.goes_to(), "/profile/second-factor");
        let page = browser.get("/profile/second-factor").await;
        let said = Said::to("webauthn.create", &challenge_of(&page));
        let authenticator = Authenticator::new(1);
        let elsewhere = Said { origin: "https://evil.example".into(), ..said.clone() };
        assert_eq!(authenticator.register(&browser, &page, &elsewhere).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(authenticator.register(&browser, &page, &said).await.status, StatusCode::OK);
        let page = browser.get("/profile").await;
        assert_eq!(page.status, StatusCode::OK);
        let fields = [("_token", page.token()), ("passkey", page.between("name=\"passkey\" value=\"", "\""))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let kept = browser.post("/profile/passkeys/remove", &fields).await;
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY, "it is the last second factor");
        // A lost key is taken off by whoever looks after people.
        scene.app.remove_second_factor(ANNA, &Actor::system("test")).await.unwrap();
        assert_eq!(Browser::open(&scene).sign_in(ANNA, PASSWORD).await.goes_to(), "/profile/second-factor");
    }

    async fn where_a_server_has_no_name_nothing_is_offered(ground) {
        let scene = Scene::open(ground).await;
        person(&scene, ANNA, Role::Staff).await;
        let browser = Browser::open(&scene);
        browser.sign_in(ANNA, PASSWORD).await;
        let page = browser.get("/profile").await;
        assert!(!page.text.contains("data-passkey"), "a name in a request is not believed");
    }
}
