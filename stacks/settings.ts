import * as pulumi from "@pulumi/pulumi";

/** Reads the texts of the stack's configuration for this project, with keys without the project's name. */
export function readSettings(): Record<string, string> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}
