import { lstatSync, readdirSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { type Disk, realDisk } from "../../account/keep/disk.ts";

/** The end of a call to the file system: an error with this code, or the end of the process. */
export type DiskFault = "EIO" | "ENOSPC" | "killed" | "killed half-way";

/** The process has ended: nothing that it would have done is done, except half of what it was writing. */
class Killed extends Error {}

interface DiskCall {
  readonly name: string;
  /** The bytes that are written. */
  readonly bytes?: Uint8Array;
}

const pathCalls = ["chmod", "link", "lstat", "mkdir", "readdir", "rename", "unlink"] as const;
const handleCalls = ["read", "writeFile", "sync", "close"];

/** The real file system, in which some calls fail. */
function createDisk(faultOf: (call: DiskCall) => DiskFault | undefined): Disk {
  const refuse = (call: DiskCall) => {
    const fault = faultOf(call);
    if (fault?.startsWith("killed")) throw new Killed(fault);
    if (fault) throw Object.assign(new Error(`${fault}: ${call.name}`), { code: fault, syscall: call.name });
  };
  const wrap =
    (name: string, run: (...args: never[]) => unknown) =>
    async (...args: never[]) => {
      refuse({ name });
      return run(...args);
    };
  const wrapHandle = (handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get(target, name) {
        const method = Reflect.get(target, name);
        if (!handleCalls.includes(String(name))) return typeof method === "function" ? method.bind(target) : method;
        return async (...args: unknown[]) => {
          // The test must not run out of descriptors.
          if (name === "close") await target.close();
          const [bytes] = args;
          try {
            refuse({ name: String(name), ...(bytes instanceof Uint8Array && { bytes }) });
          } catch (error) {
            const isTorn = error instanceof Killed && error.message === "killed half-way";
            if (isTorn && bytes instanceof Uint8Array) await target.writeFile(bytes.subarray(0, bytes.length / 2));
            throw error;
          }
          return name === "close" ? undefined : method.apply(target, args);
        };
      },
    });
  const open = wrap("open", realDisk.open as never) as Disk["open"];
  return {
    ...(Object.fromEntries(pathCalls.map((name) => [name, wrap(name, realDisk[name] as never)])) as unknown as Disk),
    open: async (...args) => wrapHandle(await open(...args)),
  };
}

/** The real file system, with a fault at the call with a number; of a killed process, all later calls fail as well. */
export function createFaultyDisk(fault: DiskFault, at: number): { readonly disk: Disk; readonly calls: number } {
  let calls = 0;
  const disk = createDisk(() => {
    calls++;
    if (calls === at) return fault;
    return calls > at && fault.startsWith("killed") ? "killed" : undefined;
  });
  return {
    disk,
    get calls() {
      return calls;
    },
  };
}

/** The bytes of all files in a folder. */
export const sizeOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
    const found = lstatSync(join(folder, name));
    return sum + (found.isFile() ? found.size : 0);
  }, 0);

/** A file system that has room for so many bytes in a folder. */
export const createSmallDisk = (folder: string, room: { bytes: number }): Disk =>
  createDisk(({ bytes }) => (bytes && sizeOf(folder) + bytes.length > room.bytes ? "ENOSPC" : undefined));
