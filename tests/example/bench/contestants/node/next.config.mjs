export default {
  serverExternalPackages: ["@prisma/client", "@prisma/adapter-pg"],
  turbopack: { root: import.meta.dirname },
};
