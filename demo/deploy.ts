import { join } from "node:path";
import { project } from "../contract/layout";
import { type Deployment, type DeployOptions, deploy } from "../local/pulumi/deploy";

export type ProgramOptions = Omit<DeployOptions, "program" | "project">;

const program = join(__dirname, "../index.ts");

/** Deploys this repository's program to a local account, without the Pulumi CLI. */
export const deployProgram = (options: ProgramOptions): Promise<Deployment> => deploy({ ...options, program, project });
