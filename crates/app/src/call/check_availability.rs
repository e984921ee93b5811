//! "Is that free?"

use askpro_domain::{
    availability::Slot,
    booking::{OFFERS_AT_MOST, choose_offers, nearest_offers},
    ids::StaffId,
    spoken::Window,
};
use askpro_store::{Company, CompanyTx, Result, schedule, seal::Seals};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Answer, Arguments, CallContext, Catalogues, SlotId, Status,
    sentences::{Because, Missing, Offer, Sentence, Spoken},
    when::{WhenMeant, when_meant},
    wish::{Meant, Offerings, Place, bounds, cut, service_meant},
};
use crate::App;

/// How long an offer stands.
pub(super) const OFFER_LIFE: SignedDuration = SignedDuration::from_mins(15);

impl App {
    /// Tells which starts are free. Holds nothing.
    pub(super) async fn check_availability(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let now = self.clock.now();
        let (context, arguments) = (cx.clone(), arguments.clone());
        let (store, catalogues) = (self.store.clone(), self.catalogues.clone());
        self.store
            .read(Company(cx.company), cx.patience(), move |tx| {
                check(tx, &context, &arguments, store.seals(), &catalogues, now)
            })
            .await
    }
}

fn check(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    arguments: &Arguments,
    seals: &Seals,
    catalogues: &Catalogues,
    now: Timestamp,
) -> Result<Answer> {
    let place = match Place::named(tx, cx, arguments, now)? {
        Ok(place) => place,
        Err(question) => return Ok(question),
    };
    let ask = |missing: Missing<'_>| Ok(needs_input(&place, missing, now));
    let service = match service_meant(schedule::services(tx)?, &place, catalogues, arguments) {
        Meant::One(service) => *service,
        Meant::Several(names) => return ask(Missing::OneService(&names)),
        Meant::Nothing(names) if arguments.text("service").is_some() => {
            return ask(Missing::OtherService(&names));
        }
        Meant::Nothing(names) => return ask(Missing::Service(&names)),
    };
    let (windows, exact) = match when_meant(arguments, &place, now) {
        WhenMeant::Windows { windows, exact } => (windows, exact),
        // Read back with its date, so the caller hears what was made of it.
        WhenMeant::Corrected(start) => {
            (vec![Window { from: start, to: start.checked_add(minute()).ok() }], true)
        }
        WhenMeant::Past => return ask(Missing::WhenPast),
        WhenMeant::Missing => return ask(Missing::When),
        WhenMeant::Unclear => return ask(Missing::WhenUnclear),
    };
    let bounds = bounds(&windows, &service, now);
    let offerings = Offerings::load(tx, service, &place, now)?;
    let Ok(person) = offerings.person_meant(arguments) else { return ask(Missing::Staff) };

    let free = offerings.free(tx, &cut(&windows, bounds), person)?;
    let offering = Offering { place: &place, offerings: &offerings, person, seals, cx, now };
    if free.is_empty() {
        let around = offerings.around(tx, bounds.from, person)?;
        let nearby = nearest_offers(&around, bounds.from, OFFERS_AT_MOST);
        return Ok(offering.alternatives(&nearby, Because::Taken));
    }
    Ok(offering.available(&choose_offers(&soon(free, &windows), OFFERS_AT_MOST), exact))
}

/// Who wants it as soon as possible is not offered next month: of an open end
/// only the first days with something free count.
pub(super) fn soon(free: Vec<Slot<StaffId>>, windows: &[Window]) -> Vec<Slot<StaffId>> {
    match free.first() {
        Some(first) if windows.iter().any(|window| window.to.is_none()) => {
            let last = first.start.checked_add(SOON).unwrap_or(first.start);
            free.into_iter().filter(|slot| slot.start < last).collect()
        }
        _ => free,
    }
}

/// How far from the first free start "soon" reaches.
const SOON: SignedDuration = SignedDuration::from_hours(30);

fn minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

/// Asks the caller for what is missing.
pub(super) fn needs_input(place: &Place, missing: Missing<'_>, now: Timestamp) -> Answer {
    let spoken = Spoken { zone: &place.zone, now };
    let data = match missing {
        Missing::Service(names) | Missing::OtherService(names) | Missing::OneService(names) => {
            json!({ "missing": "service", "services": names })
        }
        Missing::When | Missing::WhenUnclear | Missing::WhenPast => json!({ "missing": "when" }),
        Missing::WhenCorrected(start) => {
            json!({ "missing": "when", "suggested": local(start, place) })
        }
        Missing::Name | Missing::CallerName => json!({ "missing": "customer_name" }),
        Missing::Phone => json!({ "missing": "customer_phone" }),
        Missing::Staff => json!({ "missing": "staff" }),
        Missing::Reference => json!({ "missing": "reference" }),
        Missing::Repeat | Missing::FewerAppointments(_) => json!({ "missing": "repeat" }),
        Missing::WhichAppointment(starts) => {
            let starts: Vec<String> = starts.iter().map(|start| local(*start, place)).collect();
            json!({ "missing": "reference", "appointments": starts })
        }
        Missing::Branch(names) => json!({ "missing": "branch", "branches": names }),
    };
    Answer::new(Status::NeedsInput, place.language, &Sentence::Missing(missing, spoken), data)
}

/// Turns free starts into offers that can be spoken and booked.
pub(super) struct Offering<'a> {
    pub(super) place: &'a Place,
    pub(super) offerings: &'a Offerings,
    pub(super) person: Option<StaffId>,
    pub(super) seals: &'a Seals,
    pub(super) cx: &'a CallContext,
    pub(super) now: Timestamp,
}

impl Offering<'_> {
    fn available(&self, slots: &[Slot<StaffId>], exact: bool) -> Answer {
        let spoken = self.spoken();
        let offers = self.offers(slots);
        let sentence = match &offers[..] {
            [_] if exact => {
                Sentence::Free { offer: self.offer(&slots[0]), service: &self.offerings.service.name, spoken }
            }
            _ => Sentence::Offers { because: None, offers: &offers, spoken },
        };
        Answer::new(Status::Available, self.place.language, &sentence, self.data(slots))
    }

    /// Other times, or that there are none.
    pub(super) fn alternatives(&self, slots: &[Slot<StaffId>], because: Because) -> Answer {
        if slots.is_empty() {
            return Answer::new(Status::None, self.place.language, &Sentence::NothingFree, self.data(slots));
        }
        let offers = self.offers(slots);
        let sentence = Sentence::Offers { because: Some(because), offers: &offers, spoken: self.spoken() };
        Answer::new(Status::Alternatives, self.place.language, &sentence, self.data(slots))
    }

    fn spoken(&self) -> Spoken<'_> {
        Spoken { zone: &self.place.zone, now: self.now }
    }

    fn offers(&self, slots: &[Slot<StaffId>]) -> Vec<Offer<'_>> {
        slots.iter().map(|slot| self.offer(slot)).collect()
    }

    fn offer(&self, slot: &Slot<StaffId>) -> Offer<'_> {
        Offer { start: slot.start, staff: self.offerings.name_of(slot.person) }
    }

    fn data(&self, slots: &[Slot<StaffId>]) -> Value {
        let expires = self.now.checked_add(OFFER_LIFE).unwrap_or(Timestamp::MAX);
        let listed: Vec<Value> = slots
            .iter()
            .map(|slot| {
                let id = SlotId {
                    branch: self.place.branch.id,
                    service: self.offerings.service.id,
                    staff: self.person,
                    start: slot.start,
                    expires,
                };
                json!({
                    "slot_id": id.seal(self.cx.company, self.seals),
                    "start": local(slot.start, self.place),
                    "end": local(slot.end, self.place),
                    "staff": self.offerings.name_of(slot.person),
                    "staff_id": slot.person.to_string(),
                })
            })
            .collect();
        json!({ "service": self.offerings.service.name, "slots": listed })
    }
}

/// An instant as RFC 3339 with the branch's offset.
pub(super) fn local(at: Timestamp, place: &Place) -> String {
    at.to_zoned_datetime(place.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
