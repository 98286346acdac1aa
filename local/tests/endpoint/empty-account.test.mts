// Every operation with pages, by the SDK's own paginator, in an account that has nothing yet.
import { expect, test } from "vitest";
import type { ServiceName } from "../../account/model/clients.ts";
import { spoken } from "../../account/model/protocols.ts";
import { type Member, membersOf, operationsOf } from "../../account/model/schema.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

type Paginate = (config: { readonly client: object }, input: object) => AsyncIterable<object>;

const account = await openAccount();
const services = Object.keys(spoken) as ServiceName[];

const paginators = (
  await Promise.all(
    services.map(async (service) => {
      const client: Record<string, unknown> = await import(`@aws-sdk/client-${service}`);
      const Client = Object.entries(client).find(([name]) => /^[A-Z]\w*Client$/.test(name))?.[1] as new (
        settings: object,
      ) => object;
      const operations = await operationsOf(service);
      return Object.entries(client).flatMap(([name, paginate]) => {
        const operation = operations.get(name.replace(/^paginate/, ""));
        if (!name.startsWith("paginate") || !operation) return [];
        const required = [...membersOf(operation.input).values()].filter((member) => member.required);
        return [[`${service} ${operation.name}`, { Client, paginate: paginate as Paginate, required }] as const];
      });
    }),
  )
).flat();

/** Operations that need a member which the SDK's model does not mark as required. */
const needMore = [
  "cloudwatch-logs DescribeLogStreams",
  "cloudwatch-logs FilterLogEvents",
  "personalize ListMetricAttributionMetrics",
  "sfn ListExecutions",
];

test("the SDK has paginators of most services", () => {
  expect(new Set(paginators.map(([name]) => name.split(" ")[0])).size).toBeGreaterThan(10);
});

/** Values for the members that a request must have. */
const inputOf = (required: readonly Member[]) =>
  Object.fromEntries(required.map(({ name, shape }) => [name, shape.kind === "string" ? "none" : {}]));

test.each(paginators)("%s refuses a token that nobody gave out", async (_name, { Client, paginate, required }) => {
  const config = { client: new Client(sdk(account)), startingToken: "no token" };
  const pages = paginate(config, inputOf(required))[Symbol.asyncIterator]();
  await expect(pages.next()).rejects.toThrow();
});

test.each(paginators)("%s has one page, or an error that is not about a token", async (name, each) => {
  const { Client, paginate, required } = each;
  const input = inputOf(required);
  let pages = 0;
  try {
    for await (const _page of paginate({ client: new Client(sdk(account)) }, input)) pages++;
  } catch (error) {
    const { name: code, message } = error as Error;
    expect(`${code}: ${message}`).not.toMatch(/token/i);
    expect(code === "NotImplemented" || required.length > 0 || needMore.includes(name)).toBe(true);
    return;
  }
  expect(pages).toBe(1);
});
