import type { Properties } from "../../../pulumi/provider/resource.ts";
import { assetSignature, signatureKey } from "../../../pulumi/provider/values.ts";
import { codeOf, definition, document, readObjects, type Sample, tags, trust } from "./sample.ts";
import templates from "./samples.json" with { type: "json" };

const root = { AWS: "arn:aws:iam::000000000000:root" };

/** What the templates name in braces. */
const valuesOn = (stage: Properties): Readonly<Record<string, unknown>> => ({
  ...stage,
  tags,
  trust,
  readObjects,
  keyPolicy: document({ Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" }),
  bucketPolicy: document({
    Sid: "Own",
    Effect: "Allow",
    Principal: root,
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${stage.bucket}/*`,
  }),
  topicPolicy: document({
    Sid: "Alarms",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: stage.topicArn,
    Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
  }),
  asset: { [signatureKey]: assetSignature, text: "ITEM_ID\n1\n", hash: "hash of the items" },
  code: codeOf("exports.handler = async () => 1;"),
  otherCode: codeOf("exports.handler = async () => 2;"),
  definition: definition("few"),
  otherDefinition: definition("most"),
});

/** Writes the values in place of their names: whole, or into a longer text. */
function fill<T>(template: T, stage: Properties): T {
  const values = valuesOn(stage);
  const text = JSON.stringify(template).replace(/"\{(\w+)\}"|\{(\w+)\}/g, (_, whole = "", part = "") => {
    const value = values[whole || part];
    if (value === undefined) throw new Error(`samples.json names {${whole || part}}, which has no value.`);
    return whole ? JSON.stringify(value) : String(value);
  });
  return JSON.parse(text);
}

/** Samples by type token. A type of the catalogue without a sample fails the tests. */
export const samples: Readonly<Record<string, Sample>> = Object.fromEntries(
  Object.entries(templates).map(([type, { fewest, most }]) => [
    type,
    { fewest: (stage) => fill(fewest, stage), most: (stage) => fill(most, stage) },
  ]),
);
