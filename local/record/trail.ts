import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentityProvider } from "@smithy/types";

interface Settings {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  /** @default the service's own, of the Region */
  readonly endpoint?: string;
  pause(milliseconds: number): Promise<unknown>;
}

/**
 * A record of CloudTrail, as far as it is read (CloudTrail guide, "CloudTrail record contents").
 */
interface TrailEvent {
  readonly eventSource?: string;
  readonly eventName?: string;
  readonly errorCode?: string;
  readonly requestParameters?: unknown;
  readonly userIdentity?: {
    readonly type?: string;
    readonly invokedBy?: string;
    readonly sessionContext?: { readonly sessionIssuer?: { readonly arn?: string } };
  };
}

/**
 * Two lookups a second are allowed to an account in a Region (API reference, LookupEvents); others
 * may look too.
 */
const between = 1_000;
const attempts = 8;

/**
 * Creates a reader of the calls that services made to a resource: who called, as which principal,
 * with which parameters, such as the encryption context. It asks slowly, and again when it is
 * throttled. Without the SDK's client, which only this would use.
 */
export function createTrailReader({ region, credentials, endpoint, pause }: Settings) {
  const url = new URL(endpoint ?? `https://cloudtrail.${region}.amazonaws.com/`);
  const signer = new SignatureV4({ service: "cloudtrail", region, credentials, sha256: Hash.bind(null, "sha256") });
  const lookUp = async (input: object) => {
    const request = await signer.sign(
      new HttpRequest({
        method: "POST",
        protocol: url.protocol,
        hostname: url.hostname,
        path: "/",
        headers: {
          host: url.host,
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
        },
        body: JSON.stringify(input),
      }),
    );
    const { host, ...headers } = request.headers;
    const answer = await fetch(url, { method: "POST", headers, body: request.body });
    return { ok: answer.ok, text: await answer.text() };
  };
  const lookUpSlowly = async (input: object) => {
    for (let attempt = 1; ; attempt++) {
      await pause(between * attempt);
      const { ok, text } = await lookUp(input);
      if (ok) return JSON.parse(text) as { Events?: { CloudTrailEvent?: string }[]; NextToken?: string };
      if (attempt === attempts || !/Throttling|TooManyRequests|Rate exceeded/i.test(text)) throw toError(text);
    }
  };
  return async (resourceName: string): Promise<object[]> => {
    const found: object[] = [];
    const LookupAttributes = [{ AttributeKey: "ResourceName", AttributeValue: resourceName }];
    let NextToken: string | undefined;
    do {
      const page = await lookUpSlowly({ LookupAttributes, ...(NextToken && { NextToken }) });
      found.push(...(page.Events ?? []).flatMap(({ CloudTrailEvent = "{}" }) => pick(JSON.parse(CloudTrailEvent))));
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  };
}

/** The error of an answer, by its name (`__type`, in the protocol of JSON). */
function toError(text: string): Error {
  const [, name = "Error"] = /"__type":\s*"(?:[^"]*#)?(\w+)"/.exec(text) ?? [];
  return Object.assign(new Error(`cloudtrail:LookupEvents was refused: ${text}`), { name });
}

/**
 * The members of a service's call that say who may do what; nothing of a call that the run made
 * itself.
 */
function pick({ eventSource, eventName, errorCode, requestParameters, userIdentity = {} }: TrailEvent): object[] {
  const { type, invokedBy, sessionContext } = userIdentity;
  if (invokedBy === undefined && type !== "AWSService") return [];
  const role = sessionContext?.sessionIssuer?.arn;
  return [{ eventSource, eventName, errorCode, type, invokedBy, role, requestParameters }];
}
