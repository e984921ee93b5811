use askama::Template;
use askpro_app::console::{Block, CustomerFilter, CustomerRow};
use askpro_domain::ids::CustomerId;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    Frame, Place, View,
    components::{Empty, Pager, Tag, icon_large},
    failed, page, say,
    words::Words,
};
use crate::{problem::Problem, web::Web};

/// Customers of one page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "console/customers.html")]
struct List {
    f: Frame,
    lead: String,
    text: String,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    name: String,
    phone: String,
    email: String,
    address: String,
    next: String,
    last: String,
    visits: u32,
}

fn row(f: &Frame, words: &Words, one: &CustomerRow) -> Row {
    Row {
        name: one.name.clone(),
        phone: one.phone.clone().unwrap_or_default(),
        email: one.email.clone().unwrap_or_default(),
        address: f.link(&format!("/customers/{}", one.id)),
        next: one.next_at.map_or_else(String::new, |at| words.moment(at)),
        last: one.last_at.map_or_else(String::new, |at| words.moment(at)),
        visits: one.visits,
    }
}

/// Customers by name.
pub(super) async fn list(State(web): State<Web>, view: View) -> Result<Response, Response> {
    let desk = view.desk(&web).await?;
    let text: String = desk.view.asked("q").unwrap_or_default().chars().take(100).collect();
    let after = desk.view.asked("after").and_then(|after| {
        let (id, name) = after.split_once(' ')?;
        Some((name.to_owned(), CustomerId::parse(id)?))
    });
    let filter = CustomerFilter {
        text: Some(text.clone()).filter(|text| !text.is_empty()),
        after,
        ..CustomerFilter::default()
    };
    let is_first = filter.after.is_none();
    let (around, (mut rows, count)) = web
        .app
        .customer_list(desk.company, desk.branch, desk.view.own, filter, ROWS + 1)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Customers);
    let t = f.t;
    let has_more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let older = rows.last().filter(|_| has_more).map(|last| {
        let after = format!("{} {}", last.id, last.name);
        f.link_with("/customers", &[("q", &text), ("after", &after)])
    });
    let newer = (!is_first).then(|| f.link_with("/customers", &[("q", &text)]));
    let lead = match count {
        Some(count) => t.with("customers-lead", [("count", words.count(count).into())]).into_owned(),
        None => t.say("customers-lead-own").into_owned(),
    };
    let shown = List {
        lead,
        rows: rows.iter().map(|one| row(&f, &words, one)).collect(),
        empty: Empty {
            icon: icon_large("contact"),
            title: t.say(if text.is_empty() { "customers-empty" } else { "search-nothing" }).into_owned(),
            text: t
                .say(if text.is_empty() { "customers-empty-text" } else { "search-nothing-text" })
                .into_owned(),
            action: None,
        },
        pager: Pager {
            says: t
                .with("pager-rows", [("count", u32::try_from(rows.len()).unwrap_or(0).into())])
                .into_owned(),
            newer: (t.say("pager-first").into_owned(), newer),
            older: (t.say("pager-next").into_owned(), older),
        },
        text,
        f,
    };
    Ok(page(&web, StatusCode::OK, &shown))
}

#[derive(Template)]
#[template(path = "console/customer.html")]
struct One {
    f: Frame,
    name: String,
    lead: String,
    phone: String,
    email: String,
    since: String,
    history: Vec<Past>,
    alike: Vec<Row>,
}

struct Past {
    when: String,
    service: String,
    staff: String,
    reference: String,
    address: String,
    by_phone: bool,
    tag: Tag,
}

/// One customer.
pub(super) async fn show(
    State(web): State<Web>,
    view: View,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let chance = web.app.chance.clone();
    let not_found = || Problem::not_found(chance.as_ref()).into_response();
    let id = CustomerId::parse(&id).ok_or_else(not_found)?;
    let desk = view.desk(&web).await?;
    let own = desk.view.own;
    let (around, found) = web
        .app
        .customer_page(desk.company, desk.branch, own, id)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let found = found.ok_or_else(not_found)?;
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Customers);
    let t = f.t;
    let past = |one: &Block| Past {
        when: words.moment(one.starts_at),
        service: found
            .services
            .iter()
            .find(|service| service.id == one.service)
            .map_or_else(String::new, |service| service.name.clone()),
        staff: found
            .people
            .iter()
            .find(|person| person.id == one.staff)
            .map_or_else(String::new, |person| person.name.clone()),
        reference: one.reference.clone(),
        address: f.link_with(
            "/calendar",
            &[("date", &words.date(one.starts_at).to_string()), ("appointment", &one.id.to_string())],
        ),
        by_phone: one.is_by_phone,
        tag: say::status(t, one.status),
    };
    let lead = match found.customer.next_at {
        Some(at) => t.with("customer-next", [("when", words.moment(at).into())]).into_owned(),
        None => t.say("customer-no-next").into_owned(),
    };
    let shown = One {
        name: found.customer.name.clone(),
        lead,
        phone: found.customer.phone.clone().unwrap_or_default(),
        email: found.customer.email.clone().unwrap_or_default(),
        since: words.long_day(words.date(found.customer.created_at)),
        history: found.history.iter().map(past).collect(),
        alike: found.alike.iter().map(|one| row(&f, &words, one)).collect(),
        f,
    };
    Ok(page(&web, StatusCode::OK, &shown))
}
