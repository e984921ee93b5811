//! Mails: promised in a transaction, sent afterwards.
//!
//! [`enqueue`] is for whoever has something to write; links to choose a password
//! are made only when their mail leaves, so that no link waits anywhere to be read.
//! A mail may leave twice when a process dies between sending and writing it down;
//! it has the same Message-ID then, unless it carries a link, of which the newest
//! opens.

mod letters;

pub(crate) use letters::appointment_refused;

use std::{sync::Arc, time::Duration};

use askpro_domain::{
    actor::{Actor, Who},
    ids::MailId,
    language::Language,
    secret::Secret,
    sign_in::Patience,
};
use askpro_providers::mail::{Letter, MailError, Post};
use askpro_store::{
    CompanyTx, Error, Platform, Result,
    jobs::End,
    mails::{self, Leased, MailKind},
    people, schedule,
    sign_in::{self as doors, Purpose},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{
    App,
    sign_in::{EMAIL_AT_MOST, PATIENCE, SIGNING_IN, Visitor, key},
};

const MAILING: Platform = Platform { because: "mails leave for every company and the installation" };

/// How many mails one look takes at most.
const AT_ONCE: u32 = 8;

/// How long a mail belongs to its worker; longer than sending all of one look takes.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// How long the worker rests when nothing is due: mails are not urgent.
const REST: Duration = Duration::from_secs(1);

/// The first pause after a failure; doubled each time, up to an hour.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// Tries in all; the last ones an hour apart, so that a server may be away for half a day.
const TRIES: u32 = 16;

/// How mails leave this installation, and where their links lead.
pub struct Office {
    post: Post,
    public_url: String,
}

impl Office {
    /// As `ASKPRO_MAIL_URL` says; the reason where it cannot be read.
    pub fn open(mail_url: &str, public_url: &str) -> std::result::Result<Arc<Self>, String> {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Ok(Arc::new(Self { post: Post::open(mail_url, &public_url)?, public_url }))
    }
}

/// A finished text to one address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// To which address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says, without formatting.
    pub text: String,
}

/// Somebody who shall get a link.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Wanted {
    /// The address as it was typed; perhaps nobody's.
    email: String,
    language: String,
    /// Who asked, as the record writes it.
    actor: String,
    /// From where.
    from: Option<String>,
}

impl Wanted {
    fn by(actor: &Actor, email: String, language: Language) -> Self {
        let (actor, from) = (actor.who.to_string(), actor.from.clone());
        Self { email, language: language.tag().into(), actor, from }
    }
}

/// Lets a mail of a company leave once the transaction is kept.
pub fn enqueue(tx: &mut CompanyTx<'_>, message: &Message, now: Timestamp) -> Result<MailId> {
    mails::add(tx, MailKind::Letter, &written(message)?, now)
}

fn written(payload: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(payload).map_err(|error| Error::Impossible(error.to_string()))
}

/// What came of asking for a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkRequest {
    /// Written down. Whether the address is anybody's is looked at later, so that
    /// neither the answer nor its time tells.
    Taken,
    /// Too many requests from this network address; the wait.
    Wait(SignedDuration),
}

impl App {
    /// Takes the wish for a link to choose another password.
    pub async fn request_reset(
        &self,
        email: &str,
        language: Language,
        visitor: &Visitor,
    ) -> Result<LinkRequest> {
        let email = email.trim().to_lowercase();
        let is_readable = email.len() <= EMAIL_AT_MOST && !email.contains('\0');
        let now = self.clock.now();
        let at_address = key(&["reset at address", &visitor.address]);
        let of_account = key(&["reset of account", &email]);
        let stranger = Actor::system("forgotten password").at(&visitor.address);
        let wanted = written(&Wanted::by(&stranger, email, language))?;
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let wait = doors::claim_attempt(tx, &[(&at_address[..], Patience::ADDRESS)], now)?;
                if !wait.is_zero() {
                    return Ok(LinkRequest::Wait(wait.max(SignedDuration::from_secs(1))));
                }
                let keys = [(&of_account[..], Patience::LINKS_OF_ACCOUNT)];
                if is_readable && doors::claim_attempt(tx, &keys, now)?.is_zero() {
                    mails::add_platform(tx, MailKind::Reset, &wanted, now)?;
                }
                Ok(LinkRequest::Taken)
            })
            .await
    }

    /// Lets somebody's invitation leave by mail, in the language of their company.
    /// False where no mail is set up.
    pub async fn send_invitation(&self, email: &str, actor: &Actor) -> Result<bool> {
        if self.mail.is_none() {
            return Ok(false);
        }
        let (now, email, actor) = (self.clock.now(), email.trim().to_lowercase(), actor.clone());
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let mut language = Language::De;
                if let Some(user) = people::find_user(tx, &email)? {
                    let companies = people::memberships(tx, user.id)?;
                    if let Some(company) = companies.iter().find_map(|one| one.company) {
                        language = schedule::find_company(tx, company)?.map_or(language, |one| one.language);
                    }
                }
                let wanted = written(&Wanted::by(&actor, email.clone(), language))?;
                mails::add_platform(tx, MailKind::Invitation, &wanted, now)
            })
            .await?;
        Ok(true)
    }

    /// Sends mails until `stop` says so; nothing where no mail is set up.
    pub async fn send_mails(&self, worker: &str, mut stop: watch::Receiver<bool>) {
        if self.mail.is_none() {
            return;
        }
        while !*stop.borrow() {
            match self.send_mails_once(worker).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(%error, "mails cannot be read or written down"),
            }
            tokio::select! {
                () = tokio::time::sleep(REST) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Sends what is due now; how many mails that were.
    pub async fn send_mails_once(&self, worker: &str) -> Result<usize> {
        let Some(office) = self.mail.clone() else { return Ok(0) };
        let (name, now) = (worker.to_owned(), self.clock.now());
        let leased = self
            .store
            .platform_write(MAILING, PATIENCE, move |tx| mails::lease(tx, &name, AT_ONCE, LEASE, now))
            .await?;
        for mail in &leased {
            let end = match self.letter(&office, mail).await? {
                Some(letter) => outcome(mail, office.post.send(&letter).await),
                // The address is nobody's, or what was promised does not open any more.
                None if mail.payload.is_some() => End::Done,
                None => End::Dead { reason: "it does not open any more".into() },
            };
            if let End::Again { reason, .. } | End::Dead { reason } = &end {
                tracing::warn!(mail.id = %mail.id, %reason, "a mail did not leave");
            }
            let (id, name, now) = (mail.id, worker.to_owned(), self.clock.now());
            self.store
                .platform_write(MAILING, PATIENCE, move |tx| mails::end(tx, id, &name, &end, now))
                .await?;
        }
        Ok(leased.len())
    }

    /// The mail as it leaves; `None` where nobody is to get one.
    async fn letter(&self, office: &Office, mail: &Leased) -> Result<Option<Letter>> {
        let Some(payload) = &mail.payload else { return Ok(None) };
        let unreadable = |error: serde_json::Error| Error::Impossible(error.to_string());
        let purpose = match mail.kind {
            MailKind::Letter => {
                let Message { to, subject, text } = serde_json::from_slice(payload).map_err(unreadable)?;
                return Ok(Some(Letter { id: mail.id.to_string(), to, subject, text }));
            }
            MailKind::Invitation => Purpose::Invitation,
            MailKind::Reset => Purpose::Reset,
        };
        let wanted: Wanted = serde_json::from_slice(payload).map_err(unreadable)?;
        let Some((user, name)) = self.new_link_for(&wanted, purpose).await? else { return Ok(None) };
        let (email, link) = user;
        let address = format!("{}/{}/{}", office.public_url, purpose.word(), link.expose());
        let language = Language::from_tag(&wanted.language).unwrap_or(Language::De);
        let (subject, text) = letters::password_link(language, purpose, &name, &address);
        Ok(Some(Letter { id: mail.id.to_string(), to: email, subject, text }))
    }

    async fn new_link_for(
        &self,
        wanted: &Wanted,
        purpose: Purpose,
    ) -> Result<Option<((String, Secret), String)>> {
        let (now, link) = (self.clock.now(), self.fresh_secret());
        let email = wanted.email.clone();
        let actor = Actor { who: Who::parse(&wanted.actor), from: wanted.from.clone() };
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let Some(user) = people::find_user(tx, &email)?.filter(|user| user.active) else {
                    return Ok(None);
                };
                // An invitation is for whoever has no password yet; who has one asks for another.
                if purpose == Purpose::Invitation && user.password_hash != people::NO_PASSWORD {
                    return Ok(None);
                }
                doors::create_link(tx, user.id, purpose, &link, &actor, now)?;
                Ok(Some(((user.email, link.clone()), user.name)))
            })
            .await
    }
}

fn outcome(mail: &Leased, sent: std::result::Result<(), MailError>) -> End {
    match sent {
        Ok(()) => End::Done,
        Err(error @ MailError::Later(_)) if mail.attempts < TRIES => {
            let doubled = PAUSE.checked_mul(1 << (mail.attempts - 1).min(7)).unwrap_or(PAUSE);
            End::Again { pause: doubled.min(SignedDuration::from_hours(1)), reason: error.to_string() }
        }
        Err(error) => End::Dead { reason: error.to_string() },
    }
}
