import * as pulumi from "@pulumi/pulumi";
import { bundled } from "./lambda-bundle";

/**
 * The zip of a function, whose handler is `__index.handler`: one file, with all that the serialised factory loads. A
 * captured secret is an error. The engine gets a file, not a text: it writes texts into the state, and a preview would
 * show them whole.
 */
export function packaged(factory: () => unknown): pulumi.asset.AssetArchive {
  const files = async () => {
    const { text } = await pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
    return { "__index.js": new pulumi.asset.FileAsset(await bundled(text)) };
  };
  return new pulumi.asset.AssetArchive(files());
}
