import { join } from "node:path";
import { type Deployment, type DeployOptions, deploy } from "../local/pulumi/deploy";
import { programName } from "../names/layout";

export interface ProgramOptions extends Omit<DeployOptions, "program" | "project"> {
  /** For tests: the path of another program. @default index.ts of this repository */
  readonly program?: string;
}

const program = join(__dirname, "../index.ts");

/** Deploys this repository's program to a local account, without the Pulumi CLI. */
export const deployProgram = (options: ProgramOptions): Promise<Deployment> =>
  deploy({ program, ...options, project: programName });
