//! What can go wrong between us and the database.

/// A failure of the store. Absence is not a failure: it is an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database does not answer, or not now: away, full, shutting down.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The deadline passed before the work was done. What had begun may still be
    /// kept: nobody may say that it was, nor that it was not.
    #[error("the database did not answer in time")]
    Timeout,
    /// A rule of the database refused the change: a unique key, a reference, an
    /// overlap. The name is the constraint's.
    #[error("refused by the rule {0}")]
    Conflict(String),
    /// Two transactions stood in each other's way; the same work may be tried again.
    #[error("another change came in between")]
    Contended,
    /// The database holds what the program cannot have written.
    #[error("impossible data: {0}")]
    Impossible(String),
    /// A sealed value cannot be opened, or nothing can be sealed.
    #[error("sealing failed: {0}")]
    Sealed(#[from] crate::seal::SealError),
    /// The statement itself is wrong; a mistake in this program.
    #[error("the statement is wrong: {0}")]
    Statement(String),
    /// A migration was given up; the sentence says which one, why, and what is left.
    #[error("{0}")]
    Migration(String),
    /// The database cannot be used as it is: wrong kind, version or environment.
    #[error("{0}")]
    Unfit(String),
}

/// What the store's functions return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whether the same work may succeed when tried again later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Timeout | Self::Contended)
    }
}
