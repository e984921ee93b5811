//! What programs can do, with a token. Lists answer `{"data":[…],"next_cursor":…}`.

mod appointments;
mod calls;
mod companies;
mod list;
mod me;
mod params;
mod services;

use askpro_domain::access::Permission;
use axum::{http::Method, routing::get};

use crate::routes::{Access, Parts};

pub(crate) fn routes(parts: Parts) -> Parts {
    let sees_appointments = Access::Requires(Permission::ViewAppointments);
    let sees_calls = Access::Requires(Permission::ViewCalls);
    parts
        .add(Method::GET, "/api/v1/me", Access::SignedIn, get(me::find))
        .add(Method::GET, "/api/v1/companies", sees_appointments, get(companies::list))
        .add(Method::GET, "/api/v1/services", sees_appointments, get(services::list))
        .add(Method::GET, "/api/v1/appointments", sees_appointments, get(appointments::list))
        .add(Method::GET, "/api/v1/appointments/{id}", sees_appointments, get(appointments::find))
        .add(Method::GET, "/api/v1/calls", sees_calls, get(calls::list))
        .add(Method::GET, "/api/v1/calls/{id}", sees_calls, get(calls::find))
        .add(
            Method::GET,
            "/api/v1/calls/{id}/transcript",
            Access::Requires(Permission::ViewTranscripts),
            get(calls::transcript),
        )
}
