import { describe } from "vitest";
import { stages } from "../../infra/stage.ts";
import { sample } from "./sample.ts";
import { templateRules } from "./template-rules.ts";

const origins = { ...stages["prod"]!, cors_origins: ["https://app.example"], alarm_email: "ops@example.com" };

describe("sample platforms, dev", () => void templateRules(stages["dev"]!, sample));
describe("sample platforms, prod with browsers and an address for alarms", () => void templateRules(origins, sample));
