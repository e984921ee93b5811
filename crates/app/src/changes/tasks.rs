//! What a person must do: taken over, closed with what came of it, opened again.

use askpro_domain::ids::TaskId;
use askpro_store::{
    CompanyTx,
    audit::{self, Entry},
    lists::tasks::{ListedTask, Tasks},
    tasks::{self, TaskOutcome, TaskStatus},
};
use serde_json::json;

use super::{By, Change, Rule, Stop, after, fields::note, found};

fn task(tx: &mut CompanyTx<'_>, id: TaskId, revision: Option<u32>) -> Result<ListedTask, Stop> {
    found(tx, &Tasks { id: Some(id), ..Tasks::default() }, revision, |row| row.revision)
}

fn changed(tx: &mut CompanyTx<'_>, by: &By, id: TaskId, entry: &Entry) -> Result<ListedTask, Stop> {
    audit::add(tx, &by.actor, entry, by.now)?;
    after(tx, &Tasks { id: Some(id), ..Tasks::default() })
}

/// Somebody takes a task over, or gives it back.
#[derive(Clone, Debug)]
pub struct TakeTask {
    /// Which one.
    pub id: TaskId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// Whether it is given back.
    pub gives_back: bool,
}

impl Change for TakeTask {
    type Done = ListedTask;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedTask, Stop> {
        if task(tx, self.id, self.revision)?.status == TaskStatus::Done {
            return Err(Rule::TaskDone.into());
        }
        let (who, action) =
            if self.gives_back { (None, "task.given_back") } else { (by.user(), "task.taken") };
        tasks::take(tx, self.id, who)?;
        changed(tx, by, self.id, &Entry::new(action, self.id))
    }
}

/// A task is done.
#[derive(Clone, Debug)]
pub struct CloseTask {
    /// Which one.
    pub id: TaskId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// What came of it.
    pub outcome: TaskOutcome,
    /// In the words of whoever did it.
    pub remark: Option<String>,
}

impl Change for CloseTask {
    type Done = ListedTask;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedTask, Stop> {
        if task(tx, self.id, self.revision)?.status == TaskStatus::Done {
            return Err(Rule::TaskDone.into());
        }
        let remark = note("remark", self.remark.as_ref())?;
        tasks::close(tx, self.id, self.outcome, remark.as_deref(), by.now)?;
        let entry = Entry::new("task.closed", self.id).after(json!({ "outcome": self.outcome.word() }));
        changed(tx, by, self.id, &entry)
    }
}

/// A task was not done after all.
#[derive(Clone, Debug)]
pub struct ReopenTask {
    /// Which one.
    pub id: TaskId,
    /// The revision that was seen.
    pub revision: Option<u32>,
}

impl Change for ReopenTask {
    type Done = ListedTask;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedTask, Stop> {
        let known = task(tx, self.id, self.revision)?;
        if known.status == TaskStatus::Open {
            return Err(Rule::TaskOpen.into());
        }
        tasks::reopen(tx, self.id)?;
        let outcome = known.outcome.map(TaskOutcome::word);
        let entry = Entry::new("task.reopened", self.id).before(json!({ "outcome": outcome }));
        changed(tx, by, self.id, &entry)
    }
}
