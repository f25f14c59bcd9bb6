import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { orderErasure } from "../../shared/soundcloud/erasure/order-erasure.ts";
import { addAvoided, listAvoided, removeAvoided } from "../../shared/soundcloud/member/avoid-list.ts";
import { createMember } from "../../shared/soundcloud/member/create-member.ts";
import { isMember, memberByEmail } from "../../shared/soundcloud/member/find-by-email.ts";
import { listMembers } from "../../shared/soundcloud/member/list-members.ts";
import { addMemberGenre, listMemberGenres, removeMemberGenre } from "../../shared/soundcloud/member/member-genres.ts";
import { ownMember, visibleMember } from "../../shared/soundcloud/member/own-member.ts";
import { patchMember } from "../../shared/soundcloud/member/patch-member.ts";
import { presentMember, presentMemberPage } from "../../shared/soundcloud/member/present-member.ts";
import { listFollowerCounts, listFollowerFlags } from "../../shared/soundcloud/member/read-followers.ts";
import { listAccounts, setAccount } from "../../shared/soundcloud/member/set-account.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { members } from "./members.routes.ts";

export const membersApi = api(
  members,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    listMembers: async (ctx, { query, page }) => presentMemberPage(ctx, await listMembers(ctx, query, page)),
    createMember: { run: (ctx, { body }) => createMember(ctx, body), present: presentMember },
    getMe: async (ctx) => presentMember(ctx, await ownMember(ctx)),
    getMemberByEmail: async (ctx, { query }) => presentMember(ctx, await memberByEmail(ctx, query.email)),
    getMember: async (ctx, { params }) => presentMember(ctx, await visibleMember(ctx, params.member_id)),
    patchMember: async (ctx, { params, body, version }) => presentMember(ctx, await patchMember(ctx, params.member_id, body, version)),
    eraseMember: async (ctx, { params, version }) => presentMember(ctx, await orderErasure(ctx, params.member_id, version)),
    getMemberId: async (ctx) => ({ member_id: (await ownMember(ctx)).id }),
    checkUserIsMember: (ctx, { body }) => isMember(ctx, body.email),
    listAccounts: (ctx, { params, page }) => listAccounts(ctx, params.member_id, page),
    setAccount: (ctx, { params, body }) => setAccount(ctx, params.member_id, params.platform, body),
    listFollowerCounts: (ctx, { params, query, page }) => listFollowerCounts(ctx, params.member_id, query, page),
    listFollowerFlags: (ctx, { page }) => listFollowerFlags(ctx, page),
    listMemberGenres: (ctx, { params, page }) => listMemberGenres(ctx, params.member_id, page),
    addMemberGenre: (ctx, { params, body }) => addMemberGenre(ctx, params.member_id, body),
    removeMemberGenre: (ctx, { params, version }) => removeMemberGenre(ctx, params.member_id, params.genre_id, version),
    listAvoided: (ctx, { params, page }) => listAvoided(ctx, params.member_id, page),
    addAvoided: (ctx, { params, body }) => addAvoided(ctx, params.member_id, body),
    removeAvoided: (ctx, { params, version }) => removeAvoided(ctx, params.member_id, params.item_id, version),
  },
);
export const handler = onLambda(membersApi, authenticate);
