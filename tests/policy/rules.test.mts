import type { PolicyResource, StackValidationArgs } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import type { stackRules } from "../../policy/rules.ts";
import { completeBuckets, loggedFunctions } from "../../policy/stack-rules.ts";
import { preview, unknown } from "./judge.ts";

/** Returns what a rule about the whole stack says. */
async function judgeStack(rule: (typeof stackRules)[number], resources: readonly object[]): Promise<string[]> {
  const found: string[] = [];
  const args = { resources } as unknown as StackValidationArgs;
  await rule.validateStack(args, (message) => found.push(message));
  return found;
}

const resource = (type: string, name: string, props: object, bucket?: object) => ({
  type,
  name,
  urn: `urn:${type}::${name}`,
  props,
  propertyDependencies: bucket ? { bucket: [bucket] } : {},
});

describe("complete buckets", () => {
  const block = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
  const bucket = resource("aws:s3/bucket:Bucket", "pets", { bucket: "pets-1" });
  const settings = {
    ServerSideEncryptionConfiguration: {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
    },
    PublicAccessBlock: block,
    Versioning: { versioningConfiguration: { status: "Enabled" } },
    LifecycleConfiguration: { rules: [{ id: "expire", status: "Enabled", expiration: { days: 30 } }] },
  };
  const createParts = (changed: object = {}, version = "") =>
    Object.entries({ ...settings, ...changed }).map(([kind, props]) =>
      resource(`aws:s3/bucket${kind}${version}:Bucket${kind}${version}`, kind, { bucket: "pets-1", ...props }),
    );
  const parts = createParts();

  test("each missing part is reported", async () => {
    expect(await judgeStack(completeBuckets, [bucket])).toHaveLength(4);
    for (const part of parts) {
      const found = await judgeStack(completeBuckets, [bucket, ...parts.filter((other) => other !== part)]);
      expect(found).toEqual([expect.stringContaining(String(part.type.split(":").at(-1)))]);
    }
  });

  test("a bucket with all its parts passes, by name or, before its name is known, by dependency", async () => {
    expect(await judgeStack(completeBuckets, [bucket, ...parts])).toEqual([]);
    const unnamed = resource("aws:s3/bucket:Bucket", "pets", {});
    const dependent = parts.map((part) =>
      resource(part.type, part.name, { ...part.props, bucket: undefined }, unnamed as unknown as PolicyResource),
    );
    expect(await judgeStack(completeBuckets, [unnamed, ...dependent])).toEqual([]);
  });

  test.each<[string, object]>([
    ["encryption without an algorithm", { ServerSideEncryptionConfiguration: { rules: [{ bucketKeyEnabled: true }] } }],
    ...Object.keys(block).map((name): [string, object] => [
      `an access block without ${name}`,
      { PublicAccessBlock: { ...block, [name]: undefined } },
    ]),
    ["an access block that is off", { PublicAccessBlock: { ...block, blockPublicPolicy: false } }],
    ["suspended versioning", { Versioning: { versioningConfiguration: { status: "Suspended" } } }],
    ["versioning without a status", { Versioning: {} }],
    ["a lifecycle without rules", { LifecycleConfiguration: { rules: [] } }],
    ["a disabled lifecycle", { LifecycleConfiguration: { rules: [{ status: "Disabled", expiration: { days: 30 } }] } }],
    [
      "a lifecycle that deletes no object",
      { LifecycleConfiguration: { rules: [{ status: "Enabled", transitions: [{ days: 30 }] }] } },
    ],
  ])("%s is refused in every version of the types", async (_, changed) => {
    for (const version of ["", "V2"]) {
      const old = resource(`aws:s3/bucket${version}:Bucket${version}`, "pets", { bucket: "pets-1" });
      expect(await judgeStack(completeBuckets, [old, ...createParts({}, version)])).toEqual([]);
      expect(await judgeStack(completeBuckets, [old, ...createParts(changed, version)])).toEqual([
        expect.stringContaining("does not switch it on"),
      ]);
    }
  });

  test("two buckets whose names a preview does not know are judged by their dependencies", async () => {
    const buckets = ["one", "two"].map((name) => resource("aws:s3/bucket:Bucket", name, preview({ bucket: unknown })));
    const [one = {}, two = {}] = buckets;
    const of = (bucket: object) =>
      parts.map(({ type, name, props }) => resource(type, name, preview({ ...props, bucket: unknown }), bucket));
    expect(await judgeStack(completeBuckets, [...buckets, ...of(one), ...of(two)])).toEqual([]);
    expect(await judgeStack(completeBuckets, [...buckets, ...of(one)])).toHaveLength(4);
  });

  test("another bucket's parts do not count", async () => {
    const other = resource("aws:s3/bucket:Bucket", "other", { bucket: "other-1" });
    expect(await judgeStack(completeBuckets, [bucket, other, ...parts])).toHaveLength(4);
  });
});

describe("a function's log group", () => {
  const lambda = (props: object) => resource("aws:lambda/function:Function", "f", props);
  const group = (name?: string) =>
    resource("aws:cloudwatch/logGroup:LogGroup", "g", preview({ name: name ?? unknown }));
  const linked = (other: object, property: string, dependent: object) => ({
    ...dependent,
    propertyDependencies: { [property]: [other] },
  });
  const named = lambda({ name: "recommend" });
  const unnamed = lambda(preview({ name: unknown, loggingConfig: unknown }));
  const custom = lambda({ name: "recommend", loggingConfig: { logFormat: "JSON", logGroup: "/pets" } });

  test.each<[string, object[]]>([
    ["has its name", [named, group("/aws/lambda/recommend")]],
    ["is the one of its settings", [custom, group("/pets")]],
    ["gets its name from a new function", [unnamed, linked(unnamed, "name", group())]],
    ["gives its new name to the function", [linked(group(), "loggingConfig", unnamed), group()]],
  ])("%s", async (_, resources) => {
    expect(await judgeStack(loggedFunctions, resources)).toEqual([]);
  });

  test.each<[string, object[]]>([
    ["is missing", [named]],
    ["is missing, and the function's name is not known", [unnamed, group()]],
    ["is missing, and the function has no name", [lambda({})]],
    ["is another one", [named, group("/aws/lambda/rerank")]],
    ["is not the one of the settings", [custom, group("/aws/lambda/recommend")]],
    ["has another name, in which the function's occurs", [named, linked(named, "name", group("/old/recommend"))]],
  ])("%s: refused", async (_, resources) => {
    expect(await judgeStack(loggedFunctions, resources)).toEqual([expect.stringContaining("/aws/lambda/")]);
  });
});
