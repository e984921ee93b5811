//! What a caller wants: understood from arguments, against what the business offers.

use askpro_domain::{
    availability::{Person, Query, Slot, free_slots},
    business::{Branch, Service, StaffMember},
    calendar::{Interval, zone},
    ids::{BranchId, ServiceId, StaffId},
    language::Language,
    service_match::Match,
    spoken::Window,
};
use askpro_store::{CompanyTx, Error, Result, schedule};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    Answer, Arguments, CallContext, Catalogues, check_availability::needs_input, sentences::Missing,
};

/// How far beyond the wished time alternatives are looked for.
const ALTERNATIVES_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Where a call is answered.
pub(super) struct Place {
    pub(super) branch: Branch,
    pub(super) zone: TimeZone,
    pub(super) language: Language,
}

impl Place {
    /// The branch of an id, else the one whose number was rung, else the company's
    /// first: for answers about something that has its place already.
    pub(super) fn find(tx: &mut CompanyTx<'_>, cx: &CallContext, id: Option<BranchId>) -> Result<Self> {
        Self::chosen(&schedule::branches(tx)?, cx, id)
    }

    /// The branch that the arguments name, else the one whose number was rung, else
    /// the company's first. The inner `Err` asks which one is meant where no branch
    /// has that name.
    pub(super) fn named(
        tx: &mut CompanyTx<'_>,
        cx: &CallContext,
        arguments: &Arguments,
        now: Timestamp,
    ) -> Result<std::result::Result<Self, Answer>> {
        Self::among(&schedule::branches(tx)?, cx, arguments, now)
    }

    /// The same among branches that are known already.
    pub(super) fn among(
        branches: &[Branch],
        cx: &CallContext,
        arguments: &Arguments,
        now: Timestamp,
    ) -> Result<std::result::Result<Self, Answer>> {
        let meant = match arguments.text("branch") {
            Some(name) if branches.len() > 1 => {
                let said = name.to_lowercase();
                let found = branches.iter().find(|branch| {
                    let known = branch.name.to_lowercase();
                    said.contains(&known) || (said.chars().count() >= 3 && known.contains(&said))
                });
                let Some(found) = found else {
                    let names: Vec<String> = branches.iter().map(|branch| branch.name.clone()).collect();
                    let place = Self::chosen(branches, cx, None)?;
                    return Ok(Err(needs_input(&place, Missing::Branch(&names), now)));
                };
                Some(found.id)
            }
            // With one branch there is nothing to choose, whatever a model writes.
            _ => None,
        };
        Self::chosen(branches, cx, meant).map(Ok)
    }

    fn chosen(branches: &[Branch], cx: &CallContext, id: Option<BranchId>) -> Result<Self> {
        let with = |id: Option<BranchId>| branches.iter().find(|branch| Some(branch.id) == id);
        with(id)
            .or_else(|| with(cx.branch))
            .or_else(|| branches.first())
            .cloned()
            .ok_or_else(|| Error::Impossible("a company without a branch".into()))
            .and_then(|branch| Self::of(cx, branch))
    }

    fn of(cx: &CallContext, branch: Branch) -> Result<Self> {
        let zone = zone(&branch.zone).map_err(|error| Error::Impossible(error.to_string()))?;
        let language = cx.language.unwrap_or(branch.language);
        Ok(Self { branch, zone, language })
    }
}

/// Which service is meant.
pub(super) enum Meant {
    One(Box<Service>),
    /// Several fit; their names.
    Several(Vec<String>),
    /// None fits, or none was named; some names to choose from.
    Nothing(Vec<String>),
}

/// How many names are read out when a service must be chosen.
const NAMES_AT_MOST: usize = 3;

/// What the caller's words mean among the services of the branch.
pub(super) fn service_meant(
    services: Vec<Service>,
    place: &Place,
    catalogues: &Catalogues,
    arguments: &Arguments,
) -> Meant {
    let mut offered: Vec<Service> =
        services.into_iter().filter(|one| one.branch == place.branch.id).collect();
    let Some(text) = arguments.text("service") else {
        return if offered.len() == 1 {
            Meant::One(Box::new(offered.remove(0)))
        } else {
            Meant::Nothing(names(offered.iter()))
        };
    };
    let catalogue = catalogues.of(place.branch.company, place.branch.id, &offered);
    let meant = match catalogue.find(&text) {
        Match::One(id) => vec![id],
        Match::Several(ids) | Match::Ambiguous(ids) => of_duration(&offered, ids, arguments),
        Match::None => return Meant::Nothing(names(offered.iter())),
    };
    match meant[..] {
        [only] => offered
            .into_iter()
            .find(|one| one.id == only)
            .map_or_else(|| Meant::Nothing(Vec::new()), |one| Meant::One(Box::new(one))),
        _ => Meant::Several(names(offered.iter().filter(|one| meant.contains(&one.id)))),
    }
}

/// Where several fit, the wished duration may decide.
fn of_duration(offered: &[Service], ids: Vec<ServiceId>, arguments: &Arguments) -> Vec<ServiceId> {
    let digits: Option<String> =
        arguments.text("duration").map(|text| text.chars().filter(char::is_ascii_digit).take(4).collect());
    let Some(minutes) = digits.and_then(|digits| digits.parse::<u32>().ok()) else { return ids };
    let fitting: Vec<ServiceId> = offered
        .iter()
        .filter(|one| ids.contains(&one.id) && one.times.total_minutes() == minutes)
        .map(|one| one.id)
        .collect();
    if fitting.is_empty() { ids } else { fitting }
}

fn names<'a>(services: impl Iterator<Item = &'a Service>) -> Vec<String> {
    services.take(NAMES_AT_MOST).map(|one| one.name.clone()).collect()
}

/// A service with the people who do it.
pub(super) struct Offerings {
    pub(super) service: Service,
    pub(super) staff: Vec<StaffMember>,
    zone: TimeZone,
    now: Timestamp,
}

/// Nothing that touches a start lies further away: a service with its buffers
/// takes less than a day.
const MARGIN: SignedDuration = SignedDuration::from_hours(24);

impl Offerings {
    /// Loads who does a service.
    pub(super) fn load(
        tx: &mut CompanyTx<'_>,
        service: Service,
        place: &Place,
        now: Timestamp,
    ) -> Result<Self> {
        let staff = schedule::staff_of_service(tx, service.id)?;
        Ok(Self { service, staff, zone: place.zone.clone(), now })
    }

    /// The free starts in stretches of time, for one person or all, in order.
    pub(super) fn free(
        &self,
        tx: &mut CompanyTx<'_>,
        stretches: &[Interval],
        only: Option<StaffId>,
    ) -> Result<Vec<Slot<StaffId>>> {
        let from = stretches.iter().map(|one| one.from).min();
        let to = stretches.iter().map(|one| one.to).max();
        let (Some(from), Some(to)) = (from, to) else { return Ok(Vec::new()) };
        let wide =
            Interval::new(from.checked_sub(MARGIN).unwrap_or(from), to.checked_add(MARGIN).unwrap_or(to));
        let busy = schedule::busy_of_service(tx, self.service.id, wide, self.now)?;
        let people: Vec<Person<StaffId>> = self
            .staff
            .iter()
            .filter(|member| only.is_none_or(|id| member.id == id))
            .map(|member| Person {
                id: member.id,
                hours: member.hours.clone(),
                overrides: member.overrides.clone(),
                busy: busy
                    .iter()
                    .filter(|(resource, _)| *resource == member.id.into())
                    .map(|(_, interval)| *interval)
                    .collect(),
            })
            .collect();
        let mut free: Vec<Slot<StaffId>> = stretches
            .iter()
            .flat_map(|one| {
                let query = Query { from: one.from, to: one.to, zone: self.zone.clone() };
                free_slots(&query, self.now, &self.service.times, &people)
            })
            .collect();
        free.sort();
        free.dedup();
        Ok(free)
    }

    /// Whoever is free at exactly this start.
    pub(super) fn free_at(
        &self,
        tx: &mut CompanyTx<'_>,
        start: Timestamp,
        only: Option<StaffId>,
    ) -> Result<Vec<Slot<StaffId>>> {
        self.free(tx, &[Interval::new(start, start + SignedDuration::from_secs(1))], only)
    }

    /// The free starts around a wished one: from a day before it to two weeks after.
    pub(super) fn around(
        &self,
        tx: &mut CompanyTx<'_>,
        wished: Timestamp,
        only: Option<StaffId>,
    ) -> Result<Vec<Slot<StaffId>>> {
        let from = wished.checked_sub(SignedDuration::from_hours(24)).unwrap_or(wished).max(self.now);
        let to = wished.checked_add(ALTERNATIVES_WITHIN).unwrap_or(wished);
        self.free(tx, &[Interval::new(from, to)], only)
    }

    /// What a person is called.
    pub(super) fn name_of(&self, id: StaffId) -> &str {
        self.staff.iter().find(|member| member.id == id).map_or("", |member| member.name.as_str())
    }

    /// The person a caller names: by full, first or last name, as it sounds. `Err`
    /// where nobody, or more than one, of that name does this service.
    pub(super) fn person_meant(&self, arguments: &Arguments) -> std::result::Result<Option<StaffId>, ()> {
        let Some(said) = arguments.text("staff").map(|name| name.to_lowercase()) else { return Ok(None) };
        if ANYBODY.iter().any(|words| said.contains(words)) {
            return Ok(None);
        }
        if let Some(member) = self.staff.iter().find(|member| member.id.to_string() == said) {
            return Ok(Some(member.id));
        }
        let said = name_words(&said);
        let fits = |member: &&StaffMember| {
            let known = name_words(&member.name.to_lowercase());
            !said.is_empty() && said.iter().all(|word| known.iter().any(|part| sounds_alike(word, part)))
        };
        let mut fitting = self.staff.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(member), None) => Ok(Some(member.id)),
            _ => Err(()),
        }
    }
}

/// What callers and models say where the person does not matter.
const ANYBODY: [&str; 12] = [
    "egal",
    "beliebig",
    "irgend",
    "jeder",
    "wer frei",
    "keine präferenz",
    "keinen wunsch",
    "any",
    "whoever",
    "no preference",
    "doesn't matter",
    "does not matter",
];

/// Words around a name that are not part of it.
const AROUND_NAMES: [&str; 14] =
    ["bei", "zu", "zur", "zum", "mit", "with", "to", "der", "die", "frau", "herr", "herrn", "dr", "von"];

fn name_words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !AROUND_NAMES.contains(word))
        .map(|word| word.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü"))
        .collect()
}

/// The same but for doubled letters, which nobody hears.
fn sounds_alike(said: &str, known: &str) -> bool {
    let single = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.dedup();
        letters
    };
    single(said) == single(known)
}

/// The windows' outermost bounds, cut at what can be booked at all.
pub(super) fn bounds(windows: &[Window], service: &Service, now: Timestamp) -> Interval {
    let horizon = SignedDuration::from_hours(24 * (i64::from(service.times.booking_horizon_days) + 2));
    let last = now.checked_add(horizon).unwrap_or(Timestamp::MAX);
    let from = windows.iter().map(|window| window.from).min().unwrap_or(now).max(now);
    let to = windows.iter().map(|window| window.to.unwrap_or(last)).max().unwrap_or(from).min(last);
    Interval::new(from, to.max(from))
}

/// Windows as intervals, cut at `bounds`.
pub(super) fn cut(windows: &[Window], bounds: Interval) -> Vec<Interval> {
    let one = |window: &Window| {
        Interval::new(window.from.max(bounds.from), window.to.unwrap_or(bounds.to).min(bounds.to))
    };
    windows.iter().map(one).collect()
}

/// The service of an offer, where it is still offered.
pub(super) fn offered_service(tx: &mut CompanyTx<'_>, id: ServiceId) -> Result<Option<Service>> {
    schedule::find_service(tx, id)
}
