import type { AwsCredentialIdentity, RetryStrategyV2 } from "@smithy/types";

/** An account in which a suite can be recorded: AWS, or a local one. */
export interface Place {
  /** The configuration of every client; AWS's own for what is absent. */
  readonly settings: {
    readonly endpoint?: string;
    readonly region?: string;
    readonly credentials?: AwsCredentialIdentity;
    readonly maxAttempts?: number;
    readonly retryStrategy?: RetryStrategyV2;
    readonly requestHandler?: Readonly<Record<string, unknown>>;
  };
  readonly account: string;
  readonly region: string;
  /** Values that a recording must not contain, by the label that takes their place. */
  readonly known: Readonly<Record<string, readonly (string | undefined)[]>>;
  /**
   * The time at which the credentials end; absent if they do not, or are renewed without a person.
   */
  readonly credentialsEnd?: Date | "unknown";
  now(): Date;
  /** Lets time pass between two looks. */
  pause(milliseconds: number, stop?: AbortSignal): Promise<unknown>;
  /** Reads the events of CloudTrail that name a resource; absent where there is no CloudTrail. */
  readonly lookUp?: (resourceName: string) => Promise<readonly object[]>;
  close(): Promise<void>;
}
