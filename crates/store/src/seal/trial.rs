//! For attacks on scratch databases alone: puts a sealed value where it does not
//! belong, as whoever owns the database could.

use askpro_domain::ids::ConnectionId;

use crate::{
    args,
    error::{Error, Result},
    migrate::{self, Environment, on_its_own},
};

/// Copies a connection's sealed value over the key of another one. Refused where
/// the database is not a scratch one.
pub fn misplace_key(url: &str, column: Column, from: &ConnectionId, to: &ConnectionId) -> Result<()> {
    if migrate::environment(url)? != Some(Environment::Scratch) {
        return Err(Error::Unfit("only a scratch database is attacked".into()));
    }
    on_its_own(url, |on| {
        let column = match column {
            Column::Key => "key_sealed",
            Column::WebhookSecret => "webhook_secret_sealed",
        };
        on.execute(
            &format!(
                "UPDATE connections SET key_sealed = (SELECT o.{column} FROM connections o WHERE o.id = $1) WHERE id = $2"
            ),
            args![from.as_str(), to.as_str()],
        )
        .map(drop)
    })
}

/// What is put elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// The provider's key.
    Key,
    /// The secret of its webhook.
    WebhookSecret,
}
