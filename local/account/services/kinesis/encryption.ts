import { throwKmsFault } from "../../aws/kms-fault";
import { forwardCaller } from "../../host/forward";
import type { Caller, Host } from "../../host/service";
import type { Stream } from "./state/stream";

/** The key that AWS owns for this service; its use needs no permission. */
const ownKey = "alias/aws/kinesis";

/**
 * Kinesis asks KMS again every five minutes (developer guide, "How do I use server-side
 * encryption").
 */
const reuse = 300_000;

interface StreamEncryption {
  /** Refuses a key that does not exist or may not be described by the caller. */
  checkKey(caller: Caller, keyId: string): Promise<void>;
  /**
   * A data key for records that the caller puts; undefined when the stream's key is AWS's own.
   * Needs `kms:GenerateDataKey`.
   */
  dataKey(caller: Caller, stream: Stream): Promise<Uint8Array | undefined>;
  /** Opens the data keys of records that the caller reads. Needs `kms:Decrypt`. */
  open(caller: Caller, stream: Stream, encryptedDataKeys: Iterable<Uint8Array>): Promise<void>;
}

/**
 * Server-side encryption with the caller's permissions. Records stay readable in memory: only
 * permissions are checked.
 */
export function createStreamEncryption(host: Host): StreamEncryption {
  const issued = new Map<string, { key: Uint8Array; until: number }>();
  const opened = new WeakMap<Uint8Array, Map<string, number>>();
  const context = (stream: Stream) => ({ "aws:kinesis:arn": stream.arn });

  return {
    async checkKey(caller, keyId) {
      if (keyId !== ownKey) await host.call(caller, "kms", "DescribeKey", { KeyId: keyId }).catch(throwKmsFault);
    },

    async dataKey(caller, stream) {
      const { keyId } = stream;
      if (keyId === undefined || keyId === ownKey) return undefined;
      const name = `${caller.principal.arn} ${stream.arn} ${keyId}`;
      const known = issued.get(name);
      if (known && known.until > host.clock.now()) return known.key;
      const input = { KeyId: keyId, KeySpec: "AES_256", EncryptionContext: context(stream) } as const;
      const { CiphertextBlob: key } = await host
        .call(forwardCaller(caller, "kinesis"), "kms", "GenerateDataKey", input)
        .catch(throwKmsFault);
      if (!key) return undefined;
      issued.set(name, { key, until: host.clock.now() + reuse });
      return key;
    },

    async open(caller, stream, encryptedDataKeys) {
      for (const key of encryptedDataKeys) {
        const callers = opened.get(key) ?? new Map<string, number>();
        if ((callers.get(caller.principal.arn) ?? 0) > host.clock.now()) continue;
        const input = { CiphertextBlob: key, EncryptionContext: context(stream) };
        await host.call(forwardCaller(caller, "kinesis"), "kms", "Decrypt", input).catch(throwKmsFault);
        callers.set(caller.principal.arn, host.clock.now() + reuse);
        opened.set(key, callers);
      }
    },
  };
}
