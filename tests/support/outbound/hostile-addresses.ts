/** Hosts that are nobody's business, in every writing that some reader of addresses has fallen for, beside the host that is trusted. */
const hostsBeside = (trusted: string): readonly string[] => {
  // The same letter of another alphabet.
  const twin = trusted.replace("o", "о");
  return [
    "127.0.0.1:8099",
    "localhost:8099",
    "0.0.0.0:8099",
    "[::1]:8099",
    "[::]:8099",
    "2130706433:8099",
    "0x7f000001:8099",
    "0x7f.0.0.1:8099",
    "0177.0.0.1:8099",
    "017700000001:8099",
    "127.1:8099",
    "127.0.1:8099",
    "[::ffff:127.0.0.1]:8099",
    "[::ffff:7f00:1]:8099",
    "[64:ff9b::7f00:1]:8099",
    "[64:ff9b::a9fe:a9fe]",
    "169.254.169.254",
    "169.254.170.2",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "metadata.google.internal",
    "instance-data.ec2.internal",
    "localtest.me",
    "127.0.0.1.nip.io",
    "7f000001.a9fea9fe.rbndr.us",
    "rebinding.evil.example",
    "spoofed.burpcollaborator.net",
    "evil.example",
    "evil.example.",
    "evil.example:22",
    "evil.example:6379",
    `${trusted}.evil.example`,
    `evil${trusted}`,
    `${trusted}@evil.example`,
    `${trusted}:x@evil.example`,
    `evil.example#@${trusted}`,
    `evil.example?${trusted}`,
    `evil.example\\@${trusted}`,
    `${trusted}\\.evil.example`,
    `${trusted}%2eevil.example`,
    `${trusted}%00.evil.example`,
    `${trusted}。evil.example`,
    twin,
    new URL(`https://${twin}`).hostname,
    `${trusted}:8099`,
    `${trusted}.:8099`,
    "①②⑦.⓪.⓪.①:8099",
    "127。0。0。1:8099",
    `evil.example/${trusted}`,
    `evil.example/https://${trusted}`,
    "evil.example/moved?to=http://169.254.169.254",
  ];
};

/** What is to stand where the honest address stands: it leads to the inside, or to somebody else. */
export const hostileAddresses = (honest: string): readonly string[] => {
  const { host, pathname } = new URL(honest);
  return [
    ...hostsBeside(host).flatMap((hostile) => [`http://${hostile}${pathname}`, `https://${hostile}${pathname}`]),
    "file:///etc/passwd",
    "gopher://127.0.0.1:8099/_x",
    `ftp://evil.example${pathname}`,
    "data:text/html,x",
    "javascript:fetch('http://evil.example')",
    "dict://127.0.0.1:8099/x",
    "ldap://evil.example/x",
    `//evil.example${pathname}`,
    "\\\\evil.example\\jane",
    `http:evil.example${pathname}`,
    `http:///evil.example${pathname}`,
    `https://${host}\r\nHost: evil.example${pathname}`,
    `https://${host}${pathname}\r\n\r\nGET http://evil.example/`,
    `https://user:pass@${host}@evil.example${pathname}`,
    `https://${host}/../../evil`,
    `unix:/var/run/docker.sock:${pathname}`,
  ];
};

/** A prime that does not divide their number, so that each is met once. */
const STRIDE = 37;

/** All of them in another order, the same one in every run: the first few of one turn are not those of the next. */
export const spread = (all: readonly string[], turn: number): readonly string[] => all.map((_, n) => all[(turn * 7 + n * STRIDE) % all.length]!);

/** A page that shows, links and loads an address. */
export const markupWith = (address: string): string => {
  const text = address.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<p><a href="${text}">Here</a><img src="${text}"><link rel="stylesheet" href="${text}"></p>`;
};
