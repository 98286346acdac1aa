import { afterAll, describe, expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import type { AccountHost } from "../../account/host/host.ts";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { membersOf, modelOf, type Operation, type Shape } from "../../account/model/schema.ts";
import { createRequestHandler } from "../../account/wire/request-handler.ts";
import { listen } from "../../account/wire/server.ts";
import { sdk as settingsOf } from "../support/aws.ts";

// Every operation of every client: the server reads the real client's requests, and the client
// parses the server's responses. There are no handlers: this tests only the wire formats.

let seen: { operation: string; input: unknown } | undefined;
let answer: unknown;

const host = {
  authority: () => ({ sessionOf: () => undefined }),
  clock: { skipped: async () => undefined },
  async answer(_caller: unknown, _service: ServiceName, operation: Operation, input: unknown) {
    seen = { operation: operation.name, input };
    return answer;
  },
};
const server = await listen(0, createRequestHandler(host as unknown as AccountHost));
afterAll(() => server.close());

/** Event streams, and operations that the SDK's clients do not handle by their schema. */
const left: Readonly<Record<string, readonly string[]>> = {
  "cloudwatch-logs": ["StartLiveTail", "GetLogObject"],
  kinesis: ["SubscribeToShard"],
  lambda: ["InvokeWithResponseStream", "InvokeAsync"],
  s3: ["SelectObjectContent", "GetBucketLocation", "WriteGetObjectResponse", "CreateSession", "ListDirectoryBuckets"],
  // Another host.
  sfn: ["StartSyncExecution", "TestState"],
  // Unsigned: the service cannot be found.
  sts: ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"],
};

for (const service of Object.keys(spoken) as ServiceName[]) {
  describe(service, async () => {
    const { operations } = await modelOf(service);
    const sdk: Record<string, new (argument: object) => { send(command: object): Promise<object>; destroy(): void }> =
      await import(`@aws-sdk/client-${service}`);
    const Client = Object.entries(sdk).find(([name]) => /^[A-Z][A-Za-z0-9]*Client$/.test(name))?.[1];

    test("transfers every operation's input and output unchanged", async () => {
      if (!Client) throw new Error(`@aws-sdk/client-${service} exports no client.`);
      const client = new Client(settingsOf({ origin: `http://127.0.0.1:${server.port}` }));
      for (const [name, operation] of operations) {
        if (left[service]?.includes(name)) continue;
        const Command = sdk[`${name}Command`];
        if (!Command) throw new Error(`${service} has no ${name}Command.`);
        const input = sample(operation.input, "Input") as object;
        answer = stored(operation.output, sample(operation.output, "Output"));
        const output = await client.send(new Command(structuredClone(input))).catch((error: Error) => {
          throw new Error(`${service}:${name}: ${error.message}`, { cause: error });
        });
        expect(seen?.operation).toBe(name);
        expect(await comparable(seen?.input), `${name} input`).toMatchObject((await comparable(input)) as object);
        expect(await comparable(output), `${name} output`).toMatchObject((await comparable(answer ?? {})) as object);
      }
      client.destroy();
    });
  });
}

/** A value of a shape with every member filled in, some levels deep. */
function sample(shape: Shape, name: string, depth = 0): unknown {
  switch (shape.kind) {
    case "structure":
      return Object.fromEntries(
        [...shape.members.values()]
          .filter((member) => depth < 6 || member.required)
          .filter(
            (member) => !skipped(member.name) && !member.traits.httpPrefixHeaders && !member.traits.httpQueryParams,
          )
          .map((member) => [member.name, sample(member.shape, member.name, depth + 1)])
          .filter(([, value]) => value !== undefined),
      );
    case "union": {
      const [first] = membersOf(shape).values();
      return first && { [first.name]: sample(first.shape, first.name, depth + 1) };
    }
    case "list":
      return depth > 7
        ? undefined
        : [sample(shape.element.shape, name, depth + 1)].filter((value) => value !== undefined);
    case "map":
      return depth > 7 ? undefined : { key: sample(shape.value.shape, name, depth + 1) };
    case "number":
      return 200;
    case "boolean":
      return true;
    case "timestamp":
      return new Date(1_700_000_000_000);
    case "blob":
      return new Uint8Array([1, 2, 3]);
    case "string":
      return name === "Bucket" ? "sample-bucket" : name === "Key" ? "folder/a key&.csv" : "sample";
    default:
      return undefined;
  }
}

/** A handler's output, in which a streaming body is a `Content`. */
function stored(shape: Shape, output: unknown): unknown {
  const streaming = [...membersOf(shape).values()].filter((member) => "streaming" in member.shape);
  const bodies = streaming.map(({ name }) => [name, Content.of((output as Record<string, Uint8Array>)[name] ?? "")]);
  return bodies.length > 0 ? { ...(output as object), ...Object.fromEntries(bodies) } : output;
}

/**
 * Checksums and lengths that the client computes or checks, and members that select an endpoint.
 */
const skipped = (name: string) =>
  /^(Checksum|ExpiresString|Content(MD5|Length|Encoding)|ExpectedBucketOwner|SSECustomerKey|CopySourceSSECustomerKey|EndpointId|StreamId|MFA)/.test(
    name,
  );

/** A value with bodies as bytes, without the members that the SDK adds. */
async function comparable(value: unknown): Promise<unknown> {
  if (value instanceof Date || value === undefined || value === null) return value;
  if (value instanceof Uint8Array) return [...value];
  if (value instanceof Content) return [...value.bytes()];
  if (Array.isArray(value)) return Promise.all(value.map(comparable));
  if (typeof value !== "object") return value;
  const body = value as { transformToByteArray?: () => Promise<Uint8Array>; $metadata?: unknown };
  if (body.transformToByteArray) return [...(await body.transformToByteArray())];
  const entries = Object.entries(value).filter(([key]) => key !== "$metadata");
  return Object.fromEntries(await Promise.all(entries.map(async ([key, inner]) => [key, await comparable(inner)])));
}
