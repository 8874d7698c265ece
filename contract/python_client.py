"""The field's own Python client, unmodified, against a running demo.

It behaves differently from the JavaScript one: it retries every method by itself, dies on a null enum, and sends the
text `null` as an empty body.
"""

import json
import threading

import PureCloudPlatformClientV2 as platform
import websocket

import demo as server

checks = 0


def check(condition, what):
    global checks
    if not condition:
        raise SystemExit(f"FAILED: {what}")
    checks += 1
    print(f"  ok  {what}")


def session(demo):
    host, port = demo["baseUrl"].removeprefix("http://").split(":")
    client = platform.api_client.ApiClient()
    client.set_gateway(f"{host}:{port}", "http", None, None, None)
    credentials = demo["oauthClient"]
    client.get_client_credentials_token(credentials["id"], credentials["secret"])
    check(bool(client.access_token), "log in with client credentials through the gateway setting")

    conversations = platform.ConversationsApi(client)
    notifications = platform.NotificationsApi(client)
    analytics = platform.AnalyticsApi(client)

    # The channel comes first: it must see the start.
    channel = notifications.post_notifications_channels()
    check(channel.connect_uri.startswith("ws"), "create a notification channel (the body is the text `null`)")
    topic = platform.ChannelTopic()
    topic.id = "v2.detail.events.conversation.*.customer.start"
    listing = notifications.post_notifications_channel_subscriptions(channel.id, [topic])
    check(listing.entities[0].id == topic.id, "subscribe to every start")
    socket = websocket.create_connection(channel.connect_uri, timeout=20)
    started = []

    def listen():
        while not started:
            frame = json.loads(socket.recv())
            if frame["topicName"].endswith("customer.start"):
                started.append(frame)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()

    created = server.call(
        demo,
        "POST",
        "/api/v2/conversations/webchat",
        body={
            "deploymentId": demo["deployments"]["open"],
            "customData": {"crmCustomerId": "CRM-4711", "plan": "gold"},
            "message": "Hello",
        },
        headers={"Authorization": f"Bearer {client.access_token}"},
    )
    listener.join(timeout=20)
    check(bool(started), "receive the start event over the socket")
    check(started[0]["eventBody"]["attributes"]["crmCustomerId"] == "CRM-4711", "the start event carries the context")
    socket.close()

    newest = conversations.get_conversations().entities[0]
    check(newest.id == created["conversationId"], "find the newest conversation")
    conversation = conversations.get_conversation(newest.id)
    customer = next(one for one in conversation.participants if one.purpose == "customer")
    check(customer.attributes["crmCustomerId"] == "CRM-4711", "read the attribute")
    message_view = conversations.get_conversations_message(newest.id)
    check(message_view.participants[0].attributes["plan"] == "gold", "read it in the message view")

    patch = platform.ParticipantAttributes()
    patch.attributes = {"plan": "platinum", "note": "patched"}
    conversations.patch_conversation_participant_attributes(newest.id, customer.id, patch)
    read_back = conversations.get_conversation(newest.id).participants[0].attributes
    check(
        read_back == {"crmCustomerId": "CRM-4711", "plan": "platinum", "note": "patched"},
        "patch and read back: merged, nothing lost",
    )

    search = platform.ConversationParticipantSearchRequest()
    criterion = platform.ConversationParticipantSearchCriteria()
    criterion.type = "EXACT"
    criterion.fields = ["conversationId"]
    criterion.value = newest.id
    search.query = [criterion]
    found = conversations.post_conversations_participants_attributes_search(search)
    check(found.results[0]["conversationId"] == newest.id, "search in the live shape")
    criterion.fields = ["crmCustomerId"]
    criterion.value = "CRM-4711"
    found = conversations.post_conversations_participants_attributes_search(search)
    check(any(row["conversationId"] == newest.id for row in found.results), "search by key and value")

    query = platform.ConversationQuery()
    query.interval = interval()
    details = analytics.post_analytics_conversations_details_query(query)
    check(any(one.conversation_id == newest.id for one in details.conversations), "details query")
    aggregate = platform.ConversationAggregationQuery()
    aggregate.interval = interval()
    aggregate.metrics = ["nConnected"]
    aggregate.group_by = ["mediaType"]
    answer = analytics.post_analytics_conversations_aggregates_query(aggregate)
    check(answer.results is not None, "aggregates query")
    job = analytics.post_analytics_conversations_details_jobs(async_query())
    state = "QUEUED"
    while state in ("QUEUED", "PENDING"):
        state = analytics.get_analytics_conversations_details_job(job.job_id).state
    check(state == "FULFILLED", "details job")
    rows = analytics.get_analytics_conversations_details_job_results(job.job_id).conversations
    row = next(one for one in rows if one.conversation_id == newest.id)
    check(row.participants[0].attributes["crmCustomerId"] == "CRM-4711", "the job's rows carry the attributes")

    leg = customer.messages[0].id
    body = platform.AdditionalMessage()
    body.text_body = "How can I help?"
    sent = conversations.post_conversations_message_communication_messages(newest.id, leg, body)
    check(sent.direction == "outbound", "answer as agent")
    read = conversations.get_conversations_message_message(newest.id, sent.id)
    check(read.normalized_message.text == "How can I help?", "read the message's details")
    conversations.post_conversation_disconnect(newest.id)
    check(conversations.get_conversation(newest.id).end_time is not None, "end the conversation")
    client.close() if hasattr(client, "close") else None


def interval():
    from datetime import datetime, timedelta, timezone

    now = datetime.now(timezone.utc)
    return f"{(now - timedelta(hours=1)).isoformat()[:19]}Z/{(now + timedelta(hours=1)).isoformat()[:19]}Z"


def async_query():
    query = platform.AsyncConversationQuery()
    query.interval = interval()
    return query


if __name__ == "__main__":
    with server.running() as described:
        session(described)
    print(f"test result: ok. {checks} passed; 0 failed;")
