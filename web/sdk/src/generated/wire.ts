/** Generated from docs/reference/openapi.json by `npm run gen`; do not edit. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What may be uploaded. */
        AllowedMedia: {
            /** @description By the guest. */
            inbound: components["schemas"]["InboundMedia"];
        };
        /** @description The wrapper of attributes. */
        ChannelMetadata: {
            /** @description The attributes, as they were written. */
            customAttributes?: Record<string, never> | null;
        };
        /**
         * @description The one kind of channel.
         * @enum {string}
         */
        ChannelType: "Private";
        /** @description `closeSession`. */
        CloseSessionFrame: {
            /** @description Whether the session's other connections are closed too. */
            closeAllConnections?: boolean | null;
            /** @description Whether the token is to be worth nothing afterwards (ours). */
            logout?: boolean | null;
            /** @description The guest's secret. */
            token: string;
            /** @description Comes back with the answer. */
            tracingId?: string | null;
        };
        /**
         * @description Whether a deployment takes chats.
         * @enum {string}
         */
        ConfigStatus: "Active" | "Inactive";
        /** @description `configureSession`. */
        ConfigureSessionFrame: {
            /** @description The deployment. */
            deploymentId?: string | null;
            /** @description The organization; other clients than ours do not say it. */
            organizationId?: string | null;
            /** @description The region. */
            region?: string | null;
            /** @description The SDK's version. */
            sdk?: string | null;
            /** @description Whether a new session is wanted although one is known. */
            startNew?: boolean | null;
            /** @description The guest's secret, drawn by the client. */
            token: string;
            /** @description Comes back with the answer. */
            tracingId?: string | null;
        };
        /**
         * @description The one status of a chat that started.
         * @enum {string}
         */
        Connected: "connected";
        /** @description Why the server closes this connection; empty when the session has too many. */
        ConnectionClosed: {
            /** @description The reason, for clients that read this field. */
            reason?: string | null;
            /** @description The same, for clients that read this one. */
            reasonCode?: string | null;
        };
        /** @description Who the customer says to be: the participant, not an attribute. */
        Customer: {
            /** @description The e-mail address, unverified. */
            email?: string | null;
            /** @description The site's own id of the customer. */
            id?: string | null;
            /** @description The name to show. */
            name?: string | null;
        };
        /** @description `domains.json`. */
        DeploymentDomains: {
            /** @description Whether any site may embed it. */
            allowAllDomains: boolean;
            /** @description Hosts that may, with their subdomains. */
            allowedDomains: string[];
        };
        /** @description `echo`, the health check. */
        EchoFrame: {
            /** @description What comes back: an object with a text, or a bare text. */
            message?: Record<string, never> | null;
            /** @description The guest's secret; some clients leave it out here. */
            token?: string;
            /** @description Comes back with the answer. */
            tracingId?: string | null;
        };
        /** @description Why a request was not done, and what to do about it. */
        ErrorBody: {
            /** @description The machine-readable kind. */
            code: string;
            /** @description Names this one failure in the server's log; the same as the header `ININ-Correlation-Id`. */
            contextId: string;
            /** @description One entry per fault. */
            details?: components["schemas"]["ErrorDetail"][];
            /** @description Nested errors; none so far. */
            errors?: components["schemas"]["ErrorBody"][];
            /** @description A sentence for people: it names the thing, the rule and the remedy, and no value. */
            message: string;
            /** @description The parts of the message that vary. */
            messageParams?: {
                [key: string]: string;
            };
            receipt?: components["schemas"]["Receipt"] | null;
            /**
             * Format: int64
             * @description After how many seconds a retry can succeed; the same as the header `Retry-After`.
             */
            retryAfter?: number | null;
            /**
             * Format: int32
             * @description The HTTP status, also where the transport has none.
             */
            status: number;
        };
        /** @description One fault of a request. */
        ErrorDetail: {
            /** @description The rule that was broken. */
            errorCode: string;
            /** @description The field or key that broke it. */
            fieldName: string;
            /** @description A sentence for people. */
            message?: string | null;
            /** @description What to do about it. */
            remedy?: string | null;
        };
        /** @description A media type that may be uploaded. */
        FileType: {
            /** @description The media type. */
            type: string;
        };
        /** @description What visitors are asked before a chat, unless the page or a token has said it already. */
        Form: {
            /** @description On or off. */
            enabled: boolean;
            /** @description The fields, in the order in which they are asked; at most 20. */
            fields?: components["schemas"]["FormField"][];
        };
        /** @description When a field is asked. */
        FormCondition: {
            /** @description Its answer then. */
            is: components["schemas"]["Scalar"];
            /** @description The key of another field. */
            key: string;
        };
        /** @description One question of a form. */
        FormField: {
            /** @description Other names under which the page may have said it; then it is not asked. */
            aliases?: string[] | null;
            /** @description What browsers may fill in by themselves, in the words of HTML: `email`, `name`, `tel`. */
            autocomplete?: string | null;
            in?: components["schemas"]["FormPlace"] | null;
            /** @description The key of the context; with `in: customer` one of `id`, `name`, `email`. */
            key: string;
            /** @description What stands above it, at most 200 bytes; the key when absent. */
            label?: string | null;
            /**
             * Format: int32
             * @description The longest answer in characters.
             */
            maxLength?: number | null;
            /** @description What can be chosen, for `select`: at most 50, each of at most 200 bytes. */
            options?: string[] | null;
            /** @description A regular expression of the browser that the whole answer has to match, at most 500 bytes. */
            pattern?: string | null;
            /** @description Whether it has to be answered. */
            required?: boolean | null;
            type?: components["schemas"]["FormFieldType"] | null;
            when?: components["schemas"]["FormCondition"] | null;
        };
        /**
         * @description What is typed or chosen.
         * @enum {string}
         */
        FormFieldType: "text" | "email" | "tel" | "number" | "textarea" | "select" | "checkbox";
        /**
         * @description Where an answer goes.
         * @enum {string}
         */
        FormPlace: "customData" | "customer";
        /** @description `getJwt`. */
        GetJwtFrame: {
            /** @description The guest's secret. */
            token: string;
            /** @description Comes back with the answer. */
            tracingId?: string | null;
        };
        /** @description What a guest may upload. */
        InboundMedia: {
            /** @description The types; none while uploads are not served. */
            fileTypes: components["schemas"]["FileType"][];
            /**
             * Format: int32
             * @description The largest file.
             */
            maxFileSizeKB: number;
        };
        /** @description Where attributes ride. */
        IncomingChannel: {
            metadata?: components["schemas"]["ChannelMetadata"] | null;
        };
        /** @description Something that happens on the client's side. */
        IncomingEvent: {
            /** @description `Typing` or `Presence`; clients know more. */
            eventType?: string | null;
            presence?: components["schemas"]["IncomingEventType"] | null;
            typing?: components["schemas"]["IncomingEventType"] | null;
        };
        /** @description Which of its kind an event is. */
        IncomingEventType: {
            /** @description `Join`, `Disconnect`, `On`, … */
            type?: string | null;
        };
        /** @description The message of an `onMessage` frame. */
        IncomingMessage: {
            channel?: components["schemas"]["IncomingChannel"] | null;
            /** @description Structured content: button answers, attachments. */
            content?: Record<string, never>[] | null;
            /** @description What happens, for events. */
            events?: components["schemas"]["IncomingEvent"][] | null;
            metadata?: components["schemas"]["IncomingMetadata"] | null;
            /** @description The text. */
            text?: string | null;
            /** @description `Text`, `Structured` or `Event`; absent means text. */
            type?: string | null;
        };
        /** @description What a client says about its message. */
        IncomingMetadata: {
            /** @description The client's own message id; a UUID removes doubles (START8). */
            id?: string | null;
        };
        /** @description The answer to `getJwt`: a token for the history. */
        JwtAnswer: {
            /**
             * Format: int64
             * @description When it ends, in seconds since 1970.
             */
            exp: number;
            /** @description The token. */
            jwt: string;
        };
        /** @description When a message was said, and by whom. */
        MessageChannel: {
            /** @description Who said it. */
            from?: components["schemas"]["MessageParty"];
            /** @description The message's id. */
            messageId?: string | null;
            /**
             * Format: date-time
             * @description Unique and increasing within the session, the same on the socket and in the history.
             */
            time: string;
            /** @description To whom. */
            to?: components["schemas"]["MessageParty"];
            type?: components["schemas"]["ChannelType"] | null;
        };
        /**
         * @description Seen from the business.
         * @enum {string}
         */
        MessageDirection: "Inbound" | "Outbound";
        /** @description Something that happened among the messages. */
        MessageEvent: {
            /** @enum {string} */
            eventType: "Typing";
            /** @description How. */
            typing: components["schemas"]["Typing"];
        } | {
            /** @enum {string} */
            eventType: "Presence";
            /** @description Which. */
            presence: components["schemas"]["Presence"];
        };
        /** @description Texts about a message. Values are texts only: real clients drop a frame with anything else in here. */
        MessageMetadata: {
            /** @description The message's id again. */
            correlationId?: string | null;
            /** @description On the answer to `echo`: the session's length in seconds. */
            durationSeconds?: string | null;
            /** @description On the answer to `echo`: when the session ends, in seconds since 1970. */
            expirationDate?: string | null;
            /** @description The client's own id of the message (START8). */
            id?: string | null;
            /** @description On an end: `"true"` when nothing more can be said, else `"false"`. */
            readOnly?: string | null;
        };
        /** @description A page of the history, newest first. */
        MessagePage: {
            /** @description The messages; none past the end. */
            entities: components["schemas"]["StructuredMessage"][];
            /**
             * Format: int64
             * @description How many pages of this size there are.
             */
            pageCount: number;
            /**
             * Format: int32
             * @description As asked for, from 1.
             */
            pageNumber: number;
            /**
             * Format: int32
             * @description As asked for.
             */
            pageSize: number;
            /**
             * Format: int64
             * @description How many messages there are.
             */
            total: number;
        };
        /** @description A side of a message. */
        MessageParty: {
            /** @description The same name, for clients that show this field. */
            firstName?: string | null;
            /** @description The name to show. */
            nickname?: string | null;
        };
        /** @description `onMessage`. */
        OnMessageFrame: {
            channel?: components["schemas"]["IncomingChannel"] | null;
            /** @description What is said. */
            message: components["schemas"]["IncomingMessage"];
            /** @description The guest's secret. */
            token: string;
            /** @description Comes back with the echo. */
            tracingId?: string | null;
        };
        /**
         * @description A person or a program.
         * @enum {string}
         */
        OriginatingEntity: "Human" | "Bot";
        /** @description Where on the site something was called. */
        Page: {
            /** @description The path of the page, without its query. */
            path?: string | null;
        };
        /** @description A side came or left. */
        Presence: {
            /** @description Which. */
            type: components["schemas"]["PresenceType"];
        };
        /**
         * @description Came or left.
         * @enum {string}
         */
        PresenceType: "Join" | "Disconnect";
        /** @description The answer to `rateConversation`; everything in it is stored. */
        RateConversationAnswer: {
            /**
             * Format: date-time
             * @description When it was given.
             */
            at: string;
            /** @description The comment; empty where there is none. */
            comment: string;
            /** @description The conversation. */
            conversationId: string;
            /**
             * Format: int32
             * @description The score, 1 to 5.
             */
            score: number;
        };
        /** @description `rateConversation`: once the conversation has ended, for a day. The same again changes nothing. */
        RateConversationFrame: {
            /** @description In the customer's words, at most 2000 bytes. */
            comment?: string | null;
            /** @description Which conversation of the session; the latest one where absent. */
            conversationId?: string | null;
            /**
             * Format: int32
             * @description 1 to 5.
             */
            score: number;
            /** @description The guest's secret. */
            token: string;
            /** @description Comes back with the answer. */
            tracingId?: string | null;
        };
        /** @description The answer to a hand-over: one entry per key. */
        Receipt: {
            /**
             * Format: int64
             * @description Bytes of this hand-over: keys plus values, UTF-8.
             */
            bytes: number;
            /** @description One entry per key, in the order in which the keys were sent. */
            entries: components["schemas"]["ReceiptEntry"][];
            /**
             * Format: int64
             * @description The limit of this hand-over.
             */
            maxBytes: number;
            /** @description Required keys that nobody sent. */
            missing: string[];
            /**
             * Format: int64
             * @description The version of the context policy that judged.
             */
            policyVersion: number;
            /**
             * Format: int64
             * @description The conversation's context revision after this hand-over; 0 when nothing was stored.
             */
            revision: number;
        };
        /** @description What became of one key, and why. */
        ReceiptEntry: {
            /** @description The type that it was coerced to without loss. */
            coerced?: string | null;
            /** @description Whether the deployment declares the key. */
            declared: boolean;
            /** @description The call form and container that delivered it. */
            form: string;
            /** @description The key as it was sent, with its path when the container is unknown. */
            key: string;
            /** @description Whether the value was in quarantine before. */
            promoted?: boolean;
            /** @description A sentence for people. */
            reason?: string | null;
            /** @description What to do about it. */
            remedy?: string | null;
            /** @description The machine-readable reason. */
            rule?: string | null;
            /** @description The canonical key, where it differs from `key`. */
            storedAs?: string | null;
            /** @description How far the value is believed. */
            trust: components["schemas"]["Trust"];
            /** @description What became of it. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description How far the business has come with what the customer said; pushed to our own clients. */
        ReceiptEvent: {
            /** @description The conversation. */
            conversationId: string;
            /**
             * Format: date-time
             * @description Messages up to this `channel.time` were read.
             */
            readUpTo?: string | null;
        };
        /**
         * @description `receipt`: what the page has received and shown of what the business said. It is not answered; a client gathers what it
         *     has to tell for a second.
         */
        ReceiptFrame: {
            /** @description Which conversation of the session; the latest one where absent. */
            conversationId?: string | null;
            /**
             * Format: date-time
             * @description The `channel.time` of the last message that arrived.
             */
            deliveredUpTo?: string | null;
            /**
             * Format: date-time
             * @description The `channel.time` of the last message that was shown to somebody.
             */
            readUpTo?: string | null;
            /** @description The guest's secret. */
            token: string;
            /** @description Comes back with an error. */
            tracingId?: string | null;
        };
        /** @description The server is about to stop. */
        ReconnectHint: {
            /**
             * Format: int32
             * @description When to connect anew, in milliseconds from now.
             */
            afterMs: number;
        };
        /** @description Whether and in which words customers are asked for a rating. */
        Satisfaction: {
            /** @description On or off. */
            enabled: boolean;
            /** @description The question; the client's own words where absent. */
            question?: string | null;
        };
        /** @description One context value. It keeps the JSON type with which it was handed over. */
        Scalar: string | number | boolean | null;
        /** @description The answer to `configureSession` and `closeSession`. */
        SessionAnswer: {
            allowedMedia?: components["schemas"]["AllowedMedia"] | null;
            /** @description File name endings that may not be uploaded. */
            blockedExtensions?: string[] | null;
            /** @description Whether the session can be used. */
            connected: boolean;
            /**
             * Format: int32
             * @description How long a session lives after its last activity.
             */
            durationSeconds?: number | null;
            /**
             * Format: int64
             * @description When it ends unless something happens in it, in seconds since 1970.
             */
            expirationDate?: number | null;
            /**
             * Format: int64
             * @description The largest hand-over of attributes on one message, in bytes (CTX2).
             */
            maxCustomDataBytes?: number | null;
            /** @description Whether the token had no session yet. */
            newSession?: boolean;
            /** @description Whether nothing can be said in it any more. */
            readOnly?: boolean;
            /**
             * Format: date-time
             * @description Ours: up to when the business has read what the customer said.
             */
            readUpTo?: string | null;
            satisfaction?: components["schemas"]["Satisfaction"] | null;
        };
        /** @description The answer to `setContext`; everything in it is stored. */
        SetContextAnswer: {
            /** @description The conversation. */
            conversationId: string;
            /** @description The stored context by canonical key. */
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            /** @description The stored customer. */
            customer: components["schemas"]["Customer"];
            /** @description The verdict on every key. */
            receipt: components["schemas"]["Receipt"];
            /**
             * Format: int64
             * @description The context revision.
             */
            revision: number;
        };
        /** @description `setContext`: the shape of a start, without a message. */
        SetContextFrame: {
            /** @description The call form. */
            api?: string | null;
            /** @description A signed statement of the site's server about who this is. */
            identityToken?: string | null;
            /** @description What the page gave, untouched. */
            options?: Record<string, never> | null;
            page?: components["schemas"]["Page"] | null;
            /** @description The SDK's version. */
            sdk?: string | null;
            /** @description The guest's secret. */
            token: string;
            /** @description Comes back with the answer. */
            tracingId?: string | null;
        };
        /** @description The answer to `startChat`; everything in it is stored. */
        StartChatAnswer: {
            /** @description The conversation. */
            conversationId: string;
            /** @description Where the log stood after the start. */
            cursor: string;
            /** @description The stored context by canonical key. */
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            /** @description The stored customer. */
            customer: components["schemas"]["Customer"];
            /** @description The participant `customer`. */
            participantId: string;
            /** @description The verdict on every key. */
            receipt: components["schemas"]["Receipt"];
            /** @description Whether a live conversation was taken up again (START2). */
            resumed: boolean;
            /**
             * Format: int64
             * @description The context revision.
             */
            revision: number;
            satisfaction?: components["schemas"]["Satisfaction"] | null;
            /** @description The session's public id. */
            sessionId: string;
            /** @description Always `connected`. */
            status: components["schemas"]["Connected"];
        };
        /** @description `startChat` (START9). */
        StartChatFrame: {
            /** @description The call form. */
            api?: string | null;
            /** @description The deployment. */
            deploymentId?: string | null;
            /** @description A signed statement of the site's server about who this is. */
            identityToken?: string | null;
            /** @description The visitor's language tag. */
            locale?: string | null;
            /** @description What the page gave, untouched. */
            options?: Record<string, never> | null;
            /** @description The organization. */
            organizationId?: string | null;
            page?: components["schemas"]["Page"] | null;
            /** @description The region. */
            region?: string | null;
            /** @description The SDK's version. */
            sdk?: string | null;
            /** @description Drawn for each call of `startChat`: the same token never starts twice (START1). */
            startToken?: string | null;
            /** @description The guest's secret, drawn by the client. */
            token: string;
            /** @description Comes back with the answer and with the echo of the first message. */
            tracingId?: string | null;
        };
        /** @description One message, or an event among messages. `conversationId` and `revision` are ours (EDGE8). */
        StructuredMessage: {
            channel?: components["schemas"]["MessageChannel"] | null;
            /** @description Structured content, as it was sent. */
            content?: Record<string, never>[] | null;
            /** @description The conversation (ours). */
            conversationId?: string | null;
            /** @description Seen from the business. */
            direction: components["schemas"]["MessageDirection"];
            /** @description What happened, for events. */
            events?: components["schemas"]["MessageEvent"][];
            /** @description The message's id. */
            id: string;
            /** @description Texts about the message. */
            metadata?: components["schemas"]["MessageMetadata"];
            originatingEntity?: components["schemas"]["OriginatingEntity"] | null;
            /**
             * Format: int64
             * @description The conversation's context revision (ours).
             */
            revision?: number | null;
            /** @description The text. */
            text?: string | null;
            /** @description Text, structured content or an event. */
            type: components["schemas"]["StructuredType"];
        };
        /**
         * @description What a message is.
         * @enum {string}
         */
        StructuredType: "Text" | "Structured" | "Event";
        /** @description Something that is on or off. */
        Toggle: {
            /** @description On or off. */
            enabled: boolean;
        };
        /** @description Too fast. */
        TooManyRequests: {
            /**
             * Format: int32
             * @description Always 4029.
             */
            errorCode: number;
            /** @description A sentence for people. */
            errorMessage: string;
            /**
             * Format: int64
             * @description When a retry can succeed, in seconds.
             */
            retryAfter: number;
        };
        /**
         * @description How far a value can be believed (CTX7): signed, then server, then agent and flow, then page.
         * @enum {string}
         */
        Trust: "page" | "flow" | "agent" | "server" | "signed";
        /** @description A side is typing. */
        Typing: {
            /**
             * Format: int32
             * @description For how long, in milliseconds.
             */
            duration?: number | null;
            /** @description Always on. */
            type: components["schemas"]["TypingType"];
        };
        /**
         * @description The one kind of typing.
         * @enum {string}
         */
        TypingType: "On";
        /**
         * @description What became of one key.
         * @enum {string}
         */
        Verdict: "stored" | "quarantined" | "refused";
        /** @description What our own SDK reads. */
        Waybill: {
            /** @description Custom data. */
            customData: components["schemas"]["Toggle"];
            form?: components["schemas"]["Form"] | null;
            /**
             * Format: int64
             * @description The largest hand-over in bytes (CTX2).
             */
            maxBytes: number;
            /** @description The organization. */
            organizationId: string;
            /** @description The server's region. */
            region: string;
            satisfaction?: components["schemas"]["Satisfaction"] | null;
            /** @description The server's version. */
            version: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AllowedMedia = components['schemas']['AllowedMedia'];
export type ChannelMetadata = components['schemas']['ChannelMetadata'];
export type ChannelType = components['schemas']['ChannelType'];
export type CloseSessionFrame = components['schemas']['CloseSessionFrame'];
export type ConfigStatus = components['schemas']['ConfigStatus'];
export type ConfigureSessionFrame = components['schemas']['ConfigureSessionFrame'];
export type Connected = components['schemas']['Connected'];
export type ConnectionClosed = components['schemas']['ConnectionClosed'];
export type Customer = components['schemas']['Customer'];
export type DeploymentDomains = components['schemas']['DeploymentDomains'];
export type EchoFrame = components['schemas']['EchoFrame'];
export type ErrorBody = components['schemas']['ErrorBody'];
export type ErrorDetail = components['schemas']['ErrorDetail'];
export type FileType = components['schemas']['FileType'];
export type Form = components['schemas']['Form'];
export type FormCondition = components['schemas']['FormCondition'];
export type FormField = components['schemas']['FormField'];
export type FormFieldType = components['schemas']['FormFieldType'];
export type FormPlace = components['schemas']['FormPlace'];
export type GetJwtFrame = components['schemas']['GetJwtFrame'];
export type InboundMedia = components['schemas']['InboundMedia'];
export type IncomingChannel = components['schemas']['IncomingChannel'];
export type IncomingEvent = components['schemas']['IncomingEvent'];
export type IncomingEventType = components['schemas']['IncomingEventType'];
export type IncomingMessage = components['schemas']['IncomingMessage'];
export type IncomingMetadata = components['schemas']['IncomingMetadata'];
export type JwtAnswer = components['schemas']['JwtAnswer'];
export type MessageChannel = components['schemas']['MessageChannel'];
export type MessageDirection = components['schemas']['MessageDirection'];
export type MessageEvent = components['schemas']['MessageEvent'];
export type MessageMetadata = components['schemas']['MessageMetadata'];
export type MessagePage = components['schemas']['MessagePage'];
export type MessageParty = components['schemas']['MessageParty'];
export type OnMessageFrame = components['schemas']['OnMessageFrame'];
export type OriginatingEntity = components['schemas']['OriginatingEntity'];
export type Page = components['schemas']['Page'];
export type Presence = components['schemas']['Presence'];
export type PresenceType = components['schemas']['PresenceType'];
export type RateConversationAnswer = components['schemas']['RateConversationAnswer'];
export type RateConversationFrame = components['schemas']['RateConversationFrame'];
export type Receipt = components['schemas']['Receipt'];
export type ReceiptEntry = components['schemas']['ReceiptEntry'];
export type ReceiptEvent = components['schemas']['ReceiptEvent'];
export type ReceiptFrame = components['schemas']['ReceiptFrame'];
export type ReconnectHint = components['schemas']['ReconnectHint'];
export type Satisfaction = components['schemas']['Satisfaction'];
export type Scalar = components['schemas']['Scalar'];
export type SessionAnswer = components['schemas']['SessionAnswer'];
export type SetContextAnswer = components['schemas']['SetContextAnswer'];
export type SetContextFrame = components['schemas']['SetContextFrame'];
export type StartChatAnswer = components['schemas']['StartChatAnswer'];
export type StartChatFrame = components['schemas']['StartChatFrame'];
export type StructuredMessage = components['schemas']['StructuredMessage'];
export type StructuredType = components['schemas']['StructuredType'];
export type Toggle = components['schemas']['Toggle'];
export type TooManyRequests = components['schemas']['TooManyRequests'];
export type Trust = components['schemas']['Trust'];
export type Typing = components['schemas']['Typing'];
export type TypingType = components['schemas']['TypingType'];
export type Verdict = components['schemas']['Verdict'];
export type Waybill = components['schemas']['Waybill'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
