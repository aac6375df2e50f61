//! Places, and how far apart they are at least.

use sceau_kernel::Wire;
use serde::{Deserialize, Serialize};

use super::gazetteer;
use crate::Place;

/// Mean radius of the Earth, in kilometres (IUGG).
const EARTH_KM: f64 = 6371.0;
/// Grid points of a degree.
const PER_DEGREE: f64 = 100.0;
/// A place known no better than this, in kilometres, is known by its country alone.
const VAGUE_KM: u32 = 100;
/// How far a person may be from the grid point it was rounded to, in kilometres.
const ROUNDING_KM: u32 = 1;

/// A point on the Earth, rounded to a hundredth of a degree: about a kilometre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::verification::v1::GridPoint)]
pub struct GridPoint {
    /// Hundredths of a degree, north positive.
    pub latitude: i32,
    /// Hundredths of a degree, east positive.
    pub longitude: i32,
}

impl GridPoint {
    /// The grid point nearest to these degrees; `None` for what is no point on the Earth.
    pub fn nearest(latitude: f64, longitude: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        let grid = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
        on_earth.then(|| Self { latitude: grid(latitude), longitude: grid(longitude) })
    }

    /// Kilometres along the great circle (the haversine formula), rounded down.
    pub fn km_to(self, other: Self) -> u32 {
        let radians = |grid: i32| (f64::from(grid) / PER_DEGREE).to_radians();
        let (from, to) = (radians(self.latitude), radians(other.latitude));
        let half_turn = (radians(other.longitude) - radians(self.longitude)) / 2.0;
        let chord = ((to - from) / 2.0).sin().powi(2) + from.cos() * to.cos() * half_turn.sin().powi(2);
        (2.0 * EARTH_KM * chord.clamp(0.0, 1.0).sqrt().asin()) as u32
    }
}

/// A place as far as it is known: somewhere within a radius.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(sceau_proto::verification::v1::Spot)]
pub struct Spot {
    /// Its middle.
    pub point: GridPoint,
    /// It lies within so many kilometres of it.
    pub radius_km: u32,
}

impl Spot {
    /// The best that is known: the coordinates, else the town named, else the network's country.
    pub fn best(point: Option<GridPoint>, place: Option<&Place>, country: Option<Country>) -> Option<Self> {
        let exact = point.map(|point| Self { point, radius_km: ROUNDING_KM });
        exact.or_else(|| gazetteer::town_named(place?.as_str())).or_else(|| gazetteer::country(country?))
    }

    /// Kilometres that lie at least between the two, wherever within their radii they are.
    pub fn km_at_least(self, other: Self) -> u32 {
        let apart = self.point.km_to(other.point);
        apart.saturating_sub(self.radius_km).saturating_sub(other.radius_km)
    }

    /// Whether it is known no better than by the country of a network. Networks roam and hide, so that one such place
    /// alone proves little.
    pub const fn is_vague(self) -> bool {
        self.radius_km > VAGUE_KM
    }

    /// Its name to a person: that of a country for one that is known no better, else the nearest town's.
    pub fn name(self) -> &'static str {
        gazetteer::name_of(self)
    }
}

/// A country: two letters of ISO 3166-1 alpha-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Country([u8; 2]);

impl Country {
    /// The two letters.
    pub fn letters(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl sceau_kernel::wire::Text for Country {
    const WHAT: &'static str = "a country: two letters of ISO 3166-1, such as CM";

    fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    fn print(&self) -> String {
        self.letters().to_owned()
    }
}
sceau_kernel::text_wire!(Country);
