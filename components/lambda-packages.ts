import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * The files of zod that `require("zod")` loads, relative to the working directory. The package also carries its sources,
 * type declarations, ES modules and older versions: eight megabytes, of which a function needs one.
 */
export function zodFiles(): string[] {
  const root = dirname(require.resolve("zod/package.json"));
  const folders = [root, ...["classic", "core", "locales"].map((folder) => join(root, "v4", folder))];
  const modules = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".cjs"))
      .map((file) => join(folder, file)),
  );
  return [join(root, "package.json"), ...modules].map((file) => relative(process.cwd(), file)).sort();
}
