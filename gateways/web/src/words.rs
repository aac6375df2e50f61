//! What a verdict is called, in the two languages of the page and in the few characters of a telephone's screen.
//!
//! It never says *fake*: a platform can know that it did not issue a code, not who printed it.

use sceau_proto::verification::v1::{Verdict, VerdictReason};

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Both {
    pub(crate) fr: &'static str,
    pub(crate) en: &'static str,
}

/// How a verdict is to be taken at a glance: a colour and a symbol, beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing speaks against the product.
    Good,
    /// Not to be relied on yet.
    Careful,
    /// Not to be bought.
    Bad,
}

/// What a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) tone: Tone,
    pub(crate) title: Both,
    /// What it means and what to do.
    pub(crate) advice: Both,
    /// What to do, in French, for a screen of 182 characters that also names the product.
    pub(crate) brief: &'static str,
}

const fn words(tone: Tone, title: [&'static str; 2], advice: [&'static str; 2], brief: &'static str) -> Words {
    let ([title_fr, title_en], [advice_fr, advice_en]) = (title, advice);
    Words { tone, title: Both { fr: title_fr, en: title_en }, advice: Both { fr: advice_fr, en: advice_en }, brief }
}

/// Of a verdict. A reason without words of its own has those of its verdict.
pub(crate) const fn of(verdict: Verdict, reason: VerdictReason) -> &'static Words {
    match (verdict, reason) {
        (Verdict::Genuine, _) => &GENUINE,
        (Verdict::NotActivated, _) => &NOT_ACTIVATED,
        (Verdict::Suspended, _) => &SUSPENDED,
        (Verdict::Revoked, VerdictReason::KeyWithdrawn) => &KEY_WITHDRAWN,
        (Verdict::Revoked, _) => &REVOKED,
        (Verdict::Expired, _) => &EXPIRED,
        (Verdict::Decommissioned, _) => &DECOMMISSIONED,
        (
            Verdict::Suspect,
            VerdictReason::ScannedTooWidely
            | VerdictReason::ScannedTooFarApart
            | VerdictReason::BatchCopied
            | VerdictReason::CopiesConfirmed,
        ) => &COPIED,
        (Verdict::Suspect, _) => &SUSPECT,
        (Verdict::Unknown, VerdictReason::NoSuchStamp) => &NO_SUCH_STAMP,
        (Verdict::Unknown | Verdict::Unspecified, _) => &UNKNOWN,
    }
}

const GENUINE: Words = words(
    Tone::Good,
    ["Authentique", "Genuine"],
    [
        "Ce timbre a été émis pour ce produit et son certificat est en vigueur. Comparez le produit avec ce qui est \
         affiché.",
        "This stamp was issued for this product and its certificate is in force. Compare the product with what is \
         shown.",
    ],
    "Comparez le produit avec ce nom.",
);
const NOT_ACTIVATED: Words = words(
    Tone::Careful,
    ["Pas encore activé", "Not activated yet"],
    [
        "Ce timbre a été émis, mais personne ne l'a encore activé. N'achetez pas et signalez-le.",
        "This stamp was issued, but nobody has activated it yet. Do not buy, and report it.",
    ],
    "N'achetez pas, signalez-le.",
);
const SUSPENDED: Words = words(
    Tone::Bad,
    ["Certificat suspendu", "Certificate suspended"],
    [
        "Le certificat de ce produit est suspendu. Ne l'utilisez pas avant un nouvel avis de l'office.",
        "The certificate of this product is suspended. Do not use it until the office says more.",
    ],
    "N'utilisez pas ce produit.",
);
const REVOKED: Words = words(
    Tone::Bad,
    ["Certificat retiré", "Certificate revoked"],
    [
        "Le certificat de ce produit a été retiré. Ne l'utilisez pas et signalez où vous l'avez trouvé.",
        "The certificate of this product was revoked. Do not use it, and report where you found it.",
    ],
    "N'utilisez pas ce produit.",
);
const KEY_WITHDRAWN: Words = words(
    Tone::Bad,
    ["Timbres retirés", "Stamps withdrawn"],
    [
        "L'office a retiré tous les timbres de cette sorte. N'achetez pas et signalez-le.",
        "The office has withdrawn all stamps like this one. Do not buy, and report it.",
    ],
    "N'achetez pas, signalez-le.",
);
const EXPIRED: Words = words(
    Tone::Careful,
    ["Certificat expiré", "Certificate expired"],
    [
        "Le certificat de ce produit n'est plus valable. Demandez au vendeur un produit certifié.",
        "The certificate of this product is no longer valid. Ask the seller for one that is certified.",
    ],
    "Demandez un produit certifié.",
);
const DECOMMISSIONED: Words = words(
    Tone::Bad,
    ["Retiré du circuit", "Taken out of circulation"],
    [
        "Ce timbre ne doit plus circuler. N'achetez pas et signalez où vous l'avez trouvé.",
        "This stamp must no longer circulate. Do not buy, and report where you found it.",
    ],
    "N'achetez pas, signalez-le.",
);
const COPIED: Words = words(
    Tone::Bad,
    ["Douteux", "Suspect"],
    [
        "Il circule peut-être des copies de ce timbre. Comparez bien le produit et signalez où vous l'avez trouvé.",
        "Copies of this stamp may be about. Compare the product with care, and report where you found it.",
    ],
    "Peut-être une copie. Signalez-le.",
);
const SUSPECT: Words = words(
    Tone::Bad,
    ["Douteux", "Suspect"],
    [
        "Quelque chose ne correspond pas à ce qui a été émis. Signalez où vous l'avez trouvé.",
        "Something does not fit what was issued. Report where you found it.",
    ],
    "N'achetez pas, signalez-le.",
);
const NO_SUCH_STAMP: Words = words(
    Tone::Bad,
    ["Inconnu", "Unknown"],
    [
        "Aucun timbre ne porte ces chiffres. Comparez-les avec le timbre et recommencez, puis signalez-le.",
        "No stamp has these digits. Compare them with the stamp and try again, then report it.",
    ],
    "Aucun timbre ne porte ces chiffres. Vérifiez-les.",
);
const UNKNOWN: Words = words(
    Tone::Bad,
    ["Inconnu", "Unknown"],
    [
        "Ce code n'a pas été émis par l'office, ou il a été mal lu. Scannez-le encore une fois, puis signalez-le.",
        "The office did not issue this code, or it was misread. Scan it once more, then report it.",
    ],
    "Ce code n'a pas été émis par l'office.",
);

/// A text that is no code.
pub(crate) const UNREADABLE: Words = words(
    Tone::Careful,
    ["Code mal lu", "Code misread"],
    [
        "Ce n'est pas le texte d'un timbre, ou il y manque quelque chose. Scannez-le encore, ou tapez les 16 chiffres.",
        "This is not the text of a stamp, or something is missing. Scan it again, or type the 16 digits.",
    ],
    "Code mal lu : tapez les 16 chiffres du timbre.",
);
/// An asker who is held back.
pub(crate) const TOO_OFTEN: Words = words(
    Tone::Careful,
    ["Trop de demandes", "Too many questions"],
    ["Attendez un peu, puis recommencez.", "Wait a little, then try again."],
    "Trop de demandes : attendez un peu.",
);
/// A platform that cannot answer now.
pub(crate) const UNAVAILABLE: Words = words(
    Tone::Careful,
    ["Pas de réponse", "No answer"],
    [
        "Le service ne répond pas pour l'instant. Ce n'est pas un avis sur le produit : réessayez.",
        "The service does not answer at the moment. This says nothing about the product: try again.",
    ],
    "Service indisponible : réessayez.",
);

/// A report that was taken.
pub(crate) const REPORTED: Words = words(
    Tone::Good,
    ["Merci", "Thank you"],
    ["Votre signalement est enregistré : l'office le lira.", "Your report is recorded: the office will read it."],
    "",
);
/// A report that cannot be taken as it is.
pub(crate) const REPORT_UNREADABLE: Words = words(
    Tone::Careful,
    ["Signalement incomplet", "Report incomplete"],
    [
        "Dites en quelques mots (320 lettres au plus) ce qui ne va pas.",
        "Say in a few words (320 letters at most) what is wrong.",
    ],
    "",
);

/// What is told without a network, by the verdict's name in `sceau-offline`.
pub(crate) const OFFLINE: [(&str, Words); 14] = [
    (
        "ISSUED",
        words(
            Tone::Good,
            ["Émis par l'office", "Issued by the office"],
            [
                "Ce timbre a été émis et n'est pas révoqué. Sans réseau, on ne sait pas s'il est activé ou copié : \
                 vérifiez encore avec le réseau.",
                "This stamp was issued and is not revoked. Without a network it cannot be told whether it is activated \
                 or copied: check again with one.",
            ],
            "",
        ),
    ),
    (
        "EXPIRED",
        words(
            Tone::Careful,
            ["Date dépassée", "Past its date"],
            [
                "La date jusqu'à laquelle ce timbre vaut sans réseau est passée. Vérifiez encore avec le réseau.",
                "The day until which this stamp is accepted without a network is over. Check again with one.",
            ],
            "",
        ),
    ),
    ("SUSPENDED", SUSPENDED),
    ("REVOKED", REVOKED),
    ("DECOMMISSIONED", DECOMMISSIONED),
    (
        "PROBABLY_DECOMMISSIONED",
        words(
            Tone::Careful,
            ["Peut-être retiré", "Perhaps withdrawn"],
            [
                "Ce timbre a probablement été retiré du circuit. Vérifiez avec le réseau avant d'acheter.",
                "This stamp was probably taken out of circulation. Check with a network before you buy.",
            ],
            "",
        ),
    ),
    ("KEY_WITHDRAWN", KEY_WITHDRAWN),
    ("BAD_SIGNATURE", UNKNOWN),
    (
        "UNKNOWN_KEY",
        words(
            Tone::Careful,
            ["Clé inconnue ici", "Key not known here"],
            [
                "Ce code est d'un autre office, ou plus récent que les listes gardées ici. Vérifiez avec le réseau.",
                "This code is another office's, or newer than the lists kept here. Check with a network.",
            ],
            "",
        ),
    ),
    (
        "ANOTHER_AUTHORITY",
        words(
            Tone::Bad,
            ["Autre adresse", "Another address"],
            [
                "Ce code mène ailleurs que chez l'office. Ne le suivez pas et signalez-le.",
                "This code points to another place than the office. Do not follow it, and report it.",
            ],
            "",
        ),
    ),
    ("NEWER_VERSION", NEEDS_NETWORK),
    ("NEEDS_NETWORK", NEEDS_NETWORK),
    ("NOT_A_CODE", UNREADABLE),
    (
        "NO_LISTS",
        words(
            Tone::Careful,
            ["Pas de réseau", "No network"],
            [
                "Ce code ne peut pas être vérifié maintenant. Ce n'est pas un avis sur le produit : réessayez avec le \
                 réseau.",
                "This code cannot be checked now. This says nothing about the product: try again with a network.",
            ],
            "",
        ),
    ),
];
const NEEDS_NETWORK: Words = words(
    Tone::Careful,
    ["Réseau nécessaire", "Network needed"],
    ["Ce code ne se vérifie qu'avec le réseau.", "This code can be checked with a network only."],
    "",
);

/// Why an answer without a network may be out of date; `<time>` stands for the day.
pub(crate) const DOUBTS: [(&str, Both); 2] = [
    (
        "STALE",
        Both {
            fr: "Les listes gardées ici sont périmées depuis le <time></time>. Vérifiez encore avec le réseau.",
            en: "The lists kept here are out of date since <time></time>. Check again with a network.",
        },
    ),
    (
        "CLOCK",
        Both {
            fr: "La date de ce téléphone, ou celle des listes (<time></time>), est fausse. Corrigez-la.",
            en: "The date of this phone, or that of the lists (<time></time>), is wrong. Correct it.",
        },
    ),
];
