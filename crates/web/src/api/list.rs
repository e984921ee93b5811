use askpro_app::Scope;
use askpro_domain::{
    access::Reach,
    ids::{Chance, CompanyId},
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{problem::Problem, routes::Permit};

const LIMIT: u32 = 50;
const LIMIT_AT_MOST: u32 = 200;

/// What every list takes.
#[derive(Debug, Deserialize)]
pub(super) struct Paging {
    limit: Option<u32>,
    cursor: Option<String>,
    company: Option<String>,
}

impl Paging {
    /// How many rows a page has.
    pub(super) fn limit(&self) -> u32 {
        self.limit.unwrap_or(LIMIT).clamp(1, LIMIT_AT_MOST)
    }

    /// The id behind which this page begins, for lists in order of their ids.
    pub(super) fn after<Id>(
        &self,
        parse: impl Fn(&str) -> Option<Id>,
        chance: &dyn Chance,
    ) -> Result<Option<Id>, Problem> {
        match &self.cursor {
            Some(cursor) => parse(cursor).map(Some).ok_or_else(|| Self::strange_cursor(chance)),
            None => Ok(None),
        }
    }

    fn strange_cursor(chance: &dyn Chance) -> Problem {
        Problem::invalid(chance, "cursor", "Pass the cursor of the last page.")
    }

    /// For whom the list is: the company asked for, where the permit reaches it,
    /// else everything it reaches. Another company's id is as unknown as a
    /// made-up one.
    pub(super) fn scope(&self, permit: &Permit, chance: &dyn Chance) -> Result<Scope, Problem> {
        let asked = match &self.company {
            Some(id) => Some(CompanyId::parse(id).ok_or_else(|| Problem::not_found(chance))?),
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
                _ => Err(Problem::invalid(
                    chance,
                    "company",
                    "You work for several companies; add ?company=ID.",
                )),
            },
        }
    }
}

/// A page of a list. One row more than the page was asked for tells whether
/// there is another one.
pub(super) fn page<T>(
    mut rows: Vec<T>,
    limit: u32,
    cursor: impl Fn(&T) -> String,
    render: impl Fn(&T) -> Value,
) -> Response {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = if has_more { rows.last().map(&cursor) } else { None };
    let data: Vec<Value> = rows.iter().map(render).collect();
    Json(json!({ "data": data, "next_cursor": next_cursor })).into_response()
}
