// Imported first by each command of the local account: older versions fail later, in the middle of a training.

/** What is wrong with this version of Node.js, in one line; undefined when it can run the account. */
export function refuseOldNode(version: string): string | undefined {
  const [major = 0] = version.split(".").map(Number);
  if (major >= 22) return undefined;
  return `The local account needs Node.js 22 or later, and this is ${version}. Start it with npm (npm start, npm run account), which brings the right one.`;
}

const refusal = refuseOldNode(process.versions.node);
if (refusal !== undefined) {
  console.error(refusal);
  process.exit(1);
}
