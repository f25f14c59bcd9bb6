import * as z from "zod";
import { email } from "../../shared/kernel/fields.ts";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { AvoidListItem } from "../../shared/soundcloud/member/avoid-list-item.ts";
import { NewAvoidListItem } from "../../shared/soundcloud/member/avoid-list.ts";
import { GenreChoice, NewMember } from "../../shared/soundcloud/member/create-member.ts";
import { FollowerCount } from "../../shared/soundcloud/member/follower-count.ts";
import { FollowerFlag } from "../../shared/soundcloud/member/follower-flag.ts";
import { MemberFilter } from "../../shared/soundcloud/member/list-members.ts";
import { MemberAccount, Platform } from "../../shared/soundcloud/member/member-account.ts";
import { MemberGenreView } from "../../shared/soundcloud/member/member-genres.ts";
import { MemberPatch } from "../../shared/soundcloud/member/patch-member.ts";
import { MemberView } from "../../shared/soundcloud/member/present-member.ts";
import { FollowerFilter } from "../../shared/soundcloud/member/read-followers.ts";
import { AccountSync } from "../../shared/soundcloud/member/set-account.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const admin = roles("soundcloud", { admin: "all" });
const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });
const MemberParams = z.strictObject({ member_id: z.uuid() });
const one = { status: 200, body: MemberView } as const;
const taken = {
  email_taken: { status: 409, when: "another member has one of the addresses" },
  handle_taken: { status: 409, when: "another member has this SoundCloud handle" },
} as const;
const unknownGenre = { unknown_genre: { status: 422, when: "a family or subgenre is not in the org's taxonomy, or does not fit the other" } } as const;
const erased = { member_erased: { status: 409, when: "the member is erased" } } as const;
const notListed = { not_listed: { status: 422, when: "`primary_email` is not one of `emails`" } } as const;
const genreExample = { genre_family_id: "019e1b9a-7c00-7000-8000-000000000001", subgenre_id: "019e1b9a-7c00-7000-8000-000000000002" };

export const members = resource(
  "soundcloud",
  "members",
  "Artists and supporters of the network. Ops see and change everybody; members see themselves, found by their verified address among all addresses of members.",
  {
    listMembers: route({
      method: "GET",
      path: "/soundcloud/members",
      summary: "List members",
      description: "Newest first; with `size_tier`, by followers, the most first. Erased members are left out, and listed with `erased=true`.",
      policy: ops,
      list: true,
      query: MemberFilter,
      reply: one,
    }),
    createMember: route({
      method: "POST",
      path: "/soundcloud/members",
      summary: "Add a member and open the wallet",
      description: "The wallet opens with this month's grant of the tier, which the followers of `account` decide.",
      policy: ops,
      idempotent: true,
      body: NewMember,
      reply: { status: 201, body: MemberView, location: "/soundcloud/members/{id}" },
      errors: { ...taken, ...unknownGenre, ...notListed },
      example: {
        body: {
          name: "Neon Nights",
          emails: ["hello@neon-nights.example"],
          soundcloud_url: "https://soundcloud.com/neon-nights",
          account: { handle: "neon-nights", follower_count: 12_400 },
          genres: [genreExample],
        },
      },
    }),
    getMe: route({
      method: "GET",
      path: "/soundcloud/members/me",
      summary: "Read the member whom the caller is",
      policy: everyone,
      reply: one,
    }),
    getMemberByEmail: route({
      method: "GET",
      path: "/soundcloud/members/by-email",
      summary: "Find a member by any of the addresses",
      policy: ops,
      query: z.strictObject({ email }),
      reply: one,
    }),
    getMember: route({ method: "GET", path: "/soundcloud/members/{member_id}", summary: "Read a member", policy: everyone, params: MemberParams, reply: one }),
    patchMember: route({
      method: "PATCH",
      path: "/soundcloud/members/{member_id}",
      summary: "Change a member",
      description:
        "Members change their own name, primary_email, spotify_handle, manual_genres and genre_notes; ops change everything. New `emails` unlink the user who acts as the member, until one of them signs in.",
      policy: everyone,
      params: MemberParams,
      if_match: true,
      body: MemberPatch,
      reply: one,
      errors: { ...taken, ...erased, ...unknownGenre, ...notListed, ops_only: { status: 403, when: "a member changes what only ops may" } },
      example: { body: { monthly_submission_limit: 6 } },
    }),
    eraseMember: route({
      method: "POST",
      path: "/soundcloud/members/{member_id}/erase",
      summary: "Erase a member who asks for it",
      description:
        "The person is taken out of the member at once and cannot be brought back; open reposts end, submissions close, and a job clears what is left. Wallet and ledger stay, without anybody's name. Ordered again it wakes the job again.",
      policy: admin,
      params: MemberParams,
      if_match: true,
      reply: { status: 202, body: MemberView },
    }),
    getMemberId: route({
      method: "GET",
      path: "/soundcloud/member-id",
      summary: "Find the id of the member whom the caller is",
      policy: everyone,
      reply: { status: 200, body: z.object({ member_id: z.uuid() }) },
    }),
    checkUserIsMember: route({
      method: "POST",
      path: "/soundcloud/check-user-is-member",
      summary: "Check whether an address is a member's",
      description: "Changes nothing. For ops, so that nobody probes for addresses.",
      policy: ops,
      body: z.strictObject({ email }),
      reply: { status: 200, body: z.object({ is_member: z.boolean() }) },
      example: { body: { email: "hello@neon-nights.example" }, reply: { is_member: true } },
    }),
    listAccounts: route({
      method: "GET",
      path: "/soundcloud/members/{member_id}/accounts",
      summary: "List a member's accounts",
      policy: everyone,
      params: MemberParams,
      list: true,
      reply: { status: 200, body: MemberAccount.api.response },
    }),
    setAccount: route({
      method: "PUT",
      path: "/soundcloud/members/{member_id}/accounts/{platform}",
      summary: "Set a member's account to what a sync found",
      description:
        "Replaces the account; the last sync counts, so no If-Match is asked. The SoundCloud account decides followers, tier, status, grant and cap.",
      policy: ops,
      params: MemberParams.extend({ platform: Platform }),
      body: AccountSync,
      reply: { status: 200, body: MemberAccount.api.response },
      errors: { handle_taken: taken.handle_taken, ...erased },
      example: { body: { handle: "neon-nights", follower_count: 100_240, status: "linked" } },
    }),
    listFollowerCounts: route({
      method: "GET",
      path: "/soundcloud/members/{member_id}/follower-counts",
      summary: "List how many followed a member's account, newest day first",
      policy: everyone,
      params: MemberParams,
      list: true,
      query: FollowerFilter,
      reply: { status: 200, body: FollowerCount.api.response },
    }),
    listFollowerFlags: route({
      method: "GET",
      path: "/soundcloud/follower-flags",
      summary: "List jumps of follower counts to look at, newest first",
      description: "More than five times as many and 1,000 more, or half again up or down and more than 10,000, within a week. A flag blocks nothing.",
      policy: ops,
      list: true,
      reply: { status: 200, body: FollowerFlag.api.response },
    }),
    listMemberGenres: route({
      method: "GET",
      path: "/soundcloud/members/{member_id}/genres",
      summary: "List a member's genres",
      policy: everyone,
      params: MemberParams,
      list: true,
      reply: { status: 200, body: MemberGenreView },
    }),
    addMemberGenre: route({
      method: "POST",
      path: "/soundcloud/members/{member_id}/genres",
      summary: "Give a member a genre",
      policy: ops,
      params: MemberParams,
      idempotent: true,
      body: GenreChoice,
      reply: { status: 201, body: MemberGenreView },
      errors: {
        ...unknownGenre,
        ...erased,
        already_exists: { status: 409, when: "the member has this genre" },
        too_many_genres: { status: 409, when: "the member has 50 genres" },
      },
      example: { body: genreExample },
    }),
    removeMemberGenre: route({
      method: "DELETE",
      path: "/soundcloud/members/{member_id}/genres/{genre_id}",
      summary: "Take a genre from a member",
      policy: ops,
      params: MemberParams.extend({ genre_id: z.uuid() }),
      if_match: true,
      reply: { status: 204, body: null },
    }),
    listAvoided: route({
      method: "GET",
      path: "/soundcloud/members/{member_id}/avoid-list-items",
      summary: "List whom a member avoids",
      description: "`reason` is shown to ops only.",
      policy: everyone,
      params: MemberParams,
      list: true,
      reply: { status: 200, body: AvoidListItem.api.response },
    }),
    addAvoided: route({
      method: "POST",
      path: "/soundcloud/members/{member_id}/avoid-list-items",
      summary: "Keep a member and a handle apart",
      policy: everyone,
      params: MemberParams,
      idempotent: true,
      body: NewAvoidListItem,
      reply: { status: 201, body: AvoidListItem.api.response },
      errors: {
        ...erased,
        already_exists: { status: 409, when: "the handle is on the list" },
        too_many_avoided: { status: 409, when: "the list has 200 handles" },
      },
      example: { body: { avoided_handle: "loud-label", reason: "Left after a dispute." } },
    }),
    removeAvoided: route({
      method: "DELETE",
      path: "/soundcloud/members/{member_id}/avoid-list-items/{item_id}",
      summary: "Let a member be matched with a handle again",
      policy: everyone,
      params: MemberParams.extend({ item_id: z.uuid() }),
      if_match: true,
      reply: { status: 204, body: null },
    }),
  },
);
