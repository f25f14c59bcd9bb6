/** The genres that a new org starts with, and the words that classify text as them. */
export const sampleTaxonomy: readonly { readonly name: string; readonly subgenres: readonly { readonly name: string; readonly patterns: string[] }[] }[] = [
  {
    name: "Electronic",
    subgenres: [
      { name: "Dubstep", patterns: ["dubstep", "brostep", "riddim"] },
      { name: "Future Bass", patterns: ["future bass"] },
      { name: "Trance", patterns: ["trance", "psytrance"] },
      { name: "House", patterns: ["house", "deep house", "tech house"] },
      { name: "Techno", patterns: ["techno"] },
    ],
  },
  {
    name: "Hip-Hop",
    subgenres: [
      { name: "Trap", patterns: ["trap"] },
      { name: "Boom Bap", patterns: ["boom bap", "boombap"] },
      { name: "Cloud Rap", patterns: ["cloud rap"] },
      { name: "Drill", patterns: ["drill"] },
    ],
  },
  {
    name: "Rock",
    subgenres: [
      { name: "Alternative Rock", patterns: ["alternative rock", "alt rock"] },
      { name: "Post Rock", patterns: ["post rock", "post-rock"] },
      { name: "Progressive Rock", patterns: ["progressive rock", "prog rock"] },
      { name: "Indie Rock", patterns: ["indie rock"] },
    ],
  },
  { name: "Pop", subgenres: [] },
  { name: "R&B", subgenres: [] },
];
