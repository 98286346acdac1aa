import { createInjectedFaults, type InjectedFaults } from "./account/host/faults/injected-faults";
import { type AccountHost, createHost } from "./account/host/host";
import { completeQuotas, type Quotas } from "./account/host/quotas";
import { createRequestLog, type RequestLog } from "./account/host/request-log";
import { cloudwatch } from "./account/services/cloudwatch/cloudwatch";
import { cloudwatchLogs } from "./account/services/cloudwatch-logs/cloudwatch-logs";
import { eventbridge } from "./account/services/eventbridge/eventbridge";
import { firehose } from "./account/services/firehose/firehose";
import { iam } from "./account/services/iam/iam";
import { acceptOutsideRoles } from "./account/services/iam/outside-roles";
import { kinesis } from "./account/services/kinesis/kinesis";
import { kms } from "./account/services/kms/kms";
import { lambda } from "./account/services/lambda/lambda";
import { personalize } from "./account/services/personalize/personalize";
import type { Undocumented } from "./account/services/personalize/undocumented";
import { s3 } from "./account/services/s3/s3";
import { scheduler } from "./account/services/scheduler/scheduler";
import { sns } from "./account/services/sns/sns";
import { ssm } from "./account/services/ssm/ssm";
import { sfn } from "./account/services/step-functions/step-functions";
import { sts } from "./account/services/sts/sts";
import { type Clock, createClock } from "./account/time/clock";
import { createRequestHandler } from "./account/wire/request-handler";
import { listen } from "./account/wire/server";
import { isView } from "./console/server/caller";
import { createConsole } from "./console/server/console";
import { noViews, type Views } from "./console/server/views";

export interface AccountOptions {
  /** @default 0: any free port */
  readonly port?: number;
  /** Virtual milliseconds per real one; at 0 only `clock.advance` moves the clock. @default 1 */
  readonly speed?: number;
  /**
   * No client waits for AWS: the clock jumps to the end of each step of a resource's life, and
   * Personalize describes a resource when its work is done, and a deleted one once more.
   * @default false
   */
  readonly instant?: boolean;
  /** The clock's start, in epoch milliseconds. @default now */
  readonly start?: number;
  /**
   * Seeds the account's ids, which decide what exploration shows: the same requests get the same
   * lists in each account of the seed. Its keys are then no secrets.
   * @default drawn
   */
  readonly seed?: number;
  /** The console's views of a program's stacks. @default none */
  readonly views?: Views;
  /**
   * Texts that `/_local/health` returns, so that a script recognises an account, and what was
   * deployed to it.
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Behaviour that the guide of Amazon Personalize leaves open; for tests of code that must not
   * depend on it.
   */
  readonly undocumented?: Undocumented;
  /** Quotas that the account has in place of the usual ones. @default AWS's */
  readonly quotas?: Partial<Quotas>;
  /**
   * The S3 of another emulator. The account then has only Amazon Personalize, whose jobs use that
   * S3, and neither roles nor keys of KMS are checked. @default the account's own
   */
  readonly s3Endpoint?: string;
}

/** A running local AWS account. */
export interface Account {
  /** The value for `AWS_ENDPOINT_URL`. */
  readonly origin: string;
  readonly clock: Clock;
  readonly host: AccountHost;
  readonly log: RequestLog;
  /**
   * Faults for tests: `faults.inject({ service: "personalize", operation: "*", effect: { kind:
   * "drop-after" } })`.
   */
  readonly faults: InjectedFaults;
  /** Mail that the account's topics sent. */
  readonly sns: ReturnType<typeof sns>;
  readonly personalize: ReturnType<typeof personalize>;
  /** Does what a button of the console does. */
  act(name: string, body: Record<string, unknown>): Promise<unknown>;
  /** Ends the account. */
  close(): Promise<void>;
}

const personalizeServices = ["personalize", "personalize-events", "personalize-runtime"] as const;

/** Starts an account on 127.0.0.1. Its data are in this process, and are lost when it ends. */
export async function startAccount({
  port = 0,
  undocumented = {},
  quotas = {},
  views = noViews,
  labels = {},
  s3Endpoint,
  instant = false,
  seed,
  ...time
}: AccountOptions = {}): Promise<Account> {
  const clock = createClock(time);
  const log = createRequestLog({ leavesOut: isView });
  let origin = "";
  const faults = createInjectedFaults(clock);
  const only = s3Endpoint === undefined ? undefined : personalizeServices;
  const host = createHost({ clock, log, faults, origin: () => origin, only, seed });

  const { functions, mail, models } = createServices(host, faults, { undocumented, quotas, s3Endpoint, instant });
  const names = [...host.served()].sort();
  const page = createConsole(
    { host, clock, log, faults, services: names, functions, sns: mail, personalize: models, labels },
    views,
  );
  const server = await listen(port, { ...createRequestHandler(host), takes: page.takes });
  origin = `http://127.0.0.1:${server.port}`;
  if (instant) clock.skipTransitions(() => Number.POSITIVE_INFINITY);
  return {
    origin,
    clock,
    host,
    log,
    faults,
    sns: mail,
    personalize: models,
    act: page.act,
    async close() {
      clock.stop();
      page.close();
      await functions.close();
      await server.close();
    },
  };
}

function createServices(
  host: AccountHost,
  faults: InjectedFaults,
  {
    undocumented,
    quotas,
    s3Endpoint,
    instant,
  }: Pick<AccountOptions, "undocumented" | "quotas" | "instant"> & { s3Endpoint: string | undefined },
) {
  const authority = iam(host);
  host.setAuthority(s3Endpoint === undefined ? authority : acceptOutsideRoles(authority));
  const allowed = completeQuotas(quotas);
  const functions = lambda(host, faults, allowed);
  const mail = sns(host);
  const models = personalize(host, undocumented, allowed, { s3Endpoint, instant });
  const services = [
    authority,
    cloudwatch(host),
    cloudwatchLogs(host),
    eventbridge(host),
    firehose(host),
    functions,
    kinesis(host),
    kms(host),
    mail,
    models.control,
    models.events,
    models.runtime,
    s3(host),
    scheduler(host),
    sfn(host),
    ssm(host),
    sts(host, authority),
  ];
  for (const service of services) host.register(service);
  return { functions, mail, models };
}
