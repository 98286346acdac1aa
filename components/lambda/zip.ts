import * as pulumi from "@pulumi/pulumi";
import { bundleHandler } from "./esbuild-bundle";

/**
 * Creates the zip of a function with the handler `__index.handler`: one file, with everything that
 * the serialised factory loads. A captured secret is an error. The engine gets a file, not a text:
 * it would write a text into the state, and a preview would show all of it.
 */
export function zipHandler(factory: () => unknown): pulumi.asset.AssetArchive {
  const files = async () => {
    const { text } = await pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
    return { "__index.js": new pulumi.asset.FileAsset(await bundleHandler(text)) };
  };
  return new pulumi.asset.AssetArchive(files());
}
