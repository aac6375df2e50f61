//! A spec as the words of a URL's query, and back (the URL Standard, application/x-www-form-urlencoded).

use form_urlencoded::Serializer;

use sceau_label::Sheet;

use super::{Spec, SpecError};
use crate::Format;

/// Every parameter.
pub(super) const NAMES: [&str; 9] =
    ["format", "sheet", "office", "line", "lot", "resolution", "codes", "zip", "recipient"];
const RESOLUTIONS: std::ops::RangeInclusive<u32> = 150..=2400;

impl Spec {
    /// What a query asks. Refuses what it does not know, so that a misspelt word is not printed a million times.
    pub fn of_query(query: &str) -> Result<Self, SpecError> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let known = |name: &String| NAMES.contains(&name.as_str());
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !known(name)) {
            return Err(SpecError::Unknown { name: name.clone() });
        }
        let once = |name: &'static str| {
            let mut given = pairs.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
            let first = given.next();
            if given.next().is_some() { Err(SpecError::Repeated { name }) } else { Ok(first) }
        };
        let format: Format = once("format")?.unwrap_or_default().parse()?;
        let number = |name: &'static str, must: &'static str| -> Result<Option<u64>, SpecError> {
            let Some(given) = once(name)? else { return Ok(None) };
            let wrong = || SpecError::Value { name, given: given.to_owned(), must };
            given.parse().map(Some).map_err(|_| wrong())
        };
        let resolution = match number("resolution", "a number of dots to the inch, 150 to 2400")? {
            None => None,
            Some(given) => Some(resolution(given)?),
        };
        let zip = match once("zip")? {
            None | Some("false") => false,
            Some("true") => true,
            Some(given) => {
                return Err(SpecError::Value { name: "zip", given: given.to_owned(), must: "true or false" });
            }
        };
        Ok(Self {
            format,
            sheet: once("sheet")?.map(str::parse).transpose().map_err(SpecError::Sheet)?,
            office: once("office")?.map(str::to_owned),
            lines: pairs.iter().filter(|(name, _)| name == "line").map(|(_, value)| value.clone()).collect(),
            lot: once("lot")?.map(str::to_owned),
            resolution,
            codes: number("codes", "a number of codes")?,
            zip,
            recipient: once("recipient")?.map(str::parse).transpose()?,
        })
    }

    /// The query that asks for this; one spec has one.
    pub fn query(&self) -> String {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let (resolution, codes) = (number(self.resolution.map(u64::from)), number(self.codes));
        let recipient = self.recipient.as_ref().map(ToString::to_string);
        let optional = [
            ("sheet", self.sheet.as_ref().map(Sheet::name)),
            ("office", self.office.as_deref()),
            ("lot", self.lot.as_deref()),
            ("resolution", resolution.as_deref()),
            ("codes", codes.as_deref()),
            ("zip", self.zip.then_some("true")),
            ("recipient", recipient.as_deref()),
        ];
        Serializer::new(String::new())
            .append_pair("format", self.format.name())
            .extend_pairs(optional.into_iter().filter_map(|(name, value)| Some((name, value?))))
            .extend_pairs(self.lines.iter().map(|line| ("line", line)))
            .finish()
    }
}

fn resolution(given: u64) -> Result<u32, SpecError> {
    let within = u32::try_from(given).ok().filter(|given| RESOLUTIONS.contains(given));
    within.ok_or_else(|| SpecError::Value {
        name: "resolution",
        given: given.to_string(),
        must: "a number of dots to the inch, 150 to 2400",
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(query: &str) -> (String, String) {
        let error = Spec::of_query(query).unwrap_err();
        (error.parameter().to_owned(), error.to_string())
    }

    #[test]
    fn a_query_says_everything_there_is_to_say() {
        let query = "format=pdf&sheet=L7160&office=Office%20de%20contr%C3%B4le&line=%7Bproduct%7D&line=Lot+%7Blot%7D\
                     &lot=A%267&resolution=300&codes=2100&zip=true\
                     &recipient=age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
        let spec = Spec::of_query(query).unwrap();
        assert_eq!(spec.lines, ["{product}", "Lot {lot}"]);
        assert_eq!((spec.office.as_deref(), spec.lot.as_deref()), (Some("Office de contrôle"), Some("A&7")));
        assert_eq!((spec.resolution, spec.codes, spec.zip), (Some(300), Some(2_100), true));
        assert_eq!(Spec::of_query(&spec.query()).unwrap(), spec);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(said("").0, "format");
        assert_eq!(said("format=doc").1, "there is no format `doc`: take one of pdf, csv, svg, png, eps, zpl");
        assert_eq!(said("format=csv&ofice=x").0, "ofice");
        assert_eq!(said("format=csv&format=pdf").1, "format is given twice: give it once");
        assert_eq!(said("format=pdf&sheet=A5").0, "sheet");
        assert_eq!(said("format=pdf&resolution=9").0, "resolution");
        assert_eq!(said("format=pdf&resolution=99999999999").0, "resolution");
        assert_eq!(said("format=csv&codes=-1").1, "codes is `-1`, and must be a number of codes");
        assert_eq!(said("format=csv&zip=yes").0, "zip");
        assert_eq!(said("format=csv&recipient=age1x").0, "recipient");
    }

    proptest! {
        #[test]
        fn any_query_is_a_spec_or_one_clear_fault(query in ".{0,200}") {
            if let Err(error) = Spec::of_query(&query) {
                prop_assert!(!error.to_string().is_empty());
            }
        }

        #[test]
        fn a_spec_goes_through_a_query_unchanged(office in ".{0,40}", line in ".{0,40}", codes in 1_u64.., zip: bool) {
            let asked = Spec { office: Some(office), lines: vec![line], codes: Some(codes), zip, ..Spec::new(Format::Zpl) };
            prop_assert_eq!(Spec::of_query(&asked.query()).unwrap(), asked);
        }
    }
}
