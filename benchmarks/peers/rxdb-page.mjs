// Runs in Chromium, for rxdb.mjs: RxDB over Dexie over IndexedDB, the storage that is free. Writes and times, or counts what is there.
import { createRxDatabase } from "rxdb/plugins/core";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import { keyOf, resultOf } from "./records.mjs";

const schema = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 40 },
    studentId: { type: "integer" },
    assessmentId: { type: "integer" },
    dateSubmitted: { type: "integer" },
    isBanked: { type: "boolean" },
    score: { type: "integer" },
    comment: { type: "string" },
  },
};

const open = async name => {
  const database = await createRxDatabase({ name, storage: getRxStorageDexie(), multiInstance: false });
  return (await database.addCollections({ results: { schema } })).results;
};

const write = async ({ singles, many }) => {
  const one = await open("single");
  let began = performance.now();
  for (let i = 0; i < singles; i++) await one.insert({ id: keyOf(i), ...resultOf(i) });
  const single = (performance.now() - began) / 1000;

  const batched = await open("batch");
  began = performance.now();
  for (let at = 0; at < many; at += 100) {
    const count = Math.min(100, many - at);
    const { error } = await batched.bulkInsert(Array.from({ length: count }, (_, i) => ({ id: keyOf(at + i), ...resultOf(at + i) })));
    if (error.length > 0) throw new Error(`RxDB refused ${error.length} records.`);
  }
  return { single, batch100: (performance.now() - began) / 1000 };
};

const count = async () => ({
  singles: await (await open("single")).count().exec(),
  many: await (await open("batch")).count().exec(),
});

const order = await (await fetch("/order")).json();
const answer = await (order.work === "write" ? write(order) : count()).catch(error => ({ error: String(error) }));
await fetch("/answer", { method: "POST", body: JSON.stringify(answer) });
