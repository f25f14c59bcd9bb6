import { type Client, unlessDone } from "./client.ts";

/** What people ask of the network: one wants to join and waits for a decision, another's complaint is being worked on. */
export const takeRequests = async (admin: Client): Promise<void> => {
  const inquiry = { name: "Velvet Static", email: "hello@velvet-static.example", soundcloud_url: "https://soundcloud.com/velvet-static" };
  const complaint = {
    email: "booking@quiet-choir.example",
    song_url: "https://soundcloud.com/quiet-choir/light-us",
    notes: "One of the reposts was gone after a day.",
  };
  await admin.post("/soundcloud/inquiries", inquiry, "demonstration-inquiry");
  const { id } = await admin.post<{ id: string }>("/soundcloud/complaints", complaint, "demonstration-complaint");
  await admin.post(`/soundcloud/complaints/${id}/take-up`).catch(unlessDone);
};
