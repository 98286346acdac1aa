import { setTimeout as realTime } from "node:timers/promises";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentityProvider } from "@smithy/types";

interface Settings {
  readonly region: string;
  readonly credentials: AwsCredentialIdentityProvider;
  /** @default the service's own, of the Region */
  readonly endpoint?: string;
}

/** A record of CloudTrail, as far as it is read (CloudTrail guide, "CloudTrail record contents"). */
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

/** Two lookups a second are allowed (API reference, LookupEvents). */
const between = 1_000;

/**
 * Creates a reader of the calls that services made to a resource: who called, as which principal, with which parameters, such
 * as the encryption context. Without the SDK's client, which only this would use.
 */
export function createTrailReader({ region, credentials, endpoint }: Settings) {
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
    const text = await answer.text();
    if (!answer.ok) throw new Error(`LookupEvents of CloudTrail answered ${answer.status}: ${text}`);
    return JSON.parse(text) as { Events?: { CloudTrailEvent?: string }[]; NextToken?: string };
  };
  return async (resourceName: string): Promise<object[]> => {
    const found: object[] = [];
    const LookupAttributes = [{ AttributeKey: "ResourceName", AttributeValue: resourceName }];
    let NextToken: string | undefined;
    do {
      const page = await lookUp({ LookupAttributes, ...(NextToken && { NextToken }) });
      found.push(...(page.Events ?? []).flatMap(({ CloudTrailEvent = "{}" }) => pick(JSON.parse(CloudTrailEvent))));
      NextToken = page.NextToken;
      if (NextToken) await realTime(between);
    } while (NextToken);
    return found;
  };
}

/** The members of a service's call that say who may do what; nothing of a call that the run made itself. */
function pick({ eventSource, eventName, errorCode, requestParameters, userIdentity = {} }: TrailEvent): object[] {
  const { type, invokedBy, sessionContext } = userIdentity;
  if (invokedBy === undefined && type !== "AWSService") return [];
  const role = sessionContext?.sessionIssuer?.arn;
  return [{ eventSource, eventName, errorCode, type, invokedBy, role, requestParameters }];
}
