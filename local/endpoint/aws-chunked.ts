import { Content } from "./content";
import { digest } from "./digest";
import { Fault } from "./fault";
import type { WireRequest } from "./wire";

/** A frame begins with its size, and AWS's clients add a signature: no such line is longer. */
const longestLine = 1024;

/**
 * Takes the `aws-chunked` frames off an upload: `3\r\nabc\r\n…0\r\nx-amz-checksum-crc32:…\r\n\r\n`. The trailer is inside
 * the body; it becomes a header. Length and checksum are verified, so that a broken upload is never stored.
 */
export async function unchunk(request: WireRequest): Promise<WireRequest> {
  const encodings = (request.headers["content-encoding"] ?? "").split(",").map((encoding) => encoding.trim());
  const framed =
    encodings.includes("aws-chunked") || (request.headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-");
  const plain = framed ? readFrames(request, encodings) : request;
  await verifyChecksums(plain);
  return plain;
}

function readFrames(request: WireRequest, encodings: string[]): WireRequest {
  const chunks: Content[] = [];
  const trailers: Record<string, string> = {};
  let at = 0;
  for (;;) {
    const line = lineAt(request.body, at);
    if (line === undefined) throw incomplete("a chunk's size is missing");
    const size = Number.parseInt(line, 16);
    if (Number.isNaN(size)) throw incomplete("a chunk's size is not a number");
    at += line.length + 2;
    if (size === 0) break;
    chunks.push(request.body.slice(at, at + size));
    at += size + 2;
  }
  for (const line of request.body.slice(at, request.body.size).bytes().toString("latin1").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const body = Content.join(chunks);
  const declared = request.headers["x-amz-decoded-content-length"];
  if (declared !== undefined && Number(declared) !== body.size) throw incomplete("the body is shorter than declared");
  const kept = encodings.filter((encoding) => encoding !== "aws-chunked" && encoding !== "");
  const { "content-encoding": _framing, ...headers } = request.headers;
  return {
    ...request,
    body,
    headers: {
      ...headers,
      ...trailers,
      "content-length": String(body.size),
      ...(kept.length > 0 ? { "content-encoding": kept.join(",") } : {}),
    },
  };
}

/** The line that starts there, without its end; undefined when it has none. */
function lineAt(body: Content, start: number): string | undefined {
  const text = body
    .slice(start, start + longestLine)
    .bytes()
    .toString("latin1");
  const end = text.indexOf("\r\n");
  return end < 0 ? undefined : text.slice(0, end);
}

const incomplete = (what: string) =>
  new Fault(
    "IncompleteBody",
    `You did not provide the number of bytes specified by the Content-Length HTTP header: ${what}.`,
  );

/** The checksums that Node.js can compute; S3's others are accepted as sent. */
const checksums = {
  "x-amz-checksum-crc32": "crc32",
  "x-amz-checksum-sha1": "sha1",
  "x-amz-checksum-sha256": "sha256",
  "content-md5": "md5",
} as const;

async function verifyChecksums(request: WireRequest): Promise<void> {
  for (const [header, algorithm] of Object.entries(checksums)) {
    const given = request.headers[header];
    if (given !== undefined && given !== (await digest(algorithm, request.body)).toString("base64")) {
      throw new Fault("BadDigest", `The ${header} you specified did not match the calculated checksum.`);
    }
  }
}
