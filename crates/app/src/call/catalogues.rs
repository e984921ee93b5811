//! Prepared catalogues, kept until a service changes.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex},
};

use askpro_domain::{
    business,
    ids::{BranchId, CompanyId, ServiceId},
    service_match::{Catalogue, Service},
};

/// Catalogues kept at most; one takes some ten kilobytes.
const KEPT_AT_MOST: usize = 2_000;

type Prepared = Arc<Catalogue<ServiceId>>;

/// Preparing a catalogue costs more than asking it, so it is kept, by company
/// and branch, together with a fingerprint of what it was made from.
#[derive(Default)]
pub struct Catalogues(Mutex<HashMap<(CompanyId, BranchId), (u64, Prepared)>>);

impl Catalogues {
    /// The catalogue of these services.
    pub(super) fn of(
        &self,
        company: CompanyId,
        branch: BranchId,
        services: &[business::Service],
    ) -> Prepared {
        let fingerprint = fingerprint(services);
        if let Ok(kept) = self.0.lock()
            && let Some((made_from, catalogue)) = kept.get(&(company, branch))
            && *made_from == fingerprint
        {
            return Arc::clone(catalogue);
        }
        let listed: Vec<Service<ServiceId>> = services
            .iter()
            .map(|one| Service {
                id: one.id,
                name: one.name.clone(),
                duration_minutes: one.times.total_minutes(),
                synonyms: one.synonyms.clone(),
            })
            .collect();
        let catalogue = Arc::new(Catalogue::new(&listed));
        if let Ok(mut kept) = self.0.lock() {
            if kept.len() >= KEPT_AT_MOST {
                kept.clear();
            }
            kept.insert((company, branch), (fingerprint, Arc::clone(&catalogue)));
        }
        catalogue
    }
}

fn fingerprint(services: &[business::Service]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for one in services {
        (one.id, one.revision, &one.name, &one.synonyms).hash(&mut hasher);
    }
    hasher.finish()
}
