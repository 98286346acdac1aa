import type { Scope } from "../../account/aws/arn";
import type { Host } from "../../account/host/service";
import type { Clients, InputOf, OperationOf, OutputOf, ServiceName } from "../../account/model/clients";

/** Calls an operation in an account and Region. */
export type Calls = <S extends ServiceName, O extends OperationOf<Clients[S]>>(
  service: S,
  operation: O,
  input: InputOf<Clients[S], O>,
) => Promise<OutputOf<Clients[S], O>>;

/**
 * The console is a federated user of the account's owner (ARN as STS GetFederationToken gives it),
 * so that its calls have their own name in the log and the owner's rights. What it only reads to
 * show it has another name, and is not logged: a look at the account would bury what happened in
 * it.
 */
const arnOf = (account: string, user: string) => `arn:aws:sts::${account}:federated-user/${user}`;
const reader = "console-view";

/** Tells the log that a request is the console's own look at the account. */
export const isView = ({ account, principal }: { account: string; principal: string }) =>
  principal === arnOf(account, reader);

function createCalls(host: Host, { account, region }: Scope, user: string): Calls {
  const caller = { account, region, principal: { kind: "root", account, arn: arnOf(account, user) } as const };
  return (service, operation, input) => host.call(caller, service, operation, input);
}

/** Calls by which the console reads: checked like every call, and not logged. */
export const createViewCalls = (host: Host, scope: Scope): Calls => createCalls(host, scope, reader);

/** Calls by which the console acts: in the log as `…:federated-user/console`. */
export const createActionCalls = (host: Host, scope: Scope): Calls => createCalls(host, scope, "console");
