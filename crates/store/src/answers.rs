//! Stored answers: the same function call again gets the same answer, and has no
//! second effect, for as long as its effect stands.

use askpro_domain::ids::AppointmentId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    CompanyTx, args,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
};

/// How long an answer without an effect is repeated where the provider gave no
/// id of the call: after that the caller may simply be asking again.
const EFFECTLESS_FOR: SignedDuration = SignedDuration::from_secs(5);

/// What identifies a repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerKey {
    /// A hash of connection, call, tool call id, function and arguments.
    pub text: String,
    /// Whether the provider's tool call id is part of it. Then the same key is
    /// the same utterance; else the caller may mean it anew.
    pub is_exact: bool,
}

/// What came of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody answered under this key: it is ours now.
    Fresh,
    /// This was answered.
    Answered(Vec<u8>),
    /// It is being answered; what is stored so far stands if nothing better comes.
    UnderWay(Vec<u8>),
}

/// Claims a key for this transaction. A twin of this request that runs at the
/// same time waits here until the first one has committed, and then gets its answer.
pub fn claim(tx: &mut CompanyTx<'_>, key: &AnswerKey, now: Timestamp) -> Result<Claim> {
    let company = tx.company_id();
    let fresh = tx.execute(
        "INSERT INTO answers (company_id, key, settled, answer_sealed, appointment_id, effect_stands, created_at)
         VALUES ($1, $2, $3, NULL, NULL, $3, $4) ON CONFLICT (company_id, key) DO NOTHING",
        args![company, &key.text, false, now],
    )?;
    if fresh == 1 {
        return Ok(Claim::Fresh);
    }
    let row = tx
        .first(
            "SELECT a.settled, a.answer_sealed, a.created_at, a.appointment_id, a.effect_stands
             FROM answers a WHERE a.company_id = $1 AND a.key = $2",
            args![company, &key.text],
        )?
        .ok_or(Error::Contended)?;
    let settled: bool = row.get(0)?;
    let sealed: Option<Vec<u8>> = row.get(1)?;
    let created_at: Timestamp = row.get(2)?;
    let has_effect = row.get::<Option<AppointmentId>>(3)?.is_some();
    let stands: bool = row.get(4)?;
    let is_over = if has_effect { !stands } else { now.duration_since(created_at) > EFFECTLESS_FOR };
    let sealed = match sealed {
        Some(sealed) if key.is_exact || !is_over => sealed,
        _ => {
            tx.execute(
                "UPDATE answers SET settled = $3, answer_sealed = NULL, appointment_id = NULL, effect_stands = $3,
                     created_at = $4
                 WHERE company_id = $1 AND key = $2",
                args![company, &key.text, false, now],
            )?;
            return Ok(Claim::Fresh);
        }
    };
    let place = Place { table: "answers", column: "answer_sealed", row: &key.text };
    let answer = seal::open(tx, company, &place, &sealed)?;
    Ok(if settled { Claim::Answered(answer) } else { Claim::UnderWay(answer) })
}

/// Stores the answer under a claimed key. `settled` says that no better one will follow.
pub fn record(
    tx: &mut CompanyTx<'_>,
    key: &AnswerKey,
    answer: &[u8],
    effect: Option<AppointmentId>,
    settled: bool,
) -> Result<()> {
    let company = tx.company_id();
    let place = Place { table: "answers", column: "answer_sealed", row: &key.text };
    let sealed = seal::seal(tx, company, &place, answer)?;
    let changed = tx.execute(
        "UPDATE answers SET settled = $3, answer_sealed = $4, appointment_id = $5, effect_stands = $6
         WHERE company_id = $1 AND key = $2",
        args![company, &key.text, settled, sealed, effect, effect.is_some()],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Impossible("an answer without its claimed key".into())) }
}

/// The stored answer, where it is settled by now.
pub fn settled(tx: &mut CompanyTx<'_>, key: &AnswerKey) -> Result<Option<Vec<u8>>> {
    let company = tx.company_id();
    let row = tx.first(
        "SELECT answer_sealed FROM answers WHERE company_id = $1 AND key = $2 AND settled = $3",
        args![company, &key.text, true],
    )?;
    match row.map(|row| row.get::<Option<Vec<u8>>>(0)).transpose()?.flatten() {
        Some(sealed) => {
            let place = Place { table: "answers", column: "answer_sealed", row: &key.text };
            seal::open(tx, company, &place, &sealed).map(Some)
        }
        None => Ok(None),
    }
}

/// Notes that what was answered about an appointment no longer stands: asked
/// again, it is done again.
pub fn end_effects(tx: &mut CompanyTx<'_>, appointment: AppointmentId) -> Result<()> {
    tx.execute(
        "UPDATE answers SET effect_stands = $3 WHERE company_id = $1 AND appointment_id = $2",
        args![tx.company_id(), appointment, false],
    )?;
    Ok(())
}
