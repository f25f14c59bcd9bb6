/** A member of the demonstration: invented, the same on every machine. */
export interface SampleMember {
  readonly name: string;
  readonly handle: string;
  readonly email: string;
  readonly followers: number;
  /** Family, and subgenre where there is one. */
  readonly genre: readonly [family: string, subgenre?: string];
}

const first = [
  "Amber",
  "Basalt",
  "Cinder",
  "Delta",
  "Ember",
  "Fathom",
  "Glass",
  "Harbor",
  "Indigo",
  "Juniper",
  "Karst",
  "Lumen",
  "Marble",
  "Neon",
  "Opal",
  "Pollen",
  "Quartz",
  "Rivet",
  "Saffron",
  "Tundra",
];
const second = ["Avenue", "Bloom", "Circuit", "District", "Echo", "Foxes", "Garden", "Hours", "Islands", "Junction"];
const genres: readonly (readonly [string, string?])[] = [
  ["Electronic", "House"],
  ["Electronic", "Techno"],
  ["Electronic", "Future Bass"],
  ["Electronic"],
  ["Hip-Hop", "Trap"],
  ["Hip-Hop", "Boom Bap"],
  ["Hip-Hop"],
  ["Rock", "Indie Rock"],
  ["Pop"],
  ["R&B"],
];
/** Over all four tiers, most of them small, as networks are. */
const sizes = [120, 640, 980, 2_400, 5_100, 8_800, 14_000, 33_334, 67_000, 210_000];

/** 200 members: every pairing of two words, with sizes and genres that mix. */
export const sampleMembers: readonly SampleMember[] = first.flatMap((one, i) =>
  second.map((two, j) => {
    const handle = `${one}-${two}`.toLowerCase();
    return {
      name: `${one} ${two}`,
      handle,
      email: `${handle}@members.example`,
      followers: sizes[(i + j) % sizes.length]! + i * 7 + j,
      genre: genres[(i * 3 + j) % genres.length]!,
    };
  }),
);

/** What the artists among them submit. */
export const sampleTracks: readonly { readonly member: number; readonly title: string }[] = Array.from({ length: 24 }, (_, at) => ({
  member: (at * 5 + (at % 3)) % sampleMembers.length,
  title: ["first-light", "slow-motion", "night-drive", "paper-planes", "undertow"][at % 5]!,
}));
