// Imported first by the program: @pulumi/pulumi runs on Node.js 22 and later only.

/**
 * Describes in one line why this version of Node.js cannot run the program; undefined when it can.
 */
export function checkNodeVersion(version: string): string | undefined {
  const [major = 0] = version.split(".").map(Number);
  if (major >= 22) return undefined;
  return `Pulumi needs Node.js 22 or later, and this is ${version}. Put a newer one on PATH; npm ci brings one: PATH="$PWD/node_modules/.bin:$PATH" pulumi up`;
}

const problem = checkNodeVersion(process.versions.node);
if (problem !== undefined) throw new Error(problem);
