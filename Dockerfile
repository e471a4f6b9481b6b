# syntax=docker/dockerfile:1

# The compiled service.
FROM node:20-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && rm -rf dist/bench dist/test \
 && find dist \( -name '*.map' -o -name '*.d.ts' \) -delete

# What it needs at run time, without compilers and test tools. libsql brings a prebuilt library for glibc.
FROM node:20-slim AS modules
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=modules /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080 9464
# Ctrl-C and docker stop drain the live calls; give the container more time than --drain.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz', { signal: AbortSignal.timeout(4000) }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/api/main.js"]
CMD ["serve", "--host", "0.0.0.0", "--data", "/data"]
