//! What tests stand on: a scratch database of either engine, a clock that is
//! moved by hand, chance from a seed, and a small salon to book in.
//!
//! ```ignore
//! askpro_testkit::on_both_databases! {
//!     async fn a_promise_in_the_name_of_the_test(ground) { … }
//! }
//! ```
//!
//! The PostgreSQL half needs `ASKPRO_TEST_POSTGRES`, which `scripts/with-postgres`
//! sets; without it the test fails, because a test that was not run is not green.

mod ground;
mod rows;
mod salon;
mod world;

pub use askpro_domain::ids::SeededChance;
pub use ground::Ground;
pub use salon::{CALCOM_SECRET, Salon, SalonOptions, UNHURRIED};
pub use world::HandClock;

/// How long tests wait for the database. Generous: machines are noisy, and a
/// test that fails by time says nothing.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Turns each function into two tests, one per database.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($ground:ident) $body:block)*) => {
        mod sqlite {
            $($(#[$meta])* #[test]
            fn $name() {
                $crate::Ground::sqlite().run(super::$name);
            })*
        }
        mod postgres {
            $($(#[$meta])* #[test]
            fn $name() {
                $crate::Ground::postgres().run(super::$name);
            })*
        }
        $(async fn $name($ground: $crate::Ground) $body)*
    };
}
