import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Fault } from "./fault";
import type { WireRequest } from "./wire";

/**
 * Takes the `aws-chunked` frames off an upload: `3\r\nabc\r\n…0\r\nx-amz-checksum-crc32:…\r\n\r\n`. The trailer is inside
 * the body; it becomes a header. Length and checksum are verified, so that a broken upload is never stored.
 */
export function unchunk(request: WireRequest): WireRequest {
  const encodings = (request.headers["content-encoding"] ?? "").split(",").map((encoding) => encoding.trim());
  const framed =
    encodings.includes("aws-chunked") || (request.headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-");
  const plain = framed ? readFrames(request, encodings) : request;
  verifyChecksums(plain);
  return plain;
}

function readFrames(request: WireRequest, encodings: string[]): WireRequest {
  const chunks: Buffer[] = [];
  const trailers: Record<string, string> = {};
  let at = 0;
  for (;;) {
    const end = request.body.indexOf("\r\n", at);
    if (end < 0) throw incomplete("a chunk's size is missing");
    const size = Number.parseInt(request.body.toString("latin1", at, end), 16);
    if (Number.isNaN(size)) throw incomplete("a chunk's size is not a number");
    at = end + 2;
    if (size === 0) break;
    chunks.push(request.body.subarray(at, at + size));
    at += size + 2;
  }
  for (const line of request.body.toString("latin1", at).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = Buffer.concat(chunks);
  const declared = request.headers["x-amz-decoded-content-length"];
  if (declared !== undefined && Number(declared) !== body.length) throw incomplete("the body is shorter than declared");
  const kept = encodings.filter((encoding) => encoding !== "aws-chunked" && encoding !== "");
  const { "content-encoding": _framing, ...headers } = request.headers;
  return {
    ...request,
    body,
    headers: {
      ...headers,
      ...trailers,
      "content-length": String(body.length),
      ...(kept.length > 0 ? { "content-encoding": kept.join(",") } : {}),
    },
  };
}

const incomplete = (what: string) =>
  new Fault(
    "IncompleteBody",
    `You did not provide the number of bytes specified by the Content-Length HTTP header: ${what}.`,
  );

/** The checksums that Node.js can compute; S3's others are accepted as sent. */
const checksums: Readonly<Record<string, (body: Buffer) => string>> = {
  "x-amz-checksum-crc32": (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString("base64");
  },
  "x-amz-checksum-sha1": (body) => createHash("sha1").update(body).digest("base64"),
  "x-amz-checksum-sha256": (body) => createHash("sha256").update(body).digest("base64"),
  "content-md5": (body) => createHash("md5").update(body).digest("base64"),
};

function verifyChecksums(request: WireRequest): void {
  for (const [header, compute] of Object.entries(checksums)) {
    const given = request.headers[header];
    if (given !== undefined && given !== compute(request.body)) {
      throw new Fault("BadDigest", `The ${header} you specified did not match the calculated checksum.`);
    }
  }
}
