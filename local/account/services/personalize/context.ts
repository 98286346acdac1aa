import { arnIn } from "../../aws/arn";
import type { Quotas } from "../../host/quotas";
import type { Caller, Host } from "../../host/service";
import type { Store } from "../../host/store";
import type { Clients, InputOf, OperationOf } from "../../model/clients";
import type { DataAccess } from "./s3/data-access";
import type { Lifecycle } from "./state/lifecycle";
import type { PersonalizeState } from "./state/state";
import type { Behaviour } from "./undocumented";

/** The parts of the service that every resource kind works with. */
export interface Context {
  readonly host: Host;
  readonly store: Store<PersonalizeState>;
  readonly lifecycle: Lifecycle;
  readonly data: DataAccess;
  readonly undocumented: Behaviour;
  readonly quotas: Quotas;
}

/** The input of an operation of the control plane. */
export type Input<O extends OperationOf<Clients["personalize"]>> = InputOf<Clients["personalize"], O>;

/** `arn:aws:personalize:<region>:<account>:<tail>` */
export const arnOf = (caller: Caller, tail: string) => arnIn(caller, "personalize", tail);

/**
 * 8 hexadecimal digits: the end of a version's and a tracker's ARN, so that callers cannot
 * construct them.
 */
export const generateId = ({ host }: Context) => host.randomBytes(4).toString("hex");
