// An HTTP endpoint in front of the recommender, for browsers and apps. API Gateway checks the
// visitor's JWT; a function asks the recommender with the rights that its stack offers.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Placement, RecommenderContract } from "recommender-contract";
import { answerFactory } from "./answer";

const config = new pulumi.Config();
const recommender = new pulumi.StackReference(config.require("recommender"));

function readOutput<Name extends keyof RecommenderContract>(name: Name): pulumi.Output<RecommenderContract[Name]> {
  return recommender.requireOutput(name) as pulumi.Output<RecommenderContract[Name]>;
}

/** The placements that are lists, the same for all visitors. A stack may have none. */
const lists = recommender
  .getOutput("placements")
  .apply((placements?: Record<string, Placement>) =>
    Object.entries(placements ?? {}).flatMap(([name, { model }]) => (model === undefined ? [name] : [])),
  );

const role = new aws.iam.Role("endpoint", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
const policies = { logs: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole, invokes: readOutput("invokePolicyArn") };
const attached = Object.entries(policies).map(
  ([name, policyArn]) => new aws.iam.RolePolicyAttachment(`endpoint-${name}`, { role: role.name, policyArn }),
);
const answer = new aws.lambda.CallbackFunction(
  "endpoint",
  {
    role,
    runtime: aws.lambda.Runtime.NodeJS22dX,
    memorySize: 256,
    timeout: 10,
    environment: {
      variables: { RECOMMEND_FUNCTION: readOutput("recommendFunctionName"), LISTS: pulumi.jsonStringify(lists) },
    },
    callbackFactory: () => answerFactory(),
  },
  { dependsOn: attached },
);

const api = new aws.apigatewayv2.Api("pets", {
  protocolType: "HTTP",
  corsConfiguration: {
    allowOrigins: [config.require("origin")],
    allowMethods: ["GET"],
    allowHeaders: ["authorization"],
    // It belongs in the visitor's next event.
    exposeHeaders: ["x-recommendation-id"],
  },
});
const visitors = new aws.apigatewayv2.Authorizer("visitors", {
  apiId: api.id,
  authorizerType: "JWT",
  identitySources: ["$request.header.Authorization"],
  jwtConfiguration: { issuer: config.require("issuer"), audiences: [config.require("audience")] },
});
const integration = new aws.apigatewayv2.Integration("endpoint", {
  apiId: api.id,
  integrationType: "AWS_PROXY",
  integrationUri: answer.arn,
  payloadFormatVersion: "2.0",
});
const target = pulumi.interpolate`integrations/${integration.id}`;
new aws.apigatewayv2.Route("recommendations", {
  apiId: api.id,
  routeKey: "GET /recommendations",
  target,
  authorizationType: "JWT",
  authorizerId: visitors.id,
});
new aws.apigatewayv2.Route("lists", { apiId: api.id, routeKey: "GET /lists/{placement}", target });
new aws.apigatewayv2.Stage("live", {
  apiId: api.id,
  name: "$default",
  autoDeploy: true,
  // The lists are open to everybody.
  defaultRouteSettings: { throttlingRateLimit: 100, throttlingBurstLimit: 200 },
});
new aws.lambda.Permission("endpoint", {
  action: "lambda:InvokeFunction",
  function: answer.name,
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
});

export const url = api.apiEndpoint;
