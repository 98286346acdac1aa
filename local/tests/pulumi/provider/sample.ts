import type { Properties } from "../../../pulumi/provider/resource";
import { archiveSignature, assetSignature, signatureKey } from "../../../pulumi/provider/values";

/**
 * Inputs of one resource: the fewest that the type requires, and as many as it accepts together.
 * The stage has the names and ARNs of the resources that exist before the first sample is created.
 */
export interface Sample {
  readonly fewest: (stage: Properties) => Properties;
  readonly most: (stage: Properties) => Properties;
}

export const codeOf = (text: string) => ({
  [signatureKey]: archiveSignature,
  hash: `hash of ${text}`,
  assets: { "index.js": { [signatureKey]: assetSignature, text, hash: `hash of ${text}` } },
});

export const tags = { team: "pets", stage: "test" };
export const document = (Statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [Statement] }, undefined, 2);
export const trust = document({
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
});
export const readObjects = document({ Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::pets/*" });
export const definition = (comment: string) =>
  JSON.stringify({ QueryLanguage: "JSONata", Comment: comment, StartAt: "End", States: { End: { Type: "Succeed" } } });
