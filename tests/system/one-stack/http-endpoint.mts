// The function of examples/http-endpoint with events as API Gateway sends them, on the whole
// system.
import { beforeAll, expect, test } from "vitest";
import { answerFactory, type HttpEvent } from "../../../examples/http-endpoint/answer.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";

/**
 * An event in payload format 2.0 ("Create AWS Lambda proxy integrations for HTTP APIs", API Gateway
 * guide).
 */
const eventOf = (routeKey: string, rawPath: string, more: object, context: HttpEvent["requestContext"] = {}) => {
  const http = { method: "GET", path: rawPath };
  const requestContext = { accountId: "123456789012", stage: "$default", http, ...context };
  const headers = { host: "id.execute-api.eu-west-1.amazonaws.com" };
  return Object.assign({ version: "2.0", routeKey, rawPath, headers, requestContext, isBase64Encoded: false }, more);
};
const visit = (queryStringParameters: Record<string, string>) => {
  const jwt = { claims: { sub: "10042", iss: "https://login.example.com/", aud: "pet-site" }, scopes: null };
  return eventOf("GET /recommendations", "/recommendations", { queryStringParameters }, { authorizer: { jwt } });
};
const list = (placement: string) =>
  eventOf("GET /lists/{placement}", `/lists/${placement}`, { pathParameters: { placement } });

export function testHttpEndpoint(open: () => DeployedStack): void {
  let time = 0;
  let answer: ReturnType<typeof answerFactory>;
  beforeAll(() => {
    const environment = { RECOMMEND_FUNCTION: open().outputs.recommendFunctionName, LISTS: '["popular"]' };
    answer = answerFactory(environment, open().lambda, () => time);
  });
  const countInvocations = () => {
    const { account, outputs } = open();
    const asked = account.log.entries().filter(({ operation }) => operation === "Invoke");
    return asked.filter(
      ({ input }) => (input as { FunctionName?: string }).FunctionName === outputs.recommendFunctionName,
    ).length;
  };

  test("recommends to the visitor of the token, whom a parameter does not change", async () => {
    const { statusCode, headers, body } = await answer(visit({ limit: "3", userId: "20", placement: "same" }));
    expect(statusCode).toBe(200);
    const { body: own } = await open().recommend({ userId: "10042", limit: 3, placement: "same" });
    expect(JSON.parse(body)).toEqual(JSON.parse(own));
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "private, no-store",
      "x-recommendation-source": "personalize",
      "x-recommendation-id": expect.any(String),
    });
  });

  test("passes the recommender's refusal on", async () => {
    const { statusCode, body } = await answer(visit({ Limit: "3" }));
    expect([statusCode, JSON.parse(body)]).toEqual([
      400,
      { message: "Limit: is not a known key; did you mean limit?" },
    ]);
  });

  test("gives everybody a list, and asks for it once a minute", async () => {
    const before = countInvocations();
    const first = await answer(list("popular"));
    time = 59_000;
    expect(await answer(list("popular"))).toEqual(first);
    expect(countInvocations()).toBe(before + 1);
    time = 60_000;
    expect(await answer(list("popular"))).toEqual(first);
    expect(countInvocations()).toBe(before + 2);
    expect(JSON.parse(first.body).length).toBeGreaterThan(10);
    expect(first.headers).toMatchObject({
      "cache-control": "public, max-age=60",
      "x-recommendation-source": "list",
    });
  });

  test("does not open other placements to visitors without a token", async () => {
    const before = countInvocations();
    expect(await answer(list("same"))).toMatchObject({ statusCode: 404, headers: { "cache-control": "no-store" } });
    expect(countInvocations()).toBe(before);
  });
}
