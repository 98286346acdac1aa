import { writeCborValue } from "../codecs/cbor-writer";
import { escapeXml } from "../codecs/codec-xml";
import type { WireRequest, WireResponse } from "../codecs/wire";
import { Content } from "../content/content";
import type { ServiceName } from "../model/clients";

/** A request to a service that the account does not have. */
export interface Foreign {
  /** The service's signing name, or the name in the request's target. */
  readonly name: string;
  /** The protocol, if the first lines show it. */
  readonly kind: "json" | "cbor" | "rest-xml" | undefined;
  readonly operation: string | undefined;
}

/**
 * Signing names of the services that use REST with XML; other services without an operation name
 * use JSON.
 */
const restXml = new Set(["cloudfront", "route53", "s3-outposts", "s3express"]);

/**
 * AWS answers 405 where S3 Control has no tags for buckets, and Terraform's provider then asks S3
 * for them; it stops at any other error (hashicorp/terraform-provider-aws#45784).
 */
const isBucketTags = ({ name }: Foreign, { path }: WireRequest) =>
  name === "s3-control" && path.startsWith("/v20180820/tags/");

/**
 * 501 in the service's own protocol, so that its client shows the message instead of a parser's
 * error.
 */
export function answerForeign(
  foreign: Foreign,
  request: WireRequest,
  requestId: string,
  served: readonly ServiceName[],
): WireResponse {
  const { kind, operation } = resolve(foreign, request);
  const here = [...served].sort().join(", ");
  const message = `${foreign.name}:${operation} is not implemented: the local account has no service "${foreign.name}". It has ${here}.`;
  const [status, code] = isBucketTags(foreign, request) ? [405, "MethodNotAllowed"] : [501, "NotImplemented"];
  const respond = (type: string, body: string | Content, headers: Record<string, string> = {}): WireResponse => ({
    status,
    headers: { ...headers, "content-type": type, "x-amzn-requestid": requestId },
    body: request.method === "HEAD" ? "" : body,
  });
  const errorXml = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  switch (kind) {
    case "cbor":
      return respond("application/cbor", Content.of(writeCborValue({ __type: "NotImplemented", message })), {
        "smithy-protocol": "rpc-v2-cbor",
      });
    case "ec2":
      return respond(
        "text/xml",
        `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${errorXml}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      );
    case "query":
    case "rest-xml":
      return respond(
        "text/xml",
        `<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse><Error><Type>Receiver</Type>${errorXml}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    default:
      return respond(
        kind === "json" ? "application/x-amz-json-1.0" : "application/json",
        JSON.stringify({ __type: "NotImplemented", message }),
        { "x-amzn-errortype": "NotImplemented" },
      );
  }
}

function resolve({ name, kind, operation }: Foreign, request: WireRequest) {
  if (kind !== undefined) return { kind, operation: operation ?? "" };
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  const form = isForm ? new URLSearchParams(request.body.toString()) : request.query;
  const action = form.get("Action");
  if (action !== null) return { kind: name === "ec2" ? "ec2" : "query", operation: action } as const;
  return {
    kind: restXml.has(name) ? "rest-xml" : "rest-json",
    operation: `${request.method} ${request.path}`,
  } as const;
}
