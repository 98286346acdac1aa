/** Requests that are broken below the level of the models: none may end the account or be an internal error. */
import { gzipSync } from "node:zlib";
import type { WireRequest } from "../../../account/codecs/wire";
import { Content } from "../../../account/content/content";
import type { Choices } from "./random";

type Change = (choices: Choices, request: WireRequest) => WireRequest;

const withBody = (request: WireRequest, body: Uint8Array | string): WireRequest => ({
  ...request,
  body: Content.of(body),
});
const withHeader = (request: WireRequest, name: string, value: string): WireRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});

const bodies = ["", "null", "[]", '"a"', "{", "<", "<a/>", "a=b&c", "\u0000", "\ufeff{}", "&".repeat(20_000)] as const;
const types = [
  ...["text/plain", "application/xml", "application/json", "multipart/form-data", "application/x-amz-cbor-1.1", ""],
] as const;
const encodings = ["gzip", "aws-chunked", "deflate", "br", "aws-chunked,gzip", "identity", ","] as const;
const endings = [..."% %zz %00 %ff%fe / // /.. ? /a%2Fb /%E2%82%AC * /__proto__".split(" "), `/${"a".repeat(2_000)}`];
const names = [
  ...["range", "if-match", "if-none-match", "if-modified-since", "x-amz-copy-source", "x-amz-tagging", "content-md5"],
  ...["x-amz-checksum-crc32", "x-amz-decoded-content-length", "x-amz-client-context", "x-amz-invocation-type"],
  ...["x-amz-target", "authorization", "x-amz-security-token", "x-amz-server-side-encryption", "content-length"],
] as const;
const values = [
  ...["", "bytes=-", "bytes=0-0,1-2", "-1", "a", "%", "*", "\u00ff\u00fe", "9".repeat(300), "AAAA", "pets/%zz"],
  ...["Thu, 01 Jan 1970 99:99:99 GMT", "Basic a", "AWS4-HMAC-SHA256 Credential=/////", "Kinesis_20131202.toString"],
] as const;

const changes: readonly [Change, ...Change[]] = [
  (choices, request) => withBody(request, request.body.bytes().subarray(0, choices.below(request.body.size + 1))),
  (_choices, request) => ({ ...request, body: Content.join([request.body, request.body]) }),
  (choices, request) => {
    const bytes = Buffer.from(request.body.bytes());
    for (let i = 0; i < 5 && bytes.length > 0; i++) bytes[choices.below(bytes.length)] = choices.below(256);
    return withBody(request, bytes);
  },
  (choices, request) => withBody(request, choices.pick(bodies)),
  (choices, request) => withHeader(request, "content-type", choices.pick(types)),
  (choices, request) => withHeader(request, "content-encoding", choices.pick(encodings)),
  (_choices, request) => withHeader(withBody(request, gzipSync(request.body.bytes())), "content-encoding", "gzip"),
  (choices, request) => ({ ...request, path: request.path + choices.pick(endings) }),
  (choices, request) => ({ ...request, query: new URLSearchParams(`${request.query}&${choices.pick(values)}=%00`) }),
  (choices, request) => ({ ...request, method: choices.pick(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"]) }),
  (choices, request) => withHeader(request, choices.pick(names), choices.pick(values)),
];

/** The request with one or two changes. */
export function spoil(choices: Choices, request: WireRequest): WireRequest {
  const once = choices.pick(changes)(choices, request);
  return choices.chance(0.2) ? choices.pick(changes)(choices, once) : once;
}
