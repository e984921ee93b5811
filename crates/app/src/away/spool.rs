//! Call-backs that callers were promised while the database was away: one sealed
//! file each, on the disk before the promise is spoken, delivered once afterwards.
//!
//! A file is named by the key of its function call, so the same wish sent again
//! finds it. The key is claimed by the transaction that delivers it: a delivery
//! that was cut off between commit and removal finds its own answer there.

use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};

use askpro_domain::{
    actor::Actor,
    ids::{BranchId, CompanyId, ConnectionId, TaskId},
};
use askpro_store::{
    Company, Error, Result,
    answers::{self, AnswerKey, Claim},
    audit::{self, Entry},
    seal::SealError,
    tasks,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

use super::folder::{StateFolder, sync_folder_of};
use crate::{App, call::Answer};

/// What the files are sealed for.
const PURPOSE: &str = "spooled call-backs";

/// Call-backs that wait at most. Beyond, callers are not promised any more.
const WAITING_AT_MOST: usize = 10_000;

/// How long one delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether something can be delivered.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A promise that waits for the database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The task that it becomes.
    pub(crate) task: TaskId,
    /// Whose.
    pub(crate) company: CompanyId,
    /// Where.
    pub(crate) branch: BranchId,
    /// Through which connection it came.
    pub(crate) connection: ConnectionId,
    /// In which call.
    pub(crate) call_id: Option<String>,
    /// The key of the function call.
    pub(crate) key: AnswerKey,
    /// Whom to ring back and about what, as the task keeps it.
    pub(crate) note: String,
    /// Until when.
    pub(crate) due_at: Timestamp,
    /// When it was promised.
    pub(crate) noted_at: Timestamp,
    /// What the caller heard.
    pub(crate) answer: Answer,
}

/// A file's content: the promise, and of which database it was made.
#[derive(Serialize, Deserialize)]
struct Content {
    installation: Option<Uuid>,
    kept: Kept,
}

/// What waits in the state directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spooled {
    /// Call-backs that wait for the database.
    pub waiting: usize,
    /// Files that could not be delivered and wait for a person.
    pub set_aside: usize,
}

impl App {
    /// Keeps a promise on the local disk; it is there when this returns. The same
    /// key again returns what was answered first. `Unavailable` where nothing can
    /// be kept: then nothing may be promised.
    pub(crate) async fn keep_until_back(&self, kept: Kept) -> Result<Answer> {
        let Some(folder) = self.state.clone() else {
            return Err(Error::Unavailable("no state directory is configured".into()));
        };
        let app = self.clone();
        let written = tokio::task::spawn_blocking(move || app.write_kept(&folder, kept)).await;
        written.map_err(io::Error::other).and_then(|written| written).map_err(|error| {
            Error::Unavailable(format!("a call-back cannot be kept in the state directory: {error}"))
        })
    }

    fn write_kept(&self, folder: &StateFolder, kept: Kept) -> io::Result<Answer> {
        let path = folder.spool().join(format!("{}.{ENDING}", kept.key.text));
        if let Ok(first) = self.read_kept(&path) {
            return Ok(first.kept.answer);
        }
        if folder.spooled()?.waiting >= WAITING_AT_MOST {
            return Err(io::Error::other("too many call-backs wait already"));
        }
        let answer = kept.answer.clone();
        let content = Content { installation: self.last_known.installation(), kept };
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(&content)?);
        folder.replace(&path, &self.store.seals().seal_file(PURPOSE, &plain))?;
        Ok(answer)
    }

    fn read_kept(&self, path: &std::path::Path) -> std::result::Result<Content, Unreadable> {
        let sealed = fs::read(path).map_err(Unreadable::Disk)?;
        let plain = self.store.seals().open_file(PURPOSE, &sealed).map_err(Unreadable::Seal)?;
        serde_json::from_slice(&plain).map_err(|_| Unreadable::Form)
    }

    /// Delivers what waits, as soon as it can be, until `stop` says so.
    pub async fn keep_delivering(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.deliver_kept().await {
                tracing::warn!(%error, "call-backs wait in the spool for the database");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Delivers what waits now; how many call-backs became tasks.
    pub async fn deliver_kept(&self) -> Result<usize> {
        let Some(folder) = self.state.clone() else { return Ok(0) };
        let (mut delivered, mut waits) = (0, None);
        for path in folder.waiting().map_err(disk)? {
            match self.read_kept(&path) {
                Ok(content) => match self.deliver(content).await {
                    Ok(is_new) => {
                        delivered += usize::from(is_new);
                        folder.remove(&path).map_err(disk)?;
                    }
                    Err(error @ Error::Unfit(_)) => {
                        folder.put_aside(&path, &error.to_string()).map_err(disk)?;
                    }
                    Err(error) if error.is_passing() => return Err(error),
                    // Whatever stands in its way may go; the others need not wait for it.
                    Err(error) => waits = Some(error),
                },
                // Another process delivered it just now.
                Err(Unreadable::Disk(error)) if error.kind() == io::ErrorKind::NotFound => {}
                Err(Unreadable::Disk(error)) => return Err(disk(error)),
                Err(unreadable) => folder.put_aside(&path, &unreadable.to_string()).map_err(disk)?,
            }
        }
        if delivered > 0 {
            tracing::info!(delivered, "call-backs from the spool are tasks now");
        }
        waits.map_or(Ok(delivered), Err)
    }

    /// Whether a task came of it; not where it had become one before.
    async fn deliver(&self, content: Content) -> Result<bool> {
        let Content { installation, kept } = content;
        if let (Some(theirs), Some(ours)) = (installation, self.last_known.installation())
            && theirs != ours
        {
            return Err(Error::Unfit("it was promised for another database".into()));
        }
        let (now, kept) = (self.clock.now(), Arc::new(kept));
        self.store
            .write(Company(kept.company), PATIENCE, move |tx| {
                match answers::claim(tx, &kept.key, now)? {
                    Claim::Answered(_) | Claim::UnderWay(_) => return Ok(false),
                    Claim::Fresh => {}
                }
                if !tasks::add_kept_call_back(
                    tx,
                    kept.task,
                    kept.branch,
                    &kept.note,
                    kept.due_at,
                    kept.noted_at,
                )? {
                    return Ok(false);
                }
                let actor = Actor::connection(kept.connection.clone())
                    .at(kept.call_id.as_deref().unwrap_or_default());
                audit::add(tx, &actor, &Entry::new("task.created", kept.task), now)?;
                answers::record(tx, &kept.key, &kept.answer.to_bytes(), None, true)?;
                Ok(true)
            })
            .await
    }

    /// What waits in the state directory; zeros where there is none.
    pub fn spooled(&self) -> io::Result<Spooled> {
        self.state.as_ref().map_or(Ok(Spooled::default()), |folder| folder.spooled())
    }
}

/// How the names of waiting files end.
const ENDING: &str = "kept";

/// Why a file of the spool is no promise of ours.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("the disk does not give it: {0}")]
    Disk(io::Error),
    #[error("it was cut short, changed, or sealed with other keys: {0}")]
    Seal(SealError),
    #[error("another version of this program wrote it")]
    Form,
}

fn disk(error: io::Error) -> Error {
    Error::Unavailable(format!("the state directory does not work: {error}"))
}

impl StateFolder {
    /// The files that wait, the oldest name first.
    fn waiting(&self) -> io::Result<Vec<PathBuf>> {
        let mut waiting: Vec<PathBuf> = fs::read_dir(self.spool())?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
            .take(WAITING_AT_MOST)
            .collect();
        waiting.sort();
        Ok(waiting)
    }

    fn spooled(&self) -> io::Result<Spooled> {
        let set_aside = fs::read_dir(self.set_aside())?.take(WAITING_AT_MOST).count();
        Ok(Spooled { waiting: self.waiting()?.len(), set_aside })
    }

    fn remove(&self, path: &std::path::Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => sync_folder_of(path),
        }
    }

    /// Keeps what cannot be delivered where a person finds it; it is never lost.
    fn put_aside(&self, path: &std::path::Path, why: &str) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default();
        tracing::error!(
            file = %name.to_string_lossy(), why,
            "a spooled call-back cannot be delivered; it stands in spool/set-aside of the state directory"
        );
        fs::rename(path, self.set_aside().join(name))?;
        sync_folder_of(path)
    }
}
