import { type Scope, scopeOfArn } from "../../aws/arn";
import type { Host, Service } from "../../host/service";
import { defineService } from "../../host/service";
import { createStore } from "../../host/store";
import { createDelivery } from "./delivery/delivery";
import { publishHandlers } from "./operations/publish";
import { subscriptionHandlers } from "./operations/subscriptions";
import { tagHandlers } from "./operations/tags";
import { topicHandlers } from "./operations/topics";
import { permissions } from "./permissions";
import { type Mail, type SnsState, type Topic, topicArnOf } from "./state/topic";

/** SNS, and the mails that it would send. */
export interface Sns extends Service<"sns"> {
  /** The mails of an account and Region, oldest first: messages and confirmation requests. */
  outbox(scope: Scope): readonly Mail[];
}

/** The most mails that are kept for an account and Region. */
const outboxLimit = 1000;

/**
 * SNS: topics with e-mail and Lambda subscriptions. Other protocols, filters, FIFO topics and
 * archives return 501.
 */
export function sns(host: Host): Sns {
  const states = createStore((): SnsState => ({ topics: new Map(), outbox: [] }));
  const sendMail = (topic: Topic, mail: Mail) => {
    const { outbox } = states.of(topic);
    outbox.push(mail);
    if (outbox.length > outboxLimit) outbox.shift();
  };
  const service = defineService({
    name: "sns",
    iamPrefix: "sns",
    validationError: "ValidationError",
    handlers: {
      ...topicHandlers(states.of),
      ...tagHandlers(states.of),
      ...subscriptionHandlers(host, states.of, sendMail),
      ...publishHandlers(host, states.of, createDelivery(host, sendMail)),
    },
    permissions,
    resourcePolicy: (arn) => states.of(scopeOfArn(arn)).topics.get(topicArnOf(arn))?.policy.document,
  });
  return { ...service, outbox: (scope) => states.of(scope).outbox };
}
