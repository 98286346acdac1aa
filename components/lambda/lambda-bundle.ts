import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "esbuild";

const root = join(__dirname, "../..");
/** Below the packages that a bundle is made of, so that `npm ci` removes both. */
const cache = join(root, "node_modules", ".cache", "lambda-bundles");

/**
 * The file, relative to the working directory, in which a serialised handler stands with all that it loads: Lambda's
 * image has an AWS SDK, but of a version that changes, and only where `require` finds it. The same text and the same
 * lock file make the same bytes on every machine, so that a file that was made before is used again.
 */
export async function bundled(text: string): Promise<string> {
  const lock = readFileSync(join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lock).update(readFileSync(__filename)).update(text).digest("hex");
  const file = join(cache, `${hash}.js`);
  if (!existsSync(file)) write(file, await bundle(text));
  return relative(process.cwd(), file);
}

/** Under another name first: another preview may read the file at the same time. */
function write(file: string, content: Uint8Array): void {
  mkdirSync(cache, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

async function bundle(text: string): Promise<Uint8Array> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: root },
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // ES modules, of which esbuild leaves out what is not used.
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "silent",
    write: false,
    plugins: [onlyWhatIsNamed(text)],
  });
  const [output] = outputFiles;
  if (!output) throw new Error("esbuild returned no file for a function. Run `npm ci`, then try again.");
  return output.contents;
}

/**
 * Serialised text loads whole packages, by `require` or `import()`. In their place it gets a module with those exports
 * that the text may use, so that the rest can be left out: names after a dot (`zod_1.string`), and capital ones, which
 * are also taken apart (`const { S3Client } = …`).
 */
function onlyWhatIsNamed(text: string): Plugin {
  const names = new Set(text.match(/(?<=\.)[A-Za-z_$][\w$]*|\b[A-Z][\w$]*/g));
  const namespace = "what-is-named";
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
