/** A message may quote a part of the request, and a request may have megabytes. */
const longestMessage = 32 * 1024;

interface FaultOptions {
  readonly status?: number;
  readonly members?: Record<string, unknown>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error that the account returns, with AWS's name for it: `new
 * Fault("ResourceNotFoundException", "…")`. The HTTP status comes from the service's model, unless
 * `status` is given.
 */
export class Fault extends Error {
  readonly code: string;
  readonly status: number | undefined;
  /** Further modelled members of the error's shape, such as `existingExecutionArn`. */
  readonly members: Record<string, unknown>;
  /** Headers of the response, such as `allow`; S3 only. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message);
    this.name = "Fault";
    this.code = code;
    this.status = options.status;
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
  }
}

/**
 * The connection ended without an answer: an injected fault. The request handler closes the
 * client's connection; the account's own services see what the SDKs for Java, which AWS's services
 * use, throw for it.
 */
export class ConnectionDropped extends Fault {
  constructor() {
    super("SdkClientException", "The connection was closed without an answer.", { status: 0 });
    this.name = "ConnectionDropped";
  }
}

/**
 * The missing operation or feature, after the service's prefix in policies:
 * `kinesis:SubscribeToShard`, `kms:CreateKey with MultiRegion`, or without an operation, `iam: the
 * condition key ec2:Vpc`.
 */
type Unimplemented = `${string}:${string}`;

/** An operation of a service that clients of this account may not call. */
export const notServed = (operation: Unimplemented, served: readonly string[]) =>
  new Fault("NotImplemented", `${operation} is not served: this account was started with ${served.join(", ")} only.`, {
    status: 501,
  });

/** An operation or a member that is not implemented returns 501 with its name, never 200. */
export function notImplemented(what: Unimplemented): Fault {
  const remedy = 'see "What returns 501" in local/README.md, and open an issue in the repository if you need it';
  return new Fault("NotImplemented", `${what} is not implemented by the local account: ${remedy}.`, { status: 501 });
}
