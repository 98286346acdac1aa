/** Writes local/OPERATIONS.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createOperationsDocument, listOperations } from "./document";

listOperations()
  .then(createOperationsDocument)
  .then((text) => {
    writeFileSync(join(__dirname, "../../local/OPERATIONS.md"), text);
    process.exit();
  });
