//! What is said, or made up, is not clear: it is asked back, never guessed.

use serde_json::json;

use crate::commands::demo::{
    businesses::{CUT, Line, VET_FOLLOW_UP},
    script::Conversation,
    world::World,
};

pub(super) fn unclear_date(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.free_moment(&[9, 10, 15, 16]);
    let cut =
        |when: &str| json!({ "service": "Haare schneiden", "when": when, "customer_name": caller.name });
    Conversation::new(Line::Salon, "an unclear date", "asked back until it is a day and a time, then booked")
        .call(
            caller
                .rings()
                .says(format!(
                    "{}, grüß Gott. Ich müsste mal wieder zum Friseur, wenn meine Schwester auch kann.",
                    caller.name
                ))
                .asks("book_appointment", cut("wenn meine Schwester auch kann"), &["needs_input"])
                .told("/data/missing", "when")
                .says("Ach so. Am einunddreißigsten Februar?")
                .asks("book_appointment", cut("am 31. Februar"), &["needs_input"])
                .told("/data/missing", "when")
                .says(format!("Quatsch, den gibt es ja gar nicht. Dann {}.", at.german()))
                .asks("book_appointment", cut(&at.german()), &["confirmed"])
                .heard(at.german_date())
                .says("Wunderbar."),
        )
        .stands(&caller, CUT, at)
}

pub(super) fn what_models_invent(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.free_moment(&[9, 10, 14, 15]);
    let wish = |name: &str| json!({ "service": "Kontrolle", "date": at.iso_date(), "time": at.iso_time(), "customer_name": name });
    Conversation::new(
        Line::VetOnCall,
        "what models invent",
        "a past year, an id of no call, a customer called Kunde: nothing of it is booked",
    )
    .call(
        caller
            .rings()
            .says(format!("Hallo, können Sie sich {} noch einmal unseren Hund ansehen?", at.german()))
            .asks("book_appointment", wish(&caller.name), &["needs_input"])
            .inventing(&["past_year", "call_id", "empty_text"])
            .told("/data/missing", "when")
            .heard(at.german_date())
            .says("Ja, genau, den meine ich.")
            .asks("book_appointment", wish(&caller.name), &["needs_input"])
            .inventing(&["placeholder_name", "call_id", "foreign_arguments"])
            .told("/data/missing", "customer_name")
            .says(format!("{}.", caller.name))
            .asks("book_appointment", wish(&caller.name), &["confirmed"])
            .inventing(&["call_id", "name_in_phone", "number_words", "foreign_arguments"])
            .heard(at.german_date())
            .says("Danke Ihnen."),
    )
    .stands(&caller, VET_FOLLOW_UP, at)
}
