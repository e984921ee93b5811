//! Appointments are found, moved and called off.

use serde_json::json;

use crate::commands::demo::{
    businesses::{CUT, EXERCISES, Line, NOTICE_HOURS, VET_FOLLOW_UP},
    script::{Conversation, earlier},
    world::World,
};

pub(super) fn booked_cancelled_booked(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.free_moment(&[9, 10, 14, 16]);
    let cut = json!({ "service": "Haare schneiden", "when": at.german(), "customer_name": caller.name });
    Conversation::new(Line::Salon, "booked, cancelled, booked again", "all in one call; the last word counts")
        .call(
            caller
                .rings_withheld()
                .says(format!("{}. Haare schneiden, {}.", caller.name, at.german()))
                .asks("book_appointment", cut.clone(), &["confirmed"])
                .says("Moment, da bin ich ja gar nicht da. Sagen Sie das wieder ab.")
                .asks("cancel_appointment", json!({}), &["cancelled"])
                .heard(at.german_date())
                .says("Nein, warten Sie, das war die Woche davor. Doch, bitte eintragen.")
                .asks("book_appointment", cut, &["confirmed"])
                .says("Jetzt aber. Danke für Ihre Geduld!"),
        )
        .cancelled(&caller, CUT, at)
        .stands(&caller, CUT, at)
}

pub(super) fn withheld_number(world: &mut World) -> Conversation {
    let (caller, stranger) = (world.caller(), world.caller());
    let at = world.free_moment(&[10, 11, 14, 15]);
    let reference = earlier(0, 0, "/data/appointment/reference");
    let check = json!({ "service": "Kontrolle", "when": at.german(), "customer_name": caller.name,
        "customer_phone": caller.spoken_number() });
    Conversation::new(
        Line::VetOnCall,
        "a withheld number",
        "known again by reference and name, and by nothing less",
    )
    .call(
        caller
            .rings_withheld()
            .says(format!(
                "Hallo, {} mit dem Kater. Kann er {} noch einmal kommen?",
                caller.name,
                at.german()
            ))
            .says(format!("Meine Nummer ist {}.", caller.spoken_number()))
            .asks("book_appointment", check, &["confirmed"])
            .says("Ich schreibe es mir auf."),
    )
    .call(
        caller
            .rings_withheld()
            .says("Ich wollte fragen, wann wir noch einmal kommen sollen.")
            .asks("find_appointments", json!({ "customer_name": caller.name }), &["needs_input"])
            .told("/data/missing", "reference")
            .says(format!("{}, und die Nummer ist {reference}.", caller.name))
            .asks(
                "find_appointments",
                json!({ "customer_name": caller.name, "reference": reference }),
                &["found"],
            )
            .heard(at.german_date())
            .told("/data/appointments/0/id", earlier(0, 0, "/data/appointment/id"))
            .says("Genau, danke."),
    )
    .call(
        stranger
            .rings_withheld()
            .says(format!(
                "Ich habe hier einen Zettel mit {reference}. Wann ist denn das? {} mein Name.",
                stranger.name
            ))
            .asks(
                "find_appointments",
                json!({ "customer_name": stranger.name, "reference": reference }),
                &["none"],
            )
            .says("Dann nicht."),
    )
    .stands(&caller, VET_FOLLOW_UP, at)
}

pub(super) fn moved(world: &mut World) -> Conversation {
    let caller = world.caller();
    let (before, after) = (world.free_moment(&[9, 10, 11]), world.free_moment(&[14, 15, 16]));
    let cut = json!({ "service": "Haare schneiden", "when": before.german(), "customer_name": caller.name });
    Conversation::new(Line::Salon, "moved", "known by number and name; the reference stays")
        .call(
            caller
                .rings()
                .says(format!("{}, hallo. Haare schneiden, {}.", caller.name, before.german()))
                .asks("book_appointment", cut, &["confirmed"])
                .says("Danke!"),
        )
        .call(
            caller
                .rings()
                .says(format!("{} noch einmal. Ich muss meinen Termin verschieben.", caller.last_name()))
                .asks("find_appointments", json!({ "customer_name": caller.name }), &["found"])
                .heard(before.german_date())
                .says(format!("Ginge auch {}?", after.german()))
                .asks("reschedule_appointment", json!({ "when": after.german() }), &["confirmed"])
                .heard(after.german_date())
                .told("/data/appointment/reference", earlier(0, 0, "/data/appointment/reference"))
                .says("Perfekt."),
        )
        .stands(&caller, CUT, after)
}

pub(super) fn cancelled_in_time(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.free_moment(&[10, 11, 16, 17]);
    let exercises =
        json!({ "service": "Krankengymnastik", "when": at.german(), "customer_name": caller.name });
    Conversation::new(Line::Physio, "cancelled in good time", "more than a day before, as the practice asks")
        .call(
            caller
                .rings()
                .says(format!("{}, guten Tag. Krankengymnastik, {}, bitte.", caller.name, at.german()))
                .asks("book_appointment", exercises, &["confirmed"])
                .says("Gut."),
        )
        .call(
            caller
                .rings()
                .says(format!("{} hier, ich muss leider absagen.", caller.name))
                .asks(
                    "cancel_appointment",
                    json!({ "customer_name": caller.name, "reason": "krank" }),
                    &["cancelled"],
                )
                .heard(at.german_date())
                .says("Nein, danke, ich melde mich."),
        )
        .cancelled(&caller, EXERCISES, at)
}

pub(super) fn cancelled_too_late(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.within_a_day();
    let latest = world.minutes_after(at, -NOTICE_HOURS * 60);
    let exercises = json!({ "service": "KG", "date": at.iso_date(), "time": at.iso_time(), "customer_name": caller.name });
    let due = world.free_moment(&[9]);
    Conversation::new(
        Line::Physio,
        "cancelled too late",
        "less than a day before: refused with the reason, and somebody rings back",
    )
    .call(
        caller
            .rings()
            .says(format!("{}. Haben Sie {} noch einen Termin KG?", caller.name, at.german()))
            .asks("book_appointment", exercises, &["confirmed"])
            .says("Klasse."),
    )
    .call(
        caller
            .rings()
            .says(format!("{}. Ich schaffe es doch nicht, bitte absagen.", caller.name))
            .asks("cancel_appointment", json!({ "customer_name": caller.name }), &["refused"])
            .told("/data/reason", "policy")
            .told("/data/latest", world.iso(latest))
            .says(format!("Dann soll mich bitte jemand anrufen, {}.", due.german()))
            .asks(
                "request_callback",
                json!({ "customer_name": caller.name, "topic": "Absage", "when": due.german() }),
                &["noted"],
            )
            .heard(due.german_date())
            .says("Danke."),
    )
    .stands(&caller, EXERCISES, at)
    .call_back_due(due)
}
