//! What a caller wants: understood from arguments, against what the business offers.

use askpro_domain::{
    availability::{Person, Query, Slot, free_slots},
    business::{Branch, Service, StaffMember},
    calendar::{Interval, zone},
    ids::{BranchId, ServiceId, StaffId},
    language::Language,
    service_match::Match,
    spoken::{CallersWhen, Window, callers_when},
};
use askpro_store::{CompanyTx, Error, Result, schedule};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::{Arguments, CallContext, Catalogues};

/// How far beyond the wished time alternatives are looked for.
const ALTERNATIVES_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Where a call is answered.
pub(super) struct Place {
    pub(super) branch: Branch,
    pub(super) zone: TimeZone,
    pub(super) language: Language,
}

impl Place {
    /// The branch that the arguments name, else the company's first.
    pub(super) fn find(
        tx: &mut CompanyTx<'_>,
        cx: &CallContext,
        arguments: &Arguments,
        id: Option<BranchId>,
    ) -> Result<Self> {
        let mut branches = schedule::branches(tx)?;
        let named = arguments.text("branch").map(|name| name.to_lowercase());
        let index = branches
            .iter()
            .position(|branch| match (id, &named) {
                (Some(id), _) => branch.id == id,
                (None, Some(name)) => branch.name.to_lowercase().contains(name),
                (None, None) => true,
            })
            .unwrap_or(0);
        if branches.is_empty() {
            return Err(Error::Impossible("a company without a branch".into()));
        }
        let branch = branches.swap_remove(index);
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

/// When it is wished.
pub(super) enum WhenMeant {
    /// Acceptable starts; `exact` where each window is one clock time.
    Windows { windows: Vec<Window>, exact: bool },
    /// The year was a model's mistake; this start may be meant.
    Corrected(Timestamp),
    /// No day was named.
    Missing,
    /// It was not understood, or does not exist.
    Unclear,
}

/// Reads `when`, or `date` and `time`, relative to the moment of the call.
pub(super) fn when_meant(arguments: &Arguments, place: &Place, now: Timestamp) -> WhenMeant {
    let (when, date, time) = (arguments.text("when"), arguments.text("date"), arguments.text("time"));
    if let Some(date) = date.as_deref().and_then(plain_date) {
        return on_date(date, time.as_deref(), place, now);
    }
    let words: Vec<String> = [when, date, time].into_iter().flatten().collect();
    if words.is_empty() {
        return WhenMeant::Missing;
    }
    if let [only] = &words[..]
        && let Some((date, time)) = only.split_once(['T', ' '])
        && let (Some(date), Some(_)) = (plain_date(date), plain_time(time))
    {
        return on_date(date, Some(time), place, now);
    }
    spoken(&words.join(" "), place, now)
}

fn spoken(text: &str, place: &Place, now: Timestamp) -> WhenMeant {
    match callers_when(text, now, &place.zone, place.language) {
        CallersWhen::Windows { windows, exact } => WhenMeant::Windows { windows, exact },
        CallersWhen::NeedsDate => WhenMeant::Missing,
        CallersWhen::NotUnderstood => WhenMeant::Unclear,
    }
}

fn on_date(date: Date, time: Option<&str>, place: &Place, now: Timestamp) -> WhenMeant {
    let today = now.to_zoned_datetime(place.zone.clone()).date();
    let clock = match time.map(|text| (text, plain_time(text))) {
        None => None,
        Some((_, Some(clock))) => Some(clock),
        // "half past three", "nachmittags": words about that day.
        Some((text, None)) => {
            let day = match place.language {
                Language::De => format!("am {}.{}.{} {text}", date.day(), date.month(), date.year()),
                Language::En => format!("{}-{:02}-{:02} {text}", date.year(), date.month(), date.day()),
            };
            return spoken(&day, place, now);
        }
    };
    if date < today {
        // A model that does not know the year writes an old one. The day and month are the caller's.
        let corrected = (today.year()..=today.year() + 1)
            .filter_map(|year| Date::new(year, date.month(), date.day()).ok())
            .find(|date| *date >= today);
        let start = corrected
            .and_then(|date| instant(date, clock.unwrap_or(Time::midnight()), place))
            .filter(|start| *start > now);
        return start.map_or(WhenMeant::Unclear, WhenMeant::Corrected);
    }
    let window = match clock {
        Some(clock) => instant(date, clock, place)
            .filter(|start| *start > now)
            .map(|from| Window { from, to: from.checked_add(SignedDuration::from_mins(1)).ok() }),
        None => date.tomorrow().ok().and_then(|next| {
            let from = instant(date, Time::midnight(), place)?.max(now);
            Some(Window { from, to: Some(instant(next, Time::midnight(), place)?) })
        }),
    };
    window.map_or(WhenMeant::Unclear, |window| WhenMeant::Windows {
        windows: vec![window],
        exact: clock.is_some(),
    })
}

fn instant(date: Date, time: Time, place: &Place) -> Option<Timestamp> {
    askpro_domain::calendar::local_to_instant(date.to_datetime(time), &place.zone)
}

/// `2026-11-28` or `28.11.2026`.
fn plain_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let mut parts = text.split('.').map(|part| part.trim().parse::<i16>());
    let (day, month, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `14:30`, `14:30:00`, `14.30`, `14:30 Uhr`; an offset behind it is passed over,
/// because a model makes it up.
fn plain_time(text: &str) -> Option<Time> {
    let text = text.trim().trim_end_matches("Uhr").trim_end();
    let (hour, rest) = text.split_once([':', '.'])?;
    let minute = rest.get(..2)?;
    let tail = &rest[2..];
    let is_plain = tail.is_empty() || tail.starts_with([':', '+', '-', 'Z', '.']);
    is_plain.then(|| Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()).flatten()
}

/// A service with the people who do it and what they have.
pub(super) struct Offerings {
    pub(super) service: Service,
    pub(super) staff: Vec<StaffMember>,
    zone: TimeZone,
    busy: Vec<(askpro_domain::ids::ResourceId, Interval)>,
    now: Timestamp,
}

impl Offerings {
    /// Loads what decides about free starts between two instants, and for
    /// alternatives some days beyond.
    pub(super) fn load(
        tx: &mut CompanyTx<'_>,
        service: Service,
        place: &Place,
        range: Interval,
        now: Timestamp,
    ) -> Result<Self> {
        let staff = schedule::staff_of_service(tx, service.id)?;
        let margin = SignedDuration::from_hours(24);
        let wide = Interval::new(
            range.from.checked_sub(margin).unwrap_or(range.from),
            range.to.checked_add(ALTERNATIVES_WITHIN).unwrap_or(range.to),
        );
        let busy = schedule::busy_of_service(tx, service.id, wide, now)?;
        Ok(Self { service, staff, zone: place.zone.clone(), busy, now })
    }

    /// The free starts in a range, for one person or all.
    pub(super) fn free(&self, range: Interval, only: Option<StaffId>) -> Vec<Slot<StaffId>> {
        let people: Vec<Person<StaffId>> = self
            .staff
            .iter()
            .filter(|member| only.is_none_or(|id| member.id == id))
            .map(|member| Person {
                id: member.id,
                hours: member.hours.clone(),
                overrides: member.overrides.clone(),
                busy: self
                    .busy
                    .iter()
                    .filter(|(resource, _)| *resource == member.id.into())
                    .map(|(_, interval)| *interval)
                    .collect(),
            })
            .collect();
        let query = Query { from: range.from, to: range.to, zone: self.zone.clone() };
        free_slots(&query, self.now, &self.service.times, &people)
    }

    /// The free starts around a wished one: from a day before it to two weeks after.
    pub(super) fn around(&self, wished: Timestamp, only: Option<StaffId>) -> Vec<Slot<StaffId>> {
        let from = wished.checked_sub(SignedDuration::from_hours(24)).unwrap_or(wished).max(self.now);
        self.free(Interval::new(from, wished.checked_add(ALTERNATIVES_WITHIN).unwrap_or(wished)), only)
    }

    /// What a person is called.
    pub(super) fn name_of(&self, id: StaffId) -> &str {
        self.staff.iter().find(|member| member.id == id).map_or("", |member| member.name.as_str())
    }

    /// The person a caller names: by full or first name. `Err` where nobody of
    /// that name does this service.
    pub(super) fn person_meant(&self, arguments: &Arguments) -> std::result::Result<Option<StaffId>, ()> {
        let Some(name) = arguments.text("staff").map(|name| name.to_lowercase()) else { return Ok(None) };
        if ["egal", "any", "anyone", "anybody", "jeder", "beliebig", "whoever"].contains(&name.as_str()) {
            return Ok(None);
        }
        let bare = name.trim_start_matches("frau ").trim_start_matches("herr ").trim_start_matches("herrn ");
        self.staff
            .iter()
            .find(|member| {
                let full = member.name.to_lowercase();
                member.id.to_string() == name
                    || full == bare
                    || full.split_whitespace().any(|part| part == bare)
            })
            .map(|member| Some(member.id))
            .ok_or(())
    }
}

/// The windows' outermost bounds, cut at what can be booked at all.
pub(super) fn bounds(windows: &[Window], service: &Service, now: Timestamp) -> Interval {
    let horizon = SignedDuration::from_hours(24 * (i64::from(service.times.booking_horizon_days) + 2));
    let last = now.checked_add(horizon).unwrap_or(Timestamp::MAX);
    let from = windows.iter().map(|window| window.from).min().unwrap_or(now).max(now);
    let to = windows.iter().map(|window| window.to.unwrap_or(last)).max().unwrap_or(from).min(last);
    Interval::new(from, to.max(from))
}

/// One window as an interval, cut at `bounds`.
pub(super) fn cut(window: &Window, bounds: Interval) -> Interval {
    Interval::new(window.from.max(bounds.from), window.to.unwrap_or(bounds.to).min(bounds.to))
}

/// The service of an offer, where it is still offered.
pub(super) fn offered_service(tx: &mut CompanyTx<'_>, id: ServiceId) -> Result<Option<Service>> {
    schedule::find_service(tx, id)
}
