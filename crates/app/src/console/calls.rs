//! Calls as a list, and one call on its axis of time.

use askpro_domain::{
    booking::AppointmentStatus,
    call::{CallOutcome, CallStage},
    ids::{BranchId, CallId, CompanyId, ConnectionId, TaskId},
};
use askpro_store::{
    Result,
    calls::FunctionCall,
    console::{self, Arrived, CallFilter, CallRow, Concerns, Made, TaskFilter, TaskRow},
};
use jiff::SignedDuration;
use serde_json::Value;

use super::{around::Around, overview::named};
use crate::App;

/// Webhooks of a call come a little before and after it.
const BESIDE: SignedDuration = SignedDuration::from_mins(5);

/// A page of calls.
#[derive(Clone, Debug)]
pub struct CallList {
    /// Each with whom it was about.
    pub rows: Vec<(CallRow, Option<Concerns>)>,
    /// How many the filter finds by outcome.
    pub counts: Vec<(CallOutcome, u32)>,
}

/// One call with all that belongs to it.
#[derive(Clone, Debug)]
pub struct CallPage {
    /// The call.
    pub call: CallRow,
    /// What was called in it, in order of time.
    pub functions: Vec<FunctionCall>,
    /// Whom and what it was about.
    pub concerns: Vec<Concerns>,
    /// What of it needs, or needed, a person.
    pub tasks: Vec<TaskRow>,
    /// Webhooks.
    pub arrived: Vec<Arrived>,
    /// The next newer and the next older one.
    pub neighbours: (Option<CallId>, Option<CallId>),
    /// Why it booked, or did not.
    pub verdict: Verdict,
}

/// What a call came to, and why: the sentence at the head of its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It runs.
    Running,
    /// Booked, and it stands.
    Booked,
    /// Booked; called off since.
    BookedThenCancelled,
    /// The calendar of record has not accepted it yet.
    Provisional,
    /// The calendar of record did not accept it.
    RefusedLater,
    /// An appointment was moved.
    Moved,
    /// An appointment was called off.
    Cancelled,
    /// Somebody was to ring back, and has not yet.
    CallBackOpen,
    /// Somebody rang back.
    CallBackDone,
    /// A person took over.
    Transferred,
    /// Nothing was free at the time that was wished; others were offered.
    NotFree,
    /// Nothing was free at all.
    NothingFree,
    /// A question stayed open.
    QuestionOpen,
    /// A rule of the business forbade it.
    AgainstRules,
    /// We could not answer.
    Failed,
    /// A free time was told, and the caller did not take it.
    NotTaken,
    /// Questions were answered.
    Informed,
    /// Ended before anything was asked.
    HungUp,
}

impl Verdict {
    /// The end of the key of its sentences.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Booked => "booked",
            Self::BookedThenCancelled => "booked-then-cancelled",
            Self::Provisional => "provisional",
            Self::RefusedLater => "refused-later",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::CallBackOpen => "call-back-open",
            Self::CallBackDone => "call-back-done",
            Self::Transferred => "transferred",
            Self::NotFree => "not-free",
            Self::NothingFree => "nothing-free",
            Self::QuestionOpen => "question-open",
            Self::AgainstRules => "against-rules",
            Self::Failed => "failed",
            Self::NotTaken => "not-taken",
            Self::Informed => "informed",
            Self::HungUp => "hung-up",
        }
    }

    /// From what a call did and what became of it since.
    fn of(call: &CallRow, functions: &[FunctionCall], made: &[&Made], tasks: &[TaskRow]) -> Self {
        if call.stage == CallStage::Ongoing && call.ended_at.is_none() {
            return Self::Running;
        }
        if tasks.iter().any(|task| !task.is_done) {
            let is_refused = made.iter().any(|one| one.status == AppointmentStatus::Refused);
            return if is_refused { Self::RefusedLater } else { Self::CallBackOpen };
        }
        let has = |status: AppointmentStatus| made.iter().any(|one| one.status == status);
        match call.outcome {
            CallOutcome::Moved => return Self::Moved,
            CallOutcome::Cancelled => return Self::Cancelled,
            CallOutcome::Transferred => return Self::Transferred,
            CallOutcome::CallBack => return Self::CallBackDone,
            CallOutcome::Booked | CallOutcome::Provisional => {
                return if has(AppointmentStatus::Provisional) {
                    Self::Provisional
                } else if has(AppointmentStatus::Refused) {
                    Self::RefusedLater
                } else if !made.is_empty()
                    && made.iter().all(|one| one.status == AppointmentStatus::Cancelled)
                {
                    Self::BookedThenCancelled
                } else {
                    Self::Booked
                };
            }
            CallOutcome::Informed | CallOutcome::None => {}
        }
        // The last word on an appointment decides.
        let last = functions.iter().rev().find(|one| {
            matches!(
                one.function.as_str(),
                "book_appointment" | "check_availability" | "reschedule_appointment" | "cancel_appointment"
            )
        });
        match last.map(|one| one.status.as_str()) {
            Some("alternatives") => Self::NotFree,
            Some("none") => Self::NothingFree,
            Some("needs_input") => Self::QuestionOpen,
            Some("refused") => Self::AgainstRules,
            Some("unavailable") => Self::Failed,
            Some("available") => Self::NotTaken,
            _ if functions.iter().any(|one| one.status == "unavailable") => Self::Failed,
            _ if functions.is_empty() => Self::HungUp,
            _ => Self::Informed,
        }
    }
}

/// The task that an answer told of.
fn task_of(function: &FunctionCall) -> Option<TaskId> {
    let exchange: Value = serde_json::from_str(&function.exchange).ok()?;
    TaskId::parse(exchange.pointer("/answer/data/task_id")?.as_str()?)
}

impl App {
    /// A page of calls.
    pub async fn call_list(
        &self,
        company: CompanyId,
        filter: CallFilter,
        limit: u32,
    ) -> Result<(Around, CallList)> {
        self.with_around(company, filter.branch, move |tx, _| {
            let calls = console::call_page(tx, &filter, limit)?;
            let keys: Vec<_> =
                calls.iter().map(|call| (call.connection.as_str(), call.provider_call_id.as_str())).collect();
            let about = console::concerns(tx, &keys)?;
            let counts = console::calls_by_outcome(tx, &filter)?;
            let rows = calls
                .into_iter()
                .map(|call| {
                    let about = named(&about, &call).cloned();
                    (call, about)
                })
                .collect();
            Ok(CallList { rows, counts })
        })
        .await
    }

    /// One call of a company.
    pub async fn call_page(
        &self,
        company: CompanyId,
        branch: Option<BranchId>,
        id: CallId,
    ) -> Result<(Around, Option<CallPage>)> {
        self.with_around(company, branch, move |tx, around| {
            let Some(call) = console::call_row(tx, id)? else { return Ok(None) };
            let functions = console::exchanges(tx, id)?;
            let key = (call.connection.clone(), call.provider_call_id.clone());
            let concerns = console::concerns(tx, &[(&key.0, &key.1)])?;
            let filter = TaskFilter {
                call: Some(key),
                ids: functions.iter().filter_map(task_of).collect(),
                ..TaskFilter::default()
            };
            let tasks = console::task_page(tx, &filter, 20)?;
            let arrived = match ConnectionId::parse(&call.connection) {
                Some(connection) => {
                    let from = call.started_at.checked_sub(BESIDE).unwrap_or(call.started_at);
                    let to = call.ended_at.unwrap_or(around.now).checked_add(BESIDE).unwrap_or(around.now);
                    console::arrived(tx, &connection, &call.provider_call_id, from, to)?
                }
                None => Vec::new(),
            };
            let made: Vec<&Made> = concerns.iter().filter_map(|one| one.made.as_ref()).collect();
            let verdict = Verdict::of(&call, &functions, &made, &tasks);
            let neighbours = console::neighbours(tx, &call)?;
            Ok(Some(CallPage { call, functions, concerns, tasks, arrived, neighbours, verdict }))
        })
        .await
    }
}
