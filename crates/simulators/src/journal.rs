use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use serde::Serialize;

/// Requests kept at most; the oldest go first.
const ENTRIES_AT_MOST: usize = 10_000;

/// One request and what was answered.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// When it came.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// The HTTP status of the answer; 0 where the connection was dropped or hung.
    pub status: u16,
    /// The fault that was injected.
    pub fault: Option<String>,
}

/// What was asked of a stand-in, in order.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<VecDeque<Entry>>>);

impl Journal {
    pub(crate) fn add(&self, entry: Entry) {
        let mut entries = self.0.lock().expect("no journal writer panics");
        if entries.len() == ENTRIES_AT_MOST {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.0.lock().expect("no journal writer panics").iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("no journal writer panics").clear();
    }
}
