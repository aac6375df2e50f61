//! Codes as people hold them: what a scanner read, sixteen digits, a number. To their places in batches.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sceau_code::{Code, CodeError, DigitsKey, Host, NUMBER_LIMIT, Payload, TagKey};
use sceau_kernel::{Role, Tenant};
use sceau_proto::common::v1::Position;
use sceau_security::{CodeKey, CodeKeys};
use sceau_stamp_view::BatchRangeRow;
use tonic::Status;

use crate::call::Call;
use crate::door::Door;
use crate::facts::ends;
use crate::failure;
use crate::kept::KeptBatches;
use crate::query::fresh;

/// A number has at most this many digits; sixteen are a number behind its permutation.
const NUMBER_DIGITS: usize = 15;

/// Where a code is.
pub(crate) struct Place {
    pub(crate) batch: Arc<BatchRangeRow>,
    pub(crate) ordinal: u64,
}

/// Why a text is no code that the caller may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It is no code, or a mistyped one.
    Misread(CodeError),
    /// It is signed by another authority.
    OfAnotherAuthority,
    /// No stamp has this number.
    NeverAllocated,
    /// Its batch belongs to somebody else.
    OfAnother,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misread(error) => fmt::Display::fmt(error, f),
            Self::OfAnotherAuthority => f.write_str("is a code of another authority: name codes of this one"),
            Self::NeverAllocated => f.write_str("is no stamp that was ever issued: compare it with the label"),
            Self::OfAnother => f.write_str("belongs to somebody else: name codes of your own batches"),
        }
    }
}

impl From<CodeError> for Unusable {
    fn from(error: CodeError) -> Self {
        Self::Misread(error)
    }
}

impl Door {
    /// What each of these texts is, in their order.
    pub(crate) async fn printed(
        &self,
        call: &Call,
        after: &[Position],
        texts: Vec<String>,
    ) -> Result<Vec<Result<Place, Unusable>>, Status> {
        let reader = Reader::new(self, &call.tenant)?;
        // Ten thousand signatures keep a processor busy for half a second.
        let read = tokio::task::spawn_blocking(move || -> Vec<Result<u64, Unusable>> {
            texts.iter().map(|text| reader.number(text)).collect()
        });
        let numbers = read.await.map_err(|_| {
            let text = "codes cannot be read at this moment: try again";
            failure::retry(tonic::Code::Unavailable, "CODES_UNREAD", text, Duration::from_millis(100))
        })?;
        let batches = &self.facts.numbered;
        fresh(batches.reader(), after, call).await?;
        let places = self.places(call, &numbers).await?;
        if !places.iter().any(|place| matches!(place, Err(Unusable::NeverAllocated))) {
            return Ok(places);
        }
        // A view that trails must not speak against a code: see `facts`.
        let ends = ends::<sceau_stamp_view::BatchRange>(&*self.log).await.map_err(|error| failure::log(&error))?;
        fresh(batches.reader(), &ends, call).await?;
        self.places(call, &numbers).await
    }

    async fn places(
        &self,
        call: &Call,
        numbers: &[Result<u64, Unusable>],
    ) -> Result<Vec<Result<Place, Unusable>>, Status> {
        let mut places = Vec::with_capacity(numbers.len());
        // Codes that come together are mostly of one batch.
        let mut last: Option<(u64, Arc<BatchRangeRow>)> = None;
        for number in numbers {
            let number = match number {
                Ok(number) => *number,
                Err(unusable) => {
                    places.push(Err(unusable.clone()));
                    continue;
                }
            };
            let within = |(first, batch): &(u64, Arc<BatchRangeRow>)| {
                number.checked_sub(*first).is_some_and(|ordinal| ordinal < batch.count)
            };
            if !last.as_ref().is_some_and(within) {
                last = holding(&self.facts.numbered, call.tenant.as_str(), number).await?;
            }
            places.push(match &last {
                None => Err(Unusable::NeverAllocated),
                Some((_, batch)) if !owns(call, batch) => Err(Unusable::OfAnother),
                Some((first, batch)) => Ok(Place { batch: Arc::clone(batch), ordinal: number - first }),
            });
        }
        Ok(places)
    }
}

/// The batch of a number, after its first number.
async fn holding(
    batches: &KeptBatches,
    tenant: &str,
    number: u64,
) -> Result<Option<(u64, Arc<BatchRangeRow>)>, Status> {
    let found = batches.holding(tenant, number).await.map_err(|error| failure::view(&error))?;
    Ok(found.map(|(batch, ordinal)| (number - ordinal, batch)))
}

/// Whether the batch is the caller's: a company's that ordered it, a stamper's to whom it is released.
fn owns(call: &Call, batch: &BatchRangeRow) -> bool {
    let Some(party) = call.confined_to() else { return true };
    match call.actor.role {
        Role::Stamper => batch.stamper_id.is_some_and(|stamper| stamper.to_string() == party),
        _ => batch.company_id.to_string() == party,
    }
}

/// Reads the codes of one authority.
struct Reader {
    tenant: Tenant,
    host: Host,
    keys: Arc<CodeKeys>,
    digits: DigitsKey,
    tags: TagKey,
}

impl Reader {
    fn new(door: &Door, tenant: &Tenant) -> Result<Self, Status> {
        let keys = Arc::clone(&door.code_keys);
        let digits = keys.digits(tenant).ok_or_else(crate::facts::no_code_key)?;
        let tags = keys.tag_key(tenant).ok_or_else(crate::facts::no_code_key)?;
        let (host, digits, tags) = (door.settings.host.clone(), DigitsKey::new(&digits), TagKey::new(&tags));
        Ok(Self { tenant: tenant.clone(), host, keys, digits, tags })
    }

    fn number(&self, text: &str) -> Result<u64, Unusable> {
        let text = text.trim();
        if (1..=NUMBER_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = text.parse().unwrap_or(NUMBER_LIMIT);
            return if number < NUMBER_LIMIT { Ok(number) } else { Err(Unusable::NeverAllocated) };
        }
        match Code::parse(text, &self.host)? {
            Code::Digits(digits) => Ok(self.digits.number(digits)?),
            Code::Signed(code) => {
                code.verify(&self.key(code.payload())?.verifying)?;
                Ok(code.payload().number)
            }
            Code::Linked(code) => {
                code.verify(&self.key(code.payload())?.verifying)?;
                Ok(code.payload().number)
            }
            Code::Small(code) => {
                self.key(code.payload())?;
                code.verify(&self.tags)?;
                Ok(code.payload().number)
            }
        }
    }

    /// The key that a code names, when it is this authority's.
    fn key(&self, payload: &Payload) -> Result<Arc<CodeKey>, Unusable> {
        let key = self.keys.by_id(payload.key_id).filter(|key| key.tenant == self.tenant);
        key.ok_or(Unusable::OfAnotherAuthority)
    }
}
