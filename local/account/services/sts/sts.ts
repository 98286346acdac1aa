import { Fault, notImplemented } from "../../aws/fault";
import type { PolicyDocument, Session } from "../../host/principal";
import type { Host, Service } from "../../host/service";
import { defineService, type Handlers } from "../../host/service";
import { parsePolicy } from "../../languages/policy/documents";
import type { Clients } from "../../model/clients";
import type { IamAuthority } from "../iam/authority";

/** Seconds that a session lasts when the request does not say. */
const defaultDuration = 3600;
const longestOfOwner = 3600;

/** STS: who am I, and temporary credentials of a role. */
export function sts(host: Host, authority: IamAuthority): Service<"sts"> {
  return defineService({
    name: "sts",
    iamPrefix: "sts",
    validationError: "ValidationError",
    permissions: {
      // GetCallerIdentity is always allowed (STS API reference), and AssumeRole is the trust
      // policy's matter.
      GetCallerIdentity: () => [],
      AssumeRole: () => [],
      // "No permissions are required for users to perform this operation" (STS API reference,
      // GetSessionToken).
      GetSessionToken: () => [],
    },
    handlers: {
      GetSessionToken({ DurationSeconds, SerialNumber, TokenCode, MinimumSessionTokenSize }, { account, principal }) {
        if (MinimumSessionTokenSize !== undefined) {
          throw notImplemented("sts:GetSessionToken with MinimumSessionTokenSize");
        }
        if (SerialNumber !== undefined || TokenCode !== undefined) throw notImplemented("sts:GetSessionToken with MFA");
        if (principal.kind !== "root") {
          throw new Fault("AccessDenied", "Cannot call GetSessionToken with session credentials");
        }
        // "Sessions for AWS account owners are restricted to a maximum of 3,600 seconds" (the same
        // page).
        const seconds = Math.min(DurationSeconds ?? longestOfOwner, longestOfOwner);
        return { Credentials: credentialsOf(authority.issueForOwner(account, seconds), host) };
      },

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
            "MinimumSessionTokenSize",
          ] as const
        ).find((member) => input[member] !== undefined);
        if (unsupported) throw notImplemented(`sts:AssumeRole with ${unsupported}`);
        const { RoleArn: roleArn = "", RoleSessionName: sessionName = "" } = input;
        // Recorded on AWS: localstack's snapshot test_sts_invalid_parameters.
        if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(roleArn)) {
          throw new Fault("ValidationError", `${roleArn} is invalid`);
        }
        const session = authority.assumeRoleAs(call, {
          roleArn,
          sessionName,
          durationSeconds: input.DurationSeconds ?? defaultDuration,
          externalId: input.ExternalId,
          policy: readPolicy(input.Policy),
        });
        return {
          Credentials: credentialsOf(session, host),
          AssumedRoleUser: { AssumedRoleId: authority.userIdOf(session.principal), Arn: session.principal.arn },
          ...(input.Policy === undefined ? {} : { PackedPolicySize: Math.ceil((input.Policy.length / 2048) * 100) }),
        };
      },
    } satisfies Handlers<Clients["sts"]>,
  });
}

/** Clients compare the expiration with the machine's clock, to renew the session in time. */
const credentialsOf = ({ end, ...session }: Session, { clock }: Host) => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  SessionToken: session.sessionToken,
  Expiration: new Date((clock.speed === 0 ? end?.onAccount : end?.onMachine) ?? clock.now()),
});

/**
 * "The plaintext that you use for both inline and managed session policies can't exceed 2,048
 * characters" (API reference, AssumeRole).
 */
const longestPolicy = 2_048;

function readPolicy(text: string | undefined): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  if (text.length > longestPolicy) {
    const message = `The session policy has ${text.length} characters; ${longestPolicy} are allowed.`;
    throw new Fault("PackedPolicyTooLargeException", message);
  }
  return parsePolicy(text, "identity", (message) => new Fault("MalformedPolicyDocumentException", message));
}
