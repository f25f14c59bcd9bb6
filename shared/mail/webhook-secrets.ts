const SECRET = /^whsec_[A-Za-z0-9+/]{24,}={0,2}$/;

/** The secrets that the mail service may sign with, several with spaces between; what is none opens nothing. */
export const webhookSecrets = (text: string): string[] => text.split(/\s+/).filter((one) => SECRET.test(one));
