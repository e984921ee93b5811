//! What was said and done in a call, on the clock of its audio.

use serde_json::{Value, json};

/// How long a spoken word takes, and the pause after it, in seconds of audio.
const WORD_S: f64 = 0.25;
const PAUSE_S: f64 = 0.05;

/// Who speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::retell) enum Role {
    Agent,
    User,
}

impl Role {
    pub(in crate::retell) fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::User => "user",
        }
    }
}

enum Entry {
    Utterance {
        role: Role,
        content: String,
        words: Vec<Value>,
    },
    /// Anything that stands between the utterances, as it is shown.
    Between(Value),
}

/// A transcript; it only grows.
#[derive(Default)]
pub(in crate::retell) struct Transcript {
    entries: Vec<Entry>,
    audio_s: f64,
}

impl Transcript {
    pub(in crate::retell) fn say(&mut self, role: Role, content: &str) {
        let words = content
            .split_whitespace()
            .map(|word| {
                let start = self.audio_s;
                self.audio_s += WORD_S + PAUSE_S;
                json!({ "word": word, "start": rounded(start), "end": rounded(start + WORD_S) })
            })
            .collect();
        self.entries.push(Entry::Utterance { role, content: content.to_owned(), words });
    }

    pub(in crate::retell) fn invoke(&mut self, tool_call_id: &str, name: &str, arguments: &str) {
        self.between(json!({ "role": "tool_call_invocation", "tool_call_id": tool_call_id, "name": name,
            "arguments": arguments }));
    }

    pub(in crate::retell) fn result(&mut self, tool_call_id: &str, content: &str, successful: bool) {
        self.between(json!({ "role": "tool_call_result", "tool_call_id": tool_call_id, "content": content,
            "successful": successful }));
    }

    pub(in crate::retell) fn key_pressed(&mut self, digit: &str) {
        self.between(json!({ "role": "dtmf", "digit": digit }));
    }

    /// What was put into the call from outside.
    pub(in crate::retell) fn inject(&mut self, content: &str) {
        let at = rounded(self.audio_s);
        self.between(json!({ "role": "injected", "content": content, "time_sec": at }));
    }

    fn between(&mut self, entry: Value) {
        self.entries.push(Entry::Between(entry));
    }

    /// `Agent: …` and `User: …`, a line each.
    pub(in crate::retell) fn text(&self) -> String {
        let mut text = String::new();
        for entry in &self.entries {
            if let Entry::Utterance { role, content, .. } = entry {
                let speaker = if *role == Role::Agent { "Agent" } else { "User" };
                text.push_str(&format!("{speaker}: {content}\n"));
            }
        }
        text
    }

    /// The utterances with their words.
    pub(in crate::retell) fn utterances(&self) -> Vec<Value> {
        let entries = self.entries.iter();
        entries.filter(|entry| matches!(entry, Entry::Utterance { .. })).map(Entry::to_json).collect()
    }

    /// The utterances with everything between them.
    pub(in crate::retell) fn with_tool_calls(&self) -> Vec<Value> {
        self.entries.iter().map(Entry::to_json).collect()
    }
}

impl Entry {
    fn to_json(&self) -> Value {
        match self {
            Self::Utterance { role, content, words } => {
                json!({ "role": role.word(), "content": content, "words": words })
            }
            Self::Between(value) => value.clone(),
        }
    }
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_on_where_the_last_utterance_ended() {
        let mut transcript = Transcript::default();
        transcript.say(Role::Agent, "Guten Tag");
        transcript.invoke("t1", "look", "{}");
        transcript.say(Role::User, "Hallo");
        assert_eq!(transcript.text(), "Agent: Guten Tag\nUser: Hallo\n");
        let spoken = transcript.utterances();
        assert_eq!(spoken[0]["words"][1]["start"], json!(0.3));
        assert_eq!(spoken[1]["words"][0]["start"], json!(0.6));
        assert_eq!(transcript.with_tool_calls().len(), 3);
    }
}
