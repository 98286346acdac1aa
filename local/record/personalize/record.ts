/** `npm -w local run record`: records the suite on AWS, or tries it on a local account. */
import { openAwsPlace } from "../aws-place";
import { recordCommand } from "../command";
import { recordedSuite } from "./suite";

recordCommand(process.argv.slice(2), recordedSuite, {
  print: (line) => console.log(line),
  openAws: openAwsPlace,
  // Loaded only here: a run on AWS does not depend on the local account.
  openLocal: () => (require("./local-place") as typeof import("./local-place")).openLocalPlace(),
  onInterrupt(listener) {
    process.on("SIGINT", listener);
    process.on("SIGTERM", listener);
  },
}).then(
  (code) => process.exit(code),
  (error) => {
    console.error(`The recording failed: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
