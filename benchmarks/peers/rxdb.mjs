// RxDB with its storage in memory, which keeps nothing: its durable storages for Node are not free.
import { createRxDatabase } from "rxdb/plugins/core";
import { getRxStorageMemory } from "rxdb/plugins/storage-memory";
import { keyOf, many, report, resultOf, singles } from "./records.mjs";

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
  const database = await createRxDatabase({ name, storage: getRxStorageMemory(), multiInstance: false });
  return (await database.addCollections({ results: { schema } })).results;
};
const counted = async (collection, expected) => {
  const found = await collection.count().exec();
  if (found !== expected) throw new Error(`RxDB holds ${found} records instead of ${expected}.`);
};

const one = await open("single");
let began = performance.now();
for (let i = 0; i < singles; i++) await one.insert({ id: keyOf(i), ...resultOf(i) });
report("single", singles, began);
await counted(one, singles);

const batched = await open("batch");
began = performance.now();
for (let at = 0; at < many; at += 100) {
  const count = Math.min(100, many - at);
  await batched.bulkInsert(Array.from({ length: count }, (_, i) => ({ id: keyOf(at + i), ...resultOf(at + i) })));
}
report("batch100", many, began);
await counted(batched, many);
process.exit(0);
