import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Fault } from "../aws/fault";
import { malformed } from "../codecs/codec-json";
import type { WireRequest } from "../codecs/wire";
import { Content } from "../content/content";
import type { ServiceName } from "../model/clients";

/**
 * The services whose model has the trait `requestCompression`: only CloudWatch, for PutMetricData.
 */
const compressing: readonly ServiceName[] = ["cloudwatch"];

/** 1,000 metrics of 150 values and counts each, with room for their dimensions. */
const mostInflated = 16 * 1024 * 1024;

const inflateGzip = promisify(gunzip);

/** Unpacks a gzip body in another thread, up to the limit. */
export async function inflate(service: ServiceName, request: WireRequest): Promise<WireRequest> {
  if (request.headers["content-encoding"] !== "gzip" || !compressing.includes(service)) return request;
  try {
    const body = await inflateGzip(request.body.bytes(), { maxOutputLength: mostInflated });
    return { ...request, body: Content.of(body) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      const message = `The unpacked request must be smaller than ${mostInflated} bytes`;
      throw new Fault("RequestEntityTooLargeException", message, { status: 413 });
    }
    throw malformed("The request's body", `is not gzip (${(cause as Error).message})`);
  }
}
