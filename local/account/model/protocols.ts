import type { ServiceName } from "./clients";

/**
 * The format of requests and responses, and the name by which a service's requests are recognised.
 */
export type Protocol =
  | { readonly kind: "json"; readonly version: "1.0" | "1.1"; readonly target: string }
  | { readonly kind: "query"; readonly namespace: string; readonly version: string }
  | { readonly kind: "cbor"; readonly target: string; readonly form: CborForm }
  | { readonly kind: "rest-json" }
  | { readonly kind: "rest-xml" };

/**
 * `rpc-v2` is Smithy's protocol. `json-1.1` is the protocol of that name with CBOR instead of JSON
 * text, which the SDKs for Java send to Kinesis; its times are whole milliseconds.
 */
export type CborForm = "rpc-v2" | "json-1.1";

/** From `metadata` of botocore's service models, which the SDK clients leave out. */
interface Spoken {
  /** The name in a credential scope. All three Personalize services sign with the same name. */
  readonly signedAs: string;
  /** Each SDK chooses one of them. */
  readonly protocols: readonly [Protocol, ...Protocol[]];
  /**
   * Errors have their Query code in a header, for code written for the Query protocol (trait
   * awsQueryCompatible).
   */
  readonly queryCompatible?: boolean;
}

const json = (version: "1.0" | "1.1", target: string): Protocol => ({ kind: "json", version, target });
const query = (namespace: string): Protocol => ({
  kind: "query",
  namespace,
  version: /\d{4}-\d\d-\d\d/.exec(namespace)?.[0] ?? "",
});
const restJson: Protocol = { kind: "rest-json" };

export const spoken: Readonly<Record<ServiceName, Spoken>> = {
  cloudwatch: {
    signedAs: "monitoring",
    protocols: [
      json("1.0", "GraniteServiceVersion20100801"),
      query("http://monitoring.amazonaws.com/doc/2010-08-01/"),
      { kind: "cbor", target: "GraniteServiceVersion20100801", form: "rpc-v2" },
    ],
    queryCompatible: true,
  },
  "cloudwatch-logs": { signedAs: "logs", protocols: [json("1.1", "Logs_20140328")] },
  eventbridge: { signedAs: "events", protocols: [json("1.1", "AWSEvents")] },
  firehose: { signedAs: "firehose", protocols: [json("1.1", "Firehose_20150804")] },
  iam: { signedAs: "iam", protocols: [query("https://iam.amazonaws.com/doc/2010-05-08/")] },
  kinesis: {
    signedAs: "kinesis",
    protocols: [json("1.1", "Kinesis_20131202"), { kind: "cbor", target: "Kinesis_20131202", form: "json-1.1" }],
  },
  kms: { signedAs: "kms", protocols: [json("1.1", "TrentService")] },
  lambda: { signedAs: "lambda", protocols: [restJson] },
  personalize: { signedAs: "personalize", protocols: [json("1.1", "AmazonPersonalize")] },
  "personalize-events": { signedAs: "personalize", protocols: [restJson] },
  "personalize-runtime": { signedAs: "personalize", protocols: [restJson] },
  s3: { signedAs: "s3", protocols: [{ kind: "rest-xml" }] },
  scheduler: { signedAs: "scheduler", protocols: [restJson] },
  sfn: { signedAs: "states", protocols: [json("1.0", "AWSStepFunctions")] },
  sns: { signedAs: "sns", protocols: [query("http://sns.amazonaws.com/doc/2010-03-31/")] },
  ssm: { signedAs: "ssm", protocols: [json("1.1", "AmazonSSM")] },
  sts: { signedAs: "sts", protocols: [query("https://sts.amazonaws.com/doc/2011-06-15/")] },
};

const byTarget = new Map<string, { readonly service: ServiceName; readonly protocol: Protocol }>();
const bySigningName = new Map<string, ServiceName>();
for (const [name, { signedAs, protocols }] of Object.entries(spoken)) {
  const service = name as ServiceName;
  if (!bySigningName.has(signedAs)) bySigningName.set(signedAs, service);
  for (const protocol of protocols) {
    if ("target" in protocol) byTarget.set(`${protocol.kind} ${protocol.target}`, { service, protocol });
  }
}

/** The service whose requests carry this name in `X-Amz-Target`, or in the path of RPC v2 CBOR. */
export const serviceOfTarget = (kind: "json" | "cbor", target: string) => byTarget.get(`${kind} ${target}`);

/**
 * The service that a request without such a name is signed for; the Personalize services differ by
 * path.
 */
export function serviceOfSigningName(signingName: string, path: string): ServiceName | undefined {
  if (signingName !== "personalize") return bySigningName.get(signingName);
  return /^\/(recommendations|personalize-ranking|action-recommendations)\/?$/.test(path)
    ? "personalize-runtime"
    : "personalize-events";
}

/** The protocol of a service for a request without an operation's name in its headers. */
export const plainProtocolOf = (service: ServiceName): Protocol =>
  spoken[service].protocols.find(({ kind }) => kind === "query") ?? spoken[service].protocols[0];
