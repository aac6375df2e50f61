//! The offline verifier for browsers: `sceau-offline` behind a few plain functions, without glue code.
//!
//! Built by `cargo build --package sceau-wasm --target wasm32-unknown-unknown --profile wasm`; the module is
//! `target/wasm32-unknown-unknown/wasm/sceau_wasm.wasm`. It imports nothing.
//!
//! | export | what it does |
//! |---|---|
//! | `memory` | where input is written and output is read |
//! | `sceau_input(length: u32) -> u32` | makes room for an input of so many bytes, and says at which address |
//! | `sceau_load_keys() -> u32` | the input is 32 bytes of list key and the document of `/.well-known/sceau/keys` |
//! | `sceau_load_revoked() -> u32` | the input is the document of `/.well-known/sceau/revoked`; keys come first |
//! | `sceau_verify(now: f64) -> u32` | the input is a code as UTF-8; `now` is in seconds since 1970-01-01 |
//! | `sceau_output() -> u32` | the address of the last answer, which is JSON in UTF-8 |
//! | `sceau_output_length() -> u32` | its length in bytes |
//!
//! `sceau_load_*` give 1 when the document was taken and 0 when it was not; then the answer is `{"error": "…"}`, and what
//! was loaded before stays in use. `sceau_verify` gives 1, or 0 before both lists are loaded. Its answer is
//!
//! ```json
//! {"verdict": "ISSUED", "advice": "…", "number": 42, "key_id": 1, "expiry_day": 21000,
//!  "doubt": null, "stale_since": null, "issued_at": 1795190400, "authority": "ci"}
//! ```
//!
//! `verdict` is a name of `sceau_offline::Verdict`; `number`, `key_id` and `expiry_day` are null unless the signature
//! verifies; `doubt` is null, `"STALE"` (then `stale_since` says since when, in seconds) or `"CLOCK"`; `issued_at` is the
//! age of the older list.
//!
//! ```js
//! const { instance: { exports: sceau } } = await WebAssembly.instantiateStreaming(fetch("/sceau.wasm"));
//! const give = bytes => { // making room may move the memory
//!   const place = sceau.sceau_input(bytes.length);
//!   new Uint8Array(sceau.memory.buffer, place, bytes.length).set(bytes);
//! };
//! const answer = () => JSON.parse(new TextDecoder().decode(
//!   new Uint8Array(sceau.memory.buffer, sceau.sceau_output(), sceau.sceau_output_length())));
//! give(new Uint8Array([...listKey, ...keys])); sceau.sceau_load_keys();
//! give(revoked); sceau.sceau_load_revoked();
//! give(new TextEncoder().encode(text)); sceau.sceau_verify(Date.now() / 1000); answer().verdict;
//! ```

pub mod exports;
mod json;
mod session;
