//! The second killer: a provider's failure took everything down. Each provider
//! fails in each of its ways while people are on the phone.

use futures_util::future::join_all;

use super::Attack;
use crate::{
    commands::{block_on, drill},
    terminal::remark,
};

/// The ways in which providers fail.
const FAILURES: [&str; 6] =
    ["retell-down", "retell-hang", "calcom-down", "calcom-429", "calcom-lies", "key-revoked"];

/// Drills at the same time: they share this machine.
const AT_ONCE: usize = 3;

pub(super) fn attack(server: &str, engine: &str) -> anyhow::Result<Vec<Attack>> {
    remark(format!("taking providers away on {engine} …"));
    rehearse(&FAILURES, server, engine)
}

/// Runs drills, and tells each as an attack.
pub(super) fn rehearse(drills: &[&str], server: &str, engine: &str) -> anyhow::Result<Vec<Attack>> {
    block_on(async {
        let mut attacks = Vec::new();
        for some in drills.chunks(AT_ONCE) {
            for rehearsed in join_all(some.iter().map(|name| drill::rehearse(name, server))).await {
                let seen = rehearsed?;
                attacks.push(Attack {
                    what: format!("{engine}: {}", seen.about),
                    tried: seen.heard,
                    saw: seen.saw,
                    ok: seen.held && seen.heard > 0,
                });
            }
        }
        Ok(attacks)
    })
}
