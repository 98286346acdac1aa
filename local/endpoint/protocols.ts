import type { ServiceName } from "./service";

/** How a service speaks (read from the SDK clients): its protocol, and what tells its requests apart from the others'. */
export type Protocol =
  | { readonly kind: "json"; readonly version: "1.0" | "1.1"; readonly target: string }
  | { readonly kind: "query"; readonly namespace: string }
  | { readonly kind: "rest-json" }
  | { readonly kind: "rest-xml" };

export const protocols: Readonly<Record<ServiceName, Protocol>> = {
  cloudwatch: { kind: "json", version: "1.0", target: "GraniteServiceVersion20100801" },
  "cloudwatch-logs": { kind: "json", version: "1.1", target: "Logs_20140328" },
  eventbridge: { kind: "json", version: "1.1", target: "AWSEvents" },
  firehose: { kind: "json", version: "1.1", target: "Firehose_20150804" },
  iam: { kind: "query", namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
  kinesis: { kind: "json", version: "1.1", target: "Kinesis_20131202" },
  kms: { kind: "json", version: "1.1", target: "TrentService" },
  lambda: { kind: "rest-json" },
  personalize: { kind: "json", version: "1.1", target: "AmazonPersonalize" },
  "personalize-events": { kind: "rest-json" },
  "personalize-runtime": { kind: "rest-json" },
  s3: { kind: "rest-xml" },
  scheduler: { kind: "rest-json" },
  sfn: { kind: "json", version: "1.0", target: "AWSStepFunctions" },
  sns: { kind: "query", namespace: "http://sns.amazonaws.com/doc/2010-03-31/" },
  ssm: { kind: "json", version: "1.1", target: "AmazonSSM" },
  sts: { kind: "query", namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
};

/** Signing names, as they stand in a credential scope, of the services that have no `X-Amz-Target`. */
const signedAs: Readonly<Record<string, ServiceName>> = {
  iam: "iam",
  lambda: "lambda",
  s3: "s3",
  scheduler: "scheduler",
  sns: "sns",
  sts: "sts",
};

const byTarget = new Map<string, ServiceName>();
for (const [service, protocol] of Object.entries(protocols)) {
  if (protocol.kind === "json") byTarget.set(protocol.target, service as ServiceName);
}

/** The service that a request is for; all three Personalize services sign with the same name, so the path decides. */
export function serviceOf(
  target: string | undefined,
  signingName: string | undefined,
  path: string,
): ServiceName | undefined {
  if (target) return byTarget.get(target.slice(0, target.lastIndexOf(".")));
  if (signingName === "personalize") {
    return /^\/(recommendations|personalize-ranking|action-recommendations)\/?$/.test(path)
      ? "personalize-runtime"
      : "personalize-events";
  }
  return signingName === undefined ? undefined : signedAs[signingName];
}
