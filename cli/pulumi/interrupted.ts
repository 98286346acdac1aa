// Reads from a stack's state what the engine was creating when it was killed.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { Environment } from "../terminal/local-account";

/** A resource whose creation has begun; whether it was created, the state does not say. */
export interface Interrupted {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** An exported state (Pulumi's apitype.DeploymentV3). */
const exported = z.object({
  deployment: z
    .object({
      resources: z.array(z.object({ urn: z.string() })).nullish(),
      pending_operations: z
        .array(
          z.object({
            type: z.string(),
            resource: z.object({
              type: z.string(),
              urn: z.string(),
              inputs: z.record(z.string(), z.unknown()).default({}),
            }),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/**
 * Lists the interrupted creations in an exported state, without those of resources that the state
 * has: a later `up` created them, and the engine keeps its note.
 */
export function findInterrupted(state: string): Interrupted[] {
  const { resources, pending_operations: pending } = exported.parse(JSON.parse(state)).deployment ?? {};
  const created = new Set(resources?.map(({ urn }) => urn));
  return (pending ?? [])
    .filter(({ type, resource }) => type === "creating" && !created.has(resource.urn))
    .map(({ resource: { type, urn, inputs } }) => ({ type, name: urn.split("::").at(-1) ?? urn, inputs }));
}

const run = promisify(execFile);
/** Of a state with every option; Node.js stops at a mebibyte. */
const largestState = 256 * 1024 * 1024;

/** Asks the Pulumi CLI for the state. Throws with the CLI's reason, or when it is not there. */
export async function readInterrupted(folder: string, stack: string, env: Environment = {}): Promise<Interrupted[]> {
  const args = ["-C", folder, "stack", "export", "--non-interactive", "--stack", stack];
  const options = { env: { ...process.env, ...env }, maxBuffer: largestState, timeout: 60_000 };
  const { stdout } = await run("pulumi", args, options).catch((error: Error & { code?: unknown; stderr?: string }) => {
    if (error.code === "ENOENT") throw new Error("The Pulumi CLI is not on PATH.");
    throw new Error(error.stderr?.trim() || error.message);
  });
  return findInterrupted(stdout);
}
