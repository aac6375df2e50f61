// The page works without this: here it answers in place, scans, and verifies without a network.

const $ = id => document.getElementById(id);
const root = document.documentElement;

// Languages: both are in the page, and the style shows one.

function speak(language) {
  root.lang = language;
  localStorage.setItem("language", language);
}

if (!new URLSearchParams(location.search).has("lang")) {
  const kept = localStorage.getItem("language");
  if (kept) root.lang = kept;
}
for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", event => {
    event.preventDefault();
    speak(link.dataset.language);
  });
}

// Verdicts: the server's, or that of the lists kept here.

const address = code => "/" + encodeURIComponent(code);

/// The code in a scanned or typed text: what follows the host of a URL, or the text.
function codeIn(text) {
  const url = /^https?:\/\/[^/]+\/(.+)$/i.exec(text.trim());
  const digits = text.replace(/[\s-]/g, "");
  return url ? url[1] : /^\d+$/.test(digits) ? digits : text.trim();
}

async function online(code) {
  const wait = AbortSignal.timeout(15000);
  const response = await fetch(address(code) + "?part=verdict", { headers: { accept: "text/html" }, signal: wait });
  if (!response.headers.get("x-sceau-verdict")) throw new Error("no verdict");
  return response.text();
}

async function offline(text) {
  const { verify } = await import("./offline.js");
  return verify(text);
}

async function judge(text) {
  performance.mark("read");
  const code = codeIn(text);
  let without = !navigator.onLine;
  let verdict;
  if (!without) {
    verdict = await online(code).catch(() => { without = true; });
  }
  $("offline").hidden = !without;
  if (without) {
    $("answer").replaceChildren(await offline(text));
  } else {
    $("answer").innerHTML = verdict;
  }
  performance.measure("verdict", "read");
  $("verdict").focus({ preventScroll: true });
  scrollTo(0, 0);
  if (location.pathname !== address(code)) history.pushState(null, "", address(code));
}

$("ask").addEventListener("submit", event => {
  event.preventDefault();
  judge($("code").value);
});
addEventListener("popstate", () => location.reload());

// A visit without a network gets the page that is kept, which has no verdict in it.
const asked = decodeURIComponent(location.pathname.slice(1));
if (asked && !["verify", "report"].includes(asked) && !$("verdict")) {
  // A GS1 Digital Link has its signature in its query.
  judge(asked.startsWith("01/") ? location.href : asked);
}

// Scanning: the browser's own decoder, or the one that the server keeps.

function say(what, where = "scan") {
  const said = $(where + "-said");
  said.hidden = !what;
  said.replaceChildren(...(what ? [$(`said-${where}-${what}`).content.cloneNode(true)] : []));
}

let decoder;
async function ownDecoder() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async image => (await detector.detect(image)).map(found => found.rawValue);
  }
  return (await import("./scan.js")).decode;
}

async function read(image) {
  decoder ??= ownDecoder();
  return (await (await decoder)(image))[0];
}

$("picture").addEventListener("change", async event => {
  const file = event.target.files[0];
  event.target.value = "";
  if (!file) return;
  try {
    const text = await read(await createImageBitmap(file));
    say(text ? null : "none");
    if (text) await judge(text);
  } catch {
    decoder = undefined;
    say("missing");
  }
});

let stop = () => {};
$("camera").addEventListener("click", async () => {
  stop();
  const view = $("view");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return say("camera");
  }
  let on = true;
  stop = () => {
    on = false;
    view.hidden = true;
    stream.getTracks().forEach(track => track.stop());
  };
  say(null);
  view.hidden = false;
  view.srcObject = stream;
  await view.play();
  try {
    while (on) {
      const text = await read(await createImageBitmap(view));
      if (text && on) {
        stop();
        return await judge(text);
      }
      await new Promise(done => setTimeout(done, 120));
    }
  } catch {
    decoder = undefined;
    stop();
    say("missing");
  }
});
$("scan").hidden = false;

// Reports: a photo is made small before it travels.

async function small(file) {
  const picture = await createImageBitmap(file);
  for (const side of [1280, 800, 480]) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const photo = canvas.toDataURL("image/jpeg", 0.7).split(",")[1];
    if (photo.length < 400000) return photo;
  }
  throw new Error("the photo stays too large");
}

$("report").addEventListener("submit", async event => {
  event.preventDefault();
  const report = { text: $("text").value, place: $("place").value };
  const code = decodeURIComponent(location.pathname.slice(1));
  if (code && code !== "report") report.code = code;
  try {
    if ($("photo").files[0]) report.photo = await small($("photo").files[0]);
    const response = await fetch("/v1/reports", { method: "POST", body: JSON.stringify(report) });
    if (!response.ok) throw new Error(response.status);
    event.target.reset();
    say("done", "report");
  } catch {
    say("failed", "report");
  }
});
$("with-photo").hidden = false;

// What is kept for a time without network.

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js");
