use std::sync::Arc;

use askpro_app::{App, Directory};
use askpro_domain::secret::Secret;
use tokio::sync::watch;

use crate::{browser::Outside, gateway::gate::Gate};

/// The largest body that is read; a long call's transcript is well below.
pub(crate) const BODY_BYTES_AT_MOST: usize = 5 * 1024 * 1024;

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    pub(crate) app: App,
    pub(crate) directory: Arc<Directory>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) outside: Arc<Outside>,
    pub(crate) metrics_token: Option<Arc<Secret>>,
    /// Says when the server stops.
    pub(crate) stopping: Option<watch::Receiver<bool>>,
}

impl Web {
    /// Around the use cases.
    pub fn new(app: App) -> Self {
        Self {
            directory: Arc::new(Directory::new(app.clone())),
            gate: Arc::default(),
            outside: Arc::default(),
            metrics_token: None,
            stopping: None,
            app,
        }
    }

    /// Metrics are shown to whoever has this token, besides people who may see operation.
    #[must_use]
    pub fn with_metrics_token(self, token: Option<Secret>) -> Self {
        Self { metrics_token: token.map(Arc::new), ..self }
    }

    /// Reached in a certain way; without this, over plain HTTP and without a proxy.
    #[must_use]
    pub fn seen_from(self, outside: Outside) -> Self {
        Self { outside: Arc::new(outside), ..self }
    }
}
