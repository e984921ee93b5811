//! The voice agents: made at Retell's stand-in through the same calls that a
//! person's tools would use, one for each phone line.

use anyhow::{Context, ensure};
use askpro_app::{call::FUNCTIONS, setup::NumberPlan};
use askpro_domain::{
    business::CompanySettings,
    ids::{CompanyId, ConnectionId},
    language::Language,
};
use serde_json::{Value, json};

use super::{
    businesses::Line,
    stage::{PlayedCompany, Stage},
};

/// What a tool waits beyond our own budget, so that our sentence is the one that is heard.
const BEYOND_THE_BUDGET_MS: u32 = 2_000;

/// The version that answers: the first one that is published.
const VERSION: u32 = 0;

/// What the model knows of a function: what for, and its arguments.
fn described(function: &str) -> (&'static str, &'static [&'static str]) {
    match function {
        "check_availability" => (
            "Tells which times are free. Pass what the caller said, in the caller's words.",
            &["service", "when", "date", "time", "staff", "branch", "duration"],
        ),
        "book_appointment" => (
            "Books. Pass the slot_id of an offer, or service and time; and the caller's name.",
            &[
                "slot_id",
                "service",
                "when",
                "date",
                "time",
                "customer_name",
                "customer_phone",
                "customer_email",
                "notes",
                "staff",
                "branch",
                "repeat",
            ],
        ),
        "find_appointments" => {
            ("Tells the caller's appointments.", &["customer_name", "customer_phone", "reference"])
        }
        "reschedule_appointment" => (
            "Moves an appointment.",
            &["reference", "appointment_id", "slot_id", "when", "date", "time", "customer_name"],
        ),
        "cancel_appointment" => {
            ("Calls an appointment off.", &["reference", "appointment_id", "customer_name", "reason"])
        }
        "request_callback" => (
            "Notes that somebody shall ring the caller back.",
            &["customer_name", "customer_phone", "when", "topic"],
        ),
        "get_business_info" => ("Tells address, opening times and prices.", &["topic", "branch"]),
        "transfer_target" => {
            ("Tells the number of a person, while somebody is there.", &["reason", "branch"])
        }
        _ => ("", &[]),
    }
}

fn tool(base: &str, function: &str, settings: CompanySettings) -> Value {
    let (description, arguments) = described(function);
    let writes_to_a_calendar =
        matches!(function, "book_appointment" | "reschedule_appointment" | "cancel_appointment");
    let budget_ms = if writes_to_a_calendar {
        settings.calcom_budget_ms.max(settings.budget_ms)
    } else {
        settings.budget_ms
    };
    let properties: serde_json::Map<String, Value> = arguments
        .iter()
        .map(|name| {
            let kind = if *name == "repeat" { "object" } else { "string" };
            ((*name).to_owned(), json!({ "type": kind }))
        })
        .collect();
    json!({
        "type": "custom",
        "name": function,
        "description": description,
        "url": format!("{base}/functions/{function}"),
        "method": "POST",
        "parameters": { "type": "object", "properties": properties },
        // What writes elsewhere takes a while: the caller hears that something happens.
        "speak_during_execution": writes_to_a_calendar,
        "speak_after_execution": true,
        "timeout_ms": budget_ms + BEYOND_THE_BUDGET_MS,
    })
}

impl Stage {
    /// Makes each line's engine, agent and number at the stand-in; `known` where our
    /// database has the numbers from an earlier demo. The stand-in gives its ids in
    /// order, so the same agents get the same ids again.
    pub(super) async fn provision_agents(&self, known: bool) -> anyhow::Result<()> {
        for line in Line::ALL {
            let company = self.company(line);
            let id = CompanyId::parse(&company.id).context("the demo's company has an id")?;
            let settings = self.settings(id).await?;
            let agent = self.make_agent(company, line, settings).await?;
            if !known {
                let plan = NumberPlan {
                    connection: ConnectionId::parse(&company.connection)
                        .context("the demo's connection has an id")?,
                    number: line.number(),
                    branch: Some(line.branch().to_owned()),
                    agent: Some(agent),
                    agent_version: Some(VERSION.to_string()),
                    fallback: Some(line.person()),
                };
                self.app.add_phone_number(id, plan).await?;
            }
        }
        Ok(())
    }

    async fn make_agent(
        &self,
        company: &PlayedCompany,
        line: Line,
        settings: CompanySettings,
    ) -> anyhow::Result<String> {
        let base = format!("{}/retell/{}", self.server_url(), company.connection);
        let tools: Vec<Value> = FUNCTIONS.iter().map(|function| tool(&base, function, settings)).collect();
        let engine = json!({
            "model": "gpt-4.1",
            "start_speaker": "agent",
            // Our inbound webhook knows the language of the line: the disclosure comes from there.
            "begin_message": "{{ai_disclosure}}",
            "general_tools": tools,
        });
        let engine = self.at_retell(company, "/create-retell-llm", &engine).await?;
        let locales = match line.language() {
            Language::De => ["de-DE", "en-US"],
            Language::En => ["en-US", "de-DE"],
        };
        let agent = json!({
            "agent_name": format!("{}, {}", company.name, line.branch()),
            "voice_id": "11labs-Anna",
            "language": locales,
            "timezone": "Europe/Berlin",
            "webhook_url": format!("{base}/webhook"),
            "data_storage_retention_days": 30,
            "response_engine": { "type": "retell-llm", "llm_id": engine["llm_id"], "version": engine["version"] },
        });
        let agent = self.at_retell(company, "/create-agent", &agent).await?;
        let id = agent["agent_id"].as_str().context("the Retell simulator gives agents an id")?.to_owned();
        let publish = format!("/publish-agent-version/{id}");
        self.at_retell(company, &publish, &json!({ "version": VERSION })).await?;
        let number = json!({
            "phone_number": line.number(),
            "termination_uri": "sip.example.com",
            "inbound_webhook_url": format!("{base}/inbound"),
            "inbound_agents": [{ "agent_id": id, "agent_version": VERSION, "weight": 1 }],
            "fallback_number": line.person(),
        });
        self.at_retell(company, "/import-phone-number", &number).await?;
        Ok(id)
    }

    async fn at_retell(&self, company: &PlayedCompany, path: &str, body: &Value) -> anyhow::Result<Value> {
        let response = self
            .http
            .post(format!("{}{path}", self.retell_url()))
            .bearer_auth(&company.key)
            .json(body)
            .send()
            .await?;
        ensure!(response.status().is_success(), "the Retell simulator refuses {path}: {}", response.status());
        // Publishing answers without a body.
        Ok(response.json().await.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_described_and_waits_longer_than_its_budget() {
        for function in FUNCTIONS {
            let tool = tool("http://x", function, CompanySettings::DEFAULT);
            assert_ne!(tool["description"], "", "{function}");
            assert_ne!(tool["parameters"]["properties"], json!({}), "{function}");
            let expected = if tool["speak_during_execution"] == json!(true) { 8_000 } else { 4_000 };
            assert_eq!(tool["timeout_ms"], expected, "{function}");
        }
    }
}
