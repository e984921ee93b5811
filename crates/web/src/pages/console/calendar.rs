//! The calendar: the team's week first, then one person's; or one day of everybody.

use askama::Template;
use askpro_app::console::{Block, CalendarPage};
use askpro_domain::{
    access::Permission,
    booking::AppointmentStatus,
    business::{Service, StaffMember},
    calendar::Interval,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{
    Frame, Place, View,
    components::{Empty, Tag, icon_large},
    day_bounds, failed, page, say,
    words::{Words, initials, weekday_index},
};
use crate::web::Web;

/// Minutes of one row of the grid.
const STEP: i64 = 5;

#[derive(Template)]
#[template(path = "console/calendar.html")]
struct Page {
    f: Frame,
    title: String,
    lead: String,
    previous: String,
    today: String,
    next: String,
    day_view: String,
    week_view: String,
    is_week: bool,
    days: Vec<DayName>,
    team: Vec<Member>,
    hours: Vec<Hour>,
    columns: Vec<Column>,
    chosen: Option<Chosen>,
    empty: Option<Empty>,
}

struct DayName {
    short: String,
    number: i8,
    address: String,
    is_picked: bool,
}

struct Member {
    name: String,
    initials: String,
    address: String,
    is_chosen: bool,
    days: Vec<Vec<(&'static str, i64, i64)>>,
    sum: String,
}

struct Hour {
    text: String,
    at: i64,
}

struct Column {
    head: String,
    initials: Option<String>,
    below: String,
    label: String,
    is_today: bool,
    is_picked: bool,
    shut: Vec<(i64, i64, String)>,
    blocks: Vec<Drawn>,
    now: Option<(i64, String)>,
    rows: i64,
}

struct Drawn {
    at: i64,
    rows: i64,
    class: String,
    address: String,
    is_chosen: bool,
    parts: Vec<Part>,
    sentence: String,
    by_phone: bool,
}

struct Part {
    rows: i64,
    is_wait: bool,
    time: String,
    name: String,
    text: String,
}

struct Chosen {
    name: String,
    tag: Tag,
    facts: Vec<(String, String)>,
    customer: Option<String>,
    note: Option<(String, String)>,
}

/// Day and week.
pub(super) async fn show(State(web): State<Web>, view: View) -> Result<Response, Response> {
    let desk = view.desk(&web).await?;
    let own = desk.view.own;
    // The zone is the branch's; which branch is known only after reading, so that
    // what is read begins a day early and ends a day late.
    let guess = Words::new(desk.view.t, "Europe/Berlin");
    let today = guess.date(web.app.clock.now());
    let date = desk.view.asked("date").and_then(|text| text.parse::<Date>().ok()).unwrap_or(today);
    let is_week = desk.view.asked("view") != Some("day");
    let monday = date.saturating_sub(i64::try_from(weekday_index(date)).unwrap_or(0).days());
    let sunday = monday.saturating_add(6.days());
    let (first, last) = (monday.saturating_sub(1.day()), sunday.saturating_add(1.day()));
    let range = match (day_bounds(&guess, first), day_bounds(&guess, last)) {
        (Some(from), Some(to)) => Interval::new(from.0, to.1),
        _ => Interval::new(web.app.clock.now(), web.app.clock.now()),
    };
    let (around, shown) = web
        .app
        .calendar(desk.company, desk.branch, own, range)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Calendar);
    let names = desk.may(Permission::ViewCustomers) || own.is_some();
    let asked = |name: &str| desk.view.asked(name).map(str::to_owned);
    let scene = Scene {
        words: &words,
        f: &f,
        shown: &shown,
        date,
        monday,
        is_week,
        now: around.now,
        names,
        person: asked("person"),
        chosen: asked("appointment"),
    };
    let drawn = scene.draw();
    let page_of = drawn.into_page(f);
    Ok(page(&web, StatusCode::OK, &page_of))
}

struct Scene<'s> {
    words: &'s Words,
    f: &'s Frame,
    shown: &'s CalendarPage,
    date: Date,
    monday: Date,
    is_week: bool,
    now: Timestamp,
    names: bool,
    person: Option<String>,
    chosen: Option<String>,
}

/// A page that still lacks its frame.
struct Unframed {
    title: String,
    lead: String,
    previous: String,
    today: String,
    next: String,
    day_view: String,
    week_view: String,
    is_week: bool,
    days: Vec<DayName>,
    team: Vec<Member>,
    hours: Vec<Hour>,
    columns: Vec<Column>,
    chosen: Option<Chosen>,
    empty: Option<Empty>,
}

impl Unframed {
    fn into_page(self, f: Frame) -> Page {
        let Self {
            title,
            lead,
            previous,
            today,
            next,
            day_view,
            week_view,
            is_week,
            days,
            team,
            hours,
            columns,
            chosen,
            empty,
        } = self;
        Page {
            f,
            title,
            lead,
            previous,
            today,
            next,
            day_view,
            week_view,
            is_week,
            days,
            team,
            hours,
            columns,
            chosen,
            empty,
        }
    }
}

impl Scene<'_> {
    fn minute(&self, at: Timestamp) -> i64 {
        let local = self.words.zone.to_datetime(at);
        i64::from(local.hour()) * 60 + i64::from(local.minute())
    }

    fn address(&self, date: Date, more: &[(&str, &str)]) -> String {
        let day = date.to_string();
        let mut pairs = vec![("date", day.as_str())];
        if !self.is_week && !more.iter().any(|pair| pair.0 == "view") {
            pairs.push(("view", "day"));
        }
        if let Some(person) = &self.person
            && !more.iter().any(|pair| pair.0 == "person")
        {
            pairs.push(("person", person));
        }
        pairs.extend_from_slice(more);
        self.f.link_with("/calendar", &pairs)
    }

    fn service(&self, block: &Block) -> Option<&Service> {
        self.shown.services.iter().find(|service| service.id == block.service)
    }

    /// Whose week it is: who was asked for, who has the chosen appointment, else the first.
    fn member(&self) -> Option<&StaffMember> {
        let people = &self.shown.people;
        let of_chosen = self
            .chosen
            .as_ref()
            .and_then(|id| self.shown.blocks.iter().find(|block| block.id.to_string() == *id))
            .map(|block| block.staff);
        people
            .iter()
            .find(|person| Some(person.id.to_string()) == self.person)
            .or_else(|| people.iter().find(|person| Some(person.id) == of_chosen))
            .or_else(|| {
                // Somebody with work to show before somebody without.
                people.iter().find(|person| self.shown.blocks.iter().any(|block| block.staff == person.id))
            })
            .or_else(|| people.first())
    }

    fn times(&self, person: &StaffMember, date: Date) -> Vec<(i64, i64)> {
        let special = person.overrides.iter().find(|one| one.date == date);
        let times = match special {
            Some(special) => &special.times,
            None => &person.hours.0[weekday_index(date)],
        };
        let mut times: Vec<(i64, i64)> =
            times.iter().map(|time| (i64::from(time.from), i64::from(time.to))).collect();
        times.sort_unstable();
        times
    }

    fn of(&self, person: &StaffMember, date: Date) -> Vec<&Block> {
        let blocks = self.shown.blocks.iter();
        blocks.filter(|one| one.staff == person.id && self.words.date(one.starts_at) == date).collect()
    }

    fn draw(&self) -> Unframed {
        let t = self.words.t;
        let week: Vec<Date> = (0..7).map(|day| self.monday.saturating_add(day.days())).collect();
        let member = self.member();
        let pairs: Vec<(&StaffMember, Date)> = if self.is_week {
            member.map(|person| week.iter().map(|day| (person, *day)).collect()).unwrap_or_default()
        } else {
            self.shown.people.iter().take(8).map(|person| (person, self.date)).collect()
        };
        let (from, to) = self.bounds(&pairs);
        let columns = pairs.iter().map(|(person, day)| self.column(person, *day, from, to)).collect();
        let hours = (from / 60..to / 60)
            .map(|hour| Hour { text: format!("{hour}:00"), at: (hour * 60 - from) / STEP })
            .collect();
        let step: i64 = if self.is_week { 7 } else { 1 };
        let title = if self.is_week {
            t.with(
                "calendar-week-title",
                [
                    ("from", self.words.day_and_month(week[0]).into()),
                    ("to", self.words.day_and_month(week[6]).into()),
                    ("year", i64::from(week[6].year()).to_string().into()),
                ],
            )
            .into_owned()
        } else {
            self.words.long_day(self.date)
        };
        let live = self.shown.blocks.iter().filter(|one| {
            let day = self.words.date(one.starts_at);
            let is_in = if self.is_week { day >= week[0] && day <= week[6] } else { day == self.date };
            is_in && one.status.is_live()
        });
        let (count, provisional) = live.fold((0_u32, 0_u32), |sum, one| {
            (sum.0 + 1, sum.1 + u32::from(one.status == AppointmentStatus::Provisional))
        });
        let lead = t
            .with(
                "calendar-lead",
                [
                    ("count", count.into()),
                    ("provisional", provisional.into()),
                    ("zone", self.words.zone_place(self.now).into()),
                ],
            )
            .into_owned();
        let empty = self.shown.people.is_empty().then(|| Empty {
            icon: icon_large("calendar-days"),
            title: t.say("calendar-empty").into_owned(),
            text: t.say("calendar-empty-text").into_owned(),
            action: None,
        });
        Unframed {
            title,
            lead,
            previous: self.address(self.date.saturating_sub(step.days()), &[]),
            today: self.address(self.words.date(self.now), &[]),
            next: self.address(self.date.saturating_add(step.days()), &[]),
            day_view: self.address(self.date, &[("view", "day")]),
            week_view: self.address(self.date, &[("view", "week")]),
            is_week: self.is_week,
            days: week
                .iter()
                .map(|day| DayName {
                    short: self.words.weekday(*day),
                    number: day.day(),
                    address: self.address(*day, &[]),
                    is_picked: *day == self.date,
                })
                .collect(),
            team: self.shown.people.iter().map(|person| self.team(person, &week, member)).collect(),
            hours,
            columns,
            chosen: self.chosen(),
            empty,
        }
    }

    /// Whole hours around what is worked and booked.
    fn bounds(&self, pairs: &[(&StaffMember, Date)]) -> (i64, i64) {
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for (person, day) in pairs {
            for (begin, end) in self.times(person, *day) {
                (from, to) = (from.min(begin), to.max(end));
            }
            for block in self.of(person, *day) {
                let begin = self.minute(block.starts_at);
                let length = block.ends_at.duration_since(block.starts_at).as_secs() / 60;
                (from, to) = (from.min(begin), to.max((begin + length).min(1_440)));
            }
        }
        if from >= to { (8 * 60, 18 * 60) } else { (from / 60 * 60, (to + 59) / 60 * 60) }
    }

    fn team(&self, person: &StaffMember, week: &[Date], member: Option<&StaffMember>) -> Member {
        let (mut busy, mut open) = (0, 0);
        let days = week
            .iter()
            .map(|day| {
                let times = self.times(person, *day);
                open += times.iter().map(|(from, to)| to - from).sum::<i64>();
                let mut bars: Vec<(&'static str, i64, i64)> =
                    times.iter().map(|(from, to)| ("bar-mute", *from, to - from)).collect();
                for block in self.of(person, *day) {
                    if !block.status.is_live() {
                        continue;
                    }
                    let class =
                        if block.status == AppointmentStatus::Provisional { "bar-warn" } else { "bar-new" };
                    let mut at = self.minute(block.starts_at);
                    for (minutes, is_wait) in self.parts(block) {
                        if !is_wait {
                            bars.push((class, at, minutes));
                            busy += minutes;
                        }
                        at += minutes;
                    }
                }
                bars
            })
            .collect();
        let sum = self.words.t.with(
            "calendar-busy",
            [("busy", ((busy + 30) / 60).into()), ("open", ((open + 30) / 60).into())],
        );
        Member {
            name: person.name.clone(),
            initials: initials(&person.name),
            address: self.address(self.date, &[("person", &person.id.to_string()), ("view", "week")]),
            is_chosen: self.is_week && member.is_some_and(|one| one.id == person.id),
            days,
            sum: sum.into_owned(),
        }
    }

    /// Minutes of each part, and whether the person is free in it.
    fn parts(&self, block: &Block) -> Vec<(i64, bool)> {
        let length = block.ends_at.duration_since(block.starts_at).as_secs() / 60;
        let parts: Vec<(i64, bool)> = self
            .service(block)
            .map(|service| {
                let segments = service.times.segments.iter();
                segments.map(|one| (i64::from(one.minutes), !one.staff_needed)).collect()
            })
            .unwrap_or_default();
        // What was changed since does not describe what was agreed.
        if parts.iter().map(|part| part.0).sum::<i64>() == length { parts } else { vec![(length, false)] }
    }

    fn column(&self, person: &StaffMember, day: Date, from: i64, to: i64) -> Column {
        let t = self.words.t;
        let today = self.words.date(self.now);
        let times = self.times(person, day);
        let mut shut = Vec::new();
        let mut at = from;
        for (begin, end) in &times {
            if *begin > at {
                let text = if at > from { t.say("calendar-pause").into_owned() } else { String::new() };
                shut.push(((at - from) / STEP, (begin - at) / STEP, text));
            }
            at = at.max(*end);
        }
        if at < to {
            let text = if times.is_empty() { t.say("calendar-off").into_owned() } else { String::new() };
            shut.push(((at - from) / STEP, (to - at) / STEP, text));
        }
        let of_day = self.of(person, day);
        let mut blocks: Vec<Drawn> = of_day.iter().map(|block| self.drawn(block, &of_day, from)).collect();
        for (resource, interval) in &self.shown.foreign {
            if resource.0 == person.id.0 && self.words.date(interval.from) == day {
                let begin = self.minute(interval.from);
                let minutes =
                    (interval.to.duration_since(interval.from).as_secs() / 60).clamp(STEP, to - begin);
                blocks.push(self.foreign(begin, minutes, from));
            }
        }
        let minute = self.minute(self.now);
        let now = (day == today && minute >= from && minute < to)
            .then(|| ((minute - from) / STEP, self.words.time(self.now)));
        let (head, below, initials) = if self.is_week {
            (
                self.words.day(day),
                if day == today { t.say("day-today").into_owned() } else { String::new() },
                None,
            )
        } else {
            (person.name.clone(), String::new(), Some(initials(&person.name)))
        };
        Column {
            label: format!("{}, {}", person.name, self.words.long_day(day)),
            head,
            below,
            initials,
            is_today: day == today,
            is_picked: if self.is_week {
                day == self.date
            } else {
                self.member().is_some_and(|one| one.id == person.id)
            },
            shut,
            blocks,
            now,
            rows: (to - from) / STEP,
        }
    }

    fn drawn(&self, block: &Block, of_day: &[&Block], from: i64) -> Drawn {
        let t = self.words.t;
        let begin = self.minute(block.starts_at);
        let service = self.service(block).map_or_else(String::new, |service| service.name.clone());
        let name = if self.names {
            // Families call by their last name; it is what fits, too.
            block.name.split_whitespace().last().unwrap_or(&block.name).to_owned()
        } else {
            block.reference.clone()
        };
        let parts_of = self.parts(block);
        let mut at = begin;
        let mut parts: Vec<Part> = Vec::new();
        for (minutes, is_wait) in &parts_of {
            parts.push(Part {
                rows: (minutes / STEP).max(1),
                is_wait: *is_wait,
                time: format!("{}:{:02}", at / 60, at % 60),
                name: name.clone(),
                text: if *is_wait {
                    t.with("calendar-wait", [("minutes", (*minutes).into())]).into_owned()
                } else {
                    service.clone()
                },
            });
            at += minutes;
        }
        // Within another's waiting time it stands indented; what merely overlaps
        // (called off, or squeezed in) stands beside.
        let over = of_day.iter().any(|other| {
            other.id != block.id
                && other.starts_at <= block.starts_at
                && other.ends_at > block.starts_at
                && (other.starts_at, other.id.0) < (block.starts_at, block.id.0)
        });
        let mut class = String::new();
        if over {
            class.push_str(if block.status.is_live() { " is-inset" } else { " is-half" });
        }
        match block.status {
            AppointmentStatus::Provisional => class.push_str(" is-provisional"),
            AppointmentStatus::Cancelled | AppointmentStatus::NoShow | AppointmentStatus::Refused => {
                class.push_str(" is-off");
            }
            _ => {}
        }
        if self.now.duration_since(block.created_at) < SignedDuration::from_secs(10) {
            class.push_str(" is-fresh");
        }
        let id = block.id.to_string();
        let date = self.words.date(block.starts_at);
        let is_chosen = self.chosen.as_ref() == Some(&id);
        if is_chosen {
            class.push_str(" is-chosen");
        }
        let length = (at - begin).max(STEP);
        Drawn {
            at: (begin - from).max(0) / STEP,
            rows: parts.iter().map(|part| part.rows).sum(),
            class,
            address: self.address(date, &[("person", &block.staff.to_string()), ("appointment", &id)]),
            is_chosen,
            sentence: format!(
                "{}, {}",
                say::status(t, block.status).text,
                t.with("calendar-minutes", [("minutes", length.into())])
            ),
            by_phone: block.is_by_phone,
            parts,
        }
    }

    fn foreign(&self, begin: i64, minutes: i64, from: i64) -> Drawn {
        let t = self.words.t;
        let rows = (minutes / STEP).max(1);
        Drawn {
            at: (begin - from).max(0) / STEP,
            rows,
            class: " is-foreign".into(),
            address: String::new(),
            is_chosen: false,
            sentence: t.say("calendar-foreign").into_owned(),
            by_phone: false,
            parts: vec![Part {
                rows,
                is_wait: false,
                time: format!("{}:{:02}", begin / 60, begin % 60),
                name: String::new(),
                text: t.say("calendar-foreign").into_owned(),
            }],
        }
    }

    fn chosen(&self) -> Option<Chosen> {
        let t = self.words.t;
        let id = self.chosen.as_ref()?;
        let block = self.shown.blocks.iter().find(|block| block.id.to_string() == *id)?;
        let fact = |key: &str, value: String| (t.say(key).into_owned(), value);
        let person = self.shown.people.iter().find(|person| person.id == block.staff);
        let mut facts = vec![fact(
            "appointment-when",
            format!("{}–{}", self.words.moment(block.starts_at), self.words.time(block.ends_at)),
        )];
        if let Some(service) = self.service(block) {
            facts.push(fact("appointment-service", service.name.clone()));
            if service.times.segments.len() > 1 {
                let parts: Vec<String> = service
                    .times
                    .segments
                    .iter()
                    .map(|part| {
                        let key = if part.staff_needed { "part-work" } else { "part-wait" };
                        t.with(key, [("minutes", part.minutes.into())]).into_owned()
                    })
                    .collect();
                facts.push(fact("appointment-parts", parts.join(" · ")));
            }
            if let Some(price) = service.price {
                facts.push(fact("appointment-price", self.words.money(price)));
            }
        }
        if let Some(person) = person {
            facts.push(fact("appointment-staff", person.name.clone()));
        }
        let how = if block.is_by_phone { "appointment-by-phone" } else { "appointment-by-hand" };
        facts.push(fact(
            "appointment-made",
            format!("{}, {}", t.say(how), self.words.moment(block.created_at)),
        ));
        facts.push(fact("appointment-reference", block.reference.clone()));
        let note = (block.status == AppointmentStatus::Provisional).then(|| {
            (
                t.say("appointment-provisional").into_owned(),
                t.say("appointment-provisional-text").into_owned(),
            )
        });
        Some(Chosen {
            name: if self.names { block.name.clone() } else { block.reference.clone() },
            tag: say::status(t, block.status),
            facts,
            customer: self.names.then(|| self.f.link(&format!("/customers/{}", block.customer))),
            note,
        })
    }
}
