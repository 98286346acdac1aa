/** Writes OPERATIONS.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createOperationsDocument } from "./operations-document";

createOperationsDocument().then((text) => {
  writeFileSync(join(__dirname, "OPERATIONS.md"), text);
  process.exit();
});
