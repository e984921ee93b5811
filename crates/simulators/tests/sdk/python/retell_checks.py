"""Every call of the official Python client against the stand-in.

Each answer is validated strictly against the type that the client declares for it:
no coercion, and no field that the type does not know. Run by tests/suite/sdks.rs.
"""

import json
import os
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pydantic
import retell
from retell import types as declared
from retell.types.agent_create_version_response import AgentCreateVersionResponse
from retell.types.agent_repair_response import AgentRepairResponse
from retell.types.call_response import CallResponse
from retell.types.voice_list_response import VoiceListResponse

BASE = os.environ["ASKPRO_SIM_URL"]
KEY, OTHER_KEY = os.environ["ASKPRO_SIM_KEYS"].split(",")

# What the declared types leave out, although the contract has it.
UNDECLARED = {"total"}

answers: list[httpx.Response] = []
http = httpx.Client(event_hooks={"response": [lambda answer: (answer.read(), answers.append(answer))]})
client = retell.Retell(api_key=KEY, base_url=BASE, http_client=http)
stranger = retell.Retell(api_key=OTHER_KEY, base_url=BASE)

tried = passed = 0
failures: list[str] = []


def check(name, work):
    """Runs one check; what it raises is its failure."""
    global tried, passed
    tried += 1
    try:
        result = work()
        passed += 1
        return result
    except Exception as error:  # the report names it
        failures.append(f"{name}: {type(error).__name__}: {error}")
        return None


def unknown_fields(value, path=""):
    """Fields that no declared type knows, wherever they stand."""
    if isinstance(value, pydantic.BaseModel):
        for name in value.model_extra or {}:
            if name not in UNDECLARED:
                yield f"{path}.{name}"
        for name in type(value).model_fields:
            yield from unknown_fields(getattr(value, name, None), f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unknown_fields(item, f"{path}[{index}]")


def call(name, work, answer_type=None, status=200):
    """A call of the client, with its answer validated against the declared type."""
    results = []

    def run():
        answers.clear()
        results.append(work())
        answer = answers[-1]
        assert answer.status_code == status, f"status {answer.status_code}, not {status}"
        if answer_type is None:
            assert answer.content == b"", f"not empty: {answer.content!r}"
        else:
            strict = pydantic.TypeAdapter(answer_type).validate_json(answer.content, strict=True)
            unknown = list(unknown_fields(strict))
            assert not unknown, f"fields that are not declared: {unknown}"

    check(name, run)
    return results[0] if results else None


def refused(name, error_type, work, requests=1):
    """A call that must raise this error, after so many requests."""

    def run():
        answers.clear()
        try:
            work()
        except error_type as error:
            assert len(answers) == requests, f"{len(answers)} requests, not {requests}"
            body = error.body
            assert isinstance(body, dict) and body["status"] == "error" and body["message"], body
            return
        raise AssertionError("it was not refused")

    check(name, run)


def sim(method, path, body=None):
    request = urllib.request.Request(BASE + path, method=method, data=json.dumps(body or {}).encode())
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def faults(*rules):
    sim("PUT", "/_sim/faults", {"rules": list(rules)})


# --- A receiver that believes nobody but the client's own verification. ---

received: list[dict] = []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers["content-length"])).decode()
        signature = self.headers["x-retell-signature"]
        received.append(
            {
                "path": self.path,
                "body": json.loads(raw),
                "valid": client.verify(raw, KEY, signature),
                "foreign": client.verify(raw, OTHER_KEY, signature),
                "changed": client.verify(raw + " ", KEY, signature),
            }
        )
        answer = b'{"status":"ok","say":"Gern."}'
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
Thread(target=receiver.serve_forever, daemon=True).start()
RECEIVER = f"http://127.0.0.1:{receiver.server_port}"

# --- Response engines ---

tool = {
    "type": "custom",
    "name": "book_appointment",
    "url": f"{RECEIVER}/book",
    "description": "Books.",
    "speak_during_execution": True,
    "speak_after_execution": True,
    "timeout_ms": 5000,
    "parameters": {"type": "object", "properties": {"when": {"type": "string"}}},
}
llm = call(
    "llm.create",
    lambda: client.llm.create(
        model="gpt-4.1", start_speaker="agent", begin_message="Hier ist die KI.", general_tools=[tool]
    ),
    declared.LlmResponse,
    201,
)
llm_id = llm.llm_id
call("llm.retrieve", lambda: client.llm.retrieve(llm_id), declared.LlmResponse)
call("llm.retrieve version", lambda: client.llm.retrieve(llm_id, version=0), declared.LlmResponse)
call("llm.update", lambda: client.llm.update(llm_id, version=0, general_prompt="Kurz."), declared.LlmResponse)
call("llm.list", lambda: client.llm.list(limit=10), declared.LlmListResponse)
spare = call("llm.create spare", lambda: client.llm.create(start_speaker="user"), declared.LlmResponse, 201)
call("llm.delete", lambda: client.llm.delete(spare.llm_id), None, 204)
refused("llm.retrieve missing", retell.UnprocessableEntityError, lambda: client.llm.retrieve(spare.llm_id))
refused(
    "llm.create gone tool",
    retell.BadRequestError,
    lambda: client.llm.create(start_speaker="agent", general_tools=[{"type": "book_appointment_cal", "name": "x"}]),
)

node = {
    "id": "start",
    "type": "conversation",
    "instruction": {"type": "static_text", "text": "Hier ist die KI."},
}
flow = call(
    "conversation_flow.create",
    lambda: client.conversation_flow.create(
        nodes=[node], start_speaker="agent", model_choice={"type": "cascading", "model": "gpt-4.1"}, start_node_id="start"
    ),
    declared.ConversationFlowResponse,
    201,
)
flow_id = flow.conversation_flow_id
call("conversation_flow.retrieve", lambda: client.conversation_flow.retrieve(flow_id), declared.ConversationFlowResponse)
call(
    "conversation_flow.update",
    lambda: client.conversation_flow.update(flow_id, version="0", global_prompt="Kurz."),
    declared.ConversationFlowResponse,
)
call("conversation_flow.list", lambda: client.conversation_flow.list(), declared.ConversationFlowListResponse)
component = call(
    "conversation_flow_component.create",
    lambda: client.conversation_flow_component.create(name="Begrüßung", nodes=[node]),
    declared.ConversationFlowComponentResponse,
    201,
)
component_id = component.conversation_flow_component_id
call(
    "conversation_flow_component.retrieve",
    lambda: client.conversation_flow_component.retrieve(component_id),
    declared.ConversationFlowComponentResponse,
)
call(
    "conversation_flow_component.update",
    lambda: client.conversation_flow_component.update(component_id, name="Anfang"),
    declared.ConversationFlowComponentResponse,
)
call(
    "conversation_flow_component.list",
    lambda: client.conversation_flow_component.list(),
    declared.ConversationFlowComponentListResponse,
)
call("conversation_flow_component.delete", lambda: client.conversation_flow_component.delete(component_id), None, 204)
refused("conversation_flow.retrieve missing", retell.NotFoundError, lambda: client.conversation_flow.retrieve("none"))

# --- Agents and their versions ---

agent = call(
    "agent.create",
    lambda: client.agent.create(
        agent_name="Salon",
        voice_id="11labs-Anna",
        language=["de-DE", "en-US"],
        timezone="Europe/Berlin",
        webhook_url=f"{RECEIVER}/webhook",
        webhook_events=["call_started", "call_ended", "call_analyzed"],
        response_engine={"type": "retell-llm", "llm_id": llm_id},
    ),
    declared.AgentResponse,
    201,
)
agent_id = agent.agent_id
flow_agent = call(
    "agent.create flow",
    lambda: client.agent.create(
        agent_name="Praxis",
        voice_id="11labs-Anna",
        response_engine={"type": "conversation-flow", "conversation_flow_id": flow_id},
    ),
    declared.AgentResponse,
    201,
)
call("agent.retrieve", lambda: client.agent.retrieve(agent_id), declared.AgentResponse)
call("agent.retrieve version", lambda: client.agent.retrieve(agent_id, version=0), declared.AgentResponse)
call("agent.update", lambda: client.agent.update(agent_id, voice_speed=1.1), declared.AgentResponse)
call("agent.list", lambda: client.agent.list(limit=1), declared.AgentListResponse)
call("agent.list empty", lambda: client.agent.list(), declared.AgentListResponse)
call(
    "agent.list filtered",
    lambda: client.agent.list(filter_criteria={"channel": {"type": "string", "op": "eq", "value": "voice"}, "query": "salon"}),
    declared.AgentListResponse,
)
call("agent.publish", lambda: client.agent.publish(agent_id, version=0, version_title="eins"), None)
refused("agent.update published", retell.BadRequestError, lambda: client.agent.update(agent_id, voice_speed=1.2))
refused(
    "agent.update published version",
    retell.BadRequestError,
    lambda: client.agent.update(agent_id, version=0, voice_speed=1.2),
)
refused("llm.update published", retell.BadRequestError, lambda: client.llm.update(llm_id, begin_message="anders"))
refused("agent.repair published", retell.BadRequestError, lambda: client.agent.repair(agent_id, version=0))
call(
    "agent.create_version",
    lambda: client.agent.create_version(agent_id, base_version=0),
    AgentCreateVersionResponse,
    201,
)
call("agent.update draft", lambda: client.agent.update(agent_id, version=1, voice_speed=1.3), declared.AgentResponse)
call("llm.update draft", lambda: client.llm.update(llm_id, begin_message="Hallo, hier ist die KI."), declared.LlmResponse)
call("agent.repair", lambda: client.agent.repair(agent_id), AgentRepairResponse)
call("agent.list_versions", lambda: client.agent.list_versions(agent_id), declared.AgentListVersionsResponse)


def versions_tell_what_is_live():
    listed = client.agent.list_versions(agent_id, sort_order="ascending").items
    assert [(one.version, one.is_published) for one in listed] == [(0, True), (1, False)]
    assert listed[0].version_title == "eins" and listed[1].base_version == 0
    assert client.agent.retrieve(agent_id).version == 1, "latest is the draft"
    live = client.agent.retrieve(agent_id, version="latest_published")
    assert live.version == 0 and live.voice_speed == 1.1
    assert client.llm.retrieve(llm_id, version=0).begin_message == "Hier ist die KI."


check("versions tell what is live", versions_tell_what_is_live)
call("agent.create_version spare", lambda: client.agent.create_version(agent_id, base_version=0), AgentCreateVersionResponse, 201)
call("agent.delete_version", lambda: client.agent.delete_version(agent_id, version=2), None, 204)
refused("agent.delete_version missing", retell.UnprocessableEntityError, lambda: client.agent.delete_version(agent_id, version=2))
refused("agent.retrieve missing", retell.UnprocessableEntityError, lambda: client.agent.retrieve("agent_none"))
refused("agent.publish missing", retell.UnprocessableEntityError, lambda: client.agent.publish(agent_id, version=9))
refused(
    "agent.create bounds",
    retell.BadRequestError,
    lambda: client.agent.create(
        voice_id="11labs-Anna", voice_speed=9, response_engine={"type": "retell-llm", "llm_id": llm_id}
    ),
)
refused("llm.delete in use", retell.BadRequestError, lambda: client.llm.delete(llm_id))
call("agent.delete", lambda: client.agent.delete(flow_agent.agent_id), None, 204)
call("conversation_flow.delete", lambda: client.conversation_flow.delete(flow_id, force_delete=True), None, 204)

# --- Phone numbers ---

NUMBER = "+4930123456"
call(
    "phone_number.import_",
    lambda: client.phone_number.import_(
        phone_number=NUMBER,
        termination_uri="sip.example.com",
        sip_trunk_auth_username="askpro",
        nickname="Salon",
        inbound_agents=[{"agent_id": agent_id, "agent_version": 0, "weight": 1}],
        outbound_agents=[{"agent_id": agent_id, "agent_version": "latest_published", "weight": 1}],
    ),
    declared.PhoneNumberResponse,
    201,
)
bought = call(
    "phone_number.create",
    lambda: client.phone_number.create(country_code="US", area_code=415, number_provider="telnyx"),
    declared.PhoneNumberResponse,
    201,
)
call("phone_number.retrieve", lambda: client.phone_number.retrieve(NUMBER), declared.PhoneNumberResponse)
call(
    "phone_number.update",
    lambda: client.phone_number.update(
        NUMBER,
        inbound_agents=[
            {"agent_id": agent_id, "agent_version": 0, "weight": 0.9},
            {"agent_id": agent_id, "agent_version": 1, "weight": 0.1},
        ],
        fallback_number="+4930999999",
    ),
    declared.PhoneNumberResponse,
)
call("phone_number.update clear", lambda: client.phone_number.update(NUMBER, nickname=None), declared.PhoneNumberResponse)
call("phone_number.list", lambda: client.phone_number.list(), declared.PhoneNumberListResponse)


def percent_and_plus_are_the_same():
    raw = httpx.get(f"{BASE}/get-phone-number/%2B4930123456", headers={"authorization": f"Bearer {KEY}"})
    assert raw.status_code == 200 and raw.json()["phone_number"] == NUMBER and "nickname" not in raw.json()


check("%2B and + are the same number", percent_and_plus_are_the_same)
refused(
    "phone_number.update weights",
    retell.BadRequestError,
    lambda: client.phone_number.update(NUMBER, inbound_agents=[{"agent_id": agent_id, "weight": 0.9}]),
)
refused(
    "phone_number.update own fallback",
    retell.BadRequestError,
    lambda: client.phone_number.update(NUMBER, fallback_number=NUMBER),
)
refused("phone_number.create Germany", retell.BadRequestError, lambda: client.phone_number.create(country_code="DE"))
refused("phone_number.retrieve missing", retell.UnprocessableEntityError, lambda: client.phone_number.retrieve("+49301"))
call("phone_number.delete", lambda: client.phone_number.delete(bought.phone_number), None, 204)

# --- Calls ---

played = sim(
    "POST",
    "/_sim/calls",
    {
        "key": KEY,
        "to_number": NUMBER,
        "from_number": "+4915112345678",
        "draw": 0.5,
        "language": "de",
        "metadata": {"test": "python"},
        "steps": [
            {"caller": "Morgen um zehn?"},
            {"function": "book_appointment", "args": {"when": "morgen um zehn"}},
            {"dtmf": "1"},
            {"caller": "Danke."},
        ],
    },
)
call_id = played["call_id"]


def the_receiver_believes_the_stand_in():
    assert [one["path"] for one in received] == ["/webhook", "/book", "/webhook", "/webhook"], received
    for one in received:
        assert one["valid"] and not one["foreign"] and not one["changed"], one["path"]
    assert received[1]["body"]["call"]["transcript_with_tool_calls"][-1]["role"] == "tool_call_invocation"
    assert received[2]["body"]["event"] == "call_ended" and "call_analysis" not in received[2]["body"]["call"]


check("signed events and functions", the_receiver_believes_the_stand_in)
call("call.retrieve", lambda: client.call.retrieve(call_id), CallResponse)
call("call.list", lambda: client.call.list(include_total=True), declared.CallListResponse)
call(
    "call.list filtered",
    lambda: client.call.list(
        filter_criteria={
            "agent": [{"agent_id": agent_id, "version": [0]}],
            "call_status": {"type": "enum", "op": "in", "value": ["ended"]},
            "from_number": {"type": "string", "op": "sw", "value": "+49151"},
            "duration_ms": {"type": "range", "op": "bt", "value": [0, 60000]},
            "start_timestamp": {"type": "number", "op": "gt", "value": 0},
            "metadata": [{"type": "string", "op": "eq", "key": "test", "value": "python"}],
            "tool_calls": [{"name": "book_appointment"}],
        }
    ),
    declared.CallListResponse,
)
call(
    "call.update",
    lambda: client.call.update(call_id, metadata={"a": 1}, data_storage_setting="everything_except_pii"),
    CallResponse,
)
refused(
    "call.update looser",
    retell.BadRequestError,
    lambda: client.call.update(call_id, data_storage_setting="everything"),
)
refused("call.update_live ended", retell.BadRequestError, lambda: client.call.update_live(call_id, call_control={}))
call("call.rerun_analysis", lambda: client.call.rerun_analysis(call_id), CallResponse)
web = call(
    "call.create_web_call",
    lambda: client.call.create_web_call(agent_id=agent_id, agent_version="latest_published"),
    declared.CreateWebCallResponse,
    201,
)
call("call.retrieve web", lambda: client.call.retrieve(web.call_id), CallResponse)
phone = call(
    "call.create_phone_call",
    lambda: client.call.create_phone_call(
        from_number=NUMBER, to_number="+4915112345678", retell_llm_dynamic_variables={"name": "Anna"}
    ),
    declared.PhoneCallResponse,
    201,
)
call(
    "call.register_phone_call",
    lambda: client.call.register_phone_call(agent_id=agent_id, from_number="+4915112345678", to_number=NUMBER),
    declared.PhoneCallResponse,
    201,
)


batch = call(
    "batch_call.create_batch_call",
    lambda: client.batch_call.create_batch_call(
        from_number=NUMBER, name="Erinnerungen", tasks=[{"to_number": "+4915112345678"}, {"to_number": "+4915112345679"}]
    ),
    declared.BatchCallResponse,
    201,
)


def a_batch_is_its_calls():
    criteria = {"batch_call_id": {"type": "string", "op": "eq", "value": batch.batch_call_id}}
    assert len(client.call.list(filter_criteria=criteria).items) == 2


check("a batch is its calls", a_batch_is_its_calls)


def one_key_is_one_call():
    made = [
        client.call.create_phone_call(from_number=NUMBER, to_number="+4915112345678", idempotency_key="k1").call_id
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert client.call.create_phone_call(from_number=NUMBER, to_number="+4915112345678").call_id != made[0]


check("one idempotency key is one call", one_key_is_one_call)


def live():
    """A call that is going on while the client reaches into it."""
    script = {
        "key": KEY,
        "call_id": phone.call_id,
        "steps": [{"caller": "Hallo?"}, {"pause_ms": 1500}, {"caller": "Sind Sie noch da?"}],
    }
    thread = Thread(target=sim, args=("POST", "/_sim/calls", script))
    thread.start()
    for _ in range(100):
        if client.call.retrieve(phone.call_id).call_status == "ongoing":
            return thread
        time.sleep(0.02)
    raise AssertionError("the call did not begin")


talking = check("a registered call is held", live)
call(
    "call.update_live",
    lambda: client.call.update_live(
        phone.call_id,
        fields_to_override={"override_dynamic_variables": {"vip": "yes"}},
        call_control={"additional_context": "The caller is known."},
    ),
    declared.CallUpdateLiveResponse,
)
listening = call("call.listen_live", lambda: client.call.listen_live(phone.call_id), declared.CallListenLiveResponse)
refused("call.update ongoing", retell.BadRequestError, lambda: client.call.update(phone.call_id, metadata={}))
refused("call.delete ongoing", retell.BadRequestError, lambda: client.call.delete(phone.call_id))
call("call.stop", lambda: client.call.stop(phone.call_id), None, 204)
talking.join()


def stopped_by_hand():
    ended = client.call.retrieve(phone.call_id)
    assert ended.disconnection_reason == "manual_stopped" and "noch da" not in ended.transcript
    assert ended.retell_llm_dynamic_variables["vip"] == "yes"


check("a stopped call says so", stopped_by_hand)
call("call.retrieve stopped", lambda: client.call.retrieve(phone.call_id), CallResponse)
refused(
    "call.take_over_live ended",
    retell.BadRequestError,
    lambda: client.call.take_over_live(phone.call_id, participant_id=listening.participant_id),
)


def take_over():
    script = {"key": KEY, "web_call": {"agent_id": agent_id}, "steps": [{"pause_ms": 1000}]}
    thread = Thread(target=sim, args=("POST", "/_sim/calls", script))
    thread.start()
    criteria = {"call_status": {"type": "enum", "op": "in", "value": ["ongoing"]}}
    for _ in range(100):
        ongoing = client.call.list(filter_criteria=criteria).items
        if ongoing:
            break
        time.sleep(0.02)
    listener = client.call.listen_live(ongoing[0].call_id).participant_id
    answers.clear()
    client.call.take_over_live(ongoing[0].call_id, participant_id=listener)
    pydantic.TypeAdapter(declared.CallTakeOverLiveResponse).validate_json(answers[-1].content, strict=True)
    thread.join()
    assert client.call.retrieve(ongoing[0].call_id).disconnection_reason == "call_take_over"


check("call.take_over_live", take_over)
call("call.delete", lambda: client.call.delete(call_id), None, 204)
refused("call.retrieve missing", retell.UnprocessableEntityError, lambda: client.call.retrieve(call_id))
refused(
    "call.create_phone_call variables",
    retell.BadRequestError,
    lambda: client.call.create_phone_call(
        from_number=NUMBER, to_number="+4915112345678", retell_llm_dynamic_variables={"count": 1}
    ),
)


def pages(fetch):
    """Every item, page by page."""
    items, key = [], None
    while True:
        page = fetch(key)
        items.extend(page.items)
        if not page.has_more:
            return items
        key = page.pagination_key


def every_call_once():
    total = client.call.list(include_total=True).total
    for order in ("ascending", "descending"):
        paged = pages(
            lambda key: client.call.list(limit=2, sort_order=order, **({"pagination_key": key} if key else {}))
        )
        ids = [one.call_id for one in paged]
        assert len(ids) == total == len(set(ids)) >= 5, (ids, total)
    skipped = client.call.list(limit=1, skip=1).items[0].call_id
    assert skipped == ids[1]
    assert not hasattr(paged[0], "transcript") or paged[0].transcript is None


check("pages of calls hold every call once", every_call_once)


def every_agent_once():
    made = [
        client.agent.create(voice_id="v", response_engine={"type": "retell-llm", "llm_id": llm_id}).agent_id
        for _ in range(4)
    ]
    ids = [one.agent_id for one in pages(lambda key: client.agent.list(limit=2, **({"pagination_key": key} if key else {})))]
    assert len(ids) == len(set(ids)) == 5 and set(made) < set(ids), ids


check("pages of agents hold every agent once", every_agent_once)

# --- Voices and the workspace ---

call("voice.list", lambda: client.voice.list(), VoiceListResponse)
call("voice.retrieve", lambda: client.voice.retrieve("11labs-Anna"), declared.VoiceResponse)
call(
    "voice.add_resource",
    lambda: client.voice.add_resource(provider_voice_id="p1", voice_name="Eigene"),
    declared.VoiceResponse,
    201,
)
call(
    "voice.clone",
    lambda: client.voice.clone(files=[b"RIFF"], voice_name="Klon", voice_provider="elevenlabs"),
    declared.VoiceResponse,
    201,
)
call("voice.search", lambda: client.voice.search(search_query="anna"), declared.VoiceSearchResponse)
refused("voice.retrieve missing", retell.UnprocessableEntityError, lambda: client.voice.retrieve("none"))
call("concurrency.retrieve", lambda: client.concurrency.retrieve(), declared.ConcurrencyRetrieveResponse)
mine = call("identity.retrieve", lambda: client.identity.retrieve(), declared.IdentityRetrieveResponse)

# --- Walls, gone addresses, errors and retries ---


def keys_are_walls():
    assert stranger.identity.retrieve().org_id != mine.org_id
    assert stranger.agent.list().items == [] and stranger.phone_number.list().items == []
    try:
        stranger.agent.retrieve(agent_id)
    except retell.UnprocessableEntityError:
        return
    raise AssertionError("a stranger sees the agent")


check("a key sees its own workspace only", keys_are_walls)
nobody = retell.Retell(api_key="key_wrong", base_url=BASE, http_client=http)
refused("wrong key", retell.AuthenticationError, lambda: nobody.identity.retrieve())

for method, path in [
    ("GET", "/list-agents"),
    ("GET", "/list-phone-numbers"),
    ("GET", "/list-retell-llms"),
    ("POST", "/v2/list-calls"),
    ("POST", "/v2/create-web-call"),
    ("POST", f"/publish-agent/{agent_id}"),
    ("GET", f"/get-agent-versions/{agent_id}"),
]:

    def gone(method=method, path=path):
        answer = httpx.request(method, BASE + path, headers={"authorization": f"Bearer {KEY}"}, json={} if method == "POST" else None)
        assert answer.status_code == 404 and answer.json()["status"] == "error", answer.text

    check(f"gone: {method} {path.split('/agent_')[0]}", gone)

DIALLED = {"from_number": NUMBER, "to_number": "+4915112345678"}
faults({"path_prefix": "/v2/create-phone-call", "fault": "rate_limit", "count": 1, "ms": 200})
refused("a phone call is not repeated unasked", retell.RateLimitError, lambda: client.call.create_phone_call(**DIALLED))
faults({"path_prefix": "/v2/create-phone-call", "fault": "rate_limit", "count": 2, "ms": 200})
call(
    "429 twice, then it works",
    lambda: client.call.create_phone_call(**DIALLED, max_retries=2),
    declared.PhoneCallResponse,
    201,
)


def asked_three_times():
    assert len(answers) == 3, len(answers)


check("the client asked three times", asked_three_times)
faults({"path_prefix": "/get-concurrency", "fault": "error", "status": 500, "count": 2})
call("500 twice, then it works", lambda: client.concurrency.retrieve(), declared.ConcurrencyRetrieveResponse)
faults({"path_prefix": "/get-concurrency", "fault": "rate_limit", "ms": 200})
refused("429 for good", retell.RateLimitError, lambda: client.concurrency.retrieve(), 3)
once = client.with_options(max_retries=0)
for status, error_type in [
    (400, retell.BadRequestError),
    (402, retell.APIStatusError),
    (403, retell.PermissionDeniedError),
    (500, retell.InternalServerError),
]:
    faults({"path_prefix": "/get-concurrency", "fault": "error", "status": status})
    refused(f"error {status}", error_type, lambda: once.concurrency.retrieve())


def broken(fault, error_type):
    faults({"path_prefix": "/get-concurrency", "fault": fault})
    try:
        once.with_options(timeout=0.5).concurrency.retrieve()
    except error_type:
        return
    raise AssertionError("nothing was raised")


check("drop", lambda: broken("drop", retell.APIConnectionError))
check("hang", lambda: broken("hang", retell.APITimeoutError))
check("malformed", lambda: broken("malformed", json.JSONDecodeError))


def accepted_and_silent():
    """The agent exists although the client never heard of it; a retry makes another."""
    before = len(client.agent.list().items)
    faults({"path_prefix": "/create-agent", "fault": "accept_then_timeout", "count": 1})
    client.with_options(timeout=0.5).agent.create(
        voice_id="v", response_engine={"type": "retell-llm", "llm_id": llm_id}
    )
    assert len(client.agent.list().items) == before + 2


check("a retried POST makes a second agent", accepted_and_silent)
faults()

# --- Signatures ---

from retell.lib.webhook_auth import symmetric  # noqa: E402

vectors = json.loads(os.environ["ASKPRO_SIGNATURES"])
for index, vector in enumerate(vectors):

    def vector_holds(vector=vector):
        assert symmetric["sign"](vector["body"], vector["key"], vector["at"]) == vector["signature"]
        for offset, valid in [(0, True), (300_000, True), (-300_000, True), (300_001, False), (-300_001, False)]:
            seen = symmetric["verify"](
                vector["body"], vector["key"], vector["signature"], {"timestamp": vector["at"] + offset}
            )
            assert seen is valid, (offset, seen)
        for wrong in [vector["signature"].upper(), vector["signature"] + "0", "v=1", ""]:
            assert not symmetric["verify"](vector["body"], vector["key"], wrong, {"timestamp": vector["at"]}), wrong

    check(f"signature {index + 1}", vector_holds)

for failure in failures:
    print(failure, file=sys.stderr)
print(f"retell-sdk {retell.__version__} (PyPI): calls tried {tried}, passed {passed}")
sys.exit(1 if failures else 0)
