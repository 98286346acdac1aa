import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseShortCredentials } from "./credentials";
import { help, type Options, type Part, readOptions, Usage } from "./options";
import type { Place } from "./place";
import type { createRecorder } from "./recorder";
import { writeStep } from "./recording";

type Listeners = Pick<Parameters<typeof createRecorder>[0], "onState" | "onStep"> & { readonly stop?: AbortSignal };

/** A run of a suite in an account. */
interface Run<R> {
  /** Begins the names of everything that the run creates. */
  readonly run: string;
  /** The rights that calls have lacked. */
  readonly missingRights: ReadonlySet<string>;
  /** The same run without its stop: what it waits for goes on, to remove everything. */
  removing(): R;
}

/** A suite that can be recorded, in stages that cost more and more. */
export interface RecordedSuite<R extends Run<R>> {
  /**
   * Begins the names of everything that any run creates in a Region; a run's own name ends in its
   * time.
   */
  prefixIn(region: string): string;
  /** The folder of the recording of AWS. */
  readonly folder: string;
  /** The longest time, in minutes. */
  deadlineOf(part: Part): number;
  /** Says what a part creates, how long it takes and what it costs, with prices of a file. */
  describeStage(part: Part, prices: string | undefined): string[];
  /** Says why the Region has no room for a part; undefined if it has. */
  refuseLittleRoom(run: R, part: Part): Promise<string | undefined>;
  open(place: Place, listeners?: Listeners): R;
  runStage(run: R, part: Part, tell: (line: string) => void): Promise<void>;
  findAll(run: R, prefix: string): Promise<string[]>;
  removeAll(run: R, prefix: string): Promise<void>;
  /** The policy with the rights that a stage needs. */
  findRights(stage: 0 | 1): Promise<object>;
}

/** The part of the process that the command needs. */
export interface Process {
  print(line: string): void;
  /** The account of the environment's credentials; undefined without any. */
  openAws(): Promise<(Place & { readonly caller?: string; readonly isElsewhere?: boolean }) | undefined>;
  openLocal(): Promise<Place>;
  /** Calls `listener` at each request to end: Ctrl-C, SIGTERM. */
  onInterrupt(listener: () => void): void;
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
    else if (options.policy) print(JSON.stringify(await suite.findRights(options.stage), null, 2));
    else return await runCommand(options, suite, process);
    return 0;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    print(`${error.message}\n\n${help}`);
    return 2;
  }
}

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
    try {
      if (options.clean) return await clean(run, suite, { ...options, region: place.region }, print);
      const obstacle = await findObstacle(run, suite, options, place, aws?.isElsewhere);
      if (obstacle !== undefined) {
        print(obstacle);
        return 1;
      }
    } catch (error) {
      tellMissingRights(run, print);
      throw error;
    }
    for (const line of suite.describeStage(options.part, options.prices)) print(line);
    if (aws && !options.confirm) {
      print("Nothing was created. Add --confirm.");
      return 0;
    }
    return await record(place, suite, options, process, aws && suite.folder);
  } finally {
    await place.close();
  }
}

/** Says why a run must not begin; undefined if it may. Nothing has been created yet. */
async function findObstacle<R extends Run<R>>(
  run: R,
  suite: RecordedSuite<R>,
  { part, deadline, folder }: Options,
  place: Place,
  isElsewhere = false,
): Promise<string | undefined> {
  const minutes = Number(deadline ?? suite.deadlineOf(part));
  const short = refuseShortCredentials(place.credentialsEnd, { now: place.now(), minutes });
  if (short !== undefined) return short;
  const left = await suite.findAll(run, suite.prefixIn(place.region));
  if (left.length > 0) {
    const runs = listRuns(left, suite.prefixIn(place.region)).join(", ");
    return (
      `The Region has resources of an earlier run: ${runs}. If it is yours and has ended, remove them with --clean --run NAME ` +
      `--confirm; otherwise choose another Region.\n${left.join("\n")}`
    );
  }
  if (isElsewhere && folder === undefined) {
    return "AWS_ENDPOINT_URL leads to another account than one of AWS. Add --folder, so that AWS's recording stays AWS's.";
  }
  return suite.refuseLittleRoom(run, part);
}

/** The names of the runs in what was found. */
function listRuns(found: readonly string[], prefix: string): string[] {
  const names = found.flatMap((line) => line.match(new RegExp(`${prefix}[0-9a-z]{8}(?![0-9a-z])`)) ?? []);
  return [...new Set(names)].sort();
}

async function clean<R extends Run<R>>(
  run: R,
  suite: RecordedSuite<R>,
  { confirm, region, run: name }: Pick<Options, "confirm" | "run"> & { readonly region: string },
  print: Process["print"],
): Promise<number> {
  const prefix = suite.prefixIn(region);
  // A part of a name would be that of other runs too.
  if (name !== undefined && !new RegExp(`^${prefix}[0-9a-z]{8}$`).test(name)) {
    throw new Usage(`--run is ${name}: the whole name of a run in ${region}, such as ${prefix}mk1x2y3z.`);
  }
  const found = await suite.findAll(run, name ?? prefix);
  const runs = listRuns(found, prefix);
  print(
    found.length === 0
      ? `Nothing is left of ${name ?? "any run"}.`
      : `Left of ${runs.join(", ")}:\n${found.join("\n")}`,
  );
  if (found.length === 0) return 0;
  if (name === undefined || !confirm) {
    const one = name ?? (runs.length === 1 ? runs[0] : "NAME");
    print(`Nothing was removed. A run that is going on is listed too. To remove one: --clean --run ${one} --confirm`);
    return 1;
  }
  const removing = run.removing();
  await suite.removeAll(removing, name).catch((error) => print(`The removal failed: ${error.message}`));
  const code = await tellWhatIsLeft(suite.findAll(removing, name), name, print);
  tellMissingRights(run, print);
  return code;
}

async function tellWhatIsLeft(finding: Promise<string[]>, name: string, print: Process["print"]): Promise<number> {
  const left = await finding.catch((error) => [`unknown, because it cannot be listed: ${error.message}`]);
  if (left.length === 0) print("Everything was removed.");
  else {
    print(`Left in the account; remove it with --clean --run ${name} --confirm:\n${left.join("\n")}`);
    print(describeCost(left));
  }
  return left.length === 0 ? 0 : 1;
}

function describeCost(left: readonly string[]): string {
  if (left.some((line) => /:campaign\/|unknown/.test(line))) {
    return "A campaign costs money each hour: remove it today.";
  }
  return left.some((line) => line.startsWith("key ")) ? "A key costs about a dollar a month." : "It costs nothing.";
}

function tellMissingRights({ missingRights }: { missingRights: ReadonlySet<string> }, print: Process["print"]): void {
  if (missingRights.size === 0) return;
  print(`Rights that were missing; --policy prints all: ${[...missingRights].sort().join(", ")}`);
}

/** Runs the steps, writes them, and removes everything, however they end. */
async function record<R extends Run<R>>(
  place: Place,
  suite: RecordedSuite<R>,
  { part, deadline = String(suite.deadlineOf(part)), ...options }: Options,
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
  print(`The run is ${run.run}.`);
  const secondInterrupt = new Promise<void>((resolve) => {
    onInterrupt(() => {
      if (stop.signal.aborted) return resolve();
      print("Ending, and removing everything. Once more: ends at once, and says what is left.");
      stop.abort(new Error("The run was interrupted."));
    });
  });
  let code = 0;
  try {
    await suite.runStage(run, part, print);
    print(
      `Recorded in ${folder}.${folder === own ? " The suite compares with it now. Read the difference before you commit it." : ""}`,
    );
  } catch (error) {
    code = 1;
    print(`The run ended early: ${error instanceof Error ? error.message : error}`);
  }
  print("Removing everything that the run created");
  const removing = run.removing();
  const removed = suite.removeAll(removing, run.run).catch((error) => print(`The removal failed: ${error.message}`));
  await Promise.race([removed, secondInterrupt]);
  const left = await tellWhatIsLeft(suite.findAll(removing, run.run), run.run, print);
  tellMissingRights(run, print);
  return left || code || (run.missingRights.size > 0 ? 1 : 0);
}
