"""Every flow in a real browser, on a desktop and on a phone."""

from playwright.sync_api import Page, expect

from tests.nextjs.app import PASSWORD
from tests.nextjs.conftest import App, Service

TITLES = "main li a:not(.topic)"


def _titles(page: Page) -> list[str]:
    return page.locator(TITLES).all_inner_texts()


def _live(page: Page) -> None:
    """Wait until the page's JavaScript has taken over its fields."""
    page.wait_for_function(
        """() => {
            const field = document.querySelector("main :is(input:not([type=hidden]), button)")
            return field && Object.keys(field).some(key => key.startsWith("__reactProps"))
        }"""
    )


def test_signing_in_and_out(page: Page) -> None:
    page.goto("/sign-in")
    _live(page)
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("a wrong one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_contain_text("another password")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_list_with_filters(editor: Page, service: Service) -> None:
    editor.goto("/pages")
    _live(editor)
    editor.get_by_label("Status").select_option("DRAFT")
    editor.get_by_role("button", name="Filter").click()
    editor.wait_for_url("**/pages?*status=DRAFT*")
    expect(editor.locator("main li em:not(:text-is('DRAFT'))")).to_have_count(0)
    expect(editor.locator("main li em").first).to_be_visible()
    # Of the pages that were there from the beginning, whatever other tests made since.
    editor.goto("/pages?q=statement")
    editor.get_by_role("link", name="Expressions").first.click()
    editor.wait_for_url("**/pages?topicId=3")
    expect(editor.locator("main li:not(:has-text('Expressions'))")).to_have_count(0)
    about = service.get("/pages", params={"topicId": 3}).json()["items"]
    expect(editor.locator(TITLES)).to_have_text([item["title"] for item in about])
    editor.get_by_label("Search").fill("with statement")
    editor.get_by_role("button", name="Filter").click()
    editor.wait_for_url("**/pages?q=with+statement*")
    found = service.get("/pages", params={"q": "with statement"}).json()["items"]
    assert 0 < len(found) < 20
    expect(editor.locator(TITLES)).to_have_text([item["title"] for item in found])


def test_a_list_forth_and_back(editor: Page) -> None:
    editor.goto("/pages?status=PUBLISHED")
    expect(editor.locator("main li")).to_have_count(20)
    first = _titles(editor)
    editor.get_by_role("link", name="Next").click()
    expect(editor.get_by_role("link", name="Previous")).to_be_visible()
    second = _titles(editor)
    assert second
    assert not set(first) & set(second)
    editor.get_by_role("link", name="Previous").click()
    expect(editor.locator(TITLES).first).to_have_text(first[0])
    assert _titles(editor) == first


def test_a_list_that_grows_to_its_end(editor: Page, service: Service) -> None:
    # No page that a test makes says this.
    total = service.get("/pages", params={"q": "the"}).json()["total"]
    editor.goto("/browse")
    _live(editor)
    editor.get_by_label("Search").fill("the")
    expect(editor.locator("main li")).to_have_count(20)
    while (more := editor.get_by_role("button", name="More")).is_visible():
        count = editor.locator("main li").count()
        more.click()
        editor.wait_for_function("count => document.querySelectorAll('main li').length > count", arg=count)
    assert total > 40
    assert editor.locator("main li").count() == total


def test_publishing_from_a_client_component(editor: Page, service: Service) -> None:
    made = service.make_page()
    editor.goto("/browse")
    _live(editor)
    editor.get_by_label("Search").fill(made["title"])
    expect(editor.locator("main li")).to_have_count(1)
    editor.get_by_role("button", name="Publish").click()
    expect(editor.locator("main li em")).to_have_text("PUBLISHED")
    assert service.read(made["id"])["status"] == "PUBLISHED"
    # This one was built beforehand; the service's newest comes first in it.
    editor.goto("/")
    expect(editor.locator(TITLES).first).to_have_text(made["title"])


def test_a_page_with_what_is_around_it(editor: Page, service: Service) -> None:
    above = service.make_page()
    made = service.make_page(parentId=above["id"], topicIds=[1, 2], summary="What it says.")
    below = service.make_page(parentId=made["id"])
    editor.goto(f"/pages/{made['id']}")
    expect(editor.get_by_role("heading", level=1)).to_have_text(made["title"])
    expect(editor.get_by_text("What it says.")).to_be_visible()
    expect(editor.locator(".topics li")).to_have_text(["Basics", "Classes"])
    expect(editor.locator("article p").first).to_have_text("DRAFT by 小林 さくら")
    editor.get_by_role("link", name=below["title"]).click()
    expect(editor.get_by_role("heading", level=1)).to_have_text(below["title"])
    crumbs = editor.get_by_label("Breadcrumb").get_by_role("link")
    expect(crumbs).to_have_text([above["title"], made["title"]])
    crumbs.first.click()
    expect(editor.get_by_role("heading", level=1)).to_have_text(above["title"])


def test_visitors_see_what_is_published(page: Page, service: Service) -> None:
    draft = service.make_page()
    shown = service.make_page(parentId=draft["id"])
    service.post(f"/pages/{shown['id']}/publish").raise_for_status()
    page.goto(f"/pages?q={draft['title']}")
    expect(page.get_by_role("button", name="Filter")).to_be_visible()
    assert _titles(page) == []
    page.goto(f"/pages?q={shown['title']}")
    expect(page.locator(TITLES)).to_have_text(shown["title"])
    page.locator(TITLES).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(shown["title"])
    expect(page.get_by_label("Breadcrumb").get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    page.goto(f"/pages/{draft['id']}")
    expect(page.get_by_text("This page could not be found.")).to_be_visible()


def test_an_edit(editor: Page, service: Service) -> None:
    made = service.make_page()
    title = made["title"] + " edited"
    # It is in caches of every kind before it changes.
    editor.goto(f"/pages?q={made['title']}")
    editor.get_by_role("link", name=made["title"]).click()
    editor.get_by_role("link", name="Edit").click()
    expect(editor.get_by_label("Title")).to_have_value(made["title"])
    editor.get_by_label("Title").fill(title)
    editor.get_by_label("Summary").fill("Said anew.")
    editor.get_by_role("button", name="Save").click()
    editor.wait_for_url(f"**/pages/{made['id']}")
    expect(editor.get_by_role("heading", level=1)).to_have_text(title)
    expect(editor.get_by_text("Said anew.")).to_be_visible()
    stored = service.read(made["id"])
    assert (stored["title"], stored["lastEditorId"]) == (title, "demo-user-editor")
    editor.go_back()
    editor.go_back()
    editor.go_back()
    expect(editor.locator(TITLES)).to_have_text(title)


def test_an_edit_that_somebody_else_was_faster_with(editor: Page, service: Service) -> None:
    made = service.make_page()
    editor.goto(f"/pages/{made['id']}/edit")
    _live(editor)
    editor.get_by_label("Title").fill("Mine")
    theirs = made["title"] + " as changed"
    service.patch(f"/pages/{made['id']}", json={"title": theirs}).raise_for_status()
    alert = editor.get_by_text("Somebody else changed this page.")
    editor.get_by_role("button", name="Save").click()
    expect(alert).to_be_visible()
    expect(editor.get_by_label("Title")).to_have_value("Mine")
    # To press it again is not to have seen what the other said.
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("button", name="Save")).to_be_enabled()
    expect(alert).to_be_visible()
    assert service.read(made["id"])["title"] == theirs
    editor.get_by_role("link", name="See what it says now").click()
    expect(alert).to_have_count(0)
    _live(editor)
    expect(editor.get_by_label("Title")).to_have_value(theirs)
    editor.get_by_label("Title").fill("Mine")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("Mine")


def test_an_edit_with_a_wrong_field(editor: Page, service: Service) -> None:
    made = service.make_page()
    editor.goto(f"/pages/{made['id']}/edit")
    _live(editor)
    editor.get_by_label("Title").fill("")
    editor.get_by_label("Summary").fill("x" * 501)
    editor.get_by_role("button", name="Save").click()
    for field, words in (("title", "at least 1"), ("summary", "at most 500")):
        expect(editor.locator(f"[name={field}]")).to_have_attribute("aria-invalid", "true")
        expect(editor.locator(f"label:has([name={field}]) + [role=alert]")).to_contain_text(words)
    expect(editor.get_by_label("Summary")).to_have_value("x" * 501)
    editor.get_by_label("Title").fill(made["title"] + " at last")
    editor.get_by_label("Summary").fill("")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text(made["title"] + " at last")


def test_publishing_archiving_and_deleting(editor: Page, service: Service) -> None:
    made = service.make_page()
    editor.goto(f"/pages/{made['id']}")
    _live(editor)
    status = editor.locator("article em")
    editor.get_by_role("button", name="Publish").click()
    expect(status).to_have_text("PUBLISHED")
    editor.get_by_role("button", name="Archive").click()
    expect(status).to_have_text("ARCHIVED")
    editor.get_by_role("button", name="Publish").click()
    expect(editor.locator("article [role=alert]")).to_be_visible()
    expect(status).to_have_text("ARCHIVED")
    editor.get_by_role("button", name="Delete").click()
    editor.wait_for_url("**/pages")
    assert service.get(f"/pages/{made['id']}").status_code == 404
    editor.goto(f"/pages/{made['id']}")
    expect(editor.get_by_text("This page could not be found.")).to_be_visible()


def test_children_are_reordered_in_one_call(editor: Page, app: App, service: Service) -> None:
    made = service.make_page()
    children = [service.make_page(parentId=made["id"], position=place) for place in range(3)]
    editor.goto(f"/pages/{made['id']}")
    _live(editor)
    for place, child in enumerate(reversed(children)):
        editor.get_by_label(f"Place of {child['title']}").fill(str(place))
    app.proxy.paths()
    editor.get_by_role("button", name="Save order").click()
    expect(editor.locator("ol li a")).to_have_text([child["title"] for child in reversed(children)])
    assert [path for path in app.proxy.paths() if not path.startswith("GET")] == ["PATCH /pages"]
