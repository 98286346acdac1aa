import { randomUUID } from "node:crypto";
import type { AccountHost } from "../host/host";
import type { RequestLog } from "../host/request-log";
import type { StoreContents } from "../host/store";
import { type Clock, machineTime } from "../time/clock";
import { captureState } from "./capture";
import { type SavedState, StateFolder } from "./state-folder";

/** Real milliseconds: a process that is killed loses what happened since. */
const betweenSaves = 60_000;
/** Real milliseconds: a longer save is reported. */
const longSave = 1_000;
/** The part with the timers; those of the stores have a service's name. */
const timersPart = "timers";

/** An account's state between two runs. */
export interface KeptState {
  readonly clock: { readonly now: number; readonly speed: number };
  readonly stores: ReadonlyMap<string, StoreContents>;
  readonly timers: readonly object[];
}

/** The folder in which an account keeps its state, and the state that it found there. */
export interface Keep {
  readonly folder: string;
  /** The account's id: another one for each account that began empty. */
  readonly id: string;
  readonly found:
    | {
        readonly saved: string;
        readonly resources: number;
        readonly state: KeptState;
        /** The reason why this is not the newest state. */
        readonly damage?: string;
      }
    | undefined;
  /** Saves the account each minute in which something happened, until it is closed. */
  start(account: RunningAccount): void;
  /** Saves the account for the last time, if it was started. Afterwards, another one may use the folder. */
  close(): Promise<void>;
}

/** One line for people who start an account with `--keep`. */
export function describeKeep({ folder, found }: Keep): string {
  if (!found) return `The account begins empty; its state is kept in ${folder}.`;
  const { saved, damage } = found;
  const line = `The account continues from the state in ${folder} (saved ${saved}).`;
  return damage === undefined ? line : `${damage} That was the newest state; this is the one before it.\n${line}`;
}

interface RunningAccount {
  readonly host: AccountHost;
  readonly clock: Clock;
  readonly log: RequestLog;
}

const realTime = () => new Date(machineTime()).toISOString();

/** Opens the folder of an account's state. Throws if another account uses it, or if its state is of another version. */
export async function openKeep(path: string): Promise<Keep> {
  const folder = await StateFolder.open(path, realTime());
  try {
    const found = await folder.read();
    const id = found?.header.id ?? randomUUID();
    return { folder: path, id, found: found && describeFound(path, found), ...createSaving(folder, id) };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

function describeFound(
  path: string,
  { header: { saved, resources }, clock, parts, damage }: SavedState,
): NonNullable<Keep["found"]> {
  const stores = new Map<string, StoreContents>();
  let timers: readonly object[] = [];
  for (const [name, content] of parts) {
    if (name === timersPart && Array.isArray(content)) timers = content;
    else if (isStore(content)) stores.set(name, content);
    else throw new Error(`The state in ${path} has no store in its part ${name}. Choose another folder with --keep.`);
  }
  return { saved, resources, state: { clock, stores, timers }, ...(damage !== undefined && { damage }) };
}

const isStore = (content: unknown): content is StoreContents =>
  content instanceof Map && [...content.values()].every((each) => Array.isArray(each) && each.length === 2);

function createSaving(folder: StateFolder, id: string): Pick<Keep, "start" | "close"> {
  let kept: RunningAccount | undefined;
  let changed = false;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const save = (account: RunningAccount): Promise<void> => {
    changed = false;
    saving = saveAccount(folder, id, account).finally(() => {
      saving = undefined;
    });
    return saving;
  };
  const saveChanges = () => {
    // Changes during a save are in the next one.
    if (!kept || !changed || saving) return;
    save(kept).catch((error: Error) => {
      changed = true;
      console.error(`The account's state was not saved, and is tried again: ${error.message}`);
    });
  };

  const close = async () => {
    clearInterval(timer);
    try {
      // Its failure was reported.
      await saving?.catch(() => undefined);
      if (kept) await save(kept);
    } finally {
      await folder.release();
    }
  };

  return {
    start(account) {
      kept = account;
      const note = () => {
        changed = true;
      };
      account.log.listen(note);
      account.host.state.timers.onRun(note);
      timer = setInterval(saveChanges, betweenSaves).unref();
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}

/** The state is the one of the moment of the call. */
async function saveAccount(folder: StateFolder, id: string, { host, clock }: RunningAccount): Promise<void> {
  const { stores, timers } = host.state;
  const started = performance.now();
  const saved = realTime();
  const time = { now: clock.now(), speed: clock.speed };
  const captured = captureState([...stores.contents(), [timersPart, timers.waiting()]], folder.files);
  const bytes = await folder.write(captured, { id, saved }, time);
  const milliseconds = performance.now() - started;
  if (milliseconds < longSave) return;
  const [size, seconds] = [(bytes / 1e6).toFixed(0), (milliseconds / 1_000).toFixed(1)];
  console.error(`Saved the account's state (${size} MB) in ${seconds} s. Requests were answered meanwhile.`);
}
