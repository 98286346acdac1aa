import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ProgramWatch, watchProgram } from "../../../demo/tour/watch-program.ts";

let root = "";
let watch: ProgramWatch | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "watch-program-"));
  mkdirSync(join(root, "functions/serving"), { recursive: true });
});
afterEach(async () => {
  await watch?.close();
  rmSync(root, { recursive: true });
});

const save = (file: string) => writeFileSync(join(root, file), String(Math.random()));

test("files that are saved together start one deployment, without an editor's temporary files", async () => {
  const changed = await new Promise<readonly string[]>((resolve) => {
    watch = watchProgram(root, { folders: ["functions"] }, async (files) => resolve(files));
    save("functions/recommend-pets.ts");
    save("functions/serving/fallback.ts");
    save("functions/.recommend-pets.ts");
    save("functions/recommend-pets.ts~");
  });
  expect(changed).toEqual(["functions/recommend-pets.ts", "functions/serving/fallback.ts"]);
});

test("a change during a deployment starts the next one after it", async () => {
  const log: string[] = [];
  await new Promise<void>((resolve) => {
    watch = watchProgram(root, { folders: ["functions"] }, async ([file = ""]) => {
      log.push(`begin ${file}`);
      if (file === "functions/a.ts") {
        const seen = new Promise<void>((next) => {
          const other = watchProgram(root, { folders: ["functions"] }, async () => {
            void other.close();
            next();
          });
          save("functions/b.ts");
        });
        await seen;
      }
      log.push(`end ${file}`);
      if (file === "functions/b.ts") resolve();
    });
    save("functions/a.ts");
  });
  expect(log).toEqual(["begin functions/a.ts", "end functions/a.ts", "begin functions/b.ts", "end functions/b.ts"]);
});

test("a file that is replaced by another one is noticed each time, and so are new folders", async () => {
  const deployments: (readonly string[])[] = [];
  let next: () => void = () => undefined;
  watch = watchProgram(root, { folders: ["functions"] }, async (files) => {
    deployments.push(files);
    next();
  });
  /** Makes a change and waits for its deployment. */
  const after = (change: () => void) =>
    new Promise<void>((resolve) => {
      next = resolve;
      change();
    });
  const replace = () => {
    save("functions/serving/new");
    renameSync(join(root, "functions/serving/new"), join(root, "functions/serving/fallback.ts"));
  };
  const saveInNewFolder = () => {
    mkdirSync(join(root, "functions/shop"));
    save("functions/shop/cart.ts");
  };
  for (let i = 0; i < 3; i++) await after(replace);
  await after(saveInNewFolder);
  await after(() => rmSync(join(root, "functions/shop"), { recursive: true }));
  await after(saveInNewFolder);
  await after(() => save("functions/shop/cart.ts"));
  const cart = ["functions/shop/cart.ts"];
  expect(deployments).toEqual([...Array(3).fill(["functions/serving/fallback.ts"]), cart, cart, cart, cart]);
});

test("files outside of the folders are noticed, each time that an editor replaces them, and no others", async () => {
  const files = ["Pulumi.dev.yaml", "index.ts"];
  const deployments: (readonly string[])[] = [];
  for (const file of files) {
    await new Promise<void>((resolve) => {
      watch = watchProgram(root, { folders: [], files }, async (changed) => {
        deployments.push(changed);
        resolve();
      });
      save("Pulumi.prod.yaml");
      save("new");
      renameSync(join(root, "new"), join(root, file));
    });
    await watch?.close();
  }
  expect(deployments).toEqual([["Pulumi.dev.yaml"], ["index.ts"]]);
});
