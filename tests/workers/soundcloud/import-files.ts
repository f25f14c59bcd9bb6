export const HEADINGS = "Track URL,Client,Service Type,Genre,Status,Salesperson,Sale Price,Submit Date";
export const line = (n: number, client = `Client ${n % 3}`): string =>
  `https://soundcloud.com/band-${n}/song-${n},${client},Repost Network,House,Active,Ann Reyes,$250,2024-01-02`;
export const csv = (...lines: string[]): string => [HEADINGS, ...lines].join("\r\n");
/** Some of everything: imported, duplicates in the file, a private link, refused rows, a row that cannot be stored. */
export const MIXED = csv(
  ...Array.from({ length: 16 }, (_, n) => line(n)),
  line(3),
  "https://soundcloud.com/band-x/secret/s-AbCdEfGh123,Client 1,Repost Network,House,Ready,Ann Reyes,,",
  "https://soundcloud.com/band-x/sets/all,Client 1,Repost Network,House,Ready,Bo Lind,,",
  "TBD,Client 1,,,,,,",
  "https://example.com/x,Client 1,,,,,,",
  `https://soundcloud.com/band-y/song,${"n".repeat(201)},,,,,,`,
  ...Array.from({ length: 4 }, (_, n) => line(100 + n)),
  "https://soundcloud.com/band-z/song,Client 2,Plays Playlist,Rock,Complete,Bo Lind,100,2023-05-05",
);
