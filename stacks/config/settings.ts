import { isAbsolute } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { GivenStack } from "./read-stack";
import { openStackFiles } from "./stack-file";

/**
 * Reads the texts of the stack's configuration for this project, with keys without the project's
 * name, and its files.
 */
export function readSettings(): GivenStack {
  const prefix = `${pulumi.getProject()}:`;
  const settings = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
  const stack = pulumi.getStack();
  // Without an engine the program runs in the project's folder.
  const root = pulumi.getRootDirectory();
  return { stack, settings, files: openStackFiles(isAbsolute(root) ? root : process.cwd(), stack) };
}
