use std::time::Duration;

use askpro_domain::{
    actor::Actor,
    business::CompanySettings,
    ids::{BranchId, CompanyId, ConnectionId},
    language::Language,
    phone::CallerNumber,
};
use askpro_store::answers::AnswerKey;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::Arguments;

/// What is known about the call in which a function is called: from the signed
/// envelope, never from the model's arguments.
#[derive(Clone, Debug)]
pub struct CallContext {
    /// Whose agent it is, by the address that was called.
    pub company: CompanyId,
    /// At which connection.
    pub connection: ConnectionId,
    /// The provider's id of the call; `None` where only arguments were sent.
    pub call_id: Option<String>,
    /// The provider's id of this very function call.
    pub tool_call_id: Option<String>,
    /// Who rings.
    pub from: CallerNumber,
    /// The branch whose number was rung, where that is known.
    pub branch: Option<BranchId>,
    /// The language that the call's variables name.
    pub language: Option<Language>,
    /// What the company chose.
    pub settings: CompanySettings,
    /// When the caller has waited long enough.
    pub deadline: Instant,
    /// The same where Cal.com must be asked; never before `deadline`.
    pub calendar_deadline: Instant,
}

/// Kept back from every budget for writing the answer.
const RESERVE: Duration = Duration::from_millis(150);

impl CallContext {
    /// Who acts, in the record: the phone agent, by its connection, in this call.
    pub(super) fn actor(&self) -> Actor {
        Actor::connection(self.connection.clone()).at(self.call_id.as_deref().unwrap_or_default())
    }

    /// How much of the budget is left for work.
    pub fn patience(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now()).saturating_sub(RESERVE)
    }

    /// How much of the longer budget is left, where Cal.com is asked.
    pub fn calendar_patience(&self) -> Duration {
        self.calendar_deadline.saturating_duration_since(Instant::now()).saturating_sub(RESERVE)
    }

    /// The call's language before the branch is known.
    pub fn language_or_default(&self) -> Language {
        self.language.unwrap_or(Language::De)
    }

    /// What identifies a repetition of this function call: connection, call, the
    /// provider's id of the function call where there is one, function and
    /// arguments. `None` outside a call.
    pub(super) fn answer_key(&self, function: &str, arguments: &Arguments) -> Option<AnswerKey> {
        let call_id = self.call_id.as_deref()?;
        Some(self.key(call_id, function, arguments))
    }

    /// The same where only arguments were sent: good for a repetition within seconds.
    pub(super) fn key_outside_a_call(&self, function: &str, arguments: &Arguments) -> AnswerKey {
        self.key("", function, arguments)
    }

    fn key(&self, call_id: &str, function: &str, arguments: &Arguments) -> AnswerKey {
        let mut hash = Sha256::new();
        for part in [
            self.connection.as_str(),
            call_id,
            self.tool_call_id.as_deref().unwrap_or_default(),
            function,
            &arguments.canonical(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let text = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        AnswerKey { text, is_exact: self.tool_call_id.is_some() }
    }
}
