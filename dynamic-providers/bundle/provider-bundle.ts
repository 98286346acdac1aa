import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findBundleFile, hashOf, root, writeBundle } from "./bundle-cache";

const folder = join(root, "dynamic-providers");
/** The hash of all sources, which is the same for all types. */
let sources: string | undefined;

/**
 * Bundles the provider of a resource type, without the packages that it loads. The same sources
 * give the same text on every machine; an existing bundle is used again.
 */
export function bundleProvider(type: string): string {
  const file = findBundleFile(type, hashSources());
  if (!existsSync(file)) writeBundle(file, buildProvider(type));
  return readFileSync(file, "utf8");
}

/** Every file of the folder, because what a bundle imports is known only after it was built. */
function hashSources(): string {
  sources ??= hashOf(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .sort()
      .map((file) => readFileSync(join(folder, file))),
  );
  return sources;
}

/**
 * Builds a module that is the provider: for `EventTracker` of `eventTrackerKind` in
 * event-tracker.ts. `sideEffects` in package.json lets esbuild leave out the resource classes, and
 * with them Pulumi. `require` instead of `import()`: code that `new Function` compiles cannot
 * import.
 */
export function buildProvider(type: string): Uint8Array {
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const kind = `${type[0]?.toLowerCase()}${type.slice(1)}Kind`;
  const file = type.replace(/(?!^)[A-Z]/g, "-$&").toLowerCase();
  const { outputFiles } = buildSync({
    stdin: {
      contents:
        `import { ${kind} } from "./${file}";\nimport { createProvider } from "./resource/provider";\n` +
        `module.exports = createProvider(${kind});`,
      resolveDir: folder,
    },
    bundle: true,
    minify: true,
    packages: "external",
    platform: "node",
    target: "node22",
    format: "cjs",
    supported: { "dynamic-import": false },
    legalComments: "none",
    logLevel: "silent",
    write: false,
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`esbuild returned no text for the provider of ${type}. Run \`npm ci\`, then try again.`);
  return output.contents;
}
