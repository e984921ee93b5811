//! The store's promises, each kept on both databases.

mod answers;
mod occupancy;
mod walls;
