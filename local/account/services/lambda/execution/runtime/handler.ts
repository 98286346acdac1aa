import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Bootstrap } from "../protocol";
import { RuntimeError } from "./errors";

export type Handler = (
  event: unknown,
  context: object,
  callback?: (error: unknown, result?: unknown) => void,
) => unknown;

/** Loads the function's module and finds the handler in it. */
export async function loadHandler({ taskRoot, handler, nodeMajor }: Bootstrap): Promise<Handler> {
  const { dir, base } = path.posix.parse(handler);
  const [file = "", ...names] = base.split(".");
  if (names.length === 0) throw new RuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  const found = await findExport(taskRoot, path.posix.join(dir, file), names);
  if (typeof found !== "function") {
    throw new RuntimeError("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (found.length >= 3 && nodeMajor >= 24) {
    throw new RuntimeError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
        "You need to modify this function to use a supported handler signature to use Node.js 24 or later.",
    );
  }
  return found as Handler;
}

async function findExport(taskRoot: string, file: string, names: readonly string[]): Promise<unknown> {
  try {
    const loaded = await loadModule(taskRoot, file);
    const root = names[0] !== undefined && names[0] in loaded ? loaded : (loaded.default as Record<string, unknown>);
    return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], root);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new RuntimeError("Runtime.UserCodeSyntaxError", String(thrown));
    const code = (thrown as NodeJS.ErrnoException | null | undefined)?.code;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
      throw new RuntimeError("Runtime.ImportModuleError", String(thrown));
    }
    throw thrown;
  }
}

/** The module of `folder/file`: `.js` as its package.json says, then `.mjs`, then `.cjs`. */
async function loadModule(taskRoot: string, file: string): Promise<Record<string, unknown>> {
  const base = path.resolve(taskRoot, file);
  const require = createRequire(path.join(taskRoot, "index.js"));
  if (existsSync(`${base}.js`) && !isEsm(taskRoot, base)) return require(`${base}.js`);
  for (const extension of [".js", ".mjs"]) {
    if (existsSync(base + extension)) return import(pathToFileURL(base + extension).href);
  }
  if (existsSync(`${base}.cjs`)) return require(`${base}.cjs`);
  throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
}

/** Returns whether the nearest package.json inside the zip says `"type": "module"`. */
function isEsm(taskRoot: string, base: string): boolean {
  for (let folder = path.dirname(base); folder.startsWith(taskRoot); folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).type === "module";
  }
  return false;
}
