import { Fault, notImplemented } from "../../../aws/fault";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { LogGroups } from "../state/log-groups";

/** Sets and removes the key of a log group. */
export function encryptionHandlers(host: Host, groups: LogGroups) {
  return {
    async AssociateKmsKey(input, call) {
      refuseIdentifier("AssociateKmsKey", input);
      const group = groups.find(call, input);
      const keyId = input.kmsKeyId ?? "";
      await checkKey(host, call, group.arn, keyId);
      group.kmsKeyId = keyId;
      return {};
    },
    DisassociateKmsKey(input, call) {
      refuseIdentifier("DisassociateKmsKey", input);
      delete groups.find(call, input).kmsKeyId;
      return {};
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

function refuseIdentifier(
  operation: string,
  { logGroupName, resourceIdentifier }: { logGroupName?: string | undefined; resourceIdentifier?: string | undefined },
): void {
  if (resourceIdentifier !== undefined) throw notImplemented(`logs:${operation} with resourceIdentifier`);
  if (logGroupName === undefined) throw notImplemented(`logs:${operation} without logGroupName`);
}

/** The key's policy must let CloudWatch Logs use it for this group. */
export async function checkKey(host: Host, call: Call, groupArn: string, keyId: string): Promise<void> {
  const service = `logs.${call.region}.amazonaws.com`;
  const principal = { kind: "service", account: call.account, arn: service, service, sourceArn: groupArn } as const;
  try {
    await host.call({ ...call, principal }, "kms", "GenerateDataKey", {
      KeyId: keyId,
      KeySpec: "AES_256",
      EncryptionContext: { "aws:logs:arn": groupArn },
    });
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault(
      "InvalidParameterException",
      `The specified KMS key does not exist or is not allowed to be used with Arn '${groupArn}' (${cause.message})`,
    );
  }
}
