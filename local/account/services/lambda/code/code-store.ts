import { createHash } from "node:crypto";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Content } from "../../../endpoint/content";
import type { Workspace } from "../execution/workspace";
import { invalidZip, readZip } from "./zip";

/** An uploaded zip, unpacked. */
export interface Code {
  readonly sha256: string;
  readonly size: number;
  readonly zip: Content;
  /** `LAMBDA_TASK_ROOT`. */
  readonly directory: string;
  /** The folder of packages that Lambda's image has, for `NODE_PATH`. */
  readonly imagePackages: string;
}

export interface CodeStore {
  unpack(zip: Content): Promise<Code>;
}

/** Not `node_modules`: that name would be searched from each code's own folder upwards. */
const imagePackages = "image-packages";

/**
 * Unpacks zips by their content below one directory outside the project: inside it, a package that is missing from the
 * zip would be found in the project's own node_modules. The SDK of Lambda's image is where no code looks for it but by
 * `NODE_PATH`: `require` finds it there, `import` does not (Node.js documentation, "Modules: ECMAScript modules").
 */
export function createCodeStore(workspace: Workspace): CodeStore {
  let root: string | undefined;
  const codes = new Map<string, Promise<Code>>();

  const open = () => {
    if (root !== undefined) return root;
    const directory = workspace.directory();
    mkdirSync(path.join(directory, imagePackages));
    symlinkSync(installedSdk(), path.join(directory, imagePackages, "@aws-sdk"), "junction");
    root = directory;
    return directory;
  };

  return {
    async unpack(zip) {
      const sha256 = hashOf(zip);
      let code = codes.get(sha256);
      if (!code) {
        code = write(zip, sha256, open());
        codes.set(sha256, code);
        // A zip that cannot be unpacked is refused again the next time.
        code.catch(() => codes.delete(sha256));
      }
      return code;
    },
  };
}

/** Writes the files of a zip, each when it is unpacked: they are never all in memory. */
async function write(zip: Content, sha256: string, root: string): Promise<Code> {
  const directory = path.join(root, Buffer.from(sha256, "base64").toString("hex"));
  try {
    await mkdir(directory, { recursive: true });
    for await (const { name, content } of readZip(zip.bytes())) {
      const target = path.resolve(directory, name);
      if (!target.startsWith(directory + path.sep)) throw invalidZip();
      try {
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, content);
      } catch (cause) {
        // A name too long, or one that is a file and a directory: nothing that a file system can hold.
        if (["ENAMETOOLONG", "EEXIST", "ENOTDIR", "EISDIR"].includes((cause as NodeJS.ErrnoException).code ?? "")) {
          throw invalidZip();
        }
        throw cause;
      }
    }
  } catch (cause) {
    await rm(directory, { recursive: true, force: true });
    throw cause;
  }
  return { sha256, size: zip.size, zip, directory, imagePackages: path.join(root, imagePackages) };
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
