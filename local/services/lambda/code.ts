import { createHash } from "node:crypto";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
import { Fault } from "../../endpoint/fault";
import type { Workspace } from "./workspace";

/** An uploaded zip, unpacked. */
export interface Code {
  readonly sha256: string;
  readonly size: number;
  /** `LAMBDA_TASK_ROOT`. */
  readonly directory: string;
  /** The folder of packages that Lambda's image has, for `NODE_PATH`. */
  readonly imagePackages: string;
}

export interface CodeStore {
  unpack(zip: Uint8Array): Code;
}

/** Not `node_modules`: that name would be searched from each code's own folder upwards. */
const imagePackages = "image-packages";

/** Lambda quotas: an unpacked deployment package. */
const maxUnpackedBytes = 262_144_000;

/**
 * Unpacks zips by their content below one directory outside the project: inside it, a package that is missing from the
 * zip would be found in the project's own node_modules. The SDK of Lambda's image is where no code looks for it but by
 * `NODE_PATH`: `require` finds it there, `import` does not (Node.js documentation, "Modules: ECMAScript modules").
 */
export function createCodeStore(workspace: Workspace): CodeStore {
  let root: string | undefined;
  const codes = new Map<string, Code>();

  const open = () => {
    if (root !== undefined) return root;
    const directory = workspace.directory();
    mkdirSync(path.join(directory, imagePackages));
    symlinkSync(installedSdk(), path.join(directory, imagePackages, "@aws-sdk"), "junction");
    root = directory;
    return directory;
  };

  return {
    unpack(zip) {
      const sha256 = createHash("sha256").update(zip).digest("base64");
      const known = codes.get(sha256);
      if (known) return known;
      const files = readZip(zip);
      const root = open();
      const directory = path.join(root, Buffer.from(sha256, "base64").toString("hex"));
      for (const [name, content] of files) {
        const target = path.resolve(directory, name);
        if (!target.startsWith(directory + path.sep)) throw notAZip();
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
      mkdirSync(directory, { recursive: true });
      const code = { sha256, size: zip.length, directory, imagePackages: path.join(root, imagePackages) };
      codes.set(sha256, code);
      return code;
    },
  };
}

function readZip(zip: Uint8Array): [string, Uint8Array][] {
  let unpackedBytes = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(zip, {
      filter({ originalSize }) {
        unpackedBytes += originalSize;
        return unpackedBytes <= maxUnpackedBytes;
      },
    });
  } catch {
    throw notAZip();
  }
  if (unpackedBytes > maxUnpackedBytes) {
    const message = `Unzipped size must be smaller than ${maxUnpackedBytes} bytes`;
    throw new Fault("InvalidParameterValueException", message, { members: { Type: "User" } });
  }
  return Object.entries(files).filter(([name]) => !name.endsWith("/"));
}

const notAZip = () =>
  new Fault(
    "InvalidParameterValueException",
    "Could not unzip uploaded file. Please check your file, then try to upload again.",
    { members: { Type: "User" } },
  );

/** The directory `node_modules/@aws-sdk` that this project resolves its own clients from. */
function installedSdk(): string {
  const client = require.resolve("@aws-sdk/client-lambda");
  const marker = `${path.sep}@aws-sdk${path.sep}`;
  const directory = client.slice(0, client.lastIndexOf(marker) + marker.length - 1);
  if (!existsSync(directory)) throw new Error(`Lambda needs the AWS SDK clients, but there is no ${directory}.`);
  return directory;
}
