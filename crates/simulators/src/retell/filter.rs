//! Filters of lists: typed objects with an operator.

use serde::Deserialize;
use serde_json::Value;

use super::failure::Failure;

/// One filter.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Filter {
    String { op: TextOp, value: String },
    Number { op: NumberOp, value: f64 },
    Range { op: RangeOp, value: [f64; 2] },
    Enum { op: EnumOp, value: Vec<String> },
    Boolean { op: BooleanOp, value: bool },
    Present { op: PresentOp },
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TextOp {
    Eq,
    Ne,
    Sw,
    Ew,
    Co,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum NumberOp {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RangeOp {
    Bt,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum EnumOp {
    In,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BooleanOp {
    Eq,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PresentOp {
    Pr,
    Np,
}

impl Filter {
    pub(super) fn read(name: &str, value: &Value) -> Result<Self, Failure> {
        serde_json::from_value(value.clone())
            .map_err(|error| Failure::bad(format!("the filter {name} cannot be read: {error}")))
    }

    /// The word of its type.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::String { .. } => "string",
            Self::Number { .. } => "number",
            Self::Range { .. } => "range",
            Self::Enum { .. } => "enum",
            Self::Boolean { .. } => "boolean",
            Self::Present { .. } => "present",
        }
    }

    pub(super) fn fits(&self, value: Option<&Value>) -> bool {
        let value = value.filter(|value| !value.is_null());
        let text = value.and_then(Value::as_str);
        let number = value.and_then(Value::as_f64);
        match self {
            Self::String { op: TextOp::Eq, value } => text == Some(value),
            Self::String { op: TextOp::Ne, value } => text != Some(value),
            Self::String { op: TextOp::Sw, value } => text.is_some_and(|text| text.starts_with(value)),
            Self::String { op: TextOp::Ew, value } => text.is_some_and(|text| text.ends_with(value)),
            Self::String { op: TextOp::Co, value } => text.is_some_and(|text| text.contains(value)),
            Self::Number { op, value } => number.is_some_and(|number| match op {
                NumberOp::Eq => number == *value,
                NumberOp::Ne => number != *value,
                NumberOp::Gt => number > *value,
                NumberOp::Ge => number >= *value,
                NumberOp::Lt => number < *value,
                NumberOp::Le => number <= *value,
            }),
            Self::Range { op: RangeOp::Bt, value: [low, high] } => {
                number.is_some_and(|number| (*low..=*high).contains(&number))
            }
            Self::Enum { op: EnumOp::In, value } => {
                text.is_some_and(|text| value.iter().any(|one| one == text))
            }
            Self::Boolean { op: BooleanOp::Eq, value: wanted } => {
                value.and_then(Value::as_bool).unwrap_or(false) == *wanted
            }
            Self::Present { op } => value.is_some() == (*op == PresentOp::Pr),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_operator_does_what_its_name_says() {
        let text = json!("Frau Müller");
        for (op, value, fits) in [
            ("eq", "Frau Müller", true),
            ("ne", "Frau Müller", false),
            ("sw", "Frau", true),
            ("ew", "ller", true),
            ("co", "Herr", false),
        ] {
            let filter = Filter::read("x", &json!({ "type": "string", "op": op, "value": value })).unwrap();
            assert_eq!(filter.fits(Some(&text)), fits, "{op} {value}");
        }
        for (op, fits) in
            [("eq", false), ("ne", true), ("gt", true), ("ge", true), ("lt", false), ("le", false)]
        {
            let filter = Filter::read("x", &json!({ "type": "number", "op": op, "value": 3 })).unwrap();
            assert_eq!(filter.fits(Some(&json!(4.5))), fits, "{op}");
            assert!(!filter.fits(None), "what is absent has no size");
        }
        let absent = Filter::read("x", &json!({ "type": "present", "op": "np" })).unwrap();
        assert!(absent.fits(None) && !absent.fits(Some(&json!(0))));
    }
}
