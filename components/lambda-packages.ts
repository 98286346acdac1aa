import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/**
 * The zip of a function, whose handler is `__index.handler`: the serialised factory and, where its text loads zod, zod.
 * Lambda has the AWS SDK's clients; a captured secret is an error. `aws.lambda.CallbackFunction` would make the same zip,
 * but reads the whole of `node_modules` for each function, in each preview.
 */
export function packaged(factory: () => unknown): pulumi.asset.AssetArchive {
  const files = async () => {
    const { text } = await pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
    const packages = text.includes('require("zod")') ? zodFiles() : [];
    return {
      "__index.js": new pulumi.asset.StringAsset(text),
      ...Object.fromEntries(packages.map((file) => [file, new pulumi.asset.FileAsset(file)])),
    };
  };
  return new pulumi.asset.AssetArchive(files());
}

/**
 * The files of zod that `require("zod")` loads, relative to the working directory. The package also carries its sources,
 * type declarations, ES modules and older versions: eight megabytes, of which a function needs one.
 */
function zodFiles(): string[] {
  const root = dirname(require.resolve("zod/package.json"));
  const folders = [root, ...["classic", "core", "locales"].map((folder) => join(root, "v4", folder))];
  const modules = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".cjs"))
      .map((file) => join(folder, file)),
  );
  return [join(root, "package.json"), ...modules].map((file) => relative(process.cwd(), file)).sort();
}
