//! "Please ring me back." Becomes a task with a due time that is said aloud.

use std::time::Duration;

use askpro_domain::{
    business::{Branch, StaffMember},
    ids::TaskId,
};
use askpro_store::{
    Company, Error, Result,
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
use crate::{App, away::Kept};

/// Within how much opening time somebody rings back.
const WITHIN: SignedDuration = SignedDuration::from_hours(2);

/// The longest topic that is kept, in characters.
const TOPIC_AT_MOST: usize = 500;

/// Kept back of the budget for noting it on the local disk instead.
const SPOOL_RESERVE: Duration = Duration::from_millis(300);

impl App {
    /// Notes a call-back. The one change that is allowed without the call's
    /// envelope: it takes nothing from anybody. While the database is away it is
    /// kept on the local disk and becomes a task afterwards.
    pub(super) async fn request_callback(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let key = match cx.answer_key("request_callback", arguments) {
            // The same wish in the same call stays one wish, however often it is sent.
            Some(key) => AnswerKey { is_exact: true, ..key },
            None => cx.key_outside_a_call("request_callback", arguments),
        };
        let now = self.clock.now();
        let (claimed, context, said) = (key.clone(), cx.clone(), arguments.clone());
        let noted = self
            .store
            .write(Company(cx.company), cx.patience().saturating_sub(SPOOL_RESERVE), move |tx| {
                match answers::claim(tx, &claimed, now)? {
                    Claim::Answered(bytes) | Claim::UnderWay(bytes) => return Answer::from_bytes(&bytes),
                    Claim::Fresh => {}
                }
                let (branches, staff) = (schedule::branches(tx)?, schedule::staff(tx)?);
                let answer = match wish(&context, &said, &branches, &staff, now)? {
                    Ok(wish) => {
                        let task = tasks::add_call_back(tx, wish.place.branch.id, &wish.note, wish.due, now)?;
                        audit::add(tx, &context.actor(), &Entry::new("task.created", task), now)?;
                        wish.noted(task, now)
                    }
                    Err(question) => question,
                };
                answers::record(tx, &claimed, &answer.to_bytes(), None, true)?;
                Ok(answer)
            })
            .await;
        match noted {
            // Whatever is wrong with the database: the caller's wish is not lost.
            Err(error) => self.note_until_back(cx, arguments, key, error).await,
            noted => noted,
        }
    }

    /// The same from what is last known, on the local disk. Whatever may have come
    /// of the transaction that did not end is found again by its key.
    async fn note_until_back(
        &self,
        cx: &CallContext,
        arguments: &Arguments,
        key: AnswerKey,
        error: Error,
    ) -> Result<Answer> {
        let Some(business) = self.last_known.business(cx.company) else { return Err(error) };
        let now = self.clock.now();
        let wish = match wish(cx, arguments, &business.branches, &business.staff, now)? {
            Ok(wish) => wish,
            Err(question) => return Ok(question),
        };
        tracing::warn!(company.id = %cx.company, %error, "a call-back is kept on the local disk");
        let task = TaskId::new(now, self.chance.as_ref());
        let kept = Kept {
            task,
            company: cx.company,
            branch: wish.place.branch.id,
            connection: cx.connection.clone(),
            call_id: cx.call_id.clone(),
            key,
            answer: wish.noted(task, now),
            note: wish.note,
            due_at: wish.due,
            noted_at: now,
        };
        self.keep_until_back(kept).await
    }
}

/// A call-back that can be noted.
struct Wish {
    place: Place,
    note: String,
    due: Timestamp,
}

impl Wish {
    fn noted(&self, task: TaskId, now: Timestamp) -> Answer {
        let spoken = Spoken { zone: &self.place.zone, now };
        let data = json!({ "task_id": task.to_string(), "due": local(self.due, &self.place) });
        let sentence = Sentence::CallBackNoted { due: self.due, spoken };
        Answer::new(Status::Noted, self.place.language, &sentence, data)
    }
}

/// Who is to be rung back, about what and until when; the inner `Err` asks what is missing.
fn wish(
    cx: &CallContext,
    arguments: &Arguments,
    branches: &[Branch],
    staff: &[StaffMember],
    now: Timestamp,
) -> Result<std::result::Result<Wish, Answer>> {
    let place = match Place::among(branches, cx, arguments, now)? {
        Ok(place) => place,
        Err(question) => return Ok(Err(question)),
    };
    let Some(name) = name_given(arguments) else {
        return Ok(Err(needs_input(&place, Missing::CallerName, now)));
    };
    let Some(phone) = phone_given(cx, arguments) else {
        return Ok(Err(needs_input(&place, Missing::Phone, now)));
    };
    let due = due_time(arguments, &place, staff, now);
    let note = json!({ "name": name, "phone": phone.as_str(), "topic": arguments.long_text("topic", TOPIC_AT_MOST),
        "when": arguments.text("when") });
    Ok(Ok(Wish { place, note: note.to_string(), due }))
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
