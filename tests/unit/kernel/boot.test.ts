import { describe, expect, it } from "vitest";
import { type Boot, openPorts } from "../../../shared/kernel/boot.ts";

const boot = { env: (name: string) => `value of ${name}` } as unknown as Boot;

describe("openPorts", () => {
  it("makes a port when it is first touched, once, and never those that nobody touches", () => {
    const made: string[] = [];
    const make = (name: string) => (given: Boot) => (made.push(name), { name, value: given.env("X") });
    const ports = openPorts({ mail: make("mail"), files: make("files") }, boot);
    expect(made).toEqual([]);
    expect(ports.mail).toEqual({ name: "mail", value: "value of X" });
    expect(ports.mail).toBe(ports.mail);
    expect(made).toEqual(["mail"]);
  });

  it("takes a ready-made port in place of its factory", () => {
    const fail = (): string => {
      throw new Error("not to be made");
    };
    expect(openPorts({ mail: fail }, boot, { mail: "given" }).mail).toBe("given");
  });

  it("tries again after a port could not be made", () => {
    let tries = 0;
    const ports = openPorts(
      {
        mail: () => {
          if (++tries === 1) throw new Error("no key");
          return "made";
        },
      },
      boot,
    );
    expect(() => ports.mail).toThrow("no key");
    expect(ports.mail).toBe("made");
  });
});
