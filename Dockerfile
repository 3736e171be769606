# syntax=docker/dockerfile:1
# The base is an LTS line of Node with security updates; the gateway runs compiled, without development packages.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/bin ./bin
COPY --from=build /build/dist ./dist
COPY --from=build /build/node_modules ./node_modules
# Compiled code is kept, so that the gateway and each of its threads start sooner.
RUN echo '{}' | node bin/lazaret.js scan -
# The root file system is read-only at run time: state and large bodies go to these two.
RUN mkdir -p /var/lib/lazaret && chown node:node /var/lib/lazaret
VOLUME ["/var/lib/lazaret", "/tmp"]
USER node
EXPOSE 1344 8080 9090
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:9090/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/lazaret.js"]
CMD ["start", "-c", "/etc/lazaret/lazaret.yaml", "--log-format", "json"]
