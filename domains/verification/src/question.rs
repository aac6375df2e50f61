//! What somebody asks about a code.

use sceau_kernel::wire::{Fault, Faults, FromRequest};
use sceau_proto::verification::v1::VerifyRequest;

use crate::{Place, ScanChannel};

/// The longest code that is looked at: a signed code with a long URL before it is below 200 characters.
const MAX_CODE: usize = 256;

/// A question about a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The code as it was scanned or typed.
    pub code: String,
    /// By what way it reached the caller; the verification page when he does not say.
    pub channel: ScanChannel,
    /// Where, when the caller says so.
    pub place: Option<Place>,
}

impl FromRequest for Question {
    type Request = VerifyRequest;

    fn from_request(request: VerifyRequest) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let code: Option<String> = Faults::field(&mut faults, "code", request.code);
        if let Some(code) = code.as_ref().filter(|code| code.len() > MAX_CODE) {
            let reason = format!("is {} bytes long: a code has at most {MAX_CODE}", code.len());
            faults.push(Fault::new("code", reason));
        }
        let channel = match request.channel {
            0 => Some(ScanChannel::Web),
            channel => Faults::field(&mut faults, "channel", channel),
        };
        let place: Option<Option<Place>> = match request.place.as_str() {
            "" => Some(None),
            _ => Faults::field(&mut faults, "place", Some(request.place)),
        };
        match (code, channel, place) {
            (Some(code), Some(channel), Some(place)) if faults.is_empty() => Ok(Self { code, channel, place }),
            _ => Err(Faults(faults)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_may_be_as_short_as_its_code() {
        let request = VerifyRequest { code: "1234".into(), ..VerifyRequest::default() };
        let question = Question { code: "1234".into(), channel: ScanChannel::Web, place: None };
        assert_eq!(Question::from_request(request), Ok(question));
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let request =
            VerifyRequest { code: "7".repeat(300), channel: 99, place: "x".repeat(65), ..VerifyRequest::default() };
        let faults = Question::from_request(request).unwrap_err();
        let paths: Vec<&str> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["code", "channel", "place"]);
    }
}
