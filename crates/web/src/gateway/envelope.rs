//! What Retell posts for a function call. Only what is needed is read of the
//! call object, which grows with the transcript to megabytes.

use std::{borrow::Cow, fmt};

use askpro_app::call::Arguments;
use askpro_domain::language::Language;
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// A function call as it was sent.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    pub(super) arguments: Arguments,
    /// `None` where only arguments were sent.
    pub(super) call: Option<Call>,
}

/// What is read of the call.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) call_id: Option<String>,
    pub(super) tool_call_id: Option<String>,
    pub(super) from_number: Option<String>,
    pub(super) to_number: Option<String>,
    pub(super) language: Option<Language>,
}

#[derive(Deserialize)]
struct Documented<'a> {
    #[serde(borrow, default)]
    call: Option<DocumentedCall<'a>>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct DocumentedCall<'a> {
    #[serde(borrow, default)]
    call_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    from_number: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    to_number: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    retell_llm_dynamic_variables: Option<DocumentedVariables<'a>>,
    #[serde(default)]
    transcript_with_tool_calls: Invocations,
}

#[derive(Deserialize)]
struct DocumentedVariables<'a> {
    #[serde(borrow, default)]
    language: Option<Cow<'a, str>>,
}

/// Name and id of each invocation of a function in a transcript, in order. What
/// was said is passed over.
#[derive(Default)]
struct Invocations(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Invocations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Turns;
        impl<'de> Visitor<'de> for Turns {
            type Value = Invocations;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of turns")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut turns: A) -> Result<Invocations, A::Error> {
                let mut found = Vec::new();
                while let Some(turn) = turns.next_element::<Entry<'de>>()? {
                    if turn.role.as_deref() == Some("tool_call_invocation")
                        && let (Some(name), Some(id)) = (turn.name, turn.tool_call_id)
                    {
                        found.push((name.into_owned(), id.into_owned()));
                    }
                }
                Ok(Invocations(found))
            }
        }
        deserializer.deserialize_seq(Turns)
    }
}

#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(borrow, default)]
    call: Option<&'a RawValue>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct CallFields<'a> {
    #[serde(borrow, default)]
    call_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    from_number: Option<&'a RawValue>,
    #[serde(borrow, default)]
    to_number: Option<&'a RawValue>,
    #[serde(borrow, default)]
    retell_llm_dynamic_variables: Option<&'a RawValue>,
    #[serde(borrow, default)]
    transcript_with_tool_calls: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Variables<'a> {
    #[serde(borrow, default)]
    language: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    role: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool_call_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
}

/// The longest id that is read; a provider's are below 64 characters.
const ID_AT_MOST: usize = 200;

/// Reads a body; `None` where it is not a JSON object.
///
/// A body of the shape that is documented is read in one pass, which a long
/// transcript makes worth while. Any other is read field by field, so that what
/// cannot be read costs only itself.
pub(super) fn read(body: &[u8], function: &str) -> Option<Envelope> {
    let text = std::str::from_utf8(body).ok()?;
    // A list would be read as the fields in their order.
    text.trim_start().strip_prefix('{')?;
    as_documented(text, function).or_else(|| field_by_field(text, function))
}

fn as_documented(text: &str, function: &str) -> Option<Envelope> {
    let Documented { call: Some(call), args: Some(arguments) } = serde_json::from_str(text).ok()? else {
        return None;
    };
    let known = |text: Option<Cow<'_, str>>| {
        text.filter(|text| !text.is_empty() && text.len() <= ID_AT_MOST).map(Cow::into_owned)
    };
    let invocations = call.transcript_with_tool_calls.0;
    let newest = invocations.into_iter().rev().find(|(name, _)| name == function).map(|(_, id)| id);
    let language = call.retell_llm_dynamic_variables.and_then(|variables| variables.language);
    Some(Envelope {
        arguments: Arguments::read(arguments.get()),
        call: Some(Call {
            call_id: known(call.call_id),
            tool_call_id: newest.filter(|id| !id.is_empty() && id.len() <= ID_AT_MOST),
            from_number: known(call.from_number),
            to_number: known(call.to_number),
            language: language.and_then(|name| Language::from_name(&name)),
        }),
    })
}

fn field_by_field(text: &str, function: &str) -> Option<Envelope> {
    let outer: Outer<'_> = serde_json::from_str(text).ok()?;
    let arguments = match (outer.args, outer.call) {
        (Some(arguments), _) => arguments.get(),
        (None, Some(_)) => "{}",
        (None, None) => text,
    };
    let arguments = Arguments::read(arguments);
    let call = outer.call.and_then(|raw| {
        let fields: CallFields<'_> = serde_json::from_str(raw.get()).ok()?;
        Some(Call {
            call_id: text_of(fields.call_id),
            tool_call_id: fields.transcript_with_tool_calls.and_then(|raw| last_invocation(raw, function)),
            from_number: text_of(fields.from_number),
            to_number: text_of(fields.to_number),
            language: fields
                .retell_llm_dynamic_variables
                .and_then(|raw| serde_json::from_str::<Variables<'_>>(raw.get()).ok())
                .and_then(|variables| text_of(variables.language))
                .and_then(|tag| Language::from_name(&tag)),
        })
    });
    Some(Envelope { arguments, call })
}

/// The id of the newest invocation of this function: the one being carried out.
fn last_invocation(raw: &RawValue, function: &str) -> Option<String> {
    let entries: Vec<Entry<'_>> = serde_json::from_str(raw.get()).ok()?;
    entries
        .iter()
        .rev()
        .filter(|entry| entry.role.as_deref() == Some("tool_call_invocation"))
        .find(|entry| entry.name.as_deref() == Some(function))
        .and_then(|entry| entry.tool_call_id.as_deref())
        .filter(|id| !id.is_empty() && id.len() <= ID_AT_MOST)
        .map(str::to_owned)
}

fn text_of(raw: Option<&RawValue>) -> Option<String> {
    let text: String = serde_json::from_str(raw?.get()).ok()?;
    (!text.is_empty() && text.len() <= ID_AT_MOST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_invocation_of_the_function_is_the_one_meant() {
        let body = r#"{"name":"book_appointment","args":{"a":"1"},"call":{"call_id":"call_1","from_number":"+4930",
            "retell_llm_dynamic_variables":{"language":"en-US"},"transcript_with_tool_calls":[
            {"role":"user","content":"x","words":[{"word":"x","start":0.1,"end":0.2}]},
            {"role":"tool_call_invocation","tool_call_id":"t1","name":"book_appointment","arguments":"{}"},
            {"role":"tool_call_invocation","tool_call_id":"t2","name":"book_appointment","arguments":"{}"},
            {"role":"tool_call_invocation","tool_call_id":"t3","name":"check_availability","arguments":"{}"}]}}"#;
        let call = read(body.as_bytes(), "book_appointment").unwrap().call.unwrap();
        assert_eq!(call.tool_call_id.as_deref(), Some("t2"));
        assert_eq!(call.call_id.as_deref(), Some("call_1"));
        assert_eq!(call.language, Some(Language::En));
    }

    #[test]
    fn arguments_alone_and_nonsense_are_read_without_a_call() {
        let alone = read(br#"{"service":"Schnitt","when":"morgen"}"#, "check_availability").unwrap();
        assert!(alone.call.is_none());
        assert_eq!(alone.arguments.text("service").as_deref(), Some("Schnitt"));
        for nonsense in [r#"{"call":"x","args":5}"#, r#"{"call":null}"#, "{}"] {
            assert!(read(nonsense.as_bytes(), "f").unwrap().call.is_none(), "{nonsense}");
        }
        let odd = read(
            br#"{"call":{"call_id":7,"from_number":[],"transcript_with_tool_calls":{}},"args":null}"#,
            "f",
        )
        .unwrap();
        assert!(odd.call.unwrap().call_id.is_none());
    }

    #[test]
    fn what_is_not_an_object_is_refused_and_deep_nesting_does_no_harm() {
        for broken in [&b"[]"[..], b"\"x\"", b"", b"{", b"\xff\xfe{}", b"{\"a\":1}x"] {
            assert!(read(broken, "f").is_none(), "{broken:?}");
        }
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let body = format!(r#"{{"args":{deep},"call":{{"call_id":"c","x":{deep}}}}}"#);
        let read = read(body.as_bytes(), "f").unwrap();
        assert_eq!(read.call.unwrap().call_id.as_deref(), Some("c"));
    }
}
