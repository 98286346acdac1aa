// Set up before each test file: properties draw their cases from the seed of the run.
import fc from "fast-check";
import { seed } from "../../local/tests/support/seed.ts";

fc.configureGlobal({ seed });
