//! Three German businesses, different with every seed.

use std::collections::BTreeMap;

use askpro_app::setup::{BranchPlan, CompanyPlan, NoticePlan, PolicyPlan, ServicePlan, StaffPlan};
use askpro_domain::ids::SeededChance;

/// Everything that the seed decides.
pub(super) struct Cast {
    pub(super) salon: CompanyPlan,
    pub(super) physio: CompanyPlan,
    pub(super) vet: CompanyPlan,
    /// Callers, in the order of the conversations.
    pub(super) callers: [&'static str; 5],
    /// Wishes: hours of the day at which the conversations book.
    pub(super) hours: [i8; 4],
}

/// The event type of the vet's check-up at Cal.com.
pub(super) const CHECK_UP: i64 = 101;

fn pick<'a>(chance: &SeededChance, from: &[&'a str]) -> &'a str {
    from[usize::try_from(chance.below(from.len() as u64)).unwrap_or(0)]
}

/// `count` different ones.
fn draw<'a, const N: usize>(chance: &SeededChance, from: &[&'a str]) -> [&'a str; N] {
    let mut left = from.to_vec();
    std::array::from_fn(|_| left.swap_remove(usize::try_from(chance.below(left.len() as u64)).unwrap_or(0)))
}

pub(super) fn cast(seed: u64) -> Cast {
    let chance = SeededChance::new(seed);
    let first = [
        "Anna", "Ben", "Clara", "David", "Emine", "Felix", "Greta", "Hanna", "Ilias", "Jana", "Kemal", "Lea",
    ];
    let people: [&str; 6] = draw(&chance, &first);
    let surname = pick(&chance, &["Berger", "Sommer", "Kaya", "Lindner", "Vogt", "Albrecht", "Reuter"]);
    let town = pick(&chance, &["Berlin", "Leipzig", "Köln", "Freiburg", "Bremen"]);
    let street = pick(&chance, &["Lindenstraße", "Marktplatz", "Bahnhofstraße", "Am Park", "Schillerstraße"]);
    let number = chance.below(90) + 1;
    let address = format!("{street} {number}, {town}");
    let callers: [&'static str; 5] = draw(
        &chance,
        &[
            "Jonas Weber",
            "Miriam Schulte",
            "Tobias Krüger",
            "Aylin Demir",
            "Sabine Hoffmann",
            "Peter Lang",
            "Olga Petrowa",
            "Markus Jansen",
            "Lena Brandt",
            "Thomas Köhler",
            "Sophie Wagner",
            "Murat Aydin",
        ],
    );
    let hour = |from: i64, count: u64| {
        i8::try_from(from + i64::try_from(chance.below(count)).unwrap_or(0)).unwrap_or(10)
    };
    let hours = [hour(9, 3), hour(14, 3), hour(10, 2), hour(14, 3)];
    let staff = |names: &[&str]| {
        names.iter().map(|name| StaffPlan { name: (*name).to_owned(), hours: week() }).collect()
    };
    let branch = |staff: Vec<StaffPlan>, services: Vec<ServicePlan>| BranchPlan {
        policy: PolicyPlan::default(),
        name: town.to_owned(),
        zone: "Europe/Berlin".into(),
        phone: Some("+493022334455".into()),
        address: Some(address.clone()),
        staff,
        services,
    };
    let salon_staff: Vec<StaffPlan> = staff(&people[..2]);
    let shave = ServicePlan {
        staff: vec![people[0].to_owned()],
        ..service("Bartrasur", &["Rasur", "Bart rasieren", "shave"], &[30], 1_800)
    };
    let check_up = ServicePlan {
        calcom_event_type: Some(CHECK_UP),
        ..service("Vorsorgeuntersuchung", &["Untersuchung", "Vorsorge", "check-up"], &[30], 4_500)
    };
    let a_day = NoticePlan { notice_minutes: Some(24 * 60), ..NoticePlan::default() };
    Cast {
        salon: CompanyPlan {
            name: format!("Salon {surname}"),
            language: "de".into(),
            policy: PolicyPlan::default(),
            requires_reference: false,
            greets_by_name: false,
            branches: vec![branch(
                salon_staff,
                vec![
                    service(
                        "Herrenhaarschnitt",
                        &["Haare schneiden", "Haarschnitt für Herren", "men's haircut"],
                        &[30],
                        3_200,
                    ),
                    service(
                        "Färben mit Schnitt",
                        &["Farbe und Schnitt", "colour and cut"],
                        &[45, -30, 45],
                        11_500,
                    ),
                    shave,
                ],
            )],
        },
        physio: CompanyPlan {
            name: format!(
                "Physiotherapie {}",
                pick(&chance, &["am Markt", "im Hof", "an der Kirche", "am Stadtpark"])
            ),
            language: "de".into(),
            policy: PolicyPlan { cancel: a_day, reschedule: a_day, ..PolicyPlan::default() },
            requires_reference: false,
            greets_by_name: false,
            branches: vec![branch(
                staff(&people[2..4]),
                vec![service(
                    "Krankengymnastik",
                    &["KG", "Physiotherapie", "physiotherapy", "physio"],
                    &[30],
                    2_900,
                )],
            )],
        },
        vet: CompanyPlan {
            name: format!(
                "Tierarztpraxis {}",
                pick(&chance, &["Dr. Winter", "Dr. Özdemir", "Dr. Fuchs", "Dr. Nowak"])
            ),
            language: "de".into(),
            policy: PolicyPlan::default(),
            requires_reference: false,
            greets_by_name: false,
            branches: vec![branch(staff(&people[4..5]), vec![check_up])],
        },
        callers,
        hours,
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
        booking_horizon_days: 60,
        staff: Vec::new(),
        policy: PolicyPlan::default(),
        calcom_event_type: None,
    }
}

/// Open from Monday to Saturday, so that a demonstration finds a day whenever it runs.
fn week() -> BTreeMap<String, Vec<String>> {
    ["mon", "tue", "wed", "thu", "fri", "sat"]
        .map(|day| (day.to_owned(), vec!["08:00-13:00".to_owned(), "13:30-18:30".to_owned()]))
        .into()
}
