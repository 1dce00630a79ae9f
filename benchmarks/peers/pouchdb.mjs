// PouchDB over LevelDB, whose writes survive the process (not a power cut), and a push to an express-pouchdb server over HTTP.
import { fork } from "node:child_process";
import { join } from "node:path";
import PouchDB from "pouchdb";
import { keyOf, resultOf } from "./records.mjs";
import { folder, many, report, singles } from "./run.mjs";

const open = name => new PouchDB(join(folder, name));
const since = began => (performance.now() - began) / 1000;
const counted = async (database, expected) => {
  const { doc_count: found } = await database.info();
  if (found !== expected) throw new Error(`${database.name} holds ${found} records instead of ${expected}.`);
};

const one = open("single");
let began = performance.now();
for (let i = 0; i < singles; i++) await one.put({ _id: keyOf(i), ...resultOf(i) });
report("single", singles, since(began));
await counted(one, singles);

const batched = open("batch");
began = performance.now();
for (let at = 0; at < many; at += 100) {
  const count = Math.min(100, many - at);
  await batched.bulkDocs(Array.from({ length: count }, (_, i) => ({ _id: keyOf(at + i), ...resultOf(at + i) })));
}
report("batch100", many, since(began));
await counted(batched, many);

const server = fork(new URL("./pouchdb-server.mjs", import.meta.url), [join(folder, "server")], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
const port = await new Promise((resolve, reject) => {
  server.once("message", resolve);
  server.once("exit", code => reject(new Error(`The server ended with ${code}.`)));
});

// The server compiles what it runs for the first time: other records warm it up, as they do our hub.
const warm = open("warm");
await warm.bulkDocs(Array.from({ length: 1000 }, (_, i) => ({ _id: keyOf(many + i), ...resultOf(many + i) })));
await warm.replicate.to(new PouchDB(`http://127.0.0.1:${port}/warm`), { batch_size: 1000 });
const remote = new PouchDB(`http://127.0.0.1:${port}/results`);
began = performance.now();
await batched.replicate.to(remote, { batch_size: 1000 });
report("push", many, since(began));
await counted(remote, many);
server.kill();
process.exit(0);
