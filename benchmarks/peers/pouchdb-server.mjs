// A server for pouchdb.mjs: tells its parent the port it listens on.
import { mkdirSync } from "node:fs";
import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchDB from "pouchdb";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
process.chdir(folder);
const app = express();
app.use("/", expressPouchDB(PouchDB.defaults({ prefix: `${folder}/` }), { mode: "minimumForPouchDB" }));
const listener = app.listen(0, "127.0.0.1", () => process.send(listener.address().port));
