import { randomUUID } from "node:crypto";
import type { Scope } from "../aws/arn";
import { Fault, notImplemented, notServed } from "../aws/fault";
import { statusOf } from "../codecs/codec-fault";
import type { ServiceName } from "../model/clients";
import { modelOf, type Operation, operationOf } from "../model/schema";
import { describeViolations, findViolations } from "../model/validate";
import type { Clock } from "../time/clock";
import { runWithEffect } from "./faults/call-effect";
import type { InjectedFaults, MetFault } from "./faults/injected-faults";
import { InvalidToken, invalidTokenFault } from "./page";
import type { PolicyDocument, Session } from "./principal";
import { createRandomBytes } from "./random-bytes";
import type { Authorisation, RequestLog } from "./request-log";
import { addRequiredResources } from "./required-resources";
import { refuseReservedTags } from "./reserved-tags";
import type { Call, Caller, Host, Permission, Service } from "./service";
import { shortenInput, shortenOutput } from "./short-call";
import { createSignals } from "./signals";

/** IAM: decides on permissions and issues sessions. */
interface Authority {
  authorise(
    caller: Caller,
    permission: Permission,
    resourcePolicy: PolicyDocument | undefined,
    decided?: (decision: Omit<Authorisation, keyof Permission>) => void,
  ): void;
  assumeRole: Host["assumeRole"];
  /**
   * The session of an access key that the account issued. Throws for a key that was never issued, a
   * session token that is not the key's, and an expired session.
   */
  sessionOf(accessKeyId: string, sessionToken: string | undefined): Session | undefined;
}

/** A service whose handlers are found by an operation's name at run time. */
type AnyService = Omit<Service, "handlers" | "permissions" | "name"> & {
  readonly name: ServiceName;
  readonly handlers: Readonly<Record<string, ((input: unknown, call: Call) => unknown) | undefined>>;
  readonly permissions: Readonly<Record<string, ((input: unknown, call: Call) => readonly Permission[]) | undefined>>;
};

interface HostOptions {
  readonly clock: Clock;
  readonly log: RequestLog;
  readonly faults: InjectedFaults;
  /** Known as soon as the port is known. */
  readonly origin: () => string;
  /** The services that clients may call; absent: all. The account itself calls the others too. */
  readonly only: readonly ServiceName[] | undefined;
  /** Seeds the account's ids and keys; absent: each account draws other ones. */
  readonly seed: number | undefined;
}

/**
 * The host as the account sets it up: services and IAM are registered after the host was created.
 */
export interface AccountHost extends Host {
  /** Runs a client's request, whose id the request handler returns in a header. */
  answer(
    caller: Caller,
    service: ServiceName,
    operation: Operation,
    input: unknown,
    requestId: string,
  ): Promise<unknown>;
  /** The account and Region of the resource that an unsigned request addresses. */
  scopeOf(service: ServiceName, path: string): Scope | undefined;
  register(service: unknown): void;
  /** The services that clients may call. */
  served(): readonly ServiceName[];
  /** The names of the operations that a service implements. */
  listOperations(service: ServiceName): string[];
  setAuthority(authority: Authority): void;
  authority(): Authority;
}

/** Every call of a service goes through the host, which validates, authorises, runs and logs it. */
export function createHost({ clock, log, faults, origin, only, seed }: HostOptions): AccountHost {
  const services = new Map<ServiceName, AnyService>();
  const served = () => only ?? [...services.keys()];
  const byPrefix = new Map<string, AnyService>();
  let authority: Authority | undefined;

  const authorityOf = () => authority ?? failWithoutAuthority();

  /** IAM's decisions on a call, even if it is refused. */
  const decisionsOf = new WeakMap<Caller, Authorisation[]>();
  const noteDecision = (caller: Caller, decision: Authorisation) => void decisionsOf.get(caller)?.push(decision);
  const authorise = (caller: Caller, permission: Permission) => {
    const { action, resource } = permission;
    const owner = byPrefix.get(resource.split(":")[2] ?? "");
    authorityOf().authorise(caller, permission, owner?.resourcePolicy?.(resource), (decision) =>
      noteDecision(caller, { action, resource, ...decision }),
    );
  };

  /** Faults that affected a request which runs, by the request's id. */
  const met = new Map<string, MetFault | undefined>();
  const noteFault = (requestId: string, fault: MetFault) => void (met.has(requestId) && met.set(requestId, fault));

  const parts = { services, faults, authorise, noteFault };
  const answer = async (
    caller: Caller,
    service: ServiceName,
    operation: Operation,
    input: unknown,
    // Only for a client's request; the account's own requests have none.
    requestOfClient?: string,
  ) => {
    const requestId = requestOfClient ?? randomUUID();
    const call: Call = { ...caller, requestId };
    const started = performance.now();
    const decisions: Authorisation[] = [];
    decisionsOf.set(call, decisions);
    met.set(requestId, undefined);
    const close = async (
      status: number,
      { output, error }: { output?: unknown; error?: { code: string; message: string } },
    ) => {
      const fault = met.get(requestId);
      met.delete(requestId);
      if (log.leavesOut(callerOf(call))) return;
      const time = new Date(clock.now()).toISOString();
      const milliseconds = performance.now() - started;
      log.add({
        id: requestId,
        time,
        ...callerOf(call),
        service,
        operation: operation.name,
        status,
        ...(error ? { error: error.code, message: error.message } : {}),
        milliseconds,
        decisions,
        ...(requestOfClient === undefined ? { internal: true } : {}),
        ...(fault && { fault }),
        ...shortenInput(service, operation.input, input),
        ...(error ? {} : { output: shortenOutput(service, operation.output, output) }),
      });
    };
    try {
      const isOutside = requestOfClient !== undefined && !served().includes(service);
      if (isOutside) throw notServed(`${service}:${operation.name}`, served());
      const output = await run(parts, call, service, operation, input ?? {});
      await close(200, { output });
      return output;
    } catch (error) {
      if (!(error instanceof Fault)) await close(500, { error: { code: "InternalFailure", message: String(error) } });
      else await close(services.has(service) ? statusOf(error, service, await modelOf(service)) : 501, { error });
      throw error;
    }
  };

  const dispatch = async (caller: Caller, service: ServiceName, name: string, input: unknown) =>
    answer(caller, service, await operationOf(service, name), input);

  return {
    clock,
    get origin() {
      return origin();
    },
    // The same function with the SDK's types for its arguments.
    call: dispatch as unknown as Host["call"],
    dispatch,
    answer,
    authorise,
    noteDecision,
    noteFault,
    assumeRole: (service, roleArn, options) => authorityOf().assumeRole(service, roleArn, options),
    ...createSignals(),
    randomBytes: createRandomBytes(seed),
    scopeOf: (service, path) => services.get(service)?.scopeOf?.(path),
    register(service) {
      const registered = service as AnyService;
      services.set(registered.name, registered);
      if (!byPrefix.has(registered.iamPrefix)) byPrefix.set(registered.iamPrefix, registered);
    },
    served,
    listOperations: (service) => Object.keys(services.get(service)?.handlers ?? {}).sort(),
    setAuthority(next) {
      authority = next;
    },
    authority: authorityOf,
  };
}

function failWithoutAuthority(): never {
  throw new Error("The local account has no IAM yet. Call `setAuthority` before the first call.");
}

const callerOf = ({ account, region, principal }: Call) => ({ account, region, principal: principal.arn });

interface Running {
  readonly services: ReadonlyMap<ServiceName, AnyService>;
  readonly faults: InjectedFaults;
  readonly authorise: Host["authorise"];
  readonly noteFault: Host["noteFault"];
}

/** Validates, authorises and runs an operation. */
async function run(
  { services, faults, authorise, noteFault }: Running,
  call: Call,
  serviceName: ServiceName,
  operation: Operation,
  input: unknown,
): Promise<unknown> {
  const { name } = operation;
  const service = services.get(serviceName);
  if (!service) throw notImplemented(`${serviceName}:${name}`);
  const handler = service.handlers[name];
  if (!handler) throw notImplemented(`${service.iamPrefix}:${name}`);
  refuseInvalid(service, operation, input);
  refuseReservedTags(service.name, input, service.validationError);
  try {
    for (const permission of permissionsOf(service, name, input, call)) authorise(call, permission);
    const called = { service: serviceName, operation: name, caller: call.principal.arn };
    const effect = faults.onCall(called, (fault) => noteFault(call.requestId, fault));
    return await (effect ? runWithEffect(effect, () => handler(input, call)) : handler(input, call));
  } catch (error) {
    throw error instanceof InvalidToken ? invalidTokenFault(service.name, name, service.validationError) : error;
  }
}

function permissionsOf(service: AnyService, operation: string, input: unknown, call: Call): readonly Permission[] {
  const needed = service.permissions[operation];
  if (!needed) throw new Error(`${service.name}:${operation} has no entry in the service's permissions.`);
  return addRequiredResources(needed(input, call), input);
}

function refuseInvalid(service: AnyService, operation: Operation, input: unknown): void {
  if (operation.input.kind === "unit") return;
  const found = findViolations(service.name, operation.input, input);
  if (found.length === 0) return;
  const special = found.map((violation) => service.violationFault?.(violation, input as object));
  // Violations for which the handler has a better error.
  if (special.every((fault) => fault === "leave")) return;
  const first = special.find((fault) => fault instanceof Fault);
  throw first ?? new Fault(service.validationError, describeViolations(found));
}
