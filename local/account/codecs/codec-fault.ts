import { createHash } from "node:crypto";
import type { Fault } from "../aws/fault";
import { Content } from "../content/content";
import type { ServiceName } from "../model/clients";
import { type Protocol, plainProtocolOf, spoken } from "../model/protocols";
import type { ServiceModel } from "../model/schema";
import { writeCborValue } from "./cbor-writer";
import { cborHeaders } from "./codec-cbor";
import { escapeXml } from "./codec-xml";
import type { WireRequest, WireResponse } from "./wire";

/** The names of the same errors in JSON and CBOR. */
const shapeNames = new Map([
  ["AccessDenied", "AccessDeniedException"],
  ["InvalidClientTokenId", "UnrecognizedClientException"],
  ["ExpiredToken", "ExpiredTokenException"],
  ["ValidationError", "ValidationException"],
]);
const forbidden = new Set(["AccessDenied", "InvalidClientTokenId", "ExpiredToken"]);

/** The request that failed. */
export interface Failed {
  readonly service: ServiceName;
  readonly protocol: Protocol;
  readonly model: ServiceModel;
  readonly request: WireRequest;
  readonly requestId: string;
}

/** An error as its service writes it in the request's protocol. */
export function writeFault(fault: Fault, failed: Failed): WireResponse {
  const { protocol } = failed;
  if (protocol.kind === "query") return writeQueryFault(fault, failed, protocol.namespace);
  return protocol.kind === "rest-xml" ? writeS3Fault(fault, failed) : writeShapeFault(fault, failed);
}

/**
 * The status that a client of the service gets for an error, for calls that are not over the wire
 * as well.
 */
export function statusOf(fault: Fault, service: ServiceName, model: ServiceModel): number {
  const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Content.empty };
  return writeFault(fault, { service, protocol: plainProtocolOf(service), model, request, requestId: "" }).status;
}

/** JSON and CBOR: the error's shape, with its members, and its name in a header. */
function writeShapeFault(fault: Fault, { service, protocol, model }: Failed): WireResponse {
  const { queryCompatible } = spoken[service];
  const name = shapeNames.get(fault.code) ?? fault.code;
  const { traits = {}, messageMember = "message" } = model.errors.get(name) ?? {};
  const denied = forbidden.has(fault.code) && protocol.kind === "rest-json" ? 403 : undefined;
  const modelled = protocol.kind === "json" && !queryCompatible ? undefined : traits.httpError;
  const status = fault.status ?? denied ?? modelled ?? (traits.error === "server" ? 500 : 400);
  const oldCode = traits.awsQueryError?.[0] ?? fault.code;
  const headers = queryCompatible
    ? { "x-amzn-query-error": `${oldCode};${status < 500 ? "Sender" : "Receiver"}` }
    : undefined;
  const body = { __type: name, ...(fault.message && { [messageMember]: fault.message }), ...fault.members };
  if (protocol.kind === "cbor") {
    return {
      status,
      headers: { ...headers, ...cborHeaders[protocol.form] },
      body: Content.of(writeCborValue(body)),
    };
  }
  const type = protocol.kind === "json" ? `application/x-amz-json-${protocol.version}` : "application/json";
  return {
    status,
    headers: { ...headers, "content-type": type, "x-amzn-errortype": name },
    body: JSON.stringify(body),
  };
}

function writeQueryFault(fault: Fault, { model, requestId }: Failed, namespace: string): WireResponse {
  // Only SNS has another name for it.
  const denied = fault.code === "AccessDenied" && model.errors.has("AuthorizationErrorException");
  const name = denied ? "AuthorizationErrorException" : fault.code;
  const traits = model.errors.get(name)?.traits ?? {};
  const modelled = traits.awsQueryError?.[1] ?? traits.httpError;
  const refused = forbidden.has(fault.code) ? 403 : undefined;
  const status = fault.status ?? refused ?? modelled ?? (traits.error === "server" ? 500 : 400);
  const code = traits.awsQueryError?.[0] ?? name;
  const type = status < 500 ? "Sender" : "Receiver";
  const error = `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(fault.message)}</Message>`;
  return {
    status,
    headers: { "content-type": "text/xml" },
    body: `<ErrorResponse xmlns="${namespace}"><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

/** S3's errors have additional members, such as `Key`, `UploadId` or `ArgumentName`. */
function writeS3Fault(fault: Fault, { model, request, requestId }: Failed): WireResponse {
  // A parameter or header of S3 that is not a number or a date.
  const code = fault.code === "SerializationException" ? "InvalidArgument" : fault.code;
  const traits = model.errors.get(code)?.traits ?? {};
  const refused = forbidden.has(code) ? 403 : undefined;
  const status = fault.status ?? refused ?? traits.httpError ?? (traits.error === "server" ? 500 : 400);
  const members = Object.entries(fault.members)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join("");
  const hostId = hostIdOf(requestId);
  const text = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(fault.message)}</Message>${members}`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${text}<RequestId>${requestId}</RequestId><HostId>${hostId}</HostId></Error>`;
  const bodiless = request.method === "HEAD" || status === 304;
  return { status, headers: { ...fault.headers, "content-type": "application/xml" }, body: bodiless ? "" : body };
}

/** The second id in S3's responses; only AWS Support can use the real one. */
export const hostIdOf = (requestId: string) => createHash("sha384").update(requestId).digest("base64");
