//! How many function calls may run at once: a flood from one connection leaves
//! the others their places.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use askpro_domain::ids::ConnectionId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Of one connection. A business of thirty has fewer phone lines than that.
const PER_CONNECTION: usize = 64;

/// Of the whole process. More would only wait for the database.
const ALTOGETHER: usize = 512;

/// Connections remembered at most; idle ones are forgotten then.
const REMEMBERED_AT_MOST: usize = 10_000;

/// Hands out the places.
pub(crate) struct Gate {
    all: Arc<Semaphore>,
    by_connection: Mutex<HashMap<ConnectionId, Arc<Semaphore>>>,
}

/// A place, given back when dropped.
pub(super) struct Place {
    _own: OwnedSemaphorePermit,
    _shared: OwnedSemaphorePermit,
}

impl Default for Gate {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(ALTOGETHER)), by_connection: Mutex::default() }
    }
}

impl Gate {
    /// A place for this connection, at once or not at all.
    pub(super) fn enter(&self, connection: &ConnectionId) -> Option<Place> {
        let own = {
            let mut places = self.by_connection.lock().ok()?;
            if places.len() >= REMEMBERED_AT_MOST {
                places.retain(|_, semaphore| semaphore.available_permits() < PER_CONNECTION);
            }
            let fresh = || Arc::new(Semaphore::new(PER_CONNECTION));
            Arc::clone(places.entry(connection.clone()).or_insert_with(fresh))
        };
        let own = own.try_acquire_owned().ok()?;
        let shared = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some(Place { _own: own, _shared: shared })
    }
}

#[cfg(test)]
mod tests {
    use askpro_domain::ids::SeededChance;

    use super::*;

    #[test]
    fn one_connections_flood_leaves_the_others_their_places() {
        let chance = SeededChance::new(1);
        let [loud, quiet] = [(); 2].map(|()| ConnectionId::new(&chance));
        let gate = Gate::default();
        let flood: Vec<_> = (0..1_000).filter_map(|_| gate.enter(&loud)).collect();
        assert_eq!(flood.len(), PER_CONNECTION);
        assert!(gate.enter(&loud).is_none());
        assert!(gate.enter(&quiet).is_some());
        drop(flood);
        assert!(gate.enter(&loud).is_some(), "places are given back");
    }
}
