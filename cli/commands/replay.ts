import { Command, Option } from "commander";
import type { ReplayOptions } from "../recovery/replay/replay";
import { time } from "../terminal/values";

export const replayCommand = () =>
  new Command("replay")
    .description("Put stored events on the stream again, after the cause was fixed.")
    .addOption(
      new Option(
        "--source <quarantine|failed|archive>",
        "quarantine: records that the consumer refused; failed: given-up batches; archive: everything that arrived",
      )
        .choices(["quarantine", "failed", "archive"])
        .makeOptionMandatory(),
    )
    .option(
      "--from <time>",
      "arrived at this time or later: ISO 8601, e.g. 2026-07-28 or 2026-07-28T09:00Z (UTC)",
      time,
    )
    .option("--to <time>", "arrived before this time", time)
    .option("--dry-run", "only count; the exit code says how the run would end")
    .option("--yes", "do not ask before the events are sent")
    .option("--json", "print the counts as JSON")
    .addHelpText(
      "after",
      `
Sent records are marked: the objects of quarantine and failed batches move to replayed/, those of the archive get the tag
"replayed". Records that the consumer would still refuse stay. Events keep their id and time, so one that is sent twice counts
once. The source archive needs --from and --to, and sends whole objects, each with up to 15 minutes of events.

Exit codes: 0 everything was sent, 1 something could not be sent or was not confirmed, 2 wrong usage; with --dry-run as the
run itself would end.

Examples:
  npx recommender replay --stack prod --source quarantine --dry-run
  npx recommender replay --stack prod --source failed
  npx recommender replay --stack prod --source archive --from 2026-07-28T09:00Z --to 2026-07-28T11:00Z`,
    )
    .action(async (options: ReplayOptions, command: Command) => {
      const { source, from, to } = options;
      if (source === "archive" && (from === undefined || to === undefined)) {
        command.error("error: the source archive needs --from and --to");
      }
      if (from && to && from >= to) command.error("error: --from must be before --to");
      const { replay } = require("../recovery/replay/replay") as typeof import("../recovery/replay/replay");
      process.exitCode = (await replay(options)) ? 0 : 1;
    });
