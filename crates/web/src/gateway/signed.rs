use std::{collections::HashMap, time::Duration};

use askpro_app::{ConnectionKind, Known};
use askpro_domain::ids::ConnectionId;
use axum::{
    RequestExt,
    body::Bytes,
    extract::{FromRequest, Path, Request},
};
use tokio::time::Instant;

use crate::{problem::Problem, web::Web};

/// How long a body may take to arrive. A sender slower than that holds a place
/// and nothing else.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// A request whose signature was verified, with whom it belongs to.
pub(super) struct SignedRequest {
    pub(super) known: Known,
    pub(super) body: Bytes,
    /// When the request came, from which its budget is counted.
    pub(super) arrived: Instant,
}

/// A request that Retell signed.
pub(super) struct SignedByRetell(pub(super) SignedRequest);

/// A request that Cal.com signed.
pub(super) struct SignedByCalcom(pub(super) SignedRequest);

impl FromRequest<Web> for SignedByRetell {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let header = askpro_app::RETELL_SIGNATURE_HEADER;
        SignedRequest::read(request, web, ConnectionKind::Retell, header).await.map(Self)
    }
}

impl FromRequest<Web> for SignedByCalcom {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let header = askpro_app::CALCOM_SIGNATURE_HEADER;
        SignedRequest::read(request, web, ConnectionKind::Calcom, header).await.map(Self)
    }
}

impl SignedRequest {
    async fn read(
        mut request: Request,
        web: &Web,
        sender: ConnectionKind,
        header: &str,
    ) -> Result<Self, Problem> {
        let arrived = Instant::now();
        let chance = web.app.chance.as_ref();
        let address: HashMap<String, String> = request
            .extract_parts::<Path<HashMap<String, String>>>()
            .await
            .map(|Path(map)| map)
            .unwrap_or_default();
        let signature = request
            .headers()
            .get(header)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let id = address.get("connection").and_then(|id| ConnectionId::parse(id));
        // Nothing is read for a stranger: an unknown connection and a missing
        // signature are refused before the body, and told apart by nothing.
        if signature.is_empty() {
            return Err(Problem::unsigned(chance));
        }
        let Some(id) = id else { return Err(Problem::unsigned(chance)) };
        let known = match web.directory.find(&id).await {
            Ok(Some(known)) if known.kind == sender => known,
            Ok(_) => return Err(Problem::unsigned(chance)),
            Err(failure) => return Err(Problem::from_failure(chance, &failure)),
        };
        let reading = tokio::time::timeout(BODY_PATIENCE, Bytes::from_request(request, web));
        let Ok(read) = reading.await else { return Err(Problem::too_slow(chance)) };
        let body = read.map_err(|rejection| {
            if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                Problem::too_large(chance)
            } else {
                Problem::malformed(chance, "The body ended too early; send it whole.")
            }
        })?;
        if web.app.verifies(&known, &body, &signature) {
            Ok(Self { known, body, arrived })
        } else {
            Err(Problem::unsigned(chance))
        }
    }
}
