//! A person's tokens for programs: shown once, no more than the person may, for a
//! while.

use askpro_domain::{
    access::{Permission, Principal},
    actor::Actor,
    ids::{TokenId, random_text},
    secret::Secret,
};
use askpro_store::{
    Error as Failure, Platform,
    lists::people::{self as listed, ListedToken, Tokens},
    people,
};
use jiff::SignedDuration;

use super::{
    PATIENCE, Refusal, Rule, Stop,
    fields::{NAME_AT_MOST, line, within},
};
use crate::{
    App,
    setup::{TOKEN_ALPHABET, TOKEN_LENGTH},
};

const OWN: Platform = Platform { because: "a token belongs to a person, not to a company" };

/// The longest life of a token, in days.
const DAYS_AT_MOST: u32 = 366;

/// A token is made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// For how long it opens anything.
    pub days: u32,
    /// What it may do of what its maker may; `None` is all of it.
    pub scopes: Option<Vec<Permission>>,
}

/// A token that was just made.
#[derive(Clone, Debug)]
pub struct NewTokenMade {
    /// What is kept of it.
    pub listed: ListedToken,
    /// The token: the only time that it is seen.
    pub token: Secret,
}

impl App {
    /// Makes a token for whoever asks. Whoever asks with a token makes none that may
    /// do more.
    pub async fn make_token(
        &self,
        principal: &Principal,
        actor: &Actor,
        new: NewToken,
    ) -> Result<NewTokenMade, Stop> {
        let name = line("name", &new.name, NAME_AT_MOST)?;
        let days = within("expires_in_days", new.days, 1, DAYS_AT_MOST)?;
        let may: Vec<Permission> =
            Permission::ALL.iter().copied().filter(|one| principal.reach(*one).is_some()).collect();
        if new.scopes.as_ref().is_some_and(|scopes| scopes.iter().any(|scope| !may.contains(scope))) {
            return Err(Rule::MoreThanOneMay.into());
        }
        // What a narrowed token leaves out says nothing: the new one gets what the old one has.
        let scopes = new.scopes.or_else(|| principal.token.map(|_| may));
        let now = self.clock.now();
        let expires_at = people::token_expiry(now, SignedDuration::from_hours(24 * i64::from(days)))?;
        let text = format!("askpro_{}", random_text(self.chance.as_ref(), TOKEN_ALPHABET, TOKEN_LENGTH));
        let token = Secret::new(text);
        let (id, user) = (TokenId::new(now, self.chance.as_ref()), principal.user);
        let (kept, actor) = (token.clone(), actor.clone());
        let listed = self
            .store
            .platform_write(OWN, PATIENCE, move |tx| {
                people::create_token(tx, id, user, &name, &kept, expires_at, &actor, now)?;
                if let Some(scopes) = &scopes {
                    people::narrow_token(tx, id, scopes)?;
                }
                listed::tokens(tx, &Tokens { user, id: Some(id), after: None }, 1)?
                    .pop()
                    .ok_or_else(|| Failure::Impossible("a token that was just made is not there".into()))
            })
            .await?;
        Ok(NewTokenMade { listed, token })
    }

    /// Takes one of one's own tokens back, at once.
    pub async fn revoke_token(&self, principal: &Principal, actor: &Actor, id: TokenId) -> Result<(), Stop> {
        let (now, user, actor) = (self.clock.now(), principal.user, actor.clone());
        let revoked = self
            .store
            .platform_write(OWN, PATIENCE, move |tx| people::revoke_token(tx, user, id, &actor, now))
            .await?;
        if revoked { Ok(()) } else { Err(Refusal::NotFound.into()) }
    }
}
