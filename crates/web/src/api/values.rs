//! The values of the API: how ids, words and times are read, written and described.

use std::borrow::Cow;

use askpro_app::{
    ConnectionKind,
    deliveries::DeliveryStatus,
    jobs::{JobKind, JobStatus},
    tasks::{TaskKind, TaskOutcome, TaskStatus},
};
use askpro_domain::{
    booking::{AppointmentStatus, Calendar, Reference},
    calendar::zone,
    call::{CallOutcome, CallStage},
    ids::{
        AppointmentId, BranchId, CallId, CompanyId, ConnectionId, CustomerId, DeliveryId, JobId,
        PhoneNumberId, ResourceId, ServiceId, StaffId, TaskId, TokenId, UserId,
    },
    language::Language,
};
use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use uuid::Uuid;

/// An id that can be read from text.
pub(super) trait FromText: Sized {
    /// The value of a text; `None` where it is none.
    fn from_text(text: &str) -> Option<Self>;
    /// The value as text.
    fn text(&self) -> String;
    /// What the document says of it.
    fn schema() -> Schema;
    /// What a reader is told who wrote it wrongly.
    const HINT: &'static str;
}

macro_rules! uuids {
    ($($id:ident)*) => {$(
        impl FromText for $id {
            fn from_text(text: &str) -> Option<Self> {
                // Only the form that we write: one id, one text.
                (text.len() == 36).then(|| $id::parse(text)).flatten()
            }
            fn text(&self) -> String {
                self.to_string()
            }
            fn schema() -> Schema {
                json_schema!({ "type": "string", "format": "uuid" })
            }
            const HINT: &'static str = "This is not an id.";
        }
    )*};
}

uuids! { AppointmentId BranchId CallId CompanyId CustomerId DeliveryId JobId PhoneNumberId ServiceId StaffId TaskId TokenId UserId }

impl FromText for ResourceId {
    fn from_text(text: &str) -> Option<Self> {
        StaffId::from_text(text).map(Self::from)
    }
    fn text(&self) -> String {
        self.to_string()
    }
    fn schema() -> Schema {
        StaffId::schema()
    }
    const HINT: &'static str = StaffId::HINT;
}

impl FromText for Uuid {
    fn from_text(text: &str) -> Option<Self> {
        StaffId::from_text(text).map(|id| id.0)
    }
    fn text(&self) -> String {
        self.to_string()
    }
    fn schema() -> Schema {
        StaffId::schema()
    }
    const HINT: &'static str = StaffId::HINT;
}

impl FromText for ConnectionId {
    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
    }
    fn text(&self) -> String {
        self.as_str().to_owned()
    }
    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": "^conn_[0-9A-Za-z]{22}$" })
    }
    const HINT: &'static str = StaffId::HINT;
}

impl FromText for Reference {
    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
    }
    fn text(&self) -> String {
        self.as_str().to_owned()
    }
    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": "^[23456789ACDEFHJKLMNPRTUVWXY]{6}$" })
    }
    const HINT: &'static str = "This is not a reference: six letters and digits.";
}

/// A moment as it is asked for.
impl FromText for Timestamp {
    fn from_text(text: &str) -> Option<Self> {
        // A plus sign in an address reads as a space.
        let at: Self = text.replace(' ', "+").parse().ok()?;
        // Times beyond these are mistakes, and beyond a little more no database has them.
        (SECONDS.contains(&at.as_second())).then_some(at)
    }
    fn text(&self) -> String {
        self.to_string()
    }
    fn schema() -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
    const HINT: &'static str = "Write a time as 2026-11-28T14:30:00+01:00.";
}

/// 1900 to 2200.
const SECONDS: std::ops::Range<i64> = -2_208_988_800..7_258_118_400;

/// The words of a closed list.
pub(super) trait Words: Copy + Sized + 'static {
    /// Every one.
    fn all() -> &'static [Self];
    /// Its word.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($name:ident)*) => {$(
        impl Words for $name {
            fn all() -> &'static [Self] {
                Self::ALL
            }
            fn word(self) -> &'static str {
                self.word()
            }
        }
    )*};
}

words! { AppointmentStatus CallOutcome TaskKind TaskOutcome TaskStatus JobKind JobStatus DeliveryStatus }

macro_rules! listed_words {
    ($($name:ident $word:ident $($variant:ident)*;)*) => {$(
        impl Words for $name {
            fn all() -> &'static [Self] {
                &[$(Self::$variant,)*]
            }
            fn word(self) -> &'static str {
                self.$word()
            }
        }
    )*};
}

listed_words! {
    ConnectionKind word Retell Calcom;
    Calendar word Own Calcom;
    CallStage word Ongoing Ended Analyzed;
    Language tag De En;
}

impl<T: Words> FromText for Word<T> {
    fn from_text(text: &str) -> Option<Self> {
        T::all().iter().copied().find(|one| one.word() == text).map(Self)
    }
    fn text(&self) -> String {
        self.0.word().to_owned()
    }
    fn schema() -> Schema {
        let words: Vec<&str> = T::all().iter().map(|one| one.word()).collect();
        json_schema!({ "type": "string", "enum": words })
    }
    const HINT: &'static str = "There is no such word; see the document for those there are.";
}

/// A word of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<T>(pub(super) T);

/// A value that is written as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text<T>(pub(super) T);

impl<T: FromText> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.text())
    }
}

impl<'de, T: FromText> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        T::from_text(&text).map(Self).ok_or_else(|| D::Error::custom(T::HINT))
    }
}

impl<T: FromText> JsonSchema for Text<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }
    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<T>().into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        T::schema()
    }
}

impl<T: Words> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.word())
    }
}

impl<'de, T: Words> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Text::<Self>::deserialize(from).map(|text| text.0)
    }
}

impl<T: Words> JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }
    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        <Self as FromText>::schema()
    }
}

/// A moment in an answer, with the offset of the place where it counts.
#[derive(Clone, Debug)]
pub(super) struct Time(String);

impl Time {
    /// Where no place is meant.
    pub(super) fn utc(at: Timestamp) -> Self {
        Self(at.to_string())
    }

    /// On the clocks of a zone, so that a reader sees the wall time.
    pub(super) fn local(at: Timestamp, zone_name: &str) -> Self {
        match zone(zone_name) {
            Ok(zone) => Self(at.to_zoned_datetime(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
            Err(_) => Self::utc(at),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Timestamp::schema()
    }
}

/// A piece of text to look for: one line, nothing invisible.
#[derive(Clone, Debug)]
pub(super) struct Line(pub(super) String);

/// Characters of a line that is looked for.
const LINE_AT_MOST: usize = 200;

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        let is_fit = text.chars().count() <= LINE_AT_MOST && !text.chars().any(char::is_control);
        if is_fit {
            Ok(Self(text.into_owned()))
        } else {
            Err(D::Error::custom("Write one line of at most 200 characters."))
        }
    }
}

impl JsonSchema for Line {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Line".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "maxLength": LINE_AT_MOST })
    }
}
