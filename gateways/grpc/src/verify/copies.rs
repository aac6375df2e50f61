//! What a scan adds to what is known of copies: who scans, without knowing him, and what his digits were worth.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use sceau_kernel::Timestamp;
use sceau_projector::{ViewError, ViewReader};
use sceau_security::Pseudonyms;
use sceau_verification::Scan;
use sceau_verification::clone::{BatchCounts, Guesses, Sight, Suspicion, Thresholds};
use sceau_verification_view::{BatchScan, BatchScanKey, ScanRow};

/// Callers whose wrong digits are remembered.
const CALLERS: usize = 100_000;

/// Callers, and what they typed.
pub(super) struct Callers {
    names: Pseudonyms,
    guesses: Mutex<HashMap<u32, Guesses>>,
}

impl Callers {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self { names: Pseudonyms::new(secret), guesses: Mutex::default() }
    }

    /// Who calls: the device if he names one, else his address, of IPv6 the half that names a household.
    pub(super) fn caller(&self, device: Option<&str>, address: Option<IpAddr>) -> Option<u32> {
        match (device, address) {
            (Some(device), _) => Some(self.names.of("device", device.as_bytes())),
            (None, Some(IpAddr::V4(address))) => Some(self.names.of("address", &address.octets())),
            (None, Some(IpAddr::V6(address))) => Some(self.names.of("address", &address.octets()[..8])),
            (None, None) => None,
        }
    }

    /// Takes in what a caller sent for a code, and whether a stamp has it. How many wrong digits he had typed before;
    /// only digits count.
    pub(super) fn typed(&self, caller: Option<u32>, text: &str, known: bool, now: Timestamp) -> u32 {
        let (Some(caller), Some(digits)) = (caller, digits(text)) else {
            return 0;
        };
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        if known && !guesses.contains_key(&caller) {
            return 0;
        }
        if guesses.len() >= CALLERS && !guesses.contains_key(&caller) {
            guesses.retain(|_, guesses| !guesses.is_over(now));
            if guesses.len() >= CALLERS {
                guesses.clear();
            }
        }
        guesses.entry(caller).or_default().typed(digits, known, now)
    }
}

/// The number that sixteen digits make, whatever stands between them.
fn digits(text: &str) -> Option<u64> {
    let typed: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    (typed.len() == 16 && typed.bytes().all(|byte| byte.is_ascii_digit())).then(|| typed.parse().ok()).flatten()
}

/// Judges a scan by those before it, and writes into it what it showed first.
pub(super) async fn judge(
    scan: &mut Scan,
    earlier: Option<&ScanRow>,
    batches: &ViewReader<BatchScan>,
    tenant: &str,
    thresholds: &Thresholds,
) -> Result<Option<Suspicion>, ViewError> {
    let sight = Sight::of(scan, earlier.map(|row| &row.evidence.0), thresholds);
    let counts = if sight.concerns_batch() {
        let key = BatchScanKey { tenant: tenant.to_owned(), first_number: scan.batch };
        batches.get(&key).await?.map_or_else(BatchCounts::default, |row| row.counts())
    } else {
        BatchCounts::default()
    };
    Ok(sight.judge(scan, counts, thresholds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_767_225_600_000_000);

    #[test]
    fn callers_are_told_apart_by_device_then_by_address() {
        let callers = Callers::new(&[7; 32]);
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let household: [IpAddr; 2] = ["2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap()];
        assert_eq!(callers.caller(Some("a"), Some(address)), callers.caller(Some("a"), None));
        assert_ne!(callers.caller(Some("a"), None), callers.caller(Some("b"), None));
        assert_ne!(callers.caller(None, Some(address)), callers.caller(Some("192.0.2.7"), None));
        assert_eq!(callers.caller(None, Some(household[0])), callers.caller(None, Some(household[1])));
        assert_eq!(callers.caller(None, None), None);
    }

    #[test]
    fn wrong_digits_are_held_against_who_typed_them() {
        let callers = Callers::new(&[7; 32]);
        for nth in 0..20 {
            callers.typed(Some(1), &format!("{:016}", nth * 1_000_003), false, NOW);
        }
        assert_eq!(callers.typed(Some(1), "1234-5678 9012 3456", true, NOW), 19);
        assert_eq!(callers.typed(Some(2), "1234567890123456", true, NOW), 0);
        assert_eq!(callers.typed(Some(1), "HTTPS://SCEAU.EXAMPLE/AEAAC", false, NOW), 0);
        assert_eq!(callers.typed(None, "1234567890123456", false, NOW), 0);
    }
}
