//! Names of a country that looks like Côte d'Ivoire. Companies, people and numbers are made up.

use sceau_proto::certification::v1::ProductCategory;

/// A trade that companies are in, and what they make.
pub(super) struct Sector {
    /// How a company of it is called, before the place.
    pub(super) name: &'static str,
    pub(super) category: ProductCategory,
    pub(super) products: [&'static str; 6],
}

const fn sector(name: &'static str, category: ProductCategory, products: [&'static str; 6]) -> Sector {
    Sector { name, category, products }
}

/// The trades.
pub(super) const SECTORS: [Sector; 16] = [
    sector(
        "Brasserie",
        ProductCategory::Beverage,
        ["Bière blonde 65 cl", "Bière brune 33 cl", "Panaché 33 cl", "Tonic 30 cl", "Limonade 1 L", "Malt 33 cl"],
    ),
    sector(
        "Savonnerie",
        ProductCategory::Cosmetic,
        [
            "Savon de Marseille 400 g",
            "Savon noir 250 g",
            "Savon antiseptique 125 g",
            "Gel douche 500 ml",
            "Lait de corps au karité 400 ml",
            "Dentifrice 100 ml",
        ],
    ),
    sector(
        "Laboratoires",
        ProductCategory::Medicine,
        [
            "Paracétamol 500 mg",
            "Artéméther-luméfantrine 20/120 mg",
            "Amoxicilline 500 mg",
            "Sérum physiologique 500 ml",
            "Sels de réhydratation orale",
            "Sirop contre la toux 125 ml",
        ],
    ),
    sector(
        "Cimenterie",
        ProductCategory::Construction,
        [
            "Ciment CPJ 32,5 50 kg",
            "Ciment CPA 42,5 50 kg",
            "Colle à carrelage 25 kg",
            "Enduit de façade 25 kg",
            "Chaux hydraulique 25 kg",
            "Plâtre 25 kg",
        ],
    ),
    sector(
        "Huilerie",
        ProductCategory::Food,
        [
            "Huile de palme raffinée 1 L",
            "Huile de palme raffinée 5 L",
            "Huile d'arachide 1 L",
            "Margarine 450 g",
            "Beurre de karité alimentaire 500 g",
            "Mayonnaise 500 g",
        ],
    ),
    sector(
        "Manufacture de tabacs",
        ProductCategory::Tobacco,
        [
            "Cigarettes blondes, paquet de 20",
            "Cigarettes légères, paquet de 20",
            "Cigarettes menthol, paquet de 20",
            "Cigarillos, étui de 10",
            "Tabac à rouler 30 g",
            "Tabac à chiquer 25 g",
        ],
    ),
    sector(
        "Câblerie",
        ProductCategory::Electrical,
        [
            "Câble rigide 1,5 mm² 100 m",
            "Câble rigide 2,5 mm² 100 m",
            "Câble souple 3G1,5 50 m",
            "Rallonge 5 prises",
            "Disjoncteur 16 A",
            "Interrupteur différentiel 30 mA",
        ],
    ),
    sector(
        "Eaux minérales",
        ProductCategory::Beverage,
        [
            "Eau de source 50 cl",
            "Eau de source 1,5 L",
            "Eau gazeuse 1 L",
            "Jus d'ananas 1 L",
            "Jus de bissap 50 cl",
            "Jus de mangue 1 L",
        ],
    ),
    sector(
        "Minoterie",
        ProductCategory::Food,
        [
            "Farine de blé 1 kg",
            "Semoule de maïs 1 kg",
            "Attiéké précuit 500 g",
            "Pâtes alimentaires 500 g",
            "Farine infantile 400 g",
            "Riz étuvé 5 kg",
        ],
    ),
    sector(
        "Chocolaterie",
        ProductCategory::Food,
        [
            "Chocolat noir 70 % 100 g",
            "Chocolat au lait 100 g",
            "Pâte à tartiner 400 g",
            "Cacao en poudre 250 g",
            "Pralinés 200 g",
            "Boisson cacaotée 500 g",
        ],
    ),
    sector(
        "Conserverie",
        ProductCategory::Food,
        [
            "Thon à l'huile 160 g",
            "Sardines à la tomate 125 g",
            "Concentré de tomate 70 g",
            "Concentré de tomate 400 g",
            "Ananas au sirop 565 g",
            "Noix de cajou grillées 200 g",
        ],
    ),
    sector(
        "Tôlerie",
        ProductCategory::Construction,
        [
            "Tôle bac aluzinc 0,35 mm",
            "Tôle ondulée 0,17 mm",
            "Fer à béton 8 mm",
            "Fer à béton 12 mm",
            "Pointes 70 mm 5 kg",
            "Fil de fer recuit 5 kg",
        ],
    ),
    sector(
        "Laiterie",
        ProductCategory::Food,
        [
            "Lait concentré sucré 397 g",
            "Lait en poudre 400 g",
            "Yaourt nature 125 g",
            "Lait stérilisé 1 L",
            "Beurre doux 250 g",
            "Fromage fondu, 8 portions",
        ],
    ),
    sector(
        "Parfumerie",
        ProductCategory::Cosmetic,
        [
            "Eau de toilette 100 ml",
            "Déodorant 150 ml",
            "Crème éclat 200 ml",
            "Huile capillaire 120 ml",
            "Shampooing au moringa 300 ml",
            "Talc 200 g",
        ],
    ),
    sector(
        "Électrotechnique",
        ProductCategory::Electrical,
        [
            "Lampe LED 9 W",
            "Lampe LED 15 W",
            "Lampe solaire portative",
            "Ventilateur 16 pouces",
            "Régulateur de tension 1 kVA",
            "Chargeur USB 20 W",
        ],
    ),
    sector(
        "Plasturgie",
        ProductCategory::Other,
        [
            "Casque de chantier",
            "Casque de moto",
            "Jerrican alimentaire 20 L",
            "Siège auto enfant",
            "Réchaud à gaz 6 kg",
            "Détendeur butane",
        ],
    ),
];

/// Places after which companies are called: with its preposition, and alone.
pub(super) const LOCALITIES: [(&str, &str); 30] = [
    ("du Bandama", "Bandama"),
    ("de Bouaké", "Bouaké"),
    ("de San-Pédro", "San-Pédro"),
    ("de la Comoé", "Comoé"),
    ("de Korhogo", "Korhogo"),
    ("d'Abobo", "Abobo"),
    ("de Gagnoa", "Gagnoa"),
    ("du Sassandra", "Sassandra"),
    ("de Yamoussoukro", "Yamoussoukro"),
    ("de Daloa", "Daloa"),
    ("de Grand-Bassam", "Bassam"),
    ("du Tonkpi", "Tonkpi"),
    ("de Divo", "Divo"),
    ("d'Abengourou", "Abengourou"),
    ("de l'Agnéby", "Agnéby"),
    ("de Bondoukou", "Bondoukou"),
    ("d'Odienné", "Odienné"),
    ("de Séguéla", "Séguéla"),
    ("du Poro", "Poro"),
    ("de Dimbokro", "Dimbokro"),
    ("d'Agboville", "Agboville"),
    ("de Jacqueville", "Jacqueville"),
    ("de Dabou", "Dabou"),
    ("de la Nawa", "Nawa"),
    ("de Tiassalé", "Tiassalé"),
    ("de Soubré", "Soubré"),
    ("du Cavally", "Cavally"),
    ("de la Bagoué", "Bagoué"),
    ("du Gbêkê", "Gbêkê"),
    ("de Man", "Man"),
];

/// Who may print stamps.
pub(super) const STAMPERS: [&str; 5] = [
    "Imprimerie fiduciaire du Plateau",
    "Étiquettes et Sécurité de Treichville",
    "Marquage industriel de Vridi",
    "Imprimerie de Bouaké Centre",
    "Sceaux et Emballages de San-Pédro",
];

/// Towns and quarters where people shop.
pub(super) const TOWNS: [&str; 14] = [
    "Abidjan Plateau",
    "Abidjan Adjamé",
    "Abidjan Yopougon",
    "Abidjan Treichville",
    "Bouaké",
    "Yamoussoukro",
    "San-Pédro",
    "Korhogo",
    "Daloa",
    "Man",
    "Gagnoa",
    "Abengourou",
    "Bondoukou",
    "Odienné",
];

/// First names of people that there are not.
pub(super) const FIRST_NAMES: [&str; 16] = [
    "Awa",
    "Koffi",
    "Mariam",
    "Yao",
    "Adjoua",
    "Ibrahim",
    "Fatou",
    "Kouassi",
    "Aya",
    "Moussa",
    "Affoué",
    "Seydou",
    "Akissi",
    "Lacina",
    "Rokia",
    "Jean-Marc",
];

/// Surnames of people that there are not.
pub(super) const SURNAMES: [&str; 16] = [
    "Koné",
    "Kouamé",
    "Traoré",
    "N'Guessan",
    "Ouattara",
    "Bamba",
    "Coulibaly",
    "Konan",
    "Touré",
    "Diabaté",
    "Yapi",
    "Aka",
    "Gnagne",
    "Soro",
    "Zadi",
    "Kouadio",
];

/// Officers of the control office: subjects of tokens.
pub(super) const REVIEWERS: [&str; 4] = ["a.kouame", "m.ouattara", "f.traore", "k.nguessan"];

/// Documents that support an application.
pub(super) const DOCUMENTS: [&str; 4] =
    ["Rapport d'essai du laboratoire", "Plan de contrôle de la fabrication", "Modèle d'étiquette", "Fiche technique"];
