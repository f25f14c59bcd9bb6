/** Uses a control of a sandbox: what people do at the real service. */
export const steer = async (sandbox_url: string, method: "PUT" | "POST", control: string, body: object = {}): Promise<void> => {
  const reply = await fetch(`${sandbox_url}/sandbox/${control}`, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`The sandbox refused ${method} ${control} with ${reply.status}: ${await reply.text()}`);
  await reply.arrayBuffer();
};
