/** Writes contract/schemas, and the table of fields in docs/contract.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDocuments } from "./documents";

for (const [path, text] of createDocuments()) writeFileSync(join(__dirname, "../..", path), text);
