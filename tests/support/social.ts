import type { OrgRole } from "../../shared/identity/membership/membership.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import type { Archive } from "../../shared/kernel/files/archive.ts";
import { Post } from "../../shared/social/post/post.ts";
import { provisionOrg } from "../../shared/social/settings/provision-org.ts";
import { Settings } from "../../shared/social/settings/settings.ts";
import { social, socialSystem } from "../../shared/social/table.ts";
import type { ApiClient } from "./api-client.ts";
import { type Person, type TestPlatform, type WorldOptions, worldOf } from "./world.ts";

export type SocialRole = "owner" | "editor" | "viewer";

export const socialOnTest: TestPlatform<"social"> = { id: "social", table: social, system: socialSystem, provision: provisionOrg };

/** Nothing is archived. */
const noArchive: Archive = {
  put: () => Promise.reject(notFound("object")),
  get: () => Promise.reject(notFound("object")),
  async *list() {},
  remove: () => Promise.reject(notFound("object")),
};

/** Social content on fresh tables, with an org that is provisioned and staffed; see `worldOf`. */
export const socialWorld = async ({ settings, ports = {}, ...options }: WorldOptions = {}) => {
  const world = await worldOf([socialOnTest], { ...options, ports: { archive: noArchive, ...ports } });

  const org = async (changes: Readonly<Record<string, unknown>> = {}) => {
    const made = await world.org();
    const { org_id, ctx } = made;
    if (Object.keys(changes).length > 0) await Settings.patch(ctx, { org_id }, changes);

    const person = (email: string, roles: readonly SocialRole[], more: { org_role?: OrgRole; verified?: boolean } = {}): Promise<Person> =>
      made.person(email, { social: [...roles] }, more);
    const apiKey = (roles: readonly SocialRole[]): Promise<ApiClient> => made.apiKey({ social: [...roles] });

    let posts = 0;
    /** A post as it stands in the table; a published one is an hour old unless told. */
    const post = ({ status = "draft", ...wish }: Partial<Post> = {}): Promise<Post> => {
      posts += 1;
      const an_hour_ago = new Date(world.clock.now().getTime() - 3_600_000).toISOString();
      return Post.create(ctx, {
        org_id,
        platform: "instagram",
        media_type: "image",
        caption: `Post ${posts}`,
        status,
        ...(status === "published" ? { published_at: an_hour_ago, platform_post_id: `1789000000000${String(posts).padStart(4, "0")}` } : {}),
        ...wish,
      });
    };

    const owner = await person(`owner@${org_id}.example.com`, ["owner"], { org_role: "owner" });
    const editor = await person(`editor@${org_id}.example.com`, ["editor"]);
    const viewer = await person(`viewer@${org_id}.example.com`, ["viewer"]);
    return { ...made, owner, editor, viewer, person, apiKey, post };
  };

  return { ...world, ...(await org(settings)), org };
};
export type SocialWorld = Awaited<ReturnType<typeof socialWorld>>;
export type SocialOrg = Awaited<ReturnType<SocialWorld["org"]>>;
