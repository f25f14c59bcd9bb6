import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDate } from "../../../../shared/soundcloud/import/dates.ts";
import { GENRE_FAMILIES, findGenre } from "../../../../shared/soundcloud/import/genres.ts";
import { clean, cut, oneLine, readCount, readEmails, readPrice } from "../../../../shared/soundcloud/import/values.ts";
import { fromCents } from "../../../../shared/kernel/money.ts";
import { anyText } from "./reading.ts";

describe("readDate", () => {
  it.each([
    ["2024-02-29", "2024-02-29"],
    ["2024/2/9", "2024-02-09"],
    ["2021-12-29T08:56:00.000Z", "2021-12-29"],
    ["2021-12-29 23:30:00+02:00", "2021-12-29"],
    ["4/11/2024", "2024-04-11"],
    ["13/2/2024", "2024-02-13"],
    ["02/03/24", "2024-02-03"],
    ["2/22/2024 10:29am", "2024-02-22"],
    ["11/12/2023 8:18 PM", "2023-11-12"],
    ["22.04.2022", "2022-04-22"],
    ["1.2.23", "2023-02-01"],
    ["Mar 7, 2021", "2021-03-07"],
    ["sept. 7th 2021", "2021-09-07"],
    ["27 October 2023", "2023-10-27"],
    ["1st of", undefined],
    ["44386", "2021-07-09"],
    ["44386.75", "2021-07-09"],
    ["10000", "1927-05-18"],
    ["99999", "2173-10-13"],
  ])("reads %j as %j", (cell, value) => {
    expect(readDate(cell).value).toBe(value);
  });

  it.each(["", " ", "TBD", "n/a", "-", "?"])("takes %j for no date, without a warning", (cell) => {
    expect(readDate(cell)).toEqual({});
  });

  it.each([
    ["2/30/2024", "impossible_date"],
    ["31.04.2023", "impossible_date"],
    ["2023-13-05", "impossible_date"],
    ["2023-02-29", "impossible_date"],
    ["31/31/2023", "impossible_date"],
    ["Foo 7, 2021", "impossible_date"],
    ["0001-01-01", "impossible_date"],
    ["asap", "unreadable_date"],
    ["4438", "unreadable_date"],
  ])("warns of %j: %s", (cell, fault) => {
    expect(readDate(cell)).toEqual({ fault });
  });

  it("reads any day back from each way to write it", () => {
    const day = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const [year = "", month = "", dayOfMonth = ""] = iso.split("-");
        const serial = Math.floor((Date.parse(iso) - Date.UTC(1899, 11, 30)) / 86_400_000);
        const long = date.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
        const spellings = [
          iso,
          `${month}/${dayOfMonth}/${year}`,
          `${dayOfMonth}.${month}.${year}`,
          `${month}/${dayOfMonth}/${year.slice(2)}`,
          String(serial),
          long,
        ];
        expect(spellings.map((text) => readDate(text).value)).toEqual(spellings.map(() => iso));
      }),
    );
  });
});

describe("readPrice", () => {
  it.each([
    ["$250", "250.00"],
    ["$ 1,500.00", "1500.00"],
    ["USD 1,250.5", "1250.50"],
    ["400.99 USD", "400.99"],
    ["US$75", "75.00"],
    ["0", "0.00"],
    ["1.250,50", "1250.50"],
    ["250,5", "250.50"],
    ["007", "7.00"],
  ])("reads %j as %j", (cell, value) => {
    expect(readPrice(cell)).toEqual({ value });
  });

  it.each(["", "free", "Comp", "tbd", "N/A"])("takes %j for no price, without a warning", (cell) => {
    expect(readPrice(cell)).toEqual({});
  });

  it.each([
    ["€200", "other_currency"],
    ["200 EUR", "other_currency"],
    ["-50", "unreadable_price"],
    ["1.500", "unreadable_price"],
    ["1,50,000", "unreadable_price"],
    ["12.345", "unreadable_price"],
    ["1e3", "unreadable_price"],
    ["=1+1", "unreadable_price"],
    ["99999999999999999999", "unreadable_price"],
    ["$100 + $50", "unreadable_price"],
  ])("warns of %j: %s", (cell, fault) => {
    expect(readPrice(cell)).toEqual({ fault });
  });

  it("is exact to the cent, with and without groups of thousands", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (cents) => {
        const value = fromCents(cents);
        const [units = "", places = ""] = value.split(".");
        const grouped = units.replace(/\B(?=(\d{3})+$)/g, ",");
        expect([value, `$${grouped}.${places}`, `${grouped}.${places} USD`].map((text) => readPrice(text).value)).toEqual([value, value, value]);
      }),
    );
  });
});

describe("readCount", () => {
  it.each([
    ["10000", 10_000],
    ["10,000", 10_000],
    ["10k", 10_000],
    ["2.5K plays", 2_500],
    ["1M", 1_000_000],
    ["2.3m", 2_300_000],
    ["21.6K", 21_600],
    ["18,184,198", 18_184_198],
    ["0", 0],
    ["100 k+", 100_000],
    ["5.0", 5],
  ])("reads %j as %d", (cell, value) => {
    expect(readCount(cell, "bad")).toEqual({ value });
  });

  it.each(["1.5", "2.0005k", "-5", "1,00", "ten", "1k2", "9".repeat(15), "9999b"])("warns of %j", (cell) => {
    expect(readCount(cell, "bad")).toEqual({ fault: "bad" });
  });

  it.each(["", "n/a", "?"])("takes %j for none", (cell) => {
    expect(readCount(cell, "bad")).toEqual({});
  });

  it("is exact for every count in thousands and millions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (thousands) => {
        expect(readCount(`${fromThousands(thousands)}M`, "bad").value).toBe(thousands * 1_000);
        expect(readCount(`${fromThousands(thousands)}k`, "bad").value).toBe(thousands);
      }),
    );
  });
});
const fromThousands = (thousands: number): string => `${Math.floor(thousands / 1_000)}.${String(thousands % 1_000).padStart(3, "0")}`;

describe("readEmails", () => {
  it("splits, lowers, drops repeats and what is no address", () => {
    expect(readEmails("A@x.example / b@x.example;c@x.example\na@X.example, see invoice", 20)).toEqual({
      value: ["a@x.example", "b@x.example", "c@x.example"],
      fault: "invalid_email",
    });
  });

  it.each(["a@b@c.example", "name@", "no email", "Ann <a@x.example>", "=a@x", ".a@x.example"])("drops %j", (cell) => {
    expect(readEmails(cell, 20)).toEqual({ value: [], fault: "invalid_email" });
  });

  it("takes blanks and n/a for none, and says when there are too many", () => {
    expect(readEmails("n/a", 20)).toEqual({ value: [] });
    expect(readEmails(" ; tbd ,", 20)).toEqual({ value: [] });
    expect(readEmails("a@x.example,b@x.example", 1)).toEqual({ value: ["a@x.example"], fault: "too_many_emails" });
  });
});

describe("cells without end", () => {
  it("are no date, number or address, and take no long time", () => {
    const start = performance.now();
    for (const part of ["t", " ", "1", ",", ".", "a@"]) {
      const cell = `1${part.repeat(100_000)}!`;
      expect([readDate(cell), readPrice(cell), readCount(cell, "unreadable_goal")].map(({ fault }) => fault)).toEqual([
        "unreadable_date",
        "unreadable_price",
        "unreadable_goal",
      ]);
      expect(readEmails(cell, 20)).toEqual({ value: [], fault: "invalid_email" });
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe("findGenre", () => {
  it("knows each family and subgenre of the list by its whole name only", () => {
    for (const [family, subgenres] of Object.entries(GENRE_FAMILIES)) {
      expect(findGenre(` ${family.toUpperCase()} `)).toEqual({ family });
      for (const subgenre of subgenres) expect(findGenre(subgenre.toLowerCase())).toEqual({ family, subgenre });
    }
    expect(findGenre("hip hop")).toEqual({ family: "Hip-Hop" });
    for (const cell of ["", "Melodic Techno / House", "Deep House", "EDM", "n/a", "constructor"]) expect(findGenre(cell)).toBeUndefined();
  });
});

describe("text", () => {
  it("loses control characters and invisible marks, and keeps joiners inside a word", () => {
    expect(clean("\u202E \u0000a\u200B\r\nb\u0007\u00A0")).toBe("a\nb");
    expect(oneLine("Joa\u0303o \n  Mu\u0308ller")).toBe("João Müller");
    expect(clean("👩‍🎤")).toBe("👩‍🎤");
  });

  it("never cuts inside a character", () => {
    fc.assert(fc.property(anyText(30), fc.nat(20), (text, length) => void expect(cut(text, length).isWellFormed()).toBe(true)));
  });
});
