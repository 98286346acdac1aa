/** The process of `child-account.ts`: gets the clock's speed on the command line, sends its origin and, on request, its memory. */
import { startAccount } from "../../local/account/account";

// The parent process has ended.
process.once("disconnect", () => process.exit(0));

startAccount({ speed: Number(process.argv[2]) }).then((account) => {
  process.on("message", () => process.send?.({ memory: process.resourceUsage().maxRSS / 1024 }));
  process.send?.({ origin: account.origin });
});
