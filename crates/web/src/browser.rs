//! What browsers bring along, and what is believed of it: the session's cookie,
//! the page a request comes from, the language, the network address.

use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicU64, Ordering},
};

use askpro_app::{
    passkeys::{Site, base64},
    sign_in::Visitor,
};
use askpro_domain::{language::Language, secret::Secret};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Uri, header, request::Parts},
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{pages::Texts, web::Web};

/// `__Host-`: only from this host, only encrypted, for the whole site. Browsers
/// take loopback for encrypted, so the demonstration works over plain HTTP too.
const SESSION_COOKIE: &str = "__Host-askpro";
const LANGUAGE_COOKIE: &str = "__Host-askpro-lang";
const LOOK_COOKIE: &str = "__Host-askpro-look";

/// As the application makes them.
const SECRET_LENGTH: usize = 43;

/// Characters of a browser's name that are kept.
const AGENT_AT_MOST: usize = 60;

/// How this server is reached from outside.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Whether browsers come by `https`; then they are told never to come otherwise.
    pub is_https: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// `https://host[:port]`, as browsers see it, where somebody said so. Passkeys are
    /// made for its host.
    pub origin: Option<String>,
}

/// The site for which passkeys are made and asked; `None` where it is reached by a
/// network address, for which browsers make none.
pub(crate) fn site(outside: &Outside, headers: &HeaderMap) -> Option<Site> {
    let of = |origin: &str| {
        let authority = origin.split_once("://")?.1.split('/').next()?;
        let id = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let is_name = !id.is_empty() && !id.starts_with('[') && id.parse::<IpAddr>().is_err();
        is_name.then(|| Site { id: id.to_owned(), origin: origin.trim_end_matches('/').to_owned() })
    };
    if let Some(site) = outside.origin.as_deref().and_then(of) {
        return Some(site);
    }
    // A demonstration on this machine: only the name of the machine itself is believed.
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_near = host == "localhost"
        || host.strip_prefix("localhost:").is_some_and(|port| port.parse::<u16>().is_ok());
    if is_near { of(&format!("http://{host}")) } else { None }
}

/// What an authenticator is asked to answer, new with every session's secret; a
/// success changes the secret, so nothing opens twice.
pub(crate) fn challenge(secret: &Secret, purpose: &str) -> String {
    base64(&hashed(secret, b"askpro passkey\0", purpose.as_bytes()))
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// The session's secret that a request brings, where it has the form of one.
pub(crate) fn session_secret(headers: &HeaderMap) -> Option<Secret> {
    let value = cookie(headers, SESSION_COOKIE)?;
    let is_ours = value.len() == SECRET_LENGTH && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_ours.then(|| Secret::new(value.to_owned()))
}

fn set(text: &str) -> (HeaderName, HeaderValue) {
    (header::SET_COOKIE, HeaderValue::from_str(text).expect("cookies are made of letters and digits"))
}

/// Gives the browser a session.
pub(crate) fn give_session(secret: &Secret) -> (HeaderName, HeaderValue) {
    set(&format!("{SESSION_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax", secret.expose()))
}

/// Takes it away.
pub(crate) fn take_session() -> (HeaderName, HeaderValue) {
    set(&format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
}

/// Keeps a language that somebody chose.
pub(crate) fn keep_language(language: Language) -> (HeaderName, HeaderValue) {
    set(&format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
        language.tag()
    ))
}

/// How pages look to somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Look {
    theme: Option<&'static str>,
    pub(crate) is_compact: bool,
}

impl Look {
    /// `light` or `dark`; `None` follows the system.
    pub(crate) fn theme(&self) -> Option<&'static str> {
        self.theme
    }

    /// Whether this theme was chosen.
    pub(crate) fn is(&self, theme: &str) -> bool {
        self.theme == Some(theme)
    }

    fn change(self, name: &str, value: &str) -> Self {
        match (name, value) {
            ("theme", "light") => Self { theme: Some("light"), ..self },
            ("theme", "dark") => Self { theme: Some("dark"), ..self },
            ("theme", "system") => Self { theme: None, ..self },
            ("density", "compact") => Self { is_compact: true, ..self },
            ("density", "comfortable") => Self { is_compact: false, ..self },
            _ => self,
        }
    }
}

/// The look that was kept, with what the address itself asks for: `?theme=dark`.
pub(crate) fn look(uri: &Uri, headers: &HeaderMap) -> Look {
    let kept = cookie(headers, LOOK_COOKIE).unwrap_or_default();
    let kept = kept
        .split('.')
        .fold(Look::default(), |look, word| look.change("theme", word).change("density", word));
    asked_look(uri).fold(kept, |look, (name, value)| look.change(name, value))
}

fn asked_look(uri: &Uri) -> impl Iterator<Item = (&str, &str)> {
    let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| matches!(*name, "theme" | "density"))
}

/// Keeps a look that the address asks for.
pub(crate) fn keep_look(uri: &Uri, headers: &HeaderMap) -> Option<(HeaderName, HeaderValue)> {
    asked_look(uri).next()?;
    let look = look(uri, headers);
    let theme = look.theme.unwrap_or("system");
    let density = if look.is_compact { "compact" } else { "comfortable" };
    Some(set(&format!(
        "{LOOK_COOKIE}={theme}.{density}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"
    )))
}

/// What a form of this session carries, so that no other site can fill it in:
/// derived from the secret, which other sites cannot read, and from a number that
/// differs each time. Answers are compressed, and what stood in all of them alike
/// could be guessed from how long they are.
pub(crate) fn form_token(secret: &Secret) -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    let salt = hex(&hashed(secret, b"askpro form salt\0", &made.to_be_bytes())[..8]);
    let mark = hex(&hashed(secret, b"askpro form token\0", salt.as_bytes()));
    salt + &mark
}

fn hashed(secret: &Secret, purpose: &[u8], of: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(purpose);
    hash.update(secret.expose().as_bytes());
    hash.update([0]);
    hash.update(of);
    hash.finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a form's token is this session's.
pub(crate) fn is_form_token(secret: &Secret, given: &str) -> bool {
    let Some((salt, mark)) = given.split_at_checked(16) else { return false };
    let ours = hex(&hashed(secret, b"askpro form token\0", salt.as_bytes()));
    bool::from(ours.as_bytes().ct_eq(mark.as_bytes()))
}

/// Whether a request that changes something comes from a page of another site.
/// Browsers say so themselves; what says nothing is no browser of today and has
/// no cookie that anybody else could use.
pub(crate) fn is_from_elsewhere(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return false;
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return false };
    let host = text(header::HOST).unwrap_or_default();
    origin.split_once("://").is_none_or(|(_, authority)| !authority.eq_ignore_ascii_case(host))
}

/// Whether the answer is read by a person in a browser.
pub(crate) fn is_for_a_person(uri: &Uri, headers: &HeaderMap) -> bool {
    let machine = ["/api/", "/retell/", "/calcom/", "/health/"];
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.contains("text/html") && !machine.iter().any(|start| uri.path().starts_with(start))
}

/// A language that the address itself asks for: `?lang=en`.
pub(crate) fn asked_language(uri: &Uri) -> Option<Language> {
    let pair = uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    [Language::De, Language::En].into_iter().find(|language| language.tag() == pair)
}

/// The language of pages: asked for, kept, preferred by the browser, else German.
pub(crate) fn language(uri: &Uri, headers: &HeaderMap) -> Language {
    let preferred = || {
        let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let weight = |part: &str| -> f32 {
            part.split_once(";q=").map_or(1.0, |(_, weight)| weight.trim().parse().unwrap_or(0.0))
        };
        let mut best: Option<(f32, Language)> = None;
        for part in accepted.split(',').take(20) {
            if let Some(language) = Language::from_tag(part.split(';').next().unwrap_or_default().trim())
                && best.is_none_or(|(known, _)| weight(part) > known)
            {
                best = Some((weight(part), language));
            }
        }
        best.map(|(_, language)| language)
    };
    asked_language(uri)
        .or_else(|| cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag))
        .or_else(preferred)
        .unwrap_or(Language::De)
}

impl FromRequestParts<Web> for Texts {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self(language(&parts.uri, &parts.headers)))
    }
}

/// From where and with what a request came.
pub(crate) struct From(pub(crate) Visitor);

impl FromRequestParts<Web> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(Visitor {
            address: asking_address(&parts.extensions, &parts.headers, &web.outside.proxies)
                .unwrap_or_else(|| "unknown".into()),
            agent: agent.map_or_else(|| "?".into(), agent_in_words),
        }))
    }
}

/// From which address somebody asks, as limits count it and the record keeps it.
pub(crate) fn asking_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    proxies: &[IpAddr],
) -> Option<String> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    Some(network(visitor_address(peer, headers, proxies)))
}

/// Who really asks: the last address in the chain that no proxy of ours wrote.
fn visitor_address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    if !proxies.contains(&peer.to_canonical()) {
        return peer.to_canonical();
    }
    let chain: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut asks = peer;
    for link in chain.iter().rev().take(20) {
        let Ok(address) = link.trim().parse::<IpAddr>() else { break };
        asks = address;
        if !proxies.contains(&address.to_canonical()) {
            break;
        }
    }
    asks.to_canonical()
}

/// An address as limits count it: one household has a whole /64 of IPv6.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", a, b, c, d)
        }
    }
}

/// A browser's name as its owner knows it: Firefox, Linux.
fn agent_in_words(agent: &str) -> String {
    let find = |known: &[(&str, &str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, word)| (*word).to_owned())
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => agent.chars().filter(|c| !c.is_control()).take(AGENT_AT_MOST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_page_of_another_site_is_known_by_what_the_browser_says() {
        let post = |pairs: &[(&'static str, &str)]| is_from_elsewhere(&Method::POST, &headers(pairs));
        let host = ("host", "console.example");
        assert!(!post(&[host]));
        assert!(!post(&[host, ("origin", "https://console.example")]));
        assert!(!post(&[host, ("sec-fetch-site", "same-origin")]));
        for other in [
            "https://evil.example",
            "null",
            "https://console.example.evil.example",
            "https://console.example:444",
            "",
        ] {
            assert!(post(&[host, ("origin", other)]), "{other}");
        }
        for site in ["cross-site", "same-site", "nonsense"] {
            assert!(post(&[host, ("origin", "https://console.example"), ("sec-fetch-site", site)]), "{site}");
        }
        assert!(!is_from_elsewhere(&Method::GET, &headers(&[("sec-fetch-site", "cross-site")])));
    }

    #[test]
    fn an_address_is_believed_only_from_a_proxy_of_ours() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let forged = headers(&[("x-forwarded-for", "198.51.100.7, 203.0.113.9")]);
        let seen = |peer: &str, proxies: &[IpAddr]| {
            visitor_address(peer.parse().unwrap(), &forged, proxies).to_string()
        };
        assert_eq!(seen("192.0.2.1", &[proxy]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &[proxy]), "203.0.113.9", "what a visitor wrote in front does not count");
        assert_eq!(seen("::ffff:10.0.0.1", &[proxy]), "203.0.113.9");
        assert_eq!(network("2001:db8:1:2:3:4:5:6".parse().unwrap()), "2001:db8:1:2::/64");
    }

    #[test]
    fn a_secret_has_one_form_and_languages_have_an_order() {
        let secret = "a".repeat(43);
        let held = |value: &str| {
            session_secret(&headers(&[("cookie", &format!("x=1; __Host-askpro={value}; y=2"))]))
        };
        assert!(held(&secret).is_some());
        for wrong in ["", "short", &"a".repeat(44), &format!("{}%", "a".repeat(42)), &"ä".repeat(20)] {
            assert!(held(wrong).is_none(), "{wrong}");
        }
        let page: Uri = "/login".parse().unwrap();
        let prefers = |text: &str| language(&page, &headers(&[("accept-language", text)]));
        assert_eq!(prefers("fr, en;q=0.8, de;q=0.5"), Language::En);
        assert_eq!(prefers("de-AT,en;q=0.9"), Language::De);
        assert_eq!(prefers("fr"), Language::De);
        assert_eq!(language(&"/login?a=b&lang=en".parse().unwrap(), &headers(&[])), Language::En);
        assert_eq!(
            agent_in_words("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0"),
            "Firefox, Linux"
        );
    }
}
