//! The state directory: files of one process's own, durable and sealed.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// A directory for what must survive a restart without the database.
#[derive(Debug)]
pub struct StateFolder {
    root: PathBuf,
    /// Tells the files of writers that run at the same time apart.
    written: AtomicU64,
}

impl StateFolder {
    /// Makes the directory for its owner alone, where it is missing.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        make(&root.join(SPOOL))?;
        make(&root.join(SET_ASIDE))?;
        Ok(Self { root, written: AtomicU64::new(0) })
    }

    /// A file of this name in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(super) fn snapshot(&self) -> PathBuf {
        self.root.join("last-known.sealed")
    }

    pub(super) fn spool(&self) -> PathBuf {
        self.root.join(SPOOL)
    }

    pub(super) fn set_aside(&self) -> PathBuf {
        self.root.join(SET_ASIDE)
    }

    /// Puts a file in place of what stands there: wholly or not at all, and on
    /// the disk when this returns.
    pub(crate) fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let beside = path.with_extension(format!("{}-{number}.new", std::process::id()));
        let written = write_through(&beside, content).and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            // What was begun is of no use; a full disk needs the room.
            let _ = fs::remove_file(&beside);
            return written;
        }
        sync_folder_of(path)
    }
}

const SPOOL: &str = "spool";
const SET_ASIDE: &str = "spool/set-aside";

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_through(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes the names in the folder of `path` durable.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
