import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Place } from "./place";
import type { createRecorder } from "./recorder";
import { writeStep } from "./recording";

type Listeners = Pick<Parameters<typeof createRecorder>[0], "onState" | "onStep"> & { readonly stop?: AbortSignal };

/** A run of a suite in an account. */
interface Run<R> {
  /** Begins the names of everything that the run creates. */
  readonly run: string;
  /** The same run without its stop: what it waits for goes on, to remove everything. */
  removing(): R;
}

/** A suite that can be recorded, in stages that cost more and more. */
export interface RecordedSuite<R extends Run<R>> {
  /** Begins the names of everything that any run creates. */
  readonly prefix: string;
  /** The folder of the recording of AWS. */
  readonly folder: string;
  /** The longest time of a stage. */
  readonly deadlines: readonly [minutes: number, minutes: number];
  /** Says what a stage creates, how long it takes and what it costs, with prices of a file. */
  describeStage(stage: 0 | 1, prices: string | undefined): string[];
  open(place: Place, listeners?: Listeners): R;
  runStage(run: R, stage: 0 | 1, tell: (line: string) => void): Promise<void>;
  findAll(run: R, prefix: string): Promise<string[]>;
  removeAll(run: R, prefix: string): Promise<void>;
}

export const help = `Records what AWS answers to the conformance suite, for tests that compare the local account with it.

  npm -w local run record -- --stage 0              says what it would create, how long it takes and what it costs
  npm -w local run record -- --stage 0 --confirm    no training, no campaign: less than an hour, less than a dollar
  npm -w local run record -- --stage 1 --confirm    everything: four to five hours
  npm -w local run record -- --clean [--confirm]    finds, and removes, what a crashed run has left

  --local             on a local account, which needs no --confirm; so it is without credentials of AWS
  --deadline MINUTES  ends the run, and removes everything; default: twice its estimate
  --prices FILE       your prices, as JSON with the keys of \`prices\`
  --folder FOLDER     where the recording is written; default: the one that the tests compare with

Ctrl-C ends a run and removes everything; a second one says what is left.`;

/** The part of the process that the command needs. */
export interface Process {
  print(line: string): void;
  /** The account of the environment's credentials; undefined without any. */
  openAws(): Promise<(Place & { readonly caller?: string; readonly isElsewhere?: boolean }) | undefined>;
  openLocal(): Promise<Place>;
  /** Calls `listener` at each request to end: Ctrl-C, SIGTERM. */
  onInterrupt(listener: () => void): void;
}

class Usage extends Error {}

function readOptions(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const all = {
    stage: text,
    deadline: text,
    prices: text,
    folder: text,
    confirm: flag,
    local: flag,
    clean: flag,
    help: flag,
  };
  let values: ReturnType<typeof parseArgs<{ options: typeof all }>>["values"];
  try {
    values = parseArgs({ args: [...args], options: all }).values;
  } catch (error) {
    throw new Usage((error as Error).message);
  }
  const { stage = values.clean ? "0" : "", deadline } = values;
  if (!values.help && stage !== "0" && stage !== "1") throw new Usage(`--stage is ${stage || "missing"}: 0 or 1.`);
  if (deadline !== undefined && !(Number(deadline) > 0))
    throw new Usage(`--deadline is ${deadline}: minutes, above 0.`);
  return { ...values, stage: Number(stage) as 0 | 1 };
}

/** Runs the command. Returns its exit code. */
export async function recordCommand<R extends Run<R>>(
  args: readonly string[],
  suite: RecordedSuite<R>,
  process: Process,
): Promise<number> {
  const { print } = process;
  try {
    const options = readOptions(args);
    if (options.help) print(help);
    return options.help ? 0 : await runCommand(options, suite, process);
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    print(`${error.message}\n\n${help}`);
    return 2;
  }
}

type Options = ReturnType<typeof readOptions>;

async function runCommand<R extends Run<R>>(
  options: Options,
  suite: RecordedSuite<R>,
  process: Process,
): Promise<number> {
  const { print } = process;
  const aws = options.local ? undefined : await process.openAws();
  if (!aws && !options.local) print("There are no credentials of AWS: this is a local account.");
  if (!aws && !options.local && options.confirm) {
    print("--confirm is for AWS. Set AWS_PROFILE, or add --local.");
    return 1;
  }
  const place = aws ?? (await process.openLocal());
  try {
    print(`Account ${place.account}, Region ${place.region}${aws?.caller ? `, as ${aws.caller}` : ""}`);
    const run = suite.open(place);
    if (options.clean) return await clean(run, suite, options.confirm, print);
    const left = await suite.findAll(run, suite.prefix);
    if (left.length > 0) {
      print(`The account holds resources of an earlier run; remove them with --clean --confirm:\n${left.join("\n")}`);
      return 1;
    }
    if (aws?.isElsewhere && options.folder === undefined) {
      print(
        "AWS_ENDPOINT_URL leads to another account than one of AWS. Add --folder, so that AWS's recording stays AWS's.",
      );
      return 1;
    }
    for (const line of suite.describeStage(options.stage, options.prices)) print(line);
    if (aws && !options.confirm) {
      print("Nothing was created. Add --confirm.");
      return 0;
    }
    return await record(place, suite, options, process, aws && suite.folder);
  } finally {
    await place.close();
  }
}

async function clean<R extends Run<R>>(
  run: R,
  suite: RecordedSuite<R>,
  isConfirmed: boolean,
  print: Process["print"],
): Promise<number> {
  const found = await suite.findAll(run, suite.prefix);
  print(found.length === 0 ? "Nothing is left of any run." : `Left of earlier runs:\n${found.join("\n")}`);
  if (found.length === 0) return 0;
  if (!isConfirmed) {
    print("Nothing was removed. Add --confirm.");
    return 1;
  }
  await suite.removeAll(run, suite.prefix);
  return await tellWhatIsLeft(suite.findAll(run, suite.prefix), print);
}

async function tellWhatIsLeft(finding: Promise<string[]>, print: Process["print"]): Promise<number> {
  const left = await finding.catch((error) => [`unknown, because it cannot be listed: ${error.message}`]);
  if (left.length === 0) print("Everything was removed.");
  else print(`Left in the account; remove it with --clean --confirm:\n${left.join("\n")}`);
  return left.length === 0 ? 0 : 1;
}

/** Runs the steps, writes them, and removes everything, however they end. */
async function record<R extends Run<R>>(
  place: Place,
  suite: RecordedSuite<R>,
  { stage, deadline = String(suite.deadlines[stage]), ...options }: Options,
  { print, onInterrupt }: Process,
  own?: string,
): Promise<number> {
  const stop = new AbortController();
  const folder = options.folder ?? own ?? mkdtempSync(join(tmpdir(), "recording-"));
  const end = place.now().getTime() + 60_000 * Number(deadline);
  const timed: Place = {
    ...place,
    async pause(milliseconds, signal) {
      await place.pause(milliseconds, signal);
      if (place.now().getTime() > end) stop.abort(new Error("The deadline has passed."));
    },
  };
  const run = suite.open(timed, {
    stop: stop.signal,
    onStep: (step) => writeStep(folder, step),
    onState: (operation, state, seconds) => {
      if (seconds > 10) print(`  ${operation}: ${state} after ${Math.round(seconds)} s`);
    },
  });
  const secondInterrupt = new Promise<void>((resolve) => {
    onInterrupt(() => {
      if (stop.signal.aborted) return resolve();
      print("Ending, and removing everything. Once more: ends at once, and says what is left.");
      stop.abort(new Error("The run was interrupted."));
    });
  });
  let code = 0;
  try {
    await suite.runStage(run, stage, print);
    print(`Recorded in ${folder}.${own ? " The suite compares with it now." : ""}`);
  } catch (error) {
    code = 1;
    print(`The run ended early: ${error instanceof Error ? error.message : error}`);
  }
  print("Removing everything that the run created");
  const removing = run.removing();
  const removed = suite.removeAll(removing, run.run).catch((error) => print(`The removal failed: ${error.message}`));
  await Promise.race([removed, secondInterrupt]);
  return (await tellWhatIsLeft(suite.findAll(removing, run.run), print)) || code;
}
