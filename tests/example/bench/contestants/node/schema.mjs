// The tables and relations as Drizzle's documentation declares them.
import { relations } from "drizzle-orm";
import { bigint, integer, jsonb, numeric, pgEnum, pgTable, primaryKey, text, timestamp, varchar } from "drizzle-orm/pg-core";

const time = (name) => timestamp(name, { precision: 3 });
export const pageStatus = pgEnum("PageStatus", ["DRAFT", "PUBLISHED", "ARCHIVED"]);

export const users = pgTable("User", { id: text("id").primaryKey(), name: text("name") });

export const topics = pgTable("Topic", { id: integer("id").primaryKey(), name: text("name").notNull() });

export const pages = pgTable("Page", {
  id: text("id").primaryKey(),
  slug: text("slug").notNull(),
  title: varchar("title", { length: 200 }).notNull(),
  summary: varchar("summary", { length: 500 }),
  content: jsonb("content").notNull(),
  metadata: jsonb("metadata"),
  status: pageStatus("status").notNull(),
  tags: text("tags").array(),
  position: integer("position").notNull(),
  viewCount: bigint("viewCount", { mode: "bigint" }).notNull(),
  rating: numeric("rating", { precision: 3, scale: 2 }),
  authorId: text("authorId").notNull().references(() => users.id),
  lastEditorId: text("lastEditorId").references(() => users.id),
  parentId: text("parentId"),
  publishedAt: time("publishedAt"),
  createdAt: time("createdAt").notNull(),
  updatedAt: time("updatedAt").notNull(),
});

export const pagesToTopics = pgTable(
  "_PageToTopic",
  { pageId: text("A").notNull().references(() => pages.id), topicId: integer("B").notNull().references(() => topics.id) },
  (table) => [primaryKey({ columns: [table.pageId, table.topicId] })],
);

export const pagesRelations = relations(pages, ({ one, many }) => ({
  author: one(users, { fields: [pages.authorId], references: [users.id] }),
  parent: one(pages, { fields: [pages.parentId], references: [pages.id] }),
  topics: many(pagesToTopics),
}));

export const pagesToTopicsRelations = relations(pagesToTopics, ({ one }) => ({
  page: one(pages, { fields: [pagesToTopics.pageId], references: [pages.id] }),
  topic: one(topics, { fields: [pagesToTopics.topicId], references: [topics.id] }),
}));
