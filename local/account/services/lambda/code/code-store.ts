import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Content } from "../../../content/content";
import { failAfter } from "../../../host/fail-after";
import { explainFiles, type Workspace } from "../execution/workspace";
import { invalidZip, readZip } from "./zip";

/** An uploaded zip. */
export interface Code {
  readonly sha256: string;
  readonly size: number;
  readonly zip: Content;
}

/** The folder into which a zip is unpacked. */
export interface CodeFolder {
  /** `LAMBDA_TASK_ROOT`. */
  readonly directory: string;
  /** The folder of packages that Lambda's image has, for `NODE_PATH`. */
  readonly imagePackages: string;
}

export interface CodeStore {
  /** Unpacks a zip, and throws Lambda's error for one that cannot be unpacked. */
  add(zip: Content): Promise<Code>;
  /** Unpacks it again if an earlier account did. */
  folderOf(code: Code): Promise<CodeFolder>;
  /** Resolves when what is being unpacked is written. */
  written(): Promise<unknown>;
}

/** Not `node_modules`: that name would be searched from each code's own folder upwards. */
const imagePackages = "image-packages";

/**
 * Unpacks zips by their content below one directory outside the project: inside it, a package that
 * is missing from the zip would be found in the project's own node_modules. The SDK of Lambda's
 * image is where no code looks for it but by `NODE_PATH`, which `require` searches, and in Lambda
 * `import` as well (`execution/runtime/node-path.ts`).
 */
export function createCodeStore(workspace: Workspace): CodeStore {
  let root: string | undefined;
  const unpacked = new Map<string, Promise<Unpacked>>();

  const open = () => {
    const directory = workspace.directory();
    if (root === directory) return root;
    const packages = path.join(directory, imagePackages);
    try {
      // An attempt that failed may have left a part.
      rmSync(packages, { recursive: true, force: true });
      mkdirSync(packages);
      symlinkSync(installedSdk(), path.join(packages, "@aws-sdk"), "junction");
    } catch (error) {
      throw explainFiles(error);
    }
    root = directory;
    return directory;
  };

  const unpack = async (code: Code): Promise<Unpacked> => {
    const { sha256 } = code;
    let found = unpacked.get(sha256);
    if (!found) {
      found = write(code, open());
      unpacked.set(sha256, found);
      // A zip that cannot be unpacked is refused again the next time.
      found.catch(() => unpacked.delete(sha256));
    }
    return found;
  };

  return {
    async add(zip) {
      const { code } = await unpack({ sha256: hashOf(zip), size: zip.size, zip });
      return code;
    },
    async folderOf(code) {
      const { folder } = await unpack(code);
      return folder;
    },
    written: () => Promise.allSettled(unpacked.values()),
  };
}

interface Unpacked {
  readonly code: Code;
  readonly folder: CodeFolder;
}

/** Writes the files of a zip. */
async function write(code: Code, root: string): Promise<Unpacked> {
  const { zip, sha256 } = code;
  const directory = path.join(root, Buffer.from(sha256, "base64").toString("hex"));
  try {
    await mkdir(directory, { recursive: true }).catch((cause) => {
      throw explainFiles(cause);
    });
    for (const { name, content } of readZip(zip.bytes())) {
      const target = path.resolve(directory, name);
      if (!target.startsWith(directory + path.sep)) throw invalidZip();
      try {
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, content);
      } catch (cause) {
        // A name too long, or one that is a file and a directory: nothing that a file system can
        // hold.
        if (
          ["ENAMETOOLONG", "EEXIST", "ENOTDIR", "EISDIR", "ERR_INVALID_ARG_VALUE"].includes(
            (cause as NodeJS.ErrnoException).code ?? "",
          )
        ) {
          throw invalidZip();
        }
        throw explainFiles(cause);
      }
    }
  } catch (cause) {
    return failAfter(cause, () => rm(directory, { recursive: true, force: true }));
  }
  return { code, folder: { directory, imagePackages: path.join(root, imagePackages) } };
}

function hashOf(zip: Content): string {
  const hash = createHash("sha256");
  for (const piece of zip.pieces()) hash.update(piece);
  return hash.digest("base64");
}

/** The directory `node_modules/@aws-sdk` that this project resolves its own clients from. */
function installedSdk(): string {
  const client = require.resolve("@aws-sdk/client-lambda");
  const marker = `${path.sep}@aws-sdk${path.sep}`;
  const directory = client.slice(0, client.lastIndexOf(marker) + marker.length - 1);
  if (!existsSync(directory)) throw new Error(`Lambda needs the AWS SDK clients, but there is no ${directory}.`);
  return directory;
}
