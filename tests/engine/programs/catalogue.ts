import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "../../../local/pulumi/provider/resource";
import { archiveSignature, assetSignature, signatureKey } from "../../../local/pulumi/provider/values";
import type { Stage } from "../../../local/tests/pulumi/provider/sample";
import { samples } from "../../../local/tests/pulumi/provider/samples";

/** One resource of every type that the local provider realises, with as many inputs as it takes. */
const stage = new pulumi.Config().requireObject<Stage>("stage");

class Sample extends pulumi.CustomResource {}

for (const [type, { most }] of Object.entries(samples)) {
  new Sample(type, "sample", asProgram(most(stage)) as Properties);
}

/** The samples have files and archives as the engine sends them; a program has the SDK's. */
function asProgram(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asProgram);
  if (typeof value !== "object" || value === null) return value;
  const { [signatureKey]: signature, text, assets } = value as Record<string, unknown>;
  if (signature === assetSignature) return new pulumi.asset.StringAsset(String(text));
  if (signature === archiveSignature) return new pulumi.asset.AssetArchive(asProgram(assets) as pulumi.asset.AssetMap);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asProgram(member)]));
}
