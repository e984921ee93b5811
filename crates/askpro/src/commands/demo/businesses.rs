//! Three German businesses, different with every seed, and who calls them.

use std::collections::BTreeMap;

use askpro_app::setup::{BranchPlan, CompanyPlan, NoticePlan, PolicyPlan, ServicePlan, StaffPlan};
use askpro_domain::{calendar::zone, ids::SeededChance, language::Language};
use jiff::{Timestamp, ToSpan, civil::Weekday};

use super::world::Person;

/// The phone lines: each rings at a branch of one of the businesses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Line {
    Salon,
    Physio,
    /// The same business, where English is spoken.
    PhysioInEnglish,
    /// Its check-ups are booked at Cal.com.
    Vet,
    /// Open day and night.
    VetOnCall,
    /// Open one morning a week, never today.
    VetOnTheRoad,
}

impl Line {
    pub(super) const ALL: [Self; 6] =
        [Self::Salon, Self::Physio, Self::PhysioInEnglish, Self::Vet, Self::VetOnCall, Self::VetOnTheRoad];

    /// Which business it belongs to, in the order of the cast.
    pub(super) fn company(self) -> usize {
        match self {
            Self::Salon => 0,
            Self::Physio | Self::PhysioInEnglish => 1,
            Self::Vet | Self::VetOnCall | Self::VetOnTheRoad => 2,
        }
    }

    pub(super) fn branch(self) -> &'static str {
        match self {
            Self::Salon => "Salon",
            Self::Physio => "Praxis",
            Self::PhysioInEnglish => "International Desk",
            Self::Vet => "Sprechstunde",
            Self::VetOnCall => "Notdienst",
            Self::VetOnTheRoad => "Hofsprechstunde",
        }
    }

    pub(super) fn language(self) -> Language {
        if self == Self::PhysioInEnglish { Language::En } else { Language::De }
    }

    /// What callers dial.
    pub(super) fn number(self) -> String {
        format!("+49302233440{}", self as u8)
    }

    /// Where a person picks up.
    pub(super) fn person(self) -> String {
        format!("+49302233449{}", self as u8)
    }
}

/// A business with its plans: branches of another language need one of their own.
pub(super) struct Business {
    pub(super) plans: Vec<CompanyPlan>,
    /// How long an answer that is booked at Cal.com may take, in milliseconds.
    pub(super) calcom_budget_ms: u32,
}

/// Everything that the seed decides.
pub(super) struct Cast {
    pub(super) businesses: [Business; 3],
    /// Who shaves at the salon, and colours.
    pub(super) barber: String,
    pub(super) callers: Vec<Person>,
    /// Where the salon is.
    pub(super) address: String,
    /// The weekday on which the vet is on the road.
    pub(super) road_day: Weekday,
}

/// The event type of the vet's check-up at Cal.com.
pub(super) const CHECK_UP: i64 = 101;

pub(super) const CUT: &str = "Herrenhaarschnitt";
pub(super) const COLOUR: &str = "Färben mit Schnitt";
pub(super) const SHAVE: &str = "Bartrasur";
pub(super) const EXERCISES: &str = "Krankengymnastik";
pub(super) const VET_CHECK_UP: &str = "Vorsorgeuntersuchung";
pub(super) const VET_FOLLOW_UP: &str = "Nachkontrolle";

/// What a cut costs.
pub(super) const CUT_CENTS: i64 = 3_200;

/// How long before a physiotherapy appointment it can still be called off, in hours.
pub(super) const NOTICE_HOURS: i64 = 24;

/// Shorter than usual: so much is what a hanging Cal.com costs the demonstration.
const BUDGET_OF_THE_VET_MS: u32 = 2_500;

fn draw_one<'a>(chance: &SeededChance, from: &[&'a str]) -> &'a str {
    from[usize::try_from(chance.below(from.len() as u64)).unwrap_or(0)]
}

/// All of them in another order.
fn shuffled<'a>(chance: &SeededChance, from: &[&'a str]) -> Vec<&'a str> {
    let mut left = from.to_vec();
    (0..from.len())
        .map(|_| left.swap_remove(usize::try_from(chance.below(left.len() as u64)).unwrap_or(0)))
        .collect()
}

/// The cast of this seed, as it is today.
pub(super) fn cast(seed: u64, now: Timestamp) -> Cast {
    let chance = SeededChance::new(seed);
    let people = shuffled(
        &chance,
        &[
            "Anna", "Ben", "Clara", "David", "Emine", "Felix", "Greta", "Hanna", "Ilias", "Jana", "Kemal",
            "Lea",
        ],
    );
    let surname = draw_one(&chance, &["Berger", "Sommer", "Kaya", "Lindner", "Vogt", "Albrecht", "Reuter"]);
    let town = draw_one(&chance, &["Berlin", "Leipzig", "Köln", "Freiburg", "Bremen"]);
    let street =
        draw_one(&chance, &["Lindenstraße", "Marktplatz", "Bahnhofstraße", "Am Park", "Schillerstraße"]);
    let address = format!("{street} {}, {town}", chance.below(90) + 1);
    let practice = draw_one(&chance, &["am Markt", "im Hof", "an der Kirche", "am Stadtpark"]);
    let vet = draw_one(&chance, &["Dr. Winter", "Dr. Özdemir", "Dr. Fuchs", "Dr. Nowak"]);
    let berlin = zone("Europe/Berlin").expect("the bundled zone data hold Berlin");
    let road_day = berlin.to_datetime(now).date().saturating_add(3.days()).weekday();
    let founder = Founder { address: &address };
    let a_day = NoticePlan { notice_minutes: Some(24 * 60), ..NoticePlan::default() };
    let careful = PolicyPlan { cancel: a_day, reschedule: a_day, ..PolicyPlan::default() };

    let salon = founder.company(
        format!("Salon {surname}"),
        PolicyPlan::default(),
        vec![founder.branch(
            Line::Salon,
            vec![staff(people[0], week()), staff(people[1], week())],
            vec![
                service(CUT, &["Haare schneiden", "Haarschnitt für Herren"], &[30], CUT_CENTS),
                // While the colour takes effect, its person is free for others.
                ServicePlan {
                    staff: vec![people[0].to_owned()],
                    ..service(COLOUR, &["Farbe und Schnitt"], &[45, -30, 45], 11_500)
                },
                ServicePlan {
                    staff: vec![people[0].to_owned()],
                    ..service(SHAVE, &["Rasur", "Bart rasieren"], &[30], 1_800)
                },
            ],
        )],
    );
    let exercises =
        || vec![service(EXERCISES, &["KG", "Physiotherapie", "physiotherapy", "physio"], &[30], 2_900)];
    // Open early, late and on Sundays, so that at any moment there is a time that is
    // too near to be called off.
    let physio = founder.company(
        format!("Physiotherapie {practice}"),
        careful,
        vec![founder.branch(
            Line::Physio,
            vec![staff(people[2], every_day("07:00-15:00")), staff(people[3], every_day("15:00-22:00"))],
            exercises(),
        )],
    );
    let in_english = CompanyPlan {
        language: "en".into(),
        branches: vec![founder.branch(Line::PhysioInEnglish, vec![staff(people[4], week())], exercises())],
        ..physio.clone()
    };
    let vet = founder.company(
        format!("Tierarztpraxis {vet}"),
        PolicyPlan::default(),
        vec![
            founder.branch(
                Line::Vet,
                vec![staff(people[5], week())],
                vec![ServicePlan {
                    calcom_event_type: Some(CHECK_UP),
                    ..service(VET_CHECK_UP, &["Untersuchung", "Vorsorge"], &[30], 4_500)
                }],
            ),
            founder.branch(
                Line::VetOnCall,
                vec![staff(people[6], every_day("00:00-24:00"))],
                vec![service(VET_FOLLOW_UP, &["Kontrolle", "nachsehen"], &[30], 3_500)],
            ),
            founder.branch(
                Line::VetOnTheRoad,
                vec![staff(people[7], [(short(road_day).to_owned(), vec!["09:00-12:00".to_owned()])].into())],
                vec![service("Hausbesuch", &["Hofbesuch"], &[60], 9_000)],
            ),
        ],
    );
    Cast {
        businesses: [
            Business { plans: vec![salon], calcom_budget_ms: 6_000 },
            Business { plans: vec![physio, in_english], calcom_budget_ms: 6_000 },
            Business { plans: vec![vet], calcom_budget_ms: BUDGET_OF_THE_VET_MS },
        ],
        barber: people[0].to_owned(),
        callers: callers(&chance),
        address,
        road_day,
    }
}

/// Last names differ, so that nobody is taken for somebody else.
fn callers(chance: &SeededChance) -> Vec<Person> {
    let first = shuffled(
        chance,
        &[
            "Jonas", "Miriam", "Tobias", "Aylin", "Sabine", "Peter", "Olga", "Markus", "Lena", "Thomas",
            "Sophie", "Murat", "Katrin", "Stefan", "Fatma", "Andreas", "Julia", "Piotr", "Nadine", "Martin",
            "Ursula", "Deniz", "Birgit", "Holger", "Carla", "Nico", "Renate", "Simon", "Yvonne", "Walter",
        ],
    );
    let last = shuffled(
        chance,
        &[
            "Weber",
            "Schulte",
            "Krüger",
            "Demir",
            "Hoffmann",
            "Lang",
            "Petrowa",
            "Jansen",
            "Brandt",
            "Köhler",
            "Wagner",
            "Aydin",
            "Neumann",
            "Schreiber",
            "Yilmaz",
            "Busch",
            "Ludwig",
            "Kowalski",
            "Seidel",
            "Graf",
            "Haas",
            "Winkler",
            "Otto",
            "Franke",
            "Moretti",
            "Pohl",
            "Engel",
            "Horn",
            "Sauer",
            "Ziegler",
        ],
    );
    first
        .into_iter()
        .zip(last)
        .enumerate()
        .map(|(index, (first, last))| Person {
            name: format!("{first} {last}"),
            number: format!("+49151123456{index:02}"),
        })
        .collect()
}

/// Writes plans.
struct Founder<'a> {
    address: &'a str,
}

impl Founder<'_> {
    fn company(&self, name: String, policy: PolicyPlan, branches: Vec<BranchPlan>) -> CompanyPlan {
        CompanyPlan {
            name,
            language: "de".into(),
            policy,
            requires_reference: false,
            greets_by_name: false,
            branches,
        }
    }

    fn branch(&self, line: Line, staff: Vec<StaffPlan>, services: Vec<ServicePlan>) -> BranchPlan {
        BranchPlan {
            name: line.branch().to_owned(),
            zone: "Europe/Berlin".into(),
            phone: Some(line.person()),
            address: Some(self.address.to_owned()),
            policy: PolicyPlan::default(),
            staff,
            services,
        }
    }
}

fn service(name: &str, synonyms: &[&str], minutes: &[i64], price_cents: i64) -> ServicePlan {
    ServicePlan {
        name: name.into(),
        synonyms: synonyms.iter().map(|synonym| (*synonym).to_owned()).collect(),
        minutes: minutes.to_vec(),
        price_cents: Some(price_cents),
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        slot_interval_minutes: 15,
        min_notice_minutes: 0,
        booking_horizon_days: 90,
        staff: Vec::new(),
        policy: PolicyPlan::default(),
        calcom_event_type: None,
    }
}

fn staff(name: &str, hours: BTreeMap<String, Vec<String>>) -> StaffPlan {
    StaffPlan { name: name.to_owned(), hours }
}

fn short(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}

/// Open from Monday to Saturday, so that a demonstration finds a day whenever it runs.
fn week() -> BTreeMap<String, Vec<String>> {
    let mut hours = every_day("08:00-13:00");
    hours.remove("sun");
    for times in hours.values_mut() {
        times.push("13:30-18:30".to_owned());
    }
    hours
}

fn every_day(times: &str) -> BTreeMap<String, Vec<String>> {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| (day.to_owned(), vec![times.to_owned()]))
        .into()
}
