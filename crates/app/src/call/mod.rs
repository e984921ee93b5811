//! Call time: a voice agent asks for something while somebody waits on the phone.
//!
//! [`App::answer_function`] always ends in an [`Answer`] with a sentence that can
//! be spoken. A new function is a file here, a line in the match below, its
//! sentences in `sentences/`, and a scene in `tests/`.

mod answer;
mod arguments;
mod booking;
mod business;
mod cancel_appointment;
mod catalogues;
mod change;
mod check_availability;
mod context;
mod find_appointments;
mod opening;
mod recognise;
mod request_callback;
mod reschedule_appointment;
mod sentences;
mod slot_id;
mod when;
mod wish;

pub use answer::{Answer, Status};
pub use arguments::Arguments;
use askpro_domain::ids::ErrorId;
pub use catalogues::Catalogues;
pub use context::CallContext;
pub(crate) use opening::{ai_disclosure, hours_today, interval};
pub use slot_id::SlotId;

use crate::App;

/// The functions that an agent may call.
pub const FUNCTIONS: &[&str] = &[
    "check_availability",
    "book_appointment",
    "find_appointments",
    "reschedule_appointment",
    "cancel_appointment",
    "request_callback",
    "get_business_info",
    "transfer_target",
];

impl App {
    /// Answers a function call. Whatever goes wrong, the caller hears a sentence,
    /// and an error id leads from it to the log.
    pub async fn answer_function(&self, cx: &CallContext, function: &str, arguments: &Arguments) -> Answer {
        let outcome = match function {
            "check_availability" => self.check_availability(cx, arguments).await,
            "book_appointment" => self.book_appointment(cx, arguments).await,
            "find_appointments" => self.find_appointments(cx, arguments).await,
            "reschedule_appointment" => self.reschedule_appointment(cx, arguments).await,
            "cancel_appointment" => self.cancel_appointment(cx, arguments).await,
            "request_callback" => self.request_callback(cx, arguments).await,
            "get_business_info" => self.business_info(cx, arguments).await,
            "transfer_target" => self.transfer_target(cx, arguments).await,
            _ => return Answer::unknown_function(cx.language_or_default()),
        };
        outcome.unwrap_or_else(|error| self.apologise(cx, function, &error))
    }

    fn apologise(&self, cx: &CallContext, function: &str, error: &askpro_store::Error) -> Answer {
        let error_id = ErrorId::new(self.chance.as_ref());
        tracing::error!(company.id = %cx.company, function, error.id = %error_id, %error, "a function call failed");
        let language = cx.language_or_default();
        // A call-back can be noted without the database, so that is offered.
        if self.state.is_some() && function != "request_callback" {
            Answer::without_calendar(language, &error_id)
        } else {
            Answer::unavailable(language, &error_id)
        }
    }
}
