//! Who looks, at which company and branch, in which language and look.

use std::collections::HashMap;

use askpro_app::console::{Around, Reader};
use askpro_domain::{
    access::{Permission, Principal, Reach},
    actor::Actor,
    ids::{BranchId, CompanyId, UserId},
};
use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
    response::{IntoResponse, Response},
};

use super::{
    frame::{Choice, Frame, Place},
    words::Words,
};
use crate::{
    browser::{Look, look},
    pages::Texts,
    problem::Problem,
    routes::{Held, Permit, SignedIn},
    web::Web,
};

/// What a request says about who looks at what.
pub(crate) struct View {
    pub(super) t: Texts,
    pub(super) look: Look,
    pub(super) principal: Principal,
    /// Where what the route asks for holds; where it asks for nothing, every
    /// company the person belongs to.
    pub(super) reach: Reach,
    pub(super) token: Option<String>,
    /// Who reads, where they see only what is their own.
    pub(super) own: Option<UserId>,
    pub(super) actor: Option<Actor>,
    pub(super) query: HashMap<String, String>,
    uri: Uri,
}

impl FromRequestParts<Web> for View {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let SignedIn { principal } = SignedIn::from_request_parts(parts, web).await?;
        let reach = match parts.extensions.get::<Permit>() {
            Some(permit) => permit.reach.clone(),
            None => everywhere_known(&principal),
        };
        let permit = parts.extensions.get::<Permit>();
        let own = permit.filter(|permit| permit.is_own).map(|permit| permit.user);
        let actor = permit.map(|permit| permit.actor.clone());
        let query = Query::<HashMap<String, String>>::try_from_uri(&parts.uri)
            .map(|Query(query)| query)
            .unwrap_or_default();
        let t = match Texts::from_request_parts(parts, web).await {
            Ok(t) => t,
            Err(never) => match never {},
        };
        Ok(Self {
            t,
            look: look(&parts.uri, &parts.headers),
            principal,
            reach,
            own,
            actor,
            token: parts.extensions.get::<Held>().map(Held::form_token),
            query,
            uri: parts.uri.clone(),
        })
    }
}

fn everywhere_known(principal: &Principal) -> Reach {
    let mut companies = Vec::new();
    for membership in &principal.memberships {
        match membership.company {
            Some(company) => companies.push(company),
            None => return Reach::Everywhere,
        }
    }
    Reach::Companies(companies)
}

impl View {
    /// A parameter of the address, where it says something.
    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// Whether the person may do something in a company.
    pub(super) fn may(&self, permission: Permission, company: CompanyId) -> bool {
        match self.principal.reach(permission) {
            Some(Reach::Everywhere) => true,
            Some(Reach::Companies(companies)) => companies.contains(&company),
            None => false,
        }
    }

    /// The company and the branch that the address names, else the first of those
    /// that the person reaches.
    pub(super) async fn desk(self, web: &Web) -> Result<Desk, Response> {
        let asked = self.asked("company").map(str::to_owned);
        let wanted = match asked.as_deref() {
            Some(text) => Some(
                CompanyId::parse(text)
                    .ok_or_else(|| Problem::not_found(web.app.chance.as_ref()).into_response())?,
            ),
            None => None,
        };
        self.desk_of(web, wanted).await
    }

    /// The same for an object whose company is known.
    pub(super) async fn desk_of(self, web: &Web, wanted: Option<CompanyId>) -> Result<Desk, Response> {
        let chance = web.app.chance.as_ref();
        let reader = web
            .app
            .reader(self.principal.user, self.reach.clone())
            .await
            .map_err(|failure| Problem::from_failure(chance, &failure).into_response())?;
        let company = match wanted {
            // Another company's id is as unknown as a made-up one.
            Some(id) => reader.companies.iter().find(|(known, _)| *known == id).map(|(id, _)| *id),
            None => reader.companies.first().map(|(id, _)| *id),
        };
        let branch = self.asked("branch").and_then(BranchId::parse);
        match company {
            Some(company) => Ok(Desk { view: self, reader, company, branch }),
            None if wanted.is_some() => Err(Problem::not_found(chance).into_response()),
            None => Err(super::start(web, self, reader)),
        }
    }
}

/// A view with its company.
pub(super) struct Desk {
    pub(super) view: View,
    pub(super) reader: Reader,
    pub(super) company: CompanyId,
    pub(super) branch: Option<BranchId>,
}

impl Desk {
    pub(super) fn may(&self, permission: Permission) -> bool {
        self.view.may(permission, self.company)
    }

    /// Words in the zone of the branch that is looked at, else of the first one.
    pub(super) fn words(&self, around: &Around) -> Words {
        let branch = around
            .branches
            .iter()
            .find(|branch| Some(branch.id) == self.branch)
            .or_else(|| around.branches.first());
        Words::new(self.view.t, branch.map_or("Europe/Berlin", |branch| &branch.zone))
    }

    /// The frame around a page of this company.
    pub(super) fn frame(&self, around: &Around, place: Place) -> Frame {
        let words = self.words(around);
        let path = self.view.uri.path();
        // What belongs to a page of its own stays behind when the company changes.
        let base = place.address();
        let companies = self
            .reader
            .companies
            .iter()
            .map(|(id, name)| Choice {
                name: name.clone(),
                address: format!("{base}?company={id}"),
                is_chosen: *id == self.company,
            })
            .collect();
        let scope = format!("company={}", self.company);
        let mut branches: Vec<Choice> = around
            .branches
            .iter()
            .map(|branch| Choice {
                name: branch.name.clone(),
                address: format!("{base}?{scope}&branch={}", branch.id),
                is_chosen: Some(branch.id) == self.branch,
            })
            .collect();
        let has_branch = branches.iter().any(|branch| branch.is_chosen);
        branches.insert(
            0,
            Choice {
                name: self.view.t.say("frame-all-branches").into_owned(),
                address: format!("{base}?{scope}"),
                is_chosen: !has_branch,
            },
        );
        let many = self.reader.companies.len() > 1;
        let mut kept = Vec::new();
        if many {
            kept.push(("company".to_owned(), self.company.to_string()));
        }
        if let Some(branch) = self.branch.filter(|_| has_branch) {
            kept.push(("branch".to_owned(), branch.to_string()));
        }
        Frame {
            t: self.view.t,
            look: self.view.look,
            token: self.view.token.clone().unwrap_or_default(),
            name: self.reader.name.clone(),
            companies,
            branches,
            kept,
            here: self.view.uri.path_and_query().map_or(path, |here| here.as_str()).to_owned(),
            place,
            counts: around.counts,
            clock: words.clock(around.now),
            offset_minutes: words.offset_minutes(around.now),
            zone: words.zone_name(around.now),
            may: Permission::ALL.iter().copied().filter(|one| self.may(*one)).collect(),
            live: format!("/live?company={}", self.company),
            said: None,
        }
    }
}
