use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use serde::Serialize;

/// Entries kept at most; the oldest go first.
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

/// A webhook that was sent, and what its receiver said.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivered {
    pub(crate) at: Timestamp,
    pub(crate) event: &'static str,
    pub(crate) url: String,
    /// 0 where there was no answer in time.
    pub(crate) status: u16,
}

/// What happened, in order.
pub(crate) struct Log<T>(Arc<Mutex<VecDeque<T>>>);

/// What was asked of a stand-in.
pub(crate) type Journal = Log<Entry>;

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> Log<T> {
    pub(crate) fn add(&self, entry: T) {
        let mut entries = self.0.lock().expect("no writer of a log panics");
        if entries.len() == ENTRIES_AT_MOST {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> Vec<T> {
        self.0.lock().expect("no writer of a log panics").iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().expect("no writer of a log panics").clear();
    }
}
