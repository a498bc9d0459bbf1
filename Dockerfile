FROM node:26-slim
WORKDIR /quarry
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund && npm cache clean --force
COPY . .
RUN npm run build:widget && chown -R node:node /quarry
USER node
CMD ["npm", "run", "api"]
