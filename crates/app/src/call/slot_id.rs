//! The name of an offered start. It can be repeated by a model, not made up by
//! one: it is signed, bound to the company and expires.

use askpro_domain::ids::{BranchId, CompanyId, ServiceId, StaffId};
use askpro_store::seal::Seals;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use uuid::Uuid;

const VERSION: u8 = 1;
/// Version, branch, service, staff, start and expiry (both in seconds).
const PAYLOAD: usize = 1 + 16 + 16 + 16 + 5 + 5;
const TAG: usize = 16;
const PURPOSE: &str = "slot id";

/// What an offer says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlotId {
    /// Where.
    pub branch: BranchId,
    /// What.
    pub service: ServiceId,
    /// With whom; `None` is whoever is free.
    pub staff: Option<StaffId>,
    /// When it starts.
    pub start: Timestamp,
    /// Until when the offer stands.
    pub expires: Timestamp,
}

impl SlotId {
    /// The offer as text, at most 120 characters.
    pub fn seal(&self, company: CompanyId, seals: &Seals) -> String {
        let mut bytes = Vec::with_capacity(PAYLOAD + TAG);
        bytes.push(VERSION);
        bytes.extend_from_slice(self.branch.0.as_bytes());
        bytes.extend_from_slice(self.service.0.as_bytes());
        bytes.extend_from_slice(self.staff.map_or(Uuid::nil(), |staff| staff.0).as_bytes());
        bytes.extend_from_slice(&seconds(self.start));
        bytes.extend_from_slice(&seconds(self.expires));
        let tag = seals.sign(PURPOSE, &signed(company, &bytes));
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads an offer of this company; `None` for anything else. Whether it has
    /// expired is for the caller to see.
    pub fn open(text: &str, company: CompanyId, seals: &Seals) -> Option<Self> {
        if text.len() > 120 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        let (payload, tag) = bytes.split_at_checked(PAYLOAD)?;
        if tag.len() != TAG
            || !seals.verifies(PURPOSE, &signed(company, payload), tag)
            || payload[0] != VERSION
        {
            return None;
        }
        let id = |from: usize| Uuid::from_slice(&payload[from..from + 16]).ok();
        let staff = id(33)?;
        Some(Self {
            branch: BranchId(id(1)?),
            service: ServiceId(id(17)?),
            staff: (!staff.is_nil()).then_some(StaffId(staff)),
            start: instant(&payload[49..54])?,
            expires: instant(&payload[54..59])?,
        })
    }
}

/// The company is not in the text, which must stay short, but in what is signed.
fn signed(company: CompanyId, payload: &[u8]) -> Vec<u8> {
    [company.0.as_bytes(), payload].concat()
}

fn seconds(at: Timestamp) -> [u8; 5] {
    let bytes = at.as_second().to_be_bytes();
    [bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]
}

fn instant(bytes: &[u8]) -> Option<Timestamp> {
    let mut eight = [0; 8];
    eight[3..].copy_from_slice(bytes);
    Timestamp::from_second(i64::from_be_bytes(eight)).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use askpro_domain::ids::SeededChance;
    use askpro_store::seal::KeyRing;

    use super::*;

    #[test]
    fn an_offer_reads_back_only_for_its_company_and_unchanged() {
        let chance = Arc::new(SeededChance::new(3));
        let seals = Seals::new(KeyRing::parse(&KeyRing::generate(chance.as_ref())).unwrap(), chance.clone());
        let now: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
        let [ours, theirs] = [(); 2].map(|()| CompanyId::new(now, chance.as_ref()));
        let offer = SlotId {
            branch: BranchId::new(now, chance.as_ref()),
            service: ServiceId::new(now, chance.as_ref()),
            staff: Some(StaffId::new(now, chance.as_ref())),
            start: "2026-11-24T09:00:00Z".parse().unwrap(),
            expires: "2026-11-23T09:15:00Z".parse().unwrap(),
        };
        let text = offer.seal(ours, &seals);
        assert!(text.len() <= 120, "{} characters", text.len());
        assert_eq!(SlotId::open(&text, ours, &seals), Some(offer));
        assert_eq!(
            SlotId::open(&format!(" {text}\n"), ours, &seals),
            Some(offer),
            "a model adds white space"
        );
        assert_eq!(SlotId::open(&text, theirs, &seals), None, "another company");
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            assert_eq!(
                SlotId::open(std::str::from_utf8(&changed).unwrap(), ours, &seals),
                None,
                "changed at {index}"
            );
        }
        let anyone = SlotId { staff: None, ..offer };
        assert_eq!(SlotId::open(&anyone.seal(ours, &seals), ours, &seals), Some(anyone));
    }
}
