/** An account's folder that is saved again and again; says which state it found and which it has saved. */
import { captureState } from "../../account/keep/capture.ts";
import { StateFolder } from "../../account/keep/state-folder.ts";

interface Counted {
  count: number;
  readonly list: string[];
}

async function run(path: string): Promise<void> {
  const time = "2026-03-01T00:00:00.000Z";
  const folder = await StateFolder.open(path, time);
  const found = await folder.read();
  const value = (found?.parts.get("value") ?? { count: 0, list: [] }) as Counted;
  const same = found?.parts.get("same") ?? "same".repeat(50_000);
  if (value.list.length !== value.count * 100 || found?.damage !== undefined) throw new Error("not complete");
  console.log(`found ${value.count}`);
  for (;;) {
    value.count++;
    for (let i = 0; i < 100; i++) value.list.push(`${value.count} ${i} `.repeat(10));
    const captured = captureState(Object.entries({ same, value }), folder.files);
    await folder.write(captured, { id: "an-id", saved: time }, { now: 0, speed: 1 });
    console.log(`saved ${value.count}`);
  }
}

run(process.argv[2] ?? "").catch((error: Error) => {
  console.log(error.message);
  process.exitCode = 1;
});
