/**
 * An error that the account answers, named as AWS names it: `new Fault("ResourceNotFoundException", "…")`.
 * The HTTP status comes from the service's own model unless `status` says otherwise.
 */
export class Fault extends Error {
  readonly code: string;
  readonly status: number | undefined;
  /** Further modelled members of the error's shape, such as `existingExecutionArn`. */
  readonly members: Record<string, unknown>;

  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.name = "Fault";
    this.code = code;
    this.status = options.status;
    this.members = options.members ?? {};
  }
}

/** The account fails closed: what is not written answers 501 with its name, never 200 for something ignored. */
export function notImplemented(what: string): Fault {
  return new Fault("NotImplemented", `${what} is not implemented by the local account.`, { status: 501 });
}
