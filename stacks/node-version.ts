// Imported first by the program: @pulumi/pulumi runs on Node.js 22 and later only.

/** What is wrong with this version of Node.js, in one line; undefined when it can run the program. */
export function refuseOldNode(version: string): string | undefined {
  const [major = 0] = version.split(".").map(Number);
  if (major >= 22) return undefined;
  return `Pulumi needs Node.js 22 or later, and this is ${version}. Put a newer one on PATH; npm ci brings one: PATH="$PWD/node_modules/.bin:$PATH" pulumi up`;
}

const refusal = refuseOldNode(process.versions.node);
if (refusal !== undefined) throw new Error(refusal);
