import { existsSync } from "node:fs";
import { join } from "node:path";
import { userFolder } from "./values";

/** The project of `recommender pulumi`. */
export const localProject = join(__dirname, "../../local");
/** Its stacks' files, as `stackConfigDir` in its Pulumi.yaml says. */
export const localConfig = join(localProject, ".state/config");

/** The project whose stacks' files this command reads; absent: the user's. */
let chosen: string | undefined;

/** Lets this command read the file of `recommender pulumi` for a stack, if there is one. */
export function useLocalProject(stack: string): void {
  if (existsSync(join(localConfig, `Pulumi.${stack}.yaml`))) chosen = localProject;
}

/** The folder of the project whose stacks' files this command reads. */
export const projectFolder = (): string => chosen ?? userFolder();
