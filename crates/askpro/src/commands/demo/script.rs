//! The words in which conversations are written: who rings, what is said, which
//! function the agent's model calls and what must be answered, what happens behind
//! the scenes meanwhile, and what must stand in the end.

use std::fmt::Display;

use askpro_app::appointments::Listed;
use askpro_domain::call::CallOutcome;
use askpro_store::tasks::TaskKind;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    businesses::Line,
    world::{Moment, Person},
};

/// The first start that the last answer offered.
pub(super) const FIRST_OFFER: &str = "$/data/slots/0/slot_id";

/// What an earlier call of the conversation was answered, to be put into what is
/// said or asked in a later one: call and function counted from 0, then a JSON pointer.
pub(super) fn earlier(call: usize, function: usize, pointer: &str) -> String {
    format!("«{call} {function} {pointer}»")
}

/// What happens behind the scenes while somebody is on the phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Deed {
    /// Cal.com refuses the next booking.
    CalcomRefuses,
    /// Cal.com takes requests and says nothing.
    CalcomHangs,
    /// Cal.com answers everything with an error.
    CalcomFails,
    /// Cal.com makes the next booking and does not say so.
    CalcomSwallowsItsAnswer,
    /// The database is away.
    DatabaseGoes,
    /// The database is back a moment later.
    DatabaseReturnsSoon,
}

impl Deed {
    /// As it is shown between what is said.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::CalcomRefuses => "Cal.com refuses the next booking",
            Self::CalcomHangs => "Cal.com does not answer any more",
            Self::CalcomFails => "Cal.com answers with errors",
            Self::CalcomSwallowsItsAnswer => "Cal.com makes the next booking and does not say so",
            Self::DatabaseGoes => "the database is away",
            Self::DatabaseReturnsSoon => "a moment later the database is back",
        }
    }
}

/// One step of a call.
pub(super) enum Step {
    /// Something that needs no answer of ours.
    Plain(Value),
    /// A function, and what must come of it.
    Function(Box<Function>),
    Meanwhile(Deed),
}

pub(super) struct Function {
    /// As the stand-in plays it.
    pub(super) script: Value,
    /// The statuses that are right.
    pub(super) answers: &'static [&'static str],
    /// What must stand in the answer, by JSON pointer; in a list some entry with these fields.
    pub(super) facts: Vec<(&'static str, Value)>,
    /// What must be heard, word for word.
    pub(super) words: Vec<String>,
}

/// A phone call.
pub(super) struct Call {
    /// `None` is withheld.
    pub(super) from: Option<String>,
    pub(super) steps: Vec<Step>,
    /// How its events are delivered.
    pub(super) webhooks: Value,
}

impl Person {
    /// A call from their own phone.
    pub(super) fn rings(&self) -> Call {
        Call { from: Some(self.number.clone()), steps: Vec::new(), webhooks: json!({}) }
    }

    /// A call that shows no number.
    pub(super) fn rings_withheld(&self) -> Call {
        Call { from: None, ..self.rings() }
    }
}

impl Call {
    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub(super) fn says(self, text: impl Display) -> Self {
        self.step(Step::Plain(json!({ "caller": text.to_string() })))
    }

    /// The agent's model calls a function; this status is right.
    pub(super) fn asks(self, function: &str, args: Value, answer: &'static [&'static str]) -> Self {
        self.step(Step::Function(Box::new(Function {
            script: json!({ "function": function, "args": args }),
            answers: answer,
            facts: Vec::new(),
            words: Vec::new(),
        })))
    }

    /// Waits until so many calls of the conversation have come here.
    pub(super) fn meets(self, place: &str, callers: usize) -> Self {
        self.step(Step::Plain(json!({ "meet": place, "callers": callers })))
    }

    pub(super) fn put_through_to(self, number: &str) -> Self {
        self.step(Step::Plain(json!({ "transfer": number })))
    }

    /// The request of an earlier function arrives once more.
    pub(super) fn arrives_again(self, function: usize) -> Self {
        self.step(Step::Plain(json!({ "replay": function })))
    }

    pub(super) fn meanwhile(self, deed: Deed) -> Self {
        self.step(Step::Meanwhile(deed))
    }

    /// The last step only happens where the last answer had this status.
    pub(super) fn only_after(mut self, status: &str) -> Self {
        match self.steps.last_mut() {
            Some(Step::Plain(script)) => script["only_after"] = json!(status),
            Some(Step::Function(function)) => function.script["only_after"] = json!(status),
            _ => {}
        }
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Function)) -> Self {
        if let Some(Step::Function(function)) = self.steps.last_mut() {
            change(function);
        }
        self
    }

    /// The last request is sent this many times more, all at the same moment.
    pub(super) fn repeated(self, times: u32) -> Self {
        self.with(|function| function.script["retries"] = json!(times))
    }

    /// What the model makes up besides, in the last request.
    pub(super) fn inventing(self, what: &[&str]) -> Self {
        self.with(|function| function.script["invent"] = json!(what))
    }

    /// What must stand in the last answer; in a list, some entry with these fields.
    pub(super) fn told(self, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.with(|function| function.facts.push((pointer, value.into())))
    }

    /// What must be heard in the last answer.
    pub(super) fn heard(self, words: impl Display) -> Self {
        self.with(|function| function.words.push(words.to_string()))
    }

    /// Its events arrive twice and the last one first.
    pub(super) fn with_disordered_events(mut self) -> Self {
        self.webhooks = json!({ "duplicates": 1, "order": ["call_analyzed", "call_ended", "call_started"] });
        self
    }
}

/// When an appointment must begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Start {
    At(Timestamp),
    /// At a time that was offered, which is not this one.
    OfferedInsteadOf(Timestamp),
    /// At a time that was offered.
    Offered,
}

/// How an appointment must stand at the end.
pub(super) struct Expected {
    pub(super) customer: String,
    pub(super) service: &'static str,
    pub(super) status: &'static str,
    pub(super) start: Start,
}

/// What else must be true of the appointments; a sentence where it is not.
pub(super) type Rule = fn(&[Listed]) -> Option<&'static str>;

/// A conversation: calls one after another or at the same moment, and what must
/// have come of them.
pub(super) struct Conversation {
    pub(super) line: Line,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) acts: Vec<Vec<Call>>,
    pub(super) expected: Vec<Expected>,
    pub(super) tasks: Vec<(TaskKind, Timestamp)>,
    /// The statuses of all bookings, in any order.
    pub(super) bookings: Option<&'static [&'static str]>,
    pub(super) rules: Vec<Rule>,
    /// As what each call must be on record, once and with every function on its timeline.
    pub(super) recorded_as: Option<CallOutcome>,
    /// Whether events must have been refused first.
    pub(super) refuses_events: bool,
}

impl Conversation {
    pub(super) fn new(line: Line, name: &'static str, about: &'static str) -> Self {
        Self {
            line,
            name,
            about,
            acts: Vec::new(),
            expected: Vec::new(),
            tasks: Vec::new(),
            bookings: None,
            rules: Vec::new(),
            recorded_as: None,
            refuses_events: false,
        }
    }

    /// The next call, after those before have ended.
    pub(super) fn call(self, call: Call) -> Self {
        self.calls_together([call])
    }

    /// The next calls, at the same moment.
    pub(super) fn calls_together(mut self, calls: impl IntoIterator<Item = Call>) -> Self {
        self.acts.push(calls.into_iter().collect());
        self
    }

    fn expect(mut self, who: &Person, service: &'static str, status: &'static str, start: Start) -> Self {
        self.expected.push(Expected { customer: who.name.clone(), service, status, start });
        self
    }

    /// An appointment stands confirmed at this time.
    pub(super) fn stands(self, who: &Person, service: &'static str, at: Moment) -> Self {
        self.expect(who, service, "confirmed", Start::At(at.start))
    }

    /// An appointment stands confirmed at a time that was offered instead.
    pub(super) fn stands_instead_of(self, who: &Person, service: &'static str, wished: Moment) -> Self {
        self.expect(who, service, "confirmed", Start::OfferedInsteadOf(wished.start))
    }

    /// An appointment stands confirmed at a time that was offered.
    pub(super) fn stands_as_offered(self, who: &Person, service: &'static str) -> Self {
        self.expect(who, service, "confirmed", Start::Offered)
    }

    pub(super) fn cancelled(self, who: &Person, service: &'static str, at: Moment) -> Self {
        self.expect(who, service, "cancelled", Start::At(at.start))
    }

    /// The calendar of record refused it, and nobody was promised anything.
    pub(super) fn refused(self, who: &Person, service: &'static str, at: Moment) -> Self {
        self.expect(who, service, "refused", Start::At(at.start))
    }

    /// Somebody must ring back until then.
    pub(super) fn call_back_due(mut self, due: Moment) -> Self {
        self.tasks.push((TaskKind::CallBack, due.start));
        self
    }

    /// What all bookings must have been answered, in any order.
    pub(super) fn bookings(mut self, statuses: &'static [&'static str]) -> Self {
        self.bookings = Some(statuses);
        self
    }

    pub(super) fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Each call is on record once, to its end, and this came of it.
    pub(super) fn on_record_as(mut self, outcome: CallOutcome) -> Self {
        self.recorded_as = Some(outcome);
        self
    }

    pub(super) fn refuses_events_first(mut self) -> Self {
        self.refuses_events = true;
        self
    }

    /// The deeds of this conversation that concern Cal.com or the database.
    pub(super) fn has_deeds(&self) -> bool {
        self.acts.iter().flatten().flat_map(|call| &call.steps).any(|step| matches!(step, Step::Meanwhile(_)))
    }
}
