//! Something is broken while somebody is on the phone. What is promised is kept.

use serde_json::json;

use crate::commands::demo::{
    businesses::{Line, VET_CHECK_UP, VET_FOLLOW_UP},
    script::{Conversation, Deed, FIRST_OFFER, earlier},
    world::World,
};

pub(super) fn calcom_refuses(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.free_moment(&[10, 11, 15]);
    Conversation::new(
        Line::Vet,
        "Cal.com refuses",
        "somebody was quicker there: other times are offered at once",
    )
    .call(
        caller
            .rings()
            .says(format!("{} mit Bello. Eine Vorsorgeuntersuchung, {}.", caller.name, at.german()))
            .asks("check_availability", json!({ "service": "Vorsorge", "when": at.german() }), &["available"])
            .meanwhile(Deed::CalcomRefuses)
            .says("Ja, bitte.")
            .asks(
                "book_appointment",
                json!({ "slot_id": FIRST_OFFER, "customer_name": caller.name }),
                &["alternatives"],
            )
            .says("Na gut, dann den ersten.")
            .asks(
                "book_appointment",
                json!({ "slot_id": FIRST_OFFER, "customer_name": caller.name }),
                &["confirmed"],
            )
            .says("Danke."),
    )
    .refused(&caller, VET_CHECK_UP, at)
    .stands_instead_of(&caller, VET_CHECK_UP, at)
}

/// A check-up that Cal.com does not confirm while the caller waits.
fn provisional(world: &mut World, name: &'static str, about: &'static str, deed: Deed) -> Conversation {
    let caller = world.caller();
    let at = world.free_moment(&[9, 10, 14, 16]);
    Conversation::new(Line::Vet, name, about)
        .call(
            caller
                .rings()
                .says(format!(
                    "Guten Tag, {}. Unser Kater muss zur Untersuchung, am besten {}.",
                    caller.name,
                    at.german()
                ))
                .asks(
                    "check_availability",
                    json!({ "service": "Untersuchung", "when": at.german() }),
                    &["available"],
                )
                .meanwhile(deed)
                .says("Ja, bitte eintragen.")
                .asks(
                    "book_appointment",
                    json!({ "slot_id": FIRST_OFFER, "customer_name": caller.name }),
                    &["provisional"],
                )
                .heard(at.german_date())
                .says("Gut, danke. Auf Wiederhören."),
        )
        .stands(&caller, VET_CHECK_UP, at)
}

pub(super) fn calcom_fails(world: &mut World) -> Conversation {
    let about = "provisional during the call, confirmed as soon as Cal.com is back";
    provisional(world, "Cal.com is down", about, Deed::CalcomFails)
}

pub(super) fn calcom_hangs(world: &mut World) -> Conversation {
    let about = "the caller waits no longer than the budget; confirmed afterwards";
    provisional(world, "Cal.com hangs", about, Deed::CalcomHangs)
}

pub(super) fn calcom_swallows_its_answer(world: &mut World) -> Conversation {
    let about = "the booking is found there afterwards, not made twice";
    provisional(world, "Cal.com books and does not say so", about, Deed::CalcomSwallowsItsAnswer)
}

pub(super) fn database_away(world: &mut World) -> Conversation {
    let (caller, person) = (world.caller(), Line::VetOnCall.person());
    let (at, other) = (world.free_moment(&[9, 10, 11]), world.free_moment(&[14, 15, 16]));
    let check = |when: String| json!({ "service": "Kontrolle", "when": when, "customer_name": caller.name });
    Conversation::new(
        Line::VetOnCall,
        "the database is away",
        "every question is answered with a sentence, and what was promised before still stands",
    )
    .call(
        caller
            .rings()
            .says(format!("{}. Können Sie {} noch einmal nach der Pfote sehen?", caller.name, at.german()))
            .asks("book_appointment", check(at.german()), &["confirmed"])
            .meanwhile(Deed::DatabaseGoes)
            .says(format!("Und die andere Katze {}?", other.german()))
            .asks("check_availability", check(other.german()), &["unavailable"])
            .asks("book_appointment", check(other.german()), &["unavailable"])
            .says("Wann war noch mal der erste Termin?")
            .asks("find_appointments", json!({ "customer_name": caller.name }), &["unavailable"])
            .asks("reschedule_appointment", json!({ "when": other.german() }), &["unavailable"])
            .asks("cancel_appointment", json!({}), &["unavailable"])
            .asks(
                "request_callback",
                json!({ "customer_name": caller.name, "topic": "Termin" }),
                &["unavailable"],
            )
            .says("Wo sind Sie denn überhaupt?")
            .asks("get_business_info", json!({}), &["ok"])
            .heard("Ich kann gerade nicht nachsehen")
            .heard(&world.cast.address)
            .says("Geben Sie mir einen Menschen.")
            .asks("transfer_target", json!({}), &["ok"])
            .told("/data/number", person)
            .says("Ach, lassen Sie, ich rufe gleich noch einmal an.")
            .meanwhile(Deed::DatabaseReturnsSoon),
    )
    .call(
        caller
            .rings()
            .says(format!("{} noch einmal. Steht mein Termin?", caller.name))
            .asks("find_appointments", json!({ "customer_name": caller.name }), &["found"])
            .heard(at.german_date())
            .told("/data/appointments/0/id", earlier(0, 0, "/data/appointment/id"))
            .says(format!("Gut. Und dazu noch {}.", other.german()))
            .asks("book_appointment", check(other.german()), &["confirmed"])
            .says("Danke!"),
    )
    .stands(&caller, VET_FOLLOW_UP, at)
    .stands(&caller, VET_FOLLOW_UP, other)
    .refuses_events_first()
}
