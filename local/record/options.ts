import { parseArgs } from "node:util";

/** What is recorded: a stage, or the part of stage 0 that an evening should not end without. */
export type Part = 0 | 1 | "first-hour";

export const help = `Records what AWS answers to the conformance suite, for tests that compare the local account with it.

  npm -w local run record -- --stage 0              says what it would create, how long it takes and what it costs
  npm -w local run record -- --stage 0 --confirm    no training, no campaign: about an hour, less than a dollar
  npm -w local run record -- --stage 0 --only first-hour --confirm    what could stop a first deployment: half an hour
  npm -w local run record -- --stage 1 --confirm    everything: four to five hours
  npm -w local run -s record -- --policy            prints the rights that stage 0 needs; with --stage 1, those of both
  npm -w local run record -- --clean                lists what runs have left in the Region
  npm -w local run record -- --clean --run NAME --confirm    removes what one run has left

  --local             on a local account, which needs no --confirm; so it is without credentials of AWS
  --deadline MINUTES  ends the run, and removes everything; default: twice its estimate
  --prices FILE       your prices, as JSON with the keys of \`prices\`
  --folder FOLDER     where the recording is written; default: the one that the tests compare with

A data deletion job may take a day. No step waits for it: the run looks at it last, for ten minutes.
Ctrl-C ends a run and removes everything, campaigns first; a second one says what is left.`;

/** Wrong arguments. */
export class Usage extends Error {}

/** Reads the arguments. @throws Usage */
export function readOptions(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const all = {
    stage: text,
    only: text,
    deadline: text,
    prices: text,
    folder: text,
    run: text,
    confirm: flag,
    local: flag,
    clean: flag,
    policy: flag,
    help: flag,
  };
  let values: ReturnType<typeof parseArgs<{ options: typeof all }>>["values"];
  try {
    values = parseArgs({ args: [...args], options: all }).values;
  } catch (error) {
    throw new Usage((error as Error).message);
  }
  const { stage = values.clean || values.policy ? "0" : "", deadline, only } = values;
  if (!values.help && stage !== "0" && stage !== "1") throw new Usage(`--stage is ${stage || "missing"}: 0 or 1.`);
  if (only !== undefined && (only !== "first-hour" || stage !== "0")) {
    throw new Usage(`--only is ${only}, with --stage ${stage}: first-hour, with --stage 0.`);
  }
  if (deadline !== undefined && !(Number(deadline) > 0)) {
    throw new Usage(`--deadline is ${deadline}: minutes, above 0.`);
  }
  if (values.run !== undefined && !values.clean) throw new Usage("--run names the run that --clean removes.");
  const part: Part = only === undefined ? (Number(stage) as 0 | 1) : "first-hour";
  return { ...values, stage: Number(stage) as 0 | 1, part };
}

export type Options = ReturnType<typeof readOptions>;
