//! Bringing a database to the schema of this program, and back.
//!
//! Each migration is a pair of files per engine, embedded in the binary. It runs
//! statement by statement in one transaction together with the note that it ran,
//! under a lock against a second runner, so a database is always at a whole
//! version. Only an index that is built beside the work of others runs outside a
//! transaction, and that can be repeated. `docs/decisions/0006-migrations.md` has
//! the reasons.

mod backup;
mod catalogue;
mod environment;
mod fitness;
mod losses;
mod outage;
mod plan;
mod runner;
mod scratch;
mod session;
mod snapshot;
mod statements;

use askpro_domain::ids::{Chance, uuid_v7};
pub use backup::{Backup, backup};
pub use catalogue::{Direction, Kind, MIGRATIONS, Migration, Script, Undo};
pub use environment::Environment;
pub use fitness::{Fitness, Step, environment};
use jiff::Timestamp;
pub use outage::Outage;
pub use plan::{Lock, Plan, PlannedStatement, PlannedStep};
pub use runner::{Back, Birth, Limits, Options, Verdict, Watch};
pub use scratch::Scratch;
pub use session::database_name;
pub(crate) use session::on_its_own;
pub use snapshot::{Column, Snapshot, columns, snapshot};
pub use statements::{Effect, Statement, split};

use crate::error::{Error, Result};

/// Lists what was applied and what is pending. Blocks the calling thread.
pub fn status(url: &str) -> Result<Vec<Step>> {
    fitness::status(url, MIGRATIONS)
}

/// Compares a database with this program. Blocks the calling thread.
pub fn fitness(url: &str) -> Result<Fitness> {
    fitness::fitness(url, MIGRATIONS)
}

/// Applies what is pending; the names of what was applied. A new database is
/// marked with `environment`, an existing one keeps its mark. Makes no backup, and
/// so applies nothing to an existing database that takes something away. Blocks
/// the calling thread.
pub fn up(
    url: &str,
    environment: Environment,
    now: Timestamp,
    chance: &dyn Chance,
) -> Result<Vec<&'static str>> {
    if fitness(url)? == Fitness::Current {
        return Ok(Vec::new());
    }
    let plan = plan_up(url)?;
    if plan.environment.is_some() && plan.is_destructive() {
        return Err(Error::Unfit(
            "what is pending takes something away; run `askpro migrate up`, which makes a backup first"
                .into(),
        ));
    }
    let birth = Birth { environment, installation: uuid_v7(now, chance), now };
    up_with(url, birth, Options::default())
}

/// The same with migrations, limits and a watch of the caller's choice.
pub fn up_with(url: &str, birth: Birth, options: Options<'_>) -> Result<Vec<&'static str>> {
    runner::up(url, birth, options)
}

/// What [`up`] would do now. Blocks the calling thread.
pub fn plan_up(url: &str) -> Result<Plan> {
    plan::up(url, MIGRATIONS)
}

/// What [`down`] would do now, or why it may not. Blocks the calling thread.
pub fn plan_down(url: &str, back: Back) -> Result<Plan> {
    plan::down(url, MIGRATIONS, back)
}

/// Takes migrations back, the newest first; the names of what was taken back.
/// Outside demo and scratch databases only what leaves all rows where they are.
/// Blocks the calling thread.
pub fn down(url: &str, back: Back, options: Options<'_>) -> Result<Vec<&'static str>> {
    runner::down(url, back, options)
}

/// Takes every migration back, and all data with it. Only a database that was
/// marked as demo or scratch when it was made lets this happen. Blocks the
/// calling thread.
pub fn down_all(url: &str) -> Result<()> {
    down(url, Back::All, Options::default()).map(drop)
}
