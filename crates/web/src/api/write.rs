//! What every change over the API has in common: which object is meant, whether it
//! was seen as it is (`If-Match`), whether it was sent before (`Idempotency-Key`),
//! and how a refusal is told. A change says the rest as a [`Writes`].

use askpro_app::{
    Scope,
    changes::{Change, Once, Refusal, Stop},
    lists::business::Companies,
};
use askpro_domain::ids::{Chance, CompanyId};
use axum::{
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    document::{Api, Said, id_parameter},
    list::{Collection, Meant, etag, one},
    params::Params,
    values::FromText,
};
use crate::{
    problem::Problem,
    routes::{Access, Permit},
    web::Web,
};

/// The largest body of a change.
const BODY_BYTES_AT_MOST: usize = 256 * 1024;

/// The longest `Idempotency-Key`, in characters.
const KEY_AT_MOST: usize = 200;

/// A body that changes something.
pub(super) trait Writes: DeserializeOwned + JsonSchema + Send + 'static {
    /// Its operation's name in the document.
    const ID: &'static str;
    /// One line about it.
    const SUMMARY: &'static str;
    /// Of what the object in the address is; for something new, what it becomes one of.
    type Of: Collection;
    /// What it asks for.
    type Change: Change;
    /// How the result is shown.
    type Shown: Serialize + JsonSchema;

    /// What it asks for, of the object with this id, as it was seen. Something new
    /// has no id.
    fn change(self, id: Option<<Self::Of as Collection>::Id>, seen: Option<u32>) -> Option<Self::Change>;
    /// How the result is shown.
    fn show(done: &<Self::Change as Change>::Done) -> Self::Shown;
    /// At which revision the result is.
    fn revision(done: &<Self::Change as Change>::Done) -> u32;
}

/// A field of a change that may also be taken away: absent it stays, null takes it
/// away.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

/// An answer as it is kept under a key.
#[derive(Deserialize, Serialize)]
struct Kept {
    status: u16,
    revision: u32,
    body: Value,
}

/// Something new.
async fn create<W: Writes>(
    State(web): State<Web>,
    permit: Permit,
    Params(meant): Params<Meant>,
    request: Request,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let company = meant.company(&permit, chance)?;
    // Whoever reaches every company can name one that nobody has.
    let known = web.app.list(Scope::Platform, Companies { id: Some(company), after: None }, 1).await;
    if known.map_err(|failure| Problem::from_failure(chance, &failure))?.is_empty() {
        return Err(Problem::not_found(chance));
    }
    carry_out::<W>(&web, &permit, company, None, request).await
}

/// A change of one object.
async fn change<W: Writes>(
    State(web): State<Web>,
    permit: Permit,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let id = path.as_ref().ok().map(|Path(id)| id.clone());
    let row = one::<W::Of>(&web, &permit, path).await?;
    let company = W::Of::company(&row).ok_or_else(|| Problem::not_found(chance))?;
    let id = id.as_deref().and_then(<W::Of as Collection>::Id::from_text);
    let id = id.ok_or_else(|| Problem::not_found(chance))?;
    carry_out::<W>(&web, &permit, company, Some(id), request).await
}

async fn carry_out<W: Writes>(
    web: &Web,
    permit: &Permit,
    company: CompanyId,
    id: Option<<W::Of as Collection>::Id>,
    request: Request,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let is_new = id.is_none();
    let seen = if is_new { None } else { seen_revision(request.headers(), chance)? };
    let (method, address) = (request.method().clone(), request.uri().to_string());
    let headers = request.headers().clone();
    let body = body_of(request, chance).await?;
    let once = once(&headers, &format!("{method} {address}"), &body, permit, chance)?;
    let wanted: W = parsed(&body, chance)?;
    let wanted = wanted.change(id, seen).ok_or_else(|| Problem::not_found(chance))?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let render = move |done: &<W::Change as Change>::Done| {
        let kept = Kept { status: status.as_u16(), revision: W::revision(done), body: json!(W::show(done)) };
        serde_json::to_vec(&kept).unwrap_or_default()
    };
    let answered = web.app.carry_out_once(&permit.actor, company, once, wanted, render).await;
    let answered = answered.map_err(|stop| stopped(chance, &stop))?;
    let kept: Kept = serde_json::from_slice(&answered.answer).map_err(|_| Problem::internal(chance))?;
    let mut headers = etag(Some(kept.revision));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if answered.is_replayed {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    Ok((status, headers, kept.body.to_string()).into_response())
}

/// Why a change was not made, as a problem.
pub(super) fn stopped(chance: &dyn Chance, stop: &Stop) -> Problem {
    match stop {
        Stop::Failed(failure) => Problem::from_failure(chance, failure),
        Stop::Refused(refusal) => match refusal {
            Refusal::NotFound => Problem::not_found(chance),
            Refusal::Stale { .. } => Problem::stale(chance, &refusal.to_string()),
            Refusal::Unfit { field, because } => Problem::invalid(chance, *field, &because.to_string()),
            Refusal::Rule(rule) => Problem::against_a_rule(chance, rule.word(), &rule.to_string()),
            Refusal::KeyReused => Problem::invalid(chance, "Idempotency-Key", &refusal.to_string()),
        },
    }
}

/// The revision that was seen; `None` where any will do (`*`).
pub(super) fn seen_revision(headers: &HeaderMap, chance: &dyn Chance) -> Result<Option<u32>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Err(Problem::unseen(chance)) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let tag = text.strip_prefix("W/").unwrap_or(text);
    let number = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag);
    // What never was a revision of ours is none that was seen.
    number
        .parse()
        .map(Some)
        .map_err(|_| Problem::stale(chance, "If-Match is no ETag of this object; look again."))
}

pub(super) async fn body_of(request: Request, chance: &dyn Chance) -> Result<Bytes, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind != "application/json" {
        return Err(Problem::not_json(chance));
    }
    axum::body::to_bytes(request.into_body(), BODY_BYTES_AT_MOST)
        .await
        .map_err(|_| Problem::too_large(chance))
}

/// A body as what it must be: what is no JSON cannot be read, what is another kind
/// of JSON is a wrong field.
pub(super) fn parsed<T: DeserializeOwned>(body: &[u8], chance: &dyn Chance) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let wanted = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => {
                Problem::invalid(chance, field, &said_of_field(&inner.to_string()))
            }
            _ => Problem::malformed(chance, "The body is not JSON; send an object as the document says."),
        }
    })?;
    match reader.end() {
        Ok(()) => Ok(wanted),
        Err(_) => Err(Problem::malformed(chance, "Something stands behind the JSON; send one object.")),
    }
}

/// Without the place in the text, which the field's name tells better, and without
/// what was sent.
fn said_of_field(error: &str) -> String {
    let error = error.split(" at line ").next().unwrap_or_default();
    match error.split_once(':') {
        // serde repeats what it met: "invalid type: string \"…\", expected u32".
        Some(("invalid type" | "invalid value" | "invalid length", rest)) => {
            let expected = rest.rsplit("expected ").next().unwrap_or_default();
            format!("Expected {expected}.")
        }
        _ if error.starts_with("unknown field") => "There is no such field.".into(),
        _ if error.starts_with("unknown variant") => "There is no such word.".into(),
        _ => {
            let mut sentence = error.to_owned();
            if let Some(first) = sentence.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            sentence
        }
    }
}

fn once(
    headers: &HeaderMap,
    line: &str,
    body: &[u8],
    permit: &Permit,
    chance: &dyn Chance,
) -> Result<Option<Once>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > KEY_AT_MOST {
        return Err(Problem::invalid(chance, "Idempotency-Key", "Send 1 to 200 letters and digits."));
    }
    let mut fingerprint = Sha256::new();
    fingerprint.update((line.len() as u64).to_be_bytes());
    fingerprint.update(line);
    fingerprint.update(body);
    Ok(Some(Once {
        key: key.to_owned(),
        principal: permit.user.to_string(),
        fingerprint: fingerprint.finalize().to_vec(),
    }))
}

/// What can go wrong with a change, beside what can with every request.
const PROBLEMS: [u16; 3] = [409, 413, 415];

impl Api {
    /// Adds a route that makes something new.
    pub(super) fn creates<W: Writes>(mut self, path: &'static str, access: Access) -> Self {
        let mut parameters = self.query::<Meant>();
        parameters.push(key_parameter());
        let said = Said {
            parameters,
            body: Some(self.schema::<W>()),
            status: 201,
            answer: Some(self.schema::<W::Shown>()),
            problems: PROBLEMS.to_vec(),
            ..Said::of(W::ID, W::Of::NAME, W::SUMMARY)
        };
        self.add(Method::POST, path, access, on(MethodFilter::POST, create::<W>), said)
    }

    /// Adds a route that changes one object.
    pub(super) fn changes<W: Writes>(mut self, method: Method, path: &'static str, access: Access) -> Self {
        let said = Said {
            parameters: vec![id_parameter::<W::Of>(), match_parameter(), key_parameter()],
            body: Some(self.schema::<W>()),
            answer: Some(self.schema::<W::Shown>()),
            problems: PROBLEMS.into_iter().chain([412, 428]).collect(),
            ..Said::of(W::ID, W::Of::NAME, W::SUMMARY)
        };
        let filter = if method == Method::PATCH { MethodFilter::PATCH } else { MethodFilter::POST };
        self.add(method, path, access, on(filter, change::<W>), said)
    }
}

fn key_parameter() -> Value {
    json!({ "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "The same request under the same key is done once and answered alike for a day.",
        "schema": { "type": "string", "minLength": 1, "maxLength": KEY_AT_MOST, "pattern": "^[!-~]+$" } })
}

fn match_parameter() -> Value {
    json!({ "name": "If-Match", "in": "header", "required": true,
        "description": "The ETag of the object as it was seen, or *.",
        "schema": { "type": "string", "pattern": "^(\"[0-9]{1,9}\"|\\*)$" } })
}

/// Implements [`Writes`] for a body whose result is a row of its collection.
macro_rules! writes_row {
    ($body:ty, $of:ty, $change:ty, $id:literal, $summary:literal, |$self:ident, $object:ident, $seen:ident| $into:expr) => {
        impl $crate::api::write::Writes for $body {
            const ID: &'static str = $id;
            const SUMMARY: &'static str = $summary;
            type Of = $of;
            type Change = $change;
            type Shown = <$of as $crate::api::list::Collection>::Shown;

            fn change(
                self,
                $object: Option<<$of as $crate::api::list::Collection>::Id>,
                $seen: Option<u32>,
            ) -> Option<$change> {
                let $self = self;
                Some($into)
            }
            fn show(done: &$crate::api::list::Row<$of>) -> Self::Shown {
                <$of as $crate::api::list::Collection>::show(done)
            }
            fn revision(done: &$crate::api::list::Row<$of>) -> u32 {
                <$of as $crate::api::list::Collection>::revision(done).unwrap_or_default()
            }
        }
    };
}

pub(super) use writes_row;
