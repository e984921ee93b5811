//! What every change has in common: its key is claimed, it is decided and written
//! in one transaction, Cal.com is asked inside the budget where its word counts,
//! and a second transaction writes down what it said.

use std::{sync::Arc, time::Duration};

use askpro_domain::ids::{AppointmentId, ConnectionId};
use askpro_providers::{calcom, resilience::Terms};
use askpro_store::{
    Company, CompanyTx, Result,
    answers::{self, AnswerKey, Claim},
    seal::Seals,
};
use jiff::Timestamp;
use serde_json::json;
use tokio::task::JoinSet;

use super::{
    Answer, CallContext, Status, booking, cancel_appointment, reschedule_appointment, sentences::Sentence,
};
use crate::{
    App,
    settle::{Ask, Outcome, Settled, settle},
};

/// How often a twin looks whether the first answer is settled.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Kept back of the budget for recording what Cal.com said.
const RECORD_RESERVE: Duration = Duration::from_millis(300);

/// Below this there is no use in asking Cal.com inside the call.
const ASK_AT_LEAST: Duration = Duration::from_millis(250);

/// What the first transaction ends in.
pub(super) enum First {
    /// The answer is final.
    Answer(Answer),
    /// Somebody is answering this very call; this much stands already.
    UnderWay(Answer),
    /// Written here; Cal.com must be asked.
    Asked(Box<Asked>),
}

/// What Cal.com is asked, and what is said where it does not answer in time.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) what: Change,
    pub(super) requests: Vec<Request>,
    pub(super) answer: Answer,
}

/// One request about one appointment.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) appointment: AppointmentId,
    pub(super) connection: ConnectionId,
    pub(super) ask: Ask,
}

/// Which change it is: what is said afterwards depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Change {
    /// One appointment, or a series of them.
    Book,
    Move,
    Cancel,
}

impl Change {
    fn answer(
        self,
        tx: &mut CompanyTx<'_>,
        cx: &CallContext,
        settled: &[(AppointmentId, Settled)],
        asked: &Asked,
        seals: &Seals,
        now: Timestamp,
    ) -> Result<Answer> {
        match self {
            Self::Book => booking::answer_after(tx, cx, settled, asked, seals, now),
            Self::Move => reschedule_appointment::answer_after(tx, cx, settled, asked, seals, now),
            Self::Cancel => cancel_appointment::answer_after(tx, cx, settled, asked, now),
        }
    }
}

impl App {
    /// Carries out a change once, however often it is sent. `decide` may be run
    /// again after a collision, so it keeps nothing.
    pub(super) async fn change(
        &self,
        cx: &CallContext,
        key: Option<AnswerKey>,
        decide: impl Fn(&mut CompanyTx<'_>) -> Result<First> + Send + 'static,
    ) -> Result<Answer> {
        // Without the envelope nobody knows whose call it is, and a repetition
        // could not be told from a second wish.
        let Some(key) = key else {
            let language = cx.language_or_default();
            return Ok(Answer::new(Status::Refused, language, &Sentence::OnlyInACall, json!({})));
        };
        let (now, claimed) = (self.clock.now(), key.clone());
        let first = self
            .store
            .write(Company(cx.company), cx.patience(), move |tx| {
                // Claim first, look later: a twin of this request waits here.
                match answers::claim(tx, &claimed, now)? {
                    Claim::Answered(bytes) => return Answer::from_bytes(&bytes).map(First::Answer),
                    Claim::UnderWay(bytes) => return Answer::from_bytes(&bytes).map(First::UnderWay),
                    Claim::Fresh => {}
                }
                let first = decide(tx)?;
                let (answer, settled) = match &first {
                    First::Answer(answer) | First::UnderWay(answer) => (answer, true),
                    First::Asked(asked) => (&asked.answer, false),
                };
                answers::record(tx, &claimed, &answer.to_bytes(), effect(answer), settled)?;
                Ok(first)
            })
            .await?;
        match first {
            First::Answer(answer) => Ok(answer),
            First::UnderWay(answer) => self.wait_for_twin(cx, key, answer).await,
            First::Asked(asked) => self.ask_calcom(cx, key, *asked).await,
        }
    }

    /// Waits until the first answer is settled, but no longer than the caller does.
    async fn wait_for_twin(&self, cx: &CallContext, key: AnswerKey, so_far: Answer) -> Result<Answer> {
        while cx.calendar_patience() > LOOK_AGAIN {
            tokio::time::sleep(LOOK_AGAIN).await;
            let key = key.clone();
            let look = self
                .store
                .read(Company(cx.company), cx.calendar_patience(), move |tx| answers::settled(tx, &key));
            if let Some(bytes) = look.await? {
                return Answer::from_bytes(&bytes);
            }
        }
        Ok(so_far)
    }

    async fn ask_calcom(&self, cx: &CallContext, key: AnswerKey, asked: Asked) -> Result<Answer> {
        let outcomes = self.ask_all(cx, &asked.requests).await;
        let (now, context, pace, store) = (self.clock.now(), cx.clone(), self.pace, self.store.clone());
        let so_far = asked.answer.clone();
        let figures = Arc::clone(&self.figures);
        let recorded = self
            .store
            .write(Company(cx.company), cx.calendar_patience().max(RECORD_RESERVE), move |tx| {
                let mut settled = Vec::with_capacity(outcomes.len());
                for (appointment, outcome) in &outcomes {
                    settled.push((*appointment, settle(tx, *appointment, outcome, pace, now)?));
                }
                let answer = asked.what.answer(tx, &context, &settled, &asked, store.seals(), now)?;
                answers::record(tx, &key, &answer.to_bytes(), effect(&answer), true)?;
                Ok(answer)
            })
            .await;
        // The intent is committed: whatever could not be written now is settled by the worker.
        let answer = recorded.unwrap_or_else(|error| {
            tracing::warn!(%error, "the calendar's answer could not be recorded inside the call");
            so_far
        });
        figures.asked_calcom(answer.status.word());
        Ok(answer)
    }

    /// Asks everything at once: a series has no longer budget than one appointment.
    async fn ask_all(&self, cx: &CallContext, requests: &[Request]) -> Vec<(AppointmentId, Outcome)> {
        let mut under_way = JoinSet::new();
        for request in requests {
            let (app, cx, request) = (self.clone(), cx.clone(), request.clone());
            under_way.spawn(async move { (request.appointment, app.ask_one(&cx, &request).await) });
        }
        let mut outcomes: Vec<(AppointmentId, Outcome)> = Vec::with_capacity(requests.len());
        while let Some(ended) = under_way.join_next().await {
            // One that panicked is asked about again by the worker.
            outcomes.extend(ended.ok());
        }
        outcomes.sort_by_key(|(appointment, _)| {
            requests.iter().position(|request| request.appointment == *appointment)
        });
        outcomes
    }

    async fn ask_one(&self, cx: &CallContext, request: &Request) -> Outcome {
        let patience = cx.calendar_patience().saturating_sub(RECORD_RESERVE);
        if patience < ASK_AT_LEAST {
            return Err(calcom::Error::Unreachable);
        }
        match self.calcom(Company(cx.company), request.connection.clone(), patience).await {
            Ok(Some(client)) => {
                let patience = cx.calendar_patience().saturating_sub(RECORD_RESERVE);
                client.ask(Terms::call(patience), &request.ask).await
            }
            Ok(None) => Err(calcom::Error::KeyRefused),
            Err(_) => Err(calcom::Error::Unreachable),
        }
    }
}

/// The appointment that an answer is about: while that stands, so does the answer.
fn effect(answer: &Answer) -> Option<AppointmentId> {
    answer.data["appointment"]["id"].as_str().and_then(AppointmentId::parse)
}
