//! What programs can do, with a token. Lists answer `{"data":[…],"next_cursor":…}`.
//!
//! A kind of object is a file with its [`list::Collection`]; [`document::Api`] puts
//! it into the router and into the API's document in one step, so that neither
//! knows a route that the other does not.

mod appointments;
mod audit;
mod availability;
mod bodies;
mod branches;
mod calls;
mod companies;
mod connections;
mod customers;
mod deliveries;
mod document;
mod hours;
mod jobs;
mod list;
mod params;
mod people;
mod phone_numbers;
mod series;
mod services;
mod staff;
mod tasks;
mod values;
mod write;

use std::sync::LazyLock;

use askpro_domain::access::Permission;
use axum::{Json, http::Method, routing::get};
use serde_json::Value;

use self::document::{Api, Said};
use crate::routes::{Access, Parts};

pub(crate) fn routes(parts: Parts) -> Parts {
    described(parts).parts()
}

/// The API's document, by OpenAPI 3.1.
pub(crate) fn document() -> Value {
    described(Parts::default()).document()
}

fn described(parts: Parts) -> Api {
    let sees_appointments = Access::Requires(Permission::ViewAppointments);
    let sees_own_appointments = Access::RequiresOrOwn(Permission::ViewAppointments);
    let sees_own_customers = Access::RequiresOrOwn(Permission::ViewCustomers);
    let sees_customers = Access::Requires(Permission::ViewCustomers);
    let sees_operation = Access::Requires(Permission::ViewOperation);
    let api = Api::new(parts).add(
        Method::GET,
        "/api/v1/openapi.json",
        Access::Public,
        get(document_page),
        Said::of("get_openapi", "openapi", "This document"),
    );
    let api = people::routes(api)
        .collection::<companies::Companies>("/api/v1/companies", "/api/v1/companies/{id}", sees_appointments)
        .collection::<branches::Branches>("/api/v1/branches", "/api/v1/branches/{id}", sees_appointments)
        .collection::<staff::Staff>("/api/v1/staff", "/api/v1/staff/{id}", sees_appointments)
        .collection::<services::Services>("/api/v1/services", "/api/v1/services/{id}", sees_appointments)
        .collection::<customers::Customers>("/api/v1/customers", "/api/v1/customers/{id}", sees_own_customers)
        .collection::<appointments::Appointments>(
            "/api/v1/appointments",
            "/api/v1/appointments/{id}",
            sees_own_appointments,
        )
        .collection::<series::Series>("/api/v1/series", "/api/v1/series/{id}", sees_appointments)
        .collection::<tasks::Tasks>("/api/v1/tasks", "/api/v1/tasks/{id}", sees_customers)
        .collection::<phone_numbers::PhoneNumbers>(
            "/api/v1/phone-numbers",
            "/api/v1/phone-numbers/{id}",
            sees_operation,
        )
        .collection::<connections::Connections>(
            "/api/v1/connections",
            "/api/v1/connections/{id}",
            sees_operation,
        )
        .collection::<deliveries::Deliveries>("/api/v1/deliveries", "/api/v1/deliveries/{id}", sees_operation)
        .collection::<jobs::Jobs>("/api/v1/jobs", "/api/v1/jobs/{id}", sees_operation)
        .collection::<audit::Audit>(
            "/api/v1/audit",
            "/api/v1/audit/{id}",
            Access::Requires(Permission::ViewAudit),
        );
    bodies::routes(calls::routes(availability::routes(api)))
}

/// Made once: it is the same for everybody.
static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

async fn document_page() -> Json<Value> {
    Json(DOCUMENT.clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_of_the_api_is_in_its_document_and_nothing_else() {
        let listed: BTreeSet<String> = crate::server::listed_routes()
            .iter()
            .filter(|route| route.path.starts_with("/api/"))
            .map(|route| format!("{} {}", route.method.as_str().to_lowercase(), route.path))
            .collect();
        let document = document();
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                methods.as_object().unwrap().keys().map(move |method| format!("{method} {path}"))
            })
            .collect();
        assert_eq!(listed, described);
        assert!(described.len() > 30);
    }

    #[test]
    fn the_document_names_every_operation_once_and_every_reference_leads_somewhere() {
        let document = document();
        let (mut ids, mut references) = (BTreeSet::new(), BTreeSet::new());
        let mut values = vec![&document];
        while let Some(value) = values.pop() {
            match value {
                Value::Object(map) => {
                    if let Some(id) = map.get("operationId") {
                        assert!(ids.insert(id.to_string()), "{id} stands twice");
                    }
                    if let Some(Value::String(reference)) = map.get("$ref") {
                        references.insert(reference.clone());
                    }
                    values.extend(map.values());
                }
                Value::Array(list) => values.extend(list),
                _ => {}
            }
        }
        assert!(!references.is_empty());
        for reference in references {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    }
}
