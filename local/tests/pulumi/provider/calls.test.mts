import { describe, expect, test } from "vitest";
import { catalogue } from "../../../pulumi/provider/catalogue.ts";
import { inputNames } from "../../../pulumi/provider/difference.ts";
import type { Properties, Resource } from "../../../pulumi/provider/resource.ts";
import { unknownValue } from "../../../pulumi/provider/values.ts";
import { providerCalls, type TypeCalls, takeCalls } from "../../../pulumi/terraform-provider-calls.ts";
import { signedFor } from "../../support/aws.ts";
import cases from "./calls-cases.json" with { type: "json" };
import { document, tags, trust } from "./sample.ts";
import { samples } from "./samples.mts";
import { openStage } from "./stage.mts";

const { account, provider, stage, create } = await openStage();
const otherKey = (await create("aws:kms/key:Key", "other", {})).outs;

/**
 * Changes in their order, each once in a row; reads in any order: many are made at the same time.
 */
interface Calls {
  readonly changes: readonly string[];
  readonly reads: readonly string[];
}

const isRead = (operation: string) => /^(?:Describe|Get|Head|List)/.test(operation);
const summarise = (operations: readonly string[]): Calls => ({
  changes: operations.filter((operation) => !isRead(operation)).filter((operation, i, all) => operation !== all[i - 1]),
  reads: [...new Set(operations.filter(isRead))].sort(),
});

/** The calls of the provider's own credentials during `work`; the account's services have roles. */
async function callsDuring(work: () => Promise<unknown>): Promise<Calls> {
  const made: string[] = [];
  const end = account.log.listen(({ principal, operation, internal }) => {
    if (principal.endsWith(":root") && !internal) made.push(operation);
  });
  try {
    await work();
  } finally {
    end();
  }
  return summarise(made);
}

/** The calls of a read, which each creation and each update ends with. */
const readOf = ({ read, differs }: TypeCalls): string[] => [
  ...takeCalls(read, () => false),
  ...Object.keys(differs.more),
];

/** Every bucket and topic has these settings: their deletion writes the default. */
const resets = /:(BucketServerSideEncryptionConfiguration|BucketVersioning|TopicPolicy)$/;

const root = { AWS: "arn:aws:iam::000000000000:root" };
const readCats = document({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::cats/*" });
const readCatsOf = (bucket: unknown) =>
  document({ Effect: "Allow", Principal: root, Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/cats/*` });
const publishTo = (topic: unknown) =>
  document({ Effect: "Allow", Principal: root, Action: "sns:Publish", Resource: topic });

/** New values of inputs that are equal in both samples, or in neither. */
const others: Readonly<Record<string, Properties>> = {
  "aws:cloudwatch/eventTarget:EventTarget": { arn: `${stage.topicArn}-2` },
  "aws:iam/policy:Policy": { policy: readCats },
  "aws:iam/role:Role": { assumeRolePolicy: trust.replace("lambda", "states") },
  "aws:iam/rolePolicy:RolePolicy": { policy: readCats },
  "aws:kinesis/stream:Stream": { enforceConsumerDeletion: true },
  "aws:kms/alias:Alias": { targetKeyId: otherKey.keyId },
  "aws:kms/key:Key": { deletionWindowInDays: 7 },
  "aws:s3/bucket:Bucket": { forceDestroy: true },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { rule: { objectOwnership: "ObjectWriter" } },
  "aws:s3/bucketPolicy:BucketPolicy": { policy: readCatsOf(stage.bucket) },
  "aws:sns/topicPolicy:TopicPolicy": { policy: publishTo(stage.topicArn) },
  "aws:ssm/parameter:Parameter": { value: "dogs", overwrite: true },
};

/** The inputs that updates of the table name. */
const namedIn = ({ update }: TypeCalls): string[] =>
  update.flatMap(({ inputs }) => (inputs === "others" ? [] : inputs));

/** The updates of the table that this provider makes, each with its inputs. */
function updatesOf(definition: Resource, table: TypeCalls) {
  const named = [...namedIn(table), ...definition.replaceOn];
  const others = inputNames(definition).filter((input) => !named.includes(input));
  return table.update
    .filter(({ calls }) => !calls.some((call) => call in table.differs.less))
    .map(({ inputs, calls, back = calls }) => ({ inputs: inputs === "others" ? others : inputs, calls, back }));
}

test("the table has each type of the catalogue, and each input that can be updated", () => {
  expect(Object.keys(providerCalls.types)).toEqual(Object.keys(catalogue).sort());
  for (const [type, table] of Object.entries(providerCalls.types)) {
    const definition = catalogue[type];
    if (!definition || table.update.some(({ inputs }) => inputs === "others")) continue;
    const known = [...definition.replaceOn, ...namedIn(table)];
    expect(inputNames(definition).filter((input) => !known.includes(input))).toEqual([]);
  }
});

describe.each(Object.entries(providerCalls.types))("%s", (type, table) => {
  const definition = catalogue[type];
  if (!definition) throw new Error(`The catalogue has no ${type}.`);
  const sampleOf = (size: "fewest" | "most") => samples[type]?.[size](stage) ?? {};

  test.each(["fewest", "most"] as const)(
    "is created, read and deleted by the real provider's calls: %s",
    async (size) => {
      const sample = sampleOf(size);
      let created = { id: "", outs: {} as Properties };
      const creating = await callsDuring(async () => {
        created = await create(type, `calls-${size}`, sample);
      });
      expect(creating).toEqual(
        summarise([...takeCalls(table.create, (key) => sample[key] !== undefined), ...readOf(table)]),
      );
      const { id, outs } = created;

      const reading = await callsDuring(() => provider.read(type, id, outs));
      expect(reading).toEqual(summarise(readOf(table)));

      const deleting = await callsDuring(() => provider.delete(type, id, outs));
      expect(deleting).toEqual(summarise(takeCalls(table.delete, (key) => Boolean(outs[key]))));
      const left = await provider.read(type, id, outs);
      expect(left === undefined).toBe(!resets.test(type));
    },
  );

  const updates = updatesOf(definition, table).map((update) => [update.inputs.join(", "), update] as const);
  test.each(updates)("is updated by the calls for what has changed: %s", async (_inputs, update) => {
    const { inputs: changed, calls, back } = update;
    // One tag stays, where tags are not written as a whole.
    const staying = changed.includes("tags") && !type.endsWith(":Bucket") ? { tags: { team: tags.team } } : {};
    const before: Properties = { ...sampleOf("fewest"), ...staying };
    const values: Properties = { ...sampleOf("most"), ...others[type] };
    const after = { ...before, ...Object.fromEntries(changed.map((key) => [key, values[key]])) };
    const { id, inputs, outs } = await create(type, "calls-update", before);
    const news = provider.check(type, "calls-update", outs, after);
    expect(news.failures).toEqual([]);
    const planned = provider.preview(type, outs, news.inputs);

    let updated: Properties = {};
    const changing = await callsDuring(async () => {
      updated = await provider.update(type, id, outs, news.inputs);
    });
    expect(changing).toEqual(summarise([...calls, ...readOf(table)]));
    // What a preview shows of the update is so afterwards, and it shows all outputs that an update
    // leaves.
    const known = Object.entries(planned).filter(([, value]) => value !== unknownValue);
    expect(Object.fromEntries(known.map(([key]) => [key, updated[key]]))).toEqual(Object.fromEntries(known));
    const changeable = [...inputNames(definition), ...Object.keys(definition.follows ?? {}), "tagsAll"];
    const lasting = Object.entries(outs).filter(([key]) => !changeable.includes(key));
    expect(planned).toMatchObject(Object.fromEntries(lasting));
    expect(provider.diff(type, (await provider.read(type, id, updated)) ?? {}, news.inputs).changes).toBe(false);

    const undoing = await callsDuring(async () => {
      updated = await provider.update(type, id, updated, inputs);
    });
    expect(undoing).toEqual(summarise([...back, ...readOf(table)]));
    const { destinationConfig: _stays, ...left } = (await provider.read(type, id, updated)) ?? {};
    expect(provider.diff(type, left, inputs).changes).toBe(false);
    await provider.delete(type, id, outs);
  });
});

test("a bucket that is not empty is deleted after a first try, if the program says so", async () => {
  const type = "aws:s3/bucket:Bucket";
  const { id, outs } = await create(type, "full", { forceDestroy: true });
  await create("aws:s3/bucketObjectv2:BucketObjectv2", "cats", { bucket: id, key: "cats.txt", content: "cats" });
  const deleting = await callsDuring(() => provider.delete(type, id, outs));
  expect(deleting).toEqual({
    changes: ["DeleteBucket", "DeleteObjects", "DeleteBucket"],
    reads: ["HeadBucket", "ListObjectVersions"],
  });
});

// The addresses of REST services as Terraform's provider, a client in Go, wrote them when it was
// run against the account.
test.each(cases.addresses)("%s is implemented", async (line) => {
  const [service = "", method = "", path = ""] = line.split(" ");
  const address = path.replace("BUCKET", String(stage.bucket)).replace("FUNCTION", String(stage.functionName));
  const { status } = await fetch(`${account.origin}${address}`, { method, headers: signedFor(service) });
  expect([200, 204, 404]).toContain(status);
});
