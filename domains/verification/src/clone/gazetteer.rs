//! Towns and countries with their middles.
//!
//! Towns: GeoNames (geonames.org, CC BY 4.0), rounded to a hundredth of a degree. Countries: "Geographic coordinates"
//! of the CIA World Factbook (public domain); the radius reaches the farthest border, rounded up.

use super::{Country, GridPoint, Spot};

/// A person who names a town may be this far from its middle.
const TOWN_KM: u32 = 25;

/// A town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Town {
    /// Its name.
    pub name: &'static str,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Its middle.
    pub point: GridPoint,
}

const fn town(name: &'static str, country: &'static str, latitude: i32, longitude: i32) -> Town {
    Town { name, country, point: GridPoint { latitude, longitude } }
}

/// Towns of Central Africa, and of Côte d'Ivoire.
pub const TOWNS: &[Town] = &[
    town("Douala", "CM", 405, 970),
    town("Yaoundé", "CM", 387, 1152),
    town("Garoua", "CM", 930, 1340),
    town("Maroua", "CM", 1059, 1432),
    town("Bamenda", "CM", 596, 1015),
    town("Bafoussam", "CM", 548, 1042),
    town("Ngaoundéré", "CM", 733, 1358),
    town("Bertoua", "CM", 458, 1368),
    town("Ebolowa", "CM", 290, 1115),
    town("Kribi", "CM", 294, 991),
    town("Limbe", "CM", 402, 921),
    town("N'Djamena", "TD", 1211, 1504),
    town("Moundou", "TD", 857, 1608),
    town("Sarh", "TD", 915, 1838),
    town("Abéché", "TD", 1383, 2083),
    town("Bangui", "CF", 436, 1855),
    town("Bouar", "CF", 593, 1560),
    town("Berbérati", "CF", 426, 1579),
    town("Libreville", "GA", 39, 945),
    town("Port-Gentil", "GA", -72, 878),
    town("Franceville", "GA", -163, 1358),
    town("Oyem", "GA", 160, 1158),
    town("Brazzaville", "CG", -427, 1528),
    town("Pointe-Noire", "CG", -478, 1186),
    town("Ouesso", "CG", 161, 1605),
    town("Malabo", "GQ", 375, 878),
    town("Bata", "GQ", 186, 977),
    town("Kinshasa", "CD", -433, 1531),
    town("Kisangani", "CD", 52, 2519),
    town("Lubumbashi", "CD", -1166, 2748),
    town("Goma", "CD", -168, 2922),
    town("Abidjan", "CI", 535, -400),
    town("Bouaké", "CI", 769, -503),
    town("Yamoussoukro", "CI", 682, -528),
    town("San-Pédro", "CI", 475, -664),
    town("Korhogo", "CI", 946, -563),
    town("Daloa", "CI", 688, -645),
    town("Man", "CI", 741, -755),
];

/// Letters, name, latitude, longitude, radius in kilometres.
const COUNTRIES: &[(&str, &str, i32, i32, u32)] = &[
    ("CM", "Cameroon", 600, 1200, 850),
    ("TD", "Chad", 1500, 1900, 1000),
    ("CF", "Central African Republic", 700, 2100, 850),
    ("GA", "Gabon", -100, 1175, 450),
    ("CG", "Congo", -100, 1500, 750),
    ("GQ", "Equatorial Guinea", 200, 1000, 650),
    ("CD", "DR Congo", 0, 2500, 1600),
    ("AO", "Angola", -1250, 1850, 1050),
    ("NG", "Nigeria", 1000, 800, 900),
    ("NE", "Niger", 1600, 800, 1100),
    ("BJ", "Benin", 950, 225, 450),
    ("TG", "Togo", 800, 117, 400),
    ("GH", "Ghana", 800, -200, 450),
    ("CI", "Côte d'Ivoire", 800, -500, 500),
    ("BF", "Burkina Faso", 1300, -200, 550),
    ("ML", "Mali", 1700, -400, 1250),
    ("SN", "Senegal", 1400, -1400, 450),
    ("GN", "Guinea", 1100, -1000, 600),
    ("RW", "Rwanda", -200, 3000, 150),
    ("UG", "Uganda", 100, 3200, 450),
    ("KE", "Kenya", 100, 3800, 700),
    ("TZ", "Tanzania", -600, 3500, 850),
    ("ZA", "South Africa", -2900, 2400, 1150),
    ("FR", "France", 4600, 200, 800),
    ("BE", "Belgium", 5083, 400, 200),
    ("DE", "Germany", 5100, 900, 550),
    ("CN", "China", 3500, 10500, 3000),
];

/// The town that a person means: its name, or words that begin with it (`Abidjan Plateau`).
pub(super) fn town_named(text: &str) -> Option<Spot> {
    let text = text.trim().to_lowercase();
    let named = |town: &&Town| {
        let rest = text.strip_prefix(&town.name.to_lowercase());
        rest.is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
    };
    TOWNS.iter().find(named).map(|town| Spot { point: town.point, radius_km: TOWN_KM })
}

/// A country as a place; `None` for one that is not listed here.
pub(super) fn country(country: Country) -> Option<Spot> {
    let listed = COUNTRIES.iter().find(|(letters, ..)| *letters == country.letters());
    listed.map(|(_, _, latitude, longitude, radius_km)| Spot {
        point: GridPoint { latitude: *latitude, longitude: *longitude },
        radius_km: *radius_km,
    })
}

pub(super) fn name_of(spot: Spot) -> &'static str {
    let of_country = COUNTRIES.iter().find(|(_, _, latitude, longitude, radius_km)| {
        (spot.point.latitude, spot.point.longitude, spot.radius_km) == (*latitude, *longitude, *radius_km)
    });
    let nearest = TOWNS.iter().min_by_key(|town| town.point.km_to(spot.point));
    match (of_country, nearest) {
        (Some((_, name, ..)), _) => name,
        (None, Some(town)) if town.point.km_to(spot.point) <= 2 * TOWN_KM => town.name,
        _ => "another place",
    }
}
