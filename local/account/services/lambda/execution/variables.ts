import type { Session } from "../../../host/principal";
import type { Host } from "../../../host/service";
import type { CodeFolder } from "../code/code-store";
import { type LambdaFunction, latestVersion } from "../state/function";
import type { FunctionLog } from "./function-log";

/** The variables that Lambda defines; the function's own are added to them. */
export function variablesOf(
  host: Host,
  { name, region, live: { settings } }: LambdaFunction,
  session: Session,
  log: FunctionLog,
  folder: CodeFolder,
) {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_ENDPOINT_URL: host.origin,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: latestVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: log.groupName,
    AWS_LAMBDA_LOG_STREAM_NAME: log.streamName,
    LAMBDA_TASK_ROOT: folder.directory,
    LANG: "en_US.UTF-8",
    NODE_PATH: folder.imagePackages,
    PATH: "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TZ: ":UTC",
    _HANDLER: settings.handler,
  };
}
