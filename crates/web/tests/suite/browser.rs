//! A browser: keeps its cookies, says where a request comes from, follows nothing.

use std::{cell::RefCell, net::SocketAddr};

use askpro_domain::{
    access::Role,
    secret::Secret,
    sign_in::{Seed, Step},
};
use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};

use crate::scene::Scene;

pub(crate) const PASSWORD: &str = "Vier Enten am Teich";

pub(crate) struct Browser<'s> {
    scene: &'s Scene,
    pub(crate) cookie: RefCell<Option<String>>,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn goes_to(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }

    /// The token in the page's forms.
    pub(crate) fn token(&self) -> String {
        self.between("name=\"_token\" value=\"", "\"")
    }

    pub(crate) fn between(&self, start: &str, end: &str) -> String {
        let (_, rest) = self.text.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.text));
        rest.split(end).next().unwrap().to_owned()
    }
}

impl<'s> Browser<'s> {
    pub(crate) fn open(scene: &'s Scene) -> Self {
        Self::at(scene, "192.0.2.1")
    }

    pub(crate) fn at(scene: &'s Scene, address: &str) -> Self {
        let address = SocketAddr::new(address.parse().unwrap(), 50_000);
        Self { scene, cookie: RefCell::new(None), address }
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Page {
        let headers = request.headers_mut();
        headers.insert("accept", "text/html".parse().unwrap());
        headers.insert("host", "console.example".parse().unwrap());
        headers.entry("accept-language").or_insert("de".parse().unwrap());
        if let Some(cookie) = &*self.cookie.borrow() {
            headers.append("cookie", format!("__Host-askpro={cookie}").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        let response = self.scene.exchange(request).await;
        for set in response.headers().get_all("set-cookie") {
            let set = set.to_str().unwrap();
            if let Some(rest) = set.strip_prefix("__Host-askpro=") {
                assert!(
                    set.contains("; Secure")
                        && set.contains("; HttpOnly")
                        && set.contains("; Path=/;")
                        && set.contains("SameSite=Lax")
                );
                let value = rest.split(';').next().unwrap();
                *self.cookie.borrow_mut() = (!value.is_empty()).then(|| value.to_owned());
            }
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        Page { status, headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://console.example")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(form(fields)).unwrap()).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Page {
        self.post("/login", &[("email", email), ("password", password)]).await
    }

    /// Turns the second factor on; gives its seed and the recovery codes.
    pub(crate) async fn enrol(&self) -> (Seed, Vec<String>) {
        let page = self.get("/profile/second-factor").await;
        assert_eq!(page.status, StatusCode::OK);
        let seed = seed_of(&page.between("secret=", "&"));
        let code = self.code(&seed, 0);
        let token = page.token();
        let done = self.post("/profile/second-factor", &[("_token", &token), ("code", &code)]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        let list = done.between("<ul class=\"codes\">", "</ul>");
        let codes = list.split("<li>").skip(1).map(|one| one.split('<').next().unwrap().to_owned()).collect();
        (seed, codes)
    }

    /// The code of a telephone whose clock is some steps off.
    pub(crate) fn code(&self, seed: &Seed, steps_off: i64) -> String {
        use askpro_domain::ids::Clock;
        let now = Step::at(self.scene.ground.clock.now());
        seed.code_at(Step(now.0 + steps_off)).digits()
    }
}

pub(crate) fn form(fields: &[(&str, &str)]) -> Body {
    let escaped = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    Body::from(pairs.join("&"))
}

fn seed_of(base32: &str) -> Seed {
    let value = |c: char| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap() as u64;
    let bits: Vec<u64> = base32.chars().map(value).collect();
    let bytes: Vec<u8> = bits
        .chunks(8)
        .flat_map(|chunk| chunk.iter().fold(0, |all, five| (all << 5) | five).to_be_bytes()[3..].to_vec())
        .collect();
    Seed::from_bytes(&bytes).unwrap()
}

/// Adds a person with the usual password.
pub(crate) async fn person(scene: &Scene, email: &str, role: Role) {
    let company = (!role.is_platform_wide()).then_some(scene.salon.company);
    let password = Secret::new(PASSWORD.into());
    scene.app.create_user(email, "Katrin Probe", &password, role, company).await.unwrap();
}
