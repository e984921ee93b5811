use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderName, HeaderValue},
    middleware,
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, sync::watch};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
    set_header::SetResponseHeaderLayer,
};

use crate::{
    api, gateway, health, pages,
    problem::Problem,
    routes::{Listed, Parts},
    web::{BODY_BYTES_AT_MOST, Web},
};

fn parts() -> Parts {
    pages::routes(api::routes(gateway::routes(health::routes(Parts::default()))))
}

/// Every route with who may call it, in the order of registration.
pub fn listed_routes() -> Vec<Listed> {
    parts().listed()
}

/// The whole server as one service.
pub fn router(web: Web) -> Router {
    let router = parts().build(&web);
    let chance = Arc::clone(&web.app.chance);
    let is_https = web.outside.is_https;
    let router = router
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_AT_MOST))
        .layer(CatchPanicLayer::custom(move |_panic| {
            // What the panic said may hold anybody's data; the hook has logged where it was.
            Problem::internal(chance.as_ref()).into_response()
        }))
        .layer(middleware::from_fn_with_state(web.clone(), pages::for_people))
        .layer(fixed("x-content-type-options", "nosniff"))
        .layer(fixed("x-frame-options", "DENY"))
        .layer(fixed("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"))
        .layer(fixed("cross-origin-opener-policy", "same-origin"))
        .layer(fixed("cross-origin-resource-policy", "same-origin"))
        .layer(fixed("cache-control", "no-store"))
        .layer(fixed("referrer-policy", "no-referrer"))
        .layer(fixed("content-security-policy", "default-src 'none'; frame-ancestors 'none'"))
        .layer(CompressionLayer::new().gzip(true).compress_when(worth_compressing()))
        .with_state(web);
    // Over plain HTTP browsers ignore it, and a demonstration must not claim a host for encryption.
    if is_https { router.layer(fixed("strict-transport-security", "max-age=31536000")) } else { router }
}

/// Pages, styles and scripts; what a caller waits for is short, and pictures and
/// fonts are compressed already.
fn worth_compressing() -> impl Predicate {
    SizeAbove::new(1_400)
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/json"))
}

fn fixed(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
}

async fn not_found(State(web): State<Web>) -> Response {
    Problem::not_found(web.app.chance.as_ref()).into_response()
}

async fn method_not_allowed(State(web): State<Web>) -> Response {
    Problem::method_not_allowed(web.app.chance.as_ref()).into_response()
}

/// A server that listens but does not serve yet, so that its address is known.
pub struct Bound {
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Listens on an address; port 0 is any free one.
pub async fn bind(listen: SocketAddr) -> std::io::Result<Bound> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    Ok(Bound { listener, address })
}

impl Bound {
    /// Serves metrics alone until `stop` says so.
    pub async fn serve_metrics(self, web: Web, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
        axum::serve(self.listener, health::metrics_alone(web))
            .with_graceful_shutdown(async move {
                let _ = stop.wait_for(|stopped| *stopped).await;
            })
            .await
    }

    /// Serves until `stop` says so, then lets requests under way end.
    pub async fn serve(self, web: Web, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
        let web = Web { stopping: Some(stop.clone()), ..web };
        let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service)
            .with_graceful_shutdown(async move {
                let _ = stop.wait_for(|stopped| *stopped).await;
            })
            .await
    }
}
