import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Lets `import` find packages of the image in the folders of `NODE_PATH`, as `require` does:
 * Lambda's runtimes do so since Node.js 18 ("Node.js 18.x runtime now available in AWS Lambda", AWS
 * Compute Blog), Node.js itself does not. Packages in the zip come first.
 */
export function searchNodePath(taskRoot: string): void {
  const { resolve } = createRequire(`${taskRoot}/index.js`);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (missing) {
        if (!isPackage(specifier)) throw missing;
        return nextResolve(findInNodePath(resolve, specifier, missing), context);
      }
    },
  });
}

const isPackage = (specifier: string) => /^(@[^/]+\/)?[^./:][^:]*$/.test(specifier);

/** Returns the file's URL; throws the first error if no folder has the package. */
function findInNodePath(resolve: NodeJS.RequireResolve, specifier: string, missing: unknown): string {
  try {
    return pathToFileURL(resolve(specifier)).href;
  } catch {
    throw missing;
  }
}
