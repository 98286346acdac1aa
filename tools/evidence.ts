/** Writes docs/evidence.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEvidence } from "../local/record/evidence";
import { readRecordings } from "../local/record/personalize/suite";

writeFileSync(join(__dirname, "../docs/evidence.md"), createEvidence(readRecordings()));
