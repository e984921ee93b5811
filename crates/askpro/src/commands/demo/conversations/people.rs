//! A person is wanted, or only an answer.

use askpro_domain::call::CallOutcome;
use serde_json::json;

use crate::commands::demo::{
    businesses::{CUT, CUT_CENTS, Line},
    script::Conversation,
    world::World,
};

pub(super) fn call_me_back(world: &mut World) -> Conversation {
    let caller = world.caller();
    let due = world.free_moment(&[10, 11, 15]);
    Conversation::new(Line::Salon, "please ring me back", "a task, due when the caller was told")
        .call(
            caller
                .rings()
                .says(format!("{}. Ich habe eine Frage zu einer Allergie, das möchte ich mit jemandem besprechen.", caller.name))
                .says(format!("Am besten {}.", due.german()))
                .asks(
                    "request_callback",
                    json!({ "customer_name": caller.name, "topic": "Frage zur Verträglichkeit", "when": due.german() }),
                    &["noted"],
                )
                .heard(due.german_date())
                .says("Vielen Dank."),
        )
        .call_back_due(due)
}

pub(super) fn a_human_please(world: &mut World) -> Conversation {
    let caller = world.caller();
    let person = Line::VetOnCall.person();
    Conversation::new(Line::VetOnCall, "a human, please", "somebody is there: the caller is put through")
        .call(
            caller
                .rings()
                .says("Ich möchte mit einem Menschen sprechen, sofort!")
                .asks("transfer_target", json!({ "reason": "möchte mit einem Menschen sprechen" }), &["ok"])
                .told("/data/number", person.as_str())
                .put_through_to(&person),
        )
        .on_record_as(CallOutcome::Transferred)
}

pub(super) fn nobody_there(world: &mut World) -> Conversation {
    let caller = world.caller();
    // Two hours after the next morning on the road begins.
    let due = world.at(world.next(world.cast.road_day), 11, 0);
    Conversation::new(
        Line::VetOnTheRoad,
        "a human, and nobody is there",
        "outside opening hours: a call-back is offered and noted",
    )
    .call(
        caller
            .rings()
            .says("Verbinden Sie mich bitte mit der Ärztin.")
            .asks("transfer_target", json!({}), &["unavailable"])
            .told("/error_id", json!(null))
            .says(format!("Ja, bitte. {}, es geht um die Ziegen.", caller.name))
            .asks("request_callback", json!({ "customer_name": caller.name, "topic": "Ziegen" }), &["noted"])
            .heard(due.german_date())
            .says("Danke, auf Wiederhören."),
    )
    .call_back_due(due)
    .on_record_as(CallOutcome::CallBack)
}

pub(super) fn where_when_how_much(world: &mut World) -> Conversation {
    let address = world.cast.address.clone();
    Conversation::new(Line::Salon, "where, when, how much", "what anybody may know about the business")
        .call(
            world
                .caller()
                .rings_withheld()
                .says("Wo sind Sie denn, wie lange haben Sie auf, und was kostet ein Herrenschnitt?")
                .asks("get_business_info", json!({ "topic": "Adresse, Öffnungszeiten, Preise" }), &["ok"])
                .heard(&address)
                .told("/data/address", address.as_str())
                .told("/data/services", json!({ "name": CUT, "price_cents": CUT_CENTS }))
                .says("Danke, das war's schon."),
        )
        .on_record_as(CallOutcome::Informed)
}
