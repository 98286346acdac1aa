import { listParameters } from "../../contract/layout";
import { recommendAnswer, recommendRequests, refusal, rerankAnswer, rerankRequests } from "./examples";
import type { JsonSchema } from "./json-schema";

/** Returns the OpenAPI document of the two functions, as Lambda's operation Invoke has them. */
export function createOpenApi() {
  return {
    openapi: "3.1.1",
    info: {
      title: "Functions of the pet recommender",
      version: "1.0.0",
      description:
        "Payloads of Lambda's operation Invoke. Do not build the name of a function, read it from the stack output or the " +
        "SSM parameter in the operation's description. See docs/contract.md.",
    },
    servers: [
      {
        url: "https://lambda.{region}.amazonaws.com/2015-03-31/functions",
        description: "AWS Lambda in the stack's region.",
        variables: { region: { default: "eu-west-1" } },
      },
    ],
    security: [{ invokePolicy: [] }],
    paths: {
      "/recommender-{stack}-recommend-pets/invocations": createPath({
        operationId: "recommend",
        summary: "Which items should this visitor see?",
        output: "recommendFunctionName",
        parameter: "personalize/recommendation/function-name",
        request: "recommend-request.json",
        requests: recommendRequests,
        reply: "RecommendReply",
        answer: recommendAnswer,
      }),
      "/recommender-{stack}-rerank-pets/invocations": createPath({
        operationId: "rerank",
        summary: "In which order should this visitor see these items?",
        output: "rerankFunctionName",
        parameter: "personalize/reranking/function-name",
        request: "rerank-request.json",
        requests: rerankRequests,
        reply: "RerankReply",
        answer: rerankAnswer,
      }),
    },
    components: {
      schemas: {
        RecommendReply: createReply("recommend-answer.json"),
        RerankReply: createReply("rerank-answer.json"),
        FunctionError: {
          type: "object",
          description: "The function failed; the response has the header X-Amz-Function-Error.",
          required: ["errorMessage"],
          properties: { errorType: { type: "string" }, errorMessage: { type: "string" } },
        },
      },
      securitySchemes: {
        invokePolicy: {
          type: "http",
          scheme: "AWS4-HMAC-SHA256",
          description: "AWS Signature Version 4 of a role with the policy in the stack output invokePolicyArn.",
        },
      },
    },
  };
}

interface Operation {
  operationId: string;
  summary: string;
  /** The stack output with the function's name. */
  output: string;
  /** The SSM parameter with the function's name, below the stack's prefix. */
  parameter: string;
  /** File of the request's schema. */
  request: string;
  requests: Readonly<Record<string, object>>;
  /** Name of the reply's schema. */
  reply: string;
  answer: object;
}

function createPath({ operationId, summary, output, parameter, request, requests, reply, answer }: Operation) {
  const named = Object.entries(requests).map(([name, value]) => [name, { value }]);
  return {
    parameters: [
      { name: "stack", in: "path", required: true, description: "The stack's name.", schema: { type: "string" } },
    ],
    post: {
      operationId,
      summary,
      description:
        `The function's name is the stack output ${output}, and the SSM parameter ` +
        `${listParameters("<stack>").prefix}/${parameter}.`,
      requestBody: {
        required: true,
        description: "The request. Also accepted: in the property body, as an object or as JSON text (API Gateway).",
        content: {
          "application/json": {
            schema: { $ref: `schemas/${request}` },
            examples: Object.fromEntries(named),
          },
        },
      },
      responses: {
        "200": {
          description: "The function ran. Whether it answered or refused is in statusCode.",
          content: {
            "application/json": {
              schema: {
                anyOf: [{ $ref: `#/components/schemas/${reply}` }, { $ref: "#/components/schemas/FunctionError" }],
              },
              examples: {
                answer: { value: createExampleReply(answer) },
                refusal: { value: { statusCode: 400, body: JSON.stringify(refusal) } },
              },
            },
          },
        },
      },
    },
  };
}

const createExampleReply = (answer: object) => ({
  statusCode: 200,
  headers: { "x-recommendation-source": "personalize", "x-recommendation-id": "RID-2" },
  body: JSON.stringify(answer),
});

/** A reply has the form of API Gateway's proxy integration: the answer is JSON text in `body`. */
function createReply(answer: string): JsonSchema {
  const body = (file: string): JsonSchema => ({
    type: "string",
    contentMediaType: "application/json",
    contentSchema: { $ref: `schemas/${file}` },
  });
  return {
    type: "object",
    required: ["statusCode", "body"],
    oneOf: [
      {
        properties: {
          statusCode: { const: 200 },
          headers: {
            type: "object",
            properties: {
              "x-recommendation-source": {
                enum: ["personalize", "fallback"],
                description: "fallback: popular items, because the campaign was not available.",
              },
              "x-recommendation-id": {
                type: "string",
                description: "Send it as recommendationId in the visitor's next event.",
              },
              "x-recommendation-filter": {
                const: "not-applied",
                description: "No filter was applied to the fallback.",
              },
            },
          },
          body: body(answer),
        },
      },
      { properties: { statusCode: { enum: [400, 503] }, body: body("refusal.json") } },
    ],
  };
}
