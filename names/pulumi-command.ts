/**
 * The command that the user runs, for remedies that work when they are pasted: `pulumi`, or another
 * one that started the program and says so in `PULUMI_COMMAND`.
 */
export const pulumiCommand = (): string => process.env.PULUMI_COMMAND || "pulumi";
