// What examples/http-endpoint registers. Its function has tests/system/one-stack/http-endpoint.mts.
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { waitForRegistrations } from "../support/record.ts";

const resources: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
const one = (type: string, name: string) => {
  const found = resources.find((each) => each.type === type && each.name === name);
  return found?.inputs ?? expect.fail(`There is no ${type} ${name}.`);
};

const outputs = {
  recommendFunctionName: "recommender-dev-recommend-pets",
  invokePolicyArn: "arn:aws:iam::123456789012:policy/invoke",
  placements: {
    recommendation: { model: "recommendation", needsItem: false },
    popular: { needsItem: false },
  },
};

beforeAll(async () => {
  pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        resources.push({ type, name, inputs });
        const made =
          type === "pulumi:pulumi:StackReference" ? { outputs } : { arn: `arn:${name}`, executionArn: "arn:api" };
        return { id: `${name}-id`, state: { ...inputs, ...made } };
      },
      call: ({ inputs }) => inputs,
    },
    "pet-endpoint",
    "dev",
  );
  pulumi.runtime.setAllConfig({
    "pet-endpoint:recommender": "organization/recommender/dev",
    "pet-endpoint:issuer": "https://login.example.com/",
    "pet-endpoint:audience": "pet-site",
    "pet-endpoint:origin": "https://pets.example.com",
  });
  await import("../../examples/http-endpoint/index.ts");
  await waitForRegistrations();
});

test("only lists are open: recommendations need a token of the issuer for the audience", () => {
  const routes = resources.filter(({ type }) => type === "aws:apigatewayv2/route:Route").map(({ inputs }) => inputs);
  expect(Object.fromEntries(routes.map(({ routeKey, authorizationType }) => [routeKey, authorizationType]))).toEqual({
    "GET /recommendations": "JWT",
    "GET /lists/{placement}": undefined,
  });
  expect(routes.flatMap(({ authorizerId = [] }) => authorizerId)).toEqual(["visitors-id"]);
  expect(one("aws:apigatewayv2/authorizer:Authorizer", "visitors")).toMatchObject({
    authorizerType: "JWT",
    identitySources: ["$request.header.Authorization"],
    jwtConfiguration: { issuer: "https://login.example.com/", audiences: ["pet-site"] },
  });
});

test("the function knows the recommender and its lists, and may invoke it", () => {
  expect(one("aws:lambda/function:Function", "endpoint")).toMatchObject({
    environment: { variables: { RECOMMEND_FUNCTION: outputs.recommendFunctionName, LISTS: '["popular"]' } },
  });
  expect(one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "endpoint-invokes")).toMatchObject({
    policyArn: outputs.invokePolicyArn,
  });
});

test("the API, and no other, sends it events in format 2.0", () => {
  expect(one("aws:apigatewayv2/integration:Integration", "endpoint")).toMatchObject({
    integrationType: "AWS_PROXY",
    integrationUri: "arn:endpoint",
    payloadFormatVersion: "2.0",
  });
  expect(one("aws:lambda/permission:Permission", "endpoint")).toMatchObject({
    principal: "apigateway.amazonaws.com",
    sourceArn: "arn:api/*/*",
  });
});
