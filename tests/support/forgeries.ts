import { createHash, createHmac } from "node:crypto";
import type { SignedPolicy } from "../../shared/kernel/http/route.ts";
import { atSize } from "./figures.ts";
import { signed } from "./signed.ts";

/** A message as its sender made it, with the secret that the receiver knows too. */
export interface Genuine {
  readonly prefix: SignedPolicy["headers"];
  readonly secret: string;
  readonly id: string;
  readonly at: Date;
  readonly raw: string;
}

type Headers = Readonly<Record<string, string>>;

/** What arrives of a message, genuine or not. */
export interface Delivery {
  readonly raw: string | Uint8Array;
  readonly headers: Headers;
}

interface Forgery extends Delivery {
  readonly name: string;
}

/** Every so many bits one is flipped: a prime, so that all places of a byte come up. */
const EVERY_BITS = atSize({ test: 97, soak: 1 });
const WRONG_KEYS = atSize({ test: 4, soak: 200 });

/** A secret of its own for each name, in the form that every sender can have. */
export const secretOf = (name: string): string => `whsec_${createHash("sha256").update(name).digest("base64")}`;

/** The message as its sender sends it. */
export const deliveryOf = ({ prefix, secret, id, at, raw }: Genuine): Delivery => ({ raw, headers: signed(secret, raw, { id, at, prefix }) });

/** The text in other spaces, letters and orders, each of which means the same to a reader of JSON. */
export const reserialised = (raw: string): Readonly<Record<string, string>> => {
  const value = JSON.parse(raw) as Record<string, unknown>;
  return {
    "one space deep": JSON.stringify(value, undefined, 1),
    "two spaces deep": JSON.stringify(value, undefined, 2),
    "a tab deep": JSON.stringify(value, undefined, "\t"),
    "its fields the other way round": JSON.stringify(Object.fromEntries(Object.entries(value).toReversed())),
    "its letters escaped": raw.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    "a space before it": ` ${raw}`,
    "a space behind it": `${raw} `,
    "a line's end behind it": `${raw}\n`,
    "a line's end of another system behind it": `${raw}\r\n`,
  };
};

/** Bodies that mean something else, or nothing. */
const otherBodies = (raw: string): Readonly<Record<string, string | Uint8Array>> => ({
  empty: "",
  "cut by one": raw.slice(0, -1),
  "cut in half": raw.slice(0, raw.length / 2),
  twice: raw + raw,
  "with a field more": raw.replace("{", `{"more":true,`),
  "with accents of their own": raw.normalize("NFD"),
  "a byte order mark before it": `\ufeff${raw}`,
  "a zero behind it": `${raw}\0`,
  "in Latin-1": Buffer.from(raw, "latin1"),
  "in UTF-16": Buffer.from(raw, "utf16le"),
});

const flipped = (bytes: Buffer): [bit: number, bytes: Buffer][] =>
  Array.from({ length: Math.ceil((bytes.length * 8) / EVERY_BITS) }, (_, n) => {
    const bit = n * EVERY_BITS;
    const altered = Buffer.from(bytes);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    return [bit, altered];
  });

const withHeaders = (name: string, { raw, headers }: Delivery, changes: Headers): Forgery => ({ name, raw, headers: { ...headers, ...changes } });
const without = ({ headers }: Delivery, gone: string): Headers => Object.fromEntries(Object.entries(headers).filter(([name]) => name !== gone));

const flips = (delivery: Delivery): Forgery[] => [
  ...flipped(Buffer.from(delivery.raw)).map(([bit, raw]) => ({ ...delivery, name: `bit ${bit} of the body flipped`, raw })),
  ...Object.entries(delivery.headers).flatMap(([header, text]) =>
    flipped(Buffer.from(text)).map(([bit, bytes]) => withHeaders(`bit ${bit} of ${header} flipped`, delivery, { [header]: bytes.toString("latin1") })),
  ),
];

/** Of a header that came twice API Gateway makes one, with a comma between. */
const missingAndDoubled = (delivery: Delivery): Forgery[] => [
  { ...delivery, name: "no header at all", headers: {} },
  ...Object.entries(delivery.headers).flatMap(([header, text]) => [
    { ...delivery, name: `${header} missing`, headers: without(delivery, header) },
    withHeaders(`${header} empty`, delivery, { [header]: "" }),
    withHeaders(`${header} twice`, delivery, { [header]: `${text},${text}` }),
    { ...delivery, name: `${header} under another name`, headers: { ...without(delivery, header), [header.replaceAll("-", "_")]: text } },
  ]),
];

const otherContents = (delivery: Delivery, raw: string): Forgery[] =>
  Object.entries({ ...reserialised(raw), ...otherBodies(raw) }).map(([name, body]) => ({ ...delivery, name: `the body ${name}`, raw: body }));

const otherKeys = (genuine: Genuine, strangers: Readonly<Record<string, string>>): Forgery[] => {
  const wrong = Object.fromEntries(Array.from({ length: WRONG_KEYS }, (_, n) => [`wrong key ${n}`, secretOf(`wrong ${n}`)]));
  return Object.entries({ ...wrong, ...strangers }).map(([name, secret]) => ({ name, ...deliveryOf({ ...genuine, secret }) }));
};

const drawn = (n: number): Buffer => createHash("sha256").update(`guess ${n}`).digest();
const guesses = (delivery: Delivery, header: string, shown: (mac: Buffer) => string): Forgery[] =>
  [...Array.from({ length: WRONG_KEYS }, (_, n) => drawn(n)), Buffer.alloc(32), Buffer.alloc(0)].map((mac, n) =>
    withHeaders(`guess ${n}`, delivery, { [header]: shown(mac) }),
  );

type Form = Exclude<SignedPolicy["headers"], "x-hub">;
const keyOf = (secret: string): Buffer => Buffer.from(secret.slice("whsec_".length), "base64");
const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** Signatures under the right key of something else than the three parts, or by another function. */
const otherRecipes = ({ secret, id, at, raw }: Genuine): Readonly<Record<string, Buffer>> => {
  const over = (text: string, key: string | Buffer = keyOf(secret), algorithm = "sha256"): Buffer => createHmac(algorithm, key).update(text).digest();
  const time = seconds(at);
  const whole = `${id}.${time}.${raw}`;
  return {
    "over the body alone": over(raw),
    "over nothing": over(""),
    "over id and body": over(`${id}.${raw}`),
    "over time and body": over(`${time}.${raw}`),
    "over the parts in another order": over(`${time}.${id}.${raw}`),
    "over the parts with colons": over(`${id}:${time}:${raw}`),
    "under the secret's text": over(whole, secret),
    "under the secret's text without its prefix": over(whole, secret.slice("whsec_".length)),
    "under an empty key": over(whole, ""),
    "by SHA-1": over(whole, keyOf(secret), "sha1"),
    "by SHA-512": over(whole, keyOf(secret), "sha512"),
    "without a key": createHash("sha256").update(whole).digest(),
  };
};

/** Lists of signatures none of which fits, and other versions and forms of the one that would. */
const otherSignatures = (genuine: Genuine, good: string): Readonly<Record<string, string>> => {
  const mac = Buffer.from(good, "base64");
  const v1 = (text: string | Buffer): string => `v1,${typeof text === "string" ? text : text.toString("base64")}`;
  const listOf = (length: number): string => Array.from({ length }, (_, n) => v1(drawn(n))).join(" ");
  const versions = ["V1,", "v2,", "v0,", "v1a,", "v01,", "v1.0,", "v,", "1,", ",", "", "v1", "v1=", "v1:", "v1;", "v1, ", "v1,,", "v1,v1,", "sha256="];
  return {
    ...Object.fromEntries([2, 3, 10, 100].map((length) => [`${length} signatures of nobody`, listOf(length)])),
    ...Object.fromEntries(versions.map((version) => [`the signature behind ${JSON.stringify(version)}`, version + good])),
    ...Object.fromEntries([",", ";", "\t", "|", "\u00a0"].map((by) => [`two with ${JSON.stringify(by)} between`, `${v1(good)}${by}${v1(good)}`])),
    ...Object.fromEntries(Object.entries(otherRecipes(genuine)).map(([name, made]) => [`a signature ${name}`, v1(made)])),
    "nobody's, and the good one as another version": `${listOf(2)} v2,${good} V1,${good}`,
    "the good one cut at each end": `${v1(good.slice(1))} ${v1(good.slice(0, -1))}`,
    "the good one, and more of it": v1(`${good}AAAA`),
    "in hex": v1(mac.toString("hex")),
    "without padding": v1(good.replaceAll("=", "")),
    "with more padding": v1(`${good}=`),
    "in capitals": v1(good.toUpperCase()),
    "in small letters": v1(good.toLowerCase()),
    // The last letter of 32 bytes carries two bits that no byte has.
    ...Object.fromEntries([1, 2, 3].map((rest) => [`the same bytes, written with the rest ${rest}`, v1(withRest(good, rest))])),
    "a word": "v1,undefined",
    "a wild card": "*",
  };
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const withRest = (base64: string, rest: number): string => {
  const last = base64.length - 2;
  return `${base64.slice(0, last)}${ALPHABET[ALPHABET.indexOf(base64[last]!) + rest]}=`;
};

/** The signature of another message, and of this one at another time. */
const mixed = (genuine: Genuine, prefix: Form, delivery: Delivery): Forgery[] => {
  const at = (late_s: number): Date => new Date(genuine.at.getTime() + late_s * 1000);
  const later = (late_s: number): Headers => ({ [`${prefix}-timestamp`]: String(seconds(at(late_s))) });
  const old = deliveryOf({ ...genuine, at: at(-600) });
  return [
    withHeaders("an old message under a new time", old, { [`${prefix}-timestamp`]: delivery.headers[`${prefix}-timestamp`]! }),
    ...[-1, 1, -60, 60].map((late_s) => withHeaders(`the time ${late_s} s from what was signed`, delivery, later(late_s))),
    withHeaders("another message's id", delivery, { [`${prefix}-id`]: `${genuine.id}0` }),
    withHeaders("a prototype's name for an id", delivery, { [`${prefix}-id`]: "__proto__" }),
    withHeaders("a point moved from one part to the next", delivery, { [`${prefix}-id`]: `${genuine.id}.${seconds(genuine.at)}` }),
    { ...delivery, name: "another message's body", raw: delivery.raw.toString().replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) },
  ];
};

/** Well signed, at a time that is none or far away. */
const otherTimes = ({ secret, id, at, raw }: Genuine, prefix: Form, delivery: Delivery): Forgery[] => {
  const now = seconds(at);
  const texts = [now * 1000, -now, `+${now}`, `${now}.5`, `0x${now.toString(16)}`, now.toExponential(), at.toISOString(), "0", "NaN", "now", "9".repeat(400)];
  return [...texts, ...[302, 3600, 86_400, 10 ** 9].flatMap((late_s) => [now + late_s, now - late_s])].map((time) => {
    const mac = createHmac("sha256", keyOf(secret)).update(`${id}.${time}.${raw}`).digest("base64");
    return withHeaders(`signed at ${String(time).slice(0, 30)}`, delivery, { [`${prefix}-timestamp`]: String(time), [`${prefix}-signature`]: `v1,${mac}` });
  });
};

const standardForgeries = (genuine: Genuine, prefix: Form): Forgery[] => {
  const delivery = deliveryOf(genuine);
  const header = `${prefix}-signature`;
  const good = delivery.headers[header]!.slice("v1,".length);
  const foreign = prefix === "svix" ? "webhook" : "svix";
  return [
    ...Object.entries(otherSignatures(genuine, good)).map(([name, text]) => withHeaders(name, delivery, { [header]: text })),
    ...mixed(genuine, prefix, delivery),
    ...otherTimes(genuine, prefix, delivery),
    ...guesses(delivery, header, (mac) => `v1,${mac.toString("base64")}`),
    { name: "the headers of another sender", ...deliveryOf({ ...genuine, prefix: foreign }) },
    { name: "signed as Instagram does", ...deliveryOf({ ...genuine, prefix: "x-hub" }) },
  ];
};

const hubForgeries = (genuine: Genuine): Forgery[] => {
  const delivery = deliveryOf(genuine);
  const header = "x-hub-signature-256";
  const good = delivery.headers[header]!.slice("sha256=".length);
  const { secret, raw } = genuine;
  const over = (text: string, key: string | Buffer = secret, algorithm = "sha256"): string => createHmac(algorithm, key).update(text).digest("hex");
  const versions = ["SHA256=", "Sha256=", "sha-256=", "sha256:", "sha256", "sha256= ", "sha256==", "sha256=sha256=", "sha1=", "sha512=", "v1,", "=", ""];
  const texts: Readonly<Record<string, string>> = {
    ...Object.fromEntries(versions.map((version) => [`the signature behind ${JSON.stringify(version)}`, version + good])),
    ...Object.fromEntries([",", ";", " ", "\t"].map((by) => [`two with ${JSON.stringify(by)} between`, `sha256=${good}${by}sha256=${good}`])),
    ...Object.fromEntries([2, 10, 100].map((n) => [`${n} of nobody`, Array.from({ length: n }, (_, at) => `sha256=${drawn(at).toString("hex")}`).join(" ")])),
    "in base64": `sha256=${Buffer.from(good, "hex").toString("base64")}`,
    "in capitals": `sha256=${good.toUpperCase()}`,
    "cut by one": `sha256=${good.slice(0, -1)}`,
    "with more behind it": `sha256=${good}00`,
    "a space behind it": `sha256=${good} `,
    "a line's end behind it": `sha256=${good}\n`,
    "by SHA-1": `sha1=${over(raw, secret, "sha1")}`,
    "by SHA-1, called SHA-256": `sha256=${over(raw, secret, "sha1")}`,
    "by SHA-512, cut": `sha256=${over(raw, secret, "sha512").slice(0, 64)}`,
    "over nothing": `sha256=${over("")}`,
    "over the body twice": `sha256=${over(raw + raw)}`,
    "under an empty key": `sha256=${over(raw, "")}`,
    "under a key in capitals": `sha256=${over(raw, secret.toUpperCase())}`,
    "under the key's bytes": `sha256=${over(raw, keyOf(secret))}`,
    "without a key": `sha256=${createHash("sha256").update(raw).digest("hex")}`,
  };
  return [
    ...Object.entries(texts).map(([name, text]) => withHeaders(name, delivery, { [header]: text })),
    ...guesses(delivery, header, (mac) => `sha256=${mac.toString("hex")}`),
    { ...delivery, name: "in the older header", headers: { "x-hub-signature": `sha1=${over(raw, secret, "sha1")}` } },
    { ...delivery, name: "in the older header, by SHA-256", headers: { "x-hub-signature": `sha256=${good}` } },
    { name: "signed as Standard Webhooks says", ...deliveryOf({ ...genuine, prefix: "webhook" }) },
    { name: "signed as Svix does", ...deliveryOf({ ...genuine, prefix: "svix" }) },
  ];
};

const shownOf = ({ raw, headers }: Delivery): string => JSON.stringify([Buffer.from(raw).toString("hex"), headers]);

/**
 * Deliveries that look like a genuine message and that nobody who holds its secret has sent, each once. `strangers` are
 * secrets that are somebody's, by what they are.
 */
export const forgeriesOf = (genuine: Genuine, strangers: Readonly<Record<string, string>>): Forgery[] => {
  const delivery = deliveryOf(genuine);
  const { prefix } = genuine;
  const all = [
    ...flips(delivery),
    ...missingAndDoubled(delivery),
    ...otherContents(delivery, genuine.raw),
    ...otherKeys(genuine, strangers),
    ...(prefix === "x-hub" ? hubForgeries(genuine) : standardForgeries(genuine, prefix)),
  ];
  const distinct = new Map(all.map((forgery) => [shownOf(forgery), forgery]));
  // Some ways of writing come out as the good one for some signatures.
  distinct.delete(shownOf(delivery));
  return [...distinct.values()];
};
