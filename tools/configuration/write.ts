/** Writes docs/configuration.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConfigurationDocument } from "./document";

writeFileSync(join(__dirname, "../../docs/configuration.md"), createConfigurationDocument());
