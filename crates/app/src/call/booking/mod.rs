//! "Book it." Claims the call's key, looks again, and writes appointment,
//! occupancy, outbox, audit and answer in one transaction. What belongs to
//! Cal.com is held first, then asked for inside the budget, and settled
//! afterwards where no answer came.

//!
//! [`transaction`] is the first transaction, [`customer`] for whom it is,
//! [`answers`] what is said about an appointment.

mod answers;
mod customer;
mod transaction;

use std::{sync::Arc, time::Duration};

use askpro_domain::ids::{AppointmentId, ConnectionId};
use askpro_providers::calcom;
use askpro_store::{Company, Result, answers as stored, answers::AnswerKey};
use serde_json::json;

pub(super) use self::customer::{name_given, phone_given};
use self::{
    answers::{current_answer, refused_answer},
    transaction::Booking,
};
use super::{Answer, Arguments, CallContext, Status, sentences::Sentence};
use crate::{
    App,
    settle::{Settled, settle},
};

/// How often a twin looks whether the first answer is settled.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Kept back of the budget for recording what Cal.com said.
const RECORD_RESERVE: Duration = Duration::from_millis(300);

/// Below this there is no use in asking Cal.com inside the call.
const ASK_AT_LEAST: Duration = Duration::from_millis(250);

/// What the first transaction ends in.
enum First {
    /// The answer is final.
    Answer(Answer),
    /// Somebody is answering this very call; this much stands already.
    UnderWay(Answer),
    /// Held here; Cal.com must be asked.
    Held(Box<Held>),
}

/// A provisional appointment on its way to Cal.com.
struct Held {
    booking: calcom::NewBooking,
    appointment: AppointmentId,
    connection: ConnectionId,
    answer: Answer,
}

impl App {
    /// Books, or says why not.
    pub(super) async fn book_appointment(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        // Without the envelope nobody knows whose call it is, and a repetition
        // could not be told from a second wish.
        let Some(key) = cx.answer_key("book_appointment", arguments) else {
            return Ok(Answer::new(
                Status::Refused,
                cx.language_or_default(),
                &Sentence::OnlyInACall,
                json!({}),
            ));
        };
        let now = self.clock.now();
        let booking = Booking {
            cx: cx.clone(),
            arguments: arguments.clone(),
            key: key.clone(),
            chance: Arc::clone(&self.chance),
            store: self.store.clone(),
            pace: self.pace,
            catalogues: self.catalogues.clone(),
            now,
        };
        let first =
            self.store.write(Company(cx.company), cx.patience(), move |tx| booking.record(tx)).await?;
        match first {
            First::Answer(answer) => Ok(answer),
            First::UnderWay(answer) => self.wait_for_twin(cx, key, answer).await,
            First::Held(held) => self.ask_calcom(cx, key, *held).await,
        }
    }

    /// Waits until the first answer is settled, but no longer than the caller does.
    async fn wait_for_twin(&self, cx: &CallContext, key: AnswerKey, so_far: Answer) -> Result<Answer> {
        while cx.calendar_patience() > LOOK_AGAIN {
            tokio::time::sleep(LOOK_AGAIN).await;
            let key = key.clone();
            let look = self
                .store
                .read(Company(cx.company), cx.calendar_patience(), move |tx| stored::settled(tx, &key));
            if let Some(bytes) = look.await? {
                return Answer::from_bytes(&bytes);
            }
        }
        Ok(so_far)
    }

    async fn ask_calcom(&self, cx: &CallContext, key: AnswerKey, held: Held) -> Result<Answer> {
        let patience = cx.calendar_patience().saturating_sub(RECORD_RESERVE);
        let outcome = if patience < ASK_AT_LEAST {
            Err(calcom::Error::Unreachable)
        } else {
            match self.calcom(Company(cx.company), held.connection.clone(), cx.calendar_patience()).await {
                Ok(Some(client)) => client.create_booking(patience, &held.booking).await,
                Ok(None) => Err(calcom::Error::KeyRefused),
                Err(_) => Err(calcom::Error::Unreachable),
            }
        };
        let now = self.clock.now();
        let arguments_cx = cx.clone();
        let (pace, store) = (self.pace, self.store.clone());
        let provisional = held.answer.clone();
        let recorded = self
            .store
            .write(Company(cx.company), cx.calendar_patience().max(RECORD_RESERVE), move |tx| {
                let settled = settle(tx, held.appointment, &outcome, pace, now)?;
                let answer = match settled {
                    Settled::Confirmed | Settled::Moot => {
                        current_answer(tx, &arguments_cx, held.appointment, now)?
                    }
                    Settled::Refused => {
                        refused_answer(tx, &arguments_cx, held.appointment, store.seals(), now)?
                    }
                    Settled::Open => held.answer.clone(),
                };
                let effect = (settled != Settled::Refused).then_some(held.appointment);
                stored::record(tx, &key, &answer.to_bytes(), effect, true)?;
                Ok(answer)
            })
            .await;
        // The intent is committed: whatever could not be written now is settled by the worker.
        recorded.or_else(|error| {
            tracing::warn!(%error, "the calendar's answer could not be recorded inside the call");
            Ok(provisional)
        })
    }
}
