//! How bytes reach a provider and come back: the one seam between what our
//! clients say and the network. [`Http`] is the real way; a test or a simulation
//! may put anything else here that answers a request.
//!
//! A transport sends once, follows nothing, tries nothing again and knows no
//! provider. How long may be waited is decided above it.

mod http;

use std::{future::Future, pin::Pin};

pub use self::http::Http;

/// No answer that we read is longer; what is longer is not one.
pub const ANSWER_BYTES_AT_MOST: usize = 4 << 20;

/// What is sent: an absolute address, with every header it needs.
pub type Request = ::http::Request<Vec<u8>>;

/// What came back, read to its end.
pub type Reply = ::http::Response<Vec<u8>>;

/// Why nothing came back that could be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Lost {
    /// No connection was made: it certainly did not happen there.
    #[error("there is no connection")]
    NotSent,
    /// It was sent, and no whole answer came: it may have happened there.
    #[error("no whole answer came")]
    Unanswered,
    /// The answer is longer than [`ANSWER_BYTES_AT_MOST`]; the rest was not read.
    #[error("the answer is too long to be one")]
    TooLong,
}

/// A reply that is on its way. Dropping it gives the request up.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Reply, Lost>> + Send + 'a>>;

/// Something that carries requests to a provider.
pub trait Transport: Send + Sync {
    /// Sends once.
    fn send(&self, request: Request) -> Sending<'_>;
}
