// Steps in a browser: a line of JSON in, a line of JSON out. Ends when its input does.

const [, , playwright, chromium] = process.argv;
const { chromium: launcher } = require(playwright);
const lines = require("node:readline").createInterface({ input: process.stdin });

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream",
];

let browser, context, page;

const steps = {
  // A phone of its own: nothing of another one is kept.
  async phone({ language }) {
    await context?.close();
    context = await browser.newContext({
      locale: language, viewport: { width: 360, height: 720 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true,
    });
    page = await context.newPage();
    page.failures = [];
    page.on("pageerror", error => page.failures.push(String(error)));
    page.on("console", message => {
      if (/Content.Security.Policy/i.test(message.text())) page.failures.push(message.text());
    });
  },
  async open({ url }) {
    const response = await page.goto(url, { waitUntil: "load", timeout: 20000 });
    return { status: response.status() };
  },
  // Until the page is kept for a time without a network.
  async kept() {
    const ready = () => navigator.serviceWorker.controller?.state === "activated";
    await page.waitForFunction(ready, null, { timeout: 20000, polling: 100 }).catch(async error => {
      const state = await page.evaluate(async () => {
        const found = await navigator.serviceWorker.getRegistration();
        return JSON.stringify([found?.installing?.state, found?.waiting?.state, found?.active?.state]);
      });
      throw new Error(`the worker is ${state}; ${page.failures}: ${error.message}`);
    });
  },
  async type({ text }) {
    await page.evaluate(() => { performance.clearMeasures(); });
    await page.fill("#code", text);
    await page.press("#code", "Enter");
    await measured();
  },
  async picture({ path }) {
    await page.evaluate(() => { performance.clearMeasures(); });
    await page.setInputFiles("#picture", path);
    await measured();
  },
  async report({ text, place, photo }) {
    await page.click("#problem summary");
    await page.fill("#text", text);
    await page.fill("#place", place);
    await page.setInputFiles("#photo", photo);
    await page.click("#report button");
    await page.waitForSelector("#report-said:not([hidden])", { timeout: 20000 });
    return { said: await page.innerText("#report-said") };
  },
  async language({ to }) {
    await page.click(`[data-language=${to}]`);
  },
  async network({ on }) {
    await context.setOffline(!on);
  },
  async script({ on }) {
    await context.close();
    context = await browser.newContext({ javaScriptEnabled: on });
    page = await context.newPage();
    page.failures = [];
  },
  // What a person sees.
  async seen() {
    await page.waitForSelector("#verdict", { timeout: 20000 });
    const shown = text => page.innerText(text);
    return {
      title: await shown("#verdict h1"), text: await shown("#verdict"), body: await shown("body"),
      tone: await page.getAttribute("#verdict", "class"),
      url: page.url(), failures: page.failures,
    };
  },
  // Milliseconds from the code that was read to the verdict shown.
  async time() {
    return { ms: await page.evaluate(() => performance.getEntriesByName("verdict").at(-1)?.duration) };
  },
  async shoot({ path }) {
    await page.screenshot({ path });
  },
};

async function measured() {
  await page.waitForFunction(() => performance.getEntriesByName("verdict").length > 0, null, { timeout: 20000 });
}

(async () => {
  browser = await launcher.launch({ executablePath: chromium, args: FLAGS, headless: true });
  console.log("{}");
  for await (const line of lines) {
    const step = JSON.parse(line);
    try {
      console.log(JSON.stringify((await steps[step.do](step)) ?? {}));
    } catch (error) {
      console.log(JSON.stringify({ error: `${step.do}: ${error.message}` }));
    }
  }
  await browser.close();
})();
