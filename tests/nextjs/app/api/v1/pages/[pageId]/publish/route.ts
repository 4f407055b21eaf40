import { NextResponse } from "next/server";
import { dataApi } from "@/lib/data-api";

export async function POST(_: Request, { params }: { params: Promise<{ pageId: string }> }) {
  const { pageId } = await params;
  const api = await dataApi();
  const { data, error, response } = await api.POST("/api/v1/pages/{pageId}/publish", { params: { path: { pageId } } });
  return NextResponse.json(data ?? error, { status: response.status });
}
