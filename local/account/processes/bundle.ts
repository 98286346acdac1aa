import { buildSync } from "esbuild";

const bundled = new Map<string, string>();

/**
 * A TypeScript program with everything that it imports, as one CommonJS text, so that a process
 * does not strip types or resolve modules when it starts. Built once.
 */
export function bundleProgram(entryPoint: string): string {
  let text = bundled.get(entryPoint);
  if (text === undefined) {
    const options = { bundle: true, platform: "node", format: "cjs", target: "node20", write: false } as const;
    text = buildSync({ ...options, entryPoints: [entryPoint] }).outputFiles[0]?.text ?? "";
    bundled.set(entryPoint, text);
  }
  return text;
}
