//! Many outbound calls at once; each is registered like any other.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::endpoints::{brought, outbound, text};
use crate::retell::{
    failure::Failure,
    request::{Account, Body},
};

/// Calls of one batch at most.
const TASKS_AT_MOST: usize = 1_000;

pub(in crate::retell) async fn create_batch(account: Account, Body(body): Body) -> Result<Response, Failure> {
    let from = text(&body, "from_number")?;
    let tasks = body.get("tasks").and_then(Value::as_array);
    let tasks = tasks.ok_or_else(|| Failure::bad("tasks is required"))?;
    if tasks.is_empty() || tasks.len() > TASKS_AT_MOST {
        return Err(Failure::bad(format!("a batch has from 1 to {TASKS_AT_MOST} tasks")));
    }
    let now = account.now_ms();
    let draw = account.retell.draw();
    let name = body.get("name").and_then(Value::as_str).unwrap_or("batch");
    let scheduled = body.get("trigger_timestamp").and_then(Value::as_f64);
    let made = account.with(|workspace| {
        let id = workspace.id("batch_call");
        let empty = Map::new();
        let mut begun = Vec::new();
        for task in tasks {
            let task = task.as_object().unwrap_or(&empty);
            let shown = brought(task).and_then(|brought| outbound(workspace, from, task, brought, draw, now));
            match shown {
                Ok(shown) => begun.push(shown["call_id"].as_str().unwrap_or_default().to_owned()),
                // All or none of them.
                Err(failure) => {
                    for call in begun {
                        workspace.calls.remove(&call);
                    }
                    return Err(failure);
                }
            }
        }
        for call in &begun {
            if let Some(call) = workspace.calls.get_mut(call) {
                call.batch_id = Some(id.clone());
            }
        }
        let mut made = json!({ "batch_call_id": id, "name": name, "from_number": from, "scheduled_timestamp": now,
            "total_task_count": tasks.len() });
        if let Some(at) = scheduled {
            made["scheduled_timestamp"] = json!(at);
        }
        if let Some(window) = body.get("call_time_window") {
            made["call_time_window"] = window.clone();
        }
        Ok(made)
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}
