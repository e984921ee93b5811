//! The conversations. Each is a text: what is said, what the agent's model makes of
//! it, what must be answered, and what must stand in the calendar afterwards.
//!
//! They do not get in each other's way: every one takes people and days of its own.

mod booking;
mod changes;
mod people;
mod trouble;
mod understanding;

use super::{script::Conversation, world::World};

pub(super) fn conversations(world: &mut World) -> Vec<Conversation> {
    [
        booking::plain_german,
        booking::plain_english,
        booking::next_friday_at_half_past_two,
        booking::taken_already,
        booking::two_callers_one_slot,
        booking::everything_sent_again,
        booking::six_weekly,
        booking::while_the_colour_takes_effect,
        understanding::unclear_date,
        understanding::what_models_invent,
        changes::booked_cancelled_booked,
        changes::withheld_number,
        changes::moved,
        changes::cancelled_in_time,
        changes::cancelled_too_late,
        people::call_me_back,
        people::a_human_please,
        people::nobody_there,
        people::where_when_how_much,
        trouble::calcom_refuses,
        trouble::calcom_fails,
        trouble::calcom_hangs,
        trouble::calcom_swallows_its_answer,
        trouble::database_away,
    ]
    .map(|write| write(world))
    .into()
}
