import type { StackName } from "../../names/physical-names";
import type { Aws } from "../stack/aws";
import type { Plan } from "./deployment/plan";
import type { Place } from "./deployment/resource-arns";

export interface Finding {
  readonly outcome: "passed" | "warning" | "failed" | "skipped";
  /** The finding, or the reason why the check was skipped. */
  readonly detail: string;
  /** The next step for the user; every failure and warning has one. */
  readonly remedy?: string;
}

/** One check: reads, and changes nothing. It may throw: see `explainError`. */
export type Check = (subject: Subject) => Promise<Finding>;

export interface Subject extends StackName {
  readonly account: Readable<AccountUnderTest>;
  /**
   * The resources that the program would create with this configuration, or the reason why it does
   * not run.
   */
  readonly plan: Readable<Plan>;
}

export type Readable<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

export interface AccountUnderTest extends Place {
  /** The caller's ARN. */
  readonly caller: string;
  readonly aws: Aws;
  /**
   * The same with the settings of the dynamic providers of Amazon Personalize, such as its
   * endpoint.
   */
  readonly personalize: Aws;
}

export const reportPassed = (detail: string): Finding => ({ outcome: "passed", detail });
export const reportSkipped = (detail: string): Finding => ({ outcome: "skipped", detail });
export const reportWarning = (detail: string, remedy: string): Finding => ({ outcome: "warning", detail, remedy });
export const reportFailed = (detail: string, remedy: string): Finding => ({ outcome: "failed", detail, remedy });

/** Creates a check that is skipped when the account is not known or the program does not run. */
export const checkPlan =
  (run: (account: AccountUnderTest, plan: Plan, subject: Subject) => Promise<Finding>): Check =>
  async (subject) => {
    const { account, plan } = subject;
    if (account.value && plan.value) return run(account.value, plan.value, subject);
    return reportSkipped(`see the check of the ${plan.value ? "identity" : "program"}`);
  };
