/** Generated from docs/reference/openapi.json by `npm run gen`; do not edit. */

export interface paths {
    "/api/v2/analytics/context/alarms": {
        get: {
            parameters: {
                query?: {
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AlarmListing"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/context/completeness": {
        get: {
            parameters: {
                query?: {
                    deploymentId?: string;
                    from?: string;
                    groupBy?: "key" | "pagePath" | "sdkVersion";
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["CompletenessListing"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/conversations/{conversationId}/details": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AnalyticsConversation"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/conversations/aggregates/query": {
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AggregatesQuery"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AggregatesResponse"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/conversations/details": {
        get: {
            parameters: {
                query: {
                    id: string[];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AnalyticsMultiGet"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/conversations/details/jobs": {
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DetailsJobQuery"];
                };
            };
            responses: {
                202: {
                    content: {
                        "application/json": components["schemas"]["JobCreated"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/conversations/details/jobs/{jobId}": {
        get: {
            parameters: {
                path: {
                    jobId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["JobStatus"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    jobId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/analytics/conversations/details/jobs/{jobId}/results": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    pageSize?: number;
                };
                path: {
                    jobId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["JobResults"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/conversations/details/query": {
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DetailsQuery"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AnalyticsQueryResponse"];
                    };
                };
            };
        };
    };
    "/api/v2/analytics/queues/observations/query": {
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ObservationsQuery"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ObservationsResponse"];
                    };
                };
            };
        };
    };
    "/api/v2/architect/schedules": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    sortBy?: "name";
                    sortOrder?: "asc";
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_Schedule"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteSchedule"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Schedule"];
                    };
                };
            };
        };
    };
    "/api/v2/architect/schedules/{scheduleId}": {
        get: {
            parameters: {
                path: {
                    scheduleId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Schedule"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    scheduleId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteSchedule"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Schedule"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    scheduleId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/audits": {
        get: {
            parameters: {
                query?: {
                    after?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AuditListing"];
                    };
                };
            };
        };
    };
    "/api/v2/authorization/divisions": {
        get: {
            parameters: {
                query?: {
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_Division"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteDivision"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Division"];
                    };
                };
            };
        };
    };
    "/api/v2/authorization/divisions/{divisionId}": {
        get: {
            parameters: {
                path: {
                    divisionId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Division"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    divisionId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteDivision"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Division"];
                    };
                };
            };
        };
    };
    "/api/v2/authorization/permissions": {
        get: {
            parameters: {
                query?: {
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_DomainPermissions"];
                    };
                };
            };
        };
    };
    "/api/v2/authorization/roles": {
        get: {
            parameters: {
                query?: {
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_Role"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteRole"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Role"];
                    };
                };
            };
        };
    };
    "/api/v2/authorization/roles/{roleId}": {
        get: {
            parameters: {
                path: {
                    roleId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Role"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    roleId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteRole"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Role"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    roleId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations": {
        get: {
            parameters: {
                query?: {
                    attributeKey?: string;
                    attributeValue?: string;
                    communicationType?: string;
                    cursor?: string;
                    everyone?: boolean;
                    from?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ConversationListing"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/assign": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AssignConversation"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Assigned"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/context": {
        get: {
            parameters: {
                query?: {
                    asOf?: string;
                };
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ContextView"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/context/{key}": {
        get: {
            parameters: {
                query?: {
                    asOf?: string;
                };
                path: {
                    conversationId: string;
                    key: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ContextKeyView"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/context/{key}/promote": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                    key: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["PromotionBody"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ParticipantWritten"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/context/history": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ContextHistory"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/disconnect": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": string;
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/events": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                };
                header?: {
                    "Last-Event-ID"?: string | null;
                };
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "text/event-stream": components["schemas"]["StreamEvent"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/notes": {
        get: {
            parameters: {
                query?: {
                    pageNumber?: number;
                    pageSize?: number;
                    sortOrder?: "asc";
                };
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_ConversationNote"];
                    };
                };
            };
        };
        post: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteNote"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ConversationNote"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}": {
        patch: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["PatchParticipant"] | null;
                };
            };
            responses: {
                202: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}/attributes": {
        patch: {
            parameters: {
                query?: {
                    replace?: boolean;
                };
                header?: {
                    "If-Match"?: string;
                };
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["PatchAttributes"] | null;
                };
            };
            responses: {
                202: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup": {
        post: {
            parameters: {
                path: {
                    communicationId: string;
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteWrapup"];
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}/replace/agent": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplaceWithAgent"];
                };
            };
            responses: {
                202: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}/replace/flow": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplaceWithFlow"];
                };
            };
            responses: {
                202: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}/replace/queue": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplaceWithQueue"];
                };
            };
            responses: {
                202: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}/wrapup": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AssignedWrapup"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/participants/{participantId}/wrapupcodes": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WrapupCode"][];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/queueposition": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["QueuePosition"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/read": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteRead"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ReadView"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/satisfaction": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["SatisfactionView"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/trace": {
        get: {
            parameters: {
                query?: {
                    key?: string;
                };
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Trace"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/{conversationId}/transcript": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Transcript"];
                        "text/html": string;
                        "text/plain": string;
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages": {
        get: {
            parameters: {
                query?: {
                    attributeKey?: string;
                    attributeValue?: string;
                    communicationType?: string;
                    cursor?: string;
                    everyone?: boolean;
                    from?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessageConversationListing"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessageConversation"];
                    };
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PatchConversation"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages": {
        post: {
            parameters: {
                query?: {
                    useNormalizedMessage?: boolean;
                };
                header?: {
                    "Idempotency-Key"?: string;
                };
                path: {
                    communicationId: string;
                    conversationId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SendMessage"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessageData"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/typing": {
        post: {
            parameters: {
                path: {
                    communicationId: string;
                    conversationId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["SendTyping"] | null;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/messages/{messageId}": {
        get: {
            parameters: {
                query?: {
                    useNormalizedMessage?: boolean;
                };
                path: {
                    conversationId: string;
                    messageId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessageData"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/messages/{messageId}/details": {
        get: {
            parameters: {
                query?: {
                    useNormalizedMessage?: boolean;
                };
                path: {
                    conversationId: string;
                    messageId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessageData"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/messages/bulk": {
        post: {
            parameters: {
                query?: {
                    useNormalizedMessage?: boolean;
                };
                path: {
                    conversationId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": string[] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessageListing"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/participants/{participantId}": {
        patch: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["PatchParticipant"] | null;
                };
            };
            responses: {
                202: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/attributes": {
        patch: {
            parameters: {
                query?: {
                    replace?: boolean;
                };
                header?: {
                    "If-Match"?: string;
                };
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["PatchAttributes"] | null;
                };
            };
            responses: {
                202: {
                    content: {
                        "application/json": components["schemas"]["ParticipantAttributes"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup": {
        post: {
            parameters: {
                path: {
                    communicationId: string;
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteWrapup"];
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/replace": {
        post: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplaceWithQueue"];
                };
            };
            responses: {
                202: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/wrapup": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AssignedWrapup"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{conversationId}/participants/{participantId}/wrapupcodes": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WrapupCode"][];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/messages/{messageId}/details": {
        get: {
            parameters: {
                query?: {
                    useNormalizedMessage?: boolean;
                };
                path: {
                    messageId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessageData"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/participants/attributes/search": {
        post: {
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["AttributeSearch"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["SearchAnswer"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/webchat": {
        get: {
            parameters: {
                query?: {
                    attributeKey?: string;
                    attributeValue?: string;
                    cursor?: string;
                    from?: string;
                    pageSize?: number;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebchatListing"];
                    };
                };
            };
        };
        post: {
            parameters: {
                header?: {
                    "Idempotency-Key"?: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StartWebchat"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebchatStarted"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/webchat/{conversationId}": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Webchat"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/webchat/{conversationId}/attributes": {
        get: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebchatAttributes"];
                    };
                };
            };
        };
    };
    "/api/v2/conversations/webchat/{conversationId}/participants/{participantId}": {
        put: {
            parameters: {
                query?: {
                    replace?: boolean;
                };
                header?: {
                    "If-Match"?: string;
                };
                path: {
                    conversationId: string;
                    participantId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PutParticipant"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ParticipantWritten"];
                    };
                };
            };
        };
    };
    "/api/v2/events": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                };
                header?: {
                    "Last-Event-ID"?: string | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "text/event-stream": components["schemas"]["StreamEvent"];
                    };
                };
            };
        };
    };
    "/api/v2/exports/attributes": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    from?: string;
                    pageSize?: number;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/x-ndjson": components["schemas"]["ExportedAttribute"];
                    };
                };
            };
        };
    };
    "/api/v2/exports/conversations": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    from?: string;
                    pageSize?: number;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/x-ndjson": components["schemas"]["ExportedConversation"];
                    };
                };
            };
        };
    };
    "/api/v2/exports/events": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    from?: string;
                    pageSize?: number;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/x-ndjson": components["schemas"]["StreamEvent"];
                    };
                };
            };
        };
    };
    "/api/v2/exports/messages": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    from?: string;
                    pageSize?: number;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/x-ndjson": components["schemas"]["ExportedMessage"];
                    };
                };
            };
        };
    };
    "/api/v2/flows": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    type?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_Flow"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteFlow"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Flow"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}": {
        get: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Flow"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteFlow"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Flow"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/latestconfiguration": {
        get: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowConfiguration"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/publish": {
        post: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["PublishFlow"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowPublished"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/replay": {
        post: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReplayFlow"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowReplayed"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/rollback": {
        post: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RollbackFlow"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowPublished"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/simulate": {
        post: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SimulateFlow"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowSimulated"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/validate": {
        post: {
            parameters: {
                path: {
                    flowId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["FlowDocumentBody"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowFindings"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/versions": {
        get: {
            parameters: {
                query?: {
                    pageNumber?: number;
                    pageSize?: number;
                    sortOrder?: "asc";
                };
                path: {
                    flowId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_FlowVersion"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/{flowId}/versions/{versionId}": {
        get: {
            parameters: {
                path: {
                    flowId: string;
                    versionId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowVersion"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/actions/publish": {
        post: {
            parameters: {
                query: {
                    flow: string;
                    version?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowOperation"];
                    };
                };
            };
        };
    };
    "/api/v2/flows/actions/validate": {
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ValidateDocument"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["FlowFindings"];
                    };
                };
            };
        };
    };
    "/api/v2/gdpr/requests": {
        get: {
            parameters: {
                query?: {
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_PrivacyRequest"];
                    };
                };
            };
        };
        post: {
            parameters: {
                query?: {
                    deleteConfirmed?: boolean;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreatePrivacyRequest"];
                };
            };
            responses: {
                202: {
                    content: {
                        "application/json": components["schemas"]["PrivacyRequest"];
                    };
                };
            };
        };
    };
    "/api/v2/gdpr/requests/{requestId}": {
        get: {
            parameters: {
                path: {
                    requestId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["PrivacyRequest"];
                    };
                };
            };
        };
    };
    "/api/v2/gdpr/requests/{requestId}/certificate": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    pageSize?: number;
                };
                path: {
                    requestId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ErasureCertificate"];
                    };
                };
            };
        };
    };
    "/api/v2/gdpr/requests/{requestId}/results": {
        get: {
            parameters: {
                path: {
                    requestId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/x-ndjson": components["schemas"]["SubjectConversation"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions": {
        get: {
            parameters: {
                query?: {
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_DataAction"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteDataAction"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DataAction"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/{actionId}": {
        get: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DataAction"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteDataAction"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DataAction"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/{actionId}/draft": {
        get: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DataAction"];
                    };
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteDataAction"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DataAction"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/{actionId}/draft/publish": {
        post: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DataAction"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/{actionId}/draft/test": {
        post: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["TestExecutionResult"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/{actionId}/execute": {
        post: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/{actionId}/schemas/{fileName}": {
        get: {
            parameters: {
                path: {
                    actionId: string;
                    fileName: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": Record<string, never>;
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/{actionId}/test": {
        post: {
            parameters: {
                path: {
                    actionId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["TestExecutionResult"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/actions/drafts": {
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteDataAction"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DataAction"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/credentials": {
        get: {
            parameters: {
                query?: {
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_Credential"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteCredential"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Credential"];
                    };
                };
            };
        };
    };
    "/api/v2/integrations/credentials/{credentialId}": {
        get: {
            parameters: {
                path: {
                    credentialId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Credential"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    credentialId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteCredential"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Credential"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    credentialId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/notifications/availabletopics": {
        get: {
            parameters: {
                query?: {
                    expand?: string;
                    includePreview?: boolean;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["AvailableTopicListing"];
                    };
                };
            };
        };
    };
    "/api/v2/notifications/channels": {
        get: {
            parameters: {
                query?: {
                    includechannels?: "token" | "oauthclient";
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["NotificationChannelListing"];
                    };
                };
            };
        };
        post: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["NotificationChannel"];
                    };
                };
            };
        };
    };
    "/api/v2/notifications/channels/{channelId}": {
        head: {
            parameters: {
                path: {
                    channelId: string;
                };
            };
            responses: {
                200: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/notifications/channels/{channelId}/subscriptions": {
        get: {
            parameters: {
                path: {
                    channelId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ChannelTopicListing"];
                    };
                };
            };
        };
        put: {
            parameters: {
                query?: {
                    ignoreErrors?: boolean;
                };
                path: {
                    channelId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["TopicRequest"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ChannelTopicListing"];
                    };
                };
            };
        };
        post: {
            parameters: {
                query?: {
                    ignoreErrors?: boolean;
                };
                path: {
                    channelId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["TopicRequest"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ChannelTopicListing"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    channelId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/oauth/clients": {
        get: {
            parameters: {
                query?: {
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_OAuthClient"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteClient"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["OAuthClient"];
                    };
                };
            };
        };
    };
    "/api/v2/oauth/clients/{clientId}": {
        get: {
            parameters: {
                path: {
                    clientId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["OAuthClient"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    clientId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteClient"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["OAuthClient"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    clientId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/oauth/clients/{clientId}/secret": {
        post: {
            parameters: {
                path: {
                    clientId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["RotateSecret"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["OAuthClient"];
                    };
                };
            };
        };
    };
    "/api/v2/oauth/scopes": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ScopeListing"];
                    };
                };
            };
        };
    };
    "/api/v2/organizations/me": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Organization"];
                    };
                };
            };
        };
    };
    "/api/v2/presence/definitions": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["PresenceDefinitionListing"];
                    };
                };
            };
        };
    };
    "/api/v2/presence/definitions/{presenceId}": {
        get: {
            parameters: {
                path: {
                    presenceId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["PresenceDefinition"];
                    };
                };
            };
        };
    };
    "/api/v2/presencedefinitions": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["PresenceDefinitionListing"];
                    };
                };
            };
        };
    };
    "/api/v2/responsemanagement/libraries": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    sortBy?: "name";
                    sortOrder?: "asc";
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_Library"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteLibrary"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Library"];
                    };
                };
            };
        };
    };
    "/api/v2/responsemanagement/libraries/{libraryId}": {
        get: {
            parameters: {
                path: {
                    libraryId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Library"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    libraryId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteLibrary"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Library"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    libraryId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/responsemanagement/responses": {
        get: {
            parameters: {
                query?: {
                    libraryId?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_CannedResponse"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteResponse"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["CannedResponse"];
                    };
                };
            };
        };
    };
    "/api/v2/responsemanagement/responses/{responseId}": {
        get: {
            parameters: {
                path: {
                    responseId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["CannedResponse"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    responseId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteResponse"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["CannedResponse"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    responseId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/responsemanagement/responses/{responseId}/render": {
        post: {
            parameters: {
                path: {
                    responseId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RenderResponse"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RenderedResponse"];
                    };
                };
            };
        };
    };
    "/api/v2/responsemanagement/responses/query": {
        post: {
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["ResponseQuery"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ResponseQueryResults"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/conversations/{conversationId}": {
        patch: {
            parameters: {
                path: {
                    conversationId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["PatchRoutingConversation"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RoutingConversation"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/languages": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    sortBy?: "name";
                    sortOrder?: "asc";
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_RoutingLanguage"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteLanguage"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RoutingLanguage"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/languages/{languageId}": {
        get: {
            parameters: {
                path: {
                    languageId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RoutingLanguage"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    languageId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/routing/queues": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    sortBy?: "name";
                    sortOrder?: "asc";
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_Queue"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteQueue"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Queue"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/queues/{queueId}": {
        get: {
            parameters: {
                path: {
                    queueId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Queue"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    queueId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteQueue"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Queue"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    queueId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/routing/queues/{queueId}/members": {
        get: {
            parameters: {
                query?: {
                    expand?: string;
                    joined?: boolean;
                    memberBy?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
                path: {
                    queueId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_QueueMember"];
                    };
                };
            };
        };
        post: {
            parameters: {
                query?: {
                    delete?: boolean;
                };
                path: {
                    queueId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteReference"][] | null;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    queueId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteMembership"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_QueueMember"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/queues/{queueId}/wrapupcodes": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    sortBy?: "name";
                    sortOrder?: "asc";
                };
                path: {
                    queueId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_WrapupCode"];
                    };
                };
            };
        };
        post: {
            parameters: {
                path: {
                    queueId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteReference"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WrapupCode"][];
                    };
                };
            };
        };
    };
    "/api/v2/routing/queues/{queueId}/wrapupcodes/{codeId}": {
        delete: {
            parameters: {
                path: {
                    codeId: string;
                    queueId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/routing/skills": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    sortBy?: "name";
                    sortOrder?: "asc";
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_RoutingSkill"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteSkill"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RoutingSkill"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/skills/{skillId}": {
        get: {
            parameters: {
                path: {
                    skillId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RoutingSkill"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    skillId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/routing/users/{userId}/utilization": {
        get: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserUtilization"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PutUtilization"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserUtilization"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/wrapupcodes": {
        get: {
            parameters: {
                query?: {
                    divisionId?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                    sortBy?: "name";
                    sortOrder?: "asc";
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_WrapupCode"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteWrapupCode"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WrapupCode"];
                    };
                };
            };
        };
    };
    "/api/v2/routing/wrapupcodes/{codeId}": {
        get: {
            parameters: {
                path: {
                    codeId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WrapupCode"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    codeId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteWrapupCode"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WrapupCode"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    codeId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/tokens/me": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["TokenInfo"];
                    };
                };
            };
        };
        delete: {
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/users": {
        get: {
            parameters: {
                query?: {
                    expand?: string;
                    id?: string;
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_User"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreateUser"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}": {
        get: {
            parameters: {
                query?: {
                    expand?: string;
                };
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UpdateUser"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/password": {
        post: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SetPassword"];
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/users/{userId}/presences/purecloud": {
        get: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserPresence"];
                    };
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PatchPresence"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserPresence"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/queues": {
        get: {
            parameters: {
                query?: {
                    joined?: boolean;
                    pageNumber?: number;
                    pageSize?: number;
                };
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_UserQueue"];
                    };
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteMembership"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_UserQueue"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/roles": {
        get: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserAuthorization"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SetRoles"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserAuthorization"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/routinglanguages": {
        get: {
            parameters: {
                query?: {
                    pageNumber?: number;
                    pageSize?: number;
                    sortOrder?: "asc";
                };
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_UserRoutingLanguage"];
                    };
                };
            };
        };
        post: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteProficiency"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserRoutingLanguage"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/routinglanguages/{languageId}": {
        put: {
            parameters: {
                path: {
                    languageId: string;
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteProficiency"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserRoutingLanguage"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    languageId: string;
                    userId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/users/{userId}/routinglanguages/bulk": {
        patch: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteProficiency"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_UserRoutingLanguage"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/routingskills": {
        get: {
            parameters: {
                query?: {
                    pageNumber?: number;
                    pageSize?: number;
                    sortOrder?: "asc";
                };
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_UserRoutingSkill"];
                    };
                };
            };
        };
        post: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteProficiency"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserRoutingSkill"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/routingskills/{skillId}": {
        put: {
            parameters: {
                path: {
                    skillId: string;
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteProficiency"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["UserRoutingSkill"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    skillId: string;
                    userId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/users/{userId}/routingskills/bulk": {
        put: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteProficiency"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_UserRoutingSkill"];
                    };
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WriteProficiency"][] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Listing_UserRoutingSkill"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/routingstatus": {
        get: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RoutingStatus"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PutRoutingStatus"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RoutingStatus"];
                    };
                };
            };
        };
    };
    "/api/v2/users/{userId}/totp": {
        delete: {
            parameters: {
                path: {
                    userId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/users/me": {
        get: {
            parameters: {
                query?: {
                    expand?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
            };
        };
    };
    "/api/v2/users/me/password": {
        patch: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ChangePassword"];
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/users/me/totp": {
        put: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ConfirmTotp"];
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BeginTotp"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["TotpSecret"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/configurations": {
        get: {
            parameters: {
                query?: {
                    after?: string;
                    before?: string;
                    pageSize?: number;
                    showOnlyPublished?: boolean;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebDeploymentConfigurationListing"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": {
                        description?: string | null;
                        name: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebDeploymentConfiguration"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/configurations/{configurationId}": {
        delete: {
            parameters: {
                path: {
                    configurationId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/webdeployments/configurations/{configurationId}/versions": {
        get: {
            parameters: {
                query?: {
                    after?: string;
                    before?: string;
                    pageSize?: number;
                };
                path: {
                    configurationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebDeploymentConfigurationListing"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/configurations/{configurationId}/versions/{versionId}": {
        get: {
            parameters: {
                path: {
                    configurationId: string;
                    versionId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebDeploymentConfiguration"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/configurations/{configurationId}/versions/draft": {
        get: {
            parameters: {
                path: {
                    configurationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebDeploymentConfiguration"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    configurationId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string | null;
                        name: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebDeploymentConfiguration"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/configurations/{configurationId}/versions/draft/publish": {
        post: {
            parameters: {
                path: {
                    configurationId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebDeploymentConfiguration"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments": {
        get: {
            parameters: {
                query?: {
                    after?: string;
                    before?: string;
                    expand?: "configuration";
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DeploymentListing"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DeploymentBody"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Deployment"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}": {
        get: {
            parameters: {
                query?: {
                    expand?: "configuration";
                };
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Deployment"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DeploymentBody"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Deployment"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/configurations": {
        get: {
            parameters: {
                query?: {
                    expand?: string;
                    type?: string;
                };
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ActiveConfigurationOnDeployment"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/context.schema.json": {
        get: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/schema+json": unknown;
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/context/lint": {
        post: {
            parameters: {
                query?: {
                    api?: "webMessagingClient" | "genesysCloudWebMessaging" | "cxoneChat" | "genesysCommand";
                };
                path: {
                    deploymentId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["LintAnswer"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/context/types": {
        get: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "text/plain": string;
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy": {
        get: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ContextPolicy"];
                    };
                };
            };
        };
        put: {
            parameters: {
                header?: {
                    "If-Match"?: string;
                };
                path: {
                    deploymentId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        attributes: {
                            aliases?: string[] | null;
                            enum?: string[] | null;
                            key: string;
                            link?: string | null;
                            maxLength?: number | null;
                            pattern?: string | null;
                            personal?: boolean | null;
                            required?: boolean | null;
                            /** @enum {unknown} */
                            trustFloor?: "page" | "flow" | "agent" | "server" | "signed" | null;
                            /** @enum {unknown} */
                            type: "string" | "number" | "boolean";
                        }[];
                        containers?: {
                            [key: string]: string;
                        } | null;
                        effect?: unknown;
                        enabled?: boolean | null;
                        maxBytes?: number | null;
                        /** @enum {unknown} */
                        mode: "open" | "quarantine" | "strict";
                        retention?: {
                            attributes?: {
                                [key: string]: number;
                            } | null;
                            conversationDays?: number | null;
                            messageDays?: number | null;
                            personalDays?: number | null;
                        } | null;
                        selfUri?: unknown;
                        version?: number | null;
                    };
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["PublishedContextPolicy"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/lint": {
        post: {
            parameters: {
                query?: {
                    api?: string;
                };
                path: {
                    deploymentId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        options: unknown;
                        policy: {
                            attributes: {
                                aliases?: string[] | null;
                                enum?: string[] | null;
                                key: string;
                                link?: string | null;
                                maxLength?: number | null;
                                pattern?: string | null;
                                personal?: boolean | null;
                                required?: boolean | null;
                                /** @enum {unknown} */
                                trustFloor?: "page" | "flow" | "agent" | "server" | "signed" | null;
                                /** @enum {unknown} */
                                type: "string" | "number" | "boolean";
                            }[];
                            containers?: {
                                [key: string]: string;
                            } | null;
                            effect?: unknown;
                            enabled?: boolean | null;
                            maxBytes?: number | null;
                            /** @enum {unknown} */
                            mode: "open" | "quarantine" | "strict";
                            retention?: {
                                attributes?: {
                                    [key: string]: number;
                                } | null;
                                conversationDays?: number | null;
                                messageDays?: number | null;
                                personalDays?: number | null;
                            } | null;
                            selfUri?: unknown;
                            version?: number | null;
                        };
                    };
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["LintAnswer"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/preview": {
        post: {
            parameters: {
                query?: {
                    starts?: number;
                };
                path: {
                    deploymentId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": {
                        attributes: {
                            aliases?: string[] | null;
                            enum?: string[] | null;
                            key: string;
                            link?: string | null;
                            maxLength?: number | null;
                            pattern?: string | null;
                            personal?: boolean | null;
                            required?: boolean | null;
                            /** @enum {unknown} */
                            trustFloor?: "page" | "flow" | "agent" | "server" | "signed" | null;
                            /** @enum {unknown} */
                            type: "string" | "number" | "boolean";
                        }[];
                        containers?: {
                            [key: string]: string;
                        } | null;
                        effect?: unknown;
                        enabled?: boolean | null;
                        maxBytes?: number | null;
                        /** @enum {unknown} */
                        mode: "open" | "quarantine" | "strict";
                        retention?: {
                            attributes?: {
                                [key: string]: number;
                            } | null;
                            conversationDays?: number | null;
                            messageDays?: number | null;
                            personalDays?: number | null;
                        } | null;
                        selfUri?: unknown;
                        version?: number | null;
                    };
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["PolicyEffect"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/versions": {
        get: {
            parameters: {
                query?: {
                    after?: number;
                    pageSize?: number;
                };
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ContextPolicyListing"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/contextpolicy/versions/{version}": {
        get: {
            parameters: {
                path: {
                    deploymentId: string;
                    version: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ContextPolicy"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/identityresolution": {
        get: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["IdentityResolutionConfig"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["IdentityResolutionConfig"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["IdentityResolutionConfig"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/quarantine": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["QuarantineListing"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/quarantine/{key}/promote": {
        post: {
            parameters: {
                path: {
                    deploymentId: string;
                    key: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["BulkPromotionBody"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["BulkPromotion"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys": {
        get: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["SigningKeyListing"];
                    };
                };
            };
        };
        post: {
            parameters: {
                path: {
                    deploymentId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreateSigningKey"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["SigningKey"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys/{keyId}": {
        get: {
            parameters: {
                path: {
                    deploymentId: string;
                    keyId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["SigningKey"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    deploymentId: string;
                    keyId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
        patch: {
            parameters: {
                path: {
                    deploymentId: string;
                    keyId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PatchSigningKey"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["SigningKey"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/deployments/{deploymentId}/signingkeys/{keyId}/rotate": {
        post: {
            parameters: {
                path: {
                    deploymentId: string;
                    keyId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["RotateSigningKey"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["SigningKeyRotation"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/import": {
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ImportBody"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["ImportAnswer"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/refusals": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    deploymentId?: string;
                    from?: string;
                    key?: string;
                    page?: string;
                    pageSize?: number;
                    rule?: string;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RefusalListing"];
                    };
                };
            };
        };
    };
    "/api/v2/webdeployments/refusals/summary": {
        get: {
            parameters: {
                query?: {
                    deploymentId?: string;
                    from?: string;
                    groupBy?: "key" | "rule" | "page" | "sdk" | "deployment" | "form";
                    key?: string;
                    page?: string;
                    pageSize?: number;
                    rule?: string;
                    to?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["RefusalSummary"];
                    };
                };
            };
        };
    };
    "/api/v2/webhooks": {
        get: {
            parameters: {
                query?: {
                    name?: string;
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebhookListing"];
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookRequest"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
    };
    "/api/v2/webhooks/{webhookId}": {
        get: {
            parameters: {
                path: {
                    webhookId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
        put: {
            parameters: {
                path: {
                    webhookId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookRequest"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
        delete: {
            parameters: {
                path: {
                    webhookId: string;
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/api/v2/webhooks/{webhookId}/dead": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    pageSize?: number;
                };
                path: {
                    webhookId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebhookDeliveryListing"];
                    };
                };
            };
        };
    };
    "/api/v2/webhooks/{webhookId}/deliveries": {
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    pageSize?: number;
                };
                path: {
                    webhookId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebhookDeliveryListing"];
                    };
                };
            };
        };
    };
    "/api/v2/webhooks/{webhookId}/replay": {
        post: {
            parameters: {
                path: {
                    webhookId: string;
                };
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WebhookReplay"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebhookReplayed"];
                    };
                };
            };
        };
    };
    "/api/v2/webhooks/{webhookId}/secret/rotate": {
        post: {
            parameters: {
                path: {
                    webhookId: string;
                };
            };
            requestBody?: {
                content: {
                    "application/json": components["schemas"]["WebhookRotation"] | null;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
    };
    "/api/v2/webhooks/{webhookId}/test": {
        post: {
            parameters: {
                path: {
                    webhookId: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["WebhookAttempt"];
                    };
                };
            };
        };
    };
    "/api/v2/webmessaging/messages": {
        get: {
            parameters: {
                query?: {
                    pageNumber?: number;
                    pageSize?: number;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["MessagePage"];
                    };
                };
            };
        };
    };
    "/api/v2/webmessaging/messages/transcript": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Transcript"];
                        "text/html": string;
                        "text/plain": string;
                    };
                };
            };
        };
    };
    "/health": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
    };
    "/login": {
        get: {
            parameters: {
                query: {
                    client_id: string;
                    code_challenge: string;
                    code_challenge_method: string;
                    redirect_uri: string;
                    response_type: string;
                    scope?: string;
                    state?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
        post: {
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                200: {
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
    };
    "/oauth/authorize": {
        get: {
            parameters: {
                query: {
                    client_id: string;
                    code_challenge: string;
                    code_challenge_method: string;
                    redirect_uri: string;
                    response_type: string;
                    scope?: string;
                    state?: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
    };
    "/oauth/revoke": {
        post: {
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": components["schemas"]["RevokeRequest"];
                };
            };
            responses: {
                204: {
                    content?: never;
                };
            };
        };
    };
    "/oauth/token": {
        post: {
            requestBody: {
                content: {
                    "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["TokenAnswer"];
                    };
                };
            };
        };
    };
    "/ready": {
        get: {
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
    };
    "/webdeployments/v1/deployments/{id}/config.json": {
        get: {
            parameters: {
                path: {
                    id: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DeploymentConfig"];
                    };
                };
            };
        };
    };
    "/webdeployments/v1/deployments/{id}/domains.json": {
        get: {
            parameters: {
                path: {
                    id: string;
                };
            };
            responses: {
                200: {
                    content: {
                        "application/json": components["schemas"]["DeploymentDomains"];
                    };
                };
            };
        };
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AbsentKey: {
            declared: boolean;
            form?: string | null;
            key: string;
            reason: string;
            remedy: string;
            /** Format: int64 */
            revision?: number | null;
            rule?: string | null;
            why: string;
        };
        AbsentPlaceholder: {
            key?: string | null;
            message: string;
            placeholder: string;
            why?: string | null;
        };
        AcdEnd: components["schemas"]["LegDetail"] & {
            acdOutcome: string;
            /** Format: uuid */
            answeredUserId?: string | null;
            /** Format: int64 */
            connectedDurationMs: number;
            disconnectType: string;
            /** Format: uuid */
            queueId: string;
        };
        AcdStart: components["schemas"]["LegDetail"] & {
            /** Format: uuid */
            queueId: string;
            /** Format: uuid */
            requestedLanguageId?: string | null;
            requestedRoutingSkillIds: string[];
            requestedRoutingUserIds: string[];
            /** Format: int32 */
            routingPriority: number;
        };
        ActiveConfigurationOnDeployment: {
            configurationVersion: components["schemas"]["WebDeploymentConfiguration"];
            deployment: components["schemas"]["Deployment"];
        };
        AcwSettings: {
            /** Format: int64 */
            timeoutMs: number;
            wrapupPrompt: string;
        };
        AggregateData: {
            interval: string;
            /** Format: int64 */
            late?: number | null;
            metrics: components["schemas"]["AggregateMetric"][];
        };
        AggregateGroup: {
            data: components["schemas"]["AggregateData"][];
            details: components["schemas"]["GroupDetails"];
            group: {
                [key: string]: string;
            };
            other?: boolean;
        };
        AggregateMetric: {
            metric: string;
            stats: components["schemas"]["Stats"];
        };
        AggregatesQuery: {
            filter?: components["schemas"]["AnalyticsFilter"] | null;
            flattenMultivaluedDimensions?: boolean | null;
            granularity?: string | null;
            groupBy?: string[] | null;
            interval: string;
            /** Format: int32 */
            maxGroups?: number | null;
            metrics: string[];
            timeZone?: string | null;
        };
        AggregatesResponse: {
            results: components["schemas"]["AggregateGroup"][];
        };
        AlarmListing: {
            entities: components["schemas"]["ContextAlarm"][];
            /** Format: int32 */
            pageSize: number;
        };
        AllowedMedia: {
            inbound: components["schemas"]["InboundMedia"];
        };
        AnalyticsConversation: {
            /** Format: date-time */
            conversationEnd?: string | null;
            /** Format: uuid */
            conversationId: string;
            conversationInitiator: string;
            /** Format: date-time */
            conversationStart: string;
            customerParticipation: boolean;
            /** Format: uuid */
            deploymentId: string;
            divisionIds: string[];
            late: boolean;
            originatingDirection: string;
            participants: components["schemas"]["AnalyticsParticipant"][];
            /** Format: int64 */
            revision: number;
        };
        AnalyticsFilter: {
            clauses?: components["schemas"]["FilterClause"][] | null;
            predicates?: components["schemas"]["FilterPredicate"][] | null;
            type: components["schemas"]["FilterCombine"];
        };
        AnalyticsFlow: {
            /** Format: uuid */
            flowId: string;
            flowType: string;
        };
        AnalyticsMultiGet: {
            conversations: components["schemas"]["AnalyticsConversation"][];
        };
        AnalyticsParticipant: {
            attributes: {
                [key: string]: string;
            };
            lateAttributes?: string[];
            /** Format: uuid */
            participantId: string;
            participantName?: string | null;
            purpose: string;
            sessions: components["schemas"]["AnalyticsSession"][];
            /** Format: uuid */
            userId?: string | null;
        };
        AnalyticsQueryResponse: {
            conversations: components["schemas"]["AnalyticsConversation"][];
            /** Format: int64 */
            totalHits: number;
        };
        AnalyticsSegment: {
            conference: boolean;
            disconnectType?: string | null;
            /** Format: uuid */
            queueId?: string | null;
            /** Format: date-time */
            segmentEnd?: string | null;
            /** Format: date-time */
            segmentStart: string;
            segmentType: string;
            /** Format: uuid */
            wrapUpCode?: string | null;
            wrapUpNote?: string | null;
        };
        AnalyticsSession: {
            direction: string;
            flow?: components["schemas"]["AnalyticsFlow"] | null;
            mediaType: string;
            messageType: string;
            metrics?: components["schemas"]["AnalyticsSessionMetric"][];
            provider: string;
            segments: components["schemas"]["AnalyticsSegment"][];
            /** Format: uuid */
            sessionId: string;
        };
        AnalyticsSessionMetric: {
            /** Format: date-time */
            emitDate: string;
            name: string;
            /** Format: int64 */
            value: number;
        };
        Apps: {
            conversations: components["schemas"]["Conversations"];
        };
        AssignConversation: {
            id: string;
        };
        Assigned: {
            /** Format: uuid */
            communicationId: string;
            /** Format: uuid */
            conversationId: string;
            /** Format: uuid */
            participantId: string;
            /** Format: uuid */
            userId: string;
        };
        AssignedWrapup: components["schemas"]["Wrapup"] & {
            provisional: boolean;
        };
        AttributesDetail: {
            attributes: {
                [key: string]: string;
            };
            communications: components["schemas"]["DetailCommunication"][];
            conversationExternalContactIds: string[];
            /** Format: uuid */
            conversationId: string;
            /** Format: int64 */
            eventTime: number;
            /** Format: uuid */
            participantId: string;
            /** Format: int64 */
            participantStartTime: number;
            removedAttributes?: string[];
            /** Format: int64 */
            revision: number;
        };
        AttributeSearch: {
            cursor?: string | null;
            /** Format: int32 */
            pageSize?: number | null;
            query?: components["schemas"]["SearchCriterion"][] | null;
            returnFields?: ("conversationId" | "startTime" | "endTime" | "divisionId" | "divisionIds" | "participantData" | "truncatedData" | "_type")[] | null;
            /** @enum {string|null} */
            sortBy?: "startTime" | "conversationStart" | null;
            /** @enum {string|null} */
            sortOrder?: "ASC" | "DESC" | "asc" | "desc" | null;
        };
        AuditListing: {
            entities: components["schemas"]["AuditRecord"][];
            /** Format: int64 */
            next?: number | null;
            /** Format: uuid */
            organizationId: string;
        };
        AuditRecord: {
            action: string;
            actor: string;
            /** Format: date-time */
            at: string;
            details: string;
            hash: string;
            /** Format: int64 */
            number: number;
            subject: string;
        };
        Auth: {
            allowSessionUpgrade: boolean;
            enabled: boolean;
        };
        AvailableTopic: {
            description?: string | null;
            enforced?: boolean | null;
            id: string;
            requiresDivisionPermissions?: boolean | null;
            requiresPermissions?: string[] | null;
            schema?: {
                [key: string]: unknown;
            } | null;
            topicParameters?: string[] | null;
            transports?: string[] | null;
            visibility?: string | null;
        };
        AvailableTopicListing: {
            entities: components["schemas"]["AvailableTopic"][];
        };
        BeginTotp: {
            password: string;
        };
        BulkPromotion: {
            cursor?: string | null;
            dryRun: boolean;
            /** Format: int64 */
            found: number;
            kept: {
                [key: string]: number;
            };
            keptExamples: string[];
            /** Format: int64 */
            promoted: number;
            /** Format: int64 */
            scanned: number;
        };
        BulkPromotionBody: {
            cursor?: string | null;
            dryRun?: boolean | null;
            /** Format: int32 */
            limit?: number | null;
            override?: boolean | null;
            reason?: string | null;
        };
        CannedResponse: {
            createdBy: string;
            /** Format: date-time */
            dateCreated: string;
            /** Format: uuid */
            id: string;
            interactionType: string;
            libraries: components["schemas"]["EntityReference"][];
            name: string;
            selfUri: string;
            texts: components["schemas"]["ResponseText"][];
            /** Format: int64 */
            version: number;
        };
        CertificateLine: {
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            conversationId: string;
            /** Format: int64 */
            events: number;
            keys: string[];
            /** Format: int64 */
            messages: number;
            /** Format: int64 */
            position: number;
            /** Format: int64 */
            quarantined: number;
            /** Format: int64 */
            startTokens: number;
        };
        ChangePassword: {
            newPassword: string;
            oldPassword: string;
        };
        ChannelMetadata: {
            customAttributes?: Record<string, never> | null;
        };
        ChannelTopic: {
            id: string;
            missingPermissions?: string[];
            rejectionReason?: string | null;
            selfUri: string;
            state: string;
        };
        ChannelTopicListing: {
            entities: components["schemas"]["ChannelTopic"][];
        };
        /** @enum {string} */
        ChannelType: "Private";
        ClientSecretTimes: {
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            goodUntil?: string | null;
        };
        CloseSessionFrame: {
            closeAllConnections?: boolean | null;
            logout?: boolean | null;
            token: string;
            tracingId?: string | null;
        };
        Communication: {
            /** Format: date-time */
            connectedTime?: string | null;
            direction: string;
            /** Format: date-time */
            disconnectedTime?: string | null;
            disconnectType?: string | null;
            held: boolean;
            /** Format: uuid */
            id: string;
            initialState: string;
            messages: components["schemas"]["MessageDetail"][];
            provider: string;
            /** Format: date-time */
            startAlertingTime?: string | null;
            state: string;
            type: string;
        };
        CompletenessListing: {
            entities: components["schemas"]["CompletenessRow"][];
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        CompletenessRow: {
            /** Format: int64 */
            conversations: number;
            /** Format: uuid */
            deploymentId: string;
            deploymentName?: string | null;
            keys: components["schemas"]["KeyCompleteness"][];
            other?: boolean;
            pagePath?: string | null;
            /** Format: int64 */
            refusedStarts: number;
            sdkVersion?: string | null;
            /** Format: int64 */
            starts: number;
        };
        /** @enum {string} */
        ConfigStatus: "Active" | "Inactive";
        ConfigurationAnswer: {
            allowedMedia: components["schemas"]["AllowedMedia"];
            blockedExtensions: string[];
            /** Format: int64 */
            maxCustomDataBytes: number;
            messageRoutingEnabled: boolean;
            /** Format: int32 */
            sessionDurationSeconds: number;
        };
        ConfigurationReference: {
            id: string;
            selfUri: string;
            version: string;
        } | components["schemas"]["WebDeploymentConfiguration"];
        ConfigurationSettings: {
            /** @default null */
            defaultLanguage: string | null;
            /** @default null */
            headlessMode: components["schemas"]["Switch"] | null;
            /** @default null */
            languages: string[] | null;
            /** @default null */
            messenger: components["schemas"]["MessengerSettings"] | null;
            /** @default null */
            position: components["schemas"]["PositionSettings"] | null;
        };
        ConfigurationWish: {
            id: string;
            version?: string | null;
        };
        ConfigureSessionFrame: {
            deploymentId?: string | null;
            organizationId?: string | null;
            region?: string | null;
            sdk?: string | null;
            startNew?: boolean | null;
            token: string;
            tracingId?: string | null;
        };
        ConfirmTotp: {
            code: string;
        };
        /** @enum {string} */
        Connected: "connected";
        ConnectionClosed: {
            reason?: string | null;
            reasonCode?: string | null;
        };
        ContextAlarm: {
            baseline: components["schemas"]["PresenceShare"];
            /** Format: date-time */
            beganAt: string;
            /** Format: uuid */
            deploymentId: string;
            /** Format: date-time */
            endedAt?: string | null;
            id: string;
            key: string;
            latest: components["schemas"]["PresenceShare"];
            state: string;
            window: components["schemas"]["PresenceShare"];
        };
        ContextChange: {
            /** Format: date-time */
            at: string;
            by: string;
            changes: components["schemas"]["KeyChange"][];
            late: boolean;
            /** Format: uuid */
            participantId: string;
            quarantined: components["schemas"]["SetAside"][];
            receipt: components["schemas"]["Receipt"];
            /** Format: int64 */
            revision: number;
        };
        ContextHistory: {
            /** Format: uuid */
            conversationId: string;
            entries: components["schemas"]["ContextChange"][];
            /** Format: int64 */
            revision: number;
        };
        ContextKey: (components["schemas"]["StoredKey"] & {
            /** @enum {string} */
            status: "stored";
        }) | (components["schemas"]["QuarantinedKey"] & {
            /** @enum {string} */
            status: "quarantined";
        }) | (components["schemas"]["AbsentKey"] & {
            /** @enum {string} */
            status: "absent";
        });
        ContextKeyView: components["schemas"]["ContextKey"] & {
            /** Format: uuid */
            conversationId: string;
            /** Format: int64 */
            conversationRevision: number;
        };
        ContextPolicy: {
            attributes: components["schemas"]["DeclaredAttribute"][];
            containers: {
                [key: string]: string;
            };
            /** Format: date-time */
            datePublished?: string | null;
            enabled: boolean;
            /** Format: int64 */
            maxBytes: number;
            mode: string;
            retention?: components["schemas"]["Retention"] | null;
            selfUri: string;
            /** Format: int64 */
            version: number;
        };
        ContextPolicyListing: {
            entities: components["schemas"]["ContextPolicy"][];
            nextUri?: string | null;
            selfUri: string;
            total: number;
        };
        ContextRule: {
            /** Format: int32 */
            priority?: number;
            skills?: components["schemas"]["SkillWish"][];
            when: string;
        };
        ContextView: {
            /** Format: uuid */
            conversationId: string;
            customer: components["schemas"]["Customer"];
            keys: components["schemas"]["ContextKey"][];
            /** Format: int64 */
            policyVersion: number;
            /** Format: int64 */
            revision: number;
        };
        Conversation: {
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            /** Format: uuid */
            deploymentId: string;
            divisions: components["schemas"]["ConversationDivision"][];
            /** Format: date-time */
            endTime?: string | null;
            /** Format: uuid */
            id: string;
            participants: components["schemas"]["Participant"][];
            recordingState: string;
            /** Format: int64 */
            revision: number;
            selfUri: string;
            /** Format: uuid */
            sessionId?: string | null;
            /** Format: date-time */
            startTime: string;
            state: string;
        };
        ConversationAppSettings: {
            /** @default null */
            autoStart: components["schemas"]["Switch"] | null;
            /** @default null */
            customData: components["schemas"]["ContextPolicy"] | null;
            /** @default null */
            enabled: boolean | null;
            /** @default null */
            form: components["schemas"]["Form"] | null;
            /** @default null */
            markdown: components["schemas"]["Switch"] | null;
            /** @default null */
            satisfaction: components["schemas"]["SatisfactionSettings"] | null;
            /**
             * Format: int32
             * @default null
             */
            sessionDurationSeconds: number | null;
            /** @default null */
            showAgentTypingIndicator: boolean | null;
            /** @default null */
            showUserTypingIndicator: boolean | null;
        };
        ConversationAttributes: {
            by: string;
            changes: components["schemas"]["KeyChange"][];
            customer?: components["schemas"]["Customer"] | null;
            late: boolean;
            /** Format: uuid */
            participantId: string;
            quarantined: components["schemas"]["SetAside"][];
            receipt: components["schemas"]["Receipt"];
        };
        ConversationDisconnect: {
            enabled: boolean;
            type: string;
        };
        ConversationDivision: {
            division: components["schemas"]["EntityReference"];
            entities: components["schemas"]["EntityReference"][];
        };
        ConversationEnd: {
            reason: string;
        };
        ConversationFlow: {
            ended?: components["schemas"]["FlowEnding"] | null;
            /** Format: uuid */
            flowExecutionId: string;
            /** Format: uuid */
            flowId: string;
            flowName: string;
            /** Format: int64 */
            flowVersion: number;
            /** Format: uuid */
            participantId: string;
            started: boolean;
            steps: components["schemas"]["FlowStep"][];
        };
        ConversationListing: components["schemas"]["CursorPage"] & {
            entities: components["schemas"]["Conversation"][];
        };
        ConversationMessage: {
            content?: unknown[] | null;
            direction: string;
            /** Format: uuid */
            messageId: string;
            nickname?: string | null;
            originatingEntity: string;
            /** Format: uuid */
            participantId: string;
            text: string;
            /** Format: date-time */
            time: string;
            type: string;
        };
        ConversationNote: {
            authorName: string;
            by: string;
            /** Format: date-time */
            dateCreated: string;
            /** Format: uuid */
            id: string;
            mentions: string[];
            text: string;
        };
        ConversationParticipant: {
            action: string;
            participant?: components["schemas"]["JoinedParticipant"] | null;
            /** Format: uuid */
            participantId: string;
            wrapup?: components["schemas"]["EventWrapup"] | null;
        };
        ConversationPosition: {
            /** Format: uuid */
            conversationId: string;
            /** Format: int64 */
            estimatedWaitMs?: number | null;
            /** Format: uuid */
            organizationId: string;
            /** Format: int32 */
            position: number;
            type: string;
        };
        ConversationReceipt: components["schemas"]["SeenUpTo"] & {
            side: string;
        };
        ConversationRouting: {
            action: string;
            /** Format: uuid */
            agentParticipantId?: string | null;
            /** Format: uuid */
            languageId?: string | null;
            /** Format: uuid */
            participantId: string;
            /** Format: int32 */
            priority?: number | null;
            /** Format: uuid */
            queueId: string;
            reason?: string | null;
            /** Format: date-time */
            since?: string | null;
            skills?: components["schemas"]["RoutingSkillWish"][] | null;
            /** Format: date-time */
            until?: string | null;
            /** Format: uuid */
            userId?: string | null;
            /** Format: int64 */
            waitedMs?: number | null;
        };
        ConversationRoutingData: {
            language?: components["schemas"]["EntityReference"] | null;
            /** Format: int32 */
            priority: number;
            queue: components["schemas"]["EntityReference"];
            scoredAgents: components["schemas"]["ScoredAgent"][];
            skills: components["schemas"]["EntityReference"][];
        };
        Conversations: {
            autoStart: components["schemas"]["Toggle"];
            conversationClear: components["schemas"]["Toggle"];
            conversationDisconnect: components["schemas"]["ConversationDisconnect"];
            enabled: boolean;
            markdown: components["schemas"]["Toggle"];
            messagingEndpoint: string;
            notifications: components["schemas"]["Notifications"];
            /** Format: int32 */
            sessionDurationSeconds: number;
            showAgentTypingIndicator: boolean;
            showUserTypingIndicator: boolean;
        };
        ConversationSatisfaction: {
            comment?: string;
            /** Format: date-time */
            dateSubmitted: string;
            /** Format: int32 */
            maxScore: number;
            /** Format: int32 */
            score: number;
        };
        ConversationStart: {
            context: components["schemas"]["StartContext"];
            custom_attributes: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customer: components["schemas"]["Customer"];
            /** Format: uuid */
            deploymentId: string;
            participants: components["schemas"]["WebchatParticipant"][];
            routing?: {
                [key: string]: unknown;
            } | null;
            /** Format: uuid */
            sessionId?: string | null;
            source: components["schemas"]["StartSource"];
            /** Format: date-time */
            startTime: string;
        };
        ConversationTyping: {
            /** Format: uuid */
            conversationId: string;
            /** Format: uuid */
            organizationId: string;
            purpose: string;
            type: string;
        };
        Correction: {
            reason: string;
        };
        CreatePrivacyRequest: {
            createdBy?: unknown;
            name?: unknown;
            replacementTerms?: unknown;
            /** @enum {string} */
            requestType: "GDPR_DELETE" | "GDPR_EXPORT";
            subject: components["schemas"]["CreatePrivacySubject"];
        };
        CreatePrivacySubject: {
            attributeKey?: string | null;
            attributeValue?: string | null;
            /** Format: uuid */
            conversationId?: string | null;
        };
        CreateSigningKey: {
            /** @enum {string} */
            algorithm: "HS256" | "RS256" | "ES256" | "EdDSA";
            issuer?: string | null;
            jwksUrl?: string | null;
            name?: string | null;
            publicKey?: Record<string, never> | null;
        };
        CreateUser: {
            /** Format: uuid */
            divisionId?: string | null;
            /** Format: email */
            email: string;
            name: string;
            password?: string | null;
            roleDivisions?: components["schemas"]["RoleDivision"][] | null;
        };
        Credential: {
            clientAuth?: string | null;
            clientId?: string | null;
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            dateModified: string;
            /** Format: uuid */
            id: string;
            name: string;
            scope?: string | null;
            selfUri: string;
            tokenUrl?: string | null;
            type: string;
            user?: string | null;
            /** Format: int64 */
            version: number;
        };
        CursorPage: {
            cursor?: string | null;
            nextUri?: string | null;
            /** Format: int32 */
            pageSize: number;
            selfUri: string;
            /** Format: int64 */
            total?: number | null;
        };
        Customer: {
            email?: string | null;
            id?: string | null;
            name?: string | null;
        };
        CustomerEnd: components["schemas"]["LegDetail"] & {
            /** Format: uuid */
            addressFrom?: string | null;
            /** Format: uuid */
            addressTo: string;
            /** Format: int64 */
            connectedDurationMs: number;
            disconnectType: string;
        };
        CustomerStart: components["schemas"]["LegDetail"] & {
            /** Format: uuid */
            addressFrom?: string | null;
            /** Format: uuid */
            addressTo: string;
            attributes: {
                [key: string]: string;
            };
        };
        DataAction: {
            category: string;
            config?: Record<string, never> | null;
            contract?: Record<string, never> | null;
            /** Format: uuid */
            credentialId?: string | null;
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            dateModified: string;
            hasDraft: boolean;
            /** Format: uuid */
            id: string;
            name: string;
            secure: boolean;
            selfUri: string;
            /** Format: int64 */
            version: number;
        };
        DeclaredAttribute: {
            aliases: string[];
            enum?: string[] | null;
            key: string;
            link?: string | null;
            /** Format: int32 */
            maxLength?: number | null;
            pattern?: string | null;
            personal: boolean;
            required: boolean;
            trustFloor: components["schemas"]["Trust"];
            type: string;
        };
        Deployment: {
            allowAllDomains: boolean;
            allowedDomains: string[];
            allowNative: boolean;
            configuration?: components["schemas"]["ConfigurationReference"] | null;
            customData: components["schemas"]["ContextPolicy"];
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            dateModified: string;
            description?: string;
            division: components["schemas"]["Reference"];
            flow?: components["schemas"]["Reference"] | null;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
            snippet: string;
            status: string;
        };
        DeploymentBody: {
            allowAllDomains?: boolean | null;
            allowedDomains?: string[] | null;
            allowNative?: boolean | null;
            configuration?: components["schemas"]["ConfigurationWish"] | null;
            description?: string | null;
            division?: components["schemas"]["WishedReference"] | null;
            flow?: components["schemas"]["WishedReference"] | null;
            name: string;
            /** @enum {string|null} */
            status?: "Active" | "Inactive" | null;
        };
        DeploymentConfig: {
            apiEndpoint: string;
            auth: components["schemas"]["Auth"];
            defaultLanguage: string;
            headlessMode?: components["schemas"]["Toggle"] | null;
            id: string;
            journeyEvents: components["schemas"]["Toggle"];
            languages: string[];
            messenger: components["schemas"]["Messenger"];
            position?: components["schemas"]["Position"] | null;
            status: components["schemas"]["ConfigStatus"];
            version: string;
            waybill: components["schemas"]["Waybill"];
        };
        DeploymentDomains: {
            allowAllDomains: boolean;
            allowedDomains: string[];
        };
        DeploymentListing: {
            entities: components["schemas"]["Deployment"][];
            nextUri?: string | null;
            previousUri?: string | null;
            selfUri: string;
            total: number;
        };
        DetailCommunication: {
            /** Format: uuid */
            id: string;
            mediaType: string;
        };
        DetailsJobQuery: {
            conversationFilters?: components["schemas"]["AnalyticsFilter"][] | null;
            interval: string;
            limit?: number | null;
            order?: unknown;
            orderBy?: unknown;
            segmentFilters?: components["schemas"]["AnalyticsFilter"][] | null;
            startOfDayIntervalMatching?: unknown;
        };
        DetailsQuery: {
            conversationFilters?: components["schemas"]["AnalyticsFilter"][] | null;
            interval: string;
            order?: components["schemas"]["Order"] | null;
            orderBy?: components["schemas"]["OrderBy"] | null;
            paging?: components["schemas"]["PagingSpec"] | null;
            segmentFilters?: components["schemas"]["AnalyticsFilter"][] | null;
        };
        Division: {
            homeDivision: boolean;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
        };
        DomainPermission: {
            action: string;
            divisionAware: boolean;
            domain: string;
            entityType: string;
            label: string;
        };
        DomainPermissions: {
            domain: string;
            permissionMap: {
                [key: string]: components["schemas"]["DomainPermission"][];
            };
        };
        EchoFrame: {
            message?: Record<string, never> | null;
            token?: string;
            tracingId?: string | null;
        };
        EntityReference: {
            /** Format: uuid */
            id: string;
            selfUri: string;
        };
        ErasureCertificate: {
            conversations: components["schemas"]["CertificateLine"][];
            cursor?: string | null;
            notReached: string[];
            places: string[];
            request: components["schemas"]["PrivacyRequest"];
            requestHash: string;
        };
        ErrorBody: {
            code: string;
            contextId: string;
            details?: components["schemas"]["ErrorDetail"][];
            errors?: components["schemas"]["ErrorBody"][];
            message: string;
            messageParams?: {
                [key: string]: string;
            };
            receipt?: components["schemas"]["Receipt"] | null;
            /** Format: int64 */
            retryAfter?: number | null;
            /** Format: int32 */
            status: number;
        };
        ErrorDetail: {
            errorCode: string;
            fieldName: string;
            message?: string | null;
            remedy?: string | null;
        };
        EventData: components["schemas"]["ConversationStart"] | components["schemas"]["ConversationAttributes"] | components["schemas"]["ConversationMessage"] | components["schemas"]["ConversationParticipant"] | components["schemas"]["ConversationFlow"] | components["schemas"]["ConversationRouting"] | components["schemas"]["ConversationNote"] | components["schemas"]["ConversationSatisfaction"] | components["schemas"]["ConversationReceipt"] | components["schemas"]["ConversationEnd"];
        EventWrapup: {
            /** Format: uuid */
            code?: string | null;
            /** Format: int64 */
            durationMs: number;
            name: string;
            notes: string;
        };
        ExportedAttribute: {
            /** Format: date-time */
            at: string;
            by: string;
            /** Format: uuid */
            conversationId: string;
            declared: boolean;
            form: string;
            key: string;
            late: boolean;
            masked: boolean;
            /** Format: uuid */
            participantId: string;
            purpose: string;
            /** Format: int64 */
            revision: number;
            sentAs: string;
            /** Format: date-time */
            startTime: string;
            trust: components["schemas"]["Trust"];
            value: components["schemas"]["Scalar"];
        };
        ExportedConversation: {
            /** Format: uuid */
            conversationId: string;
            customData: unknown;
            customerEmail?: string | null;
            customerId?: string | null;
            customerName?: string | null;
            /** Format: uuid */
            deploymentId: string;
            /** Format: uuid */
            divisionId?: string | null;
            /** Format: date-time */
            endTime?: string | null;
            form?: string | null;
            page?: string | null;
            participants: number;
            /** Format: int64 */
            policyVersion: number;
            /** Format: int64 */
            revision: number;
            sdk?: string | null;
            /** Format: date-time */
            startTime: string;
        };
        ExportedMark: {
            /** Format: date-time */
            at: string;
            by: string;
            outcome: string;
            /** Format: int64 */
            revision: number;
            surface: string;
            to: string;
        };
        ExportedMessage: {
            /** Format: date-time */
            at: string;
            content?: unknown;
            /** Format: uuid */
            conversationId: string;
            direction: string;
            /** Format: uuid */
            messageId: string;
            nickname?: string | null;
            originator: string;
            /** Format: uuid */
            participantId: string;
            text: string;
            type: string;
        };
        FileType: {
            type: string;
        };
        FileUpload: {
            enableAttachments: boolean;
            modes: string[];
        };
        FilterClause: {
            predicates: components["schemas"]["FilterPredicate"][];
            type: components["schemas"]["FilterCombine"];
        };
        /** @enum {string} */
        FilterCombine: "and" | "or";
        /** @enum {string} */
        FilterOperator: "matches" | "notMatches" | "exists" | "notExists";
        FilterPredicate: {
            dimension?: string | null;
            metric?: string | null;
            operator?: components["schemas"]["FilterOperator"] | null;
            property?: string | null;
            propertyType?: string | null;
            range?: components["schemas"]["FilterRange"] | null;
            type?: components["schemas"]["PredicateKind"] | null;
            value?: string | null;
        };
        FilterRange: {
            gt?: string | null;
            gte?: string | null;
            lt?: string | null;
            lte?: string | null;
        };
        Flow: {
            active: boolean;
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            dateModified: string;
            description: string;
            division: components["schemas"]["EntityReference"];
            document?: string | null;
            /** Format: uuid */
            id: string;
            name: string;
            publishedVersion?: components["schemas"]["FlowVersionReference"] | null;
            savedVersion?: components["schemas"]["FlowVersionReference"] | null;
            selfUri: string;
            type: string;
            /** Format: int64 */
            version: number;
        };
        FlowCall: {
            /** Format: int32 */
            attempts: number;
            /** Format: int64 */
            durationMs: number;
            error?: string | null;
            /** Format: uuid */
            id: string;
            method: string;
            /** Format: int32 */
            status?: number | null;
            target: string;
        };
        FlowConfiguration: {
            document: string;
            /** Format: uuid */
            flowId: string;
        };
        FlowDifference: {
            after: string[];
            at: number;
            before: string[];
            /** Format: uuid */
            conversationId: string;
            recorded: string[];
            /** Format: date-time */
            startTime: string;
            /** Format: int64 */
            version: number;
        };
        FlowDocumentBody: {
            document?: string | null;
        };
        FlowEnd: components["schemas"]["LegDetail"] & {
            /** Format: int64 */
            connectedDurationMs: number;
            exitReason: string;
            /** Format: uuid */
            flowId: string;
            flowType: string;
            flowVersion: string;
            transferType?: string | null;
        };
        FlowEnding: {
            fault?: string | null;
            /** Format: uuid */
            flowId?: string | null;
            /** Format: uuid */
            queueId?: string | null;
            reason: string;
        };
        FlowFinding: {
            action?: string | null;
            /** Format: int64 */
            column?: number | null;
            /** Format: int64 */
            line?: number | null;
            message: string;
            path: string;
            remedy: string;
            rule: string;
            severity: string;
        };
        FlowFindings: {
            findings: components["schemas"]["FlowFinding"][];
            valid: boolean;
        };
        FlowOperation: {
            actionName: string;
            actionStatus: string;
            complete: boolean;
            /** Format: uuid */
            id: string;
        };
        FlowPublished: {
            findings: components["schemas"]["FlowFinding"][];
            flow: components["schemas"]["Flow"];
            version: components["schemas"]["FlowVersion"];
        };
        FlowRead: {
            absent?: string | null;
            key: string;
            trust?: string | null;
        };
        FlowReplayed: {
            /** Format: int64 */
            conversations: number;
            different: components["schemas"]["FlowDifference"][];
            /** Format: int64 */
            same: number;
            /** Format: int64 */
            withoutFlow: number;
        };
        FlowSimulated: {
            asExpected?: boolean | null;
            path: string[];
            transcript: string;
        };
        FlowStart: components["schemas"]["LegDetail"] & {
            /** Format: uuid */
            flowId: string;
            flowType: string;
            flowVersion: string;
        };
        FlowStep: {
            action: string;
            call?: components["schemas"]["FlowCall"] | null;
            fault?: string | null;
            kind: string;
            next?: string | null;
            outcome: string;
            reads: components["schemas"]["FlowRead"][];
            sets: string[];
        };
        FlowVersion: {
            commitVersion: string;
            /** Format: int64 */
            datePublished: number;
            document?: string | null;
            id: string;
            name: string;
            publishedBy: string;
            selfUri: string;
            type: string;
        };
        FlowVersionReference: {
            commitVersion: string;
            id: string;
            selfUri: string;
        };
        Form: {
            enabled: boolean;
            fields?: components["schemas"]["FormField"][];
        };
        FormCondition: {
            is: components["schemas"]["Scalar"];
            key: string;
        };
        FormField: {
            aliases?: string[] | null;
            autocomplete?: string | null;
            in?: components["schemas"]["FormPlace"] | null;
            key: string;
            label?: string | null;
            /** Format: int32 */
            maxLength?: number | null;
            options?: string[] | null;
            pattern?: string | null;
            required?: boolean | null;
            type?: components["schemas"]["FormFieldType"] | null;
            when?: components["schemas"]["FormCondition"] | null;
        };
        /** @enum {string} */
        FormFieldType: "text" | "email" | "tel" | "number" | "textarea" | "select" | "checkbox";
        /** @enum {string} */
        FormPlace: "customData" | "customer";
        /** @enum {string} */
        FrameClass: "string" | "SessionResponse" | "StructuredMessage" | "StartChatResponse" | "SetContextResponse" | "RateConversationResponse" | "ReceiptEvent" | "JwtResponse" | "GetConfigurationResponse" | "ConnectionClosedEvent" | "SessionExpiredEvent" | "QueuePositionEvent" | "ReconnectHint" | "TooManyRequestsErrorMessage" | "Error" | "Unknown";
        FrameMetadata: {
            CorrelationId: string;
            cursor: string;
            eventId?: string | null;
        };
        /** @enum {string} */
        FrameType: "response" | "message";
        GetConfigurationFrame: {
            deploymentId?: string | null;
            token?: string;
            tracingId?: string | null;
        };
        GetJwtFrame: {
            token: string;
            tracingId?: string | null;
        };
        GroupDetails: {
            conversationFilters: components["schemas"]["AnalyticsFilter"][];
            uri: string;
        };
        GuestFrame: (components["schemas"]["ConfigureSessionFrame"] & {
            /** @enum {string} */
            action: "configureSession";
        }) | (components["schemas"]["StartChatFrame"] & {
            /** @enum {string} */
            action: "startChat";
        }) | (components["schemas"]["SetContextFrame"] & {
            /** @enum {string} */
            action: "setContext";
        }) | (components["schemas"]["RateConversationFrame"] & {
            /** @enum {string} */
            action: "rateConversation";
        }) | (components["schemas"]["ReceiptFrame"] & {
            /** @enum {string} */
            action: "receipt";
        }) | (components["schemas"]["OnMessageFrame"] & {
            /** @enum {string} */
            action: "onMessage";
        }) | (components["schemas"]["EchoFrame"] & {
            /** @enum {string} */
            action: "echo";
        }) | (components["schemas"]["CloseSessionFrame"] & {
            /** @enum {string} */
            action: "closeSession";
        }) | (components["schemas"]["GetConfigurationFrame"] & {
            /** @enum {string} */
            action: "getConfiguration";
        }) | (components["schemas"]["GetJwtFrame"] & {
            /** @enum {string} */
            action: "getJwt";
        });
        Health: {
            status: string;
        };
        HomeScreen: {
            enabled: boolean;
            logoUrl?: string | null;
        };
        HomeScreenSettings: {
            /** @default null */
            enabled: boolean | null;
            /** @default null */
            logoUrl: string | null;
        };
        Hop: {
            /** Format: int64 */
            afterMs: number;
            /** Format: date-time */
            at: string;
            detail: string;
            outcome: string;
            /** Format: int64 */
            position?: number | null;
            /** Format: int64 */
            revision: number;
            stage: string;
            who: string;
        };
        IdentityResolutionConfig: {
            division?: {
                id: string;
                selfUri?: unknown;
            } | null;
            externalSource?: {
                /** Format: uuid */
                id: string;
            } | null;
            id?: unknown;
            resolveIdentities: boolean;
            selfUri?: string | null;
        };
        ImportAnswer: {
            deployment?: components["schemas"]["Deployment"] | null;
            notTaken: components["schemas"]["NotTaken"][];
            taken: string[];
        };
        ImportBody: {
            config: Record<string, never>;
            domains?: Record<string, never> | null;
            dryRun?: boolean | null;
            name?: string | null;
        };
        InboundMedia: {
            fileTypes: components["schemas"]["FileType"][];
            /** Format: int32 */
            maxFileSizeKB: number;
        };
        IncomingChannel: {
            metadata?: components["schemas"]["ChannelMetadata"] | null;
        };
        IncomingEvent: {
            eventType?: string | null;
            presence?: components["schemas"]["IncomingEventType"] | null;
            typing?: components["schemas"]["IncomingEventType"] | null;
        };
        IncomingEventType: {
            type?: string | null;
        };
        IncomingMessage: {
            channel?: components["schemas"]["IncomingChannel"] | null;
            content?: Record<string, never>[] | null;
            events?: components["schemas"]["IncomingEvent"][] | null;
            metadata?: components["schemas"]["IncomingMetadata"] | null;
            text?: string | null;
            type?: string | null;
        };
        IncomingMetadata: {
            id?: string | null;
        };
        JobCreated: {
            jobId: string;
        };
        JobResults: {
            conversations: components["schemas"]["AnalyticsConversation"][];
            cursor?: string | null;
            /** Format: date-time */
            dataAvailabilityDate: string;
        };
        JobStatus: {
            /** Format: date-time */
            completionDate?: string | null;
            errorMessage?: string | null;
            /** Format: date-time */
            expirationDate: string;
            /** Format: int64 */
            found: number;
            state: string;
            /** Format: date-time */
            submissionDate: string;
        };
        JoinedParticipant: {
            /** Format: uuid */
            communicationId: string;
            /** Format: uuid */
            flowId?: string | null;
            /** Format: uuid */
            id: string;
            name?: string | null;
            purpose: string;
            /** Format: uuid */
            queueId?: string | null;
            /** Format: date-time */
            startTime: string;
            state: string;
            /** Format: uuid */
            userId?: string | null;
        };
        JwtAnswer: {
            /** Format: int64 */
            exp: number;
            jwt: string;
        };
        /** @enum {string} */
        KeyAction: "added" | "changed" | "deleted" | "erased";
        KeyChange: {
            action: components["schemas"]["KeyAction"];
            erasedBy?: string | null;
            form?: string | null;
            key: string;
            masked?: boolean;
            new?: components["schemas"]["Scalar"] | null;
            old?: components["schemas"]["Scalar"] | null;
            reason?: string | null;
            sentAs?: string | null;
            trust?: components["schemas"]["Trust"] | null;
        };
        KeyCompleteness: {
            /** Format: int64 */
            coerced: number;
            declared: boolean;
            key: string;
            /** Format: int64 */
            late: number;
            /** Format: int64 */
            missing: number;
            /** Format: double */
            presenceRate: number;
            /** Format: int64 */
            present: number;
            /** Format: int64 */
            quarantined: number;
            /** Format: int64 */
            refused: number;
            required: boolean;
        };
        KeyEffect: {
            /** Format: int64 */
            changed: number;
            declared: boolean;
            examples: string[];
            key: string;
            now: components["schemas"]["KeyTally"];
            rules: {
                [key: string]: number;
            };
            then: components["schemas"]["KeyTally"];
        };
        KeyTally: {
            /** Format: int64 */
            coerced: number;
            /** Format: int64 */
            missing: number;
            /** Format: int64 */
            quarantined: number;
            /** Format: int64 */
            refused: number;
            /** Format: int64 */
            refusedWithStart: number;
            /** Format: int64 */
            stored: number;
        };
        LauncherButton: {
            visibility: string;
        };
        LauncherButtonSettings: {
            /** @default null */
            visibility: string | null;
        };
        LegDetail: {
            /** Format: uuid */
            conversationId: string;
            direction: string;
            /** Format: uuid */
            divisionId?: string | null;
            /** Format: int64 */
            eventTime: number;
            mediaType: string;
            messageType: string;
            /** Format: uuid */
            participantId: string;
            provider: string;
            /** Format: uuid */
            sessionId: string;
        };
        Library: {
            createdBy: string;
            /** Format: date-time */
            dateCreated: string;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
            /** Format: int64 */
            version: number;
        };
        LintAnswer: {
            accepted: boolean;
            receipt: components["schemas"]["Receipt"];
        };
        Listing_CannedResponse: {
            entities: {
                createdBy: string;
                /** Format: date-time */
                dateCreated: string;
                /** Format: uuid */
                id: string;
                interactionType: string;
                libraries: components["schemas"]["EntityReference"][];
                name: string;
                selfUri: string;
                texts: components["schemas"]["ResponseText"][];
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_ConversationNote: {
            entities: {
                authorName: string;
                by: string;
                /** Format: date-time */
                dateCreated: string;
                /** Format: uuid */
                id: string;
                mentions: string[];
                text: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_Credential: {
            entities: {
                clientAuth?: string | null;
                clientId?: string | null;
                /** Format: date-time */
                dateCreated: string;
                /** Format: date-time */
                dateModified: string;
                /** Format: uuid */
                id: string;
                name: string;
                scope?: string | null;
                selfUri: string;
                tokenUrl?: string | null;
                type: string;
                user?: string | null;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_DataAction: {
            entities: {
                category: string;
                config?: Record<string, never> | null;
                contract?: Record<string, never> | null;
                /** Format: uuid */
                credentialId?: string | null;
                /** Format: date-time */
                dateCreated: string;
                /** Format: date-time */
                dateModified: string;
                hasDraft: boolean;
                /** Format: uuid */
                id: string;
                name: string;
                secure: boolean;
                selfUri: string;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_Division: {
            entities: {
                homeDivision: boolean;
                /** Format: uuid */
                id: string;
                name: string;
                selfUri: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_DomainPermissions: {
            entities: {
                domain: string;
                permissionMap: {
                    [key: string]: components["schemas"]["DomainPermission"][];
                };
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_Flow: {
            entities: {
                active: boolean;
                /** Format: date-time */
                dateCreated: string;
                /** Format: date-time */
                dateModified: string;
                description: string;
                division: components["schemas"]["EntityReference"];
                document?: string | null;
                /** Format: uuid */
                id: string;
                name: string;
                publishedVersion?: components["schemas"]["FlowVersionReference"] | null;
                savedVersion?: components["schemas"]["FlowVersionReference"] | null;
                selfUri: string;
                type: string;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_FlowVersion: {
            entities: {
                commitVersion: string;
                /** Format: int64 */
                datePublished: number;
                document?: string | null;
                id: string;
                name: string;
                publishedBy: string;
                selfUri: string;
                type: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_Library: {
            entities: {
                createdBy: string;
                /** Format: date-time */
                dateCreated: string;
                /** Format: uuid */
                id: string;
                name: string;
                selfUri: string;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_OAuthClient: {
            entities: {
                authorizedGrantType: string;
                /** Format: date-time */
                dateCreated: string;
                description: string;
                /** Format: uuid */
                id: string;
                name: string;
                public: boolean;
                registeredRedirectUri: string[];
                roleDivisions: components["schemas"]["RoleDivision"][];
                roleIds: string[];
                secret?: string | null;
                secrets: components["schemas"]["ClientSecretTimes"][];
                selfUri: string;
                state: string;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_PrivacyRequest: {
            entities: {
                /** Format: date-time */
                completedDate?: string | null;
                createdBy: string;
                /** Format: date-time */
                createdDate: string;
                /** Format: date-time */
                expirationDate?: string | null;
                /** Format: uuid */
                id: string;
                requestType: string;
                resultsUrl?: string | null;
                selfUri: string;
                status: string;
                subject: components["schemas"]["PrivacySubject"];
                totals: components["schemas"]["PrivacyTotals"];
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_Queue: {
            entities: {
                acwSettings: components["schemas"]["AcwSettings"];
                /** Format: date-time */
                dateCreated: string;
                description: string;
                division: components["schemas"]["EntityReference"];
                /** Format: uuid */
                id: string;
                mediaSettings: components["schemas"]["MediaSettings"];
                memberCount: number;
                name: string;
                rules: components["schemas"]["QueueRules"];
                selfUri: string;
                skillEvaluationMethod: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_QueueMember: {
            entities: {
                /** Format: uuid */
                id: string;
                joined: boolean;
                memberBy: string;
                name: string;
                presence?: components["schemas"]["UserPresence"] | null;
                /** Format: int32 */
                ringNumber: number;
                routingStatus?: components["schemas"]["RoutingStatus"] | null;
                selfUri: string;
                user: components["schemas"]["MemberUser"];
                utilization?: components["schemas"]["UserUtilization"] | null;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_Role: {
            entities: {
                default: boolean;
                description: string;
                /** Format: uuid */
                id: string;
                name: string;
                permissionPolicies: components["schemas"]["PermissionPolicy"][];
                permissions: string[];
                selfUri: string;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_RoutingLanguage: {
            entities: {
                /** Format: date-time */
                dateModified: string;
                /** Format: uuid */
                id: string;
                name: string;
                selfUri: string;
                state: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_RoutingSkill: {
            entities: {
                /** Format: date-time */
                dateModified: string;
                /** Format: uuid */
                id: string;
                name: string;
                selfUri: string;
                state: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_Schedule: {
            entities: {
                /** Format: date-time */
                dateCreated: string;
                /** Format: date-time */
                dateModified: string;
                description: string;
                division: components["schemas"]["EntityReference"];
                holidays: string[];
                hours: {
                    [key: string]: string[];
                };
                /** Format: uuid */
                id: string;
                name: string;
                selfUri: string;
                timeZone: string;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_User: {
            entities: {
                authorization?: components["schemas"]["UserAuthorization"] | null;
                /** Format: date-time */
                dateCreated: string;
                division: components["schemas"]["NamedReference"];
                email: string;
                /** Format: uuid */
                id: string;
                name: string;
                organization?: components["schemas"]["Organization"] | null;
                secondFactor: boolean;
                selfUri: string;
                state: string;
                username: string;
                /** Format: int64 */
                version: number;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_UserQueue: {
            entities: {
                division: components["schemas"]["EntityReference"];
                /** Format: uuid */
                id: string;
                joined: boolean;
                memberCount: number;
                name: string;
                selfUri: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_UserRoutingLanguage: {
            entities: {
                /** Format: uuid */
                id: string;
                languageUri: string;
                name: string;
                /** Format: double */
                proficiency: number;
                selfUri: string;
                state: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_UserRoutingSkill: {
            entities: {
                /** Format: uuid */
                id: string;
                name: string;
                /** Format: double */
                proficiency: number;
                selfUri: string;
                skillUri: string;
                state: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        Listing_WrapupCode: {
            entities: {
                /** Format: date-time */
                dateCreated: string;
                division: components["schemas"]["EntityReference"];
                /** Format: uuid */
                id: string;
                name: string;
                selfUri: string;
            }[];
            firstUri: string;
            lastUri: string;
            nextUri?: string | null;
            /** Format: int64 */
            pageCount: number;
            /** Format: int64 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            previousUri?: string | null;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        MediaSettings: {
            message: components["schemas"]["MessageMediaSettings"];
        };
        MediaUtilization: {
            includeNonAcd: boolean;
            interruptableMediaTypes: string[];
            /** Format: int32 */
            maximumCapacity: number;
        };
        MediaUtilizations: {
            message: components["schemas"]["MediaUtilization"];
        };
        MemberUser: {
            email: string;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
        };
        MessageChannel: {
            from?: components["schemas"]["MessageParty"];
            messageId?: string | null;
            /** Format: date-time */
            time: string;
            to?: components["schemas"]["MessageParty"];
            type?: components["schemas"]["ChannelType"] | null;
        };
        MessageConversation: {
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            /** Format: date-time */
            endTime?: string | null;
            /** Format: uuid */
            id: string;
            participants: components["schemas"]["MessageParticipant"][];
            /** Format: int64 */
            revision: number;
            selfUri: string;
            /** Format: date-time */
            startTime: string;
        };
        MessageConversationListing: components["schemas"]["CursorPage"] & {
            entities: components["schemas"]["MessageConversation"][];
        };
        MessageData: {
            /** Format: uuid */
            conversationId: string;
            delivered: boolean;
            direction: string;
            /** Format: uuid */
            id: string;
            messengerType: string;
            normalizedMessage: components["schemas"]["NormalizedMessage"];
            read: boolean;
            selfUri: string;
            status: string;
            textBody?: string | null;
            /** Format: date-time */
            timestamp: string;
        };
        MessageDetail: {
            delivered: boolean;
            /** Format: uuid */
            messageId: string;
            /** Format: int32 */
            messageSegmentCount: number;
            messageStatus: string;
            /** Format: date-time */
            messageTime: string;
            messageURI: string;
            read: boolean;
        };
        /** @enum {string} */
        MessageDirection: "Inbound" | "Outbound";
        MessageEvent: {
            /** @enum {string} */
            eventType: "Typing";
            typing: components["schemas"]["Typing"];
        } | {
            /** @enum {string} */
            eventType: "Presence";
            presence: components["schemas"]["Presence"];
        };
        MessageListing: {
            entities: components["schemas"]["MessageData"][];
        };
        MessageMediaSettings: {
            /** Format: int32 */
            alertingTimeoutSeconds: number;
            serviceLevel: components["schemas"]["ServiceLevelSettings"];
        };
        MessageMetadata: {
            correlationId?: string | null;
            durationSeconds?: string | null;
            expirationDate?: string | null;
            id?: string | null;
            readOnly?: string | null;
        };
        MessageNotice: {
            message: components["schemas"]["MessageReference"];
            messageStatus: string;
            /** Format: date-time */
            messageTime: string;
        };
        MessagePage: {
            entities: components["schemas"]["StructuredMessage"][];
            /** Format: int64 */
            pageCount: number;
            /** Format: int32 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            /** Format: int64 */
            total: number;
        };
        MessageParticipant: {
            attributes: {
                [key: string]: string;
            };
            /** Format: date-time */
            connectedTime?: string | null;
            conversationRoutingData?: components["schemas"]["ConversationRoutingData"] | null;
            direction: string;
            disconnectType?: string | null;
            /** Format: date-time */
            endTime?: string | null;
            flow?: components["schemas"]["EntityReference"] | null;
            held: boolean;
            /** Format: uuid */
            id: string;
            messages: components["schemas"]["MessageDetail"][];
            name?: string | null;
            provider: string;
            purpose: string;
            queue?: components["schemas"]["EntityReference"] | null;
            /** Format: date-time */
            startAlertingTime?: string | null;
            /** Format: date-time */
            startTime: string;
            state: string;
            type: string;
            user?: components["schemas"]["EntityReference"] | null;
            wrapup?: components["schemas"]["Wrapup"] | null;
            wrapupPrompt?: string | null;
            wrapupRequired: boolean;
        };
        MessageParty: {
            firstName?: string | null;
            nickname?: string | null;
        };
        MessageReference: {
            /** Format: uuid */
            id: string;
            selfUri: string;
        };
        MessageSender: {
            nickname?: string | null;
        };
        Messenger: {
            apps: components["schemas"]["Apps"];
            enabled: boolean;
            fileUpload: components["schemas"]["FileUpload"];
            homeScreen?: components["schemas"]["HomeScreen"] | null;
            launcherButton: components["schemas"]["LauncherButton"];
            styles: components["schemas"]["Styles"];
        };
        MessengerApps: {
            /** @default null */
            conversations: components["schemas"]["ConversationAppSettings"] | null;
        };
        MessengerSettings: {
            /** @default null */
            apps: components["schemas"]["MessengerApps"] | null;
            /** @default null */
            enabled: boolean | null;
            /** @default null */
            homeScreen: components["schemas"]["HomeScreenSettings"] | null;
            /** @default null */
            launcherButton: components["schemas"]["LauncherButtonSettings"] | null;
            /** @default null */
            styles: components["schemas"]["MessengerStyles"] | null;
        };
        MessengerStyles: {
            /** @default null */
            primaryColor: string | null;
        };
        NamedReference: {
            /** Format: uuid */
            id: string;
            name?: string | null;
            selfUri: string;
        };
        Namespaces: {
            custom: {
                [key: string]: components["schemas"]["Scalar"];
            };
        };
        NormalizedEvent: {
            eventType: string;
            presence: components["schemas"]["NormalizedPresence"];
        };
        NormalizedMessage: {
            channel: components["schemas"]["NormalizedMessageChannel"];
            content?: unknown[] | null;
            direction: string;
            events?: components["schemas"]["NormalizedEvent"][];
            /** Format: uuid */
            id: string;
            originatingEntity: string;
            text?: string | null;
            type: string;
        };
        NormalizedMessageChannel: {
            from: components["schemas"]["MessageSender"];
            /** Format: uuid */
            messageId: string;
            platform: string;
            /** Format: date-time */
            time: string;
            to: {
                [key: string]: string;
            };
            type: string;
        };
        NormalizedPresence: {
            type: string;
        };
        NotificationChannel: {
            connectUri: string;
            /** Format: date-time */
            expires: string;
            id: string;
        };
        NotificationChannelListing: {
            entities: components["schemas"]["NotificationChannel"][];
        };
        Notifications: {
            enabled: boolean;
            notificationContentType: string;
        };
        NotTaken: {
            path: string;
            reason: string;
        };
        OAuthClient: {
            authorizedGrantType: string;
            /** Format: date-time */
            dateCreated: string;
            description: string;
            /** Format: uuid */
            id: string;
            name: string;
            public: boolean;
            registeredRedirectUri: string[];
            roleDivisions: components["schemas"]["RoleDivision"][];
            roleIds: string[];
            secret?: string | null;
            secrets: components["schemas"]["ClientSecretTimes"][];
            selfUri: string;
            state: string;
            /** Format: int64 */
            version: number;
        };
        ObservationData: {
            metric: string;
            qualifier?: string | null;
            stats: components["schemas"]["ObservationStats"];
        };
        ObservationResult: {
            data: components["schemas"]["ObservationData"][];
            group: {
                [key: string]: string;
            };
        };
        ObservationsQuery: {
            detailMetrics?: unknown[];
            filter: components["schemas"]["AnalyticsFilter"];
            metrics?: string[] | null;
        };
        ObservationsResponse: {
            results: components["schemas"]["ObservationResult"][];
        };
        ObservationStats: {
            /** Format: int64 */
            count: number;
            /** Format: int64 */
            max?: number | null;
        };
        OnMessageFrame: {
            channel?: components["schemas"]["IncomingChannel"] | null;
            message: components["schemas"]["IncomingMessage"];
            token: string;
            tracingId?: string | null;
        };
        /** @enum {string} */
        Order: "asc" | "desc" | "unordered";
        /** @enum {string} */
        OrderBy: "conversationStart" | "conversationEnd" | "segmentStart" | "segmentEnd";
        Organization: {
            /** Format: date-time */
            dateCreated: string;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
            state: string;
        };
        /** @enum {string} */
        OriginatingEntity: "Human" | "Bot";
        Overflow: {
            /** Format: int32 */
            afterSeconds: number;
            /** Format: uuid */
            queueId: string;
        };
        Page: {
            path?: string | null;
        };
        PagingSpec: {
            /** Format: int32 */
            pageNumber?: number | null;
            /** Format: int32 */
            pageSize?: number | null;
        };
        Participant: {
            attributes: {
                [key: string]: string;
            };
            /** Format: date-time */
            connectedTime?: string | null;
            conversationRoutingData?: components["schemas"]["ConversationRoutingData"] | null;
            /** Format: date-time */
            endAcwTime?: string | null;
            /** Format: date-time */
            endTime?: string | null;
            /** Format: uuid */
            flowId?: string | null;
            /** Format: uuid */
            id: string;
            messages: components["schemas"]["Communication"][];
            name?: string | null;
            purpose: string;
            /** Format: uuid */
            queueId?: string | null;
            /** Format: date-time */
            startAcwTime?: string | null;
            /** Format: date-time */
            startTime: string;
            /** Format: uuid */
            userId?: string | null;
            userUri?: string | null;
            wrapup?: components["schemas"]["Wrapup"] | null;
            wrapupPrompt?: string | null;
            wrapupRequired: boolean;
        };
        ParticipantAttributes: {
            attributes: {
                [key: string]: string;
            };
            receipt: components["schemas"]["Receipt"];
            /** Format: int64 */
            revision: number;
        };
        ParticipantWritten: {
            /** Format: uuid */
            conversationId: string;
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customer: components["schemas"]["Customer"];
            /** Format: uuid */
            id: string;
            metadata: {
                [key: string]: components["schemas"]["Scalar"];
            };
            receipt: components["schemas"]["Receipt"];
            /** Format: int64 */
            revision: number;
        };
        PatchAttributes: {
            attributes: {
                [key: string]: unknown;
            };
            override?: components["schemas"]["Correction"] | null;
        };
        PatchConversation: {
            customData?: unknown;
            deploymentId?: unknown;
            divisions?: unknown;
            endTime?: unknown;
            id?: unknown;
            participants?: unknown;
            recordingState?: unknown;
            revision?: unknown;
            selfUri?: unknown;
            sessionId?: unknown;
            startTime?: unknown;
            state: string;
        };
        PatchParticipant: {
            /** @enum {string|null} */
            state?: "connected" | "disconnected" | null;
            wrapup?: components["schemas"]["WriteWrapup"] | null;
            wrapupSkipped?: boolean | null;
        };
        PatchPresence: {
            id?: unknown;
            message?: unknown;
            modifiedDate?: unknown;
            presenceDefinition: components["schemas"]["WritePresenceReference"];
            primary?: unknown;
            selfUri?: unknown;
            source?: unknown;
        };
        PatchRoutingConversation: {
            /** Format: uuid */
            languageId?: string | null;
            /** Format: int32 */
            priority?: number | null;
            skillIds?: string[] | null;
        };
        PatchSigningKey: {
            enabled?: boolean | null;
            /** Format: date-time */
            goodUntil?: string | null;
            name?: string | null;
        };
        PermissionPolicy: {
            actionSet: string[];
            domain: string;
            entityName: string;
            keys?: string[] | null;
        };
        PolicyEffect: {
            flowFindings: components["schemas"]["FlowFinding"][];
            hasMore: boolean;
            keys: components["schemas"]["KeyEffect"][];
            /** Format: int64 */
            moreKeys: number;
            /** Format: int64 */
            presentVersion: number;
            refusedExamples: string[];
            /** Format: int64 */
            refusedNow: number;
            /** Format: int64 */
            refusedThen: number;
            /** Format: int64 */
            starts: number;
            unknown: components["schemas"]["UnknownEffect"];
        };
        Position: {
            alignment: string;
            /** Format: int32 */
            bottomSpace: number;
            /** Format: int32 */
            sideSpace: number;
        };
        PositionSettings: {
            /** @default null */
            alignment: string | null;
            /**
             * Format: int32
             * @default null
             */
            bottomSpace: number | null;
            /**
             * Format: int32
             * @default null
             */
            sideSpace: number | null;
        };
        /** @enum {string} */
        PredicateKind: "dimension" | "property" | "metric";
        Presence: {
            type: components["schemas"]["PresenceType"];
        };
        PresenceDefinition: {
            deactivated: boolean;
            divisionId: string;
            /** Format: uuid */
            id: string;
            languageLabels: {
                [key: string]: string;
            };
            selfUri: string;
            systemPresence: string;
            type: string;
        };
        PresenceDefinitionListing: {
            entities: components["schemas"]["PresenceDefinition"][];
            selfUri: string;
            total: number;
        };
        PresenceReference: {
            /** Format: uuid */
            id: string;
            selfUri: string;
            systemPresence: string;
        };
        PresenceShare: {
            /** Format: date-time */
            from: string;
            /** Format: int64 */
            present: number;
            /** Format: double */
            rate: number;
            /** Format: int64 */
            starts: number;
            /** Format: date-time */
            to: string;
        };
        /** @enum {string} */
        PresenceType: "Join" | "Disconnect";
        PrivacyRequest: {
            /** Format: date-time */
            completedDate?: string | null;
            createdBy: string;
            /** Format: date-time */
            createdDate: string;
            /** Format: date-time */
            expirationDate?: string | null;
            /** Format: uuid */
            id: string;
            requestType: string;
            resultsUrl?: string | null;
            selfUri: string;
            status: string;
            subject: components["schemas"]["PrivacySubject"];
            totals: components["schemas"]["PrivacyTotals"];
        };
        PrivacySubject: {
            attributeKey?: string | null;
            attributeValueHash?: string | null;
            /** Format: uuid */
            conversationId?: string | null;
            salt?: string | null;
        };
        PrivacyTotals: {
            /** Format: int64 */
            conversations: number;
            /** Format: int64 */
            events: number;
            /** Format: int64 */
            keys: number;
            /** Format: int64 */
            messages: number;
            /** Format: int64 */
            questions: number;
            /** Format: int64 */
            startTokens: number;
        };
        PromotionBody: {
            override?: boolean | null;
            reason?: string | null;
        };
        PublishedContextPolicy: components["schemas"]["ContextPolicy"] & {
            effect: components["schemas"]["PolicyEffect"];
        };
        PublishFlow: {
            /** Format: int64 */
            version?: number | null;
        };
        PutMediaUtilization: {
            includeNonAcd?: unknown;
            interruptableMediaTypes?: unknown;
            /** Format: int32 */
            maximumCapacity: number;
        };
        PutMediaUtilizations: {
            call?: unknown;
            callback?: unknown;
            chat?: unknown;
            email?: unknown;
            message: components["schemas"]["PutMediaUtilization"];
            workitem?: unknown;
        };
        PutParticipant: {
            metadata: {
                [key: string]: components["schemas"]["Scalar"];
            };
            override?: components["schemas"]["Correction"] | null;
        };
        PutRoutingStatus: {
            startTime?: unknown;
            /** @enum {string} */
            status: "IDLE" | "OFF_QUEUE";
            userId?: unknown;
        };
        PutUtilization: {
            level?: unknown;
            taken?: unknown;
            utilization: components["schemas"]["PutMediaUtilizations"];
        };
        QuarantinedKey: {
            /** Format: date-time */
            at: string;
            form: string;
            key: string;
            masked?: boolean;
            receipt?: components["schemas"]["ReceiptEntry"] | null;
            /** Format: int64 */
            revision: number;
            rule: string;
            value: unknown;
        };
        QuarantinedKeySummary: {
            /** Format: int64 */
            conversations: number;
            declared: boolean;
            examples: string[];
            key: string;
            /** Format: date-time */
            lastAt: string;
            rules: {
                [key: string]: number;
            };
            storedAs: string;
        };
        QuarantineListing: {
            cursor?: string | null;
            entities: components["schemas"]["QuarantinedKeySummary"][];
            /** Format: int64 */
            moreKeys: number;
            /** Format: int64 */
            scanned: number;
        };
        Queue: {
            acwSettings: components["schemas"]["AcwSettings"];
            /** Format: date-time */
            dateCreated: string;
            description: string;
            division: components["schemas"]["EntityReference"];
            /** Format: uuid */
            id: string;
            mediaSettings: components["schemas"]["MediaSettings"];
            memberCount: number;
            name: string;
            rules: components["schemas"]["QueueRules"];
            selfUri: string;
            skillEvaluationMethod: string;
        };
        QueueLook: {
            interval: string;
            metrics: components["schemas"]["ObservationData"][];
        };
        QueueMember: {
            /** Format: uuid */
            id: string;
            joined: boolean;
            memberBy: string;
            name: string;
            presence?: components["schemas"]["UserPresence"] | null;
            /** Format: int32 */
            ringNumber: number;
            routingStatus?: components["schemas"]["RoutingStatus"] | null;
            selfUri: string;
            user: components["schemas"]["MemberUser"];
            utilization?: components["schemas"]["UserUtilization"] | null;
        };
        QueueObservations: {
            data: components["schemas"]["QueueLook"][];
            group: {
                [key: string]: string;
            };
        };
        QueuePlace: {
            /** Format: int64 */
            estimatedWaitMs?: number | null;
            /** Format: int32 */
            position: number;
        };
        QueuePosition: {
            /** Format: uuid */
            conversationId: string;
            /** Format: int64 */
            estimatedWaitTimeSeconds?: number | null;
            position?: number | null;
            /** Format: uuid */
            queueId?: string | null;
            waiting: boolean;
        };
        QueueRules: {
            /** Format: int32 */
            alertingSeconds: number;
            contextRules: components["schemas"]["ContextRule"][];
            method: string;
            overflow?: components["schemas"]["Overflow"] | null;
            rings: components["schemas"]["Ring"][];
            serviceLevel: components["schemas"]["ServiceLevel"];
            silence?: components["schemas"]["Silence"] | null;
            wrapup: string;
            /** Format: int32 */
            wrapupSeconds: number;
        };
        RateConversationAnswer: {
            /** Format: date-time */
            at: string;
            comment: string;
            conversationId: string;
            /** Format: int32 */
            score: number;
        };
        RateConversationFrame: {
            comment?: string | null;
            conversationId?: string | null;
            /** Format: int32 */
            score: number;
            token: string;
            tracingId?: string | null;
        };
        ReadView: {
            business: components["schemas"]["SeenUpTo"];
            /** Format: uuid */
            conversationId: string;
            customer: components["schemas"]["SeenUpTo"];
        };
        Receipt: {
            /** Format: int64 */
            bytes: number;
            entries: components["schemas"]["ReceiptEntry"][];
            /** Format: int64 */
            maxBytes: number;
            missing: string[];
            /** Format: int64 */
            policyVersion: number;
            /** Format: int64 */
            revision: number;
        };
        ReceiptEntry: {
            coerced?: string | null;
            declared: boolean;
            form: string;
            key: string;
            promoted?: boolean;
            reason?: string | null;
            remedy?: string | null;
            rule?: string | null;
            storedAs?: string | null;
            trust: components["schemas"]["Trust"];
            verdict: components["schemas"]["Verdict"];
        };
        ReceiptEvent: {
            conversationId: string;
            /** Format: date-time */
            readUpTo?: string | null;
        };
        ReceiptFrame: {
            conversationId?: string | null;
            /** Format: date-time */
            deliveredUpTo?: string | null;
            /** Format: date-time */
            readUpTo?: string | null;
            token: string;
            tracingId?: string | null;
        };
        ReconnectHint: {
            /** Format: int32 */
            afterMs: number;
        };
        Reference: {
            id: string;
            selfUri?: string | null;
        };
        Refusal: {
            api?: string | null;
            /** Format: date-time */
            at: string;
            /** Format: int32 */
            count: number;
            /** Format: uuid */
            deploymentId: string;
            faults: components["schemas"]["RefusedKey"][];
            locale?: string | null;
            page?: string | null;
            sdk?: string | null;
        };
        RefusalGroup: {
            /** Format: date-time */
            lastAt: string;
            /** Format: int64 */
            refusals: number;
            value?: string | null;
        };
        RefusalListing: {
            cursor?: string | null;
            entities: components["schemas"]["Refusal"][];
            /** Format: int32 */
            pageSize: number;
        };
        RefusalSummary: {
            entities: components["schemas"]["RefusalGroup"][];
            groupBy: string;
            isCut: boolean;
            /** Format: int64 */
            other: number;
            /** Format: int64 */
            refusals: number;
        };
        RefusedKey: {
            form: string;
            key: string;
            rule: string;
        };
        RenderedResponse: {
            complete: boolean;
            /** Format: uuid */
            conversationId: string;
            /** Format: int64 */
            revision: number;
            texts: components["schemas"]["RenderedText"][];
        };
        RenderedText: {
            absent: components["schemas"]["AbsentPlaceholder"][];
            content: string;
            contentType: string;
        };
        RenderResponse: {
            conversationId: string;
        };
        ReplaceWithAgent: {
            /** @enum {string|null} */
            transferType?: "Unattended" | null;
            /** Format: uuid */
            userId: string;
        };
        ReplaceWithFlow: {
            /** Format: uuid */
            flowId: string;
        };
        ReplaceWithQueue: {
            /** Format: uuid */
            languageId?: string | null;
            /** Format: int32 */
            priority?: number | null;
            /** Format: uuid */
            queueId: string;
            skillIds?: string[] | null;
            /** @enum {string|null} */
            transferType?: "Unattended" | null;
            userId?: string | null;
        };
        ReplayFlow: {
            /** Format: uuid */
            deploymentId: string;
            document?: string | null;
            /** Format: int32 */
            last?: number | null;
        };
        ResponseQuery: {
            filters?: components["schemas"]["ResponseQueryFilter"][] | null;
            /** Format: int32 */
            pageNumber?: number | null;
            /** Format: int32 */
            pageSize?: number | null;
            queryPhrase?: string | null;
        };
        ResponseQueryFilter: {
            /** @enum {string} */
            name: "libraryId";
            /** @enum {string|null} */
            operator?: "EQUALS" | "IN" | null;
            values: string[];
        };
        ResponseQueryResults: {
            results: components["schemas"]["Listing_CannedResponse"];
        };
        ResponseText: {
            content: string;
            contentType: string;
        };
        Retention: {
            attributes?: {
                [key: string]: number;
            };
            /** Format: int32 */
            conversationDays?: number | null;
            /** Format: int32 */
            messageDays?: number | null;
            /** Format: int32 */
            personalDays?: number | null;
        };
        RevokeRequest: {
            client_id?: string | null;
            client_secret?: string | null;
            token: string;
            token_type_hint?: string | null;
        };
        Ring: {
            /** Format: int32 */
            afterSeconds: number;
            dropLanguage?: boolean;
            dropSkills?: string[];
            /** Format: int32 */
            lowerLevels?: number;
        };
        Role: {
            default: boolean;
            description: string;
            /** Format: uuid */
            id: string;
            name: string;
            permissionPolicies: components["schemas"]["PermissionPolicy"][];
            permissions: string[];
            selfUri: string;
            /** Format: int64 */
            version: number;
        };
        RoleDivision: {
            divisionId?: string | null;
            /** Format: uuid */
            roleId: string;
        };
        RollbackFlow: {
            /** Format: int64 */
            version: number;
        };
        RotateSecret: {
            /** Format: int32 */
            overlapSeconds?: number | null;
        };
        RotateSigningKey: {
            /** Format: int32 */
            overlapSeconds?: number | null;
            publicKey?: Record<string, never> | null;
        };
        RoutingConversation: {
            language?: components["schemas"]["RoutingLanguage"] | null;
            /** Format: int32 */
            priority: number;
            skills: components["schemas"]["RoutingSkill"][];
        };
        RoutingLanguage: {
            /** Format: date-time */
            dateModified: string;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
            state: string;
        };
        RoutingSkill: {
            /** Format: date-time */
            dateModified: string;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
            state: string;
        };
        RoutingSkillWish: {
            /** Format: uuid */
            id: string;
            /** Format: int32 */
            level: number;
        };
        RoutingStatus: {
            /** Format: date-time */
            startTime: string;
            status: string;
            /** Format: uuid */
            userId: string;
        };
        Satisfaction: {
            enabled: boolean;
            question?: string | null;
        };
        SatisfactionSettings: {
            /** @default false */
            enabled: boolean;
            /** @default null */
            question: string | null;
        };
        SatisfactionView: {
            /** Format: uuid */
            conversationId: string;
            satisfaction?: components["schemas"]["ConversationSatisfaction"] | null;
            state: string;
        };
        Scalar: string | number | boolean | null;
        Schedule: {
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            dateModified: string;
            description: string;
            division: components["schemas"]["EntityReference"];
            holidays: string[];
            hours: {
                [key: string]: string[];
            };
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
            timeZone: string;
            /** Format: int64 */
            version: number;
        };
        Scope: {
            id: string;
            permissions: string[];
        };
        ScopeListing: {
            entities: components["schemas"]["Scope"][];
            selfUri: string;
            total: number;
        };
        ScoredAgent: {
            agent: components["schemas"]["EntityReference"];
            /** Format: int32 */
            score: number;
        };
        SearchAnswer: {
            cursor?: string | null;
            results: components["schemas"]["SearchRow"][];
            types: string[];
        };
        SearchCriterion: {
            dateFormat?: unknown;
            endValue?: string | null;
            fields: string[];
            group?: {
                [key: string]: string;
            }[] | null;
            /** @enum {string|null} */
            operator?: "AND" | null;
            startValue?: string | null;
            /** @enum {string|null} */
            type?: "EXACT" | "DATE_RANGE" | null;
            value?: string | null;
            values?: string[] | null;
        };
        SearchParticipant: {
            participantAttributes: {
                [key: string]: string;
            };
            /** Format: uuid */
            participantId: string;
            participantPurpose: string;
            sessionIds: string[];
        };
        SearchRow: {
            _type: string;
            /** Format: uuid */
            conversationId: string;
            divisionIds?: string[] | null;
            /** Format: date-time */
            endTime?: string | null;
            participantData?: components["schemas"]["SearchParticipant"][] | null;
            /** Format: date-time */
            startTime?: string | null;
            truncatedData: boolean;
        };
        SeenUpTo: {
            /** Format: date-time */
            deliveredUpTo?: string | null;
            /** Format: date-time */
            readUpTo?: string | null;
        };
        SendMessage: {
            mediaIds?: unknown[] | null;
            messagingTemplate?: null;
            textBody: string;
        };
        SendTyping: {
            dateSent?: unknown;
            typing?: components["schemas"]["TypingSettings"] | null;
        };
        ServiceLevel: {
            /** Format: int32 */
            percent: number;
            /** Format: int32 */
            seconds: number;
        };
        ServiceLevelSettings: {
            /** Format: int64 */
            durationMs: number;
            /** Format: double */
            percentage: number;
        };
        SessionAnswer: {
            allowedMedia?: components["schemas"]["AllowedMedia"] | null;
            blockedExtensions?: string[] | null;
            connected: boolean;
            /** Format: int32 */
            durationSeconds?: number | null;
            /** Format: int64 */
            expirationDate?: number | null;
            /** Format: int64 */
            maxCustomDataBytes?: number | null;
            newSession?: boolean;
            readOnly?: boolean;
            /** Format: date-time */
            readUpTo?: string | null;
            satisfaction?: components["schemas"]["Satisfaction"] | null;
        };
        SetAside: {
            form: string;
            key: string;
            masked?: boolean;
            rule: string;
            value: unknown;
        };
        SetContextAnswer: {
            conversationId: string;
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customer: components["schemas"]["Customer"];
            receipt: components["schemas"]["Receipt"];
            /** Format: int64 */
            revision: number;
        };
        SetContextFrame: {
            api?: string | null;
            identityToken?: string | null;
            options?: Record<string, never> | null;
            page?: components["schemas"]["Page"] | null;
            sdk?: string | null;
            token: string;
            tracingId?: string | null;
        };
        SetPassword: {
            newPassword: string;
        };
        SetRoles: {
            roleDivisions: components["schemas"]["RoleDivision"][];
        };
        SigningKey: {
            algorithm: string;
            /** Format: date-time */
            dateCreated: string;
            enabled: boolean;
            /** Format: date-time */
            goodUntil?: string | null;
            /** Format: uuid */
            id: string;
            issuer?: string | null;
            jwksUrl?: string | null;
            name: string;
            publicKey?: Record<string, never> | null;
            secret?: string | null;
            selfUri: string;
        };
        SigningKeyListing: {
            entities: components["schemas"]["SigningKey"][];
            selfUri: string;
            total: number;
        };
        SigningKeyRotation: {
            created: components["schemas"]["SigningKey"];
            replaced: components["schemas"]["SigningKey"];
        };
        Silence: {
            /** Format: int32 */
            endSeconds: number;
            warning: string;
            /** Format: int32 */
            warnSeconds: number;
        };
        SimulateFlow: {
            document?: string | null;
            script: string;
        };
        SkillWish: {
            /** Format: uuid */
            id: string;
            /** Format: int32 */
            level?: number;
        };
        SocketAnswer: {
            begin?: string | null;
            correlationId?: string | null;
            message?: string | null;
            rejected?: string[];
            result: string;
            status: string;
        };
        SocketNotice: {
            begin?: string | null;
            code?: string | null;
            message: string;
        };
        SocketRequest: {
            correlationId?: string | null;
            cursor?: string | null;
            message: string;
            topics?: string[] | null;
        };
        StartChatAnswer: {
            conversationId: string;
            cursor: string;
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customer: components["schemas"]["Customer"];
            participantId: string;
            receipt: components["schemas"]["Receipt"];
            resumed: boolean;
            /** Format: int64 */
            revision: number;
            satisfaction?: components["schemas"]["Satisfaction"] | null;
            sessionId: string;
            status: components["schemas"]["Connected"];
        };
        StartChatFrame: {
            api?: string | null;
            deploymentId?: string | null;
            identityToken?: string | null;
            locale?: string | null;
            options?: Record<string, never> | null;
            organizationId?: string | null;
            page?: components["schemas"]["Page"] | null;
            region?: string | null;
            sdk?: string | null;
            startToken?: string | null;
            token: string;
            tracingId?: string | null;
        };
        StartContext: {
            quarantined: {
                [key: string]: components["schemas"]["QuarantinedKey"];
            };
            receipt: components["schemas"]["Receipt"];
            values: {
                [key: string]: components["schemas"]["StoredKey"];
            };
        };
        StartSource: {
            api?: string | null;
            locale?: string | null;
            page?: string | null;
            sdk?: string | null;
        };
        StartWebchat: {
            attributes?: {
                [key: string]: {
                    [key: string]: components["schemas"]["Scalar"];
                };
            } | null;
            customData?: {
                [key: string]: components["schemas"]["Scalar"];
            } | null;
            customer?: components["schemas"]["Customer"] | null;
            customerId?: string | null;
            /** Format: uuid */
            deploymentId: string;
            message?: string | null;
            routing?: {
                [key: string]: unknown;
            } | null;
        };
        Stats: {
            /** Format: int64 */
            count: number;
            /** Format: int64 */
            denominator?: number | null;
            /** Format: int64 */
            max?: number | null;
            /** Format: int64 */
            min?: number | null;
            /** Format: int64 */
            numerator?: number | null;
            /** Format: int64 */
            p50?: number | null;
            /** Format: int64 */
            p90?: number | null;
            /** Format: int64 */
            p95?: number | null;
            /** Format: int64 */
            p99?: number | null;
            /** Format: double */
            ratio?: number | null;
            /** Format: int64 */
            sum?: number | null;
            /** Format: double */
            target?: number | null;
        };
        StoredKey: {
            /** Format: date-time */
            at: string;
            by: string;
            coerced: boolean;
            declared: boolean;
            form: string;
            forms: string[];
            key: string;
            late: boolean;
            link?: string | null;
            masked?: boolean;
            receipt?: components["schemas"]["ReceiptEntry"] | null;
            /** Format: int64 */
            revision: number;
            sentAs: string;
            trust: components["schemas"]["Trust"];
            value: components["schemas"]["Scalar"];
        };
        StreamEnd: {
            code: string;
            message: string;
            /** Format: int32 */
            status: number;
            type: string;
        };
        StreamEvent: {
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            conversationId: string;
            /** Format: int64 */
            conversationSeq: number;
            cursor: string;
            data: components["schemas"]["EventData"];
            id: string;
            /** Format: uuid */
            organizationId: string;
            /** Format: int64 */
            revision: number;
            type: string;
        };
        StructuredMessage: {
            channel?: components["schemas"]["MessageChannel"] | null;
            content?: Record<string, never>[] | null;
            conversationId?: string | null;
            direction: components["schemas"]["MessageDirection"];
            events?: components["schemas"]["MessageEvent"][];
            id: string;
            metadata?: components["schemas"]["MessageMetadata"];
            originatingEntity?: components["schemas"]["OriginatingEntity"] | null;
            /** Format: int64 */
            revision?: number | null;
            text?: string | null;
            type: components["schemas"]["StructuredType"];
        };
        /** @enum {string} */
        StructuredType: "Text" | "Structured" | "Event";
        Styles: {
            primaryColor: string;
        };
        SubjectConversation: {
            context: components["schemas"]["ContextKey"][];
            conversation: components["schemas"]["Conversation"];
            events: components["schemas"]["StreamEvent"][];
            history: components["schemas"]["ContextChange"][];
            marks: components["schemas"]["ExportedMark"][];
            messages: components["schemas"]["MessageData"][];
            trace: components["schemas"]["Hop"][];
        };
        Switch: {
            enabled: boolean;
        };
        TestExecutionOperation: {
            error?: string | null;
            name: string;
            result?: unknown;
            step: number;
            success: boolean;
        };
        TestExecutionResult: {
            error?: string | null;
            finalResult?: Record<string, never> | null;
            operations: components["schemas"]["TestExecutionOperation"][];
            success: boolean;
        };
        Toggle: {
            enabled: boolean;
        };
        TokenAnswer: {
            access_token: string;
            /** Format: int64 */
            expires_in: number;
            refresh_token?: string | null;
            scope?: string | null;
            token_type: string;
        };
        TokenClient: {
            /** Format: uuid */
            id: string;
            organization: components["schemas"]["NamedReference"];
        };
        TokenError: {
            description: string;
            error: string;
            error_description: string;
        };
        TokenInfo: {
            authorizedScope: string[];
            /** Format: date-time */
            expiresAt: string;
            homeOrganization: components["schemas"]["NamedReference"];
            OAuthClient?: components["schemas"]["TokenClient"] | null;
            organization: components["schemas"]["NamedReference"];
            user?: components["schemas"]["NamedReference"] | null;
        };
        TokenRequest: {
            client_id?: string | null;
            client_secret?: string | null;
            code?: string | null;
            code_verifier?: string | null;
            /** @enum {string|null} */
            grant_type?: "client_credentials" | "authorization_code" | "refresh_token" | null;
            redirect_uri?: string | null;
            refresh_token?: string | null;
            scope?: string | null;
        };
        TooManyRequests: {
            /** Format: int32 */
            errorCode: number;
            errorMessage: string;
            /** Format: int64 */
            retryAfter: number;
        };
        TopicRequest: {
            id: string;
        };
        TotpSecret: {
            otpauthUri: string;
            secret: string;
        };
        Trace: {
            absence?: components["schemas"]["AbsentKey"] | null;
            /** Format: uuid */
            conversationId: string;
            hops: components["schemas"]["Hop"][];
            key?: string | null;
            /** Format: int64 */
            revision: number;
        };
        Transcript: {
            complete: boolean;
            /** Format: uuid */
            conversationId?: string | null;
            /** Format: date-time */
            endTime?: string | null;
            messages: components["schemas"]["TranscriptLine"][];
            /** Format: date-time */
            startTime?: string | null;
        };
        TranscriptLine: {
            content?: unknown[] | null;
            /** Format: uuid */
            messageId: string;
            name?: string | null;
            purpose: string;
            text: string;
            /** Format: date-time */
            time: string;
        };
        /** @enum {string} */
        Trust: "page" | "flow" | "agent" | "server" | "signed";
        Typing: {
            /** Format: int32 */
            duration?: number | null;
            type: components["schemas"]["TypingType"];
        };
        TypingSettings: {
            duration?: number | null;
            /** @enum {string|null} */
            type?: "On" | null;
        };
        /** @enum {string} */
        TypingType: "On";
        UnknownEffect: {
            /** Format: int64 */
            incompleteStarts: number;
            /** Format: int64 */
            refusedStarts: number;
        };
        UpdateUser: {
            /** Format: uuid */
            divisionId?: string | null;
            /** Format: email */
            email?: string | null;
            name?: string | null;
            /** @enum {string|null} */
            state?: "active" | "inactive" | null;
            /** Format: int64 */
            version?: number | null;
        };
        User: {
            authorization?: components["schemas"]["UserAuthorization"] | null;
            /** Format: date-time */
            dateCreated: string;
            division: components["schemas"]["NamedReference"];
            email: string;
            /** Format: uuid */
            id: string;
            name: string;
            organization?: components["schemas"]["Organization"] | null;
            secondFactor: boolean;
            selfUri: string;
            state: string;
            username: string;
            /** Format: int64 */
            version: number;
        };
        UserAuthorization: {
            permissions: string[];
            roleDivisions: components["schemas"]["RoleDivision"][];
            roles: components["schemas"]["NamedReference"][];
        };
        UserConversation: {
            /** Format: uuid */
            id: string;
            participants: components["schemas"]["UserConversationParticipant"][];
            recordingState: string;
            /** Format: int64 */
            revision: number;
        };
        UserConversationLeg: {
            /** Format: date-time */
            connectedTime?: string | null;
            direction: string;
            /** Format: date-time */
            disconnectedTime?: string | null;
            disconnectType?: string | null;
            held: boolean;
            /** Format: uuid */
            id: string;
            messages?: components["schemas"]["MessageNotice"][];
            provider: string;
            /** Format: date-time */
            startAlertingTime?: string | null;
            state: string;
            type: string;
        };
        UserConversationParticipant: {
            attributes: {
                [key: string]: string;
            };
            /** Format: date-time */
            connectedTime?: string | null;
            /** Format: date-time */
            endTime?: string | null;
            /** Format: uuid */
            flowId?: string | null;
            /** Format: uuid */
            id: string;
            messages: components["schemas"]["UserConversationLeg"][];
            name?: string | null;
            purpose: string;
            /** Format: uuid */
            queueId?: string | null;
            /** Format: date-time */
            startTime: string;
            /** Format: uuid */
            userId?: string | null;
            wrapup?: components["schemas"]["Wrapup"] | null;
            wrapupRequired: boolean;
        };
        UserEnd: components["schemas"]["LegDetail"] & {
            afterCallWorkRequired: boolean;
            /** Format: int64 */
            alertingDurationMs?: number | null;
            /** Format: int64 */
            connectedDurationMs: number;
            disconnectType: string;
            /** Format: int64 */
            interactingDurationMs: number;
            /** Format: uuid */
            queueId?: string | null;
            /** Format: uuid */
            userId: string;
        };
        UserPresence: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            modifiedDate: string;
            presenceDefinition: components["schemas"]["PresenceReference"];
            primary: boolean;
            selfUri: string;
            source: string;
        };
        UserQueue: {
            division: components["schemas"]["EntityReference"];
            /** Format: uuid */
            id: string;
            joined: boolean;
            memberCount: number;
            name: string;
            selfUri: string;
        };
        UserRoutingLanguage: {
            /** Format: uuid */
            id: string;
            languageUri: string;
            name: string;
            /** Format: double */
            proficiency: number;
            selfUri: string;
            state: string;
        };
        UserRoutingSkill: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: double */
            proficiency: number;
            selfUri: string;
            skillUri: string;
            state: string;
        };
        UserStart: components["schemas"]["LegDetail"] & {
            /** Format: uuid */
            queueId?: string | null;
            state: string;
            /** Format: uuid */
            userId: string;
        };
        UserStatusNotice: {
            /** Format: uuid */
            id: string;
            routingStatus: components["schemas"]["RoutingStatus"];
        };
        UserUtilization: {
            level: string;
            taken: number;
            utilization: components["schemas"]["MediaUtilizations"];
        };
        ValidateDocument: {
            deploymentIds?: string[] | null;
            document: string;
        };
        /** @enum {string} */
        Verdict: "stored" | "quarantined" | "refused";
        Waybill: {
            customData: components["schemas"]["Toggle"];
            form?: components["schemas"]["Form"] | null;
            /** Format: int64 */
            maxBytes: number;
            organizationId: string;
            region: string;
            satisfaction?: components["schemas"]["Satisfaction"] | null;
            version: string;
        };
        Webchat: {
            attributes: components["schemas"]["Namespaces"];
            /** Format: uuid */
            conversationId: string;
            custom_attributes: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customer: components["schemas"]["Customer"];
            /** Format: uuid */
            deploymentId: string;
            /** Format: date-time */
            endTime?: string | null;
            /** Format: uuid */
            id: string;
            participants: components["schemas"]["WebchatParticipant"][];
            /** Format: int64 */
            revision: number;
            routing?: {
                [key: string]: unknown;
            } | null;
            routing_data: {
                [key: string]: components["schemas"]["Scalar"];
            };
            selfUri: string;
            /** Format: uuid */
            sessionId?: string | null;
            /** Format: date-time */
            startTime: string;
            state: string;
        };
        WebchatAttributes: {
            attributes: components["schemas"]["Namespaces"];
            /** Format: uuid */
            conversationId: string;
            custom_attributes: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            /** Format: int64 */
            revision: number;
        };
        WebchatListing: {
            cursor?: string | null;
            entities: components["schemas"]["Webchat"][];
            /** Format: int32 */
            pageSize: number;
        };
        WebchatParticipant: {
            attributes: {
                [key: string]: components["schemas"]["Scalar"];
            };
            /** Format: uuid */
            communicationId: string;
            /** Format: date-time */
            endTime?: string | null;
            /** Format: uuid */
            id: string;
            metadata: {
                [key: string]: components["schemas"]["Scalar"];
            };
            name?: string | null;
            purpose: string;
            /** Format: date-time */
            startTime: string;
        };
        WebchatStarted: {
            /** Format: uuid */
            communicationId: string;
            /** Format: uuid */
            conversationId: string;
            cursor: string;
            customData: {
                [key: string]: components["schemas"]["Scalar"];
            };
            customer: components["schemas"]["Customer"];
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            participantId: string;
            receipt: components["schemas"]["Receipt"];
            /** Format: int64 */
            revision: number;
            selfUri: string;
        };
        WebDeploymentConfiguration: components["schemas"]["ConfigurationSettings"] & {
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            dateModified: string;
            /** Format: date-time */
            datePublished?: string | null;
            description?: string;
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
            status: string;
            version: string;
        };
        WebDeploymentConfigurationListing: {
            entities: components["schemas"]["WebDeploymentConfiguration"][];
            nextUri?: string | null;
            previousUri?: string | null;
            selfUri: string;
            total: number;
        };
        Webhook: {
            /** Format: date-time */
            dateCreated: string;
            /** Format: date-time */
            dateModified: string;
            deploymentIds: string[];
            disabled?: components["schemas"]["WebhookDisabled"] | null;
            enabled: boolean;
            events: string[];
            /** Format: uuid */
            id: string;
            includePersonal: boolean;
            keys: string[];
            name: string;
            /** Format: date-time */
            previousSecretUntil?: string | null;
            secret?: string | null;
            selfUri: string;
            url: string;
            /** Format: int64 */
            version: number;
        };
        WebhookAttempt: {
            accepted: boolean;
            /** Format: date-time */
            at: string;
            /** Format: int32 */
            durationMs: number;
            error?: string | null;
            /** Format: int32 */
            status?: number | null;
        };
        WebhookDelivery: {
            /** Format: int32 */
            attempts: number;
            /** Format: uuid */
            conversationId?: string | null;
            /** Format: int64 */
            conversationSeq?: number | null;
            /** Format: date-time */
            dateCreated: string;
            event: string;
            eventId: string;
            id: string;
            lastAttempt?: components["schemas"]["WebhookAttempt"] | null;
            /** Format: date-time */
            nextAttempt?: string | null;
            /** Format: int32 */
            replays: number;
            state: string;
        };
        WebhookDeliveryListing: {
            cursor?: string | null;
            entities: components["schemas"]["WebhookDelivery"][];
            /** Format: int32 */
            pageSize: number;
        };
        WebhookDisabled: {
            /** Format: date-time */
            at: string;
            reason: string;
        };
        WebhookListing: {
            entities: components["schemas"]["Webhook"][];
            /** Format: int64 */
            pageCount: number;
            /** Format: int32 */
            pageNumber: number;
            /** Format: int32 */
            pageSize: number;
            selfUri: string;
            /** Format: int64 */
            total: number;
        };
        WebhookReplay: {
            dead?: boolean | null;
            deliveryIds?: string[] | null;
            from?: string | null;
            to?: string | null;
        };
        WebhookReplayed: {
            /** Format: int64 */
            deliveries: number;
        };
        WebhookRequest: {
            deploymentIds?: string[] | null;
            enabled?: boolean | null;
            events?: ("conversation:start" | "conversation:attributes" | "conversation:message" | "conversation:participant" | "conversation:flow" | "conversation:routing" | "conversation:end" | "analytics:drift")[] | null;
            includePersonal?: boolean | null;
            keys?: string[] | null;
            name: string;
            url: string;
            version?: number | null;
        };
        WebhookRotation: {
            /** Format: int64 */
            overlapSeconds?: number | null;
        };
        WishedReference: {
            id: string;
        };
        Wrapup: {
            /** Format: uuid */
            code?: string | null;
            /** Format: int64 */
            durationSeconds: number;
            /** Format: date-time */
            endTime: string;
            name?: string | null;
            notes?: string | null;
        };
        WrapupCode: {
            /** Format: date-time */
            dateCreated: string;
            division: components["schemas"]["EntityReference"];
            /** Format: uuid */
            id: string;
            name: string;
            selfUri: string;
        };
        WrapupDetail: components["schemas"]["LegDetail"] & {
            /** Format: uuid */
            queueId?: string | null;
            /** Format: uuid */
            userId: string;
            /** Format: uuid */
            wrapupCode?: string | null;
            /** Format: int64 */
            wrapupDurationMs: number;
            wrapupNotes: string;
        };
        WriteClient: {
            /** @enum {string|null} */
            authorizedGrantType?: "CLIENT-CREDENTIALS" | "CODE" | null;
            dateCreated?: unknown;
            description?: string | null;
            id?: unknown;
            name: string;
            public?: boolean | null;
            registeredRedirectUri?: string[] | null;
            roleDivisions?: components["schemas"]["RoleDivision"][] | null;
            roleIds?: string[] | null;
            secret?: unknown;
            secrets?: unknown;
            selfUri?: unknown;
            /** @enum {string|null} */
            state?: "active" | "inactive" | null;
            version?: unknown;
        };
        WriteCredential: {
            clientAuth?: string | null;
            clientId?: string | null;
            dateCreated?: unknown;
            dateModified?: unknown;
            id?: unknown;
            name: string;
            scope?: string | null;
            secret?: string | null;
            selfUri?: unknown;
            tokenUrl?: string | null;
            /** @enum {string} */
            type: "secret" | "bearer" | "basic" | "oauthClientCredentials";
            user?: string | null;
            /** Format: int64 */
            version?: number | null;
        };
        WriteDataAction: {
            category?: string | null;
            config?: Record<string, never> | null;
            contract?: Record<string, never> | null;
            credential?: string | null;
            credentialId?: unknown;
            dateCreated?: unknown;
            dateModified?: unknown;
            hasDraft?: unknown;
            id?: unknown;
            integrationId?: unknown;
            name?: string | null;
            secure?: unknown;
            selfUri?: unknown;
            version?: unknown;
        };
        WriteDivision: {
            homeDivision?: unknown;
            id?: unknown;
            name: string;
            selfUri?: unknown;
        };
        WriteFlow: {
            active?: unknown;
            dateCreated?: unknown;
            dateModified?: unknown;
            description?: string | null;
            division?: {
                /** Format: uuid */
                id: string;
                name?: unknown;
                selfUri?: unknown;
            } | null;
            document?: string | null;
            id?: unknown;
            name?: string | null;
            publishedVersion?: unknown;
            savedVersion?: unknown;
            selfUri?: unknown;
            type?: unknown;
            /** Format: int64 */
            version?: number | null;
        };
        WriteLanguage: {
            dateModified?: unknown;
            id?: unknown;
            name: string;
            selfUri?: unknown;
            state?: unknown;
            version?: unknown;
        };
        WriteLibrary: {
            createdBy?: unknown;
            dateCreated?: unknown;
            id?: unknown;
            name: string;
            selfUri?: unknown;
            /** Format: int64 */
            version?: number | null;
        };
        WriteLibraryReference: {
            id: string;
            name?: unknown;
            selfUri?: unknown;
        };
        WriteMembership: {
            division?: unknown;
            /** Format: uuid */
            id: string;
            joined: boolean;
            memberBy?: unknown;
            memberCount?: unknown;
            name?: unknown;
            presence?: unknown;
            ringNumber?: unknown;
            routingStatus?: unknown;
            selfUri?: unknown;
            user?: unknown;
        };
        WriteNote: {
            mentions?: string[] | null;
            text: string;
        };
        WritePresenceReference: {
            id?: string | null;
            selfUri?: unknown;
            systemPresence?: string | null;
        };
        WriteProficiency: {
            /** Format: uuid */
            id?: string | null;
            languageUri?: unknown;
            name?: unknown;
            /**
             * Format: double
             * @enum {number}
             */
            proficiency: 0 | 1 | 2 | 3 | 4 | 5;
            selfUri?: unknown;
            skillUri?: unknown;
            state?: unknown;
        };
        WriteQueue: {
            acwSettings?: {
                timeoutMs?: number | null;
                /** @enum {unknown} */
                wrapupPrompt?: "OPTIONAL" | "MANDATORY" | "MANDATORY_TIMEOUT" | "MANDATORY_FORCED_TIMEOUT" | "AGENT_REQUESTED" | null;
            } | null;
            dateCreated?: unknown;
            description?: string | null;
            division?: {
                /** Format: uuid */
                id: string;
                name?: unknown;
                selfUri?: unknown;
            } | null;
            id?: unknown;
            mediaSettings?: {
                call?: unknown;
                callback?: unknown;
                chat?: unknown;
                email?: unknown;
                message?: {
                    alertingTimeoutSeconds?: number | null;
                    autoAnswerAlertToneSeconds?: unknown;
                    enableAutoAnswer?: unknown;
                    manualAnswerAlertToneSeconds?: unknown;
                    serviceLevel?: {
                        durationMs?: number | null;
                        percentage?: number | null;
                    } | null;
                    subTypeSettings?: unknown;
                } | null;
            } | null;
            memberCount?: unknown;
            name: string;
            rules?: {
                alertingSeconds?: number | null;
                contextRules?: {
                    priority?: number;
                    skills?: {
                        /** Format: uuid */
                        id: string;
                        level?: number;
                    }[];
                    when: string;
                }[] | null;
                /** @enum {unknown} */
                method?: "longestIdle" | "bestSkill" | null;
                overflow?: {
                    afterSeconds: number;
                    /** Format: uuid */
                    queueId: string;
                } | null;
                rings?: {
                    afterSeconds: number;
                    dropLanguage?: boolean;
                    dropSkills?: string[];
                    lowerLevels?: number;
                }[] | null;
                serviceLevel?: {
                    percent: number;
                    seconds: number;
                } | null;
                silence?: {
                    endSeconds: number;
                    warning: string;
                    warnSeconds: number;
                } | null;
                /** @enum {unknown} */
                wrapup?: "optional" | "mandatory" | "timeout" | null;
                wrapupSeconds?: number | null;
            } | null;
            selfUri?: unknown;
            /** @enum {string|null} */
            skillEvaluationMethod?: "ALL" | "BEST" | "NONE" | null;
        };
        WriteRead: {
            messageId?: string | null;
            /** Format: date-time */
            time?: string | null;
        };
        WriteReference: {
            /** Format: uuid */
            id: string;
        };
        WriteResponse: {
            createdBy?: unknown;
            dateCreated?: unknown;
            id?: unknown;
            interactionType?: unknown;
            libraries: components["schemas"]["WriteLibraryReference"][];
            name: string;
            selfUri?: unknown;
            texts: components["schemas"]["WriteResponseText"][];
            /** Format: int64 */
            version?: number | null;
        };
        WriteResponseText: {
            content: string;
            /** @enum {string|null} */
            contentType?: "text/plain" | "text/html" | null;
            type?: unknown;
        };
        WriteRole: {
            default?: unknown;
            description?: string | null;
            id?: unknown;
            name: string;
            permissionPolicies?: components["schemas"]["PermissionPolicy"][] | null;
            permissions?: string[] | null;
            selfUri?: unknown;
            version?: unknown;
        };
        WriteSchedule: {
            dateCreated?: unknown;
            dateModified?: unknown;
            description?: string | null;
            division?: {
                /** Format: uuid */
                id: string;
                name?: unknown;
                selfUri?: unknown;
            } | null;
            holidays?: string[] | null;
            hours: {
                [key: string]: string[];
            };
            id?: unknown;
            name: string;
            selfUri?: unknown;
            timeZone: string;
            /** Format: int64 */
            version?: number | null;
        };
        WriteSkill: {
            dateModified?: unknown;
            id?: unknown;
            name: string;
            selfUri?: unknown;
            state?: unknown;
            version?: unknown;
        };
        WriteWrapup: {
            /** Format: uuid */
            code: string;
            durationSeconds?: unknown;
            endTime?: unknown;
            name?: unknown;
            notes?: string | null;
            provisional?: unknown;
            tags?: unknown[];
        };
        WriteWrapupCode: {
            dateCreated?: unknown;
            division?: {
                /** Format: uuid */
                id: string;
                name?: unknown;
                selfUri?: unknown;
            } | null;
            id?: unknown;
            name: string;
            selfUri?: unknown;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
