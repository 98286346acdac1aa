import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { RequestItem } from "../../../local/console/messages";
import { useRead } from "../../../local/console/page/account";
import { ObjectRows, OpenedObject } from "../../../local/console/page/objects";
import { Arn, Empty, Failure, formatNumber, Loading, Panel, Status } from "../../../local/console/page/parts";
import type { ViewProps } from "../../../local/console/page/view";
import type { Objects, Pipeline } from "../messages";

const services = ["kinesis", "lambda", "personalize-events", "s3", "firehose", "cloudwatch", "cloudwatch-logs"];
const refreshes = ({ service }: RequestItem) => services.includes(service);

export function PipelineView({ stack }: ViewProps) {
  const { data, error } = useRead<Pipeline>("/_console/api/pipeline", { stack: stack.name }, refreshes);
  const [opened, setOpened] = useState<{ bucket: string; key: string }>();
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return (
    <div class="stack">
      <Failure error={error} />
      <Way data={data} stack={stack} />
      <div class="halves">
        <ObjectList
          title="Quarantine"
          objects={data.quarantine}
          open={setOpened}
          empty="No record is in the quarantine."
          hint="Records that are not valid events appear here, with the reason."
        />
        <ObjectList
          title="Archive"
          objects={data.archive}
          open={setOpened}
          empty="Nothing is archived yet."
          hint="The delivery stream buffers records before it writes them. Jump ahead in Time and faults."
        />
      </div>
      {opened && (
        <OpenedObject
          key={opened.key}
          bucket={opened.bucket}
          objectKey={opened.key}
          close={() => setOpened(undefined)}
        />
      )}
    </div>
  );
}

/** The picture: each stage with its numbers of the last 24 hours. */
function Way({ data, stack: { account, region } }: { data: Pipeline; stack: ViewProps["stack"] }) {
  const { counts, consumer, shards } = data;
  const streamArn = `arn:aws:kinesis:${region}:${account}:stream/${data.streamName}`;
  const of = (name: string) => counts[name] ?? 0;
  const injected = data.injected.find(({ operation }) => operation === "PutEvents")?.count ?? 0;
  const used = shards.filter(({ records }) => records > 0).length;
  const good = of("putEvents") - of("putEventsErrors") - of("putEventsRefused");
  const eventsPerCall = good > 0 ? Math.round((10 * of("delivered")) / good) / 10 : 0;
  return (
    <Panel title="The path of an event" actions={<span class="muted">last 24 hours of the account's clock</span>}>
      <ol class="way">
        <Stage name="Stream" main={of("received")} unit="records" link={<Arn arn={streamArn} label="stream" />}>
          <Shards shards={shards} />
          <p class="muted">
            {used} of {shards.length} shards used
          </p>
        </Stage>
        <Stage
          name="Consumer"
          main={of("batches")}
          unit="batches"
          link={
            consumer && <Arn arn={`arn:aws:lambda:${region}:${account}:function:${consumer.name}`} label="function" />
          }
        >
          <Facts
            rows={[
              ["records invoked", of("invoked")],
              ["records that failed, retried", of("failedInvoke")],
              ["batch size", consumer?.batchSize ?? 0],
            ]}
          />
          {consumer && <Status value={consumer.state} />}
        </Stage>
        <Stage name="Personalize" main={of("delivered")} unit="events delivered">
          <Facts
            rows={[
              ["PutEvents calls", of("putEvents")],
              ["events per call", eventsPerCall],
              ["failed calls", of("putEventsErrors") + of("putEventsRefused") + injected],
              ["answers from the fallback", of("fallbacks")],
            ]}
          />
          <p>
            <a href="#/requests/PutEvents">calls in the log</a>
          </p>
        </Stage>
        <Stage
          name="Put aside by the consumer"
          main={of("quarantined") + of("givenUp")}
          unit="records"
          tone={of("quarantined") + of("givenUp") + of("dropped") > 0 ? "warn" : ""}
        >
          <Facts
            rows={[
              ["quarantined records", of("quarantined")],
              ["records in given-up batches", of("givenUp")],
              ["dropped", of("dropped")],
            ]}
          />
        </Stage>
      </ol>
      {data.injected.length > 0 && (
        <p class="failure">
          Injected faults made calls fail:{" "}
          {data.injected
            .map(({ service, operation, count }) => `${service} ${operation} ${formatNumber(count)}`)
            .join(", ")}
          . <a href="#/requests/fault">These calls in the log</a>
        </p>
      )}
      <p class="branch">
        The stream also feeds the archive: <strong>{formatNumber(data.archive.count)}</strong> objects, compressed, one
        record a line.
      </p>
    </Panel>
  );
}

const Shards = ({ shards }: Pick<Pipeline, "shards">) => (
  <ul class="shards" aria-label="Records by shard">
    {shards.map(({ id, records }) => (
      <li key={id} title={id}>
        <span>{id.replace(/^shardId-0*(?=\d)/, "shard ")}</span>
        <strong>{formatNumber(records)}</strong>
      </li>
    ))}
  </ul>
);

function Stage({
  name,
  main,
  unit,
  link,
  tone = "",
  children,
}: {
  name: string;
  main: number;
  unit: string;
  link?: ComponentChildren;
  tone?: string;
  children: ComponentChildren;
}) {
  return (
    <li class={`stage ${tone}`}>
      <h3>
        {name} {link}
      </h3>
      <p class="big">
        <strong>{formatNumber(main)}</strong> {unit}
      </p>
      {children}
    </li>
  );
}

const Facts = ({ rows }: { rows: readonly (readonly [string, number])[] }) => (
  <dl class="facts">
    {rows.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{formatNumber(value)}</dd>
      </div>
    ))}
  </dl>
);

function ObjectList({
  title,
  objects,
  open,
  empty,
  hint,
}: {
  title: string;
  objects: Objects;
  open: (object: { bucket: string; key: string }) => void;
  empty: string;
  hint: string;
}) {
  return (
    <Panel title={title} actions={<Arn arn={`arn:aws:s3:::${objects.bucket}`} label={objects.bucket} />}>
      {objects.newest.length === 0 && (
        <Empty title={empty}>
          <p>{hint}</p>
        </Empty>
      )}
      <ObjectRows
        objects={objects.newest}
        nameOf={(key) => key.split("/").at(-1) ?? key}
        open={(key) => open({ bucket: objects.bucket, key })}
      />
    </Panel>
  );
}
