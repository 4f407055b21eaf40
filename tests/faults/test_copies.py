"""Copies of a database that went their own ways: branches, restored backups, snapshots of a disk."""

import asyncio
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.faults.cluster import Cluster, running_cluster
from tests.support.api import serving
from tests.support.tables import create_own_tables

VERSION = 'SELECT xmin::text FROM "TestNote"'


async def version_in(cluster: Cluster) -> str:
    connection = await connect(parse_database_url(cluster.url()))
    version = await connection.fetchval(VERSION)
    await connection.close()
    return str(version)


def copy_of(cluster: Cluster) -> Cluster:
    """The server's folder, byte by byte, while it is stopped."""
    folder = cluster.data.with_name("copy")
    subprocess.run(["cp", "-a", str(cluster.data), str(folder)], check=True)
    return Cluster(folder)


async def test_a_tag_of_one_copy_changes_nothing_in_the_other() -> None:
    with TemporaryDirectory(prefix="copies-") as folder, running_cluster(Path(folder)) as cluster:
        await create_own_tables(cluster.url())
        async with serving(cluster.url()) as api:
            note = f"/notes/{(await api.make_note('shared'))['id']}"
        await asyncio.to_thread(cluster.stop)
        copy = await asyncio.to_thread(copy_of, cluster)
        await asyncio.to_thread(copy.start)
        await asyncio.to_thread(cluster.start)
        try:
            async with serving(cluster.url()) as here, serving(copy.url()) as there:
                tag = (await here.patch(note, json={"title": "Here"})).headers["etag"]
                await there.patch(note, json={"title": "There"})
                # Transaction numbers repeat in copies: what is built on them takes one state for the other.
                assert await version_in(cluster) == await version_in(copy)
                lost = await there.patch(note, json={"title": "Lost"}, headers={"If-Match": tag})
                assert lost.status_code == 412
                assert (await there.delete(note, headers={"If-Match": tag})).status_code == 412
                assert (await there.get(note)).json()["title"] == "There"
                # Where both say the same, either's tag will do.
                await there.patch(note, json={"title": "Here"})
                same = await there.patch(note, json={"title": "Both"}, headers={"If-Match": tag})
                assert same.status_code == 200
        finally:
            await asyncio.to_thread(copy.stop)
