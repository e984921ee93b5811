use askpro_domain::{ids::ErrorId, language::Language};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Arguments,
    sentences::{Sentence, say},
};

/// What came of a function call, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// What was asked for is free.
    Available,
    /// Not that, but these.
    Alternatives,
    /// Nothing is free.
    None,
    /// Something must be asked first.
    NeedsInput,
    /// It cannot be answered now.
    Unavailable,
    /// The appointment stands.
    Confirmed,
    /// The time is kept; the calendar of record has not accepted it yet.
    Provisional,
    /// These appointments stand.
    Found,
    /// The appointment is called off.
    Cancelled,
    /// A call-back is noted.
    Noted,
    /// Here it is.
    Ok,
    /// It is not allowed, and the sentence says why.
    Refused,
}

impl Status {
    /// The word in answers and on timelines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Alternatives => "alternatives",
            Self::None => "none",
            Self::NeedsInput => "needs_input",
            Self::Unavailable => "unavailable",
            Self::Confirmed => "confirmed",
            Self::Provisional => "provisional",
            Self::Found => "found",
            Self::Cancelled => "cancelled",
            Self::Noted => "noted",
            Self::Ok => "ok",
            Self::Refused => "refused",
        }
    }
}

/// What the agent gets to speak and to work on with.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// What came of it.
    pub status: Status,
    /// One or two short sentences in the call's language.
    pub say: String,
    /// The same for a program.
    pub data: Value,
    /// Leads to the log where something failed.
    pub error_id: Option<String>,
}

impl Answer {
    pub(super) fn new(status: Status, language: Language, sentence: &Sentence<'_>, data: Value) -> Self {
        Self { status, say: say(language, sentence), data, error_id: None }
    }

    /// For a function that does not exist.
    pub(super) fn unknown_function(language: Language) -> Self {
        Self::new(Status::Unavailable, language, &Sentence::UnknownFunction, json!({}))
    }

    /// For whatever went wrong.
    pub fn unavailable(language: Language, error_id: &ErrorId) -> Self {
        let answer = Self::new(Status::Unavailable, language, &Sentence::NotNow, json!({}));
        Self { error_id: Some(error_id.as_str().to_owned()), ..answer }
    }

    /// For what needs the database while that is away: a call-back is offered.
    pub(super) fn without_calendar(language: Language, error_id: &ErrorId) -> Self {
        let answer = Self::new(Status::Unavailable, language, &Sentence::NoCalendarNow, json!({}));
        Self { error_id: Some(error_id.as_str().to_owned()), ..answer }
    }

    /// Says that this may be out of date: nobody could look just now.
    pub(super) fn told_from_memory(self, language: Language) -> Self {
        let apology = say(language, &Sentence::FromMemory);
        Self { say: format!("{apology} {}", self.say), ..self }
    }

    /// What was asked and answered, for the call's timeline.
    pub fn exchange(&self, arguments: &Arguments) -> String {
        json!({ "arguments": arguments.to_json(), "answer": self }).to_string()
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an answer has only text keys and so is always JSON")
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> askpro_store::Result<Self> {
        serde_json::from_slice(bytes).map_err(|_| askpro_store::Error::Impossible("a stored answer".into()))
    }
}
