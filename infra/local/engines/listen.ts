import { type Server, createServer } from "node:net";
import { HOST } from "../place.ts";
import { Refusal } from "../refusal.ts";

/** Listens on the loopback address only and answers the port. A taken port ends as a Refusal. */
export const listen = (server: Server, port = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? portTaken(port) : error.code === "EACCES" ? portForbidden(port) : error),
    );
    server.listen(port, HOST, () => resolve((server.address() as { port: number }).port));
  });

const portTaken = (port: number): Refusal =>
  new Refusal(
    `Port ${port} is taken.`,
    "Another program, perhaps another start of this one, listens on it.",
    `End that program, or choose another port with --port ${port + 1}.`,
  );
const portForbidden = (port: number): Refusal =>
  new Refusal(`Port ${port} may not be used.`, "The system reserves it for administrators.", "Choose a port above 1023 with --port.");

/** Throws a Refusal when the port is taken; answers it, or any free one. It may be taken by others a moment later. */
export const freePort = async (wanted = 0): Promise<number> => {
  const server = createServer();
  const port = await listen(server, wanted);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
};
