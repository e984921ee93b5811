// Called by scripts/browser-tests: the binary and the browser are its arguments.
"use strict";
const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [binary, browserPath] = process.argv.slice(2);
const OUT = path.resolve("target/browser");
const WIDTHS = [[390, 844], [768, 1024], [1440, 900]];

const failures = [];
const check = (holds, what) => {
  if (!holds) failures.push(what);
};

function demo(folder) {
  // Its own database and clock; with --resume it would stay as an earlier run left it.
  const child = spawn(binary, ["demo", "--json", "--listen", "127.0.0.1:0", "--data", path.join(folder, "data"), "--seed", "7"], { cwd: folder });
  let text = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      text += data;
      const line = text.split("\n").find((one) => one.startsWith("{") && one.endsWith("}"));
      if (line) resolve([child, JSON.parse(line)]);
    });
    child.stderr.on("data", () => {});
    child.on("exit", (code) => reject(new Error(`the demonstration ended with ${code}`)));
  });
}

function code(seed) {
  const value = (c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
  const bits = [...seed].map((c) => value(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const tag = crypto.createHmac("sha1", key).update(step).digest();
  const at = tag[19] & 15;
  return String((tag.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

async function signIn(page, root, user) {
  await page.goto(`${root}/login`);
  await page.fill("#email", user.email);
  await page.fill("#password", user.password);
  await page.click("button[type=submit]:has-text('')");
  if (page.url().includes("/login/code") && user.totp_secret) {
    await page.fill("input[name=code]", code(user.totp_secret));
    await page.keyboard.press("Enter");
    await page.waitForLoadState();
  }
}

async function main() {
  fs.rmSync(OUT, { recursive: true, force: true });
  fs.mkdirSync(OUT, { recursive: true });
  const given = process.env.ASKPRO_DEMO_DOCUMENT;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "askpro-browser-"));
  const [child, document] = given ? [null, JSON.parse(fs.readFileSync(given, "utf8"))] : await demo(folder);
  const root = document.console_url.replace(/\/$/, "");
  const admin = document.users.find((user) => user.role === "company_admin");
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  const troubles = [];
  const watch = (page) => {
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(`${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => troubles.push(`${page.url()}: ${error}`));
  };
  try {
    const first = await browser.newContext({ locale: "de-DE" });
    const page = await first.newPage();
    watch(page);
    await signIn(page, root, admin);
    const state = await first.storageState();
    await page.goto(`${root}/calls`);
    const call = await page.locator("td.clip a").first().getAttribute("href");
    await page.goto(`${root}/customers`);
    const customer = await page.locator("td.clip a").first().getAttribute("href");
    await page.goto(root);
    const made = await page.locator(".feed a").first().getAttribute("href");
    const pages = [
      ["overview", "/"], ["calls", "/calls"], ["call", call], ["calendar", made], ["calendar-day", made.replace("/calendar?", "/calendar?view=day&")],
      ["tasks", "/tasks"], ["customers", "/customers"], ["customer", customer], ["search", "/search?q=a"], ["keys", "/keys"],
      ["components", "/components"], ["status", "/status"], ["profile", "/profile"], ["error", "/nothing/here"],
    ];
    const findings = {};
    for (const scheme of ["light", "dark"]) {
      for (const [width, height] of WIDTHS) {
        const context = await browser.newContext({
          storageState: state, locale: "de-DE", colorScheme: scheme, viewport: { width, height },
          bypassCSP: false, reducedMotion: "reduce",
        });
        const page = await context.newPage();
        watch(page);
        for (const [name, address] of pages) {
          await page.goto(root + address, { waitUntil: "load" });
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({ path: path.join(OUT, `${name}-${width}-${scheme}.png`), fullPage: true });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          check(wide <= 0, `${name} at ${width} scrolls sideways by ${wide}`);
          // The examiner runs beside the page's own scripts, so that the policy holds.
          const cdp = await context.newCDPSession(page);
          const { frameTree } = await cdp.send("Page.getFrameTree");
          const { executionContextId } = await cdp.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id });
          await cdp.send("Runtime.evaluate", { expression: axe, contextId: executionContextId });
          const { result } = await cdp.send("Runtime.evaluate", {
            expression: "axe.run(document, {resultTypes:['violations']}).then((found) => JSON.stringify(found.violations.map((one) => [one.impact, one.id, one.nodes.map((node) => node.target.join(' ')).slice(0, 4)])))",
            contextId: executionContextId, awaitPromise: true, returnByValue: true,
          });
          for (const [impact, id, nodes] of JSON.parse(result.value)) {
            findings[impact] = (findings[impact] ?? 0) + 1;
            const text = `${impact} ${id} on ${name} ${width} ${scheme}: ${nodes.join(", ")}`;
            if (["serious", "critical"].includes(impact)) failures.push(text);
            else console.log(`note: ${text}`);
          }
          await cdp.detach();
        }
        await context.close();
      }
    }
    console.log(`axe-core: ${pages.length} pages × 2 themes × ${WIDTHS.length} widths; findings by severity: ${JSON.stringify(findings)}`);

    // Why did a call not book? In both languages, and once by keyboard alone.
    for (const [locale, withKeys] of [["de-DE", false], ["en-GB", true]]) {
      const context = await browser.newContext({ storageState: state, locale, viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      watch(page);
      let requests = 0;
      page.on("request", (request) => { if (request.isNavigationRequest()) requests += 1; });
      await page.goto(root);
      const began = Date.now();
      requests = 0;
      if (withKeys) {
        await page.keyboard.press("g");
        await page.keyboard.press("a");
        await page.waitForURL(/\/calls/);
        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
      } else {
        await page.click(".nav a[href^='/calls']");
        await page.click("tbody td.clip a");
      }
      await page.waitForURL(/\/calls\//);
      const verdict = await page.locator("#why").textContent();
      check(verdict.length > 5, "a call's page opens with its verdict");
      console.log(`task "why did this call (not) book" ${locale}${withKeys ? ", by keyboard" : ""}: ${requests} pages, ${Date.now() - began} ms: ${verdict}`);
      await context.close();
    }
    check(troubles.length === 0, `console errors and policy violations: ${[...new Set(troubles)].join("; ")}`);
    console.log(`console errors and policy violations: ${troubles.length}`);
  } finally {
    await browser.close();
    child?.kill("SIGINT");
  }
  for (const failure of failures) console.error(`FAILED ${failure}`);
  console.log(failures.length ? "failed" : "passed");
  process.exit(failures.length ? 1 : 0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
