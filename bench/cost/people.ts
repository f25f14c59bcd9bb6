import { authApi } from "../../functions/identity/auth.api.ts";
import { outboxJob } from "../../functions/identity/outbox.stream.ts";
import { openPasswords } from "../../shared/identity/session/passwords.ts";
import { Outbox } from "../../shared/identity/table.ts";
import { Credential } from "../../shared/identity/user/credential.ts";
import { soundcloudWorld } from "../../tests/support/soundcloud.ts";
import type { Host, Scene } from "./measure.ts";
import { requireOk } from "./require-ok.ts";

const PASSWORD = "correct horse battery";
/** What the hash of a password takes. */
const HASH_MS = 35;

/** Somebody with a password who signs in. */
export const people = async (host: Host): Promise<Scene> => {
  const world = await soundcloudWorld({ apis: [authApi], host });
  const { user_id, email } = await world.person("signs-in@example.com", ["member"]);
  const password_hash = await openPasswords().hash(PASSWORD);
  await Credential.create(world.ctx, {
    email,
    user_id,
    personal_org_id: world.ids.uuid(),
    password_hash,
    password_changed_at: world.clock.now().toISOString(),
    verified: true,
  });
  return {
    world,
    outbox: { system: { Outbox }, job: outboxJob },
    operations: [
      {
        title: "a sign-in",
        http: 1,
        own_ms: HASH_MS,
        run: async () => void (await requireOk(world.client.post("/identity/auth/sign-in", { email, password: PASSWORD }))),
      },
    ],
  };
};
