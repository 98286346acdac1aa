/** Writes docs/contract/schemas. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDocuments } from "./documents";

for (const [path, text] of createDocuments()) writeFileSync(join(__dirname, "../../docs/contract", path), text);
