import type { FunctionCode } from "@aws-sdk/client-lambda";
import { Fault } from "../../../aws/fault";
import { Content } from "../../../content/content";
import { forwardCaller } from "../../../host/forward";
import type { Caller, Host } from "../../../host/service";
import { invalidParameter } from "../faults";
import { refuseMembers } from "../refuse-members";
import type { Code, CodeStore } from "./code-store";

/** Loads the code that a request has or names. */
export interface CodeSource {
  load(caller: Caller, operation: string, code: FunctionCode): Promise<Code>;
}

export function createCodeSource(host: Host, codes: CodeStore): CodeSource {
  /**
   * Reads the object with the rights of the caller, who needs `s3:GetObject` (developer guide,
   * "Deploying .zip files").
   */
  const readObject = async (caller: Caller, { S3Bucket, S3Key, S3ObjectVersion }: FunctionCode): Promise<Content> => {
    try {
      const { Body } = await host.call(forwardCaller(caller, "lambda"), "s3", "GetObject", {
        Bucket: S3Bucket,
        Key: S3Key,
        ...(S3ObjectVersion !== undefined && { VersionId: S3ObjectVersion }),
      });
      return Body ?? Content.empty;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw toLambdaFault(cause, `${S3Bucket}/${S3Key}`);
    }
  };

  return {
    async load(caller, operation, code) {
      refuseMembers(operation, code, ["ImageUri", "SourceKMSKeyArn", "S3ObjectStorageMode"]);
      if (code.ZipFile !== undefined && code.S3Bucket !== undefined) {
        throw invalidParameter("Please do not provide other FunctionCode parameters when providing a ZipFile.");
      }
      if (code.S3Bucket !== undefined) return codes.add(await readObject(caller, code));
      if (!code.ZipFile) throw invalidParameter("Please provide a source for function code.");
      return codes.add(await Content.from([code.ZipFile]));
    },
  };
}

/** S3's error inside Lambda's (localstack's snapshot test_lambda_code_location_s3_errors). */
function toLambdaFault({ code, message }: Fault, object: string): Fault {
  const cause = `S3 Error Code: ${code}. S3 Error Message: ${message}`;
  if (code !== "AccessDenied") return invalidParameter(`Error occurred while GetObject. ${cause}`);
  return new Fault(
    "AccessDeniedException",
    "Your access has been denied by S3, please make sure your request credentials have permission to GetObject for " +
      `${object}. ${cause}`,
    { status: 403 },
  );
}
