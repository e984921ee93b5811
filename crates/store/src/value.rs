//! Values on their way to and from a database, alike for both engines.

use askpro_domain::ids::{
    AppointmentId, BranchId, CallId, CompanyId, CustomerId, DeliveryId, JobId, MailId, PasskeyId,
    PhoneNumberId, ResourceId, ServiceId, SessionId, StaffId, TaskId, TokenId, UserId,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::{Error, Result};

/// One value of a row or one argument of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Absent.
    Null,
    /// `boolean`; 0 and 1 on SQLite.
    Bool(bool),
    /// A whole number of any width.
    Int(i64),
    /// Text.
    Text(String),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// `uuid`; lower-case text on SQLite.
    Uuid(Uuid),
    /// `timestamptz`; microseconds since 1970 on SQLite.
    Time(Timestamp),
    /// `jsonb`; text on SQLite.
    Json(String),
}

macro_rules! into_value {
    ($($from:ty => |$value:ident| $into:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $into
            }
        }
    )*};
}

into_value! {
    bool => |v| Value::Bool(v);
    i64 => |v| Value::Int(v);
    i32 => |v| Value::Int(i64::from(v));
    u32 => |v| Value::Int(i64::from(v));
    u16 => |v| Value::Int(i64::from(v));
    &str => |v| Value::Text(v.to_owned());
    String => |v| Value::Text(v);
    &String => |v| Value::Text(v.clone());
    Vec<u8> => |v| Value::Bytes(v);
    &[u8] => |v| Value::Bytes(v.to_vec());
    Uuid => |v| Value::Uuid(v);
    Timestamp => |v| Value::Time(v);
    serde_json::Value => |v| Value::Json(v.to_string());
}

macro_rules! id_values {
    ($($id:ident)*) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Value::Uuid(id.0)
            }
        }
    )*};
}

id_values! { AppointmentId BranchId CallId CompanyId CustomerId DeliveryId JobId MailId PasskeyId PhoneNumberId ResourceId ServiceId SessionId StaffId TaskId TokenId UserId }

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer, read by position.
#[derive(Clone, Debug)]
pub struct Row(pub(crate) Vec<Value>);

/// What a column can be read as.
pub trait FromValue: Sized {
    /// The value in this type; `None` where it is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($into:ty => { $($pattern:pat => $result:expr,)* })*) => {$(
        impl FromValue for $into {
            fn from_value(value: &Value) -> Option<Self> {
                match value { $($pattern => $result,)* _ => None }
            }
        }
    )*};
}

from_value! {
    bool => { Value::Bool(v) => Some(*v), Value::Int(v) => Some(*v != 0), }
    i64 => { Value::Int(v) => Some(*v), }
    u32 => { Value::Int(v) => u32::try_from(*v).ok(), }
    u16 => { Value::Int(v) => u16::try_from(*v).ok(), }
    String => { Value::Text(v) | Value::Json(v) => Some(v.clone()), }
    Vec<u8> => { Value::Bytes(v) => Some(v.clone()), }
    Uuid => { Value::Uuid(v) => Some(*v), Value::Text(v) => Uuid::try_parse(v).ok(), }
    Timestamp => { Value::Time(v) => Some(*v), Value::Int(v) => Timestamp::from_microsecond(*v).ok(), }
    serde_json::Value => { Value::Json(v) | Value::Text(v) => serde_json::from_str(v).ok(), }
}

macro_rules! ids_from_value {
    ($($id:ident)*) => {$(
        impl FromValue for $id {
            fn from_value(value: &Value) -> Option<Self> {
                Uuid::from_value(value).map($id)
            }
        }
    )*};
}

ids_from_value! { AppointmentId BranchId CallId CompanyId CustomerId DeliveryId JobId MailId PasskeyId PhoneNumberId ResourceId ServiceId SessionId StaffId TaskId TokenId UserId }

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            present => T::from_value(present).map(Some),
        }
    }
}

impl Row {
    /// The value of a column, counted from 0. What does not fit is impossible data,
    /// told with its position but never with its content.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T> {
        self.0.get(column).and_then(T::from_value).ok_or_else(|| {
            Error::Impossible(format!("column {column} is not a {}", std::any::type_name::<T>()))
        })
    }

    /// A column whose text is a word of a closed list.
    pub fn word<T>(&self, column: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
        let text: String = self.get(column)?;
        parse(&text).ok_or_else(|| Error::Impossible(format!("column {column} holds an unknown word")))
    }
}

/// Builds the arguments of a statement: `args![company, name, Some(phone)]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
