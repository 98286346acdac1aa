import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";

/** An account in a separate process: a request that blocks or ends it does not affect the caller. */
export interface ChildAccount {
  readonly origin: string;
  /** The largest resident memory so far, in MiB. */
  memory(): Promise<number>;
  /** The memory at this moment, without garbage, in MiB: resident, of V8's heap, and of buffers outside it. */
  usage(): Promise<Usage>;
  /** The exit code once the process has ended, or the signal that ended it. */
  readonly ended: number | string | undefined;
  /** The account's output on standard error since the last call. */
  errors(): string;
  close(): void;
}

export interface Usage {
  readonly resident: number;
  readonly heap: number;
  readonly buffers: number;
}

type Message = { readonly origin?: string; readonly memory?: number } & Partial<Usage>;

/** Starts an account whose clock runs at `speed` × real time. */
export async function startChildAccount(speed = 1): Promise<ChildAccount> {
  const child = fork(join(__dirname, "account-process.ts"), [String(speed)], {
    execArgv: ["--expose-gc", "--import", "tsx"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let ended: number | string | undefined;
  let written = "";
  child.once("exit", (code, signal) => {
    ended = code ?? signal ?? 0;
  });
  child.stderr?.on("data", (text: Buffer) => {
    // The end is enough: it contains the reason why the account ended.
    written = (written + text.toString()).slice(-100_000);
  });
  const { origin = "" } = await nextMessage(child);
  return {
    origin,
    get ended() {
      return ended;
    },
    async memory() {
      const reply = nextMessage(child);
      child.send("memory");
      return (await reply).memory ?? Number.NaN;
    },
    async usage() {
      const reply = nextMessage(child);
      child.send("usage");
      const { resident = Number.NaN, heap = Number.NaN, buffers = Number.NaN } = await reply;
      return { resident, heap, buffers };
    },
    errors() {
      const text = written;
      written = "";
      return text;
    },
    close: () => void child.kill("SIGKILL"),
  };
}

function nextMessage(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`The account's process ended with code ${code}.`));
    child.once("exit", failed);
    child.once("message", (message: Message) => {
      child.off("exit", failed);
      resolve(message);
    });
  });
}
