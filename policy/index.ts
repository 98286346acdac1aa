import { PolicyPack } from "@pulumi/policy";
import { resourceRules, stackRules } from "./rules";

// Constructing a pack starts its server: the rules live in files of their own, where tests can call them.
new PolicyPack("pet-recommendations", { policies: [...resourceRules, ...stackRules] });
