/** Options of an account. */
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
  /**
   * Quotas in place of AWS's usual ones: of dataset groups, schemas and Lambda's concurrent
   * executions in a Region, of the others in a dataset group.
   */
  readonly quotas?: Partial<
    Record<
      "campaigns" | "concurrentExecutions" | "datasetGroups" | "filters" | "recommenders" | "schemas" | "solutions",
      number
    >
  >;
  /**
   * The address of another emulator's S3. The account then has only Amazon Personalize, whose jobs
   * use that S3, and neither roles nor keys of KMS are checked. @default the account's own
   */
  readonly s3Endpoint?: string;
}

/**
 * The clock for which everything waits that waits on AWS: trainings, windows, schedules, retention.
 */
export interface Clock {
  readonly speed: number;
  /** In epoch milliseconds. */
  now(): number;
  /** Moves the clock by so many milliseconds, and does everything that is due until then. */
  advance(milliseconds: number): Promise<void>;
  setSpeed(speed: number): void;
}

/** A running local AWS account. */
export interface Account {
  /** The value for `AWS_ENDPOINT_URL`, such as `http://127.0.0.1:4566`. */
  readonly origin: string;
  readonly clock: Clock;
  /** Ends the account; its state is lost. */
  close(): Promise<void>;
}

/** Starts an account in this process, on 127.0.0.1. */
export function startAccount(options?: AccountOptions): Promise<Account>;

/**
 * Returns the environment variables with which every SDK and the AWS CLI use an account. @default
 * eu-west-1
 */
export function clientEnvironment(origin: string, region?: string): Record<string, string>;
