//! "Please ring me back." Becomes a task with a due time that is said aloud.

use askpro_domain::business::StaffMember;
use askpro_store::{
    Company, CompanyTx, Result,
    answers::{self, AnswerKey, Claim},
    audit::{self, Entry},
    schedule, tasks,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Answer, Arguments, CallContext, Status,
    booking::{name_given, phone_given},
    check_availability::{local, needs_input},
    opening::next_opening,
    sentences::{Missing, Sentence, Spoken},
    when::{WhenMeant, when_meant},
    wish::Place,
};
use crate::App;

/// Within how much opening time somebody rings back.
const WITHIN: SignedDuration = SignedDuration::from_hours(2);

/// The longest topic that is kept, in characters.
const TOPIC_AT_MOST: usize = 500;

impl App {
    /// Notes a call-back. The one change that is allowed without the call's
    /// envelope: it takes nothing from anybody.
    pub(super) async fn request_callback(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let key = match cx.answer_key("request_callback", arguments) {
            // The same wish in the same call stays one wish, however often it is sent.
            Some(key) => AnswerKey { is_exact: true, ..key },
            None => cx.key_outside_a_call("request_callback", arguments),
        };
        let (now, context, arguments) = (self.clock.now(), cx.clone(), arguments.clone());
        self.store
            .write(Company(cx.company), cx.patience(), move |tx| {
                match answers::claim(tx, &key, now)? {
                    Claim::Answered(bytes) | Claim::UnderWay(bytes) => return Answer::from_bytes(&bytes),
                    Claim::Fresh => {}
                }
                let answer = note(tx, &context, &arguments, now)?;
                answers::record(tx, &key, &answer.to_bytes(), None, true)?;
                Ok(answer)
            })
            .await
    }
}

fn note(tx: &mut CompanyTx<'_>, cx: &CallContext, arguments: &Arguments, now: Timestamp) -> Result<Answer> {
    let place = match Place::named(tx, cx, arguments, now)? {
        Ok(place) => place,
        Err(question) => return Ok(question),
    };
    let Some(name) = name_given(arguments) else { return Ok(needs_input(&place, Missing::CallerName, now)) };
    let Some(phone) = phone_given(cx, arguments) else { return Ok(needs_input(&place, Missing::Phone, now)) };
    let staff = schedule::staff(tx)?;
    let due = due_time(arguments, &place, &staff, now);
    let note = json!({ "name": name, "phone": phone.as_str(), "topic": arguments.long_text("topic", TOPIC_AT_MOST),
        "when": arguments.text("when") });
    let task = tasks::add_call_back(tx, place.branch.id, &note.to_string(), due, now)?;
    audit::add(tx, &cx.actor(), &Entry::new("task.created", task), now)?;
    let spoken = Spoken { zone: &place.zone, now };
    let data = json!({ "task_id": task.to_string(), "due": local(due, &place) });
    Ok(Answer::new(Status::Noted, place.language, &Sentence::CallBackNoted { due, spoken }, data))
}

/// When it must have happened: at the wished time where there is one, else
/// within two hours of opening time.
fn due_time(arguments: &Arguments, place: &Place, staff: &[StaffMember], now: Timestamp) -> Timestamp {
    let wished = match when_meant(arguments, place, now) {
        WhenMeant::Windows { windows, exact } => windows.first().map(|window| match window.to {
            Some(to) if !exact => to,
            _ => window.from,
        }),
        _ => None,
    };
    if let Some(wished) = wished.filter(|wished| *wished > now) {
        return wished;
    }
    let from = next_opening(now, staff, place).map_or(now, |opening| opening.from.max(now));
    let due = from.checked_add(WITHIN).unwrap_or(from);
    match next_opening(from, staff, place) {
        // Not enough of the day is left: the rest is counted from the next opening.
        Some(opening) if opening.contains(from) && due > opening.to => {
            let rest = due.duration_since(opening.to);
            next_opening(opening.to, staff, place)
                .and_then(|next| next.from.checked_add(rest).ok())
                .unwrap_or(due)
        }
        _ => due,
    }
}
