//! "Book it." Looks again, and writes appointment, occupancy, outbox, audit and
//! answer in one transaction. What belongs to Cal.com is held first, then asked
//! for inside the budget, and settled afterwards where no answer came.
//!
//! [`transaction`] is the first transaction, [`series`] several appointments at
//! once, [`customer`] for whom they are, [`answers`] what is said about them.

mod answers;
mod customer;
mod series;
mod transaction;

use std::sync::Arc;

use askpro_store::Result;

use self::transaction::Booking;
pub(super) use self::{
    answers::{
        answer_after, appointment_answer, appointment_data, booking_alternatives, moved_answer,
        refused_answer,
    },
    customer::{name_given, phone_given},
};
use super::{Answer, Arguments, CallContext};
use crate::App;

impl App {
    /// Books, or says why not.
    pub(super) async fn book_appointment(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let booking = Booking {
            cx: cx.clone(),
            arguments: arguments.clone(),
            chance: Arc::clone(&self.chance),
            store: self.store.clone(),
            pace: self.pace,
            catalogues: self.catalogues.clone(),
            now: self.clock.now(),
        };
        self.change(cx, cx.answer_key("book_appointment", arguments), move |tx| booking.decide(tx)).await
    }
}
