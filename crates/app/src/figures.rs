//! What is counted for monitors, since this process began. Names of functions and
//! statuses only: nothing that belongs to a person or a company.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use askpro_domain::breaker::BreakerState;
use askpro_providers::resilience::{Counts, NotAsked, Service};
use askpro_store::{Platform, jobs};

use crate::App;

/// Upper bounds of the groups that durations are counted in, in seconds.
const BOUNDS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 10.0];

/// The functions that are told apart; a model may invent any other name.
const FUNCTIONS: [&str; 8] = [
    "check_availability",
    "book_appointment",
    "find_appointments",
    "reschedule_appointment",
    "cancel_appointment",
    "request_callback",
    "get_business_info",
    "transfer_target",
];

/// How long the database may be asked for its part.
const PATIENCE: Duration = Duration::from_secs(2);

/// Counters of this process.
#[derive(Default)]
pub struct Figures {
    functions: Mutex<BTreeMap<(&'static str, &'static str), Durations>>,
    /// Answers to changes for which Cal.com was asked inside the call.
    asked: Mutex<BTreeMap<&'static str, u64>>,
}

#[derive(Clone, Default)]
struct Durations {
    groups: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Figures {
    /// A function call was answered.
    pub fn answered(&self, function: &str, status: &'static str, took: Duration) {
        let function = FUNCTIONS.iter().copied().find(|known| *known == function).unwrap_or("other");
        let mut functions = held(&self.functions);
        let durations = functions.entry((function, status)).or_default();
        let seconds = took.as_secs_f64();
        for (group, bound) in durations.groups.iter_mut().zip(BOUNDS) {
            *group += u64::from(seconds <= bound);
        }
        durations.count += 1;
        durations.seconds += seconds;
    }

    /// Cal.com was asked inside a call, and this was said.
    pub(crate) fn asked_calcom(&self, status: &'static str) {
        *held(&self.asked).entry(status).or_default() += 1;
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Lines of Prometheus' text format.
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect();
        let braces = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{braces} {value}");
    }
}

impl App {
    /// Everything that is counted, as Prometheus reads it.
    pub async fn metrics(&self) -> String {
        let mut text = Text(String::new());
        self.function_lines(&mut text);
        self.provider_lines(&mut text);
        self.job_lines(&mut text).await;
        text.0
    }

    fn function_lines(&self, text: &mut Text) {
        let name = "askpro_function_call_seconds";
        text.head(name, "histogram", "How long function calls took, by function and status.");
        for ((function, status), durations) in held(&self.figures.functions).iter() {
            let labels = [("function", *function), ("status", *status)];
            for (group, bound) in durations.groups.iter().zip(BOUNDS) {
                let bound = bound.to_string();
                let labels = [labels[0], labels[1], ("le", bound.as_str())];
                text.line(&format!("{name}_bucket"), &labels, group);
            }
            text.line(&format!("{name}_bucket"), &[labels[0], labels[1], ("le", "+Inf")], durations.count);
            text.line(&format!("{name}_sum"), &labels, durations.seconds);
            text.line(&format!("{name}_count"), &labels, durations.count);
        }
        let (asked, share) = {
            let asked = held(&self.figures.asked).clone();
            let all: u64 = asked.values().sum();
            let provisional = asked.get("provisional").copied().unwrap_or(0);
            #[expect(clippy::cast_precision_loss, reason = "a share needs no more digits than a float has")]
            let share = if all == 0 { 0.0 } else { provisional as f64 / all as f64 };
            (asked, share)
        };
        let name = "askpro_calendar_answers_total";
        text.head(name, "counter", "What was said after Cal.com was asked inside a call, by status.");
        for (status, count) in asked {
            text.line(name, &[("status", status)], count);
        }
        let name = "askpro_calendar_provisional_ratio";
        text.head(name, "gauge", "Share of these answers that were provisional, since the process began.");
        text.line(name, &[], share);
    }

    fn provider_lines(&self, text: &mut Text) {
        let shown = self.lines.shown();
        let standing = Service::ALL.map(|service| (service.word(), self.lines.standing(service)));
        let states = [BreakerState::Closed, BreakerState::Open, BreakerState::HalfOpen, BreakerState::Paused];
        let name = "askpro_provider_state";
        text.head(
            name,
            "gauge",
            "1 for the state in which a provider is, by the evidence of its connections.",
        );
        for (service, standing) in &standing {
            for state in states {
                let labels = [("service", *service), ("state", state.word())];
                text.line(name, &labels, u8::from(standing.state == state));
            }
        }
        let name = "askpro_provider_connections";
        text.head(name, "gauge", "Connections by the state of their breaker.");
        for service in Service::ALL {
            for state in states {
                let count =
                    shown.iter().filter(|one| one.service == service && one.seen.state == state).count();
                text.line(name, &[("service", service.word()), ("state", state.word())], count);
            }
        }
        let sum = |service: Service, count: &dyn Fn(&Counts) -> u64| -> u64 {
            shown.iter().filter(|one| one.service == service).map(|one| count(&one.seen.counts)).sum()
        };
        let name = "askpro_provider_requests_total";
        text.head(name, "counter", "Requests to providers, by how they ended.");
        type Count = fn(&Counts) -> u64;
        let outcomes: [(&str, Count); 5] = [
            ("ok", |counts| counts.ok),
            ("failed", |counts| counts.failed),
            ("timed_out", |counts| counts.timed_out),
            ("refused", |counts| counts.refused),
            ("throttled", |counts| counts.throttled),
        ];
        for service in Service::ALL {
            for (outcome, count) in outcomes {
                text.line(name, &[("service", service.word()), ("outcome", outcome)], sum(service, &count));
            }
        }
        let name = "askpro_provider_not_asked_total";
        text.head(name, "counter", "Requests to providers that were not made, by the reason.");
        for service in Service::ALL {
            for (index, reason) in NotAsked::ALL.into_iter().enumerate() {
                let count = sum(service, &|counts: &Counts| counts.not_asked[index]);
                text.line(name, &[("service", service.word()), ("reason", reason.word())], count);
            }
        }
        let name = "askpro_provider_opened_total";
        text.head(name, "counter", "How often a connection's provider was left alone.");
        for service in Service::ALL {
            text.line(name, &[("service", service.word())], sum(service, &|counts: &Counts| counts.opened));
        }
    }

    async fn job_lines(&self, text: &mut Text) {
        let now = self.clock.now();
        let counted = self
            .store
            .platform_read(Platform { because: "monitors see how much waits" }, PATIENCE, move |tx| {
                Ok((jobs::depth(tx)?, jobs::oldest_due(tx, now)?))
            })
            .await;
        text.head("askpro_database_up", "gauge", "Whether the database answers.");
        text.line("askpro_database_up", &[], u8::from(counted.is_ok()));
        let Ok(((open, dead), oldest)) = counted else { return };
        text.head("askpro_jobs", "gauge", "Jobs that are not done.");
        text.line("askpro_jobs", &[("status", "open")], open);
        text.line("askpro_jobs", &[("status", "dead")], dead);
        let name = "askpro_jobs_late_seconds";
        text.head(name, "gauge", "For how long the oldest due job has been waiting.");
        let late = oldest.map_or(0, |due| now.duration_since(due).as_secs().max(0));
        text.line(name, &[], late);
    }
}
