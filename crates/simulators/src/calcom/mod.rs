//! Cal.com, API v2, with its habits. A conflict is a 400 with an English sentence,
//! there is no idempotency key, a reservation binds nobody, and a wrong
//! `cal-api-version` silently reaches an older controller with other shapes.

mod account;
mod answer;
mod bookings;
mod control;
mod event_types;
mod schedules;
mod slots;
mod webhooks;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    Json, Router, middleware,
    routing::{get, post, put},
};
use serde_json::{Value, json};

use self::{
    account::{Account, Caller, guard},
    answer::{Failure, success},
    event_types::Bookable,
    schedules::Schedule,
};
use crate::{
    clock::SimClock,
    faults::Controls,
    journal::{Delivered, Log},
};

/// Ids of what is made later; what is set up has smaller ones.
const FIRST_ID: i64 = 1_000;

/// What can be booked at the stand-in.
#[derive(Clone, Debug)]
pub struct EventType {
    /// Its number.
    pub id: i64,
    /// How long a booking takes.
    pub length_minutes: u32,
    /// How many bookings fit at the same time.
    pub hosts: usize,
}

/// How a stand-in is set up.
#[derive(Clone, Default)]
pub struct Options {
    /// Its time.
    pub clock: SimClock,
    /// API keys that are accepted; each is an account of its own.
    pub keys: Vec<String>,
    /// What can be booked from the start; the same for every account.
    pub event_types: Vec<EventType>,
}

#[derive(Clone)]
struct Calcom {
    options: Arc<Options>,
    accounts: Arc<Mutex<BTreeMap<String, Account>>>,
    ids: Arc<AtomicI64>,
    bookings_made: Arc<AtomicI64>,
    delivered: Log<Delivered>,
    http: reqwest::Client,
}

/// The stand-in's endpoints with `/_sim` beside them.
pub fn router(options: Options) -> Router {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a plain HTTP client can be made");
    let calcom = Calcom {
        options: Arc::new(options),
        accounts: Arc::default(),
        ids: Arc::new(AtomicI64::new(FIRST_ID)),
        bookings_made: Arc::default(),
        delivered: Log::default(),
        http,
    };
    let endpoints = booking_routes()
        .merge(slot_routes())
        .merge(event_type_routes())
        .merge(other_routes())
        .fallback(|| async { Failure::missing("Cannot find this address") })
        .method_not_allowed_fallback(|| async { Failure::missing("Cannot find this address") })
        .layer(middleware::from_fn_with_state(calcom.clone(), guard))
        .with_state(calcom.clone());
    let control = Router::new()
        .route("/_sim/account", put(control::put_account))
        .route("/_sim/webhooks", get(control::delivered))
        .with_state(calcom.clone());
    Controls::default().around(endpoints, move || calcom.reset()).merge(control)
}

fn booking_routes() -> Router<Calcom> {
    Router::new()
        .route("/v2/bookings", post(bookings::create).get(bookings::list))
        .route("/v2/bookings/{uid}", get(bookings::get))
        .route("/v2/bookings/{uid}/reschedule", post(bookings::reschedule))
        .route("/v2/bookings/{uid}/cancel", post(bookings::cancel))
        .route("/v2/bookings/{uid}/confirm", post(bookings::confirm))
        .route("/v2/bookings/{uid}/decline", post(bookings::decline))
        .route("/v2/bookings/{uid}/mark-absent", post(bookings::mark_absent))
}

fn slot_routes() -> Router<Calcom> {
    Router::new()
        .route("/v2/slots", get(slots::list))
        .route("/v2/slots/reservations", post(slots::reserve))
        .route(
            "/v2/slots/reservations/{uid}",
            get(slots::reserved).patch(slots::reserve_again).delete(slots::release),
        )
}

fn event_type_routes() -> Router<Calcom> {
    Router::new()
        .route("/v2/event-types", post(event_types::create).get(event_types::list))
        .route(
            "/v2/event-types/{id}",
            get(event_types::get).patch(event_types::update).delete(event_types::delete),
        )
        .route(
            "/v2/event-types/{id}/webhooks",
            post(webhooks::create_for).get(webhooks::list_for).delete(webhooks::delete_all_for),
        )
}

fn other_routes() -> Router<Calcom> {
    Router::new()
        .route("/v2/schedules", post(schedules::create).get(schedules::list))
        .route("/v2/schedules/default", get(schedules::default))
        .route("/v2/schedules/{id}", get(schedules::get).patch(schedules::update).delete(schedules::delete))
        .route("/v2/webhooks", post(webhooks::create).get(webhooks::list))
        .route("/v2/webhooks/{id}", get(webhooks::get).patch(webhooks::update).delete(webhooks::delete))
        .route("/v2/me", get(me))
}

/// Whether a key is valid, and whose it is.
async fn me(caller: Caller) -> Json<Value> {
    let schedule = caller.with(|account| account.schedules.keys().next().copied());
    success(
        json!({ "id": 1, "username": "host", "email": "host@example.com", "name": "Host", "avatarUrl": null,
        "bio": null, "timeFormat": 24, "defaultScheduleId": schedule, "weekStart": "Monday",
        "timeZone": "Europe/Berlin", "organizationId": null }),
    )
}

impl Calcom {
    fn with<T>(&self, key: &str, work: impl FnOnce(&mut Account) -> T) -> T {
        let mut accounts = self.accounts.lock().expect("no holder of the accounts panics");
        let account = accounts.entry(key.to_owned()).or_insert_with(|| {
            let kinds = self.options.event_types.iter();
            Account::new(kinds.map(|kind| (kind.id, Bookable::set_up(kind))).collect())
        });
        work(account)
    }

    fn next_id(&self) -> i64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// The next booking's number, from 1.
    fn next_booking(&self) -> i64 {
        self.bookings_made.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn reset(&self) {
        self.accounts.lock().expect("no holder of the accounts panics").clear();
        self.ids.store(FIRST_ID, Ordering::Relaxed);
        self.bookings_made.store(0, Ordering::Relaxed);
        self.delivered.clear();
    }
}

impl Account {
    /// The working hours of an event type: its own, else the account's.
    fn schedule_of(&self, bookable: &Bookable) -> Option<&Schedule> {
        match bookable.schedule {
            Some(id) => self.schedules.get(&id),
            None => self.schedules.values().find(|one| one.is_default()).or(self.schedules.values().next()),
        }
    }
}
