//! `sceau stamps print` and `check` on a platform in this process, and the HTTP door that the parts come through.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure is the report of a test")]

mod cut;
mod decoded;
mod ground;
mod http;

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ground::{Ground, manifest, parts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_printed_in_parts_and_only_what_is_missing_is_made_again() {
    let ground = Ground::prepare().await;
    let csv = ["--form", "csv"];
    ground.print("rows", &csv).await.unwrap();
    let rows = String::from_utf8(fs::read(ground.folder("rows").join("part-00001.csv")).unwrap()).unwrap();
    let codes = rows.lines().count() as u64 - 1;
    assert!(rows.starts_with("ordinal,number,digits,text\r\n0,"), "{rows}");

    // Three parts and a little, in whole sheets of 21.
    let part = (codes / 3 / 21 * 21).to_string();
    let pdf = ["--form", "pdf", "--office", "Office", "--sheet", "L7160", "--line", "{product}", "--part", &part];
    let folder = ground.folder("sheets");
    ground.print("sheets", &pdf).await.unwrap();
    let told = manifest(&folder);
    let entries = told["parts"].as_array().unwrap();
    assert_eq!(
        (&told["batch"], &told["order"]),
        (&ground.batch.batch_id.clone().into(), &ground.batch.order_id.clone().into())
    );
    assert_eq!(told["first_number"], ground.batch.first_number);
    assert_eq!(told["last_number"], ground.batch.first_number + codes - 1);
    assert_eq!(entries.iter().map(|part| part["count"].as_u64().unwrap()).sum::<u64>(), codes);
    assert_eq!(entries[1]["first"].as_u64().unwrap(), entries[0]["last"].as_u64().unwrap() + 1);
    assert!(entries.len() >= 3, "{told}");

    // One is gone, one is damaged, and one is left alone.
    let before = parts(&folder);
    fs::remove_file(folder.join("part-00001.pdf")).unwrap();
    fs::write(folder.join("part-00002.pdf"), "damaged").unwrap();
    let untouched = || fs::metadata(folder.join("part-00003.pdf")).unwrap().modified().unwrap();
    let at = untouched();
    ground.print("sheets", &pdf).await.unwrap();
    assert!(parts(&folder) == before, "the same codes give the same files");
    assert_eq!(untouched(), at);

    let said = ground.refused("sheets", &csv).await;
    assert!(said.contains("holds another job (codes_of_a_part is"), "{said}");
    assert!(ground.platform.shutdown().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_symbols_are_packed_and_what_cannot_be_printed_is_refused_with_a_remedy() {
    let ground = Ground::prepare().await;
    ground.print("eps", &["--form", "eps"]).await.unwrap();
    assert!(ground.folder("eps").join("part-00001.zip").exists(), "a file for each code is packed");
    ground.print("zpl", &["--form", "zpl", "--office", "Office", "--zip"]).await.unwrap();
    assert!(parts(&ground.folder("zpl"))[0].1.starts_with(b"PK"));

    let said = ground.refused("small", &["--form", "pdf", "--office", "O", "--sheet", "label=12x9"]).await;
    assert!(said.contains("12 × 9 mm, which is too small"), "{said}");
    let said = ground.refused("sheet", &["--form", "zpl", "--office", "O", "--sheet", "L7160"]).await;
    assert!(said.contains("L7160 has several: take a roll"), "{said}");
    let said = ground.refused("rows", &["--form", "csv", "--sheet", "L7160"]).await;
    assert!(said.contains("leave it out"), "{said}");
    let said = ground.refused("many", &["--form", "svg", "--part", "70000"]).await;
    assert!(said.contains("at most 10000"), "{said}");
    let said = ground.refused("line", &["--form", "pdf", "--office", "O", "--line", "{produit}"]).await;
    assert!(said.contains("{product}, {batch}, {order}, {lot}"), "{said}");
    assert!(!ground.folder("small").exists(), "nothing is left of what was refused");
    fs::write(ground.folder("file"), "").unwrap();
    let error = ground.print("file", &["--form", "csv"]).await.unwrap_err();
    assert_eq!(error.exit_code(), 74, "{error}");
    assert!(ground.platform.shutdown().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_as_the_platform_signed_it_is_found_and_named() {
    let ground = Ground::prepare().await;
    ground.print("rows", &["--form", "csv", "--part", "40"]).await.unwrap();
    ground.check("rows", &[]).await.unwrap();
    let folder = ground.folder("rows");
    let said = async || {
        let error = ground.check("rows", &[]).await.unwrap_err();
        assert_eq!(error.exit_code(), 65, "{error}");
        error.to_string()
    };

    let first = fs::read(folder.join("part-00001.csv")).unwrap();
    let mut other = first.clone();
    other[100] ^= 1;
    fs::write(folder.join("part-00001.csv"), &other).unwrap();
    fs::remove_file(folder.join("part-00002.csv")).unwrap();
    let told = said().await;
    assert!(told.contains("part-00001.csv: it has") && told.contains("part-00002.csv: the file is missing"), "{told}");

    // Who changes the manifest too has no receipt for it.
    let sound = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let hash = |bytes: &[u8]| sceau_parts::Hash::of(bytes);
    fs::write(folder.join("manifest.json"), sound.replace(&hash(&first), &hash(&other))).unwrap();
    let told = said().await;
    assert!(told.contains("part-00001.csv: the manifest says something else than its receipt"), "{told}");

    // Nor can a part be left out.
    let mut short = manifest(&folder);
    short["parts"].as_array_mut().unwrap().pop();
    fs::write(folder.join("manifest.json"), short.to_string()).unwrap();
    assert!(said().await.contains("is missing"));

    // Without a connection, by the published keys.
    fs::write(folder.join("manifest.json"), &sound).unwrap();
    ground.print("rows", &["--form", "csv", "--part", "40"]).await.unwrap();
    let receipt = manifest(&folder)["parts"][0]["receipt"].as_str().unwrap().to_owned();
    let head = URL_SAFE_NO_PAD.decode(receipt.split('.').next().unwrap()).unwrap();
    let id = serde_json::from_slice::<serde_json::Value>(&head).unwrap()["kid"].clone();
    let keys = |x: &[u8]| serde_json::json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": id, "x": URL_SAFE_NO_PAD.encode(x)}]});
    let list = ground.folder("keys.json").display().to_string();
    fs::write(&list, keys(&ground::public_key(&ground, &id).await).to_string()).unwrap();
    ground.check("rows", &["--keys", &list]).await.unwrap();
    let another = sceau_code::SigningKey::from_bytes(&[1; 32]).verifying_key();
    fs::write(&list, keys(another.as_bytes()).to_string()).unwrap();
    let told = ground.check("rows", &["--keys", &list]).await.unwrap_err().to_string();
    assert!(told.contains("not that of the office"), "{told}");
    assert!(ground.platform.shutdown().await);
}
