import { PolicyPack } from "@pulumi/policy";
import { judgedLater } from "./later";
import { resourceRules, stackRules } from "./rules";

// Constructing a pack starts its server, so the rules are in separate files, where tests can call
// them.
new PolicyPack("recommender", { policies: [...resourceRules, ...stackRules, judgedLater] });
