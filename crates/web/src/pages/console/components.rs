//! The pieces that pages are made of; each with its template in
//! `templates/components`, all of them shown with every state at `/components`.

use std::fmt;

use askama::Template;

use crate::pages::assets;

/// A drawing of the sprite. It stands beside a word, or the control around it has
/// a label.
#[derive(Clone, Copy)]
pub(crate) struct Icon {
    name: &'static str,
    size: &'static str,
}

impl askama::filters::HtmlSafe for Icon {}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sprite, Self { name, size }) = (assets::address("icons.svg"), self);
        write!(f, "<svg class=\"i{size}\" aria-hidden=\"true\"><use href=\"{sprite}#{name}\"/></svg>")
    }
}

/// 16 pixels.
pub(crate) fn icon(name: &'static str) -> Icon {
    Icon { name, size: "" }
}

/// 14 pixels.
pub(crate) fn icon_small(name: &'static str) -> Icon {
    Icon { name, size: " i-sm" }
}

/// 20 pixels.
pub(crate) fn icon_large(name: &'static str) -> Icon {
    Icon { name, size: " i-lg" }
}

/// The colour of a state. Plum, [`Tone::Human`], means that a person has to act,
/// and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Quiet,
    Ok,
    Warn,
    Bad,
    Human,
    Live,
    Stale,
    Plain,
}

impl Tone {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Human => "human",
            Self::Live => "live",
            Self::Stale => "stale",
            Self::Plain => "plain",
        }
    }
}

/// A state in a word, with icon, colour and shape.
#[derive(Clone, Template)]
#[template(path = "components/tag.html")]
pub(crate) struct Tag {
    pub(crate) tone: Tone,
    pub(crate) icon: Option<Icon>,
    pub(crate) text: String,
}

impl Tag {
    pub(crate) fn new(tone: Tone, name: &'static str, text: impl Into<String>) -> Self {
        Self { tone, icon: Some(icon(name)), text: text.into() }
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { tone: Tone::Plain, icon: None, text: text.into() }
    }
}

/// What is going on and what to do.
#[derive(Clone, Template)]
#[template(path = "components/note.html")]
pub(crate) struct Note {
    pub(crate) tone: Tone,
    pub(crate) icon: Icon,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Leads to the log, where something failed.
    pub(crate) error_id: Option<String>,
    pub(crate) action: Option<Action>,
    /// It follows something the reader did.
    pub(crate) is_answer: bool,
}

impl Note {
    pub(crate) fn new(
        tone: Tone,
        name: &'static str,
        title: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            tone,
            icon: icon(name),
            title: title.into(),
            text: text.into(),
            error_id: None,
            action: None,
            is_answer: false,
        }
    }
}

/// A link that looks like a button.
#[derive(Clone)]
pub(crate) struct Action {
    pub(crate) text: String,
    pub(crate) address: String,
}

/// What was just done, with the way back.
#[derive(Clone, Template)]
#[template(path = "components/toast.html")]
pub(crate) struct Toast {
    pub(crate) text: String,
    pub(crate) undo: Option<Undo>,
}

/// A form of one button.
#[derive(Clone)]
pub(crate) struct Undo {
    pub(crate) text: String,
    pub(crate) address: String,
    pub(crate) token: String,
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// Nothing is here yet: what to do first.
#[derive(Clone, Template)]
#[template(path = "components/empty.html")]
pub(crate) struct Empty {
    pub(crate) icon: Icon,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) action: Option<Action>,
}

/// One input with its label, hint and error.
#[derive(Clone, Template)]
#[template(path = "components/field.html")]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) input: Input,
    pub(crate) hint: Option<String>,
    pub(crate) error: Option<String>,
}

/// What kind of input.
#[derive(Clone)]
pub(crate) enum Input {
    /// `type`, `autocomplete`, characters at most.
    Line(&'static str, &'static str, u32),
    /// Several lines, characters at most.
    Text(u32),
    /// Of these: value and text.
    Choice(Vec<(String, String)>),
    /// Yes or no.
    Check,
}

impl Field {
    pub(crate) fn new(name: &str, label: impl Into<String>, value: impl Into<String>, input: Input) -> Self {
        Self {
            name: name.to_owned(),
            label: label.into(),
            value: value.into(),
            input,
            hint: None,
            error: None,
        }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(crate) fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }

    fn describes(&self) -> Option<String> {
        match (&self.hint, &self.error) {
            (_, Some(_)) => Some(format!("{}-error", self.name)),
            (Some(_), None) => Some(format!("{}-hint", self.name)),
            (None, None) => None,
        }
    }
}

/// What a form says when something does not fit: each line leads to its field.
#[derive(Clone, Template)]
#[template(path = "components/summary.html")]
pub(crate) struct Summary {
    pub(crate) title: String,
    pub(crate) lines: Vec<(String, String)>,
}

/// Newer and older.
#[derive(Clone, Template)]
#[template(path = "components/pager.html")]
pub(crate) struct Pager {
    pub(crate) says: String,
    pub(crate) newer: (String, Option<String>),
    pub(crate) older: (String, Option<String>),
}

/// An id or an address to take along.
#[derive(Clone, Template)]
#[template(path = "components/copy.html")]
pub(crate) struct Copy {
    pub(crate) text: String,
    pub(crate) label: String,
    pub(crate) done: String,
}

/// A figure with its shape: a link to what is behind it.
#[derive(Clone, Template)]
#[template(path = "components/figure.html")]
pub(crate) struct Figure {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) unit: String,
    pub(crate) below: String,
    pub(crate) address: String,
    pub(crate) spark: Spark,
}

/// The shape under a figure, without axes.
#[derive(Clone)]
pub(crate) enum Spark {
    /// Bars of these heights in hundredths; the last one is now.
    Bars(Vec<u32>),
    /// Nothing to draw.
    Nothing,
}

impl Spark {
    /// Bars of numbers, the greatest as high as there is room.
    pub(crate) fn bars(numbers: &[u32]) -> Self {
        let top = numbers.iter().copied().max().unwrap_or(0);
        if top == 0 {
            return Self::Nothing;
        }
        Self::Bars(numbers.iter().map(|number| number * 100 / top).collect())
    }

    fn x(&self, index: &usize) -> usize {
        let Self::Bars(bars) = self else { return 0 };
        (2 * index + 1) * 600 / (2 * bars.len().max(1)) - self.width() / 2
    }

    fn width(&self) -> usize {
        let Self::Bars(bars) = self else { return 0 };
        (600 / bars.len().max(1)) * 3 / 4
    }

    fn height(&self, bar: &u32) -> u32 {
        bar * 27 / 100
    }
}

/// Two versions of a record: the reader's and another's, by field.
#[derive(Clone, Template)]
#[template(path = "components/conflict.html")]
pub(crate) struct Conflict {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) mine: String,
    pub(crate) theirs: String,
    pub(crate) fields: Vec<Differing>,
}

/// A field that differs.
#[derive(Clone)]
pub(crate) struct Differing {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) mine: String,
    pub(crate) theirs: String,
}
