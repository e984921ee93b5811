use std::time::Duration;

use super::{ANSWER_BYTES_AT_MOST, Lost, Reply, Request, Sending, Transport};

/// How long connecting may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);

/// How long nothing at all may come while an answer is read.
const READ_PATIENCE: Duration = Duration::from_secs(20);

/// Over the network, with connections that everybody shares.
#[derive(Clone)]
pub struct Http(reqwest::Client);

impl Http {
    /// Redirects are not followed: an API does not redirect, and a redirect could
    /// lead a key astray.
    pub fn new() -> Result<Self, reqwest::Error> {
        // Installed once per process; a second time it reports that it is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .connect_timeout(CONNECT_PATIENCE)
            .read_timeout(READ_PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(32)
            .user_agent(concat!("AskPro/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
    }

    async fn carry(&self, request: Request) -> Result<Reply, Lost> {
        // What cannot be said in HTTP was not sent.
        let request = reqwest::Request::try_from(request).map_err(|_| Lost::NotSent)?;
        let mut response = self.0.execute(request).await.map_err(|error| lost(&error))?;
        let mut reply = ::http::Response::new(Vec::new());
        *reply.status_mut() = response.status();
        std::mem::swap(reply.headers_mut(), response.headers_mut());
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if reply.body().len() + chunk.len() > ANSWER_BYTES_AT_MOST {
                return Err(Lost::TooLong);
            }
            reply.body_mut().extend_from_slice(&chunk);
        }
        Ok(reply)
    }
}

impl Transport for Http {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(self.carry(request))
    }
}

fn lost(error: &reqwest::Error) -> Lost {
    if error.is_connect() { Lost::NotSent } else { Lost::Unanswered }
}
