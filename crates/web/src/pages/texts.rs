//! What stands on pages, from Fluent files, in the reader's language.

use std::{borrow::Cow, sync::LazyLock};

use askpro_domain::language::Language;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// Of the account and of the console.
const IN_GERMAN: [&str; 2] = [include_str!("../../texts/de.ftl"), include_str!("../../texts/console.de.ftl")];
const IN_ENGLISH: [&str; 2] =
    [include_str!("../../texts/en.ftl"), include_str!("../../texts/console.en.ftl")];

static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::De, &IN_GERMAN));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En, &IN_ENGLISH));

fn bundle(language: Language, texts: &[&str]) -> Bundle {
    let language: LanguageIdentifier = language.tag().parse().expect("our tags are language tags");
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Values of strangers are isolated by `bdi` in the templates; ours need no marks.
    bundle.set_use_isolating(false);
    for text in texts {
        let resource = FluentResource::try_new((*text).to_owned()).expect("a test reads all files of texts");
        bundle.add_resource(resource).expect("a test reads all files of texts");
    }
    bundle
}

/// Texts in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Texts(pub(crate) Language);

impl Texts {
    /// The language's tag.
    pub(crate) fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// The other language's texts.
    pub(crate) fn other(self) -> Self {
        Self(match self.0 {
            Language::De => Language::En,
            Language::En => Language::De,
        })
    }

    /// A text without values.
    pub(crate) fn say(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// A text with values by name.
    pub(crate) fn with<const N: usize>(
        self,
        key: &str,
        values: [(&'static str, FluentValue<'static>); N],
    ) -> Cow<'static, str> {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(name, value);
        }
        self.format(key, Some(&arguments))
    }

    fn format(self, key: &str, arguments: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle: &'static Bundle = match self.0 {
            Language::De => &GERMAN,
            Language::En => &ENGLISH,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            // A test holds every key of every template against both files.
            tracing::error!(text.key = key, "a page asks for a text that does not exist");
            return Cow::Borrowed("");
        };
        Cow::Owned(bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(texts: &[&'static str]) -> BTreeSet<&'static str> {
        texts
            .iter()
            .flat_map(|text| text.lines())
            .filter(|line| !line.starts_with([' ', '#', '}']))
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
            .collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (german, english) = (keys(&IN_GERMAN), keys(&IN_ENGLISH));
        assert_eq!(german, english);
        assert!(german.len() > 100);
        for language in [Language::De, Language::En] {
            for key in &german {
                assert!(!Texts(language).say(key).is_empty(), "{key}");
            }
        }
    }

    fn read_all(folder: &std::path::Path, sources: &mut String) {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                read_all(&path, sources);
            } else {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_text_that_a_page_asks_for_exists_and_none_is_idle() {
        let known = keys(&IN_GERMAN);
        let mut sources = String::new();
        for folder in ["templates", "src/pages"] {
            read_all(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
        }
        for asking in ["say(\"", "t.with(\""] {
            for part in sources.split(asking).skip(1) {
                let key = part.split('"').next().unwrap();
                assert!(known.contains(key), "{key} is asked for and does not exist");
            }
        }
        // Keys that are put together in code.
        let composed = |key: &str| {
            [
                "role-",
                "weak-",
                "error-",
                "choose-",
                "outcome-",
                "verdict-",
                "task-kind-",
                "status-",
                "sentiment-",
                "filter-",
            ]
            .iter()
            .any(|start| key.starts_with(start))
        };
        for key in known {
            assert!(composed(key) || sources.contains(&format!("\"{key}\"")), "{key} stands nowhere");
        }
    }

    #[test]
    fn numbers_are_said_in_their_form() {
        let english = Texts(Language::En);
        assert_eq!(
            english.with("login-wait", [("seconds", 1.into())]),
            "That was too many attempts from here. Wait one second, then go on."
        );
        assert!(Texts(Language::De).with("factor-left", [("count", 0.into())]).contains("keinen"));
    }
}
