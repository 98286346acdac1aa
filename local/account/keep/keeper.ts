import { randomUUID } from "node:crypto";
import { type Clock, machineTime } from "../endpoint/clock";
import type { AccountHost } from "../endpoint/host";
import type { RequestLog } from "../endpoint/request-log";
import type { StoreContents } from "../endpoint/store";
import { openStateFolder, type StateFolder } from "./state-folder";

/** Real milliseconds: a process that is killed loses what happened since. */
const betweenSaves = 60_000;

/** An account's state between two runs. */
export interface KeptState {
  readonly clock: { readonly now: number; readonly speed: number };
  readonly stores: ReadonlyMap<string, StoreContents>;
  readonly timers: readonly object[];
}

/** Where an account keeps its state, and what it found there. */
export interface Keep {
  readonly folder: string;
  /** The account's id: another one for each account that began empty. */
  readonly id: string;
  readonly found: { readonly saved: string; readonly resources: number; readonly state: KeptState } | undefined;
  /** Saves the account each minute in which something happened, until it is closed. */
  start(account: RunningAccount): void;
  /** Saves the account for the last time. Afterwards, another one may use the folder. */
  close(): void;
}

/** One line for people who start an account with `--keep`. */
export function describeKeep({ folder, found }: Keep): string {
  if (!found) return `The account begins empty; its state is kept in ${folder}.`;
  const { saved, resources } = found;
  return `The account goes on from the state in ${folder} (${resources} resources, saved ${saved}).`;
}

interface RunningAccount {
  readonly host: AccountHost;
  readonly clock: Clock;
  readonly log: RequestLog;
}

const realTime = () => new Date(machineTime()).toISOString();

/** Opens the folder of an account's state. Throws if another account uses it, or if its state is of another version. */
export function openKeep(path: string): Keep {
  const folder = openStateFolder(path, realTime());
  try {
    const { header, content } = folder.read() ?? {};
    const id = header?.id ?? randomUUID();
    return {
      folder: path,
      id,
      found: header && { ...header, state: content as KeptState },
      ...createSaving(folder, id),
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

function createSaving(folder: StateFolder, id: string): Pick<Keep, "start" | "close"> {
  let kept: RunningAccount | undefined;
  let changed = false;
  let timer: NodeJS.Timeout | undefined;

  const save = () => {
    if (!kept) return;
    changed = false;
    saveAccount(folder, id, kept);
  };
  const saveChanges = () => {
    if (!changed) return;
    try {
      save();
    } catch (error) {
      changed = true;
      console.error(`The account's state was not saved, and is tried again: ${(error as Error).message}`);
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
      clearInterval(timer);
      try {
        save();
      } finally {
        folder.release();
      }
    },
  };
}

function saveAccount(folder: StateFolder, id: string, { host, clock }: RunningAccount): void {
  const { stores, timers } = host.state;
  const content: KeptState = {
    clock: { now: clock.now(), speed: clock.speed },
    stores: stores.contents(),
    timers: timers.waiting(),
  };
  const arns = new Set<unknown>();
  folder.write(
    content,
    () => ({ id, saved: realTime(), resources: arns.size }),
    ({ arn }) => {
      if (typeof arn === "string") arns.add(arn);
    },
  );
}
