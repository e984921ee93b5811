//! Rows of appointments that were booked as one.

use askpro_domain::ids::{CompanyId, CustomerId, ServiceId, StaffId};
use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Lists, Wanted};
use crate::{
    Reads,
    error::{Error, Result},
    value::Row,
};

/// Series, by id: the oldest first.
#[derive(Clone, Debug, Default)]
pub struct AllSeries {
    /// Only this one.
    pub id: Option<Uuid>,
    /// Only of this customer.
    pub customer: Option<CustomerId>,
    /// Behind this one.
    pub after: Option<Uuid>,
}

/// A series as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub company: CompanyId,
    /// By RFC 5545.
    pub recurrence_rule: String,
    /// For whom.
    pub customer: CustomerId,
    /// What.
    pub service: ServiceId,
    /// With whom, when it was booked.
    pub staff: StaffId,
    /// How many appointments it has.
    pub appointments: u32,
    /// How many of them stand.
    pub live: u32,
    /// When the first begins.
    pub first_start: Timestamp,
    /// When the last ends.
    pub last_end: Timestamp,
    /// Raised with any of its appointments.
    pub revision: u32,
}

impl Lists for AllSeries {
    type Row = Series;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Series>> {
        let mut wanted = Wanted::seen(tx, "a.company_id");
        wanted.and_always("a.series_id IS NOT NULL");
        wanted.and_if("a.series_id = ?", self.id);
        wanted.and_if("a.customer_id = ?", self.customer);
        wanted.and_if("a.series_id > ?", self.after);
        // All appointments of a series were booked at once: rule, customer and service are the same.
        let select = "SELECT a.series_id, a.company_id, min(CAST(a.recurrence_rule AS text)),
             min(CAST(a.customer_id AS text)), min(CAST(a.service_id AS text)), min(CAST(a.staff_id AS text)),
             count(*), count(CASE WHEN a.status IN ('provisional', 'confirmed') THEN 1 END), min(a.starts_at),
             max(a.ends_at), sum(a.revision) FROM appointments a";
        let rest = "GROUP BY a.series_id, a.company_id ORDER BY a.series_id";
        wanted.rows(tx, select, rest, limit)?.iter().map(series).collect()
    }
}

fn series(row: &Row) -> Result<Series> {
    let rule: Json = row.get(2)?;
    let id = |column: usize| -> Result<Uuid> {
        let text: String = row.get(column)?;
        Uuid::try_parse(&text).map_err(|_| Error::Impossible("an id of a series".into()))
    };
    Ok(Series {
        id: row.get(0)?,
        company: row.get(1)?,
        recurrence_rule: rule
            .get("rule")
            .and_then(Json::as_str)
            .ok_or_else(|| Error::Impossible("appointments.recurrence_rule".into()))?
            .to_owned(),
        customer: CustomerId(id(3)?),
        service: ServiceId(id(4)?),
        staff: StaffId(id(5)?),
        appointments: row.get(6)?,
        live: row.get(7)?,
        first_start: row.get(8)?,
        last_end: row.get(9)?,
        revision: row.get(10)?,
    })
}
