import { unzipSync } from "fflate";
import { Fault } from "../../../aws/fault";

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Developer guide, "Lambda quotas": a deployment package unzipped, layers included: 250 MB. */
const maxUnpackedBytes = 262_144_000;

/** The files of a zip. Throws InvalidParameterValueException. */
export function readZip(zip: Uint8Array): ZipFile[] {
  let size = 0;
  try {
    const files = unzipSync(zip, {
      filter({ name, originalSize }) {
        size += originalSize;
        // As the message says.
        if (size >= maxUnpackedBytes) throw invalid(`Unzipped size must be smaller than ${maxUnpackedBytes} bytes`);
        return !name.endsWith("/");
      },
    });
    return Object.entries(files).map(([name, content]) => ({ name, content }));
  } catch (error) {
    throw error instanceof Fault ? error : invalidZip();
  }
}

const invalid = (message: string) =>
  new Fault("InvalidParameterValueException", message, { members: { Type: "User" } });

export const invalidZip = () =>
  invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
