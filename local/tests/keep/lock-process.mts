/** Takes a folder's lock when it reads a line, says what came of it, and stays. */
import { realDisk } from "../../account/keep/disk.ts";
import { lockFolder } from "../../account/keep/folder-lock.ts";
import { thisProcess } from "../../account/keep/this-process.ts";

const [, , folder = ""] = process.argv;
process.stdin.once("data", () => {
  lockFolder(realDisk, folder, { ...thisProcess(), since: "2026-03-01T00:00:00.000Z" }).then(
    () => console.log("locked"),
    (error: Error) => console.log(error.message),
  );
});
console.log("ready");
