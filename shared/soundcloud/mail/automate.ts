import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import { every } from "../../kernel/table/every.ts";
import { AutomationHealth } from "./automation-health.ts";
import { AutomationTemplate } from "./automation-template.ts";
import { type Occasion, ordersOf } from "./occasion.ts";
import { type QueueMailCtx, queueMail } from "./queue-mail.ts";
import { type Trigger, triggers } from "./trigger.ts";

/** The org's templates that answer a trigger; none while their automation is switched off. */
export const templatesFor = async (ctx: OrgCtx, trigger: Trigger): Promise<AutomationTemplate[]> => {
  const { org_id } = ctx;
  const health = await AutomationHealth.find(ctx, { org_id, automation_name: triggers[trigger].automation }, { consistent: true });
  if (health?.enabled === false) return [];
  const all = await Array.fromAsync(every((page) => AutomationTemplate.list(ctx, { org_id }, { ...page, consistent: true })));
  return all.filter(({ enabled, trigger_events }) => enabled && trigger_events.includes(trigger));
};

/**
 * Queues what the org's automations send on an occasion: one mail per template and recipient, however often the occasion
 * is told. A mail that cannot be made holds up no other; then the whole fails, so that the message is repeated.
 */
export const automate = async (ctx: QueueMailCtx, occasion: Occasion): Promise<void> => {
  const { trigger } = occasion;
  const templates = await templatesFor(ctx, trigger);
  if (templates.length === 0) return;
  const orders = await ordersOf(ctx, occasion);
  let failed = 0;
  for (const template of templates)
    for (const order of orders)
      try {
        await queueMail(ctx, template, order, { trigger, key: ctx.request_id });
      } catch (error) {
        failed += 1;
        ctx.log.error("a mail was not queued", { trigger, template_key: template.template_key, error });
      }
  if (failed > 0) throw new DomainError("unavailable", "mails_not_queued", `${failed} mails on ${trigger} were not queued; the message is repeated.`);
};
