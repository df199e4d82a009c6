# The program with its own runtime; settings come from the environment or from /data/.env.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
COPY --from=build /app/assets ./assets
# Database, logs and .env lie here
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
ENV DASHBOARD_HOST=0.0.0.0
EXPOSE 8787
HEALTHCHECK --interval=5m --start-period=1m CMD ["node", "-e", "fetch('http://127.0.0.1:8787/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/copper-mailchimp-sync.js"]
CMD ["serve"]
