//! What every list and every single object has in common: for whom it is, which
//! page, how it is shown. A kind of object says the rest as a [`Collection`].

use askpro_app::{Scope, lists::Lists};
use askpro_domain::{
    access::Reach,
    ids::{Chance, CompanyId, StaffId},
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    params::Params,
    values::{FromText, Text},
};
use crate::{problem::Problem, routes::Permit, web::Web};

const LIMIT: u32 = 50;
const LIMIT_AT_MOST: u32 = 200;

/// A kind of object that has a list.
pub(super) trait Collection: Sized + Send + Sync + 'static {
    /// What stands in addresses: a plural noun.
    const NAME: &'static str;
    /// What one of them is called in the document.
    const ONE: &'static str;
    /// Whether who reaches several companies need not say which one is meant.
    const SPANS_COMPANIES: bool = false;
    /// What the list can be narrowed by.
    type Query: DeserializeOwned + JsonSchema + Send;
    /// What the store is asked.
    type Filter: Lists;
    /// What stands in an address for one.
    type Id: FromText + Send;
    /// How one is shown.
    type Shown: Serialize + JsonSchema;

    /// What the store is asked for a list.
    fn filter(query: Self::Query) -> Self::Filter;
    /// What the store is asked for one.
    fn only(id: Self::Id) -> Self::Filter;
    /// Narrows it to what is somebody's own; `None` where nothing of this kind is.
    fn own(filter: Self::Filter, _staff: StaffId) -> Option<Self::Filter> {
        drop(filter);
        None
    }
    /// Where a row stands in the list.
    fn cursor(row: &Row<Self>) -> String;
    /// Begins behind a place; `None` where there is no such place.
    fn behind(filter: Self::Filter, cursor: &str) -> Option<Self::Filter>;
    /// Of which company a row is, where it is a company's.
    fn company(row: &Row<Self>) -> Option<CompanyId>;
    /// How often it was changed, where that is counted.
    fn revision(_row: &Row<Self>) -> Option<u32> {
        None
    }
    /// How it is shown.
    fn show(row: &Row<Self>) -> Self::Shown;
}

/// What the store gives of a collection.
pub(super) type Row<C> = <<C as Collection>::Filter as Lists>::Row;

/// What every list takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Paging {
    /// Rows on a page: 50 where it is left out, 200 at most.
    limit: Option<u32>,
    /// What the page before gave as next_cursor.
    cursor: Option<String>,
    /// Only of this company.
    #[schemars(with = "Option<Text<CompanyId>>")]
    company: Option<String>,
}

/// Which company a request means.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Meant {
    /// The company that is meant, where the token reaches several.
    #[schemars(with = "Option<Text<CompanyId>>")]
    company: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Page<T> {
    /// The rows.
    pub(super) data: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub(super) next_cursor: Option<String>,
}

impl Paging {
    /// How many rows a page has.
    pub(super) fn limit(&self) -> u32 {
        page_limit(self.limit)
    }

    /// The place behind which this page begins.
    pub(super) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    pub(super) fn strange_cursor(chance: &dyn Chance) -> Problem {
        Problem::invalid(chance, "cursor", "Pass the cursor of the last page.")
    }

    /// For whom the list is.
    pub(super) fn scopes(
        &self,
        permit: &Permit,
        spans: bool,
        chance: &dyn Chance,
    ) -> Result<Vec<Scope>, Problem> {
        match (&permit.reach, &self.company) {
            (Reach::Companies(_), None) if spans => Ok(permit.scopes()),
            _ => scope(permit, self.company.as_deref(), chance).map(|scope| vec![scope]),
        }
    }
}

/// How many rows a page has where this many were asked for.
pub(super) fn page_limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(LIMIT).clamp(1, LIMIT_AT_MOST)
}

impl Meant {
    /// The company in which something is to be made.
    pub(super) fn company(&self, permit: &Permit, chance: &dyn Chance) -> Result<CompanyId, Problem> {
        match scope(permit, self.company.as_deref(), chance)? {
            Scope::Company(company) => Ok(company),
            Scope::Platform => Err(which_company(chance)),
        }
    }
}

fn which_company(chance: &dyn Chance) -> Problem {
    Problem::invalid(chance, "company", "You work for several companies; add ?company=ID.")
}

/// The company asked for, where the permit reaches it, else everything it
/// reaches. Another company's id is as unknown as a made-up one.
pub(super) fn scope(permit: &Permit, company: Option<&str>, chance: &dyn Chance) -> Result<Scope, Problem> {
    let asked = match company {
        Some(id) => Some(CompanyId::from_text(id).ok_or_else(|| Problem::not_found(chance))?),
        None => None,
    };
    match (&permit.reach, asked) {
        (Reach::Everywhere, None) => Ok(Scope::Platform),
        (Reach::Everywhere, Some(company)) => Ok(Scope::Company(company)),
        (Reach::Companies(reached), Some(company)) if reached.contains(&company) => {
            Ok(Scope::Company(company))
        }
        (Reach::Companies(_), Some(_)) => Err(Problem::not_found(chance)),
        (Reach::Companies(reached), None) => match &reached[..] {
            [only] => Ok(Scope::Company(*only)),
            _ => Err(which_company(chance)),
        },
    }
}

/// A page. One row more than it was asked for tells whether there is another one.
pub(super) fn page<T, S>(
    mut rows: Vec<T>,
    limit: u32,
    cursor: impl Fn(&T) -> String,
    show: impl Fn(&T) -> S,
) -> Page<S> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = if has_more { rows.last().map(&cursor) } else { None };
    Page { data: rows.iter().map(show).collect(), next_cursor }
}

/// Whose calendar counts as one's own in a scope; nobody's where none was given.
pub(super) async fn own_staff(web: &Web, permit: &Permit, scope: Scope) -> Result<Option<StaffId>, Problem> {
    let chance = web.app.chance.as_ref();
    let own = web.app.own_calendars(permit.user).await;
    let own = own.map_err(|failure| Problem::from_failure(chance, &failure))?;
    Ok(own.into_iter().find(|(company, _)| Scope::Company(*company) == scope).map(|(_, staff)| staff))
}

/// The filter, narrowed where the permit holds only for what is one's own; `None`
/// where nothing can be seen.
async fn seen<C: Collection>(
    web: &Web,
    permit: &Permit,
    scope: Scope,
    filter: C::Filter,
) -> Result<Option<C::Filter>, Problem> {
    if !permit.is_own {
        return Ok(Some(filter));
    }
    Ok(own_staff(web, permit, scope).await?.and_then(|staff| C::own(filter, staff)))
}

/// The list of a collection.
pub(super) async fn list<C: Collection>(
    State(web): State<Web>,
    permit: Permit,
    Params(paging): Params<Paging>,
    Params(query): Params<C::Query>,
) -> Result<Json<Page<C::Shown>>, Problem> {
    let chance = web.app.chance.as_ref();
    let scopes = paging.scopes(&permit, C::SPANS_COMPANIES, chance)?;
    let filter = match paging.cursor() {
        Some(cursor) => C::behind(C::filter(query), cursor).ok_or_else(|| Paging::strange_cursor(chance))?,
        None => C::filter(query),
    };
    let limit = paging.limit();
    let mut rows = Vec::new();
    for scope in scopes {
        if let Some(filter) = seen::<C>(&web, &permit, scope, filter.clone()).await? {
            let found = web.app.list(scope, filter, limit + 1).await;
            rows.extend(found.map_err(|failure| Problem::from_failure(chance, &failure))?);
        }
    }
    Ok(Json(page(rows, limit, C::cursor, C::show)))
}

/// The id in an address.
pub(super) type InPath = Result<Path<String>, PathRejection>;

/// One object, where the permit reaches it. What another company has is as
/// unknown as what nobody has.
pub(super) async fn one<C: Collection>(web: &Web, permit: &Permit, id: InPath) -> Result<Row<C>, Problem> {
    let chance = web.app.chance.as_ref();
    let id = id.ok().map(|Path(id)| id).ok_or_else(|| Problem::not_found(chance))?;
    for scope in permit.scopes() {
        let id = C::Id::from_text(&id).ok_or_else(|| Problem::not_found(chance))?;
        let Some(filter) = seen::<C>(web, permit, scope, C::only(id)).await? else { continue };
        let found = web.app.list(scope, filter, 1).await;
        if let Some(row) = found.map_err(|failure| Problem::from_failure(chance, &failure))?.pop() {
            return Ok(row);
        }
    }
    Err(Problem::not_found(chance))
}

/// One object of a collection.
pub(super) async fn find<C: Collection>(
    State(web): State<Web>,
    permit: Permit,
    id: InPath,
) -> Result<Response, Problem> {
    let row = one::<C>(&web, &permit, id).await?;
    Ok((etag(C::revision(&row)), Json(C::show(&row))).into_response())
}

/// The revision as a header, for `If-Match` later.
pub(super) fn etag(revision: Option<u32>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(tag) = revision.and_then(|number| HeaderValue::from_str(&format!("\"{number}\"")).ok()) {
        headers.insert(header::ETAG, tag);
    }
    headers
}

/// A place in a list that is in order of time: microseconds and id.
pub(super) mod place {
    use askpro_app::lists::Behind;
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::FromText;

    /// As a cursor.
    pub(in crate::api) fn write(at: Timestamp, id: Uuid) -> String {
        format!("{}_{id}", at.as_microsecond())
    }

    /// Of a cursor.
    pub(in crate::api) fn read(text: &str) -> Option<Behind> {
        let (at, id) = text.split_once('_')?;
        let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
        Some((Timestamp::from_text(&at.to_string())?, Uuid::from_text(id)?))
    }
}
