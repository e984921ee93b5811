//! States of the domain in words, with their looks.

use askpro_app::console::{CallRow, TaskKind, TaskRow, Verdict};
use askpro_domain::{
    booking::AppointmentStatus,
    call::{CallOutcome, CallStage},
};

use super::components::{Tag, Tone};
use crate::pages::Texts;

/// Where an appointment stands.
pub(super) fn status(t: Texts, status: AppointmentStatus) -> Tag {
    let (tone, icon) = match status {
        AppointmentStatus::Confirmed => (Tone::Ok, "check"),
        AppointmentStatus::Provisional => (Tone::Warn, "hourglass"),
        AppointmentStatus::Cancelled => (Tone::Quiet, "ban"),
        AppointmentStatus::Refused => (Tone::Bad, "calendar-x"),
        AppointmentStatus::Completed => (Tone::Plain, "check"),
        AppointmentStatus::NoShow => (Tone::Quiet, "circle-help"),
    };
    Tag::new(tone, icon, t.say(&format!("status-{}", status.word().replace('_', "-"))))
}

/// What came of a call.
pub(super) fn outcome(t: Texts, call: &CallRow) -> Tag {
    if call.stage == CallStage::Ongoing && call.ended_at.is_none() {
        return Tag::new(Tone::Live, "radio", t.say("outcome-running"));
    }
    let (tone, icon, word) = match call.outcome {
        CallOutcome::Booked => (Tone::Ok, "check", "booked"),
        CallOutcome::Moved => (Tone::Ok, "calendar-check", "moved"),
        CallOutcome::Cancelled => (Tone::Quiet, "ban", "cancelled"),
        CallOutcome::Provisional => (Tone::Warn, "hourglass", "provisional"),
        CallOutcome::CallBack => (Tone::Human, "phone-call", "call-back"),
        CallOutcome::Transferred => (Tone::Quiet, "phone-forwarded", "transferred"),
        CallOutcome::Informed => (Tone::Quiet, "info", "informed"),
        CallOutcome::None => (Tone::Quiet, "phone-missed", "none"),
    };
    Tag::new(tone, icon, t.say(&format!("outcome-{word}")))
}

/// The look of a verdict's note.
pub(super) fn verdict(verdict: &Verdict) -> (Tone, &'static str) {
    match verdict {
        Verdict::Running => (Tone::Live, "radio"),
        Verdict::Booked | Verdict::Moved => (Tone::Ok, "calendar-check"),
        Verdict::Cancelled | Verdict::BookedThenCancelled => (Tone::Plain, "ban"),
        Verdict::Provisional => (Tone::Warn, "hourglass"),
        Verdict::RefusedLater | Verdict::CallBackOpen => (Tone::Human, "phone-forwarded"),
        Verdict::CallBackDone | Verdict::Transferred => (Tone::Plain, "phone-call"),
        Verdict::Failed => (Tone::Bad, "octagon-x"),
        Verdict::NotFree | Verdict::NothingFree | Verdict::QuestionOpen | Verdict::AgainstRules => {
            (Tone::Plain, "calendar-x")
        }
        Verdict::NotTaken | Verdict::Informed => (Tone::Plain, "info"),
        Verdict::HungUp => (Tone::Plain, "phone-missed"),
    }
}

/// The icon of a task.
pub(super) fn task_icon(kind: TaskKind) -> &'static str {
    match kind.word() {
        "call_back" | "call_back_refused" => "phone-forwarded",
        "unsettled" => "hourglass",
        "conflict" => "calendar-x",
        _ => "hand",
    }
}

/// Who must be rung, and on which number.
pub(super) fn task_person(task: &TaskRow) -> (Option<String>, Option<String>, Option<String>) {
    if let Some(about) = &task.about {
        return (Some(about.name.clone()), about.phone.clone(), None);
    }
    let note: serde_json::Value =
        task.note.as_deref().and_then(|note| serde_json::from_str(note).ok()).unwrap_or_default();
    let text = |name: &str| note.get(name)?.as_str().map(str::to_owned).filter(|text| !text.is_empty());
    (text("name"), text("phone"), text("topic"))
}
