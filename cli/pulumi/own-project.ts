import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigFile } from "../../stacks/config/stack-file";
import { createOwnStackFiles } from "./own-stack-files";

/**
 * Creates a project that runs the program of a folder and has its own stacks' files: the CLI would
 * write to those of the program, and remove the key of their secrets. Returns its folder, or the
 * program's when that has no Pulumi.yaml.
 */
export function createOwnProject(program: string, projects: string): string {
  if (!existsSync(join(program, "Pulumi.yaml"))) return program;
  const { document } = new ConfigFile(join(program, "Pulumi.yaml"));
  const pathOf = (key: string) => resolve(program, String(document.get(key) ?? "."));
  const folder = join(projects, createHash("sha256").update(program).digest("hex").slice(0, 16));
  mkdirSync(folder, { recursive: true });
  createOwnStackFiles(program, folder);
  document.set("main", pathOf("main"));
  document.delete("stackConfigDir");
  writeFileSync(join(folder, "Pulumi.yaml"), document.toString({ lineWidth: 0 }));
  // Other paths are relative to the project's folder, such as `virtualenv`.
  for (const name of readdirSync(program).filter((each) => !/^Pulumi\./.test(each))) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(join(program, name), join(folder, name));
  }
  return folder;
}
