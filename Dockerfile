# The gateway as an image: docs/deploy.md. Built for every architecture from one bundle of plain JavaScript.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-alpine
LABEL org.opencontainers.image.title="oai-gateway" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /src/dist ./dist
COPY package.json LICENSE ./
COPY deploy/healthcheck.js ./deploy/healthcheck.js
RUN mkdir -p /data /etc/oai-gateway && chown node:node /data && chmod 700 /data

# Inside of a container loopback reaches nobody. Without client keys the gateway still refuses to be open to others.
ENV OAI_GATEWAY_HOST=0.0.0.0 \
    OAI_GATEWAY_PORT=8080 \
    OAI_GATEWAY_DATA_DIR=/data \
    LANG=C.UTF-8 \
    NODE_ENV=production
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/app/deploy/healthcheck.js"]
ENTRYPOINT ["node", "/app/dist/oai-gateway.js"]
CMD ["serve"]
