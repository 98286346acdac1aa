import { Fault } from "../../../aws/fault";
import { rootOf } from "../../../host/principal";
import type { Caller, Host } from "../../../host/service";
import { machineTime } from "../../../time/clock";
import type { LambdaFunction } from "../state/function";

/** Keeps the zips of functions where GetFunction's `Code.Location` points. */
export interface CodeBucket {
  /** A URL that downloads the zip of a function for ten minutes. */
  presign(fn: LambdaFunction): Promise<string>;
}

/** The API reference of FunctionCodeLocation: "The presigned URL is valid for 10 minutes". */
const expirySeconds = 600;

/** Lambda's own AWS account, which owns the buckets: not one that users would choose. */
const owner = "917205230001";

/**
 * As on AWS, Lambda has a bucket in each Region; an object is stored when its URL is first asked
 * for.
 */
export function createCodeBucket(host: Host): CodeBucket {
  const bucketOf = (region: string) => `awslambda-${region}-tasks`;
  const stored = new Map<string, Promise<unknown>>();

  const once = (what: string, store: () => Promise<unknown>): Promise<unknown> => {
    const known = stored.get(what) ?? store();
    stored.set(what, known);
    return known;
  };
  const createBucket = (lambda: Caller, Bucket: string) => {
    const { region } = lambda;
    const configuration =
      region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } };
    return host.call(lambda, "s3", "CreateBucket", { Bucket, ...configuration }).catch((error) => {
      if (!(error instanceof Fault && error.code === "BucketAlreadyOwnedByYou")) throw error;
    });
  };

  return {
    async presign(fn) {
      const { code } = fn.latest;
      const lambda: Caller = { account: owner, region: fn.region, principal: rootOf(owner) };
      const Bucket = bucketOf(fn.region);
      const Key = `snapshots/${fn.account}/${fn.name}-${Buffer.from(code.sha256, "base64").toString("hex")}`;
      await once(Bucket, () => createBucket(lambda, Bucket));
      await once(`${Bucket}/${Key}`, () =>
        host.call(lambda, "s3", "PutObject", { Bucket, Key, Body: code.zip, ContentType: "application/zip" }),
      );
      const time = new Date(machineTime()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
      const query = new URLSearchParams({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": `${owner}/${time.slice(0, 8)}/${fn.region}/s3/aws4_request`,
        "X-Amz-Date": time,
        "X-Amz-Expires": String(expirySeconds),
        "X-Amz-SignedHeaders": "host",
        // The account reads signatures and does not verify them.
        "X-Amz-Signature": host.randomBytes(32).toString("hex"),
      });
      return `${host.origin}/${Bucket}/${Key}?${query}`;
    },
  };
}
