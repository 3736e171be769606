/** The peer of the bench: express and http-proxy-middleware with nothing else, in front of the origin in its argument. Prints its port. */
import { Agent } from "node:http";
import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";

const [target = ""] = process.argv.slice(2);
const app = express();
app.disable("x-powered-by");
app.use(createProxyMiddleware({ target, changeOrigin: true, agent: new Agent({ keepAlive: true }) }));
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === "object" ? address?.port : 0 }));
});
