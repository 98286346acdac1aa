import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Undocumented } from "../../../account/services/personalize/undocumented.ts";
import { recordCommand } from "../../../record/command.ts";
import { openLocalPlace } from "../../../record/personalize/local-place.ts";
import { recordedSuite } from "../../../record/personalize/suite.ts";
import type { Place } from "../../../record/place.ts";
import { readRecording } from "../../../record/recording.ts";

const minute = 60_000;

interface Evening {
  /** There are credentials of AWS. @default true */
  readonly aws?: boolean;
  /** The members of the place that differ. */
  readonly changes?: Partial<Place>;
  /** Gets each line that the command prints, and may interrupt it. */
  atLine?(line: string): void;
}

/**
 * Opens an account as AWS, and as a local account, in which the tests of a file run the command.
 */
export async function openEvening(undocumented: Undocumented = {}) {
  const { local: account, ...place } = await openLocalPlace({ undocumented });
  const folder = mkdtempSync(join(tmpdir(), "recording-"));
  afterAll(async () => {
    await account.close();
    rmSync(folder, { recursive: true });
  });
  let interrupt = () => {};
  return {
    account,
    place,
    folder,
    interrupt: () => interrupt(),
    async run(args: string, { aws = true, changes = {}, atLine = () => {} }: Evening = {}) {
      const lines: string[] = [];
      const began = account.clock.now();
      const open = async () => ({ ...place, ...changes, close: async () => {} });
      const code = await recordCommand([...args.split(" "), "--folder", folder], recordedSuite, {
        print(line) {
          lines.push(line);
          atLine(line);
        },
        openAws: async () => (aws ? open() : undefined),
        openLocal: open,
        onInterrupt(listener) {
          interrupt = listener;
        },
      }).catch((error: Error) => {
        lines.push(error.message);
        return 1;
      });
      return { code, text: lines.join("\n"), minutes: (account.clock.now() - began) / minute };
    },
    facts: () => Object.assign({}, ...readRecording(folder).map(({ facts }) => facts)) as Record<string, unknown>,
  };
}
