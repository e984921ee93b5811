use std::{panic::AssertUnwindSafe, time::Duration};

use askpro_app::{
    Entry,
    call::{Answer, CallContext},
    calls::FunctionCall,
};
use askpro_domain::{
    ids::ErrorId,
    language::Language,
    limits::Of,
    phone::{CallerNumber, Region},
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;

use super::{envelope, signed::SignedByRetell};
use crate::{problem::Problem, web::Web};

/// The longest name of a function; Retell allows 64 characters.
const NAME_AT_MOST: usize = 64;

/// Answers a function call: 200 with a sentence, whatever happens, because
/// anything else is silence on the phone.
pub(super) async fn call(
    State(web): State<Web>,
    function: Result<Path<(String, String)>, PathRejection>,
    SignedByRetell(signed): SignedByRetell,
) -> Response {
    let chance = web.app.chance.as_ref();
    // A name that cannot be decoded is the name of no function.
    let function = function.map(|Path((_, function))| function).unwrap_or_default();
    let function: String = function.chars().take(NAME_AT_MOST).collect();
    let Some(envelope) = envelope::read(&signed.body, &function) else {
        return Problem::malformed(chance, "The body is not a JSON object.").into_response();
    };
    let call = envelope.call.unwrap_or_default();
    let is_within = web.app.admit(Of::Connection, signed.known.connection.as_str()).is_ok();
    let Some(_place) = web.gate.enter(&signed.known.connection).filter(|_| is_within) else {
        // Never 429: to the agent any status but 200 is silence.
        let language = call.language.unwrap_or(Language::De);
        return Json(sorry(chance, language, "a connection has too many function calls")).into_response();
    };
    let settings = signed.known.settings;
    let budget = |ms: u32| signed.arrived + Duration::from_millis(u64::from(ms));
    let cx = CallContext {
        company: signed.known.company,
        connection: signed.known.connection.clone(),
        call_id: call.call_id,
        tool_call_id: call.tool_call_id,
        from: CallerNumber::read(call.from_number.as_deref().unwrap_or_default(), Region::De),
        branch: call.to_number.as_deref().and_then(|to| signed.known.number(to)).map(|number| number.branch),
        language: call.language,
        settings,
        deadline: budget(settings.budget_ms),
        calendar_deadline: budget(settings.calcom_budget_ms.max(settings.budget_ms)),
    };
    let language = cx.language.unwrap_or(Language::De);
    let (arguments, deadline) = (envelope.arguments, cx.calendar_deadline);
    // A use case ends within its own deadline; this is for the one that does not.
    let work = AssertUnwindSafe(web.app.answer_function(&cx, &function, &arguments)).catch_unwind();
    let answer = match tokio::time::timeout_at(deadline, work).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_panic)) => sorry(chance, language, "a function call panicked"),
        Err(_) => sorry(chance, language, "a function call took too long"),
    };
    web.app.figures.answered(&function, answer.status.word(), signed.arrived.elapsed());
    tracing::info!(
        company.id = %cx.company,
        function,
        status = ?answer.status,
        ms = u64::try_from(signed.arrived.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered a function call"
    );
    if let Some(call_id) = &cx.call_id {
        web.app.journal.add(Entry {
            company: cx.company,
            connection: cx.connection.clone(),
            provider_call_id: call_id.clone(),
            from_number: call.from_number,
            to_number: call.to_number,
            branch: cx.branch,
            function: FunctionCall {
                function,
                tool_call_id: cx.tool_call_id.clone(),
                status: answer.status.word().to_owned(),
                error_id: answer.error_id.clone(),
                at: web.app.clock.now(),
                duration_ms: u32::try_from(signed.arrived.elapsed().as_millis()).unwrap_or(u32::MAX),
                exchange: answer.exchange(&arguments),
            },
        });
    }
    Json(answer).into_response()
}

fn sorry(chance: &dyn askpro_domain::ids::Chance, language: Language, why: &'static str) -> Answer {
    let error_id = ErrorId::new(chance);
    tracing::error!(error.id = %error_id, "{why}");
    Answer::unavailable(language, &error_id)
}
