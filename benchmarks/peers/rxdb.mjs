// RxDB in headless Chromium, where its free durable storage runs. IndexedDB's writes survive the process (not a power cut): after
// the measurement the browser is killed, and a new one counts what is there.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { folder, many, report, singles } from "./run.mjs";

const chromium = process.env.ORDO_CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(chromium)) throw new Error(`There is no Chromium at ${chromium}: run eng/browser.sh, or name one in ORDO_CHROMIUM.`);

const { outputFiles: [page] } = await build({
  entryPoints: [fileURLToPath(new URL("./rxdb-page.mjs", import.meta.url))],
  bundle: true, format: "esm", write: false, target: "es2022", logLevel: "error",
});

let order;
let answered;
const server = createServer(async (request, response) => {
  if (request.url === "/page.mjs") {
    response.setHeader("Content-Type", "text/javascript").end(page.text);
  } else if (request.url === "/order") {
    response.end(JSON.stringify(order));
  } else if (request.url === "/answer") {
    const parts = await request.toArray();
    response.end();
    answered(JSON.parse(Buffer.concat(parts).toString()));
  } else if (request.url === "/") {
    response.setHeader("Content-Type", "text/html").end('<!doctype html><script type="module" src="/page.mjs"></script>');
  } else {
    response.writeHead(404).end();
  }
}).listen(0, "127.0.0.1");
await once(server, "listening");

const inBrowser = async given => {
  order = given;
  const browser = spawn(chromium, [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${join(folder, "profile")}`,
    `http://127.0.0.1:${server.address().port}/`,
  ], { stdio: "ignore", detached: true });
  const ended = once(browser, "exit");
  const answer = await Promise.race([
    new Promise(resolve => { answered = resolve; }),
    ended.then(([code]) => ({ error: `Chromium ended with ${code}.` })),
  ]);
  if (browser.exitCode === null) process.kill(-browser.pid, "SIGKILL"); // its whole group: a browser is many processes
  await ended;
  if (answer.error) throw new Error(answer.error);
  return answer;
};

const seconds = await inBrowser({ work: "write", singles, many });
const found = await inBrowser({ work: "count" });
if (found.singles !== singles || found.many !== many) {
  throw new Error(`After the browser was killed RxDB holds ${found.singles} and ${found.many} records, not ${singles} and ${many}.`);
}
report("single", singles, seconds.single);
report("batch100", many, seconds.batch100);
process.exit(0);
