//! What a business was like when the database last answered: what callers ask
//! about it is told also while the database is away, and its connections are
//! still known.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, RwLock},
    time::Duration,
};

use askpro_domain::{
    business::{Branch, Service, StaffMember},
    ids::{CompanyId, ConnectionId},
};
use askpro_store::{Company, CompanyTx, Result, schedule};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{App, Known};

/// Businesses remembered at most; one takes some ten kilobytes.
pub(super) const REMEMBERED_AT_MOST: usize = 2_000;

/// A business, as far as callers ask about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Business {
    /// What it is called.
    pub(crate) name: String,
    /// Its branches, the first one first.
    pub(crate) branches: Vec<Branch>,
    /// Who works there.
    pub(crate) staff: Vec<StaffMember>,
    /// What can be booked.
    pub(crate) services: Vec<Service>,
}

impl Business {
    pub(super) fn read(tx: &mut CompanyTx<'_>) -> Result<Self> {
        let company = tx.company_id();
        Ok(Self {
            name: schedule::find_company(tx, company)?.map(|known| known.name).unwrap_or_default(),
            branches: schedule::branches(tx)?,
            staff: schedule::staff(tx)?,
            services: schedule::services(tx)?,
        })
    }
}

/// Businesses by company, connections by id.
#[derive(Default)]
pub struct LastKnown {
    businesses: RwLock<HashMap<CompanyId, Arc<Business>>>,
    connections: RwLock<HashMap<ConnectionId, Known>>,
    installation: OnceLock<Uuid>,
}

impl LastKnown {
    pub(super) fn remember(&self, company: CompanyId, business: Arc<Business>) {
        if let Ok(mut known) = self.businesses.write()
            && (known.len() < REMEMBERED_AT_MOST || known.contains_key(&company))
        {
            known.insert(company, business);
        }
    }

    /// Puts everything that is known in place of what was.
    pub(super) fn replace(
        &self,
        installation: Uuid,
        businesses: HashMap<CompanyId, Arc<Business>>,
        connections: HashMap<ConnectionId, Known>,
    ) {
        let _ = self.installation.set(installation);
        if let (Ok(mut here), Ok(mut there)) = (self.businesses.write(), self.connections.write()) {
            *here = businesses;
            *there = connections;
        }
    }

    /// Which database this was learnt from; `None` before it was ever seen.
    pub(super) fn installation(&self) -> Option<Uuid> {
        self.installation.get().copied()
    }

    /// A business as it was last known.
    pub(crate) fn business(&self, company: CompanyId) -> Option<Arc<Business>> {
        self.businesses.read().ok()?.get(&company).cloned()
    }

    /// A connection as it was last known.
    pub(crate) fn connection(&self, id: &ConnectionId) -> Option<Known> {
        self.connections.read().ok()?.get(id).cloned()
    }
}

/// A business, and whether the database said so just now.
pub(crate) struct Seen {
    pub(crate) business: Arc<Business>,
    pub(crate) is_fresh: bool,
}

impl App {
    /// The business of a company: from the database within `patience`, else as it
    /// was last known. An error only where it was never seen.
    pub(crate) async fn business(&self, company: CompanyId, patience: Duration) -> Result<Seen> {
        match self.store.read(Company(company), patience, Business::read).await {
            Ok(business) => {
                let business = Arc::new(business);
                self.last_known.remember(company, Arc::clone(&business));
                Ok(Seen { business, is_fresh: true })
            }
            Err(error) => match self.last_known.business(company) {
                Some(business) => {
                    tracing::warn!(company.id = %company, %error, "answering from what was last known");
                    Ok(Seen { business, is_fresh: false })
                }
                None => Err(error),
            },
        }
    }
}
