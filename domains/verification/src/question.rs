//! What somebody asks about a code.

use sceau_kernel::wire::{Fault, Faults, FromRequest};
use sceau_proto::verification::v1::{Coordinates, VerifyRequest};

use crate::clone::{Country, GridPoint};
use crate::{Place, ScanChannel};

/// The longest code that is looked at: a signed code with a long URL before it is below 200 characters.
const MAX_CODE: usize = 256;
/// The longest that tells a device from others.
const MAX_DEVICE: usize = 128;

/// A question about a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The code as it was scanned or typed.
    pub code: String,
    /// How and where.
    pub witnessed: Witnessed,
}

/// How and where a code was met, as far as the caller says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// By what way it reached the caller; the verification page when he does not say.
    pub channel: ScanChannel,
    /// Where, in words.
    pub place: Option<Place>,
    /// Where, rounded.
    pub point: Option<GridPoint>,
    /// Country of the caller's network.
    pub country: Option<Country>,
    /// What tells the device from others.
    pub device: Option<String>,
}

impl FromRequest for Question {
    type Request = VerifyRequest;

    fn from_request(mut request: VerifyRequest) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let code: Option<String> = Faults::field(&mut faults, "code", std::mem::take(&mut request.code));
        if let Some(code) = code.as_ref().filter(|code| code.len() > MAX_CODE) {
            let reason = format!("is {} bytes long: a code has at most {MAX_CODE}", code.len());
            faults.push(Fault::new("code", reason));
        }
        match (code, Witnessed::from_request(request)) {
            (Some(code), Ok(witnessed)) if faults.is_empty() => Ok(Self { code, witnessed }),
            (_, Ok(_)) => Err(Faults(faults)),
            (_, Err(found)) => {
                faults.extend(found.0);
                Err(Faults(faults))
            }
        }
    }
}

impl FromRequest for Witnessed {
    type Request = VerifyRequest;

    fn from_request(request: VerifyRequest) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let channel = match request.channel {
            0 => Some(ScanChannel::Web),
            channel => Faults::field(&mut faults, "channel", channel),
        };
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let place: Option<Option<Place>> = Faults::field(&mut faults, "place", given(request.place));
        let country: Option<Option<Country>> = Faults::field(&mut faults, "country", given(request.country));
        let point = request.coordinates.and_then(|at| point(at, &mut faults));
        let device = given(request.device);
        if let Some(device) = device.as_ref().filter(|device| device.len() > MAX_DEVICE) {
            faults.push(Fault::new("device", format!("is {} bytes long: use at most {MAX_DEVICE}", device.len())));
        }
        match (channel, place, country) {
            (Some(channel), Some(place), Some(country)) if faults.is_empty() => {
                Ok(Self { channel, place, point, country, device })
            }
            _ => Err(Faults(faults)),
        }
    }
}

fn point(Coordinates { latitude, longitude }: Coordinates, faults: &mut Vec<Fault>) -> Option<GridPoint> {
    let point = GridPoint::nearest(latitude, longitude);
    if point.is_none() {
        let reason = format!("is {latitude}, {longitude}: latitude goes from -90 to 90, longitude from -180 to 180");
        faults.push(Fault::new("coordinates", reason));
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_may_be_as_short_as_its_code() {
        let request = VerifyRequest { code: "1234".into(), ..VerifyRequest::default() };
        let witnessed = Witnessed { channel: ScanChannel::Web, place: None, point: None, country: None, device: None };
        let question = Question { code: "1234".into(), witnessed };
        assert_eq!(Question::from_request(request), Ok(question));
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let request = VerifyRequest {
            code: "7".repeat(300),
            channel: 99,
            place: "x".repeat(65),
            country: "Cameroun".into(),
            coordinates: Some(Coordinates { latitude: f64::NAN, longitude: 0.0 }),
            device: "x".repeat(129),
            ..VerifyRequest::default()
        };
        let faults = Question::from_request(request).unwrap_err();
        let paths: Vec<&str> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["code", "channel", "place", "country", "coordinates", "device"]);
    }

    #[test]
    fn coordinates_are_rounded_before_anything_is_kept() {
        let coordinates = Some(Coordinates { latitude: 4.051_234, longitude: -9.704_999 });
        let request = VerifyRequest { code: "1".into(), coordinates, country: "cm".into(), ..VerifyRequest::default() };
        let witnessed = Question::from_request(request).unwrap().witnessed;
        assert_eq!(witnessed.point, Some(GridPoint { latitude: 405, longitude: -970 }));
        assert_eq!(witnessed.country.unwrap().letters(), "CM");
    }
}
