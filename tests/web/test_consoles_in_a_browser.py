"""A real browser sits at all four seats: orders arrive, views follow, nothing leaves here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fake_session import DIGEST, SEATS

from sim.web.server import ConsoleServer

pytestmark = pytest.mark.browser


class Room:
    """Hold the consoles of a drill, each in a browser of its own, and what they said and asked."""

    def __init__(self, browser: Any, served: Any, lang: str = "en") -> None:
        self.served, self.session = served, served.session
        self._browser, self._lang = browser, lang
        self.said: list[str] = []
        self.asked: list[str] = []
        self._contexts: list[Any] = []
        self.pages = {seat: self.sit(seat) for seat in SEATS}

    def sit(self, seat: str) -> Any:
        """Open a seat's link in a fresh browser."""
        context = self._browser.new_context(
            viewport={"width": 1366, "height": 768}, locale={"en": "en-US"}.get(self._lang, "zh-CN")
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self.said.append(f"{seat}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{seat}: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda opened: self.asked.append(opened.url))
        page.goto(self.served.links[seat])
        page.wait_for_selector("html[data-shown]")
        return page

    def begin(self) -> None:
        """Start the exercise from the controller's console."""
        self.pages["controller"].get_by_text("Start the exercise").click()
        for page in self.pages.values():
            page.wait_for_selector(".clock .speed.running")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def room(browser: Any, served: Any) -> Iterator[Room]:
    opened = Room(browser, served)
    yield opened
    opened.close()
    assert opened.said == []
    own = f"127.0.0.1:{served.server.port}/"
    assert {url for url in opened.asked if f"//{own}" not in url and url != "data:,"} == set()
    assert len(opened.asked) > 4


def is_accepted(page: Any) -> None:
    page.wait_for_selector(".toast.good")


def test_every_seat_plays_and_is_answered(room: Room) -> None:
    pages, session = room.pages, room.session
    waiting = pages["dispatcher"].locator(".cover")
    assert waiting.is_visible()
    assert DIGEST in waiting.text_content()
    room.begin()
    assert not waiting.is_visible()

    desk = pages["dispatcher"]
    incident = session.incidents[3]
    desk.locator(f'[data-incident="{incident["id"]}"]').click()
    crew = session.suggestions[incident["id"]]["crew"]
    desk.locator(".follow").click()
    is_accepted(desk)
    assert next(each for each in session.crews if each["id"] == crew)["incident"] == incident["id"]
    desk.wait_for_selector(f'[data-crew="{crew}"][data-state=travelling]')

    hall = pages["supervisor"]
    hall.locator("[data-tier=first] button").click()
    hall.wait_for_selector("[data-tier=first][data-state=called]")
    texts = hall.locator(".announcement-text select")
    change = hall.locator(".announcement-text button")
    texts.select_option("area_and_time")
    assert "restoration time" in hall.locator(".words").inner_text()
    hall.locator(".announcement button").click()
    hall.wait_for_selector(".announcement button[aria-checked=true]")
    assert session.announcement == "area_and_time"
    assert "Outage and restoration time" in hall.locator(".announcement b").inner_text()
    assert not change.is_visible()
    texts.select_option("area")
    change.click()
    hall.locator(".announcement b", has_text="Outage known").wait_for()
    assert session.announcement == "area"

    hall.locator("button.overtime").click()
    hall.locator(".staff-notes span", has_text="7 of 9 agreed").wait_for()
    hall.locator("button.relief").click()
    hall.locator(".staff-notes span", has_text="3 at counselling").wait_for()
    hall.locator("button.major").click()
    hall.locator(".staff-notes span", has_text="4,321 customers covered").wait_for()
    assert "the only one, east" in hall.locator(".sites-lost").inner_text()

    press = pages["notification"]
    press.locator(f'[data-incident="{incident["id"]}"]').click()
    press.locator(".compose .send").click()
    press.wait_for_selector(f'[data-notice="{incident["id"]}/estimate#3"]')

    boss = pages["controller"]
    boss.locator("[data-inject=I07] .actions button").first.click()
    boss.wait_for_selector("[data-inject=I07][data-status=fired]")
    boss.locator("[data-seat=supervisor] button").click()
    hall.wait_for_selector(".cover[data-kind=autopilot]")
    assert session.autopilot["supervisor"]
    names = [order[2].get("command") or order[2]["action"] for order in session.orders]
    assert names == [
        "start", "AssignCrew", "CallStandby", "SwitchAnnouncement", "SwitchAnnouncement",
        "AskOvertime", "RelieveAgents", "FileMajorService", "SendNotice", "fire", "hand_over",
    ]  # fmt: skip
    assert all(order[2]["seen"] > 0 for order in session.orders)


def test_the_officer_chooses_the_channels_of_a_notice(room: Room) -> None:
    room.begin()
    press, session = room.pages["notification"], room.session
    incident = session.incidents[3]
    press.locator(f'[data-incident="{incident["id"]}"]').click()
    assert press.locator("[data-channel=sms].slow").count() == 1  # minutes of queue
    press.locator("[data-channel=sms] input").uncheck()
    assert press.locator(".compose .send").is_disabled()  # by no channel at all
    press.locator("[data-channel=app] input").check()
    press.locator("[data-channel=loudspeaker] input").check()
    press.locator(".compose .send").click()
    told = press.locator(f'[data-notice="{incident["id"]}/estimate#3"]')
    told.wait_for()
    assert session.orders[-1][2]["fields"]["channels"] == ["app", "loudspeaker"]
    fares = told.locator(".count span").all_inner_texts()
    assert [each.split(":")[0] for each in fares] == ["app push", "village loudspeaker"]
    assert "no receipts" in fares[1]
    press.locator(f'[data-incident="{session.incidents[0]["id"]}"]').click()
    ticked = press.locator(".channels input:checked")
    assert [each.get_attribute("value") for each in ticked.all()] == ["sms"]
    told.locator(".actions button").first.click()  # a correction goes where the notice went
    assert [each.get_attribute("value") for each in ticked.all()] == ["app", "loudspeaker"]


def test_a_refusal_says_why(room: Room) -> None:
    room.begin()
    desk = room.pages["dispatcher"]
    incident = room.session.incidents[0]["id"]
    desk.locator(f'[data-incident="{incident}"]').click()
    desk.get_by_text("Close incident").click()
    desk.wait_for_selector(".toast.bad")
    assert "customers are still switched off" in desk.locator(".toast.bad").text_content()
    desk.get_by_text("My orders").click()
    assert desk.locator(".given .refused").count() == 1


def test_views_follow_the_world(room: Room) -> None:
    room.begin()
    hall = room.pages["supervisor"]
    room.session.board["waiting"] = 4321
    room.session.tick()
    hall.wait_for_function(
        "() => /4,3\\d\\d/.test(document.querySelector('.tile.wide b').textContent)"
    )
    hall.wait_for_selector(".queue-chart .main-svg .scatterlayer path.js-line")
    assert hall.locator(".modebar").count() == 0
    before = int(hall.locator("html").get_attribute("data-shown"))
    room.session.tick()
    hall.wait_for_function(
        "before => Number(document.documentElement.dataset.shown) > before", arg=before
    )


def test_an_alarm_draws_the_eye_until_it_is_acknowledged(room: Room) -> None:
    room.begin()
    desk = room.pages["dispatcher"]
    # what came while nobody played is in the list, but cries no more
    assert not desk.locator(".strip").is_visible()
    room.session.alarm("gasp", transformer="sixi/dt7")
    desk.wait_for_selector(".strip.flash")
    desk.get_by_text("Acknowledge").click()
    desk.wait_for_selector(".strip", state="hidden")
    room.session.alarm("breaker_open", device="sixi/line3@2")
    desk.wait_for_selector(".strip.flash")
    assert "Sixi Line 3 switch at 2: breaker open" in desk.locator(".strip-text").text_content()
    press = room.pages["notification"]
    room.session.inject("notification", "A journalist asks.", "记者来电。")
    press.wait_for_selector(".strip.flash")


def test_the_language_changes_while_playing(room: Room) -> None:
    room.begin()
    for seat, title in (
        ("dispatcher", "配网调度与抢修指挥"),
        ("supervisor", "话务班长"),
        ("notification", "信息发布"),
        ("controller", "导演"),
    ):
        page = room.pages[seat]
        page.locator(".tool.language").click()
        assert page.locator("h1").text_content() == title
        assert page.title().startswith(f"【演练】{title}")
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        page.reload()
        page.wait_for_selector("html[data-shown]")
        assert page.locator("h1").text_content() == title


def test_everything_carries_the_mark_of_the_drill(room: Room) -> None:
    for seat, page in room.pages.items():
        assert page.title().startswith("【演练】")
        assert page.locator(".drill-mark").text_content() == "【演练】"
        n_maps = page.locator(".map").count()
        assert page.locator(".map-mark").count() == n_maps
        for message in page.locator(".messages p").all_text_contents():
            assert "【演练】" in message, seat
    room.begin()
    room.pages["controller"].wait_for_selector(".toast")
    assert "【演练】" in room.pages["controller"].locator(".toast").first.text_content()


def test_nothing_is_wider_or_higher_than_a_small_laptop(room: Room) -> None:
    room.begin()
    for seat, page in room.pages.items():
        size = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert size[0] <= 1366, seat
        assert size[1] <= 768, seat


def test_a_reload_keeps_the_seat(room: Room) -> None:
    room.begin()
    desk = room.pages["dispatcher"]
    desk.reload()
    desk.wait_for_selector(".clock .speed.running")
    assert not desk.locator(".cover").is_visible()
    incident = room.session.incidents[3]["id"]
    desk.locator(f'[data-incident="{incident}"]').click()
    desk.locator(".follow").click()
    is_accepted(desk)


def test_a_second_browser_takes_the_seat_and_the_first_takes_it_back(room: Room) -> None:
    room.begin()
    first = room.pages["supervisor"]
    second = room.sit("supervisor")
    first.wait_for_selector(".cover[data-kind=taken]")
    assert not second.locator(".cover").is_visible()
    first.get_by_text("Take the seat back").click()
    second.wait_for_selector(".cover[data-kind=taken]")
    first.wait_for_selector(".cover", state="hidden")
    first.locator("[data-tier=first] button").click()
    is_accepted(first)


def test_text_from_people_stays_text(room: Room) -> None:
    room.begin()
    bad = "<img src=x onerror=\"document.title='x'\"><script>document.title='y'</script>"
    boss = room.pages["controller"]
    boss.locator(".hint-form select").select_option("dispatcher")
    boss.locator(".hint-form input").fill(bad)
    boss.locator(".hint-form button").click()
    desk = room.pages["dispatcher"]
    desk.wait_for_selector(".message.hint")
    assert desk.locator(".message.hint p").text_content() == f"【演练】{bad}"
    assert desk.locator(".message img").count() == 0
    user = desk.locator(".user")
    user.fill(bad[:40])
    user.press("Tab")
    boss.wait_for_function(
        "() => document.querySelector('[data-seat=dispatcher] .person').textContent"
        ".startsWith('<img')"
    )
    assert desk.title().startswith("【演练】")


def test_a_console_comes_back_by_itself_after_the_server_did(room: Room) -> None:
    room.begin()
    desk, port = room.pages["dispatcher"], room.served.server.port
    room.served.server.stop()
    desk.wait_for_selector(".wire.lost, .wire.reconnecting")
    room.said.clear()  # the browser reports the lost connection
    room.served.server = ConsoleServer(room.session, port=port)
    room.served.server.start()
    for page in room.pages.values():
        page.wait_for_selector(".wire.connected")
    room.said.clear()
    incident = room.session.incidents[3]["id"]
    desk.locator(f'[data-incident="{incident}"]').click()
    desk.locator(".follow").click()
    is_accepted(desk)
