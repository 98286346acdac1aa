import { randomUUID } from "node:crypto";
import { unchunk } from "./aws-chunked";
import { readJson, writeJson } from "./codec-json";
import { readForm, readQuery } from "./codec-query";
import { compileTemplates, type Match, type Matcher, parseJson, readRest, writeRest } from "./codec-rest";
import { escapeXml, writeXml } from "./codec-xml";
import { mailActions } from "./door";
import { Fault } from "./fault";
import type { HostInMaking } from "./host";
import { inflate } from "./inflate";
import { bodyLimitOf, refuseLongBody } from "./limits";
import { decodePercent } from "./percent";
import { refuseExpired } from "./presigned";
import { rootOf } from "./principal";
import { type Protocol, protocols, serviceOf } from "./protocols";
import { modelOf, type Operation, operationsOf, type ServiceModel } from "./schema";
import type { Caller, ServiceName } from "./service";
import type { WireRequest, WireResponse } from "./wire";

/** What a request says of itself before its body is read. */
interface Address {
  readonly service: ServiceName;
  readonly protocol: Protocol;
  readonly accessKeyId: string;
  /** What temporary credentials send besides the key. */
  readonly sessionToken: string | undefined;
  readonly region: string;
}

const templates = new Map<ServiceName, Matcher>();

/** Answers a request of any service: address, principal, decode, call, encode. Errors are answered as AWS words them. */
export function createGateway(host: HostInMaking): (request: WireRequest) => Promise<WireResponse> {
  return async (raw) => {
    const requestId = randomUUID();
    const address = addressOf(raw);
    if (!address) {
      return {
        status: 404,
        headers: { "content-type": "text/plain" },
        body: "No AWS service is addressed by this request.\n",
      };
    }
    const { service, protocol } = address;
    const finish = (response: WireResponse) => withRequestId(response, service, requestId);
    try {
      const caller = callerOf(host, address);
      refuseExpired(service, raw.query);
      refuseLongBody(raw.body.size, service);
      const request = service === "s3" ? await unchunk(raw) : await inflate(service, raw);
      const { operation, input } = await decode(address, request);
      const output = await host.dispatch(caller, service, operation.name, input, requestId);
      return finish(encode(protocol, operation, output, requestId));
    } catch (error) {
      return finish(encodeFault(protocol, await modelOf(service), asFault(error), requestId, raw));
    }
  };
}

/** Signatures are read for who and where, not verified: any secret is right here. */
function addressOf({ headers, query, path }: Omit<WireRequest, "body">): Address | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ?? query.get("X-Amz-Credential") ?? undefined;
  const [accessKeyId = "", , region = "us-east-1", signingName] = credential?.split("/") ?? [];
  const service = serviceOf(headers["x-amz-target"], signingName, path);
  if (service === undefined) return mailLinkAddress(query);
  const sessionToken = headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined;
  return { service, protocol: protocols[service], accessKeyId, sessionToken, region };
}

/**
 * The links in a topic's mails carry no signature: whoever has the token may follow them. Account and Region are the
 * topic's.
 */
function mailLinkAddress(query: URLSearchParams): Address | undefined {
  if (!mailActions.has(query.get("Action") ?? "")) return undefined;
  const [, , , region = "", accessKeyId = ""] = (query.get("TopicArn") ?? query.get("SubscriptionArn") ?? "").split(
    ":",
  );
  return {
    service: "sns",
    protocol: protocols.sns,
    accessKeyId,
    sessionToken: undefined,
    region: region || "us-east-1",
  };
}

function callerOf(host: HostInMaking, { accessKeyId, sessionToken, region }: Address): Caller {
  const session = host.authority().sessionOf(accessKeyId, sessionToken);
  if (session) return { account: session.principal.account, region, principal: session.principal };
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : "000000000000";
  return { account, region, principal: rootOf(account) };
}

/**
 * The longest body that a request may have, by its first lines alone: for the server, which can refuse a longer one while
 * it arrives. A request that addresses no service has no body that anybody reads.
 */
export function longestBodyOf(head: Omit<WireRequest, "body">): number {
  const address = addressOf(head);
  return address ? bodyLimitOf(address.service, head.headers["x-amz-target"]?.split(".").at(-1)) : 0;
}

async function decode({ service, protocol }: Address, request: WireRequest) {
  const operations = await operationsOf(service);
  switch (protocol.kind) {
    case "json": {
      const operation = known(operations, request.headers["x-amz-target"]?.split(".").at(-1), service);
      refuseLongBody(request.body.size, service, operation.name);
      return { operation, input: readJson(operation.input, parseJson(request.body)) ?? {} };
    }
    case "query": {
      const form = request.body.size > 0 ? readForm(request.body.toString()) : request.query;
      const operation = known(operations, form.get("Action") ?? undefined, service);
      return { operation, input: readQuery(operation.input, form) };
    }
    case "rest-json": {
      const match = matchRest(service, operations, request);
      refuseLongBody(request.body.size, service, match.operation.name);
      return { operation: match.operation, input: readRest("json", match, request) };
    }
    default: {
      const [bucket, key] = splitPathStyle(request.path);
      const given: Record<string, string> = bucket === "" ? {} : { Bucket: decodePercent(bucket, "InvalidURI") };
      const match = matchRest(service, operations, { ...request, path: key }, given);
      refuseLongBody(request.body.size, service, match.operation.name);
      return { operation: match.operation, input: readRest("xml", match, request) };
    }
  }
}

/** S3's bucket is not in the operations' address templates: `/bucket/key` is split here. */
function splitPathStyle(path: string): [bucket: string, rest: string] {
  const [, bucket = "", rest = ""] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  return [bucket, rest === "" ? "/" : rest];
}

function known(operations: ReadonlyMap<string, Operation>, name: string | undefined, service: string): Operation {
  const operation = name === undefined ? undefined : operations.get(name);
  if (!operation)
    throw new Fault("UnknownOperationException", `${service} has no operation ${name ?? "without a name"}.`);
  return operation;
}

function matchRest(
  service: ServiceName,
  operations: ReadonlyMap<string, Operation>,
  request: WireRequest,
  given: Readonly<Record<string, string>> = {},
): Match {
  let match = templates.get(service);
  if (!match) {
    match = compileTemplates(operations, service === "s3" ? "InvalidURI" : "SerializationException");
    templates.set(service, match);
  }
  const found = match(request, given);
  if (!found)
    throw new Fault("UnknownOperationException", `${service} has no operation at ${request.method} ${request.path}.`);
  return found;
}

function encode(protocol: Protocol, operation: Operation, output: unknown, requestId: string): WireResponse {
  switch (protocol.kind) {
    case "json":
      return json(200, protocol, JSON.stringify(writeJson(operation.output, output) ?? {}));
    case "query": {
      const result = writeXml(
        `${operation.name}Result`,
        operation.output,
        operation.output.kind === "unit" ? undefined : (output ?? {}),
      );
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `<${operation.name}Response xmlns="${protocol.namespace}">${result}${metadata}</${operation.name}Response>`;
      return { status: 200, headers: { "content-type": "text/xml" }, body };
    }
    default:
      return writeRest(protocol.kind === "rest-json" ? "json" : "xml", operation, output);
  }
}

const json = (
  status: number,
  protocol: Protocol,
  body: string,
  headers: Record<string, string> = {},
): WireResponse => ({
  status,
  headers: {
    ...headers,
    "content-type": protocol.kind === "json" ? `application/x-amz-json-${protocol.version}` : "application/json",
  },
  body,
});

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { stack, message } = error as Error;
  console.error(`The local account failed inside: ${stack ?? String(error)}`);
  return new Fault("InternalFailure", `The local account failed inside: ${message}`, { status: 500 });
}

/** The same refusal has other names in other protocols. */
const jsonNames: Readonly<Record<string, string>> = {
  AccessDenied: "AccessDeniedException",
  InvalidClientTokenId: "UnrecognizedClientException",
  ExpiredToken: "ExpiredTokenException",
};
const forbidden = new Set(["AccessDenied", "InvalidClientTokenId", "ExpiredToken"]);

function nameOnTheWire(code: string, isJson: boolean, protocol: Protocol, model: ServiceModel): string {
  if (isJson) return jsonNames[code] ?? code;
  // A parameter or header of S3 that is no number or date.
  if (protocol.kind === "rest-xml" && code === "SerializationException") return "InvalidArgument";
  // SNS alone has a name of its own for it.
  return code === "AccessDenied" && model.errors.has("AuthorizationErrorException")
    ? "AuthorizationErrorException"
    : code;
}

function encodeFault(
  protocol: Protocol,
  model: ServiceModel,
  fault: Fault,
  requestId: string,
  request: WireRequest,
): WireResponse {
  const isJson = protocol.kind === "json" || protocol.kind === "rest-json";
  const code = nameOnTheWire(fault.code, isJson, protocol, model);
  const { traits = {}, messageMember = "message" } = model.errors.get(code) ?? {};
  const denied = forbidden.has(fault.code) && protocol.kind !== "json" ? 403 : undefined;
  const modelled = protocol.kind === "json" ? undefined : (traits.awsQueryError?.[1] ?? traits.httpError);
  const status = fault.status ?? denied ?? modelled ?? (traits.error === "server" ? 500 : 400);
  if (isJson) {
    const body = JSON.stringify({ __type: code, [messageMember]: fault.message, ...fault.members });
    return json(status, protocol, body, { "x-amzn-errortype": code });
  }
  const wireCode = traits.awsQueryError?.[0] ?? code;
  const text = `<Code>${escapeXml(wireCode)}</Code><Message>${escapeXml(fault.message)}</Message>`;
  const body =
    protocol.kind === "query"
      ? `<ErrorResponse xmlns="${protocol.namespace}"><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type>${text}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
      : `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${text}<Resource>${escapeXml(request.path)}</Resource><RequestId>${requestId}</RequestId></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body: request.method === "HEAD" ? "" : body };
}

function withRequestId(response: WireResponse, service: ServiceName, requestId: string): WireResponse {
  const header = service === "s3" ? "x-amz-request-id" : "x-amzn-requestid";
  return { ...response, headers: { ...response.headers, [header]: requestId } };
}
