import { SendMail } from "../../../events/identity/send-mail.v1.ts";
import { OneTimeToken } from "../../../shared/identity/mail/one-time-token.ts";
import { identityCloud } from "../../api/identity/identity-cloud.ts";
import { freshIp } from "../matrix/world.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const NO_ORG = "00000000-0000-0000-0000-000000000000";
let people = 0;

export const sendMailCrash = crashCase("a mail", {
  place: (gate) => identityCloud({ gate }),
  start: async (cloud) => {
    const email = `crash${(people += 1)}@example.com`;
    await cloud.someone(email);
    const id = cloud.ctx.ids.uuid();
    const data = { template: "reset_password", email };
    return { email, id, order: JSON.stringify({ id, type: SendMail.type, org_id: NO_ORG, at: cloud.clock.now().toISOString(), data }) };
  },
  run: (cloud, { order }) => requireDone(cloud.handOver([order])),
  state: async (cloud, { email, id }) => {
    const mails = cloud.mails.filter(({ to, key }) => to === email && key === id);
    const token = await OneTimeToken.get(cloud.ctx, { id }, { consistent: true });
    // From an address of its own, each of which may try a few times an hour.
    const used = await cloud.client.post(
      "/identity/auth/reset-password",
      { token: cloud.tokenTo(email), password: "a different passphrase" },
      { ip: freshIp() },
    );
    return { mails: mails.length, sealed: token.sealed !== undefined, used: used.status };
  },
  ends: { mails: 1, sealed: false, used: 204 },
});
