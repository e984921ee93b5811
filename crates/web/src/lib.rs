//! The outside: what Retell calls, what programs read, what people see in a
//! browser, what a monitor asks.
//!
//! A handler parses, names its permission, calls one use case and renders. It
//! builds no SQL, reads no clock, decides no rule. Every route is registered in
//! [`routes`] together with who may call it; there is no other way in.

mod api;
mod browser;
mod gateway;
mod health;
mod pages;
mod problem;
mod routes;
mod server;
mod web;

pub use browser::Outside;
pub use routes::{Access, Listed};
pub use server::{Bound, bind, listed_routes, router};
pub use web::Web;
