import { randomUUID } from "node:crypto";
import { ConnectionDropped, Fault, notImplemented } from "../aws/fault";
import { decodePercent } from "../aws/percent";
import { cborHeaders, readCbor, writeCbor } from "../codecs/codec-cbor";
import { hostIdOf, writeFault } from "../codecs/codec-fault";
import { readJson, writeJson } from "../codecs/codec-json";
import { readQuery } from "../codecs/codec-query";
import { compileTemplates, type Match, type Matcher, parseJson, readRest, writeRest } from "../codecs/codec-rest";
import { writeXml } from "../codecs/codec-xml";
import type { WireRequest, WireResponse } from "../codecs/wire";
import type { AccountHost } from "../host/host";
import type { ServiceName } from "../model/clients";
import { modelOf, type Operation, operationOf, operationsOf } from "../model/schema";
import { doublesOf } from "../model/validate";
import { type Address, addressOf, type Head } from "./address";
import { unchunk } from "./aws-chunked";
import { callerOf, mayBeInAddress } from "./caller";
import { answerForeign } from "./foreign-service";
import { inflate } from "./inflate";
import { bodyLimitOf, refuseLongBody } from "./limits";
import { refusalText } from "./origin-check";
import { addPresignedHeaders, refuseExpired } from "./presigned";
import type { RequestHandler } from "./server";

const unaddressed = (origin: string) =>
  `No AWS service is addressed by this request: it has no signature. The AWS CLI and SDKs sign with any keys, for instance
AWS_ENDPOINT_URL=${origin} AWS_ACCESS_KEY_ID=000000000000 AWS_SECRET_ACCESS_KEY=local; curl does with
--user 000000000000:local --aws-sigv4 aws:amz:eu-west-1:s3. The console is ${origin}/, and ${origin}/_local/health needs no signature.
`;

const templates = new Map<ServiceName, Matcher>();

const refused: WireResponse = {
  status: 403,
  headers: { "content-type": "text/plain" },
  body: refusalText(
    "its credential is in its address, which any page can send. Send it in the header Authorization, as the AWS CLI and " +
      "the SDKs do. Presigned URLs of S3 and of sts:GetCallerIdentity are allowed, but not with POST",
  ),
};

/**
 * Handles the requests of all services: address, principal, decode, call, encode. Errors have AWS's
 * words.
 */
export function createRequestHandler(host: AccountHost): RequestHandler {
  const answer = async (raw: WireRequest): Promise<WireResponse | undefined> => {
    const requestId = randomUUID();
    const address = addressOf(host, raw);
    if (!address) {
      return {
        status: 404,
        headers: { "content-type": "text/plain" },
        body: unaddressed(host.origin),
      };
    }
    if (!("service" in address)) return answerForeign(address, raw, requestId, host.served());
    const { service, protocol } = address;
    const finish = (response: WireResponse) => withRequestId(response, service, requestId);
    try {
      const caller = callerOf(host, address);
      refuseExpired(service, raw.query);
      // The server stops reading a longer body, and what arrived of it is not decoded.
      refuseLongBody(raw.body.size, service);
      const request = service === "s3" ? await unchunk(addPresignedHeaders(raw)) : await inflate(service, raw);
      const { operation, read } = await findCall(address, request);
      refuseLongBody(request.body.size, service, operation.name);
      const input = read();
      if (service === "sts" && !address.credential && !operation.name.startsWith("AssumeRoleWith")) {
        throw new Fault("MissingAuthenticationToken", "Request is missing Authentication Token", { status: 403 });
      }
      if (address.credential?.isInAddress && !mayBeInAddress(service, raw.method, operation.name)) return refused;
      const output = await host.answer(caller, service, operation, input, requestId);
      await host.clock.skipped();
      return finish(encode(address, operation, output, requestId));
    } catch (error) {
      if (error instanceof ConnectionDropped) return undefined;
      const model = await modelOf(service);
      return finish(writeFault(toFault(error), { service, protocol, model, request: raw, requestId }));
    }
  };
  return { answer, longestBodyOf: (head) => longestBodyOf(host, head) };
}

/**
 * The longest body that a request may have, by its first lines: the server can refuse a longer body
 * while it arrives. The body of a request to an unknown service is not read.
 */
function longestBodyOf(host: AccountHost, head: Head): number {
  const address = addressOf(host, head);
  if (!address || !("service" in address)) return 0;
  return bodyLimitOf(address.service, address.operation);
}

/** CloudWatch takes doubles and has its own error for NaN. */
const takesAnyFloat = (service: ServiceName) => service === "cloudwatch";

/**
 * Finds the operation of a request, and the reader of its input: a body is read only after its
 * length was checked.
 */
async function findCall(
  { service, protocol, operation: name }: Address,
  request: WireRequest,
): Promise<{ operation: Operation; read: () => unknown }> {
  switch (protocol.kind) {
    case "json": {
      const operation = await operationOf(service, name);
      const read = () => readJson(operation.input, parseJson(request.body), "", takesAnyFloat(service)) ?? {};
      return { operation, read };
    }
    case "cbor": {
      const operation = await operationOf(service, name);
      const read = () => readCbor(operation.input, request.body, protocol.form, takesAnyFloat(service));
      return { operation, read };
    }
    case "query": {
      // The link of a mail needs no signature, and what it calls is in its address.
      const form =
        request.method !== "GET" && request.body.size > 0
          ? new URLSearchParams(request.body.toString())
          : request.query;
      const action = form.get("Action") ?? undefined;
      if (action === undefined) throw noAction();
      const operation = await operationOf(service, action);
      return { operation, read: () => readQuery(operation.input, form, takesAnyFloat(service)) };
    }
    case "rest-json": {
      const match = matchRest(service, await operationsOf(service), request);
      return { operation: match.operation, read: () => readRest("json", match, request) };
    }
    default: {
      if (isForm(request)) throw notImplemented("s3:PutObject with a form (POST)");
      const [bucket, key] = splitPathStyle(request.path);
      const given: Record<string, string> = bucket === "" ? {} : { Bucket: decodePercent(bucket, "InvalidURI") };
      const match = matchRest(service, await operationsOf(service), { ...request, path: key }, given);
      return { operation: match.operation, read: () => readRest("xml", match, request) };
    }
  }
}

/**
 * An upload by a browser's form, which the SDK's model of S3 does not have (S3 API reference, "POST
 * Object").
 */
const isForm = ({ method, headers }: WireRequest) =>
  method === "POST" && headers["content-type"]?.startsWith("multipart/form-data") === true;

/** An error that all services of the Query protocol share. */
const noAction = () => new Fault("MissingAction", "The request must contain the parameter Action.", { status: 400 });

/**
 * The address templates of S3's operations do not contain the bucket: `/bucket/key` is split here.
 */
function splitPathStyle(path: string): [bucket: string, rest: string] {
  const [, bucket = "", rest = ""] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  return [bucket, rest === "" ? "/" : rest];
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
  if (!found) {
    throw notImplemented(`${service}:an operation at ${request.method} ${request.path}`);
  }
  return found;
}

function encode(
  { service, protocol }: Address,
  operation: Operation,
  output: unknown,
  requestId: string,
): WireResponse {
  const doubles = doublesOf(service);
  switch (protocol.kind) {
    case "json":
      return {
        status: 200,
        headers: { "content-type": `application/x-amz-json-${protocol.version}` },
        body: JSON.stringify(writeJson(operation.output, output, doubles) ?? {}),
      };
    case "cbor":
      return {
        status: 200,
        headers: cborHeaders[protocol.form],
        body: writeCbor(operation.output, output, protocol.form, doubles),
      };
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
      return writeRest(protocol.kind === "rest-json" ? "json" : "xml", operation, output, doubles);
  }
}

function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { stack, message } = error as Error;
  console.error(`Internal error of the local account: ${stack ?? String(error)}`);
  return new Fault("InternalFailure", `Internal error of the local account: ${message}`, { status: 500 });
}

function withRequestId(response: WireResponse, service: ServiceName, requestId: string): WireResponse {
  const ids: Record<string, string> =
    service === "s3"
      ? { "x-amz-request-id": requestId, "x-amz-id-2": hostIdOf(requestId) }
      : { "x-amzn-requestid": requestId };
  return { ...response, headers: { ...response.headers, ...ids } };
}
