//! What people see.

use std::path::Path;

use sceau_page_test::Browser;
use sceau_proto::verification::v1::Verdict;
use sceau_qr::{Qr, Version};
use serde_json::{Value, json};

use crate::country::Country;

async fn see(browser: &mut Browser) -> Value {
    let seen = browser.step(json!({"do": "seen"})).await.unwrap();
    assert_eq!(seen["failures"], json!([]), "the page complains");
    seen
}

#[track_caller]
fn assert_says(seen: &Value, expected: &[&str]) {
    let body = seen["body"].as_str().unwrap().to_lowercase();
    for part in expected {
        assert!(body.contains(&part.to_lowercase()), "`{part}` is not to be read in:\n{body}");
    }
}

async fn time(browser: &mut Browser, what: &str) {
    let time = browser.step(json!({"do": "time"})).await.unwrap();
    println!("{what}: {:.0} ms", time["ms"].as_f64().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_verifies_in_both_languages_with_and_without_a_network() {
    let Some(mut browser) = Browser::or_skip().await.unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let country = Country::found(folder.path()).await;

    browser.step(json!({"do": "phone", "language": "fr-CI"})).await.unwrap();
    printed_url(&mut browser, &country).await;
    typed_and_scanned(&mut browser, &country, folder.path()).await;
    without_a_script(&mut browser, &country).await;
    without_a_network(&mut browser, country).await;
    browser.close().await.unwrap();
}

/// The printed URL opens the page with its verdict in it, in the phone's language or the one that is chosen.
async fn printed_url(browser: &mut Browser, country: &Country) {
    let opened = browser.step(json!({"do": "open", "url": country.url(Verdict::Genuine)})).await.unwrap();
    assert_eq!(opened["status"], 200);
    let seen = see(browser).await;
    assert_eq!(seen["tone"], "good");
    assert_says(&seen, &["Authentique", "Produit", "Fabricant", "Certifié jusqu'au", "Premier contrôle"]);
    if let Some(path) = std::env::var_os("PAGE_SCREENSHOT") {
        browser.step(json!({"do": "shoot", "path": path.to_string_lossy()})).await.unwrap();
    }
    browser.step(json!({"do": "language", "to": "en"})).await.unwrap();
    assert_says(&see(browser).await, &["Genuine", "Product", "Maker", "Certified until", "First scan"]);

    browser.step(json!({"do": "phone", "language": "en-GB"})).await.unwrap();
    browser.step(json!({"do": "open", "url": country.url(Verdict::Suspended)})).await.unwrap();
    let seen = see(browser).await;
    assert_eq!(seen["tone"], "bad");
    assert_says(&seen, &["Certificate suspended", "Do not use it"]);
    let nonsense = format!("{}/NONSENSE", country.platform.page());
    let opened = browser.step(json!({"do": "open", "url": nonsense})).await.unwrap();
    assert_eq!(opened["status"], 404);
    assert_says(&see(browser).await, &["Code misread", "16 digits"]);
}

/// A code that is typed or scanned is answered in place.
async fn typed_and_scanned(browser: &mut Browser, country: &Country, folder: &Path) {
    browser.step(json!({"do": "open", "url": country.platform.page()})).await.unwrap();
    let genuine = country.code(Verdict::Genuine);
    for what in ["page.verdict, cold", "page.verdict, warm"] {
        browser.step(json!({"do": "type", "text": genuine})).await.unwrap();
        time(browser, what).await;
    }
    assert_says(&see(browser).await, &["Genuine"]);
    browser.step(json!({"do": "type", "text": "1111 1111 1111 1112"})).await.unwrap();
    assert_says(&see(browser).await, &["Code misread"]);

    let picture = folder.join("stamp.png");
    let signed = country.signed();
    std::fs::write(&picture, sceau_label::single::png(&Qr::encode(Version::V6M, &signed).unwrap())).unwrap();
    browser.step(json!({"do": "picture", "path": picture})).await.unwrap();
    let seen = see(browser).await;
    assert!(seen["url"].as_str().unwrap().ends_with(signed.rsplit('/').next().unwrap()), "{seen}");

    // What is wrong with it is reported, with the photo, which is kept beside the log.
    let report = json!({"do": "report", "text": "Étiquette recollée", "place": "Adjamé", "photo": picture});
    let said = browser.step(report).await.unwrap();
    assert_eq!(said["said"], "Thank you: your report is recorded.");
    assert_eq!(std::fs::read_dir(folder.join("evidence")).unwrap().count(), 1);
}

/// A phone without scripts gets the same verdict.
async fn without_a_script(browser: &mut Browser, country: &Country) {
    browser.step(json!({"do": "script", "on": false})).await.unwrap();
    browser.step(json!({"do": "open", "url": country.url(Verdict::NotActivated)})).await.unwrap();
    let seen = see(browser).await;
    assert_eq!(seen["tone"], "careful");
    browser.step(json!({"do": "script", "on": true})).await.unwrap();
}

/// Once visited, the page verifies with the platform gone.
async fn without_a_network(browser: &mut Browser, country: Country) {
    browser.step(json!({"do": "phone", "language": "fr-SN"})).await.unwrap();
    browser.step(json!({"do": "open", "url": country.platform.page()})).await.unwrap();
    browser.step(json!({"do": "kept"})).await.unwrap();
    let (page, digits) = (country.platform.page().to_owned(), country.digits());
    let signed = country.signed();
    assert!(country.platform.shutdown().await);

    // The printed URL opens what is kept, and is judged by it.
    let printed = format!("{page}/{}", signed.rsplit('/').next().unwrap());
    browser.step(json!({"do": "open", "url": printed})).await.unwrap();
    let seen = see(browser).await;
    assert_eq!(seen["tone"], "good", "{seen}");
    assert_says(&seen, &["Pas de réseau", "Émis par l'office", "on ne sait pas s'il est activé"]);

    browser.step(json!({"do": "network", "on": false})).await.unwrap();
    browser.step(json!({"do": "open", "url": page})).await.unwrap();
    for what in ["page.verdict, offline, first", "page.verdict, offline"] {
        browser.step(json!({"do": "type", "text": signed})).await.unwrap();
        time(browser, what).await;
    }
    assert_says(&see(browser).await, &["Émis par l'office"]);
    browser.step(json!({"do": "type", "text": forged(&signed)})).await.unwrap();
    let seen = see(browser).await;
    assert_eq!(seen["tone"], "bad");
    assert_says(&seen, &["Inconnu"]);
    browser.step(json!({"do": "type", "text": digits})).await.unwrap();
    assert_says(&see(browser).await, &["Réseau nécessaire"]);
}

/// The code with another letter in the middle of its signature.
fn forged(code: &str) -> String {
    let place = code.len() - 40;
    let letter = if &code[place..=place] == "A" { "B" } else { "A" };
    format!("{}{letter}{}", &code[..place], &code[place + 1..])
}
