// Verdicts without a network: the signature and the lists are checked by the module of gateways/wasm.

const $ = id => document.getElementById(id);
const list = async name => new Uint8Array(await (await fetch("/.well-known/sceau/" + name)).arrayBuffer());

async function load() {
  const address = new URL("./offline.wasm", import.meta.url);
  const [module, jwks, keys, revoked] = await Promise.all([
    fetch(address).then(response => response.arrayBuffer()).then(bytes => WebAssembly.instantiate(bytes)),
    list("jwks.json"), list("keys"), list("revoked"),
  ]);
  const sceau = module.instance.exports;
  const give = bytes => {
    // Making room may move the memory.
    const place = sceau.sceau_input(bytes.length);
    new Uint8Array(sceau.memory.buffer, place, bytes.length).set(bytes);
  };
  const { x } = JSON.parse(new TextDecoder().decode(jwks)).keys.find(key => key.kid === "list");
  const listKey = Uint8Array.from(atob(x.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  give(new Uint8Array([...listKey, ...keys]));
  const withKeys = sceau.sceau_load_keys();
  give(revoked);
  if (!withKeys || !sceau.sceau_load_revoked()) throw new Error("the lists kept here do not fit");
  return text => {
    give(new TextEncoder().encode(text));
    sceau.sceau_verify(Date.now() / 1000);
    const answer = new Uint8Array(sceau.memory.buffer, sceau.sceau_output(), sceau.sceau_output_length());
    return JSON.parse(new TextDecoder().decode(answer));
  };
}

let loading;

/// The verdict as the page shows it.
export async function verify(text) {
  let answer;
  try {
    answer = (await (loading ??= load()))(text.trim());
  } catch {
    loading = undefined;
    answer = { verdict: "NO_LISTS" };
  }
  const card = ($("offline-" + answer.verdict) ?? $("offline-NO_LISTS")).content.cloneNode(true);
  if (answer.doubt) {
    const doubt = $("doubt-" + answer.doubt).content.cloneNode(true);
    for (const place of doubt.querySelectorAll("time")) {
      place.textContent = new Date((answer.stale_since ?? answer.issued_at) * 1000).toISOString().slice(0, 10);
    }
    card.firstElementChild.append(doubt);
  }
  return card;
}
