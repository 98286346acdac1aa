import { listParameters } from "../../contract/layout";
import { availability, columns, deviceEvent, itemEvent, petEvent, wrappedEvent } from "./examples";

/** Returns the AsyncAPI document of the event stream. */
export function createAsyncApi() {
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Visitor events and item updates of the pet recommender",
      version: "1.0.0",
      description: "Records that producers put on the recommender's Kinesis data stream. See docs/contract.md.",
    },
    defaultContentType: "application/json",
    servers: {
      kinesis: {
        host: "kinesis.{region}.amazonaws.com",
        protocol: "https",
        description: "Amazon Kinesis Data Streams in the stack's region, PutRecord or PutRecords.",
        variables: { region: { description: "The stack's region.", default: "eu-west-1" } },
        security: [{ $ref: "#/components/securitySchemes/producerPolicy" }],
      },
    },
    channels: {
      visitorEvents: {
        address: "{eventStreamName}",
        title: "The event stream",
        description:
          "Use the session id as the partition key of a visitor event, and the item's id as that of an item update: records " +
          "with the same key stay in order. A record that cannot be used is written to the quarantine bucket with the reason.",
        parameters: {
          eventStreamName: {
            description: `The stack output eventStreamName, or the SSM parameter ${listParameters("<stack>").streamName}.`,
          },
        },
        messages: { streamRecord: { $ref: "#/components/messages/streamRecord" } },
      },
    },
    operations: {
      receiveVisitorEvent: {
        action: "receive",
        title: "Receive a visitor event",
        channel: { $ref: "#/channels/visitorEvents" },
        messages: [{ $ref: "#/channels/visitorEvents/messages/streamRecord" }],
      },
    },
    components: {
      messages: {
        streamRecord: {
          name: "streamRecord",
          title: "A record's data",
          contentType: "application/json",
          payload: {
            schemaFormat: "application/schema+json;version=draft-07",
            schema: { $ref: "schemas/stream-record.json" },
          },
          examples: [
            { name: "pet", summary: "A visitor looks at a pet", payload: petEvent },
            { name: "item", summary: "A visitor looks at an item of another catalogue", payload: itemEvent },
            { name: "device", summary: "The stack's interactions have a column DEVICE", payload: deviceEvent },
            { name: "availability", summary: "The last pet of a group was adopted", payload: availability },
            { name: "columns", summary: "An item of another catalogue has other columns", payload: columns },
            { name: "wrapped", summary: "An event in its wrapper", payload: wrappedEvent },
          ],
        },
      },
      securitySchemes: {
        producerPolicy: {
          type: "http",
          scheme: "AWS4-HMAC-SHA256",
          description: "AWS Signature Version 4 of a role with the policy in the stack output producerPolicyArn.",
        },
      },
    },
  };
}
