import * as pulumi from "@pulumi/pulumi";

/** The texts of the stack's configuration below this project's name, without the name. */
export function stackSettings(): Record<string, string> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}
