//! What the phone does now, did lately, and what needs a person.

use askpro_domain::ids::{BranchId, CompanyId};
use askpro_store::{
    Result,
    console::{self, Answered, Block, CallRow, Concerns, Heard, Slice, TaskFilter, TaskRow, Waiting},
};
use jiff::SignedDuration;

use super::around::{Around, LONGEST_CALL};
use crate::App;

/// Rows of each list on the overview.
const ROWS: u32 = 6;

/// A call that runs, with the function that was answered last.
#[derive(Clone, Debug)]
pub struct Running {
    /// The call.
    pub call: CallRow,
    /// What was answered last.
    pub function: Option<Answered>,
    /// Who was recognised.
    pub name: Option<String>,
}

/// The overview.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Calls that run.
    pub running: Vec<Running>,
    /// Open tasks, the most urgent first.
    pub tasks: Vec<TaskRow>,
    /// What waits besides.
    pub waiting: Waiting,
    /// Calls of the last 31 days by half hour.
    pub slices: Vec<Slice>,
    /// Answered functions of the last 24 hours, in order of time.
    pub answered: Vec<Answered>,
    /// Made on the phone lately, the latest first.
    pub made: Vec<Block>,
    /// Providers.
    pub connections: Vec<Heard>,
}

impl App {
    /// The overview of a company, or of one branch.
    pub async fn overview(&self, company: CompanyId, branch: Option<BranchId>) -> Result<(Around, Overview)> {
        self.with_around(company, branch, move |tx, around| {
            let now = around.now;
            let back = |hours: i64| now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(now);
            let calls = console::running(tx, branch, now.checked_sub(LONGEST_CALL).unwrap_or(now), ROWS)?;
            let answered = console::answered(tx, branch, back(24))?;
            let keys: Vec<_> =
                calls.iter().map(|call| (call.connection.as_str(), call.provider_call_id.as_str())).collect();
            let about = console::concerns(tx, &keys)?;
            let running = calls
                .iter()
                .map(|call| Running {
                    call: call.clone(),
                    function: answered.iter().rfind(|one| one.call == call.id).cloned(),
                    name: named(&about, call).map(|one| one.name.clone()),
                })
                .collect();
            let tasks = TaskFilter { branch, ..TaskFilter::default() };
            let ahead = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
            Ok(Overview {
                running,
                tasks: console::task_page(tx, &tasks, ROWS)?,
                waiting: console::waiting(tx, now)?,
                slices: console::calls_by_half_hour(tx, branch, back(24 * 31), ahead)?,
                answered,
                made: console::made_by_phone(tx, branch, ROWS)?,
                connections: console::connections(tx)?,
            })
        })
        .await
    }
}

/// Whom a call was about: first what was made in it.
pub(super) fn named<'c>(about: &'c [Concerns], call: &CallRow) -> Option<&'c Concerns> {
    let of_call =
        || about.iter().filter(|one| one.call.0 == call.connection && one.call.1 == call.provider_call_id);
    of_call().rfind(|one| one.made.is_some()).or_else(|| of_call().next())
}
