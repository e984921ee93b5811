//! Voices: a fixed choice, and what a workspace added to it.

use axum::{
    Json,
    body::to_bytes,
    extract::{Path, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    failure::Failure,
    request::{Account, Body},
    workspace::THINGS_AT_MOST,
};

/// Recordings of one voice at most, in bytes.
const RECORDING_BYTES_AT_MOST: usize = 50 << 20;

/// A voice that a workspace added.
pub(super) struct Voice {
    name: String,
    provider: String,
}

struct Stock {
    id: &'static str,
    name: &'static str,
    provider: &'static str,
    gender: &'static str,
    accent: &'static str,
}

const STOCK: [Stock; 6] = [
    Stock { id: "11labs-Anna", name: "Anna", provider: "elevenlabs", gender: "female", accent: "German" },
    Stock { id: "11labs-Adrian", name: "Adrian", provider: "elevenlabs", gender: "male", accent: "American" },
    Stock { id: "openai-Alloy", name: "Alloy", provider: "openai", gender: "female", accent: "American" },
    Stock { id: "cartesia-Willa", name: "Willa", provider: "cartesia", gender: "female", accent: "British" },
    Stock { id: "minimax-Max", name: "Max", provider: "minimax", gender: "male", accent: "German" },
    Stock { id: "xai-Rex", name: "Rex", provider: "xai", gender: "male", accent: "American" },
];

impl Stock {
    fn to_json(&self) -> Value {
        json!({ "voice_id": self.id, "voice_name": self.name, "provider": self.provider, "gender": self.gender,
            "accent": self.accent, "age": "Young", "preview_audio_url": format!("https://voices.example/{}.mp3", self.id),
            "avatar_url": format!("https://voices.example/{}.png", self.id) })
    }
}

impl Voice {
    fn to_json(&self, id: &str) -> Value {
        json!({ "voice_id": id, "voice_name": self.name, "provider": self.provider, "gender": "female" })
    }
}

/// All voices as a bare list, the one that is not paged.
pub(super) async fn list(account: Account) -> Json<Vec<Value>> {
    let own: Vec<Value> =
        account.with(|workspace| workspace.voices.iter().map(|(id, voice)| voice.to_json(id)).collect());
    Json(STOCK.iter().map(Stock::to_json).chain(own).collect())
}

pub(super) async fn get(account: Account, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let own = account.with(|workspace| workspace.voices.get(&id).map(|voice| voice.to_json(&id)));
    let stock = || STOCK.iter().find(|voice| voice.id == id).map(Stock::to_json);
    own.or_else(stock).map(Json).ok_or(Failure::Missing)
}

fn keep(account: &Account, name: &str, provider: &str) -> Result<Response, Failure> {
    if !matches!(provider, "elevenlabs" | "cartesia" | "minimax" | "fish_audio" | "inworld" | "platform") {
        return Err(Failure::bad("voice_provider is unknown"));
    }
    let made = account.with(|workspace| {
        if workspace.voices.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many voices"));
        }
        let id = workspace.id("custom_voice");
        let voice = Voice { name: name.to_owned(), provider: provider.to_owned() };
        let made = voice.to_json(&id);
        workspace.voices.insert(id, voice);
        Ok(made)
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Takes a voice of the community over.
pub(super) async fn add(account: Account, Body(body): Body) -> Result<Response, Failure> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let (Some(_), Some(name)) = (text("provider_voice_id"), text("voice_name")) else {
        return Err(Failure::bad("provider_voice_id and voice_name are required"));
    };
    keep(&account, name, text("voice_provider").unwrap_or("elevenlabs"))
}

/// Makes a voice out of recordings, which are taken and not kept.
pub(super) async fn clone(account: Account, request: Request) -> Result<Response, Failure> {
    let kind =
        request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        return Err(Failure::bad("recordings are sent as multipart/form-data"));
    }
    // Read to its end: a client that is still sending takes an early answer for a broken connection.
    to_bytes(request.into_body(), RECORDING_BYTES_AT_MOST).await.map_err(|_| Failure::TooLarge)?;
    keep(&account, "cloned voice", "elevenlabs")
}

/// Looks among the voices of the community.
pub(super) async fn search(_: Account, Body(body): Body) -> Result<Json<Value>, Failure> {
    let wanted = body.get("search_query").and_then(Value::as_str);
    let wanted = wanted.ok_or_else(|| Failure::bad("search_query is required"))?.to_lowercase();
    let found: Vec<Value> = STOCK
        .iter()
        .filter(|voice| voice.name.to_lowercase().contains(&wanted))
        .map(
            |voice| json!({ "name": voice.name, "provider_voice_id": voice.id, "description": voice.accent }),
        )
        .collect();
    Ok(Json(json!({ "voices": found })))
}
