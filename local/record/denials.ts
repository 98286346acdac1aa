import type { MiddlewareStack } from "@smithy/types";

/**
 * Actions of S3 that are not named as the operation (Service Authorization Reference, "Actions
 * defined by Amazon S3").
 */
const otherNames: Readonly<Record<string, string>> = {
  ListBuckets: "ListAllMyBuckets",
  ListObjectsV2: "ListBucket",
  PutBucketEncryption: "PutEncryptionConfiguration",
};

/**
 * The right that a refused call lacks; undefined for any other error. Most services name it in
 * their message; a message of S3 may be "Access Denied" only.
 */
export function findMissingRight(error: unknown, service: string, operation: string): string | undefined {
  if (!(error instanceof Error) || !/^(AccessDenied(Exception)?|NotAuthorized|Forbidden)$/.test(error.name)) return;
  // The policy of another's key or bucket refuses: no right of ours would help.
  if (/resource-based policy/.test(error.message)) return;
  const [, named] = /not authorized to perform:? ([a-z-]+:\w+)/.exec(error.message) ?? [];
  const prefix = service.startsWith("personalize") ? "personalize" : service;
  return named ?? `${prefix}:${otherNames[operation] ?? operation}`;
}

interface Client {
  readonly config: { readonly serviceId?: string };
  readonly middlewareStack: unknown;
}

/** Notes each right that a client's calls lack. */
export function noteMissingRights({ config, middlewareStack }: Client, note: (right: string) => void): void {
  const service = (config.serviceId ?? "").toLowerCase().replaceAll(" ", "-");
  (middlewareStack as MiddlewareStack<object, object>).add(
    (next, { commandName = "" }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          const right = findMissingRight(error, service, commandName.replace(/Command$/, ""));
          if (right !== undefined) note(right);
          throw error;
        }
      },
    { step: "initialize", name: "note-missing-rights" },
  );
}
