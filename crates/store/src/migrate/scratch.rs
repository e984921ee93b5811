//! A database for a few minutes, beside the one that is meant.

use std::time::Duration;

use crate::{
    engine::postgres::{self, quoted, role_name},
    error::Result,
};

const PATIENCE: Duration = Duration::from_secs(600);

/// An empty PostgreSQL database on the server of another; gone with this value.
#[derive(Debug)]
pub struct Scratch {
    server: String,
    name: String,
}

impl Scratch {
    /// Makes one called `name` on the server at `url`. The login role needs CREATEDB.
    pub fn beside(url: &str, name: &str) -> Result<Self> {
        postgres::apart(url, PATIENCE, |link| {
            crate::engine::Statements::batch(link, &format!("CREATE DATABASE {}", quoted(name)))
        })?;
        Ok(Self { server: url.to_owned(), name: name.to_owned() })
    }

    /// Its address.
    pub fn url(&self) -> String {
        beside(&self.server, &self.name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut statements = vec![format!("DROP DATABASE {} WITH (FORCE)", quoted(&self.name))];
        for kind in ["app", "platform"] {
            statements.push(format!("DROP ROLE IF EXISTS {}", quoted(&role_name(&self.name, kind))));
        }
        for statement in statements {
            let dropped = postgres::apart(&self.server, PATIENCE, |link| {
                crate::engine::Statements::batch(link, &statement)
            });
            if let Err(error) = dropped {
                tracing::warn!(%error, database = self.name, "a scratch database is left behind");
            }
        }
    }
}

/// The address of another database on the same server.
fn beside(url: &str, name: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    format!("{}/{name}{parameters}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn only_the_name_of_the_database_changes_in_an_address() {
        assert_eq!(
            beside("postgres://a:b@h:1/x?sslmode=disable", "y"),
            "postgres://a:b@h:1/y?sslmode=disable"
        );
        assert_eq!(beside("postgres://a@h", "y"), "postgres://a@h/y");
    }
}
