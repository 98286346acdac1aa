import { Fault } from "../aws/fault";
import type { WireRequest } from "../codecs/wire";
import { Content } from "../content/content";
import { verifyChecksums } from "./checksum-headers";

/** Longer than the first line of any frame: a size and, from AWS's clients, a signature. */
const longestLine = 1024;
/** A size in hexadecimal, then extensions such as `chunk-signature`. */
const sizeLine = /^([0-9a-fA-F]{1,13})(?:;[\x20-\x7e]*)?$/;
/**
 * All frames with data but the last have at least 8 KiB (S3 API reference, "Signature calculations
 * … chunked upload").
 */
const smallestFrame = 8192;
/** The trailing headers: checksums and a signature, each of them short. */
const longestTrailer = 4096;
const trailerLine = /^([a-z0-9-]+):\s*([\x20-\x7e]*?)\s*$/i;

/**
 * Removes the `aws-chunked` frames from an upload:
 * `3\r\nabc\r\n0\r\nx-amz-checksum-crc32:…\r\n\r\n`. The trailers at the end of the body become
 * headers. Length and checksum are verified, so that a broken upload is never stored.
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
  const { frames, end } = splitFrames(request.body);
  const body = Content.join(frames);
  const trailers = readTrailers(request, end);
  const declared = request.headers["x-amz-decoded-content-length"];
  if (declared !== undefined && Number(declared) !== body.size) throw incomplete("the body is shorter than declared");
  const kept = encodings.filter((encoding) => encoding !== "aws-chunked" && encoding !== "");
  const { "content-encoding": _framing, ...headers } = request.headers;
  return {
    ...request,
    body,
    headers: {
      ...headers,
      ...Object.fromEntries(trailers),
      "content-length": String(body.size),
      ...(kept.length > 0 ? { "content-encoding": kept.join(",") } : {}),
    },
  };
}

/** The data of the frames, and where the trailer begins. Every step reads at least one line. */
function splitFrames(body: Content): { frames: Content[]; end: number } {
  const frames: Content[] = [];
  let at = 0;
  let previous = smallestFrame;
  for (;;) {
    const line = lineAt(body, at);
    if (line === undefined) throw incomplete("a chunk's size is missing");
    const digits = sizeLine.exec(line)?.[1];
    if (digits === undefined) throw incomplete("a chunk's size is not a hexadecimal number");
    const size = Number.parseInt(digits, 16);
    at += line.length + 2;
    if (size === 0) return { frames, end: at };
    if (previous < smallestFrame) {
      const message = `Only the last chunk is allowed to have a size less than ${smallestFrame} bytes`;
      throw new Fault("InvalidChunkSizeError", message, { status: 403 });
    }
    if (size > body.size - at - 2) throw incomplete("a chunk is longer than the body");
    frames.push(body.slice(at, at + size));
    at += size;
    if (lineAt(body, at) !== "") throw incomplete("a chunk does not end where its size says");
    at += 2;
    previous = size;
  }
}

/**
 * Only the headers that the request announced in `x-amz-trailer` are accepted: no trailer replaces
 * another header.
 */
function readTrailers({ body, headers }: WireRequest, start: number): ReadonlyMap<string, string> {
  if (body.size - start > longestTrailer) throw malformedTrailer();
  const announced = (headers["x-amz-trailer"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  const trailers = new Map<string, string>();
  for (const line of body.slice(start, body.size).bytes().toString("latin1").split("\r\n")) {
    if (line === "") continue;
    const [, name = "", value = ""] = trailerLine.exec(line) ?? [];
    const lower = name.toLowerCase();
    if (lower === "x-amz-trailer-signature") continue;
    if (!lower.startsWith("x-amz-checksum-") || !announced.includes(lower) || trailers.has(lower)) {
      throw malformedTrailer();
    }
    trailers.set(lower, value);
  }
  return trailers;
}

/**
 * The line that starts at `start`, without its line break; undefined when there is no line break.
 */
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

const malformedTrailer = () =>
  new Fault(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
