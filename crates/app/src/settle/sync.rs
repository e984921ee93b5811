//! A whole calendar of Cal.com is compared with ours, again and again: webhooks
//! may be lost. What people did there comes in here: time that they gave away,
//! bookings of ours that they moved or called off, and bookings under our key that
//! no row of ours stands for.
//!
//! The list is a hint, as a webhook is: before a row follows it, that very booking
//! is read through all its moves. No clock of theirs is compared with ours.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use askpro_domain::{
    booking::AppointmentStatus,
    business::CalendarOfRecord,
    calendar::Interval,
    ids::{AppointmentId, ConnectionId, StaffId},
};
use askpro_providers::{
    calcom::{self, Booking, METADATA_KEY, Which},
    resilience::{Terms, Urgency},
};
use askpro_store::{
    Company, CompanyTx, Error, Result, appointments,
    calendar_entries::{self, Entry, Standing},
    incidents::{self, IncidentKind},
    jobs::{self, Leased},
    schedule,
    tasks::{self, TaskKind},
};
use jiff::{SignedDuration, Timestamp};

use super::{ask::Calcom, hint};
use crate::{App, upkeep::SYNC_EVERY};

const PATIENCE: Duration = Duration::from_secs(10);
const TERMS: Terms = Terms { patience: PATIENCE, urgency: Urgency::Background };

/// How far ahead is compared: as far as people usually book.
const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Pages of one comparison; beyond that nothing is taken for gone.
const PAGES_AT_MOST: u32 = 20;

/// Bookings that are read one by one in one comparison; the rest waits for the next.
const LOOKS_AT_MOST: usize = 20;

/// Rows that are compared.
const ROWS_AT_MOST: u32 = 5_000;

/// Entries that are written in one transaction: nobody waits long for it.
const ENTRIES_AT_ONCE: usize = 50;

/// What we have of a connection's calendar.
struct Ours {
    entries: Vec<Entry>,
    standing: Vec<Standing>,
    people: People,
}

/// Who is meant by whom.
struct People {
    by_name: HashMap<String, StaffId>,
    /// Of event types that one person alone does.
    by_event_type: HashMap<i64, StaffId>,
}

impl People {
    /// Whose time a booking takes; `None` where nobody here is meant.
    fn of(&self, booking: &Booking) -> Option<StaffId> {
        let host = booking.hosts.iter().find_map(|host| self.by_name.get(&host.name.trim().to_lowercase()));
        let alone = || booking.event_type_id().and_then(|id| self.by_event_type.get(&id));
        host.or_else(alone).copied()
    }
}

/// What must be done so that both calendars agree.
#[derive(Default)]
struct Findings {
    /// Entries of others that are new or have moved.
    put: Vec<Entry>,
    /// Entries of others that are gone.
    gone: Vec<String>,
    /// Bookings of ours to be read one by one.
    looks: Vec<String>,
    /// Bookings under our key, the one to keep first, where an appointment has several.
    twice: Vec<(AppointmentId, Vec<Booking>)>,
    /// Live bookings under our key that agree with no standing appointment.
    others: Vec<(AppointmentId, Booking)>,
}

impl App {
    /// Compares a calendar; what could not be seen this time is seen the next.
    pub(crate) async fn sync_calendar(&self, job: &Leased, worker: &str) -> Result<()> {
        let connection = job
            .key
            .as_deref()
            .and_then(|key| ConnectionId::parse(key.strip_prefix("sync_calendar ")?))
            .ok_or_else(|| Error::Impossible("a comparison without its calendar".into()))?;
        let company = Company(job.company);
        let Some(client) = self.calcom(company, connection.clone(), PATIENCE).await? else {
            // It was switched off: nobody looks there any more.
            let (id, worker, now) = (job.id, worker.to_owned(), self.clock.now());
            return self
                .store
                .write(company, PATIENCE, move |tx| jobs::end(tx, id, &worker, &jobs::End::Done, now))
                .await;
        };
        let trouble = self.compare(company, &connection, &client).await?.err().map(|error| error.to_string());
        let (id, worker, now) = (job.id, worker.to_owned(), self.clock.now());
        self.store
            .write(company, PATIENCE, move |tx| {
                jobs::end_until_next(tx, id, &worker, SYNC_EVERY, trouble.as_deref(), now)
            })
            .await
    }

    async fn compare(
        &self,
        company: Company,
        connection: &ConnectionId,
        client: &Calcom,
    ) -> Result<std::result::Result<(), calcom::Error>> {
        let now = self.clock.now();
        let until = now.checked_add(HORIZON).unwrap_or(now);
        let read = connection.clone();
        let ours = self.store.read(company, PATIENCE, move |tx| load(tx, &read, now, until)).await?;
        let (there, is_whole) = match client.live_between(now, until).await {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        let findings = compared(&ours, &there, is_whole, now);
        self.write_entries(company, connection, &findings, now).await?;
        Ok(self.follow(company, connection, client, findings).await)
    }

    async fn write_entries(
        &self,
        company: Company,
        connection: &ConnectionId,
        findings: &Findings,
        now: Timestamp,
    ) -> Result<()> {
        for chunk in findings.put.chunks(ENTRIES_AT_ONCE) {
            let (connection, chunk) = (connection.clone(), chunk.to_vec());
            self.store
                .write(company, PATIENCE, move |tx| {
                    for entry in &chunk {
                        calendar_entries::put(tx, &connection, entry, now)?;
                        note_conflicts(tx, entry, now)?;
                    }
                    Ok(())
                })
                .await?;
        }
        for chunk in findings.gone.chunks(ENTRIES_AT_ONCE) {
            let (connection, chunk) = (connection.clone(), chunk.to_vec());
            self.store
                .write(company, PATIENCE, move |tx| {
                    chunk.iter().try_for_each(|uid| calendar_entries::remove(tx, &connection, uid))
                })
                .await?;
        }
        Ok(())
    }

    /// Reads one by one what does not agree, and lets our rows follow.
    async fn follow(
        &self,
        company: Company,
        connection: &ConnectionId,
        client: &Calcom,
        findings: Findings,
    ) -> std::result::Result<(), calcom::Error> {
        let now = self.clock.now();
        let unwritten = |error: Error| {
            tracing::warn!(%error, "what Cal.com shows could not be written down");
            calcom::Error::Unreachable
        };
        for (appointment, bookings) in findings.twice {
            for surplus in bookings.into_iter().skip(1) {
                client.call_off(TERMS, &surplus.uid).await?;
                let noted = self.store.write(company, PATIENCE, move |tx| booked_twice(tx, appointment, now));
                noted.await.map_err(unwritten)?;
            }
        }
        for (id, booking) in findings.others {
            let connection = connection.clone();
            let (uid, shown) = (booking.uid.clone(), booking.clone());
            let is_ours_to_cancel = self
                .store
                .write(company, PATIENCE, move |tx| other(tx, &connection, id, &shown, now))
                .await
                .map_err(unwritten)?;
            if is_ours_to_cancel {
                client.call_off(TERMS, &uid).await?;
            }
        }
        for uid in findings.looks {
            let Some(seen) = client.seen(TERMS, &uid).await? else { continue };
            let connection = connection.clone();
            let applied =
                self.store.write(company, PATIENCE, move |tx| hint::apply(tx, &connection, &seen, now));
            applied.await.map_err(unwritten)?;
        }
        Ok(())
    }
}

impl Calcom {
    /// Every live booking of the account that starts from `from` to `to`, and
    /// whether these are all: nothing unread, nothing left.
    async fn live_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> std::result::Result<(Vec<Booking>, bool), calcom::Error> {
        let (mut bookings, mut skip, mut is_whole) = (Vec::new(), 0, true);
        for _ in 0..PAGES_AT_MOST {
            let page = self.client.bookings(TERMS, Which::Live { from, to }, skip).await?;
            is_whole &= page.unreadable == 0;
            bookings.extend(page.bookings);
            match page.next {
                Some(next) => skip = next,
                None => return Ok((bookings, is_whole)),
            }
        }
        Ok((bookings, false))
    }
}

fn load(tx: &mut CompanyTx<'_>, connection: &ConnectionId, from: Timestamp, to: Timestamp) -> Result<Ours> {
    let mut by_event_type = HashMap::new();
    for service in schedule::services(tx)? {
        if let CalendarOfRecord::Calcom { connection: own, event_type_id } = &service.calendar
            && own == connection
            && let [alone] = &schedule::staff_of_service(tx, service.id)?[..]
        {
            by_event_type.insert(*event_type_id, alone.id);
        }
    }
    let by_name =
        schedule::staff(tx)?.into_iter().map(|one| (one.name.trim().to_lowercase(), one.id)).collect();
    Ok(Ours {
        entries: calendar_entries::of_connection(tx, connection)?,
        standing: calendar_entries::standing(tx, connection, from, to, ROWS_AT_MOST)?,
        people: People { by_name, by_event_type },
    })
}

/// Compares both sides. Pure: what follows from it is done by whoever asked.
fn compared(ours: &Ours, there: &[Booking], is_whole: bool, now: Timestamp) -> Findings {
    let mut findings = Findings::default();
    let known: HashMap<&str, &Entry> = ours.entries.iter().map(|one| (one.uid.as_str(), one)).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut under_our_key: HashMap<AppointmentId, Vec<&Booking>> = HashMap::new();
    for booking in there.iter().filter(|booking| booking.is_live() && booking.end > now) {
        if !seen.insert(booking.uid.as_str()) {
            continue;
        }
        if let Some(id) = booking.metadata(METADATA_KEY).and_then(AppointmentId::parse) {
            under_our_key.entry(id).or_default().push(booking);
            continue;
        }
        let Some(staff) = ours.people.of(booking).filter(|_| booking.end > booking.start) else { continue };
        let entry =
            Entry { uid: booking.uid.clone(), staff, time: Interval::new(booking.start, booking.end) };
        if known.get(booking.uid.as_str()) != Some(&&entry) {
            findings.put.push(entry);
        }
    }
    let gone = |entry: &&Entry| !seen.contains(entry.uid.as_str()) && (is_whole || entry.time.to <= now);
    findings.gone = ours.entries.iter().filter(gone).map(|entry| entry.uid.clone()).collect();
    let standing: HashMap<AppointmentId, &Standing> =
        ours.standing.iter().map(|one| (one.appointment, one)).collect();
    for (id, mut bookings) in under_our_key {
        bookings.sort_by_key(|booking| booking.created_at);
        match standing.get(&id) {
            Some(one) if bookings.len() == 1 => {
                if bookings[0].uid != one.uid || bookings[0].start != one.start {
                    findings.looks.push(one.uid.clone());
                }
            }
            // The one that our row knows stays; where it knows none of them it must follow first.
            Some(one) if bookings.iter().any(|booking| booking.uid == one.uid) => {
                bookings.sort_by_key(|booking| (booking.uid != one.uid, booking.created_at));
                findings.twice.push((id, bookings.into_iter().cloned().collect()));
            }
            Some(one) => findings.looks.push(one.uid.clone()),
            None => findings.others.extend(bookings.into_iter().map(|one| (id, one.clone()))),
        }
    }
    if is_whole {
        let missing = ours.standing.iter().filter(|one| !seen.contains(one.uid.as_str()));
        findings.looks.extend(missing.map(|one| one.uid.clone()));
    }
    findings.looks.sort();
    findings.looks.dedup();
    findings.looks.truncate(LOOKS_AT_MOST);
    findings.others.truncate(LOOKS_AT_MOST);
    findings.twice.truncate(LOOKS_AT_MOST);
    findings
}

/// Somebody's time was given away there although an appointment of ours has it.
fn note_conflicts(tx: &mut CompanyTx<'_>, entry: &Entry, now: Timestamp) -> Result<()> {
    for (appointment, branch) in calendar_entries::conflicts(tx, entry)? {
        let detail = format!("an entry of Cal.com from {} to {} overlaps it", entry.time.from, entry.time.to);
        incidents::open(tx, IncidentKind::CalendarConflict, &appointment.to_string(), &detail, now)?;
        if !tasks::is_open(tx, TaskKind::Conflict, appointment)? {
            tasks::add_for_appointment(tx, TaskKind::Conflict, branch, appointment, now, now)?;
        }
    }
    Ok(())
}

/// Cal.com held an appointment twice; the younger booking was called off.
pub(super) fn booked_twice(tx: &mut CompanyTx<'_>, id: AppointmentId, now: Timestamp) -> Result<()> {
    let detail = "Cal.com held it twice; the younger booking was called off";
    incidents::open(tx, IncidentKind::BookedTwice, &id.to_string(), detail, now)
}

/// A live booking under our key that no standing appointment has: whether it must
/// be called off. What is being settled is left to that; what we refused does not
/// stand; what no row of ours knows may be somebody's all the same.
fn other(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    id: AppointmentId,
    booking: &Booking,
    now: Timestamp,
) -> Result<bool> {
    let status = appointments::find(tx, id)?.map(|found| found.appointment.status);
    match status {
        Some(AppointmentStatus::Refused) => {
            let detail = "it was refused here and stood at Cal.com all the same; it was called off there";
            incidents::open(tx, IncidentKind::OrphanBooking, &booking.uid, detail, now)?;
            Ok(true)
        }
        Some(AppointmentStatus::Cancelled | AppointmentStatus::Provisional) => {
            let seen = hint::Seen::new(id, Some(booking.clone()));
            hint::apply(tx, connection, &seen, now)?;
            Ok(false)
        }
        Some(_) => Ok(false),
        None => {
            let detail =
                format!("a booking under our key at {} belongs to no appointment here", booking.start);
            incidents::open_once(tx, IncidentKind::OrphanBooking, &booking.uid, &detail, now)?;
            Ok(false)
        }
    }
}
