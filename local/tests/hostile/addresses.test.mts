/** Names with invalid escapes and control characters, and expired URLs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostileAccount, startHostileAccount } from "./harness.mts";

let account: HostileAccount;
beforeAll(async () => {
  account = await startHostileAccount();
  await account.createBucket("names");
});
afterAll(() => account.close());

describe("a broken percent escape", () => {
  test.each(["/%", "/names/%", "/names/%zz", "/names/%ff", "/%E0%A4%A/a"])(
    "in %s is InvalidURI for s3",
    async (path) => {
      for (const method of ["GET", "PUT", "HEAD", "DELETE"]) {
        const answer = await account.attack({ service: "s3", method, path });
        expect(answer.status).toBe(400);
        if (method !== "HEAD") expect(answer.code).toBe("InvalidURI");
      }
    },
  );

  test("in a function's name is SerializationException for lambda", async () => {
    const path = "/2015-03-31/functions/%ff/configuration";
    const answer = await account.attack({ service: "lambda", method: "GET", path });
    expect(answer).toMatchObject({ status: 400, code: "SerializationException" });
  });

  test("in the source of a copy is InvalidArgument", async () => {
    const headers = { "x-amz-copy-source": "/names/%zz" };
    const answer = await account.attack({ service: "s3", method: "PUT", path: "/names/copy", headers });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  });
});

describe("a control character", () => {
  test("in a key is stored, and listed as a numeric reference", async () => {
    const path = "/names/a%00%01%1Fb";
    expect(await account.attack({ service: "s3", method: "PUT", path, body: "abc" })).toMatchObject({ status: 200 });
    expect(await account.attack({ service: "s3", method: "GET", path })).toMatchObject({ status: 200, text: "abc" });
    const listed = await account.attack({ service: "s3", method: "GET", path: "/names?list-type=2" });
    expect(listed.text).toContain("<Key>a&#x0;&#x1;&#x1F;b</Key>");
  });

  test("in a name is refused by lambda, scheduler, ssm and iam", async () => {
    const requests = [
      { service: "lambda", method: "GET", path: "/2015-03-31/functions/a%00b" },
      { service: "scheduler", method: "GET", path: "/schedules/a%00b" },
      { service: "ssm", operation: "GetParameter", body: '{"Name":"a\\u0000b"}' },
      { service: "iam", body: "Action=GetRole&RoleName=a%00b&Version=2010-05-08" },
    ] as const;
    for (const request of requests) {
      const answer = await account.attack(request);
      expect([400, 404], `${request.service}: ${answer.text}`).toContain(answer.status);
    }
  });

  test("is refused where a request sets a header of the response", async () => {
    await account.send({ service: "s3", method: "PUT", path: "/names/plain", body: "abc" });
    for (const value of ["%00", "a%0D%0AX-Injected:%20yes", "%E2%82%AC"]) {
      const path = `/names/plain?response-content-type=${value}`;
      const answer = await account.attack({ service: "s3", method: "GET", path });
      expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
    }
  });
});

describe("a presigned URL", () => {
  const now = () => new Date();
  const stamp = (time: Date) => time.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const presigned = (time: Date, expires: string, service: "s3" | "sts" = "s3") => {
    const query = new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `test/${stamp(time).slice(0, 8)}/eu-west-1/${service}/aws4_request`,
      "X-Amz-Date": stamp(time),
      "X-Amz-Expires": expires,
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "0".repeat(64),
    });
    if (service === "sts") query.set("Action", "GetCallerIdentity");
    return { service, method: "GET", path: `${service === "s3" ? "/names/signed" : "/"}?${query}` } as const;
  };
  beforeAll(async () => {
    await account.send({ service: "s3", method: "PUT", path: "/names/signed", body: "abc" });
  });

  test("is accepted before it expires", async () => {
    expect(await account.attack(presigned(now(), "60"))).toMatchObject({ status: 200, text: "abc" });
    expect(await account.attack(presigned(now(), "604800"))).toMatchObject({ status: 200 });
  });

  test("is refused after it expired by the machine's clock, for any virtual time", async () => {
    const answer = await account.attack(presigned(new Date(Date.now() - 61_000), "60"));
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.text).toContain("<Message>Request has expired</Message>");
  });

  test("is refused when it is signed for a later time", async () => {
    const answer = await account.attack(presigned(new Date(Date.now() + 3_600_000), "60"));
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test.each(["0", "-1", "604801", "1e3", "abc", "", "9".repeat(400)])(
    "is refused with a life of '%s'",
    async (life) => {
      const answer = await account.attack(presigned(now(), life));
      expect(answer).toMatchObject({ status: 400, code: "AuthorizationQueryParametersError" });
    },
  );

  test("of another service has the common error RequestExpired", async () => {
    expect(await account.attack(presigned(now(), "60", "sts"))).toMatchObject({ status: 200 });
    const answer = await account.attack(presigned(new Date(Date.now() - 61_000), "60", "sts"));
    expect(answer).toMatchObject({ status: 400, code: "RequestExpired" });
  });
});
