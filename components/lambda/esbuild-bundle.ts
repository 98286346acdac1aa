import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Plugin } from "esbuild";
import { findBundleFile, root, writeBundle } from "../../dynamic-providers/bundle/bundle-cache";

/**
 * Bundles a serialised handler with everything that it loads, and returns the file's path relative
 * to the working directory. Lambda's image has an AWS SDK, which both `require` and `import` find,
 * but its version changes. The same text and the same lock file give the same bytes on every
 * machine, so an existing file is used again.
 */
export async function bundleHandler(text: string): Promise<string> {
  const file = findBundleFile(readFileSync(__filename), text);
  if (!existsSync(file)) writeBundle(file, await buildBundle(text));
  return relative(process.cwd(), file);
}

/** Builds the one file of a serialised handler. */
export async function buildBundle(text: string): Promise<Uint8Array> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: root },
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // ES modules: esbuild can leave out what is not used in them.
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "silent",
    write: false,
    plugins: [exportOnlyNames(text)],
  });
  const [output] = outputFiles;
  if (!output) throw new Error("esbuild returned no file for a function. Run `npm ci`, then try again.");
  return output.contents;
}

/**
 * Serialised text loads whole packages, by `require` or `import()`. This plugin replaces each
 * package by a module with only the exports that the text may use, so that esbuild can leave out
 * the rest: names after a dot (`zod_1.string`), and capitalised names, which may be destructured
 * (`const { S3Client } = …`).
 */
function exportOnlyNames(text: string): Plugin {
  const names = new Set(text.match(/(?<=\.)[A-Za-z_$][\w$]*|\b[A-Z][\w$]*/g));
  const namespace = "used-exports";
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^[@a-z]/ }, ({ path, importer }) =>
        importer === "<stdin>" ? { path, namespace } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => {
        const used = Object.keys(require(path) as object).filter((name) => name !== "default" && names.has(name));
        return { contents: `export { ${used.join(", ")} } from ${JSON.stringify(path)};`, resolveDir: root };
      });
    },
  };
}
