//! Styles, scripts, font and icons, embedded; each address carries the hash of what
//! it gives, so that browsers may keep it for ever. What is not ours lies in
//! `assets/vendor` as `scripts/vendor-assets` fetched it.

use std::{collections::HashMap, fmt::Write, sync::LazyLock};

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::{problem::Problem, web::Web};

struct Asset {
    address: String,
    media: &'static str,
    bytes: Vec<u8>,
}

/// Steps of five minutes in a day: each is a row that a class can name, because the
/// policy allows no style in an attribute.
const STEPS: usize = 288;

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let script = "text/javascript; charset=utf-8";
    let font =
        asset("inter-latin.woff2", "font/woff2", include_bytes!("../../assets/inter-latin.woff2").to_vec());
    let hashed = font.address.trim_start_matches("/assets/").to_owned();
    HashMap::from([
        ("console.css", asset("console.css", "text/css; charset=utf-8", styles(&hashed).into_bytes())),
        ("console.js", asset("console.js", script, include_bytes!("../../assets/console.js").to_vec())),
        (
            "htmx.min.js",
            asset("htmx.min.js", script, include_bytes!("../../assets/vendor/htmx.min.js").to_vec()),
        ),
        ("passkeys.js", asset("passkeys.js", script, include_bytes!("../../assets/passkeys.js").to_vec())),
        ("icon.svg", asset("icon.svg", "image/svg+xml", include_bytes!("../../assets/icon.svg").to_vec())),
        (
            "icons.svg",
            asset("icons.svg", "image/svg+xml", include_bytes!("../../assets/vendor/icons.svg").to_vec()),
        ),
        ("inter-latin.woff2", font),
    ])
});

fn styles(font: &str) -> String {
    let mut css = [
        include_str!("../../assets/console.css"),
        include_str!("../../assets/styles/frame.css"),
        include_str!("../../assets/styles/pieces.css"),
        include_str!("../../assets/styles/figures.css"),
        include_str!("../../assets/styles/calendar.css"),
    ]
    .concat()
    .replace("inter-latin.woff2", font);
    for step in 0..STEPS {
        // Writing into a string does not fail.
        let _ = write!(css, ".s{step}{{grid-row-start:{0}}}.d{0}{{grid-row-end:span {0}}}", step + 1);
    }
    css
}

fn asset(name: &str, media: &'static str, bytes: Vec<u8>) -> Asset {
    let hash: String = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let (stem, ending) = name.rsplit_once('.').expect("every asset has an ending");
    Asset { address: format!("/assets/{stem}-{hash}.{ending}"), media, bytes }
}

/// Where an asset is found.
pub(crate) fn address(name: &str) -> &'static str {
    ASSETS.get(name).map_or("", |asset| &asset.address)
}

/// Gives an asset by its address.
pub(super) async fn give(State(web): State<Web>, Path(name): Path<String>) -> Result<Response, Problem> {
    let wanted = format!("/assets/{name}");
    let found = ASSETS.values().find(|asset| asset.address == wanted);
    let asset = found.ok_or_else(|| Problem::not_found(web.app.chance.as_ref()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    Ok((headers, asset.bytes.clone()).into_response())
}
