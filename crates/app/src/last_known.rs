//! What a business was like when the database last answered: what callers ask
//! about it is told also while the database is away.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use askpro_domain::{
    business::{Branch, Service, StaffMember},
    ids::CompanyId,
};
use askpro_store::{Company, Result, schedule};

use crate::App;

/// Businesses remembered at most; one takes some ten kilobytes.
const REMEMBERED_AT_MOST: usize = 2_000;

/// A business, as far as callers ask about it.
#[derive(Clone, Debug)]
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

/// Businesses by company.
#[derive(Default)]
pub struct LastKnown(Mutex<HashMap<CompanyId, Arc<Business>>>);

impl LastKnown {
    fn remember(&self, company: CompanyId, business: &Arc<Business>) {
        if let Ok(mut known) = self.0.lock() {
            if known.len() >= REMEMBERED_AT_MOST && !known.contains_key(&company) {
                known.clear();
            }
            known.insert(company, Arc::clone(business));
        }
    }

    fn recall(&self, company: CompanyId) -> Option<Arc<Business>> {
        self.0.lock().ok()?.get(&company).cloned()
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
        let read = self.store.read(Company(company), patience, move |tx| {
            Ok(Business {
                name: schedule::find_company(tx, company)?.map(|known| known.name).unwrap_or_default(),
                branches: schedule::branches(tx)?,
                staff: schedule::staff(tx)?,
                services: schedule::services(tx)?,
            })
        });
        match read.await {
            Ok(business) => {
                let business = Arc::new(business);
                self.last_known.remember(company, &business);
                Ok(Seen { business, is_fresh: true })
            }
            Err(error) => match self.last_known.recall(company) {
                Some(business) => {
                    tracing::warn!(company.id = %company, %error, "answering from what was last known");
                    Ok(Seen { business, is_fresh: false })
                }
                None => Err(error),
            },
        }
    }
}
