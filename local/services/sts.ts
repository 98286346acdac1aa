import { Fault, notImplemented } from "../endpoint/fault";
import type { PolicyDocument } from "../endpoint/principal";
import type { Host, Service } from "../endpoint/service";
import type { IamAuthority } from "./iam/authority";
import { parsePolicy } from "./iam/documents";

/** Seconds that a session lasts when the request does not say. */
const defaultDuration = 3600;

/** STS: who am I, and temporary credentials of a role. */
export function sts(host: Host, authority: IamAuthority): Service<"sts"> {
  return {
    name: "sts",
    iamPrefix: "sts",
    validationError: "ValidationError",
    permissions: {
      // Nobody can be kept from asking who he is (STS API reference), and AssumeRole is the trust policy's matter.
      GetCallerIdentity: () => [],
      AssumeRole: () => [],
    },
    handlers: {
      GetCallerIdentity: (_input, { account, principal }) => ({
        Account: account,
        Arn: principal.arn,
        UserId: authority.userIdOf(principal),
      }),

      AssumeRole(input, call) {
        const unsupported = (
          [
            "PolicyArns",
            "Tags",
            "TransitiveTagKeys",
            "SourceIdentity",
            "SerialNumber",
            "TokenCode",
            "ProvidedContexts",
          ] as const
        ).find((member) => input[member] !== undefined);
        if (unsupported) throw notImplemented(`sts:AssumeRole ${unsupported}`);
        const { RoleArn: roleArn = "", RoleSessionName: sessionName = "" } = input;
        const { accessKeyId, secretAccessKey, sessionToken, expiration, principal } = authority.assumeRoleAs(call, {
          roleArn,
          sessionName,
          durationSeconds: input.DurationSeconds ?? defaultDuration,
          externalId: input.ExternalId,
          policy: readPolicy(input.Policy),
        });
        return {
          Credentials: {
            AccessKeyId: accessKeyId,
            SecretAccessKey: secretAccessKey,
            SessionToken: sessionToken,
            Expiration: new Date(expiration ?? host.clock.now()),
          },
          AssumedRoleUser: { AssumedRoleId: authority.userIdOf(principal), Arn: principal.arn },
          ...(input.Policy === undefined ? {} : { PackedPolicySize: Math.ceil((input.Policy.length / 2048) * 100) }),
        };
      },
    },
  };
}

const readPolicy = (text: string | undefined): PolicyDocument | undefined =>
  text === undefined
    ? undefined
    : parsePolicy(text, "identity", (message) => new Fault("MalformedPolicyDocumentException", message));
