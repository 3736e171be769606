import { createHash } from "node:crypto";
import type { Detection } from "../../core/finding.ts";
import { type Part, partsOf } from "../../core/part.ts";
import type { Policy } from "../../core/policy.ts";
import type { InspectionContext, Stage, Tree } from "../../core/stage.ts";
import type { RestService, ServiceAnswer } from "./rest-service.ts";

/** Files of one response that one service is asked about at the same time: an archive of thousands must not overwhelm it for all others. */
const AT_ONCE = 16;

/** The `sandbox` stage: every file of a response, each external service that the policy names. */
export function createSandboxStage(servicesOf: (policy: Policy) => readonly RestService[]): Stage {
  return {
    name: "sandbox",
    asksOthers: (policy) => servicesOf(policy).length > 0,
    inspect(tree, context) {
      const services = servicesOf(context.policy);
      return services.length === 0 || tree.exchange.body.length === 0 ? [] : askAll(tree, services, context);
    },
  };
}

interface Question {
  readonly part: Part;
  readonly service: RestService;
}

async function askAll(
  { body }: Tree,
  services: readonly RestService[],
  { budget }: InspectionContext,
): Promise<readonly Detection[]> {
  const questions: readonly Question[] = [...partsOf(body)].flatMap((part) =>
    services.filter(({ settings }) => isSent(part, settings.types)).map((service) => ({ part, service })),
  );
  const asked = new Map<string, Promise<ServiceAnswer>>();
  const answerOf = async (service: RestService, bytes: Uint8Array): Promise<ServiceAnswer> => {
    const { maxSize, name } = service.settings;
    if (bytes.length > maxSize) return { kind: "failed", reason: `${bytes.length} bytes are more than its maxSize` };
    const question = `${name} ${createHash("sha256").update(bytes).digest("hex")}`;
    const answer = asked.get(question) ?? service.ask(bytes, budget.timeLeft());
    asked.set(question, answer);
    return await answer;
  };
  // All services at the same time, the same bytes once: each answer can take minutes.
  const detections = new Map<Question, Detection | undefined>();
  const turns = [...Map.groupBy(questions, ({ service }) => service).values()].flatMap((ofService) => {
    const waiting = ofService.values();
    return Array.from({ length: AT_ONCE }, async () => {
      for (const question of waiting) {
        const { part, service } = question;
        detections.set(question, detectionOf(await answerOf(service, part.bytes), service, part));
      }
    });
  });
  await Promise.all(turns);
  return questions.flatMap((question) => detections.get(question) ?? []);
}

/** Whether a service gets a part: of the types that it is for, else every file. */
function isSent({ bytes, charset, mediaType }: Part, types: readonly string[] | undefined): boolean {
  if (bytes.length === 0) return false;
  if (types === undefined) return charset === "binary";
  return types.some((type) => (type.endsWith("/*") ? mediaType.startsWith(type.slice(0, -1)) : type === mediaType));
}

function detectionOf(answer: ServiceAnswer, { settings }: RestService, part: Part): Detection | undefined {
  const { name, unavailable } = settings;
  const shared = { stage: "sandbox", rule: `lazaret/sandbox/${name}`, part } as const;
  switch (answer.kind) {
    case "clean":
      return undefined;
    case "malicious":
      return {
        ...shared,
        category: "malware",
        severity: "critical",
        message: `malware, says ${name}`,
        evidence: answer.names.join(", "),
        remedy: { kind: "none" },
      };
    case "replaced":
      return {
        ...shared,
        category: "active-content",
        severity: "medium",
        message: `${name} made ${answer.bytes.length} bytes of ${part.mediaType} out of ${part.bytes.length}`,
        evidence: "",
        remedy: { kind: "replace", bytes: answer.bytes },
      };
    case "failed":
      return {
        ...shared,
        rule: `lazaret/sandbox/${name}/no-verdict`,
        category: "unscannable",
        severity: "high",
        message: `${name} gave no verdict`,
        evidence: answer.reason,
        remedy: { kind: "none" },
        ...(unavailable === "report" ? { atMost: "report" } : { byDefault: unavailable }),
      };
    default:
      return answer satisfies never;
  }
}
