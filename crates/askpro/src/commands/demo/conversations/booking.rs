//! Appointments are made.

use askpro_app::appointments::Listed;
use askpro_domain::call::CallOutcome;
use jiff::civil::Weekday;
use serde_json::json;

use crate::commands::demo::{
    businesses::{COLOUR, CUT, EXERCISES, Line, SHAVE},
    script::{Call, Conversation, FIRST_OFFER},
    world::{Moment, Person, World},
};

pub(super) fn plain_german(world: &mut World) -> Conversation {
    let caller = world.caller();
    let (day, word) = world.next_working_day();
    let at = world.at(day, world.hour(&[9, 10, 11]), 0);
    let when = format!("{word} {}", at.german_time());
    Conversation::new(Line::Salon, "plain, German", "a haircut, asked for and booked")
        .call(
            caller
                .rings()
                .says(format!(
                    "Guten Tag, {} hier. Ich möchte mir {when} die Haare schneiden lassen.",
                    caller.name
                ))
                .asks(
                    "check_availability",
                    json!({ "service": "Haare schneiden", "when": when }),
                    &["available"],
                )
                .heard(at.german_date())
                .says("Ja, gern.")
                .asks(
                    "book_appointment",
                    json!({ "slot_id": FIRST_OFFER, "customer_name": caller.name }),
                    &["confirmed"],
                )
                .heard(at.german_date())
                .says("Wunderbar, vielen Dank. Tschüss!"),
        )
        .stands(&caller, CUT, at)
}

pub(super) fn plain_english(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.at(world.next(Weekday::Tuesday), world.hour(&[14, 15, 16]), 0);
    let when = format!("next Tuesday {}", at.english_time());
    Conversation::new(Line::PhysioInEnglish, "plain, English", "physiotherapy, from a phone that hides its number")
        .call(
            caller
                .rings_withheld()
                .says(format!("Hello, I need a physiotherapy appointment, {when}."))
                .asks("check_availability", json!({ "service": "physiotherapy", "when": when }), &["available"])
                .heard(at.english_date())
                .says(format!("Perfect. My name is {}, and my number is {}.", caller.name, caller.spoken_number()))
                .asks(
                    "book_appointment",
                    json!({ "slot_id": FIRST_OFFER, "customer_name": caller.name, "customer_phone": caller.spoken_number() }),
                    &["confirmed"],
                )
                .heard(at.english_date())
                .says("Thank you, goodbye."),
        )
        .stands(&caller, EXERCISES, at)
}

pub(super) fn next_friday_at_half_past_two(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.at(world.next(Weekday::Friday), 14, 30);
    let when = "nächsten Freitag um halb drei";
    Conversation::new(Line::Salon, "nächsten Freitag um halb drei", "understood, and read back with its date")
        .call(
            caller
                .rings()
                .says(format!("Hallo, haben Sie {when} was frei zum Haareschneiden?"))
                .asks(
                    "check_availability",
                    json!({ "service": "Haare schneiden", "when": when }),
                    &["available"],
                )
                .heard(format!("{} um 14:30 Uhr", at.german_date()))
                .says(format!("Super, dann auf {}.", caller.name))
                .asks(
                    "book_appointment",
                    json!({ "service": "Haare schneiden", "when": when, "customer_name": caller.name }),
                    &["confirmed"],
                )
                .heard(format!("{} um 14:30 Uhr", at.german_date()))
                .says("Bis dann!"),
        )
        .stands(&caller, CUT, at)
}

pub(super) fn taken_already(world: &mut World) -> Conversation {
    let (early, late) = (world.caller(), world.caller());
    let at = world.free_moment(&[10, 11, 15, 16]);
    let when = at.german();
    let shave = json!({ "service": "Rasur", "when": when, "customer_name": early.name });
    Conversation::new(
        Line::Salon,
        "the wished time is taken",
        "other times are offered, and one of them is booked",
    )
    .call(
        early
            .rings()
            .says(format!("{}, guten Tag. Einmal rasieren, {when}, bitte.", early.name))
            .asks("book_appointment", shave, &["confirmed"])
            .says("Passt."),
    )
    .call(
        late.rings()
            .says(format!("Ich bräuchte {when} eine Rasur."))
            .asks("check_availability", json!({ "service": "Rasur", "when": when }), &["alternatives"])
            .says(format!("Dann nehme ich den ersten. {} ist mein Name.", late.name))
            .asks(
                "book_appointment",
                json!({ "slot_id": FIRST_OFFER, "customer_name": late.name }),
                &["confirmed"],
            )
            .says("Danke, bis dann."),
    )
    .stands(&early, SHAVE, at)
    .stands_instead_of(&late, SHAVE, at)
}

pub(super) fn two_callers_one_slot(world: &mut World) -> Conversation {
    let (one, other) = (world.caller(), world.caller());
    let at = world.free_moment(&[9, 10, 14, 15]);
    let races = |caller: &Person| -> Call {
        caller
            .rings()
            .says(format!("Hallo, {}. Eine Rasur, {}, geht das?", caller.name, at.german()))
            .asks("check_availability", json!({ "service": "Rasur", "when": at.german() }), &["available"])
            .meets("the same slot", 2)
            .says("Ja, bitte.")
            .asks(
                "book_appointment",
                json!({ "slot_id": FIRST_OFFER, "customer_name": caller.name }),
                &["confirmed", "alternatives"],
            )
            .repeated(2)
            .says("Dann nehme ich den ersten davon.")
            .only_after("alternatives")
            .asks(
                "book_appointment",
                json!({ "slot_id": FIRST_OFFER, "customer_name": caller.name }),
                &["confirmed"],
            )
            .only_after("alternatives")
            .says("Danke, bis dann.")
    };
    Conversation::new(
        Line::Salon,
        "two callers, one slot",
        "both ask at the same moment, and every request is sent three times",
    )
    .calls_together([races(&one), races(&other)])
    .bookings(&["alternatives", "confirmed", "confirmed"])
    .stands_as_offered(&one, SHAVE)
    .stands_as_offered(&other, SHAVE)
}

pub(super) fn everything_sent_again(world: &mut World) -> Conversation {
    let caller = world.caller();
    let at = world.free_moment(&[9, 11, 14, 16]);
    Conversation::new(
        Line::Salon,
        "everything is sent again",
        "the booking five times, once of them late; the call's events twice, the last one first",
    )
    .call(
        caller
            .rings()
            .with_disordered_events()
            .says(format!("{} hier, ein Haarschnitt für Herren, {}.", caller.name, at.german()))
            .asks(
                "book_appointment",
                json!({ "service": "Haarschnitt für Herren", "when": at.german(), "customer_name": caller.name }),
                &["confirmed"],
            )
            .repeated(3)
            .says("Hallo? Sind Sie noch da?")
            .arrives_again(0)
            .says("Ah, gut. Danke!"),
    )
    .stands(&caller, CUT, at)
    .on_record_as(CallOutcome::Booked)
}

pub(super) fn six_weekly(world: &mut World) -> Conversation {
    let caller = world.caller();
    // An hour at which no other conversation wants anything of the physiotherapy.
    let day = world.day();
    let first = world.at(day, 8, 0);
    let all: Vec<Moment> = (0..6).map(|week| world.days_after(first, 7 * week)).collect();
    let row = json!({ "service": "KG", "when": first.german(), "customer_name": caller.name,
        "repeat": { "count": 6, "rhythm": "weekly" } });
    let mut conversation = Conversation::new(
        Line::Physio,
        "six appointments in a row",
        "every week, with one person, all or nothing",
    )
    .call(
        caller
            .rings()
            .says(format!(
                "Guten Tag, {}. Ich habe ein Rezept über sechsmal KG, einmal die Woche, am besten ab {}.",
                caller.name,
                first.german_date()
            ))
            .says("Um acht Uhr morgens, wenn das geht.")
            .asks("book_appointment", row, &["confirmed"])
            .heard(first.german_date())
            .heard(all[5].german_date())
            .told("/data/series/count", 6)
            .says("Sehr gut, danke schön."),
    )
    .rule(one_person);
    for at in all {
        conversation = conversation.stands(&caller, EXERCISES, at);
    }
    conversation
}

fn one_person(appointments: &[Listed]) -> Option<&'static str> {
    let first = appointments.first()?.appointment.staff;
    let is_one = appointments.iter().all(|one| one.appointment.staff == first);
    (!is_one).then_some("the row is not with one person")
}

pub(super) fn while_the_colour_takes_effect(world: &mut World) -> Conversation {
    let (coloured, shaved) = (world.caller(), world.caller());
    let colour_at = world.free_moment(&[9, 10, 14, 15]);
    let pause_at = world.minutes_after(colour_at, 45);
    let barber = world.cast.barber.clone();
    let colour = json!({ "service": "Farbe und Schnitt", "when": colour_at.german(), "staff": barber,
        "customer_name": coloured.name });
    let shave = json!({ "service": "Rasur", "date": pause_at.iso_date(), "time": pause_at.iso_time(), "staff": barber,
        "customer_name": shaved.name });
    Conversation::new(
        Line::Salon,
        "while the colour takes effect",
        "in the half-hour of waiting the same person serves somebody else",
    )
    .call(
        coloured
            .rings()
            .says(format!(
                "{}, hallo. Farbe und Schnitt bei {barber}, {}.",
                coloured.name,
                colour_at.german()
            ))
            .asks("book_appointment", colour, &["confirmed"])
            .says("Bis dann, tschüss."),
    )
    .call(
        shaved
            .rings()
            .says(format!(
                "Kann ich {} zu {barber} zum Rasieren kommen? {} mein Name.",
                pause_at.german(),
                shaved.name
            ))
            .asks("book_appointment", shave, &["confirmed"])
            .says("Prima."),
    )
    .stands(&coloured, COLOUR, colour_at)
    .stands(&shaved, SHAVE, pause_at)
    .rule(inside_each_other_with_one_person)
}

/// That nobody is needed twice at once is checked for all conversations.
fn inside_each_other_with_one_person(appointments: &[Listed]) -> Option<&'static str> {
    let [long, short] = appointments else { return Some("there are not two appointments") };
    let (long, short) = (&long.appointment, &short.appointment);
    if long.staff != short.staff {
        return Some("they are with two people");
    }
    (long.end <= short.start || short.end > long.end).then_some("they do not lie inside each other")
}
