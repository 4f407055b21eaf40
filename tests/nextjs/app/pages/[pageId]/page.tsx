import Link from "next/link";
import { auth } from "@/auth";
import { ActionForm } from "./action-form";
import { remove, reorder, take } from "./actions";
import { readPage } from "./read";

export default async function Detail({ params }: { params: Promise<{ pageId: string }> }) {
  const { page, etag } = await readPage((await params).pageId);
  const mayWrite = Boolean(await auth());
  return (
    <article>
      <nav aria-label="Breadcrumb">
        {page.ancestors.map(({ id, title }) => (
          <Link key={id} href={`/pages/${id}`}>
            {title}
          </Link>
        ))}
      </nav>
      <h1>{page.title}</h1>
      <p>
        <em>{page.status}</em> by {page.author.name ?? "somebody"}
      </p>
      <p>{page.summary}</p>
      <ul className="topics">
        {page.topics.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/pages?topicId=${id}`}>{name}</Link>
          </li>
        ))}
      </ul>
      {mayWrite && (
        <div className="actions">
          <Link href={`/pages/${page.id}/edit`}>Edit</Link>
          <ActionForm action={take.bind(null, page.id, etag, "publish")}>
            <button>Publish</button>
          </ActionForm>
          <ActionForm action={take.bind(null, page.id, etag, "archive")}>
            <button>Archive</button>
          </ActionForm>
          <ActionForm action={remove.bind(null, page.id, etag)}>
            <button>Delete</button>
          </ActionForm>
        </div>
      )}
      {page.children.length > 0 && (
        <section>
          <h2>Below this page</h2>
          <ActionForm action={reorder}>
            <ol>
              {page.children.map(({ id, title }, index) => (
                <li key={id}>
                  {mayWrite && (
                    <input name={id} type="number" defaultValue={index + 1} aria-label={`Place of ${title}`} />
                  )}
                  <Link href={`/pages/${id}`}>{title}</Link>
                </li>
              ))}
            </ol>
            {mayWrite && <button>Save order</button>}
          </ActionForm>
        </section>
      )}
    </article>
  );
}
